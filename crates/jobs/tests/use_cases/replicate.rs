//! Copies in other stores, and what can be made of them again.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::TryStreamExt as _;
use sealpost_blob::{
    BlobStore, CircuitSettings, Container, CopiedStore, MemoryStore, ObjectKey, Stores, Targets,
};
use sealpost_db::RECORD_SCHEMA;
use sealpost_domain::{Clock, Job, ManualClock, Policy, SystemClock, TransferId, TransferState, UploadId};
use sealpost_test_support::{
    engines::{self, TestDatabase},
    faulty_store::{Effect, FaultyStore, Gate, Operation, When},
    on_both_engines,
};
use sealpost_transfer::{CopyStatus, Restored, Restoring, Sent, TransferError};

use crate::{
    BERT, CARL,
    fixture::{DAY, Fixture},
};

on_both_engines!(
    what_was_sent_is_in_every_copy_with_a_record,
    a_change_renews_the_record_and_leaves_one,
    nothing_is_copied_twice,
    a_job_that_died_is_gone_on_with,
    a_store_that_fails_delays_its_copies_and_no_others,
    a_part_that_is_lost_keeps_no_other_from_being_copied,
    a_damaged_part_is_not_copied,
    what_a_password_protects_is_copied_without_it,
    a_purge_empties_every_copy,
    what_is_copied_while_it_is_purged_is_gone,
    what_somebody_left_who_died_copying_is_taken_away,
    of_what_is_blocked_nothing_more_is_copied,
    a_store_that_has_no_copies_any_more_is_forgotten,
    an_upgrade_renews_all_records_and_an_older_release_leaves_them_alone,
    an_installation_is_made_again_of_a_copy,
    what_came_in_slices_and_parts_comes_back_to_the_last_byte,
    a_draft_comes_back_with_the_files_that_are_complete,
    what_was_taken_from_a_copy_is_counted,
    a_restore_that_was_broken_off_goes_on,
    a_database_with_other_tenants_is_left_alone,
    downloads_that_were_counted_stay_counted,
    of_a_day_whose_key_is_gone_no_copy_opens,
);

/// A place for objects, and two that have copies of them.
struct World {
    fixture: Fixture,
    stores: Vec<Arc<FaultyStore>>,
}

fn faulty() -> Arc<FaultyStore> {
    Arc::new(FaultyStore::new(Arc::new(MemoryStore::new())))
}

/// `east`, of which `west` has the replica and `vault` the copy that is kept apart.
fn copied(stores: &[Arc<FaultyStore>], clock: &ManualClock) -> Arc<dyn BlobStore> {
    let [east, west, vault] = stores else { panic!("three stores") };
    let any = |store: &Arc<FaultyStore>| Arc::clone(store) as Arc<dyn BlobStore>;
    let all = Stores::new(any(east))
        .with("west".parse().unwrap(), any(west))
        .with("vault".parse().unwrap(), any(vault));
    let targets = Targets { replica: Some("west".parse().unwrap()), offsite: Some("vault".parse().unwrap()) };
    let clock = Arc::new(clock.clone());
    Arc::new(CopiedStore::new(all, [(None, targets)].into(), CircuitSettings::default(), clock))
}

impl World {
    async fn new(database: TestDatabase) -> Self {
        let clock = ManualClock::new(SystemClock.now());
        let stores = vec![faulty(), faulty(), faulty()];
        let blobs = copied(&stores, &clock);
        Self { fixture: Box::pin(Fixture::on(database, Policy::default(), blobs, clock)).await, stores }
    }

    fn store(&self, name: &str) -> &FaultyStore {
        let place = ["east", "west", "vault"].iter().position(|known| *known == name).unwrap();
        &self.stores[place]
    }

    fn container(&self) -> Container {
        self.fixture.session.container().parse().unwrap()
    }

    /// The objects that a store has, in order.
    async fn objects(&self, name: &str) -> Vec<ObjectKey> {
        let listed = self.store(name).list(&self.container(), None);
        let mut keys: Vec<_> = listed.map_ok(|object| object.key.unwrap()).try_collect().await.unwrap();
        keys.sort_unstable();
        keys
    }

