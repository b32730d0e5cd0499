//! `POST /api/v1/links/code`, and showing what it sends.

use std::{future::IntoFuture as _, time::Duration};

use futures_util::future::join_all;
use sealpost_domain::{Clock as _, Policy};
use sealpost_test_support::{
    app::{Answer, App, Link, Options, Sent},
    claims,
};
use serde_json::{Value, json};

claims![
    a_code_by_mail_opens_the_link_in_the_browser_that_asked,
    a_code_by_sms_goes_to_the_number_and_shows_three_digits_of_it,
    a_code_and_a_password_come_one_after_the_other_or_together,
    whoever_shows_both_does_not_learn_which_was_wrong,
    what_is_no_code_of_this_browser_is_answered_alike_and_noted,
    a_code_is_tried_five_times_and_not_once_more_however_many_come_at_once,
    a_code_counts_ten_minutes_and_once,
    codes_come_a_minute_apart_and_five_in_an_hour,
    wrong_codes_lock_the_transfer_and_sender_and_admins_are_told with three_attempts(),
    who_is_late_or_elsewhere_locks_nothing with three_attempts(),
    a_link_that_asks_for_no_code_sends_none,
    a_code_is_nowhere_once_it_was_sent,
    scanners_that_look_send_nothing,
    a_code_comes_in_the_language_of_whoever_has_asked,
    where_no_language_is_known_it_is_that_of_the_tenants_mails,
];

pub(super) const PASSWORD: &str = "correct horse";
const MINUTE: Duration = Duration::from_secs(60);

fn three_attempts() -> Options {
    Options { policy: Policy { password_attempts: 3, ..Policy::default() }, ..Options::default() }
}

pub(crate) async fn protected(app: &App, protection: &str) -> Sent {
    let mut new = json!({
        "recipients": [{"email": "bert@example.org", "phone": "+49 151 23456789"}],
        "subject": "Plans",
        "protection": protection,
    });
    if protection.contains("password") {
        new["password"] = PASSWORD.into();
    }
    let sent = app.anna.sent_as(&new, &[("a", b"a")]).await;
    app.run_jobs().await;
    sent
}

pub(crate) fn ask(app: &App, link: &Link) -> sealpost_test_support::app::Request {
    app.anybody.post_json("/api/v1/links/code", &json!({"token": link.token}))
}

pub(crate) fn verify(app: &App, link: &Link, shown: &Value) -> sealpost_test_support::app::Request {
    let mut body = shown.clone();
    body["token"] = link.token.clone().into();
    app.anybody.post_json("/api/v1/links/verify", &body)
}

/// Six digits in a message.
pub(crate) fn digits(text: &str) -> String {
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let code = words.find(|word| word.len() == 6 && word.bytes().all(|b| b.is_ascii_digit()));
    code.expect("a code").to_owned()
}

/// Asks for a code and reads the mail: challenge and digits.
pub(crate) async fn coded(app: &App, link: &Link) -> (String, String) {
    let asked = ask(app, link).await.expect(202).json();
    app.run_jobs().await;
    let mails = app.mails_to("bert@example.org");
    let mail = mails.last().expect("a mail");
    (asked["challenge"].as_str().unwrap().to_owned(), digits(&mail.text))
}

/// Digits that are certainly others.
pub(super) fn other(code: &str) -> String {
    let first = if code.starts_with('9') { '8' } else { '9' };
    format!("{first}{}", &code[1..])
}

/// The cookies that an answer sets, as the next request carries them.
pub(super) fn cookies(answer: &Answer) -> String {
    let set = answer.headers.get_all("set-cookie").iter().map(|set| set.to_str().unwrap());
    let pairs: Vec<_> = set.map(|set| set.split(';').next().unwrap()).collect();
    pairs.join("; ")
}

async fn refusals(app: &App, sent: &Sent) -> usize {
    let log = app.audit(app.acme.id, &sent.id).await;
    log.iter().filter(|kind| *kind == "delivery.refused").count()
}

