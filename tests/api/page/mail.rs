//! `/m/{token}`: where the link of a mail leads.

use std::sync::{Arc, Mutex};

use sealpost_test_support::{
    app::{App, DAY, Options},
    claims,
    clamd::TestClamd,
};
use serde_json::json;

use crate::transfers::mail::{Mail, draft_in_mail};

claims![
    a_mail_to_one_leads_to_his_own_page_and_consumes_nothing,
    a_mail_to_several_asks_for_the_address_and_leads_each_to_his_own,
    an_address_that_is_nobodys_is_said_to_be_so,
    what_is_not_released_yet_says_so,
    what_is_looked_into_says_so with scanned(),
    a_link_that_leads_nowhere_answers_as_one_that_never_was,
    who_was_taken_out_is_led_nowhere_and_not_to_the_other,
    addresses_are_not_tried_without_end,
    one_address_of_a_machine_waits_after_its_tries with one_a_minute(),
    a_form_of_another_site_is_not_read,
    a_suspended_tenants_link_says_that_it_is_not_available_now,
    what_a_recipient_has_to_show_is_asked_behind_the_link,
    nothing_on_the_page_leads_on_by_a_link_which_would_drop_the_second_part,
    a_link_whose_hash_was_written_out_says_so_and_leads_on,
];

fn scanned() -> Options {
    let daemon = Arc::new(Mutex::new(TestClamd::start()));
    Options { scanner: Some((daemon, 5 << 20)), ..Options::default() }
}

fn one_a_minute() -> Options {
    Options { verifications_per_minute: 1, ..Options::default() }
}

async fn a_mail_to_one_leads_to_his_own_page_and_consumes_nothing(app: &App) {
    let mail = draft_in_mail(&app.anna, &["bert@example.org"]).await;
    let link = app.anna.send(&mail.id).await.link().clone();
    for _ in 0..3 {
        let led = mail.page(app).await.expect(303);
        assert_eq!(led.header("location"), Some(format!("/t/{}", link.token).as_str()));
        assert_eq!(led.header("set-cookie"), None);
        assert_eq!(led.header("cache-control"), Some("no-store"));
        app.anybody.head(&mail.path).await.expect(303);
    }
    assert_eq!(app.anna.transfer(&mail.id).await["recipients"][0].get("opened_at"), None);
    assert_eq!(mail.leads(app, "bert@example.org").await, format!("/t/{}", link.token));
    assert_eq!(link.enter().await.fetch(0).await, "a");
}

async fn a_mail_to_several_asks_for_the_address_and_leads_each_to_his_own(app: &App) {
    let mail = draft_in_mail(&app.anna, &["bert@example.org", "carl@bücher.example"]).await;
    let sent = app.anna.send(&mail.id).await;
    let page = mail.page(app).await.expect(200);
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    let text = page.text();
    assert!(text.contains("autocomplete=\"email\"") && text.contains("name=\"address\""), "{text}");
    for hidden in ["bert", "carl", "anna", "/t/"] {
        assert!(!text.contains(hidden), "{hidden}");
    }
    for (typed, email) in [
        ("bert@example.org", "bert@example.org"),
        (" BERT@Example.ORG ", "bert@example.org"),
        ("carl@BÜCHER.example", "carl@xn--bcher-kva.example"),
        ("carl@xn--bcher-kva.example", "carl@xn--bcher-kva.example"),
    ] {
        assert_eq!(mail.leads(app, typed).await, format!("/t/{}", sent.link_of(email).token), "{typed}");
    }
    let german = mail.page(app).header("accept-language", "de").await.expect(200);
    let german = german.text();
    assert!(german.contains("<html lang=\"de\">") && german.contains("name=\"language\" value=\"nl\""));
}

async fn an_address_that_is_nobodys_is_said_to_be_so(app: &App) {
    let mail = draft_in_mail(&app.anna, &["bert@example.org", "carl@example.org"]).await;
    app.anna.send(&mail.id).await;
    for wrong in
        ["eve@example.org", "", "bert", "bert@example.org, carl@example.org", "\"><script>", "*@example.org"]
    {
        let page = mail.submit(app, wrong).await.expect(403).text();
        assert!(
            page.contains("aria-invalid=\"true\"") && page.contains("name=\"address\""),
            "{wrong}: {page}"
        );
        assert!(!page.contains("<script"), "nothing of it comes back");
    }
    let post = app.anybody.post(&mail.path).header("content-type", "application/x-www-form-urlencoded");
    post.body("x=y").await.expect(403);
    app.anybody.post(&mail.path).header("content-type", "text/plain").body("x").await.expect(415);
}