    async fn parts(&self, name: &str) -> Vec<ObjectKey> {
        self.objects(name).await.into_iter().filter(|key| key.sequence != u64::MAX).collect()
    }

    async fn records(&self, name: &str) -> Vec<ObjectKey> {
        self.objects(name).await.into_iter().filter(|key| key.sequence == u64::MAX).collect()
    }

    async fn record_of(&self, name: &str, id: TransferId) -> ObjectKey {
        let mut of_transfer = self.records(name).await;
        of_transfer.retain(|key| key.upload.as_uuid() == id.as_uuid());
        let [record] = of_transfer[..] else { panic!("{of_transfer:?}") };
        record
    }

    async fn replicate(&self) {
        // A tenant's own record waits for a minute; so it is there, too.
        for _ in 0..2 {
            Box::pin(self.fixture.run(Job::Replicate)).await;
            self.fixture.clock.advance(Duration::from_secs(61));
        }
        Box::pin(self.fixture.run(Job::Replicate)).await;
    }

    async fn status(&self, name: &str) -> CopyStatus {
        let mut all = self.fixture.service.replication_status().await.unwrap();
        all.retain(|status| status.store == name);
        all.remove(0)
    }

    /// With everything lost but the copies, the keyring and the vault.
    async fn restored(&self, database: TestDatabase, from: &str) -> (Self, Restored) {
        let stores = vec![faulty(), Arc::clone(&self.stores[1]), Arc::clone(&self.stores[2])];
        let blobs = copied(&stores, &self.fixture.clock);
        let (fixture, restored) = Box::pin(self.fixture.restored(database, blobs, from)).await;
        (Self { fixture, stores }, restored)
    }

    async fn other_database(&self) -> TestDatabase {
        engines::database(self.fixture.db.read().await.unwrap().engine()).await
    }
}

async fn what_was_sent_is_in_every_copy_with_a_record(database: TestDatabase) {
    let world = World::new(database).await;
    let sent = world.fixture.send(None).await.transfer.id;
    world.fixture.run(Job::Replicate).await;
    for copy in ["west", "vault"] {
        assert_eq!(world.parts(copy).await.len(), 2);
        assert_eq!(world.parts(copy).await, world.parts("east").await);
        world.record_of(copy, sent).await;
        assert_eq!(world.records(copy).await.len(), 2, "the tenant has one, too");
        let status = world.status(copy).await;
        assert_eq!((status.pending, status.failed, status.oldest_at), (0, 0, None));
    }
    assert_eq!(world.records("east").await, []);
    assert_eq!(world.status("west").await.role, "replica");
    assert_eq!(world.status("vault").await.role, "offsite");
}

async fn a_change_renews_the_record_and_leaves_one(database: TestDatabase) {
    let world = World::new(database).await;
    let fixture = &world.fixture;
    let sent = fixture.send(None).await;
    let id = sent.transfer.id;
    world.replicate().await;
    let mut seen = vec![world.record_of("west", id).await];
    let bert = sent.links.iter().find(|link| link.email.as_str() == BERT).unwrap().recipient_id;
    fixture.service.block_recipient(&fixture.session, id, bert).await.unwrap();
    world.replicate().await;
    seen.push(world.record_of("west", id).await);
    fixture.service.extend(&fixture.session, id, fixture.clock.now() + 20 * DAY).await.unwrap();
    world.replicate().await;
    seen.push(world.record_of("west", id).await);
    let mail = fixture.mails_to(CARL).remove(0);
    let carl = fixture.verify(&mail, None).await.unwrap();
    fixture.fetch(&carl).await;
    world.replicate().await;
    seen.push(world.record_of("west", id).await);
    fixture.service.block(&fixture.session, id).await.unwrap();
    world.replicate().await;
    seen.push(world.record_of("west", id).await);
    let distinct: std::collections::HashSet<_> = seen.iter().collect();
    assert_eq!(distinct.len(), 5, "{seen:?}");
}

