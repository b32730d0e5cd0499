//! What a tenant says of what nobody here can look into.

use std::sync::{Arc, Mutex};

use sealpost_test_support::{
    app::{App, Options},
    claims,
    clamd::TestClamd,
};
use serde_json::json;

use super::{
    client::{Sealing, to_bert},
    stated::stated,
};

claims![
    a_tenant_may_forbid_it_and_may_require_it,
    what_is_allowed_gives_way_to_rules_that_want_to_see,
    what_is_allowed_gives_way_to_the_scanner with scanned(),
    what_a_tenant_says_counts_when_it_is_sent,
];

fn scanned() -> Options {
    let daemon = Arc::new(Mutex::new(TestClamd::start()));
    Options { scanner: Some((daemon, 5 << 20)), ..Options::default() }
}

/// What programs are told before they begin.
async fn told(app: &App) -> String {
    let told = app.anna.get("/api/v1/addin/bootstrap").await.expect(200).json();
    told["policy"]["zero_knowledge"].as_str().unwrap().to_owned()
}

async fn refused(app: &App, transfer: &serde_json::Value) {
    let problem = app.anna.create(transfer).await;
    problem.problem(403, "choice_locked");
    assert_eq!(problem.json()["detail"], "mode");
}

async fn a_tenant_may_forbid_it_and_may_require_it(app: &App) {
    let of_service = json!({"recipients": [{"email": "bert@example.org"}]});
    for (word, sealed, plain) in
        [("allow", true, true), ("forbid", false, true), ("prefer", true, true), ("require", true, false)]
    {
        app.change_settings(json!({ "zero_knowledge": word })).await;
        assert_eq!(told(app).await, word);
        for (new, allowed) in [(to_bert(), sealed), (of_service.clone(), plain)] {
            if allowed {
                app.anna.create(&new).await.expect(201);
            } else {
                refused(app, &new).await;
            }
        }
    }
}

async fn what_is_allowed_gives_way_to_rules_that_want_to_see(app: &App) {
    app.anna.create(&to_bert()).await.expect(201);
    // Of what may not be sent nobody need see more than today: archives with passwords pass, too.
    app.set_type_rules(json!({ "extensions": ["exe"] })).await;
    app.anna.create(&to_bert()).await.expect(201);
    for rules in [
        json!({ "mode": "allow", "kinds": ["pdf"] }),
        json!({ "archives": { "encrypted": "deny" } }),
        json!({ "archives": { "uninspectable": "deny" } }),
        json!({ "mismatch": "deny" }),
    ] {
        app.set_type_rules(rules).await;
        assert_eq!(told(app).await, "forbid");
        refused(app, &to_bert()).await;
    }
    // Whoever prefers it has chosen it in spite of them.
    app.change_settings(json!({ "zero_knowledge": "prefer" })).await;
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    draft.seal(None).await;
    let (file, sealing) = draft.parts("a.exe", b"aaa").await;
    stated(&draft, &file, &sealing, &["text"]).await.await.expect(204);
    draft.bind().await;
    app.anna.send(&draft.id).await;
    app.change_settings(json!({ "zero_knowledge": "allow" })).await;
    app.set_type_rules(json!({})).await;
    app.anna.create(&to_bert()).await.expect(201);
    app.set_content_rules(json!([{
        "name": "patients", "find": { "words": ["patient"] }, "level": "notify", "text": "Is it about a patient?",
    }]))
    .await;
    refused(app, &to_bert()).await;
}

async fn what_is_allowed_gives_way_to_the_scanner(app: &App) {
    refused(app, &to_bert()).await;
    app.set_scan_rules(json!({ "mode": "off" })).await;
    app.anna.create(&to_bert()).await.expect(201);
    app.set_scan_rules(json!({})).await;
    app.change_settings(json!({ "zero_knowledge": "require" })).await;
    // It goes out at once, and says that nobody has looked.
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    let links = draft.sent(None, &[("a", b"aaa")]).await;
    let shown = app.anna.transfer(&draft.id).await;
    assert_eq!(shown["inspection"]["state"], "sealed_by_sender");
    assert_eq!(draft.opening(app, &links[0]).open().await.fetch(0).await.1, b"aaa");
}

async fn what_a_tenant_says_counts_when_it_is_sent(app: &App) {
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    draft.seal(None).await;
    draft.put("a", b"aaa").await;
    app.change_settings(json!({ "zero_knowledge": "forbid" })).await;
    app.anna.act(&draft.id, "send").await.problem(403, "choice_locked");
    app.change_settings(json!({ "zero_knowledge": "allow" })).await;
    app.anna.act(&draft.id, "send").await.expect(200);
    let of_service = app.anna.draft().await;
    app.anna.put(&of_service, "b", b"b").await;
    app.change_settings(json!({ "zero_knowledge": "require" })).await;
    app.anna.act(&of_service, "send").await.problem(403, "choice_locked");
}
