//! What the store or a copy has lost, and what is put back.

use sealpost_blob::ObjectInfo;
use sealpost_domain::Job;
use sealpost_test_support::{
    app::{App, HOUR, Options, Sent, StoreCopy},
    claims,
    faulty_store::{Effect, FaultyStore, Gate, Operation, When},
};
use sealpost_transfer::Verified;
use serde_json::{Value, json};

use super::copied;
use crate::support::{MIB, pattern};

claims![
    what_a_store_has_lost_is_found_and_put_back with Options::with_copies(),
    a_file_that_did_not_open_is_whole_for_who_comes_again with Options::with_copies(),
    what_no_copy_has_is_said_once_and_nothing_is_changed,
    what_a_password_protects_is_put_back_without_it with Options::with_copies(),
    a_damaged_copy_heals_nothing with Options::with_copies(),
    a_store_that_does_not_answer_has_lost_nothing with Options::with_copies(),
    what_is_put_back_while_it_is_purged_is_removed_again with Options::with_copies(),
    what_a_copy_has_lost_is_put_into_it_again with Options::with_copies(),
    what_waits_to_be_copied_is_no_loss_of_the_copy with Options::with_copies(),
    nothing_is_put_into_a_copy_of_what_is_blocked with Options::with_copies(),
    nothing_damaged_is_put_into_a_copy_and_what_another_copy_has_heals_both with Options::with_copies(),
    what_a_password_protects_is_put_into_a_copy_without_it with Options::with_copies(),
    a_copy_that_does_not_answer_keeps_no_other_from_being_healed with Options::with_copies(),
    what_is_put_into_a_copy_while_it_is_purged_is_removed_again with Options::with_copies(),
];

/// The only object of Acme, without which its file cannot be read.
async fn lose(app: &App, nth: usize) -> ObjectInfo {
    let object = app.objects().await.remove(nth);
    std::fs::remove_file(app.object_path(&object)).unwrap();
    object
}

async fn verify(app: &App) -> Verified {
    app.service.verify_store(app.acme.id, None, HOUR).await.unwrap()
}

fn of_store(log: &[String]) -> Vec<&str> {
    log.iter().map(String::as_str).filter(|kind| kind.starts_with("store.")).collect()
}

async fn what_a_store_has_lost_is_found_and_put_back(app: &App) {
    let bytes = pattern(20 * MIB);
    let sent = copied(app, &bytes).await;
    let visit = sent.link().enter().await;
    let before = app.objects().await;
    let lost = lose(app, 1).await;
    let torn = std::fs::OpenOptions::new().write(true).open(app.object_path(&before[2])).unwrap();
    torn.set_len(100).unwrap();
    app.run(Job::VerifyStores).await;
    assert_eq!(sizes(&app.objects().await), sizes(&before), "{lost:?}");
    assert!(visit.fetch(0).await == bytes);
    assert_eq!(of_store(&app.audit(app.acme.id, &sent.id).await), ["store.healed"]);
    let found = verify(app).await;
    assert_eq!(found, Verified { transfers: 1, parts: 3, ..Verified::default() });
}

fn sizes(objects: &[ObjectInfo]) -> Vec<(String, u64)> {
    objects.iter().map(|object| (object.raw.clone(), object.size)).collect()
}

async fn a_file_that_did_not_open_is_whole_for_who_comes_again(app: &App) {
    let sent = copied(app, b"bytes").await;
    let visit = sent.link().enter().await;
    let object = app.objects().await.remove(0);
    for _ in 0..2 {
        app.flip_bit(&object, 60, 3);
        visit.content(0).await.problem(500, "internal");
        app.run_jobs().await;
        assert_eq!(visit.fetch(0).await, "bytes");
    }
    assert_eq!(of_store(&app.audit(app.acme.id, &sent.id).await), ["store.healed"; 2]);
}

async fn what_no_copy_has_is_said_once_and_nothing_is_changed(app: &App) {
    let sent = app.anna.sent(&[("a", &pattern(9 * MIB))]).await;
    lose(app, 0).await;
    let before = app.objects().await;
    for _ in 0..2 {
        let found = verify(app).await;
        assert_eq!(found, Verified { transfers: 1, parts: 2, damaged: 1, ..Verified::default() });
    }
    assert_eq!(app.objects().await, before);
    assert_eq!(of_store(&app.audit(app.acme.id, &sent.id).await), ["store.damaged"]);
}

async fn what_a_password_protects_is_put_back_without_it(app: &App) {
    let new = json!({"recipients": [{"email": "bert@example.org"}], "password": "correct horse"});
    let bytes = pattern(9 * MIB);
    let sent = app.anna.sent_as(&new, &[("a", &bytes)]).await;
    app.copy_by_hand().await;
    lose(app, 0).await;
    let found = verify(app).await;
    assert_eq!(found, Verified { transfers: 1, parts: 2, healed: 1, ..Verified::default() });
    assert!(sent.link().enter_with("correct horse").await.fetch(0).await == bytes);
    lose(app, 1).await;
    for copy in app.copies().both() {
        copy.empty(&app.acme).await;
    }
    assert_eq!(verify(app).await.damaged, 1);
}

