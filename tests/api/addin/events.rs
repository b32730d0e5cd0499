//! `/api/v1/addin/events`: what the event file asks for

use sealpost_domain::Clock as _;
use sealpost_test_support::{
    app::{App, DAY, HOUR, Method, Options},
    claims,
};
use serde_json::{Value, json};

use crate::{
    admin::licence::{Wish, install, licensed},
    support::operator,
};

claims![
    outlook_is_told_by_what_to_judge_mails,
    what_the_tenant_has_decided_is_what_outlook_is_told,
    international_domains_are_spelt_in_both_ways,
    an_allow_list_names_what_may_be_sent,
    whoever_has_the_policy_is_told_whether_it_has_changed,
    mails_go_out_where_no_licence_counts with licensed(),
    mails_go_out_while_the_tenant_is_suspended,
    mails_go_out_where_the_tenant_says_so,
    mails_go_out_where_the_operator_says_so with switched_off(),
    a_transfer_is_complete_when_all_that_was_begun_is_there_until_it_is_sent,
    transfers_of_other_tenants_are_not_there,
    what_no_mail_can_go_with_is_not_there,
    nobody_is_told_anything_without_an_id,
    the_event_file_may_read_answers_whatever_it_is_run_by,
    nobody_else_may_read_answers_in_a_browser,
    refusals_can_be_read_too,
];

fn switched_off() -> Options {
    Options { addins: false, ..Options::default() }
}

async fn policy_path(app: &App) -> String {
    format!("/api/v1/addin/events/{}/policy", app.addin_id(&app.acme).await)
}

async fn policy(app: &App) -> Value {
    app.anybody.get(&policy_path(app).await).await.expect(200).json()
}

async fn state_path(app: &App, transfer: &str) -> String {
    format!("/api/v1/addin/events/{}/transfers/{transfer}", app.addin_id(&app.acme).await)
}

async fn outlook_is_told_by_what_to_judge_mails(app: &App) {
    let told = policy(app).await;
    let extensions = told["types"]["extensions"].as_array().unwrap().clone();
    for extension in ["exe", "iso", "lnk", "msi", "ps1"] {
        assert!(extensions.contains(&json!(extension)), "{extension}: {extensions:?}");
    }
    assert!(!extensions.contains(&json!("pdf")) && !extensions.contains(&json!("")));
    let expected = json!({
        "format": 1,
        "active": true,
        "fresh_seconds": 60,
        "keep_seconds": 0,
        "send_mode": "prompt_user",
        "attachments": { "more_than_bytes": 10_000_000, "level": "ask" },
        "types": { "mode": "deny", "extensions": extensions, "level": "ask" },
        "content": [],
        "uploads": "ask",
    });
    assert_eq!(told, expected);
}

async fn what_the_tenant_has_decided_is_what_outlook_is_told(app: &App) {
    app.change_addin(json!({
        "send_mode": "soft_block", "attachments_more_than_bytes": null, "types_level": "enforce",
        "recipients_level": "notify", "uploads_level": "enforce", "fresh_seconds": 300, "keep_seconds": 86_400,
    }))
    .await;
    app.set_type_rules(json!({ "extensions": ["PST"], "kinds": [] })).await;
    app.set_address_rules(json!([
        { "name": "old", "effect": "allow", "disabled": true },
        { "name": "rivals", "recipients": ["globex.example"], "effect": { "deny": "Not to Globex." } },
        { "name": "others", "senders": ["internal"], "effect": { "require": ["email_code", "password"] } },
    ]))
    .await;
    let word = |name: &str, disabled: bool| json!({ "name": name, "find": { "words": ["salary"] }, "level": "mandatory", "text": "Mind it.", "disabled": disabled });
    app.set_content_rules(json!([word("off", true), word("pay", false)])).await;
    let told = policy(app).await;
    assert_eq!(told.get("attachments"), None);
    assert_eq!((&told["fresh_seconds"], &told["keep_seconds"]), (&json!(300), &json!(86_400)));
    assert_eq!((&told["send_mode"], &told["uploads"]), (&json!("soft_block"), &json!("enforce")));
    assert_eq!(told["types"], json!({ "mode": "deny", "extensions": ["pst"], "level": "enforce" }));
    assert_eq!(
        told["recipients"],
        json!({
            "level": "notify",
            "internal": [],
            "rules": [
                { "recipients": ["globex.example"], "effect": { "deny": "Not to Globex." } },
                { "senders": ["internal"], "effect": { "require": ["email_code", "password"] } },
            ],
        })
    );
    assert_eq!(told["content"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&told["content"][0]["name"], &told["content"][0]["level"]),
        (&json!("pay"), &json!("mandatory"))
    );
    // Of another tenant, none of it.
    let other = format!("/api/v1/addin/events/{}/policy", app.addin_id(&app.globex).await);
    assert_eq!(app.anybody.get(&other).await.expect(200).json()["send_mode"], "prompt_user");
}

