//! `POST /api/v1/links/verify`

use std::time::Duration;

use futures_util::future::join_all;
use sealpost_auth::{AuthLimits, Rate, Rates};
use sealpost_domain::{Clock as _, Policy};
use sealpost_test_support::{
    app::{App, HOUR, Options, Sent},
    claims,
};
use serde_json::json;

use crate::support::{from_now, rfc3339};

claims![
    a_verified_link_gives_a_grant_as_bearer_and_as_cookie,
    every_verification_is_noted,
    a_wrong_password_and_a_locked_transfer_are_told_the_same with three_attempts(),
    a_right_password_forgets_the_wrong_ones with three_attempts(),
    fifty_guesses_at_once_are_counted_one_by_one with twelve_attempts(),
    the_sender_is_told_of_the_lock_once_and_unlocks_it with three_attempts(),
    a_password_is_what_people_type_however_their_machines_write_it,
    a_password_of_any_length_is_only_wrong,
    an_address_that_verifies_too_often_has_to_wait with five_a_minute(),
    a_link_that_is_shown_too_many_passwords_makes_everybody_wait with five_a_link(),
    all_nodes_count_together with three_a_link(),
    grants_from_before_a_lock_stay_good with three_attempts(),
];

fn attempts(password_attempts: u64) -> Options {
    Options { policy: Policy { password_attempts, ..Policy::default() }, ..Options::default() }
}

fn three_attempts() -> Options {
    attempts(3)
}

fn twelve_attempts() -> Options {
    attempts(12)
}

fn five_a_minute() -> Options {
    Options { verifications_per_minute: 5, ..Options::default() }
}

fn five_a_link() -> Options {
    let auth = AuthLimits { passwords_per_minute: 5, ..AuthLimits::default() };
    Options { auth, ..attempts(3) }
}

fn three_a_link() -> Options {
    let rates = Rates { link: Rate::per_minute(3), ..Rates::unlimited() };
    Options {
        auth: AuthLimits { passwords_per_minute: 10_000, rates, ..AuthLimits::default() },
        ..Options::default()
    }
}

const PASSWORD: &str = "correct horse";

async fn protected(app: &App) -> Sent {
    let new = json!({
        "recipients": [{"email": "bert@example.org"}, {"email": "carl@example.org"}],
        "subject": "Plans",
        "password": PASSWORD,
    });
    app.anna.sent_as(&new, &[("a", b"a")]).await
}

async fn a_verified_link_gives_a_grant_as_bearer_and_as_cookie(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    let link = sent.link();
    let verified = link.verify().await.expect(200);
    let grant = verified.json()["grant"].as_str().unwrap().to_owned();
    assert!(grant.len() <= 400 && grant.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)));
    assert_eq!(verified.json()["expires_at"], from_now(app, 12 * HOUR));
    assert_eq!(verified.json()["delivery"], link.open().await.json()["transfer"]);
    let cookie = verified.header("set-cookie").unwrap();
    let (pair, attributes) = cookie.split_once("; ").unwrap();
    assert_eq!(pair, format!("sealpost-{}={grant}", link.recipient.replace('-', "")));
    // Plain HTTP on loopback, as here, can have neither `__Host-` nor `Secure`.
    let mut attributes: Vec<_> = attributes.split("; ").collect();
    attributes.sort_unstable();
    assert_eq!(
        attributes,
        ["HttpOnly", "Max-Age=1209600", "Path=/", "SameSite=Lax"],
        "as long as the transfer"
    );
    let visit = link.enter().await;
    let by_cookie = app.anybody.get(&visit.content_path(0)).header("cookie", pair).await.expect(200);
    assert_eq!(by_cookie.body, "a");
}

async fn every_verification_is_noted(app: &App) {
    let sent = protected(app).await;
    let link = &sent.links[0];
    link.verify_with("wrong password").await.problem(403, "wrong_password");
    link.verify().await.problem(403, "password_needed");
    let log = app.audit(app.acme.id, &sent.id).await;
    assert_eq!(log, ["transfer.created", "transfer.sent", "delivery.refused"], "showing nothing is no try");
    let opened_at = rfc3339(app.clock.now());
    link.enter_with(PASSWORD).await;
    app.clock.advance(HOUR);
    link.enter_with(PASSWORD).await;
    let log = app.audit(app.acme.id, &sent.id).await;
    assert_eq!(log[3..], ["delivery.opened", "delivery.opened"]);
    let shown = app.anna.transfer(&sent.id).await;
    let bert = shown["recipients"].as_array().unwrap().iter().find(|r| r["id"] == link.recipient).unwrap();
    assert_eq!((&bert["state"], &bert["opened_at"]), (&json!("opened"), &json!(opened_at)));
}