async fn a_code_by_mail_opens_the_link_in_the_browser_that_asked(app: &App) {
    let sent = protected(app, "email_code").await;
    let link = sent.link();
    let opened = link.open().await.expect(200).json();
    let (protection, needed) = (&opened["protection"], &opened["needed"]);
    assert_eq!((protection, needed), (&json!("email_code"), &json!("code")), "{opened}");
    link.verify().await.problem(403, "code_needed");
    let asked = ask(app, link).await.expect(202);
    let body = asked.json();
    assert_eq!((&body["channel"], &body["hint"]), (&json!("email"), &json!("b…@e….org")));
    let cookie = asked.header("set-cookie").unwrap();
    assert!(cookie.starts_with(&format!("sealpost-code-{}=", link.recipient.replace('-', ""))), "{cookie}");
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=600"] {
        assert!(cookie.contains(attribute), "{attribute}: {cookie}");
    }
    app.run_jobs().await;
    let mails = app.mails_to("bert@example.org");
    let mail = mails.last().unwrap();
    let code = digits(&mail.text);
    assert!(!mail.subject.contains(&code) && !mail.text.contains(&link.token), "{}", mail.text);
    assert!(mail.text.contains("anna@acme.example"), "{}", mail.text);
    // Blanks between the digits, as some type them, do not matter.
    let typed = format!("{} {}", &code[..3], &code[3..]);
    let verified =
        verify(app, link, &json!({"code": typed})).header("cookie", cookies(&asked)).await.expect(200);
    let delivery = &verified.json()["delivery"];
    assert_eq!(delivery["files"][0]["name"], "a");
    let log = app.audit(app.acme.id, &sent.id).await;
    assert_eq!(log[2..], ["recipient.notified", "code.sent", "delivery.opened"]);
}

async fn a_code_by_sms_goes_to_the_number_and_shows_three_digits_of_it(app: &App) {
    let sent = protected(app, "sms_code").await;
    let link = sent.link();
    let asked = ask(app, link).await.expect(202).json();
    assert_eq!((&asked["channel"], &asked["hint"]), (&json!("sms"), &json!("…789")));
    app.run_jobs().await;
    let [message] = app.sms.messages().try_into().expect("one message");
    assert_eq!(message.to.as_str(), "+4915123456789");
    assert_eq!(app.mails_to("bert@example.org").len(), 1, "the notice alone");
    let shown = json!({"code": digits(&message.text), "challenge": asked["challenge"]});
    verify(app, link, &shown).await.expect(200);
    let recipient = &app.anna.transfer(&sent.id).await["recipients"][0];
    assert_eq!(
        (&recipient["protection"], &recipient["phone"]),
        (&json!("sms_code"), &json!("+4915123456789"))
    );
}

async fn a_code_and_a_password_come_one_after_the_other_or_together(app: &App) {
    let sent = protected(app, "email_code_and_password").await;
    let link = sent.link();
    let (challenge, code) = coded(app, link).await;
    link.verify_with(PASSWORD).await.problem(403, "code_needed");
    let proven = verify(app, link, &json!({"code": code, "challenge": challenge})).await.expect(202);
    assert_eq!(proven.json()["needed"], "password");
    let (proof, cookie) = (proven.json()["proof"].clone(), cookies(&proven));
    // A wrong password does not lose the proof.
    let by_cookie =
        |password: &str| verify(app, link, &json!({"password": password})).header("cookie", &cookie);
    by_cookie("wrong password").await.problem(403, "wrong_password");
    verify(app, link, &json!({"proof": proof})).await.problem(403, "password_needed");
    by_cookie(PASSWORD).await.expect(200);
    verify(app, link, &json!({"proof": proof, "password": PASSWORD})).await.expect(200);
    let opened = link.open().header("cookie", &cookie).await.expect(200).json();
    assert_eq!(opened["needed"], "password");
    app.clock.advance(MINUTE);
    let (challenge, code) = coded(app, link).await;
    verify(app, link, &json!({"code": code, "challenge": challenge, "password": PASSWORD})).await.expect(200);
    // The proof has its time, and is no other link's.
    let other = protected(app, "email_code_and_password").await;
    verify(app, other.link(), &json!({"proof": proof, "password": PASSWORD}))
        .await
        .problem(403, "code_needed");
    app.clock.advance(15 * MINUTE);
    verify(app, link, &json!({"proof": proof, "password": PASSWORD})).await.problem(403, "code_needed");
}

