//! Containers with a replica and an off-site copy: reads go on when one fails, and what is removed is removed everywhere.

mod verify;

use std::time::Duration;

use sealpost_certificate::Statement;
use sealpost_domain::{Job, UploadId};
use sealpost_tenancy::EXPORT_TIME;
use sealpost_test_support::{
    app::{App, DAY, HOUR, Options, Sent},
    claims,
    faulty_store::{Effect, Operation, When},
};
use sealpost_transfer::Limits;

use crate::support::{MIB, operator, pattern};

claims![
    a_purge_empties_all_copies_and_proves_it with Options::with_copies(),
    a_copy_that_fails_postpones_the_purge_and_is_caught_up with Options::with_copies(),
    the_proof_finds_what_is_left_in_a_copy with Options::with_copies(),
    an_orphan_in_a_copy_goes_and_records_of_what_is_there_stay with Options::with_copies(),
    a_copy_that_cannot_be_looked_through_is_said with Options::with_copies(),
    a_download_goes_on_in_the_middle_when_the_primary_dies with Options::with_copies(),
    what_is_not_copied_yet_is_unavailable_and_not_gone with Options::with_copies(),
    what_the_primary_has_lost_the_replica_does_not_pretend_to_have with Options::with_copies(),
    reads_leave_a_primary_alone_that_fails_and_come_back with Options::with_copies(),
    while_the_primary_is_away_nothing_acknowledged_is_lost with Options::with_copies(),
    a_removed_tenant_has_no_container_anywhere with Options::with_copies(),
    uploads_are_refused_while_the_replica_is_too_far_behind with an_hour_at_most(),
    what_is_sent_is_copied_and_read_from_there with Options::with_copies(),
];

/// The prefix under which a transfer's record lies.
fn record(transfer: &str) -> UploadId {
    let id: sealpost_domain::TransferId = transfer.parse().unwrap();
    id.as_uuid().into()
}

/// A transfer that is copied, with a record in each copy.
async fn copied(app: &App, bytes: &[u8]) -> Sent {
    let sent = app.anna.sent(&[("a", bytes)]).await;
    app.copy_by_hand().await;
    for copy in app.copies().both() {
        copy.put(&app.acme, record(&sent.id), u64::MAX, "a record").await;
        assert!(copy.objects(&app.acme).await.len() >= 2);
    }
    sent
}

async fn a_purge_empties_all_copies_and_proves_it(app: &App) {
    let sent = copied(app, b"bytes").await;
    app.anna.purge(&sent.id).await.expect(204);
    assert!(app.objects().await.is_empty());
    for copy in app.copies().both() {
        assert!(copy.objects(&app.acme).await.is_empty());
    }
    let proof = app.service.verify_purge(sent.id.parse().unwrap()).await.unwrap();
    assert!(proof.is_clean(), "{proof:?}");
    let looked: Vec<_> = proof.findings().into_iter().map(|found| (found.store, found.looked_for)).collect();
    let expected = [
        ("container", "objects, 1 prefixes"),
        ("replica", "objects, 2 prefixes"),
        ("off-site copy", "objects, 2 prefixes"),
    ];
    assert_eq!(looked[..3], expected.map(|(store, what)| (store, what.to_owned())));
}

async fn a_copy_that_fails_postpones_the_purge_and_is_caught_up(app: &App) {
    for copy in app.copies().both() {
        let sent = copied(app, b"bytes").await;
        let id = sent.id.parse().unwrap();
        copy.faults.inject(Operation::DeletePrefix, When::Always, Effect::Fail);
        app.anna.purge(&sent.id).await.problem(503, "unavailable");
        sent.link().is_unavailable().await;
        assert!(app.objects().await.is_empty(), "the others are emptied all the same");
        app.run(Job::PurgeExpired).await;
        assert!(!app.service.verify_purge(id).await.unwrap().is_clean());
        copy.faults.clear();
        app.clock.advance(HOUR);
        app.run(Job::PurgeExpired).await;
        assert!(app.service.verify_purge(id).await.unwrap().is_clean());
        assert!(copy.objects(&app.acme).await.is_empty());
    }
}

async fn the_proof_finds_what_is_left_in_a_copy(app: &App) {
    let sent = copied(app, b"bytes").await;
    let prefix = app.objects().await[0].key.unwrap().upload;
    app.anna.purge(&sent.id).await.expect(204);
    let left = async || {
        let proof = app.service.verify_purge(sent.id.parse().unwrap()).await.unwrap();
        let found: Vec<_> = proof.findings().into_iter().filter(|found| found.left > 0).collect();
        assert_eq!(found.is_empty(), proof.is_clean());
        found.into_iter().map(|found| (found.store, found.left)).collect::<Vec<_>>()
    };
    app.copies().replica.put(&app.acme, prefix, 0, "a part").await;
    assert_eq!(left().await, [("replica", 1)]);
    app.copies().offsite.put(&app.acme, record(&sent.id), u64::MAX, "a record").await;
    assert_eq!(left().await, [("replica", 1), ("off-site copy", 1)]);
    // What cannot be looked into is not clean.
    app.copies().replica.faults.inject(Operation::List, When::Always, Effect::Fail);
    assert!(app.service.verify_purge(sent.id.parse().unwrap()).await.is_err());
}

