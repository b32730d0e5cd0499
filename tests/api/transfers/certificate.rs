//! `/api/v1/transfers/{transfer_id}/certificate`, and what a purge's proof finds in which store

use sealpost_certificate::{Certificate, SignedCertificate, Statement};
use sealpost_db::KEPT_OF_TRANSFERS;
use sealpost_domain::{Job, Role, TransferId};
use sealpost_test_support::{
    app::{App, DAY},
    claims,
};
use serde_json::json;

use crate::database::Database;

claims![
    a_purged_transfer_has_a_certificate_that_verifies_offline,
    it_says_what_was_looked_at_and_when_the_key_was_destroyed,
    what_is_not_purged_has_none,
    auditors_have_that_of_any_transfer_and_strangers_of_none,
    pages_say_the_same_and_carry_it_along,
    the_proof_finds_what_is_left_in_each_store,
    the_proof_knows_every_table_that_names_transfers,
];

fn path(id: &str) -> String {
    format!("/api/v1/transfers/{id}/certificate")
}

async fn key(app: &App) -> String {
    app.admin.get("/api/v1/admin/audit/key").await.expect(200).json()["key"].as_str().unwrap().to_owned()
}

async fn purged(app: &App) -> String {
    let sent = app.anna.sent(&[("plan.pdf", b"the plan")]).await;
    app.anna.purge(&sent.id).await.expect(204);
    sent.id.to_string()
}

/// Its key is the one that the tenant knows.
async fn verified(app: &App, text: &str) -> Certificate {
    let signed = SignedCertificate::parse(text).unwrap();
    assert_eq!(signed.signer().unwrap().to_string(), key(app).await);
    signed.verify().unwrap()
}

async fn a_purged_transfer_has_a_certificate_that_verifies_offline(app: &App) {
    let id = purged(app).await;
    let early = verified(app, &app.anna.get(&path(&id)).await.expect(200).text()).await;
    assert_eq!((early.checkpoint, early.checked), (None, None));
    app.run(Job::CheckpointAudit).await;
    let text = app.anna.get(&path(&id)).await.expect(200).text();
    assert!(!text.contains("plan.pdf") && !text.contains("bert@"), "it says nothing of what it was: {text}");
    let certificate = verified(app, &text).await;
    let Statement::Transfer(about) = &certificate.about else { panic!("{text}") };
    assert_eq!(about.transfer.to_string(), id);
    assert_eq!((about.files, about.bytes, about.reason.as_str()), (1, 8, "deleted"));
    assert_eq!(certificate.tenant.id, app.acme.id);
    let log = app.db.read().await.unwrap().audit_of_transfer(app.acme.id, about.transfer).await.unwrap();
    let kinds: Vec<_> = certificate.entries.iter().map(|entry| entry.kind.as_str()).collect();
    assert_eq!(kinds, ["transfer.purge_started", "transfer.purged"]);
    for entry in &certificate.entries {
        let row = log.iter().find(|row| row.seq == entry.seq).unwrap();
        assert_eq!(data_encoding::HEXLOWER.encode(&row.hash), entry.hash);
    }
    let note = certificate.checkpoint.unwrap();
    let size: u64 = note.lines().nth(1).unwrap().parse().unwrap();
    assert!(size >= certificate.entries[1].seq, "{note}");
    assert_eq!(log.last().unwrap().kind, "certificate.issued");
    assert!(app.verify_audit(app.acme.id).await > 0);
}

async fn it_says_what_was_looked_at_and_when_the_key_was_destroyed(app: &App) {
    let id = purged(app).await;
    let checked = path(&id) + "?check=true";
    let now = verified(app, &app.anna.get(&checked).await.expect(200).text()).await;
    let stores = now.checked.unwrap().stores;
    let names: Vec<_> = stores.iter().map(|store| (store.store.as_str(), store.left)).collect();
    let expected = [("container", 0), ("database", 0), ("audit", 0), ("jobs", 0), ("keyring", 0)];
    assert_eq!(names, expected);
    let destroyed = |certificate: &Certificate| match &certificate.about {
        Statement::Transfer(about) => about.epoch_key.destroyed,
        Statement::Tenant(_) => panic!("a transfer's"),
    };
    assert!(!destroyed(&verified(app, &app.anna.get(&checked).await.expect(200).text()).await));
    app.clock.advance(16 * DAY);
    app.run(Job::DestroyEpochs).await;
    let fresh = app.client_of(&app.acme, "anna@acme.example").await;
    assert!(destroyed(&verified(app, &fresh.get(&checked).await.expect(200).text()).await));
}

async fn what_is_not_purged_has_none(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    app.anna.get(&path(&sent.id)).await.problem(409, "state_conflict");
    app.anna.get(&path("0190a000-0000-7000-8000-000000000001")).await.problem(404, "not_found");
    app.anna.get(&(path(&sent.id) + "?check=perhaps")).await.problem(400, "invalid_request");
}