async fn international_domains_are_spelt_in_both_ways(app: &App) {
    let document = json!({
        "domains": ["bücher.example", "acme.example"],
        "addresses": [{ "name": "a", "recipients": ["söhne.example", "x@söhne.example"], "effect": "allow" }],
    });
    app.set_policy(&app.acme, serde_json::from_value(document).unwrap()).await;
    let told = policy(app).await;
    assert_eq!(
        told["recipients"]["internal"],
        json!(["@acme.example", "@xn--bcher-kva.example", "@bücher.example"])
    );
    assert_eq!(
        told["recipients"]["rules"][0]["recipients"],
        json!(["xn--shne-5qa.example", "söhne.example", "x@xn--shne-5qa.example", "x@söhne.example"])
    );
}

async fn an_allow_list_names_what_may_be_sent(app: &App) {
    app.set_type_rules(json!({ "mode": "allow", "kinds": ["pdf"], "extensions": ["md"] })).await;
    let told = policy(app).await;
    assert_eq!(told["types"]["mode"], "allow");
    let extensions = told["types"]["extensions"].as_array().unwrap();
    assert!(extensions.contains(&json!("pdf")) && extensions.contains(&json!("md")), "{extensions:?}");
    assert!(!extensions.contains(&json!("docx")), "{extensions:?}");
    // What has no extension may turn out to be a PDF.
    assert!(extensions.contains(&json!("")), "{extensions:?}");
}

async fn whoever_has_the_policy_is_told_whether_it_has_changed(app: &App) {
    let path = policy_path(app).await;
    let tag = app.anybody.get(&path).await.expect(200).header("etag").unwrap().to_owned();
    let again = app.anybody.get(&path).header("if-none-match", &tag).await.expect(304);
    assert_eq!((again.header("etag"), again.text().as_str()), (Some(tag.as_str()), ""));
    app.change_addin(json!({ "events": false })).await;
    let other = app.anybody.get(&path).header("if-none-match", &tag).await.expect(200);
    assert_ne!(other.header("etag"), Some(tag.as_str()));
}

async fn is_active(app: &App) -> bool {
    policy(app).await["active"].as_bool().unwrap()
}

async fn mails_go_out_where_no_licence_counts(app: &App) {
    assert!(!is_active(app).await, "there is none");
    install(app, Wish { expires_at: app.clock.now() + DAY, grace_days: 1, ..Wish::of(app) }).await;
    assert!(is_active(app).await);
    app.clock.advance(DAY + HOUR);
    assert!(is_active(app).await, "it counts a little longer");
    app.clock.advance(DAY);
    assert!(!is_active(app).await, "it has ended");
}

async fn mails_go_out_while_the_tenant_is_suspended(app: &App) {
    assert!(is_active(app).await);
    let operator = operator(app, &app.acme).await;
    app.tenancy().suspend(&operator).await.unwrap();
    assert!(!is_active(app).await);
    app.tenancy().resume(&operator, false).await.unwrap();
    assert!(is_active(app).await);
}

async fn mails_go_out_where_the_tenant_says_so(app: &App) {
    app.change_addin(json!({ "events": false })).await;
    assert!(!is_active(app).await);
}

async fn mails_go_out_where_the_operator_says_so(app: &App) {
    assert!(!is_active(app).await);
}