async fn nothing_is_copied_twice(database: TestDatabase) {
    let world = World::new(database).await;
    let sent = world.fixture.send(None).await.transfer.id;
    world.replicate().await;
    let (puts, gets) = (world.store("west").calls(Operation::Put), world.store("east").calls(Operation::Get));
    world.replicate().await;
    assert_eq!(world.store("west").calls(Operation::Put), puts);
    world.fixture.service.block(&world.fixture.session, sent).await.unwrap();
    world.replicate().await;
    assert_eq!(world.store("west").calls(Operation::Put), puts + 1, "the record alone");
    assert_eq!(world.store("east").calls(Operation::Get), gets);
}

async fn a_job_that_died_is_gone_on_with(database: TestDatabase) {
    let world = World::new(database).await;
    world.fixture.send(None).await;
    world.fixture.clock.advance(Duration::from_secs(1));
    let gate = Gate::closed();
    world.store("west").inject(Operation::Put, When::From(3), Effect::Hold(gate.clone()));
    let service = world.fixture.service.clone();
    let killed = tokio::spawn(async move { service.replicate().await });
    gate.arrival().await;
    killed.abort();
    assert!(killed.await.unwrap_err().is_cancelled());
    gate.open();
    let there = world.objects("west").await;
    assert!(there.len() < 4, "{there:?}");
    world.store("west").clear();
    assert_ne!(world.status("west").await.pending, 0);
    // Whoever had it is not waited for longer than this.
    world.fixture.clock.advance(Duration::from_secs(5 * 60));
    world.replicate().await;
    assert_eq!(world.parts("west").await, world.parts("east").await);
    assert_eq!(world.records("west").await.len(), 2);
    assert_eq!(world.status("west").await.pending, 0);
}

async fn a_store_that_fails_delays_its_copies_and_no_others(database: TestDatabase) {
    let world = World::new(database).await;
    world.store("west").inject(Operation::Put, When::Always, Effect::Fail);
    let begun = world.fixture.clock.now();
    let sent = world.fixture.send(None).await.transfer.id;
    world.fixture.run(Job::Replicate).await;
    let status = world.status("west").await;
    assert_eq!((status.pending, status.failed, status.oldest_at), (2, 2, Some(begun)));
    assert_eq!(status.last_error.as_deref(), Some("temporarily unavailable"));
    assert_eq!(world.status("vault").await.pending, 0);
    world.record_of("vault", sent).await;
    world.store("west").clear();
    world.fixture.run(Job::Replicate).await;
    assert_eq!(world.status("west").await.pending, 2, "it waits before it tries again");
    world.fixture.clock.advance(Duration::from_secs(10));
    world.fixture.run(Job::Replicate).await;
    assert_eq!(world.status("west").await.pending, 0);
    world.record_of("west", sent).await;
}

async fn a_part_that_is_lost_keeps_no_other_from_being_copied(database: TestDatabase) {
    let world = World::new(database).await;
    let sent = world.fixture.send(None).await.transfer.id;
    let parts = world.parts("east").await;
    world.store("east").delete(&world.container(), &parts[0]).await.unwrap();
    world.fixture.run(Job::Replicate).await;
    assert_eq!(world.parts("west").await, parts[1..]);
    world.record_of("west", sent).await;
    let status = world.status("west").await;
    assert_eq!((status.pending, status.failed), (1, 1));
    assert_eq!(status.last_error.as_deref(), Some("1 parts are lost or damaged"));
}

async fn a_damaged_part_is_not_copied(database: TestDatabase) {
    let world = World::new(database).await;
    world.fixture.send(None).await;
    let parts = world.parts("east").await;
    // In its commitment: the name is still that of its salt.
    world.store("east").inject(Operation::Get, When::Always, Effect::FlipBit(30 * 8));
    world.fixture.run(Job::Replicate).await;
    assert_eq!(world.parts("west").await, []);
    assert_eq!(world.status("west").await.last_error.as_deref(), Some("2 parts are lost or damaged"));
    world.store("east").clear();
    world.replicate().await;
    assert_eq!(world.parts("west").await, parts);
}