async fn auditors_have_that_of_any_transfer_and_strangers_of_none(app: &App) {
    let id = purged(app).await;
    for stranger in [&app.otto, &app.gina, &app.rival] {
        stranger.get(&path(&id)).await.problem(404, "not_found");
    }
    let new = json!({ "email": "alba@acme.example", "role": Role::Auditor });
    app.admin.post_json("/api/v1/admin/users", &new).await.expect(201);
    let auditor = app.client_of(&app.acme, "alba@acme.example").await;
    let of_any = format!("/api/v1/admin/transfers/{id}/certificate");
    verified(app, &auditor.get(&of_any).await.expect(200).text()).await;
    app.anna.get(&of_any).await.problem(403, "forbidden");
    app.rival.get(&of_any).await.problem(404, "not_found");
    let at_machine = app.service.certificate_at_machine(id.parse().unwrap(), true).await.unwrap();
    verified(app, &at_machine.to_text()).await;
}

async fn pages_say_the_same_and_carry_it_along(app: &App) {
    let id = purged(app).await;
    let pages = |language: &str| format!("{}.pdf?language={language}", path(&id));
    for (language, title) in
        [("en", "Certificate of deletion"), ("de", "Bescheinigung"), ("nl", "Verklaring van verwijdering")]
    {
        let answer = app.anna.get(&pages(language)).await.expect(200);
        assert_eq!(answer.header("content-type"), Some("application/pdf"));
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        assert!(text.starts_with("%PDF-1.7") && text.contains(title) && text.contains(&id));
        let carried = text.split_once("stream\n").unwrap().1.split_once("\nendstream").unwrap().0;
        verified(app, carried).await;
    }
    app.anna.get(&pages("fr")).await.problem(400, "invalid_request");
}

async fn the_proof_finds_what_is_left_in_each_store(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    let object = app.object_path(&app.objects().await[0]);
    let bytes = std::fs::read(&object).unwrap();
    app.anna.purge(&sent.id).await.expect(204);
    let id = sent.id.to_string();
    let transfer: TransferId = id.parse().unwrap();
    let found = async || {
        let proof = app.service.verify_purge(transfer).await.unwrap();
        let left: Vec<_> = proof.findings().iter().filter(|f| f.left > 0).map(|f| f.store).collect();
        assert_eq!(proof.is_clean(), left.is_empty());
        left
    };
    assert_eq!(found().await, [""; 0]);
    let mut database = Database::of(app).await;
    let (sql_id, tenant) = (database.id(transfer.as_uuid()), database.id(app.acme.id.as_uuid()));

    let record = app.service.verify_purge(transfer).await.unwrap().record.unwrap();
    std::fs::create_dir_all(object.parent().unwrap()).unwrap();
    std::fs::write(&object, bytes).unwrap();
    assert_eq!(found().await, ["container"]);
    let refused = app.anna.get(&(path(&id) + "?check=true")).await;
    refused.problem(409, "state_conflict");
    std::fs::remove_file(&object).unwrap();

    let sender = database.id(record.sender_id.as_uuid());
    database
        .run(&format!(
            "INSERT INTO transfers (id, tenant_id, sender_id, state, epoch, latest_epoch, created_at, expires_at, purge_started_at) \
             VALUES ({sql_id}, {tenant}, {sender}, 'purged', 1, 1, 1, 1, 1)"
        ))
        .await;
    let removed = format!(
        "INSERT INTO removed_uploads (upload_id, tenant_id, transfer_id) VALUES ({sql_id}, {tenant}, {sql_id})"
    );
    database.run(&removed).await;
    assert_eq!(found().await, ["database"]);
    database.run(&format!("DELETE FROM transfers WHERE id = {sql_id}")).await;
    database.run(&format!("DELETE FROM removed_uploads WHERE transfer_id = {sql_id}")).await;

    let value = database.bytes(b"x");
    database.run(&format!("UPDATE audit SET sealed = {value} WHERE transfer_id = {sql_id}")).await;
    assert_eq!(found().await, ["audit"]);
    database.run(&format!("UPDATE audit SET sealed = NULL WHERE transfer_id = {sql_id}")).await;

    app.queue.enqueue(&Job::NotifyLock { tenant: app.acme.id, transfer }).await.unwrap();
    assert_eq!(found().await, ["jobs"]);
    app.run_jobs().await;

    app.clock.advance(16 * DAY);
    assert_eq!(found().await, ["keyring"]);
    app.run(Job::DestroyEpochs).await;
    assert_eq!(found().await, [""; 0]);
}

async fn the_proof_knows_every_table_that_names_transfers(app: &App) {
    let id = purged(app).await;
    let proof = app.service.verify_purge(id.parse().unwrap()).await.unwrap();
    let mut known: Vec<_> = proof.rows.into_iter().map(|table| table.table_name).collect();
    known.extend(KEPT_OF_TRANSFERS.iter().map(|&table| table.to_owned()));
    let mut database = Database::of(app).await;
    for table in database.tables().await {
        let names_them = database.columns(&table).await.iter().any(|column| column == "transfer_id");
        assert!(!names_them || known.contains(&table), "db/src/queries/remains.rs does not know {table}");
    }
}
