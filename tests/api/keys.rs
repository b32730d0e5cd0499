//! The root key is rotated while the service works.

use sealpost_domain::Job;
use sealpost_test_support::{
    app::{App, HOUR},
    claims,
};
use sealpost_vault::Vault as _;
use serde_json::json;

use crate::support::{MIB, pattern};

claims![
    uploads_and_downloads_go_on_while_the_root_key_is_rotated_and_the_old_version_retired,
    what_one_node_rotates_the_other_wraps_and_opens_under,
    what_the_operator_does_with_the_root_key_is_in_every_tenants_log,
];

async fn uploads_and_downloads_go_on_while_the_root_key_is_rotated_and_the_old_version_retired(app: &App) {
    let before = app.anna.sent(&[("a", b"before")]).await;
    let visit = before.link().enter().await;
    let bytes = pattern(2 * MIB);
    let id = app.anna.draft().await;
    let upload = app.anna.upload(&id, "a", bytes.len()).await;
    app.anna.patch(&upload, 0, bytes[..MIB].to_vec()).await.expect(204);

    let old = app.vault.key_id();
    let new = app.vault.rotate().await.unwrap();
    assert_ne!(old, new);
    // What is in memory, what is read anew from under the old version, and what is made under the new one.
    assert_eq!(visit.fetch(0).await, "before");
    app.clock.advance(HOUR);
    assert_eq!(before.link().enter().await.fetch(0).await, "before");
    app.run(Job::RewrapKeys).await;
    let wrapped = app.keys.wrapped_under(&app.db).await.unwrap();
    assert_eq!(wrapped.iter().map(|under| under.id.as_str()).collect::<Vec<_>>(), [new.as_str()]);
    app.keys.retire(&app.db, old.as_str()).await.unwrap();

    app.clock.advance(HOUR);
    app.anna.patch(&upload, MIB, bytes[MIB..].to_vec()).await.expect(204);
    let after = app.anna.send(&id).await;
    assert!(after.link().enter().await.fetch(0).await == bytes);
    assert_eq!(before.link().enter().await.fetch(0).await, "before");
    app.anybody.get("/readyz").await.expect(200);
    // With nothing left to do.
    app.run(Job::RewrapKeys).await;
    assert_eq!(app.keys.wrapped_under(&app.db).await.unwrap(), wrapped);
}

async fn what_one_node_rotates_the_other_wraps_and_opens_under(app: &App) {
    let other = app.anna.at(&app.another_node().await);
    let before = app.anna.sent(&[("a", b"before")]).await;
    app.vault.rotate().await.unwrap();
    app.run(Job::RewrapKeys).await;
    app.clock.advance(HOUR);
    let id = other.draft().await;
    let upload = other.upload(&id, "a", 5).await;
    other.patch(&upload, 0, "after").await.expect(204);
    let sent = other.send(&id).await;
    assert_eq!(sent.link().enter().await.fetch(0).await, "after");
    assert_eq!(before.link().enter().await.fetch(0).await, "before");
}

async fn what_the_operator_does_with_the_root_key_is_in_every_tenants_log(app: &App) {
    let old = app.vault.key_id();
    let new = app.vault.rotate().await.unwrap();
    app.tenancy().record_root_key_rotated(old.as_str(), new.as_str()).await.unwrap();
    app.run(Job::RewrapKeys).await;
    let retired = app.keys.retire(&app.db, old.as_str()).await.unwrap();
    app.tenancy().record_root_key_retired(retired.id.as_str()).await.unwrap();
    for owner in [&app.admin, &app.rival] {
        for (kind, details) in [
            ("root_key.rotated", json!({"by": "operator", "from": old.as_str(), "to": new.as_str()})),
            ("root_key.retired", json!({"by": "operator", "version": old.as_str()})),
        ] {
            let found = owner.get(&format!("/api/v1/admin/audit?kind={kind}")).await.expect(200).json();
            assert_eq!(found["entries"].as_array().unwrap().len(), 1, "{found}");
            assert_eq!(found["entries"][0]["details"], details);
        }
    }
}