async fn what_a_password_protects_is_copied_without_it(database: TestDatabase) {
    let world = World::new(database).await;
    let sent = world.fixture.send(Some("correct horse")).await.transfer.id;
    world.fixture.run(Job::Replicate).await;
    assert_eq!(world.parts("west").await, world.parts("east").await);
    assert_eq!(world.parts("west").await.len(), 2);
    world.record_of("west", sent).await;
    assert_eq!(world.status("west").await.pending, 0);
}

async fn a_purge_empties_every_copy(database: TestDatabase) {
    let world = World::new(database).await;
    let sent = world.fixture.send(None).await.transfer.id;
    world.replicate().await;
    world.fixture.service.purge_now(&world.fixture.session, sent).await.unwrap();
    world.replicate().await;
    for store in ["east", "west", "vault"] {
        assert_eq!(world.parts(store).await, [], "{store}");
        assert!(world.records(store).await.iter().all(|key| key.upload.as_uuid() != sent.as_uuid()));
    }
    assert!(world.fixture.service.verify_purge(sent).await.unwrap().is_clean());
}

async fn what_is_copied_while_it_is_purged_is_gone(database: TestDatabase) {
    let world = World::new(database).await;
    let sent = world.fixture.send(None).await.transfer.id;
    let gate = Gate::closed();
    for copy in ["west", "vault"] {
        world.store(copy).inject(Operation::Put, When::Always, Effect::Hold(gate.clone()));
    }
    let service = world.fixture.service.clone();
    let copying = tokio::spawn(async move { service.replicate().await.unwrap() });
    // Of each copy the tenant's record and both parts.
    for _ in 0..6 {
        gate.arrival().await;
    }
    world.fixture.service.purge_now(&world.fixture.session, sent).await.unwrap();
    let proof = world.fixture.service.verify_purge(sent).await.unwrap();
    assert!(!proof.is_clean(), "somebody is still at it, and the proof knows");
    gate.open();
    copying.await.unwrap();
    for copy in ["west", "vault"] {
        assert_eq!(world.parts(copy).await, [], "{copy}");
        assert!(world.records(copy).await.iter().all(|key| key.upload.as_uuid() != sent.as_uuid()));
    }
    assert!(world.fixture.service.verify_purge(sent).await.unwrap().is_clean());
}

async fn what_somebody_left_who_died_copying_is_taken_away(database: TestDatabase) {
    let world = World::new(database).await;
    let sent = world.fixture.send(None).await.transfer.id;
    let parts = world.parts("east").await;
    let gate = Gate::closed();
    world.store("west").inject(Operation::Put, When::Always, Effect::Hold(gate.clone()));
    let service = world.fixture.service.clone();
    let killed = tokio::spawn(async move { service.replicate().await });
    // The tenant's record and both parts: he is at work.
    for _ in 0..3 {
        gate.arrival().await;
    }
    world.fixture.service.purge_now(&world.fixture.session, sent).await.unwrap();
    killed.abort();
    assert!(killed.await.unwrap_err().is_cancelled());
    gate.open();
    world.store("west").clear();
    // His last word to the store is carried out after the purge has looked there.
    let container = world.container();
    world.store("west").create_container(&container).await.unwrap();
    for (upload, sequence) in [(parts[0].upload, 0), (UploadId::from(sent.as_uuid()), u64::MAX)] {
        let late = ObjectKey::new(upload, sequence, [7; 8]);
        world.store("west").put(&container, &late, vec![Bytes::from_static(b"late")]).await.unwrap();
    }
    world.fixture.clock.advance(Duration::from_secs(5 * 60));
    world.fixture.run(Job::Replicate).await;
    assert_eq!(world.parts("west").await, []);
    assert!(world.records("west").await.iter().all(|key| key.upload.as_uuid() != sent.as_uuid()));
    assert!(world.fixture.service.verify_purge(sent).await.unwrap().is_clean());
}