async fn what_is_not_released_yet_says_so(app: &App) {
    let mail = draft_in_mail(&app.anna, &["bert@example.org"]).await;
    let page = mail.page(app).await.expect(200);
    assert!(page.text().contains("not released"), "{}", page.text());
    assert_eq!(page.header("cache-control"), Some("no-store"));
    for hidden in ["bert", "anna", "name=\"address\""] {
        assert!(!page.text().contains(hidden), "{hidden}");
    }
    let look = || {
        let post = app.anybody.post(&mail.path).header("content-type", "application/x-www-form-urlencoded");
        post.body("step=look")
    };
    assert_eq!(look().await.expect(303).header("location"), Some(mail.path.as_str()));
    let back = mail.submit(app, "bert@example.org").await.expect(303);
    assert_eq!(back.header("location"), Some(mail.path.as_str()));
    app.anna.send(&mail.id).await;
    mail.page(app).await.expect(303);
    assert_eq!(look().await.expect(303).header("location"), Some(mail.path.as_str()), "nothing is looked up");
}

async fn what_is_looked_into_says_so(app: &App) {
    let mail = draft_in_mail(&app.anna, &["bert@example.org"]).await;
    assert_eq!(app.anna.send(&mail.id).await.transfer["state"], "sealed");
    let page = mail.page(app).await.expect(200).text();
    assert!(page.contains("being checked"), "{page}");
    app.run_jobs().await;
    mail.page(app).await.expect(303);
    assert!(app.mails.letters().is_empty(), "nor is anybody mailed after that");
}

async fn a_link_that_leads_nowhere_answers_as_one_that_never_was(app: &App) {
    let never = app.anybody.get(&format!("/m/{}", "A".repeat(43))).await.expect(404);
    let as_never = async |mail: &Mail| {
        let page = mail.page(app).await.expect(404);
        assert_eq!((page.text(), page.header("set-cookie")), (never.text(), None));
        assert_eq!(mail.submit(app, "bert@example.org").await.expect(404).text(), {
            let path = format!("/m/{}", "A".repeat(43));
            let post = app.anybody.post(&path).header("content-type", "application/x-www-form-urlencoded");
            post.body("address=bert%40example.org").await.expect(404).text()
        });
    };
    let blocked = draft_in_mail(&app.anna, &["bert@example.org"]).await;
    app.anna.send(&blocked.id).await;
    app.anna.act(&blocked.id, "block").await.expect(200);
    as_never(&blocked).await;
    let alone = draft_in_mail(&app.anna, &["bert@example.org"]).await;
    let bert = app.anna.send(&alone.id).await.link().recipient.clone();
    app.anna.act_on(&alone.id, &bert, "block").await.expect(200);
    alone.page(app).await.expect(404);
    let over = draft_in_mail(&app.anna, &["bert@example.org"]).await;
    app.anna.send(&over.id).await;
    let draft = draft_in_mail(&app.anna, &["bert@example.org"]).await;
    app.clock.advance(14 * DAY);
    as_never(&over).await;
    as_never(&draft).await;
    app.anna.purge(&over.id).await.expect(204);
    as_never(&over).await;
    for path in ["/m/x", "/m/%2F", &format!("/m/{}", "ü".repeat(20)), &format!("/m/{}", "A".repeat(4_000))] {
        assert_eq!(app.anybody.get(path).await.expect(404).text(), never.text(), "{path}");
    }
}

async fn who_was_taken_out_is_led_nowhere_and_not_to_the_other(app: &App) {
    let mail = draft_in_mail(&app.anna, &["bert@example.org", "carl@example.org"]).await;
    let sent = app.anna.send(&mail.id).await;
    app.anna.act_on(&mail.id, &sent.link_of("bert@example.org").recipient, "block").await.expect(200);
    // He has the mail and its link, too: that one is left does not lead him on to that one's.
    mail.page(app).await.expect(200);
    let eve = mail.submit(app, "eve@example.org").await.expect(403).text();
    assert_eq!(mail.submit(app, "bert@example.org").await.expect(403).text(), eve);
    assert_eq!(
        mail.leads(app, "carl@example.org").await,
        format!("/t/{}", sent.link_of("carl@example.org").token)
    );
}

