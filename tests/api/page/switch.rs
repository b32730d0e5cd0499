//! `?language=` of plain pages.

use sealpost_test_support::{
    app::{Answer, App},
    claims,
};

use super::hrefs;
use crate::people::{PASSWORD, set_password};

claims![
    a_language_that_was_chosen_counts_on_every_page,
    a_choice_leads_to_the_same_page_and_nowhere_else,
    what_is_none_of_our_languages_is_ignored,
    a_choice_of_another_site_counts_for_nothing,
    what_answers_a_form_has_no_switch,
    a_code_comes_in_the_language_that_was_chosen,
];

fn language(answer: &Answer) -> String {
    let text = answer.text();
    let (_, rest) = text.split_once("<html lang=\"").expect("a page");
    rest[..2].to_owned()
}

async fn a_language_that_was_chosen_counts_on_every_page(app: &App) {
    set_password(app, &app.acme, &app.anna, PASSWORD).await;
    let sent = app.anna.sent(&[("a", b"a")]).await;
    let report = format!("/t/{}/report", sent.link().token);
    let pages = [
        sent.link().url.as_str(),
        &report,
        "/t/x",
        "/signin",
        "/signin/forgotten",
        "/signin/reset/x",
        "/incident/x",
    ];
    for path in pages {
        let plain = app.anybody.get(path).header("accept-language", "nl").await;
        assert_eq!(
            (language(&plain).as_str(), plain.header("vary")),
            ("nl", Some("Accept-Language, Cookie")),
            "{path}"
        );
        let ways: Vec<_> =
            hrefs(&plain.text()).into_iter().filter(|href| href.contains("language=")).collect();
        assert_eq!(ways, ["?language=en", "?language=de"], "{path}");
        let chosen = app.anybody.get(&format!("{path}?language=de")).await.expect(303);
        assert_eq!(
            chosen.header("set-cookie"),
            Some("sealpost-language=de; SameSite=Lax; Path=/; Max-Age=31536000"),
            "{path}"
        );
        let german =
            app.anybody.get(path).header("accept-language", "nl").header("cookie", chosen.cookies()).await;
        assert_eq!(language(&german), "de", "{path}");
        assert_eq!(german.header("content-language"), Some("de"));
        assert_eq!(german.header("set-cookie"), None);
    }
    let account = app.anybody.get("/account?language=de").await.expect(303);
    assert_eq!(account.header("location"), Some("/account"));
}

async fn a_choice_leads_to_the_same_page_and_nowhere_else(app: &App) {
    for (address, location) in [
        ("/t/x?language=de", "/t/x"),
        ("/t/x?chosen=none&language=de", "/t/x?chosen=none"),
        (
            "/signin?tenant=acme&language=nl&return_to=%2Ftransfers",
            "/signin?tenant=acme&return_to=%2Ftransfers",
        ),
        ("/signin?language=nl&language=https://evil.example", "/signin"),
        ("/t/%2F%2Fevil.example?language=de", "/t/%2F%2Fevil.example"),
    ] {
        let chosen = app.anybody.get(address).await.expect(303);
        assert_eq!(chosen.header("location"), Some(location), "{address}");
        assert!(chosen.body.is_empty());
    }
    for elsewhere in ["//evil.example/t/x?language=de", "/x?language=de", "/api/v1/openapi.json?language=de"]
    {
        assert_eq!(app.anybody.get(elsewhere).await.header("set-cookie"), None, "{elsewhere}");
    }
    let post =
        app.anybody.post("/t/x?language=de").header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(post.body("").await.expect(404).header("set-cookie"), None);
}

async fn what_is_none_of_our_languages_is_ignored(app: &App) {
    for asked in ["fr", "DE", "de-AT", "*", "", "de%0d%0aset-cookie:x=y"] {
        let page = app.anybody.get(&format!("/signin?language={asked}")).await.expect(200);
        assert_eq!((page.header("set-cookie"), language(&page).as_str()), (None, "en"), "{asked}");
    }
    for kept in ["fr", "DE", "*", "", "de,en", "\"de\""] {
        let page = app.anybody.get("/signin").header("accept-language", "nl");
        let page = page.header("cookie", format!("sealpost-language={kept}")).await.expect(200);
        assert_eq!(language(&page), "nl", "{kept}");
    }
}

async fn a_choice_of_another_site_counts_for_nothing(app: &App) {
    for site in ["cross-site", "same-site"] {
        let led = app.anybody.get("/t/x?language=de").header("sec-fetch-site", site).await.expect(303);
        assert_eq!((led.header("location"), led.header("set-cookie")), (Some("/t/x"), None), "{site}");
    }
}

async fn what_answers_a_form_has_no_switch(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    let form = |path: String, form: &'static str| {
        app.anybody.post(&path).header("content-type", "application/x-www-form-urlencoded").body(form)
    };
    let reported = form(format!("/t/{}/report", sent.link().token), "reason=").await.expect(200);
    let refused = form("/signin".to_owned(), "tenant=acme&email=x&password=y").await.expect(401);
    for answer in [reported, refused] {
        assert!(!answer.text().contains("language="), "{}", answer.asked);
    }
}

async fn a_code_comes_in_the_language_that_was_chosen(app: &App) {
    let sent = crate::links::code::protected(app, "email_code").await;
    let asked = sent.link().submit("step=send").header("cookie", "sealpost-language=nl");
    asked.header("accept-language", "de").await.expect(303);
    app.run_jobs().await;
    let mail = app.mails_to("bert@example.org").pop().unwrap();
    assert!(mail.subject.contains("Uw code"), "{}", mail.subject);
}