async fn whoever_shows_both_does_not_learn_which_was_wrong(app: &App) {
    let sent = protected(app, "email_code_and_password").await;
    let link = sent.link();
    let (challenge, code) = coded(app, link).await;
    let show = |code: &str, password: &str| {
        verify(app, link, &json!({"code": code, "challenge": challenge, "password": password}))
    };
    let first = show(&other(&code), "wrong password").await;
    first.problem(403, "wrong_code");
    assert_eq!(show(&code, "wrong password").await.unnamed(), first.unnamed());
    assert_eq!(show(&other(&code), PASSWORD).await.unnamed(), first.unnamed());
    show(&code, PASSWORD).await.expect(200);
    assert_eq!(refusals(app, &sent).await, 3);
}

async fn what_is_no_code_of_this_browser_is_answered_alike_and_noted(app: &App) {
    let (sent, another) = (protected(app, "email_code").await, protected(app, "email_code").await);
    let foreign = json!({"recipients": [{"email": "bert@example.org"}], "protection": "email_code"});
    let foreign = app.gina.sent_as(&foreign, &[("a", b"a")]).await;
    app.run_jobs().await;
    let link = sent.link();
    let (challenge, code) = coded(app, link).await;
    let (another_challenge, another_code) = coded(app, another.link()).await;
    let (foreign_challenge, foreign_code) = coded(app, foreign.link()).await;
    let wrong = verify(app, link, &json!({"code": other(&code), "challenge": challenge})).await;
    wrong.problem(403, "wrong_code");
    let long = "1".repeat(60_000);
    let tries = [
        // Nobody's browser, another link's, another tenant's; truncated, longer, and no challenge at all.
        json!({"code": code}),
        json!({"code": code, "challenge": ""}),
        json!({"code": code, "challenge": &challenge[..42]}),
        json!({"code": code, "challenge": format!("{challenge}A")}),
        json!({"code": code, "challenge": "A".repeat(43)}),
        json!({"code": code, "challenge": long}),
        json!({"code": code, "challenge": another_challenge}),
        json!({"code": another_code, "challenge": another_challenge}),
        json!({"code": foreign_code, "challenge": foreign_challenge}),
        json!({"code": &code[..5], "challenge": challenge}),
        json!({"code": format!("{code}0"), "challenge": challenge}),
        json!({"code": long, "challenge": challenge}),
    ];
    for (number, shown) in tries.iter().enumerate() {
        let refused = verify(app, link, shown).await;
        assert_eq!((refused.status, refused.unnamed()), (403, wrong.unnamed()), "{number}");
        assert_eq!(refusals(app, &sent).await, number + 2);
    }
    verify(app, link, &json!({"code": "\u{0}' OR 1=1", "challenge": challenge}))
        .await
        .problem(403, "wrong_code");
    // Those were five tries with this challenge; the right code comes too late.
    assert_eq!(
        verify(app, link, &json!({"code": code, "challenge": challenge})).await.unnamed(),
        wrong.unnamed()
    );
    let unknown = app.anybody.post_json("/api/v1/links/code", &json!({"token": "A".repeat(43)})).await;
    unknown.problem(404, "link_unavailable");
    for bad in [
        json!({}),
        json!({"token": link.token, "channel": "pigeon"}),
        json!({"token": link.token, "code": "1"}),
    ] {
        app.anybody.post_json("/api/v1/links/code", &bad).await.problem(400, "invalid_request");
    }
}

async fn a_code_is_tried_five_times_and_not_once_more_however_many_come_at_once(app: &App) {
    let sent = protected(app, "email_code").await;
    let (challenge, code) = coded(app, sent.link()).await;
    let wrong = other(&code);
    let tries = (0..20)
        .map(|_| verify(app, sent.link(), &json!({"code": wrong, "challenge": challenge})).into_future());
    for answer in join_all(tries).await {
        answer.problem(403, "wrong_code");
    }
    verify(app, sent.link(), &json!({"code": code, "challenge": challenge})).await.problem(403, "wrong_code");
    // The tries were counted one by one: 5 of 10 for the transfer.
    assert_eq!(app.anna.transfer(&sent.id).await["locked"], false);
    app.clock.advance(MINUTE);
    let (challenge, code) = coded(app, sent.link()).await;
    // Of many who show the right one at once, one is let in.
    let shown = json!({"code": code, "challenge": challenge});
    let answers = join_all((0..4).map(|_| verify(app, sent.link(), &shown).into_future())).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
}