async fn a_damaged_copy_heals_nothing(app: &App) {
    let sent = copied(app, b"bytes").await;
    let replica = &app.copies().replica;
    replica.flip_bits(&app.acme, 60).await;
    lose(app, 0).await;
    let found = verify(app).await;
    assert_eq!((found.healed, found.damaged), (1, 0), "from the other copy");
    assert_eq!(sent.link().enter().await.fetch(0).await, "bytes");
    app.copies().offsite.flip_bits(&app.acme, 60).await;
    lose(app, 0).await;
    assert_eq!(verify(app).await.damaged, 1);
    assert!(app.objects().await.is_empty());
}

async fn a_store_that_does_not_answer_has_lost_nothing(app: &App) {
    let sent = copied(app, b"bytes").await;
    app.blobs.inject(Operation::List, When::Always, Effect::Fail);
    assert_eq!(verify(app).await.failed, 1);
    app.blobs.clear();
    // Nor has a copy that may have what is lost.
    lose(app, 0).await;
    app.copies().offsite.empty(&app.acme).await;
    app.copies().replica.faults.inject(Operation::Get, When::Always, Effect::Fail);
    assert_eq!((verify(app).await.failed, verify(app).await.damaged), (1, 0));
    assert_eq!(of_store(&app.audit(app.acme.id, &sent.id).await), [""; 0]);
    app.copies().replica.faults.clear();
    assert_eq!(verify(app).await.healed, 1);
}

/// Purges a transfer at the moment in which something of it is being put into this store.
async fn purge_while_it_is_put_back(app: &App, store: &FaultyStore, sent: &str) {
    let gate = Gate::closed();
    store.inject(Operation::Put, When::Nth(1), Effect::Hold(gate.clone()));
    let (service, tenant) = (app.service.clone(), app.acme.id);
    let verifying = tokio::spawn(async move { service.verify_store(tenant, None, HOUR).await });
    gate.arrival().await;
    app.anna.purge(sent).await.expect(204);
    gate.open();
    verifying.await.unwrap().unwrap();
}

async fn what_is_put_back_while_it_is_purged_is_removed_again(app: &App) {
    let sent = copied(app, b"bytes").await;
    lose(app, 0).await;
    purge_while_it_is_put_back(app, &app.blobs, &sent.id).await;
    assert!(app.objects().await.is_empty());
    assert!(app.service.verify_purge(sent.id.parse().unwrap()).await.unwrap().is_clean());
}

/// A transfer that the job has copied, so that it is known to be in both copies.
async fn copied_by_the_job(app: &App, bytes: &[u8]) -> Sent {
    let sent = app.anna.sent(&[("a", bytes)]).await;
    app.run(Job::Replicate).await;
    sent
}

/// The parts of files that a copy has, in the order of their names; without records.
async fn parts_in(app: &App, copy: &StoreCopy) -> Vec<ObjectInfo> {
    let objects = copy.objects(&app.acme).await.into_iter();
    objects.filter(|object| object.key.is_some_and(|key| key.sequence != u64::MAX)).collect()
}

async fn lose_in(app: &App, copy: &StoreCopy, nth: usize) {
    let object = parts_in(app, copy).await.remove(nth);
    std::fs::remove_file(copy.object_path(&app.acme, &object)).unwrap();
}

/// That a copy's parts are those of the store, to the byte.
async fn is_whole(app: &App, copy: &StoreCopy) {
    let (here, there) = (app.objects().await, parts_in(app, copy).await);
    assert_eq!(sizes(&there), sizes(&here));
    for (here, there) in here.iter().zip(&there) {
        let bytes = std::fs::read(copy.object_path(&app.acme, there)).unwrap();
        assert!(std::fs::read(app.object_path(here)).unwrap() == bytes, "{}", here.raw);
    }
}

async fn what_a_copy_has_lost_is_put_into_it_again(app: &App) {
    let sent = copied_by_the_job(app, &pattern(20 * MIB)).await;
    let [replica, offsite] = app.copies().both();
    lose_in(app, replica, 0).await;
    lose_in(app, replica, 1).await;
    let torn = parts_in(app, offsite).await.remove(2);
    let torn = std::fs::OpenOptions::new().write(true).open(offsite.object_path(&app.acme, &torn)).unwrap();
    torn.set_len(100).unwrap();
    let read = app.blobs.calls(Operation::Get);
    app.run(Job::VerifyStores).await;
    assert_eq!(app.blobs.calls(Operation::Get) - read, 3, "nothing is read but what lacks");
    is_whole(app, replica).await;
    is_whole(app, offsite).await;
    let mut conn = app.db.read().await.unwrap();
    let entries = conn.audit_of_transfer(app.acme.id, sent.id.parse().unwrap()).await.unwrap();
    drop(conn);
    let entries = entries.iter().filter(|entry| entry.kind == "copy.healed");
    let said: Vec<Value> = entries.map(|entry| serde_json::from_str(&entry.payload).unwrap()).collect();
    assert_eq!(
        said,
        [
            json!({"by": "service", "copy": "replica", "parts": 2}),
            json!({"by": "service", "copy": "offsite", "parts": 1}),
        ]
    );
    let found = verify(app).await;
    assert_eq!(found, Verified { transfers: 1, parts: 3, ..Verified::default() });
    app.blobs.inject(None, When::Always, Effect::Fail);
    assert!(sent.link().enter().await.fetch(0).await == pattern(20 * MIB), "from the replica");
}