async fn an_orphan_in_a_copy_goes_and_records_of_what_is_there_stay(app: &App) {
    let sent = copied(app, b"bytes").await;
    let gone: UploadId = "0190a0b1-c2d3-7e4f-8a9b-0c1d2e3f4a5b".parse().unwrap();
    let mut kept = Vec::new();
    for copy in app.copies().both() {
        copy.put(&app.acme, app.acme.id.as_uuid().into(), u64::MAX, "the tenant's record").await;
        kept.push(copy.objects(&app.acme).await);
        copy.put(&app.acme, gone, 3, "nobody's").await;
    }
    app.run(Job::ReconcileOrphans).await;
    for (copy, kept) in app.copies().both().into_iter().zip(&kept) {
        assert_eq!(copy.objects(&app.acme).await.len(), kept.len() + 1, "it may be somebody's in a moment");
    }
    app.clock.advance(DAY + HOUR);
    app.run(Job::ReconcileOrphans).await;
    for (copy, kept) in app.copies().both().into_iter().zip(&kept) {
        assert_eq!(copy.objects(&app.acme).await, *kept);
    }
    assert_eq!(app.objects().await.len(), 1);
    assert_eq!(sent.link().enter().await.fetch(0).await, "bytes");
}

async fn a_copy_that_cannot_be_looked_through_is_said(app: &App) {
    copied(app, b"bytes").await;
    app.copies().offsite.faults.inject(Operation::List, When::Always, Effect::Fail);
    let counts = app.service.reconcile_orphans().await.unwrap();
    assert_eq!(counts.failed, 2, "of both tenants");
    app.copies().offsite.faults.clear();
    let counts = app.service.reconcile_orphans().await.unwrap();
    assert_eq!((counts.failed, counts.seen), (0, 5), "an object, and two in each copy");
}

async fn a_download_goes_on_in_the_middle_when_the_primary_dies(app: &App) {
    let bytes = pattern(20 * MIB);
    let sent = copied(app, &bytes).await;
    let visit = sent.link().enter().await;
    // In the second of three parts.
    app.blobs.inject(Operation::Get, When::From(14), Effect::Fail);
    assert!(visit.fetch(0).await == bytes);
    assert!(app.blobs.struck() > 0 && app.copies().replica.faults.calls(Operation::Get) > 0);
    assert_eq!(app.copies().offsite.faults.calls(Operation::Get), 0);
}

async fn what_is_not_copied_yet_is_unavailable_and_not_gone(app: &App) {
    let sent = app.anna.sent(&[("a", b"bytes")]).await;
    let visit = sent.link().enter().await;
    app.blobs.inject(Operation::Get, When::Always, Effect::Fail);
    for _ in 0..6 {
        let answer = visit.content(0).await;
        answer.problem(503, "unavailable");
        assert!(answer.header("retry-after").is_some());
    }
    app.blobs.clear();
    app.clock.advance(Duration::from_secs(11));
    assert_eq!(visit.fetch(0).await, "bytes");
}

async fn what_the_primary_has_lost_the_replica_does_not_pretend_to_have(app: &App) {
    let sent = copied(app, b"bytes").await;
    let visit = sent.link().enter().await;
    let object = app.objects().await.remove(0);
    std::fs::remove_file(app.object_path(&object)).unwrap();
    visit.content(0).await.problem(500, "internal");
    assert_eq!(app.copies().replica.faults.calls(Operation::Get), 0);
    let log = app.audit(app.acme.id, &sent.id).await;
    assert!(log.iter().any(|kind| kind == "file.damaged"), "{log:?}");
}

async fn reads_leave_a_primary_alone_that_fails_and_come_back(app: &App) {
    let sent = copied(app, b"bytes").await;
    let visit = sent.link().enter().await;
    app.blobs.inject(None, When::Always, Effect::Fail);
    for _ in 0..10 {
        assert_eq!(visit.fetch(0).await, "bytes");
    }
    let asked = app.blobs.calls(Operation::Get);
    let open = app.copies().store.open_circuits();
    assert_eq!(
        open.iter().map(|open| open.container.to_string()).collect::<Vec<_>>(),
        [&*app.acme.container]
    );
    assert_eq!(visit.fetch(0).await, "bytes");
    assert_eq!(app.blobs.calls(Operation::Get), asked);
    app.blobs.clear();
    app.clock.advance(Duration::from_secs(11));
    assert_eq!(visit.fetch(0).await, "bytes");
    assert!(app.blobs.calls(Operation::Get) > asked);
    assert_eq!(app.copies().store.open_circuits(), []);
}