async fn of_what_is_blocked_nothing_more_is_copied(database: TestDatabase) {
    let world = World::new(database).await;
    let (fixture, sent) = (&world.fixture, world.fixture.send(None).await.transfer.id);
    fixture.service.block(&fixture.session, sent).await.unwrap();
    world.replicate().await;
    assert_eq!(world.parts("west").await, []);
    world.record_of("west", sent).await;
    assert_eq!(world.status("west").await.pending, 0);
    fixture.service.unblock(&fixture.session, sent).await.unwrap();
    world.replicate().await;
    assert_eq!(world.parts("west").await, world.parts("east").await);
}

async fn a_store_that_has_no_copies_any_more_is_forgotten(database: TestDatabase) {
    let world = World::new(database).await;
    world.replicate().await;
    let alone: Arc<dyn BlobStore> = Arc::clone(&world.stores[0]) as Arc<dyn BlobStore>;
    let without = world.fixture.service_on(&world.fixture.db, alone);
    without.replicate().await.unwrap();
    assert_eq!(without.replication_status().await.unwrap().len(), 2, "other nodes may not know it yet");
    world.fixture.clock.advance(Duration::from_secs(3_700));
    without.replicate().await.unwrap();
    assert_eq!(without.replication_status().await.unwrap(), []);
    world.fixture.send(None).await;
    let mut tx = world.fixture.db.write().await.unwrap();
    assert_eq!(tx.take_replication_changes(world.fixture.clock.now(), 100).await.unwrap(), 0);
}

async fn an_upgrade_renews_all_records_and_an_older_release_leaves_them_alone(database: TestDatabase) {
    let world = World::new(database).await;
    let sent = world.fixture.send(None).await.transfer.id;
    world.replicate().await;
    let of_before = world.record_of("west", sent).await;
    let noted = async |schema| {
        let mut tx = world.fixture.db.write().await.unwrap();
        let now = world.fixture.clock.now();
        tx.put_replication_target(("west", "replica"), schema, false, now).await.unwrap();
        tx.commit().await.unwrap();
    };
    noted(RECORD_SCHEMA - 1).await;
    world.replicate().await;
    let renewed = world.record_of("west", sent).await;
    assert_ne!(renewed, of_before);
    noted(RECORD_SCHEMA + 1).await;
    world.fixture.service.block(&world.fixture.session, sent).await.unwrap();
    world.replicate().await;
    assert_eq!(world.record_of("west", sent).await, renewed);
}

async fn an_installation_is_made_again_of_a_copy(database: TestDatabase) {
    let world = World::new(database).await;
    let fixture = &world.fixture;
    let open = fixture.send(None).await;
    let locked = fixture.send(Some("correct horse")).await;
    let blocked = fixture.send(None).await.transfer.id;
    let deleted = fixture.send(None).await.transfer.id;
    fixture.run_due().await;
    world.replicate().await;
    fixture.service.block(&fixture.session, blocked).await.unwrap();
    fixture.service.purge_now(&fixture.session, deleted).await.unwrap();
    world.replicate().await;
    let mails = fixture.mails_to(BERT);
    let mail_of = |sent: &Sent| {
        let link = sent.links.iter().find(|link| link.email.as_str() == BERT).unwrap();
        mails.iter().find(|mail| mail.text.contains(&link.url)).unwrap()
    };
    for from in ["west", "vault"] {
        let (again, restored) = world.restored(world.other_database().await, from).await;
        assert_eq!((restored.tenants, restored.transfers, restored.failed), (1, 3, 0), "{restored:?}");
        assert_eq!((restored.incomplete, restored.unknown), (0, 0));
        assert_eq!(again.parts("east").await, world.parts("east").await);
        let (before, after) = (&world.fixture, &again.fixture);
        for (sent, password) in [(&open, None), (&locked, Some("correct horse"))] {
            let id = sent.transfer.id;
            let view = after.service.get(&after.session, id).await.unwrap();
            let known = before.service.get(&before.session, id).await.unwrap();
            assert_eq!(
                (view.state, view.subject, view.expires_at),
                (known.state, known.subject, known.expires_at)
            );
            assert_eq!(view.recipients.len(), known.recipients.len());
            let bert = after.verify(mail_of(sent), password).await.unwrap();
            after.fetch(&bert).await;
        }
        assert!(after.verify(mail_of(&locked), Some("wrong")).await.is_none());
        assert_eq!(after.service.get(&after.session, blocked).await.unwrap().state, TransferState::Blocked);
        assert!(matches!(after.service.get(&after.session, deleted).await, Err(TransferError::NotFound)));
        // It goes on as any other: what is sent now is copied, and all of it can be purged.
        again.replicate().await;
        assert_eq!(again.status(from).await.pending, 0);
        let sent = after.send(None).await.transfer.id;
        again.replicate().await;
        again.record_of(from, sent).await;
        after.service.purge_now(&after.session, sent).await.unwrap();
    }
}

