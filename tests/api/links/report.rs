//! `POST /api/v1/links/report`, the page for it, and what admins see of it.

use sealpost_test_support::{
    app::{App, Sent},
    claims,
};
use serde_json::{Value, json};

const PATH: &str = "/api/v1/links/report";
const ADMIN: &str = "/api/v1/admin/abuse-reports";

claims![
    admins_hear_of_a_report_and_the_operator_without_names,
    a_report_is_settled_once,
    the_link_is_enough_and_three_reports_a_day_are,
    a_report_goes_with_its_transfer,
    the_page_takes_a_report_without_scripts_and_a_get_takes_none,
    the_page_asks_again_when_no_reason_was_chosen,
    what_is_no_report_is_refused,
];

async fn report(app: &App, sent: &Sent, text: &str) {
    let wish = json!({ "token": sent.link().token, "reason": "phishing", "text": text });
    app.anybody.post_json(PATH, &wish).await.expect(204);
}

async fn reports(app: &App) -> Vec<Value> {
    let list = app.admin.get(ADMIN).await.expect(200).json();
    list["reports"].as_array().unwrap().clone()
}

async fn admins_hear_of_a_report_and_the_operator_without_names(app: &App) {
    let sent = app.anna.sent(&[("a.txt", b"hello")]).await;
    report(app, &sent, "asks for my <password>").await;
    app.run_jobs().await;
    let mails = app.mails_to(app.admin.email());
    assert_eq!(mails.len(), 1);
    for word in ["anna@acme.example", "bert@example.org", "asks for my <password>", &sent.id] {
        assert!(mails[0].text.contains(word), "{word}: {}", mails[0].text);
    }
    assert!(!mails[0].html.contains("<password>"));
    assert!(app.mails_to(app.anna.email()).is_empty(), "not whoever is reported");
    let desk = app.mails_to("abuse@operator.example");
    assert_eq!(desk.len(), 1);
    assert!(desk[0].text.contains(&sent.id) && desk[0].subject.contains("acme"), "{}", desk[0].text);
    for word in ["anna", "bert", "password"] {
        assert!(!desk[0].text.contains(word), "{word}: {}", desk[0].text);
    }
    let found = reports(app).await.remove(0);
    assert_eq!((&found["reason"], &found["recipient"]), (&json!("phishing"), &json!("bert@example.org")));
    assert_eq!(found["text"], "asks for my <password>");
    assert_eq!(sent.link().open().await.status, 200, "nothing is blocked by it");
    assert!(app.audit(app.acme.id, &sent.id).await.contains(&"abuse.reported".to_owned()));
}

async fn a_report_is_settled_once(app: &App) {
    let sent = app.anna.sent(&[("a.txt", b"hello")]).await;
    report(app, &sent, "").await;
    let id = reports(app).await[0]["id"].as_str().unwrap().to_owned();
    let settle = format!("{ADMIN}/{id}/settle");
    app.anna.post(&settle).await.problem(403, "forbidden");
    app.admin.post(&settle).await.expect(204);
    app.admin.post(&settle).await.problem(404, "not_found");
    let found = reports(app).await.remove(0);
    assert!(found["settled_at"].is_string());
    assert_eq!(found["settled_by"], json!(app.user_id(&app.admin).await));
}

async fn the_link_is_enough_and_three_reports_a_day_are(app: &App) {
    let new = json!({ "recipients": [{ "email": "bert@example.org" }], "password": "correct horse" });
    let sent = app.anna.sent_as(&new, &[("a.txt", b"hello")]).await;
    for text in ["one", "two", "three"] {
        report(app, &sent, text).await;
        app.clock.advance(std::time::Duration::from_millis(2)); // their ids are in this order
    }
    let wish = json!({ "token": sent.link().token, "reason": "other" });
    app.anybody.post_json(PATH, &wish).await.problem(429, "too_many_requests");
    assert_eq!(reports(app).await.len(), 3);
    let page = app.admin.get(&format!("{ADMIN}?limit=2")).await.expect(200).json();
    let next = page["next"].as_str().unwrap();
    let rest = app.admin.get(&format!("{ADMIN}?limit=2&before={next}")).await.expect(200).json();
    assert_eq!((rest["reports"].as_array().unwrap().len(), &rest["next"]), (1, &Value::Null));
    assert_eq!(rest["reports"][0]["text"], "one");
}

async fn a_report_goes_with_its_transfer(app: &App) {
    let sent = app.anna.sent(&[("a.txt", b"hello")]).await;
    report(app, &sent, "about it").await;
    app.anna.purge(&sent.id).await.expect(204);
    app.run_jobs().await;
    assert!(reports(app).await.is_empty());
    assert!(app.mails_to("abuse@operator.example").is_empty());
}

async fn the_page_takes_a_report_without_scripts_and_a_get_takes_none(app: &App) {
    let sent = app.anna.sent(&[("a.txt", b"hello")]).await;
    let link = sent.link();
    let path = format!("/t/{}/report", link.token);
    assert!(link.page().await.expect(200).text().contains("Report it"));
    let shown = app.anybody.get(&path).await.expect(200);
    assert!(shown.text().contains("What is wrong?"));
    assert!(shown.header("content-security-policy").unwrap().contains("default-src 'none'"));
    assert!(reports(app).await.is_empty());
    let form = |site: &'static str| {
        let post = app.anybody.post(&path).header("content-type", "application/x-www-form-urlencoded");
        post.header("sec-fetch-site", site).body("reason=misdirected&text=not+mine")
    };
    form("cross-site").await.expect(403);
    assert!(reports(app).await.is_empty());
    assert!(form("same-origin").await.expect(200).text().contains("Thank you"));
    assert_eq!(reports(app).await[0]["text"], "not mine");
    app.anna.act(&sent.id, "block").await.expect(200);
    app.anybody.get(&path).await.expect(404);
    form("same-origin").await.expect(404);
}

async fn the_page_asks_again_when_no_reason_was_chosen(app: &App) {
    let sent = app.anna.sent(&[("a.txt", b"hello")]).await;
    let path = format!("/t/{}/report", sent.link().token);
    for form in ["text=%3Cb%3Eand", "reason=&text=%3Cb%3Eand", "reason=boring&text=%3Cb%3Eand"] {
        let post = app.anybody.post(&path).header("content-type", "application/x-www-form-urlencoded");
        let page = post.body(form).await.expect(200).text();
        assert!(page.contains("Please choose a reason.") && page.contains("&lt;b&gt;and"), "{page}");
    }
    assert!(reports(app).await.is_empty());
}

async fn what_is_no_report_is_refused(app: &App) {
    let sent = app.anna.sent(&[("a.txt", b"hello")]).await;
    let token = &sent.link().token;
    for wish in [
        json!({ "token": token }),
        json!({ "token": token, "reason": "boring" }),
        json!({ "token": token, "reason": "other", "text": "x".repeat(2_001) }),
    ] {
        app.anybody.post_json(PATH, &wish).await.problem(400, "invalid_request");
    }
    let wish = json!({ "token": "x", "reason": "other" });
    app.anybody.post_json(PATH, &wish).await.problem(404, "link_unavailable");
    assert!(reports(app).await.is_empty());
}