async fn addresses_are_not_tried_without_end(app: &App) {
    let mail = draft_in_mail(&app.anna, &["bert@example.org", "carl@example.org"]).await;
    let sent = app.anna.send(&mail.id).await;
    for n in 0..60 {
        mail.submit(app, &format!("r{n}@example.org")).await.expect(403);
    }
    let page = mail.submit(app, "bert@example.org").await.expect(429);
    assert!(page.number("retry-after") >= 1 && page.text().contains("name=\"address\""));
    let other = draft_in_mail(&app.anna, &["bert@example.org", "carl@example.org"]).await;
    app.anna.send(&other.id).await;
    other.submit(app, "bert@example.org").await.expect(303);
    app.clock.advance(std::time::Duration::from_secs(60));
    assert_eq!(
        mail.leads(app, "bert@example.org").await,
        format!("/t/{}", sent.link_of("bert@example.org").token)
    );
    assert_eq!(app.anna.transfer(&mail.id).await["locked"], false);
}

async fn one_address_of_a_machine_waits_after_its_tries(app: &App) {
    let mail = draft_in_mail(&app.anna, &["bert@example.org", "carl@example.org"]).await;
    app.anna.send(&mail.id).await;
    mail.submit(app, "eve@example.org").await.expect(403);
    mail.submit(app, "bert@example.org").await.expect(429);
    let body = app.anybody.post(&mail.path).header("content-type", "application/x-www-form-urlencoded");
    body.body("x".repeat(1 << 20)).await.expect(429);
}

async fn a_form_of_another_site_is_not_read(app: &App) {
    let mail = draft_in_mail(&app.anna, &["bert@example.org", "carl@example.org"]).await;
    app.anna.send(&mail.id).await;
    let page = mail.submit(app, "bert@example.org").header("sec-fetch-site", "cross-site").await.expect(403);
    assert!(page.text().contains("another site"));
}

async fn a_suspended_tenants_link_says_that_it_is_not_available_now(app: &App) {
    let mail = draft_in_mail(&app.anna, &["bert@example.org"]).await;
    app.anna.send(&mail.id).await;
    let operator = app.auth.danger_operator(&app.acme).await.unwrap();
    app.tenancy().suspend(&operator).await.unwrap();
    mail.page(app).await.expect(503);
}

async fn what_a_recipient_has_to_show_is_asked_behind_the_link(app: &App) {
    let id = app
        .anna
        .draft_of(&json!({
            "password": "correct horse",
            "recipients": [{"email": "bert@example.org"}, {"email": "carl@example.org"}],
        }))
        .await;
    app.anna.put(&id, "a", b"a").await;
    let mail = Mail::of(&app.anna, &id).await;
    let sent = app.anna.send(&id).await;
    let page = app.anybody.get(&mail.leads(app, "carl@example.org").await).await.expect(200);
    assert!(page.text().contains("type=\"password\""));
    sent.link_of("carl@example.org").enter_with("correct horse").await;
}

async fn nothing_on_the_page_leads_on_by_a_link_which_would_drop_the_second_part(app: &App) {
    let mail = draft_in_mail(&app.anna, &["bert@example.org", "carl@example.org"]).await;
    let unreleased = mail.page(app).await.expect(200).text();
    app.anna.send(&mail.id).await;
    for page in [unreleased, mail.page(app).await.expect(200).text()] {
        assert!(page.contains("<form") && !page.contains("<a ") && !page.contains(" action="), "{page}");
    }
    let chosen = app.anybody.get(&format!("{}?language=de", mail.path)).await.expect(303);
    assert_eq!(chosen.header("location"), Some(mail.path.as_str()));
}

async fn a_link_whose_hash_was_written_out_says_so_and_leads_on(app: &App) {
    let mail = draft_in_mail(&app.anna, &["bert@example.org"]).await;
    let link = app.anna.send(&mail.id).await.link().clone();
    let second = "S".repeat(43);
    for path in [mail.path.clone(), format!("/t/{}", link.token)] {
        for hash in ["%23", "%2523"] {
            let page = app.anybody.get(&format!("{path}{hash}{second}")).await.expect(200);
            assert_eq!(super::hrefs(&page.text()).iter().filter(|href| href.contains('#')).count(), 1);
            assert!(super::hrefs(&page.text()).contains(&format!("{path}#{second}")), "{}", page.text());
            assert_eq!((page.header("set-cookie"), page.header("cache-control")), (None, Some("no-store")));
        }
        // Nothing else in such a place becomes a part of a page.
        for other in ["", "%22%3E%3Cscript%3E", &"S".repeat(42)] {
            let page = app.anybody.get(&format!("{path}%23{other}")).await.expect(404);
            assert!(!page.text().contains("<script"), "{other}");
        }
    }
}