async fn a_code_counts_ten_minutes_and_once(app: &App) {
    let sent = protected(app, "email_code").await;
    let (challenge, code) = coded(app, sent.link()).await;
    let shown = json!({"code": code, "challenge": challenge});
    app.clock.advance(10 * MINUTE - Duration::from_secs(1));
    verify(app, sent.link(), &shown).await.expect(200);
    verify(app, sent.link(), &shown).await.problem(403, "wrong_code");
    let (challenge, code) = coded(app, sent.link()).await;
    app.clock.advance(10 * MINUTE);
    verify(app, sent.link(), &json!({"code": code, "challenge": challenge})).await.problem(403, "wrong_code");
    // A clock that is put back makes no old code good, and nobody wait.
    let (challenge, code) = coded(app, sent.link()).await;
    app.clock.set(app.clock.now() - 60 * MINUTE);
    verify(app, sent.link(), &json!({"code": code, "challenge": challenge})).await.problem(403, "wrong_code");
    let (challenge, code) = coded(app, sent.link()).await;
    verify(app, sent.link(), &json!({"code": code, "challenge": challenge})).await.expect(200);
}

async fn codes_come_a_minute_apart_and_five_in_an_hour(app: &App) {
    let sent = protected(app, "email_code").await;
    let link = sent.link();
    ask(app, link).await.expect(202);
    let early = ask(app, link).await;
    early.problem(429, "too_many_requests");
    assert!((1..=60).contains(&early.number("retry-after")));
    let page = link.submit("step=send").await.expect(429);
    assert!(page.header("retry-after").is_some() && page.text().contains("<form"), "the form stays");
    for _ in 0..4 {
        app.clock.advance(MINUTE);
        ask(app, link).await.expect(202);
    }
    app.clock.advance(MINUTE);
    let refused = ask(app, link).await;
    refused.problem(429, "too_many_requests");
    app.run_jobs().await;
    assert_eq!(app.mails_to("bert@example.org").len(), 1 + 5);
    app.clock.advance(Duration::from_secs(refused.number("retry-after")));
    ask(app, link).await.expect(202);
}

async fn wrong_codes_lock_the_transfer_and_sender_and_admins_are_told(app: &App) {
    let sent = protected(app, "email_code").await;
    let link = sent.link();
    let (challenge, code) = coded(app, link).await;
    for _ in 0..3 {
        verify(app, link, &json!({"code": other(&code), "challenge": challenge}))
            .await
            .problem(403, "wrong_code");
    }
    assert_eq!(app.anna.transfer(&sent.id).await["locked"], true);
    verify(app, link, &json!({"code": code, "challenge": challenge})).await.problem(403, "wrong_code");
    app.run_jobs().await;
    for to in ["anna@acme.example", "admin@acme.example"] {
        let [notice] = app.mails_to(to).try_into().expect("one notice");
        assert!(notice.text.contains(&sent.id) && !notice.text.contains(&link.token), "{}", notice.text);
    }
    assert!(app.mails_to("otto@acme.example").is_empty() && app.mails_to("rival@globex.example").is_empty());
    app.anna.act(&sent.id, "unblock").await.expect(200);
    app.clock.advance(MINUTE);
    let (challenge, code) = coded(app, link).await;
    verify(app, link, &json!({"code": code, "challenge": challenge})).await.expect(200);
}

async fn who_is_late_or_elsewhere_locks_nothing(app: &App) {
    let sent = protected(app, "email_code").await;
    let (challenge, code) = coded(app, sent.link()).await;
    for _ in 0..5 {
        verify(app, sent.link(), &json!({"code": code})).await.problem(403, "wrong_code");
    }
    app.clock.advance(10 * MINUTE);
    for _ in 0..5 {
        verify(app, sent.link(), &json!({"code": code, "challenge": challenge}))
            .await
            .problem(403, "wrong_code");
    }
    assert_eq!(app.anna.transfer(&sent.id).await["locked"], false);
}