async fn while_the_primary_is_away_nothing_acknowledged_is_lost(app: &App) {
    let sent = copied(app, b"before").await;
    let visit = sent.link().enter().await;
    let draft = app.anna.draft().await;
    let upload = app.anna.upload(&draft, "half", 4).await;
    app.anna.patch(&upload, 0, "ab").await.expect(204);
    app.blobs.inject(None, When::Always, Effect::Fail);
    app.anybody.get("/readyz").await.expect(200);
    assert_eq!(visit.fetch(0).await, "before");
    let refused = app.anna.patch(&upload, 2, "cd").await;
    refused.problem(503, "unavailable");
    assert!(refused.header("retry-after").is_some());
    app.copies().replica.faults.inject(None, When::Always, Effect::Fail);
    app.anybody.get("/readyz").await.problem(503, "unavailable");
    visit.content(0).await.problem(503, "unavailable");

    app.blobs.clear();
    app.copies().replica.faults.clear();
    app.clock.advance(Duration::from_secs(11));
    assert_eq!(app.anna.offset(&upload).await, 2);
    app.anna.patch(&upload, 2, "cd").await.expect(204);
    assert_eq!(app.anna.send(&draft).await.link().enter().await.fetch(0).await, "abcd");
}

async fn a_removed_tenant_has_no_container_anywhere(app: &App) {
    app.gina.sent(&[("a", b"a")]).await;
    for copy in app.copies().both() {
        assert!(copy.has_container(&app.globex).await, "made with the tenant");
    }
    assert!(app.tenancy().terminate(&operator(app, &app.globex).await).await.unwrap());
    app.clock.advance(EXPORT_TIME);
    let offsite = &app.copies().offsite;
    offsite.faults.inject(Operation::DeleteContainer, When::Always, Effect::Fail);
    assert_eq!(app.tenancy().remove_terminated().await.unwrap().postponed, 1);
    assert!(offsite.has_container(&app.globex).await);
    offsite.faults.clear();
    app.run(Job::RemoveTenants).await;
    for copy in app.copies().both() {
        assert!(!copy.has_container(&app.globex).await);
        assert!(copy.has_container(&app.acme).await);
    }
    let signed = app.tenancy().removal_certificate(&app.globex.slug).await.unwrap();
    let certificate = signed.verify().unwrap();
    assert!(matches!(certificate.about, Statement::Tenant(_)));
    let stores: Vec<_> =
        certificate.checked.unwrap().stores.into_iter().map(|store| (store.store, store.left)).collect();
    let expected = [("container", 0), ("replica", 0), ("off-site copy", 0)];
    assert_eq!(stores[..3], expected.map(|(store, left)| (store.to_owned(), left)));
}

async fn uploads_are_refused_while_the_replica_is_too_far_behind(app: &App) {
    let draft = app.anna.draft().await;
    let upload = app.anna.upload(&draft, "half", 4).await;
    app.anna.patch(&upload, 0, "ab").await.expect(204);
    let sent = app.anna.sent(&[("a", b"bytes")]).await;
    app.run(Job::Replicate).await;
    app.copies().replica.faults.inject(None, When::Always, Effect::Fail);
    app.anna.sent(&[("b", b"not copied")]).await;
    app.run(Job::Replicate).await;
    app.anna.patch(&upload, 2, "c").await.expect(204);
    app.clock.advance(2 * HOUR);
    for refused in [
        app.anna.patch(&upload, 3, "d").await,
        app.anna.begin_with(&draft, b"small").header("upload-length", "5").await,
    ] {
        refused.problem(503, "unavailable");
        assert!(refused.header("retry-after").is_some(), "{}", refused.asked);
    }
    assert_eq!(app.anna.offset(&upload).await, 3);
    assert_eq!(sent.link().enter().await.fetch(0).await, "bytes", "nothing else is refused");
    app.copies().replica.faults.clear();
    app.run(Job::Replicate).await;
    app.clock.advance(Duration::from_secs(6));
    app.anna.patch(&upload, 3, "d").await.expect(204);
    assert_eq!(app.anna.send(&draft).await.link().enter().await.fetch(0).await, "abcd");
}

fn an_hour_at_most() -> Options {
    let limits = Limits { replica_lag: Some(HOUR), ..Options::default().limits };
    Options { limits, ..Options::with_copies() }
}

async fn what_is_sent_is_copied_and_read_from_there(app: &App) {
    let bytes = pattern(9 * MIB);
    let sent = app.anna.sent(&[("a", &bytes)]).await;
    app.run(Job::Replicate).await;
    app.blobs.inject(None, When::Always, Effect::Fail);
    let visit = sent.link().enter().await;
    assert!(visit.fetch(0).await == bytes);
    app.blobs.clear();
    app.anna.purge(&sent.id).await.expect(204);
    let proof = app.service.verify_purge(sent.id.parse().unwrap()).await.unwrap();
    assert!(proof.is_clean(), "{proof:?}");
    for copy in app.copies().both() {
        let left = copy.objects(&app.acme).await;
        let tenant = UploadId::from(app.acme.id.as_uuid());
        assert!(left.iter().all(|object| object.key.unwrap().upload == tenant), "{left:?}");
    }
}