async fn a_wrong_password_and_a_locked_transfer_are_told_the_same(app: &App) {
    let sent = protected(app).await;
    let link = &sent.links[0];
    let first = link.verify_with("wrong password").await;
    first.problem(403, "wrong_password");
    assert!(!app.anna.transfer(&sent.id).await["locked"].as_bool().unwrap());
    for _ in 0..2 {
        assert_eq!(link.verify_with("wrong password").await.unnamed(), first.unnamed());
    }
    assert!(app.anna.transfer(&sent.id).await["locked"].as_bool().unwrap());
    // It is the transfer that is locked, not the link; and no password opens it, the right one included.
    for link in &sent.links {
        for password in ["wrong password", PASSWORD] {
            let locked = link.verify_with(password).await;
            assert_eq!((locked.status, locked.unnamed()), (403, first.unnamed()));
        }
        assert_eq!(link.open().await.expect(200).json()["protection"], "password");
    }
    let log = app.audit(app.acme.id, &sent.id).await;
    assert_eq!(log.iter().filter(|kind| *kind == "transfer.locked").count(), 1);
}

async fn a_right_password_forgets_the_wrong_ones(app: &App) {
    let sent = protected(app).await;
    let link = &sent.links[0];
    for _ in 0..2 {
        for _ in 0..2 {
            link.verify_with("wrong password").await.problem(403, "wrong_password");
        }
        link.enter_with(PASSWORD).await;
    }
    // No password at all is no guess.
    for _ in 0..5 {
        link.verify().await.problem(403, "password_needed");
        link.verify_with("").await.problem(403, "password_needed");
    }
    link.enter_with(PASSWORD).await;
}

async fn fifty_guesses_at_once_are_counted_one_by_one(app: &App) {
    let sent = protected(app).await;
    let guess = |n: usize| {
        let link = sent.links[n % 2].clone();
        async move { link.verify_with(&format!("guess number {n}")).await }
    };
    let answers = join_all((0..11).map(guess)).await;
    assert!(answers.iter().all(|answer| answer.status == 403));
    assert_eq!(app.anna.transfer(&sent.id).await["locked"], false, "eleven of twelve");
    let answers = join_all((11..50).map(guess)).await;
    for answer in &answers {
        answer.problem(403, "wrong_password");
    }
    assert_eq!(app.anna.transfer(&sent.id).await["locked"], true);
    sent.links[0].verify_with(PASSWORD).await.problem(403, "wrong_password");
    let log = app.audit(app.acme.id, &sent.id).await;
    assert_eq!(log.iter().filter(|kind| *kind == "transfer.locked").count(), 1);
    app.run_jobs().await;
    assert_eq!(app.mails_to("anna@acme.example").len(), 1);
}

async fn the_sender_is_told_of_the_lock_once_and_unlocks_it(app: &App) {
    let sent = protected(app).await;
    let link = &sent.links[0];
    for _ in 0..5 {
        link.verify_with("wrong password").await.problem(403, "wrong_password");
    }
    app.run_jobs().await;
    let [notice] = app.mails_to("anna@acme.example").try_into().expect("one notice");
    assert!(notice.text.contains("Plans") && notice.text.contains(&sent.id), "{}", notice.text);
    assert!(!notice.text.contains(&link.token) && !notice.text.contains("bert"));
    let unlocked = app.anna.act(&sent.id, "unblock").await.expect(200).json();
    assert_eq!((&unlocked["locked"], &unlocked["state"]), (&json!(false), &json!("available")));
    // The count begins anew.
    for _ in 0..2 {
        link.verify_with("wrong password").await.problem(403, "wrong_password");
    }
    link.enter_with(PASSWORD).await;
    for _ in 0..3 {
        link.verify_with("wrong password").await.problem(403, "wrong_password");
    }
    assert_eq!(app.anna.transfer(&sent.id).await["locked"], true);
    app.run_jobs().await;
    assert_eq!(app.mails_to("anna@acme.example").len(), 2, "of the second lock he is told, too");
}