async fn a_link_that_asks_for_no_code_sends_none(app: &App) {
    for protection in ["none", "password"] {
        let sent = protected(app, protection).await;
        ask(app, sent.link()).await.problem(409, "state_conflict");
    }
    let sent = protected(app, "email_code").await;
    let by_sms = json!({"token": sent.link().token, "channel": "sms"});
    app.anybody.post_json("/api/v1/links/code", &by_sms).await.problem(409, "state_conflict");
    assert_eq!(app.next_job_at().await, None);
}

async fn a_code_is_nowhere_once_it_was_sent(app: &App) {
    let sent = protected(app, "email_code").await;
    let (challenge, code) = coded(app, sent.link()).await;
    // Run again, the job finds nothing to send.
    app.run_jobs().await;
    assert_eq!(app.mails_to("bert@example.org").len(), 2);
    app.clock.advance(11 * MINUTE);
    app.run(sealpost_domain::Job::Sweep).await;
    verify(app, sent.link(), &json!({"code": code, "challenge": challenge})).await.problem(403, "wrong_code");
    // Nobody gets a code for what was taken back meanwhile, nor one that counts no more.
    ask(app, sent.link()).await.expect(202);
    app.clock.advance(11 * MINUTE);
    app.run_jobs().await;
    ask(app, sent.link()).await.expect(202);
    app.anna.act(&sent.id, "block").await.expect(200);
    app.run_jobs().await;
    assert_eq!(app.mails_to("bert@example.org").len(), 2);
}

async fn scanners_that_look_send_nothing(app: &App) {
    let sent = protected(app, "email_code").await;
    let link = sent.link();
    for _ in 0..3 {
        let page = link.page().await.expect(200);
        assert_eq!(page.header("set-cookie"), None);
        app.anybody.head(&link.url).await.expect(200);
        link.open().await.expect(200);
    }
    for path in ["/api/v1/links/code", "/api/v1/links/verify"] {
        app.anybody.get(&format!("{path}?token={}", link.token)).await.problem(405, "method_not_allowed");
    }
    assert_eq!(app.next_job_at().await, None);
    assert_eq!(app.mails_to("bert@example.org").len(), 1);
}

async fn a_code_comes_in_the_language_of_whoever_has_asked(app: &App) {
    for (language, subject, text) in [
        ("nl, en;q=0.5", "Uw code", "is uw"),
        ("de-AT", "Ihr Code", "ist Ihr"),
        ("en-GB", "Your code", "is your"),
        ("fr", "Your code", "is your"),
    ] {
        let sent = protected(app, "email_code").await;
        sent.link().submit("step=send").header("accept-language", language).await.expect(303);
        app.run_jobs().await;
        let mail = app.mails_to("bert@example.org").pop().unwrap();
        assert!(mail.subject.contains(subject), "{language}: {}", mail.subject);
        let sent = protected(app, "sms_code").await;
        ask(app, sent.link()).header("accept-language", language).await.expect(202);
        app.run_jobs().await;
        let sms = app.sms.messages().pop().unwrap();
        assert!(sms.text.contains(text), "{language}: {}", sms.text);
    }
}

async fn where_no_language_is_known_it_is_that_of_the_tenants_mails(app: &App) {
    let subject = async |language: &str| {
        let sent = protected(app, "email_code").await;
        let asked = ask(app, sent.link());
        let asked = if language.is_empty() { asked } else { asked.header("accept-language", language) };
        asked.await.expect(202);
        app.run_jobs().await;
        let mails = app.mails_to("bert@example.org");
        let [.., notice, code] = mails.as_slice() else { panic!("{} mails", mails.len()) };
        (notice.subject.clone(), code.subject.clone())
    };
    assert!(subject("").await.1.starts_with("Your code"), "that of the installation");
    app.change_settings(json!({ "mail_language": "de" })).await;
    let (notice, code) = subject("").await;
    assert!(notice.contains("Dateien") && code.starts_with("Ihr Code"), "{notice}, {code}");
    assert!(subject("nl").await.1.starts_with("Uw code"), "who has asked knows best");
}