async fn what_came_in_slices_and_parts_comes_back_to_the_last_byte(database: TestDatabase) {
    let world = World::new(database).await;
    let fixture = &world.fixture;
    let bytes: Vec<u8> = (0..25_u32 << 18).flat_map(u32::to_be_bytes).collect();
    let (first, rest) = bytes.split_at(9 << 20);
    let id = fixture.send_big(&[first, &rest[..5]], rest).await.transfer.id;
    fixture.run_due().await;
    world.replicate().await;
    assert_eq!(world.parts("west").await.len(), 2 + 1 + 2);
    let mail = fixture.mails_to(BERT).remove(0);
    let before = fixture.fetch(&fixture.verify(&mail, None).await.unwrap()).await;
    let (again, restored) = world.restored(world.other_database().await, "west").await;
    assert_eq!((restored.transfers, restored.parts, restored.incomplete), (1, 5, 0), "{restored:?}");
    let after = again.fixture.fetch(&again.fixture.verify(&mail, None).await.unwrap()).await;
    assert!(before == after && before["joined"][..9 << 20] == *first && before["whole"] == rest);
    // The prefixes of the slices are known again: a purge finds all of them.
    again.fixture.service.purge_now(&again.fixture.session, id).await.unwrap();
    for store in ["east", "west"] {
        assert_eq!(again.parts(store).await, [], "{store}");
    }
}

async fn a_draft_comes_back_with_the_files_that_are_complete(database: TestDatabase) {
    let world = World::new(database).await;
    let (fixture, draft) = (&world.fixture, world.fixture.draft().await);
    fixture.upload_bytes(draft, "YS5wZGY=", b"hello", false).await;
    fixture.begin(draft, 1_000_000).await;
    world.replicate().await;
    let (again, restored) = world.restored(world.other_database().await, "west").await;
    assert_eq!((restored.transfers, restored.parts, restored.incomplete), (1, 1, 0));
    let after = &again.fixture;
    let row = after.db.read().await.unwrap().transfer(after.session.tenant(), draft).await.unwrap().unwrap();
    assert_eq!((row.state, row.file_count, row.byte_count), (TransferState::Draft, 1, 5));
    let sent = after.service.send(&after.session, draft).await.unwrap();
    assert_eq!(sent.links.len(), 1);
}

async fn what_was_taken_from_a_copy_is_counted(database: TestDatabase) {
    let world = World::new(database).await;
    world.fixture.send(None).await;
    world.fixture.send(None).await;
    world.replicate().await;
    let part = world.parts("west").await[0];
    world.store("west").delete(&world.container(), &part).await.unwrap();
    let (_, restored) = world.restored(world.other_database().await, "west").await;
    assert_eq!((restored.transfers, restored.incomplete, restored.failed), (2, 1, 0));
    assert_eq!(restored.parts, 3);
    // By then it is over.
    world.fixture.clock.advance(14 * DAY);
    let stores = vec![faulty(), Arc::clone(&world.stores[1]), Arc::clone(&world.stores[2])];
    let other = world.other_database().await;
    let service = world.fixture.service_on(&other, copied(&stores, &world.fixture.clock));
    let what = Restoring { from: "west".parse().unwrap(), only: Vec::new(), resume: false };
    let restored = Box::pin(service.restore(&what)).await.unwrap();
    assert_eq!((restored.tenants, restored.transfers, restored.expired), (1, 0, 2));
}

