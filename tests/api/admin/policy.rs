//! `/api/v1/admin/policy`

use std::time::Duration;

use sealpost_test_support::{
    app::{Answer, App, Client, Method},
    claims,
};
use serde_json::{Value, json};

claims![
    the_policy_is_read_and_set_by_admins_who_have_just_shown_a_credential,
    a_policy_that_cannot_be_kept_changes_nothing,
    a_patch_changes_what_it_names_and_nothing_else,
    a_change_of_what_is_no_longer_so_is_refused,
    every_version_is_kept_and_can_be_taken_back,
    the_log_has_what_differs_and_nobodys_address,
    nobody_locks_himself_out,
    what_is_most_likely_a_mistake_is_warned_of,
    addresses_in_rules_are_sealed_at_rest,
];

const POLICY: &str = "/api/v1/admin/policy";

async fn put(client: &Client, policy: &Value) -> Answer {
    client.request(Method::PUT, POLICY).json(policy).await
}

async fn patch(client: &Client, change: &Value) -> Answer {
    client.request(Method::PATCH, POLICY).json(change).await
}

async fn the_policy_is_read_and_set_by_admins_who_have_just_shown_a_credential(app: &App) {
    let admin = app.signed_in(&app.admin).await;
    let before = admin.get(POLICY).await.expect(200).json();
    assert_eq!((&before["version"], &before["made_by"]), (&json!(0), &Value::Null));
    let mut policy = before["policy"].clone();
    policy["settings"]["max_files"] = json!(3);
    let answer = put(&admin, &policy).await.expect(200);
    assert_eq!(answer.header("etag"), Some("\"1\""));
    assert_eq!(answer.json()["made_by"], json!(app.user_id(&app.admin).await));
    let seen = app.admin.get(POLICY).await.expect(200).json();
    assert_eq!((&seen["version"], &seen["policy"]), (&json!(1), &policy));
    // A program has nothing to show.
    put(&app.admin, &policy).await.problem(403, "step_up_needed");
    app.signed_in(&app.anna).await.get(POLICY).await.problem(403, "forbidden");
    let rivals = app.rival.get(POLICY).await.expect(200).json();
    assert_ne!(rivals["policy"]["settings"]["max_files"], 3);
    app.clock.advance(Duration::from_secs(600));
    put(&admin, &policy).await.problem(403, "step_up_needed");
}

async fn a_policy_that_cannot_be_kept_changes_nothing(app: &App) {
    let admin = app.signed_in(&app.admin).await;
    let before = admin.get(POLICY).await.expect(200).json();
    for wish in [
        json!({ "settings": { "max_files": 0 } }),
        json!({ "settings": { "signins": [] } }),
        json!({ "settings": { "mail_language": "fr" } }),
        json!({ "settings": { "secret": 1 } }),
        json!({ "secret": 1 }),
        json!({ "domains": ["no domain"] }),
        json!({ "addresses": [{ "name": "", "effect": "allow" }] }),
        json!({ "addresses": [{ "name": "x", "effect": "allow" }, { "name": "x", "effect": "allow" }] }),
        json!({ "addresses": [{ "name": "x", "recipients": ["nobody"], "effect": "allow" }] }),
        json!([]),
    ] {
        put(&admin, &wish).await.problem(400, "invalid_request");
        if wish.is_object() {
            patch(&admin, &wish).await.problem(400, "invalid_request");
        }
    }
    admin
        .request(Method::PUT, POLICY)
        .header("if-match", "1")
        .json(&json!({}))
        .await
        .problem(400, "invalid_request");
    assert_eq!(admin.get(POLICY).await.expect(200).json(), before);
}

async fn a_patch_changes_what_it_names_and_nothing_else(app: &App) {
    let admin = app.signed_in(&app.admin).await;
    let mut policy = admin.get(POLICY).await.expect(200).json()["policy"].clone();
    let rules = json!([{ "name": "friends", "recipients": ["friend.example"], "effect": "allow" }]);
    patch(&admin, &json!({ "settings": { "max_files": 3 }, "addresses": rules })).await.expect(200);
    policy["settings"]["max_files"] = json!(3);
    policy["addresses"] = rules;
    assert_eq!(admin.get(POLICY).await.expect(200).json()["policy"], policy);
    let back = json!({ "settings": { "max_files": null }, "addresses": null });
    let answer = patch(&admin, &back).await.expect(200).json();
    assert_eq!(answer["policy"]["settings"]["max_files"], 10_000);
    assert_eq!((&answer["policy"]["addresses"], &answer["version"]), (&json!([]), &json!(2)));
    let same = patch(&admin, &json!({})).await.expect(200).json();
    assert_eq!(same["version"], 2, "what changes nothing is no version");
}

