//! The log of a tenant: what happened, and about nobody.

use futures_util::future::join_all;
use sealpost_auth::{PersonalKey, open_personal};
use sealpost_db::AuditEntry;
use sealpost_domain::TenantId;
use sealpost_test_support::{
    app::{App, eventually},
    claims,
};
use serde_json::{Value, json};

claims![
    every_effect_is_noted_once_and_holds_no_personal_data,
    each_tenant_has_a_log_of_his_own,
    effects_at_the_same_time_make_one_chain,
    what_was_refused_is_no_effect,
    whom_and_from_where_goes_with_the_transfer_and_the_chain_stays,
    who_signs_in_from_where_is_sealed_under_the_tenants_key,
];

/// Those about transfers: a tenant's log begins with his users.
async fn entries(app: &App, tenant: TenantId) -> Vec<AuditEntry> {
    let mut entries = app.db.read().await.unwrap().audit_after(tenant, 0, 10_000).await.unwrap();
    entries.retain(|entry| entry.transfer_id.is_some());
    entries
}

async fn every_effect_is_noted_once_and_holds_no_personal_data(app: &App) {
    let new = json!({
        "recipients": [{"email": "bert@example.org"}],
        "subject": "the subject",
        "message": "the message",
        "password": "correct horse",
    });
    let sent = app.anna.sent_as(&new, &[("plan.pdf", b"the plan")]).await;
    app.anna.act(&sent.id, "recipients").json(&json!({"email": "carl@example.org"})).await.expect(201);
    app.run_jobs().await;
    let visit = sent.link().enter_with("correct horse").await;
    visit.fetch(0).await;
    eventually("the download is noted", async || app.audit(app.acme.id, &sent.id).await.len() == 7).await;
    app.anna.act_on(&sent.id, &sent.link().recipient, "block").await.expect(200);
    app.anna.act_on(&sent.id, &sent.link().recipient, "unblock").await.expect(200);
    app.anna.act(&sent.id, "block").await.expect(200);
    app.admin.act(&sent.id, "unblock").await.expect(200);
    app.anna.purge(&sent.id).await.expect(204);
    let entries = entries(app, app.acme.id).await;
    let kinds: Vec<_> = entries.iter().map(|entry| entry.kind.as_str()).collect();
    assert_eq!(
        kinds,
        [
            "transfer.created",
            "transfer.sent",
            "recipient.added",
            "recipient.notified",
            "recipient.notified",
            "delivery.opened",
            "file.downloaded",
            "recipient.blocked",
            "recipient.unblocked",
            "transfer.blocked",
            "transfer.unblocked",
            "transfer.purge_started",
            "transfer.purged",
        ]
    );
    for (seq, entry) in (entries[0].seq..).zip(&entries) {
        assert_eq!(entry.seq, seq);
        assert_eq!(entry.transfer_id.map(|id| id.to_string()).as_deref(), Some(sent.id.as_str()));
        for personal in ["@", "bert", "carl", "anna", "subject", "message", "plan", "horse", "127.0.0.1"] {
            assert!(!entry.payload.contains(personal), "{}: {}", entry.kind, entry.payload);
        }
    }
    let payload = |n: usize| serde_json::from_str::<Value>(&entries[n].payload).unwrap();
    assert_eq!(
        (&payload(1)["files"], &payload(1)["bytes"], &payload(1)["recipients"]),
        (&json!(1), &json!(8), &json!(1))
    );
    assert_ne!(payload(9)["by"], payload(10)["by"], "who did it is noted");
    assert_eq!((&payload(11)["reason"], &payload(12)["objects"]), (&json!("deleted"), &json!(1)));
}

async fn each_tenant_has_a_log_of_his_own(app: &App) {
    let acme = app.anna.sent(&[("a", b"a")]).await;
    let globex = app.gina.sent(&[("g", b"g")]).await;
    assert_eq!(entries(app, app.acme.id).await.len(), 2);
    assert_eq!(entries(app, app.globex.id).await.len(), 2);
    assert_eq!(app.audit(app.acme.id, &globex.id).await, Vec::<String>::new());
    assert_eq!(app.audit(app.globex.id, &acme.id).await, Vec::<String>::new());
}