async fn what_waits_to_be_copied_is_no_loss_of_the_copy(app: &App) {
    copied_by_the_job(app, b"first").await;
    app.copies().offsite.faults.inject(Operation::Put, When::Always, Effect::Fail);
    copied_by_the_job(app, b"second").await;
    app.anna.sent(&[("a", b"third")]).await;
    app.copies().offsite.faults.clear();
    let found = verify(app).await;
    assert_eq!(found, Verified { transfers: 3, parts: 3, ..Verified::default() });
    let [replica, offsite] = app.copies().both();
    assert_eq!((parts_in(app, replica).await.len(), parts_in(app, offsite).await.len()), (2, 1));
    // Nor is it where nothing was ever copied.
    app.gina.sent(&[("a", b"a")]).await;
    let found = app.service.verify_store(app.globex.id, None, HOUR).await.unwrap();
    assert_eq!(found, Verified { transfers: 1, parts: 1, ..Verified::default() });
}

async fn nothing_is_put_into_a_copy_of_what_is_blocked(app: &App) {
    let sent = copied_by_the_job(app, b"bytes").await;
    app.anna.act(&sent.id, "block").await.expect(200);
    app.run(Job::Replicate).await;
    lose_in(app, &app.copies().replica, 0).await;
    assert_eq!(verify(app).await, Verified { transfers: 1, parts: 1, ..Verified::default() });
    assert!(parts_in(app, &app.copies().replica).await.is_empty());
    app.anna.act(&sent.id, "unblock").await.expect(200);
    app.run(Job::Replicate).await;
    is_whole(app, &app.copies().replica).await;
}

async fn nothing_damaged_is_put_into_a_copy_and_what_another_copy_has_heals_both(app: &App) {
    let sent = copied_by_the_job(app, b"bytes").await;
    let [replica, offsite] = app.copies().both();
    app.flip_bit(&app.objects().await.remove(0), 60, 3);
    lose_in(app, replica, 0).await;
    let found = verify(app).await;
    assert_eq!((found.healed, found.copies_healed, found.damaged), (1, 1, 0));
    is_whole(app, replica).await;
    assert_eq!(sent.link().enter().await.fetch(0).await, "bytes");

    app.flip_bit(&app.objects().await.remove(0), 60, 3);
    lose_in(app, replica, 0).await;
    lose_in(app, offsite, 0).await;
    let found = verify(app).await;
    assert_eq!((found.healed, found.copies_healed, found.damaged), (0, 0, 1));
    assert!(parts_in(app, replica).await.is_empty() && parts_in(app, offsite).await.is_empty());
    assert_eq!(of_store(&app.audit(app.acme.id, &sent.id).await), ["store.healed", "store.damaged"]);
}

async fn what_a_password_protects_is_put_into_a_copy_without_it(app: &App) {
    let new = json!({"recipients": [{"email": "bert@example.org"}], "password": "correct horse"});
    app.anna.sent_as(&new, &[("a", &pattern(9 * MIB))]).await;
    app.run(Job::Replicate).await;
    for copy in app.copies().both() {
        lose_in(app, copy, 1).await;
    }
    let found = verify(app).await;
    assert_eq!(found, Verified { transfers: 1, parts: 2, copies_healed: 2, ..Verified::default() });
    for copy in app.copies().both() {
        is_whole(app, copy).await;
    }
}

async fn a_copy_that_does_not_answer_keeps_no_other_from_being_healed(app: &App) {
    copied_by_the_job(app, b"bytes").await;
    let [replica, offsite] = app.copies().both();
    lose(app, 0).await;
    lose_in(app, replica, 0).await;
    replica.faults.inject(Operation::List, When::Always, Effect::Fail);
    let expected = Verified { transfers: 1, parts: 1, healed: 1, failed: 1, ..Verified::default() };
    assert_eq!(verify(app).await, expected);
    replica.faults.clear();
    replica.faults.inject(Operation::Put, When::Nth(1), Effect::Fill);
    lose_in(app, offsite, 0).await;
    let expected = Verified { transfers: 1, parts: 1, copies_healed: 1, failed: 1, ..Verified::default() };
    assert_eq!(verify(app).await, expected);
    assert_eq!(verify(app).await.copies_healed, 1);
    is_whole(app, replica).await;
    is_whole(app, offsite).await;
}

async fn what_is_put_into_a_copy_while_it_is_purged_is_removed_again(app: &App) {
    let sent = copied_by_the_job(app, b"bytes").await;
    let replica = &app.copies().replica;
    lose_in(app, replica, 0).await;
    purge_while_it_is_put_back(app, &replica.faults, &sent.id).await;
    assert!(parts_in(app, replica).await.is_empty());
    assert!(app.service.verify_purge(sent.id.parse().unwrap()).await.unwrap().is_clean());
}