async fn a_restore_that_was_broken_off_goes_on(database: TestDatabase) {
    let world = World::new(database).await;
    for _ in 0..3 {
        world.fixture.send(None).await;
    }
    world.replicate().await;
    let stores = vec![faulty(), Arc::clone(&world.stores[1]), Arc::clone(&world.stores[2])];
    let other = world.other_database().await;
    let service = world.fixture.service_on(&other, copied(&stores, &world.fixture.clock));
    let mut what = Restoring { from: "west".parse().unwrap(), only: Vec::new(), resume: false };
    stores[0].inject(Operation::Put, When::From(4), Effect::Tear(10));
    assert!(matches!(Box::pin(service.restore(&what)).await, Err(TransferError::Unavailable(_))));
    stores[0].clear();
    assert!(
        matches!(Box::pin(service.restore(&what)).await, Err(TransferError::NotReady(_))),
        "it has tenants now"
    );
    what.resume = true;
    let restored = Box::pin(service.restore(&what)).await.unwrap();
    assert_eq!((restored.tenants, restored.transfers, restored.failed), (1, 3, 0), "{restored:?}");
    let again = World { fixture: world.fixture, stores };
    assert_eq!(again.parts("east").await, again.parts("west").await);
    let twice = Box::pin(service.restore(&what)).await.unwrap();
    assert_eq!((twice.transfers, twice.parts), (3, 0));
}

async fn a_database_with_other_tenants_is_left_alone(database: TestDatabase) {
    let world = World::new(database).await;
    world.replicate().await;
    let other = Fixture::new(world.other_database().await, Policy::default()).await;
    let stores = vec![faulty(), Arc::clone(&world.stores[1]), Arc::clone(&world.stores[2])];
    let service = world.fixture.service_on(&other.db, copied(&stores, &world.fixture.clock));
    for resume in [false, true] {
        let what = Restoring { from: "west".parse().unwrap(), only: Vec::new(), resume };
        assert!(matches!(Box::pin(service.restore(&what)).await, Err(TransferError::NotReady(_))));
    }
    assert_eq!(other.db.read().await.unwrap().tenants().await.unwrap().len(), 1);
}

async fn downloads_that_were_counted_stay_counted(database: TestDatabase) {
    let world = World::new(database).await;
    let fixture = &world.fixture;
    let sent = fixture.send_once().await.transfer.id;
    fixture.run_due().await;
    let mail = fixture.mails_to(BERT).remove(0);
    let bert = fixture.verify(&mail, None).await.unwrap();
    fixture.fetch(&bert).await;
    world.replicate().await;
    let (again, _) = world.restored(world.other_database().await, "west").await;
    let view = again.fixture.service.get(&again.fixture.session, sent).await.unwrap();
    assert!(view.recipients.iter().any(|recipient| recipient.downloaded_at.is_some()));
    let other = again.fixture.verify(&mail, None).await;
    assert!(
        other.is_none()
            || again.fixture.service.delivery(other.unwrap().grant.read()).await.unwrap().downloads_left
                == Some(0)
    );
}

async fn of_a_day_whose_key_is_gone_no_copy_opens(database: TestDatabase) {
    let world = World::new(database).await;
    let fixture = &world.fixture;
    let early = fixture.send(None).await.transfer.id;
    fixture.clock.advance(3 * DAY);
    let late = fixture.send(None).await.transfer.id;
    world.replicate().await;
    // The copy keeps what it has, as one does that was away when everything was purged.
    fixture.clock.advance(12 * DAY + DAY / 4);
    fixture.run(Job::DestroyEpochs).await;
    // By a clock of the day before, nothing is over.
    fixture.clock.advance(DAY);
    let yesterday = fixture.clock.now() - 3 * DAY;
    fixture.clock.set(yesterday);
    let (again, restored) = world.restored(world.other_database().await, "west").await;
    assert_eq!((restored.transfers, restored.shredded, restored.failed), (1, 1, 0), "{restored:?}");
    let after = &again.fixture;
    assert!(matches!(after.service.get(&after.session, early).await, Err(TransferError::NotFound)));
    assert_eq!(after.service.get(&after.session, late).await.unwrap().state, TransferState::Available);
}