async fn a_transfer_is_complete_when_all_that_was_begun_is_there_until_it_is_sent(app: &App) {
    let transfer = app.anna.draft().await;
    let path = state_path(app, &transfer).await;
    let state = async || app.anybody.get(&path).await.expect(200).json()["state"].clone();
    assert_eq!(state().await, "complete", "nothing was begun");
    let upload = app.anna.upload(&transfer, "a.txt", 4).await;
    assert_eq!(state().await, "uploading");
    app.anna.patch(&upload, 0, "ab").await.expect(204);
    assert_eq!(state().await, "uploading");
    app.anna.patch(&upload, 2, "cd").await.expect(204);
    assert_eq!(state().await, "complete");
    // Pieces that were not put together are no file.
    app.anna.partial(&transfer, 1).await;
    assert_eq!(state().await, "uploading");
    let sent = app.anna.sent(&[("a", b"a")]).await;
    let answer = app.anybody.get(&state_path(app, &sent.id).await).await.expect(200);
    assert_eq!(answer.json(), json!({ "state": "sent" }));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

async fn transfers_of_other_tenants_are_not_there(app: &App) {
    let foreign = app.gina.draft().await;
    app.anybody.get(&state_path(app, &foreign).await).await.problem(404, "not_found");
    let none = "01980000-0000-7000-8000-000000000000";
    app.anybody.get(&state_path(app, none).await).await.problem(404, "not_found");
    app.anybody.get(&state_path(app, "x").await).await.problem(404, "not_found");
    // By its own tenant's add-in it is.
    let own = format!("/api/v1/addin/events/{}/transfers/{foreign}", app.addin_id(&app.globex).await);
    app.anybody.get(&own).await.expect(200);
}

async fn what_no_mail_can_go_with_is_not_there(app: &App) {
    let blocked = app.anna.sent(&[("a", b"a")]).await;
    app.anna.act(&blocked.id, "block").await.expect(200);
    app.anybody.get(&state_path(app, &blocked.id).await).await.problem(404, "not_found");
    let removed = app.anna.sent(&[("a", b"a")]).await;
    app.anna.purge(&removed.id).await;
    app.anybody.get(&state_path(app, &removed.id).await).await.problem(404, "not_found");
    let ended = app.anna.sent(&[("a", b"a")]).await;
    let path = state_path(app, &ended.id).await;
    app.anybody.get(&path).await.expect(200);
    app.clock.advance(15 * DAY);
    app.anybody.get(&path).await.problem(404, "not_found");
}

async fn nobody_is_told_anything_without_an_id(app: &App) {
    let id = app.addin_id(&app.acme).await.to_string();
    for wrong in ["x", "6f1c1b0e-6f0e-4b7e-9a55-2d1d0e0c7a10", &id.to_uppercase(), &app.acme.id.to_string()] {
        let path = format!("/api/v1/addin/events/{wrong}/policy");
        app.anybody.get(&path).await.problem(404, "not_found");
    }
}

async fn the_event_file_may_read_answers_whatever_it_is_run_by(app: &App) {
    let path = policy_path(app).await;
    let ours = app.anybody.base().to_owned();
    for origin in [ours.clone(), format!("{ours}/")] {
        let answer = app.anybody.get(&path).header("origin", &origin).await.expect(200);
        assert_eq!(answer.header("access-control-allow-origin"), Some(origin.as_str()));
        assert_eq!(answer.header("access-control-expose-headers"), Some("ETag"));
        assert_eq!(answer.header("access-control-allow-credentials"), None);
        assert!(answer.header("vary").unwrap().contains("Origin"));
        let asked = app.anybody.options(&path).header("origin", &origin);
        let asked = asked.header("access-control-request-method", "GET");
        let allowed = asked.header("access-control-request-headers", "if-none-match").await.expect(204);
        assert_eq!(allowed.header("access-control-allow-origin"), Some(origin.as_str()));
        assert_eq!(allowed.header("access-control-allow-methods"), Some("GET, HEAD, POST"));
        assert_eq!(
            allowed.header("access-control-allow-headers"),
            Some("Accept, Content-Type, If-None-Match")
        );
    }
}

async fn nobody_else_may_read_answers_in_a_browser(app: &App) {
    let path = policy_path(app).await;
    let ours = app.anybody.base().to_owned();
    for origin in ["https://evil.example", "null", &format!("{ours}//"), &format!("{ours}.evil.example")] {
        let answer = app.anybody.get(&path).header("origin", origin).await.expect(200);
        assert_eq!(answer.header("access-control-allow-origin"), None, "{origin}");
        assert!(answer.header("vary").unwrap().contains("Origin"));
        let asked = app.anybody.options(&path).header("origin", origin);
        let refused = asked.header("access-control-request-method", "GET").await.expect(405);
        assert_eq!(refused.header("access-control-allow-origin"), None, "{origin}");
    }
    // Whatever else there is may be read by nobody.
    let other = app.anybody.get("/api/v1/openapi.json").header("origin", &ours).await.expect(200);
    assert_eq!(other.header("access-control-allow-origin"), None);
}

async fn refusals_can_be_read_too(app: &App) {
    let origin = format!("{}/", app.anybody.base());
    let path = state_path(app, "01980000-0000-7000-8000-000000000000").await;
    let answer = app.anybody.get(&path).header("origin", &origin).await;
    answer.problem(404, "not_found");
    assert_eq!(answer.header("access-control-allow-origin"), Some(origin.as_str()));
    let answer = app.anybody.request(Method::PUT, &path).header("origin", &origin).await;
    answer.problem(405, "method_not_allowed");
    assert_eq!(answer.header("access-control-allow-origin"), Some(origin.as_str()));
}