async fn a_password_is_what_people_type_however_their_machines_write_it(app: &App) {
    let new = json!({"recipients": [{"email": "bert@example.org"}], "password": "Schlüssel\u{0}日本"});
    let sent = app.anna.sent_as(&new, &[("a", b"a")]).await;
    sent.link().enter_with("Schlu\u{308}ssel\u{0}日本").await;
    sent.link().verify_with("schlüssel\u{0}日本").await.problem(403, "wrong_password");
    sent.link().verify_with("Schlüssel").await.problem(403, "wrong_password");
}

async fn a_password_of_any_length_is_only_wrong(app: &App) {
    let sent = protected(app).await;
    for password in ["x".to_owned(), "x".repeat(1_024), "x".repeat(1_025), "x".repeat(60_000)] {
        sent.links[0].verify_with(&password).await.problem(403, "wrong_password");
    }
    let too_long = sent.links[0].verify_with(&"x".repeat(70_000)).await;
    too_long.problem(413, "too_large");
    sent.links[0].enter_with(PASSWORD).await;
}

async fn an_address_that_verifies_too_often_has_to_wait(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    let link = sent.link();
    for _ in 0..3 {
        link.verify().await.expect(200);
    }
    link.submit("").await.expect(303);
    let forged = link.verify().header("x-forwarded-for", "192.0.2.1").await;
    forged.expect(200);
    let refused = link.verify().header("x-forwarded-for", "192.0.2.2").await;
    refused.problem(429, "too_many_requests");
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=13).contains(&wait), "{wait}");
    let page = link.submit("").await.expect(429);
    assert!(page.header("retry-after").is_some());
    // Looking is free, and time heals.
    link.open().await.expect(200);
    app.clock.advance(Duration::from_secs(wait));
    link.verify().await.expect(200);
}

async fn grants_from_before_a_lock_stay_good(app: &App) {
    let sent = protected(app).await;
    let visit = sent.links[0].enter_with(PASSWORD).await;
    for _ in 0..3 {
        sent.links[1].verify_with("wrong password").await.problem(403, "wrong_password");
    }
    assert_eq!(app.anna.transfer(&sent.id).await["locked"], true);
    assert_eq!(visit.fetch(0).await, "a", "who has shown the password need not show it again");
}

async fn a_link_that_is_shown_too_many_passwords_makes_everybody_wait(app: &App) {
    let sent = protected(app).await;
    let link = &sent.links[0];
    // Nothing is hashed for these.
    for _ in 0..10 {
        link.verify().await.problem(403, "password_needed");
    }
    for _ in 0..5 {
        link.verify_with("wrong password").await.problem(403, "wrong_password");
    }
    assert!(app.anna.transfer(&sent.id).await["locked"].as_bool().unwrap());
    let refused = link.verify_with(PASSWORD).await;
    refused.problem(429, "too_many_requests");
    assert_eq!(refused.header("retry-after"), Some("13"));
    link.submit("password=x").await.expect(429);
    // Another recipient's link has its own number; and time gives back what was used up.
    sent.links[1].verify_with("wrong password").await.problem(403, "wrong_password");
    app.clock.advance(Duration::from_secs(13));
    link.verify_with(PASSWORD).await.problem(403, "wrong_password");
}

async fn all_nodes_count_together(app: &App) {
    let sent = protected(app).await;
    let (link, other) = (&sent.links[0], app.another_node().await);
    let elsewhere = link.at(&other);
    link.verify_with("wrong password").await.problem(403, "wrong_password");
    elsewhere.verify_with("wrong password").await.problem(403, "wrong_password");
    link.verify_with("wrong password").await.problem(403, "wrong_password");
    for link in [link, &elsewhere] {
        let refused = link.verify_with(PASSWORD).await;
        refused.problem(429, "too_many_requests");
        let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=20).contains(&wait), "{wait}");
    }
    // The other recipient's link has a count of its own.
    sent.links[1].enter_with(PASSWORD).await;
    app.clock.advance(Duration::from_secs(21));
    elsewhere.enter_with(PASSWORD).await;
}
