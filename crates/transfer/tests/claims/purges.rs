//! Purging, while others do what they do.

use std::time::Duration;

use sealpost_domain::{Clock as _, Job, TransferId};
use sealpost_test_support::{
    app::{App, DAY, eventually},
    claims,
    faulty_store::{Effect, Gate, Operation, When},
};

use crate::support::{hold, start};

claims![
    a_part_that_comes_behind_a_purge_is_not_left_there,
    what_gets_another_end_meanwhile_is_not_purged,
    a_row_that_cannot_be_read_keeps_nothing_else_from_being_purged,
    two_who_purge_for_many_tenants_do_not_stop_one_another,
    the_log_says_who_has_deleted,
];

const MIB: usize = 1 << 20;

async fn is_clean(app: &App, id: &str) -> bool {
    app.service.verify_purge(id.parse().unwrap()).await.unwrap().is_clean()
}

async fn a_part_that_comes_behind_a_purge_is_not_left_there(app: &App) {
    let id = app.anna.draft().await;
    let slow = app.anna.upload(&id, "slow", 20 * MIB).await;
    app.clock.advance(Duration::from_secs(1));
    let other = app.anna.upload(&id, "other", 10).await;
    app.anna.patch(&other, 0, "12345").await.expect(204);
    let mut writer = app.anna.patching(&slow, 0, 20 * MIB).await;
    writer.say(vec![7; MIB]).await;
    let id_of = |path: &str| path.rsplit('/').next().unwrap().parse().unwrap();
    eventually("the writer has begun", async || {
        let upload = app.db.read().await.unwrap().upload(app.acme.id, id_of(&slow)).await.unwrap().unwrap();
        upload.leased_until > app.clock.now()
    })
    .await;
    // The purge has removed what was under the first upload, and waits at the second.
    let gate = Gate::closed();
    app.blobs.inject(Operation::DeletePrefix, When::Nth(2), Effect::Hold(gate.clone()));
    let (anna, transfer) = (app.anna.clone(), id.clone());
    let purging = tokio::spawn(async move { anna.purge(&transfer).await.status });
    gate.arrival().await;
    let stored = app.blobs.calls(Operation::Put);
    writer.say(vec![7; 9 * MIB]).await;
    writer.hang_up();
    eventually("the part is stored", async || app.blobs.calls(Operation::Put) > stored).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    gate.open();
    assert_eq!(purging.await.unwrap(), 204);
    let gone = async || app.objects().await.is_empty();
    eventually("the late part is taken away", gone).await;
    assert!(is_clean(app, &id).await);
}

async fn what_gets_another_end_meanwhile_is_not_purged(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    let id: TransferId = sent.id.parse().unwrap();
    app.clock.advance(14 * DAY);
    let mut held = hold(app, &sent.id).await;
    let service = app.service.clone();
    let purging = start(async move { service.purge_expired().await.unwrap() }).await;
    // Another node, whose clock lags, had still given it more time.
    let row = held.transfer_for_update(app.acme.id, id).await.unwrap().unwrap();
    let end = app.clock.now() + DAY;
    let epoch_key = app.keys.epoch_key(app.acme.id, end.epoch()).await.unwrap();
    let old = app.keys.existing_epoch_key(app.acme.id, row.epoch).await.unwrap().unwrap();
    let context =
        sealpost_sealed::TransferKeyContext { tenant: app.acme.id.into_bytes(), transfer: id.into_bytes() };
    let key = old.unwrap_transfer_key(context, &row.transfer_key.unwrap()).unwrap();
    let wrapped = epoch_key.wrap_transfer_key(&key, context, &sealpost_sealed::SystemRandom);
    assert!(held.set_expiry(id, end.epoch(), &wrapped, end).await.unwrap());
    held.commit().await.unwrap();
    assert_eq!(purging.await.unwrap().purged, 0);
    assert_eq!(sent.link().enter().await.fetch(0).await, "a");
}

async fn a_row_that_cannot_be_read_keeps_nothing_else_from_being_purged(app: &App) {
    let broken: TransferId = app.anna.sent(&[("a", b"a")]).await.id.parse().unwrap();
    app.clock.advance(Duration::from_secs(1));
    let sound = app.anna.sent(&[("b", b"b")]).await;
    let mut tx = app.db.write().await.unwrap();
    assert!(tx.give_back(broken, 5, 0).await.unwrap(), "less than no file is no number of files");
    tx.commit().await.unwrap();
    app.clock.advance(15 * DAY);
    app.run(Job::PurgeExpired).await;
    let proof = app.service.verify_purge(sound.id.parse().unwrap()).await.unwrap();
    assert!(proof.record.is_some() && !proof.row_left);
    assert!(app.next_job_at().await.is_some(), "the other one is tried again");
}

async fn two_who_purge_for_many_tenants_do_not_stop_one_another(app: &App) {
    let mut tenants = [(app.acme.id, &app.anna), (app.globex.id, &app.gina)];
    tenants.sort_by_key(|(tenant, _)| *tenant);
    let [(first, early), (last, late)] = tenants;
    // Purged in the other order.
    for sender in [late, early] {
        sender.draft().await;
        app.clock.advance(Duration::from_secs(1));
    }
    app.clock.advance(15 * DAY);
    let mut other_node = app.db.write().await.unwrap();
    other_node.append_audit(first, &[]).await.unwrap();
    let service = app.service.clone();
    let purging = start(async move { service.purge_expired().await }).await;
    other_node.append_audit(last, &[]).await.unwrap();
    other_node.commit().await.unwrap();
    assert_eq!(purging.await.unwrap().unwrap().purged, 2);
}

async fn the_log_says_who_has_deleted(app: &App) {
    let id = app.anna.draft().await;
    app.admin.purge(&id).await.expect(204);
    let admin = app.auth.sender(app.admin.bearer()).await.unwrap().user();
    let mut conn = app.db.read().await.unwrap();
    let log = conn.audit_of_transfer(app.acme.id, id.parse().unwrap()).await.unwrap();
    let begun = log.iter().find(|entry| entry.kind == "transfer.purge_started").unwrap();
    assert_eq!(begun.payload, format!(r#"{{"by":"{admin}","reason":"deleted"}}"#));
}