async fn effects_at_the_same_time_make_one_chain(app: &App) {
    let (acme, globex) = (app.anna.sent(&[("a", b"a")]).await, app.gina.sent(&[("g", b"g")]).await);
    let effects = (0..24).map(|n| {
        let (acme, globex) = (&acme, &globex);
        async move {
            match n % 4 {
                0 => drop(acme.link().enter().await),
                1 => drop(globex.link().enter().await),
                2 => drop(app.anna.draft().await),
                _ => drop(app.gina.draft().await),
            }
        }
    });
    join_all(effects).await;
    for tenant in [app.acme.id, app.globex.id] {
        app.verify_audit(tenant).await;
        assert_eq!(entries(app, tenant).await.len(), 2 + 12);
    }
}

async fn what_was_refused_is_no_effect(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    let before = entries(app, app.acme.id).await.len();
    app.anna.act(&sent.id, "unblock").await.expect(409);
    app.otto.act(&sent.id, "block").await.expect(404);
    app.anna.act(&sent.id, "extend").json(&json!({"expires_at": "2000-01-01T00:00:00Z"})).await.expect(400);
    app.anybody.post_json("/api/v1/links/verify", &json!({"token": "A".repeat(43)})).await.expect(404);
    assert_eq!(entries(app, app.acme.id).await.len(), before);
}

/// Opens what the entries about a transfer say of people, while it can be opened.
async fn personal(app: &App, id: &str) -> Vec<(String, sealpost_auth::PersonalValues)> {
    let entries = entries(app, app.acme.id).await;
    let mut conn = app.db.read().await.unwrap();
    let row = conn.transfer(app.acme.id, id.parse().unwrap()).await.unwrap().unwrap();
    let epoch_key = app.keys.existing_epoch_key(app.acme.id, row.epoch).await.unwrap().unwrap();
    let place = sealpost_sealed::TransferKeyContext {
        tenant: app.acme.id.into_bytes(),
        transfer: row.id.into_bytes(),
    };
    let key = epoch_key.unwrap_transfer_key(place, row.transfer_key.as_ref().unwrap()).unwrap();
    let open = |entry: &AuditEntry| {
        let values = open_personal(PersonalKey::Transfer(&key), entry).unwrap();
        (entry.kind.clone(), values)
    };
    entries.iter().map(open).filter(|(_, values)| !values.is_empty()).collect()
}

async fn whom_and_from_where_goes_with_the_transfer_and_the_chain_stays(app: &App) {
    let sent = app.anna.sent(&[("plan.pdf", b"the plan")]).await;
    app.anna.act(&sent.id, "recipients").json(&json!({"email": "carl@example.org"})).await.expect(201);
    let visit = sent.link().enter().await;
    visit.fetch(0).await;
    eventually("the download is noted", async || app.audit(app.acme.id, &sent.id).await.len() == 5).await;
    let said = personal(app, &sent.id).await;
    let address = sent.link().email.clone();
    let expected = [
        ("transfer.sent", vec![address.as_str()], false),
        ("recipient.added", vec!["carl@example.org"], false),
        ("delivery.opened", vec![address.as_str()], true),
        ("file.downloaded", vec![address.as_str()], true),
    ];
    assert_eq!(said.len(), expected.len(), "{said:?}");
    for ((kind, values), (expected, addresses, network)) in said.iter().zip(expected) {
        assert_eq!(
            (kind.as_str(), &values["address"][..]),
            (expected, &addresses.iter().map(|a| a.to_string()).collect::<Vec<_>>()[..])
        );
        assert_eq!(values.get("network").map(|found| found[0].as_str()), network.then_some("127.0.0.1"));
    }
    app.anna.purge(&sent.id).await.expect(204);
    for entry in entries(app, app.acme.id).await {
        assert_eq!(entry.sealed, None, "{}", entry.kind);
    }
    app.verify_audit(app.acme.id).await;
}

async fn who_signs_in_from_where_is_sealed_under_the_tenants_key(app: &App) {
    app.anybody
        .post_json(
            "/api/v1/signin",
            &json!({"tenant": "acme", "email": "anna@acme.example", "password": "wrong horse"}),
        )
        .await
        .expect(401);
    let entries = app.db.read().await.unwrap().audit_after(app.acme.id, 0, 1_000).await.unwrap();
    let refused = entries.iter().find(|entry| entry.kind == "session.refused").unwrap();
    assert!(!refused.payload.contains("127.0.0.1"));
    let key = app.keys.tenant_key(app.acme.id, &app.acme.tenant_key).await.unwrap();
    let values = open_personal(PersonalKey::Tenant(&key), refused).unwrap();
    assert_eq!(values["network"], ["127.0.0.1"]);
}