async fn a_change_of_what_is_no_longer_so_is_refused(app: &App) {
    let admin = app.signed_in(&app.admin).await;
    patch(&admin, &json!({ "settings": { "max_files": 3 } })).await.expect(200);
    let change = json!({ "settings": { "max_files": 4 } });
    for method in [Method::PUT, Method::PATCH] {
        let asked = admin.request(method, POLICY).header("if-match", "\"0\"").json(&change);
        asked.await.problem(412, "precondition_failed");
    }
    let restore = format!("{POLICY}/versions/0/restore");
    admin.post(&restore).header("if-match", "\"0\"").await.problem(412, "precondition_failed");
    let asked = admin.request(Method::PATCH, POLICY).header("if-match", "\"1\"").json(&change);
    assert_eq!(asked.await.expect(200).json()["version"], 2);
}

async fn every_version_is_kept_and_can_be_taken_back(app: &App) {
    let admin = app.signed_in(&app.admin).await;
    let versions = format!("{POLICY}/versions");
    assert_eq!(admin.get(&versions).await.expect(200).json(), json!({ "versions": [] }));
    let first = admin.get(POLICY).await.expect(200).json()["policy"].clone();
    for most in [3, 4] {
        patch(&admin, &json!({ "settings": { "max_files": most } })).await.expect(200);
    }
    let back = admin.post(&format!("{versions}/0/restore")).await.expect(200).json();
    assert_eq!((&back["version"], &back["policy"]), (&json!(3), &first));
    let page = admin.get(&format!("{versions}?limit=2")).await.expect(200).json();
    let seen = page["versions"].as_array().unwrap();
    assert_eq!(seen[0]["difference"]["settings"], json!({ "max_files": [4, 10_000] }));
    assert_eq!((&seen[0]["restored_from"], &seen[1]["version"]), (&json!(0), &json!(2)));
    let next = admin.get(&format!("{versions}?before={}", page["next"])).await.expect(200).json();
    let numbers: Vec<_> = next["versions"].as_array().unwrap().iter().map(|one| &one["version"]).collect();
    assert_eq!(numbers, [&json!(1), &json!(0)]);
    let second = admin.get(&format!("{versions}/2")).await.expect(200).json();
    assert_eq!(second["policy"]["settings"]["max_files"], 4);
    for unknown in ["4", "99", "x", "-1"] {
        admin.get(&format!("{versions}/{unknown}")).await.problem(404, "not_found");
    }
    for query in ["limit=0", "limit=201", "before=x", "x=1"] {
        admin.get(&format!("{versions}?{query}")).await.problem(400, "invalid_request");
    }
}

async fn the_log_has_what_differs_and_nobodys_address(app: &App) {
    let admin = app.signed_in(&app.admin).await;
    let rules = json!([{ "name": "bert", "recipients": ["bert@secret.example"], "effect": "allow" }]);
    patch(&admin, &json!({ "settings": { "max_files": 3 }, "addresses": rules })).await.expect(200);
    let entries = app.db.read().await.unwrap().audit_after(app.acme.id, 0, 1_000).await.unwrap();
    let entry = entries.iter().rfind(|entry| entry.kind == "policy.changed").unwrap();
    let payload: Value = serde_json::from_str(&entry.payload).unwrap();
    assert_eq!(payload["version"], 1);
    assert_eq!(payload["difference"]["settings"], json!({ "max_files": [10_000, 3] }));
    assert_eq!(payload["difference"]["addresses"]["added"], 1);
    assert_eq!(payload["document_sha256"].as_str().unwrap().len(), 64);
    assert!(!entry.payload.contains("secret.example"), "{}", entry.payload);
}

async fn nobody_locks_himself_out(app: &App) {
    let admin = app.signed_in(&app.admin).await;
    let refused = patch(&admin, &json!({ "settings": { "signins": ["passkey"] } })).await;
    assert!(refused.problem(400, "invalid_request").contains("lock you out"));
    // No provider is there at which anybody could sign in.
    patch(&admin, &json!({ "settings": { "signins": ["entra", "oidc"] } }))
        .await
        .problem(400, "invalid_request");
    assert_eq!(admin.get(POLICY).await.expect(200).json()["version"], 0);
}

async fn what_is_most_likely_a_mistake_is_warned_of(app: &App) {
    let admin = app.signed_in(&app.admin).await;
    let rules = json!([
        { "name": "nobody", "effect": { "deny": "Not today." } },
        { "name": "friends", "recipients": ["friend.example"], "effect": "allow" },
    ]);
    let answer = patch(&admin, &json!({ "addresses": rules })).await.expect(200).json();
    let warnings: Vec<_> =
        answer["warnings"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    assert_eq!(
        warnings,
        [
            "address rule 1 lets nobody send anything",
            "address rule 2 never decides: rule 1 is about all of its senders and recipients"
        ]
    );
}

async fn addresses_in_rules_are_sealed_at_rest(app: &App) {
    let rules = json!([{ "name": "bert", "recipients": ["bert@secret.example"], "effect": "allow" }]);
    app.set_address_rules(rules).await;
    let row = app.db.read().await.unwrap().policy_version(app.acme.id, 1).await.unwrap().unwrap();
    let has = |bytes: &[u8]| bytes.windows(14).any(|window| window == b"secret.example");
    assert!(!has(&row.document) && !has(row.difference.as_bytes()));
}
