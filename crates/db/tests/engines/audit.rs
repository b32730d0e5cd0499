//! The audit log.

use sealpost_db::{AuditEntry, AuditEvent, ChainBreak, ChainPoint, DbError, verify_chain};
use sealpost_test_support::{engines::TestDatabase, on_both_engines};
use serde_json::json;

use crate::world::{NOW, World, after, all_at_once, id, write};

on_both_engines!(
    entries_form_a_chain,
    an_entry_goes_with_its_transaction,
    an_entry_is_one_statement_and_a_hundred_are_two,
    who_has_undone_an_entry_or_was_overtaken_goes_on_from_the_right_one,
    sixty_four_writers_make_one_chain,
    a_thousandth_entry_wants_a_checkpoint_at_once,
    personal_values_go_and_the_chain_stays,
    every_tenant_has_a_chain_of_its_own,
    every_change_of_an_entry_breaks_the_chain,
);

async fn log(db: &TestDatabase, world: &World, count: i64) -> Vec<AuditEntry> {
    write(db, async |tx| {
        for i in 0..count {
            tx.append_audit(world.tenant, &[world.event("transfer.sent", &json!({"n": i}))]).await.unwrap();
        }
    })
    .await;
    db.read().await.unwrap().audit_after(world.tenant, 0, 1_000).await.unwrap()
}

async fn entries_form_a_chain(db: TestDatabase) {
    let world = World::new(&db).await;
    let mut conn = db.read().await.unwrap();
    assert_eq!(conn.audit_head(world.tenant).await.unwrap(), Some(ChainPoint::START));
    assert_eq!(conn.audit_head(id()).await.unwrap(), None);
    let (payload, nothing) = (json!({"z": 1, "a": [true, null]}), json!({}));
    let events = [
        AuditEvent {
            at: after(1),
            kind: "tenant.created",
            transfer_id: None,
            payload: &payload,
            sealed: None,
        },
        world.event("transfer.sent", &nothing),
        world.event("transfer.blocked", &nothing),
    ];
    let head = write(&db, async |tx| tx.append_audit(world.tenant, &events).await.unwrap()).await;
    let entries = conn.audit_after(world.tenant, 0, 9).await.unwrap();
    assert_eq!(entries.iter().map(|e| e.seq).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!((entries[0].at, entries[0].kind.as_str()), (after(1), "tenant.created"));
    assert_eq!((entries[0].transfer_id, entries[0].payload.as_str()), (None, r#"{"a":[true,null],"z":1}"#));
    assert_eq!(entries[0].prev_hash, [0; 32]);
    assert_eq!(verify_chain(world.tenant, ChainPoint::START, &entries), Ok(head.clone()));
    assert_eq!(conn.audit_head(world.tenant).await.unwrap(), Some(head.clone()));
    let of_transfer = conn.audit_of_transfer(world.tenant, world.transfer).await.unwrap();
    assert_eq!(of_transfer, entries[1..]);
    assert_eq!(conn.audit_of_transfer(id(), world.transfer).await.unwrap(), [], "another tenant's");
    let page = conn.audit_after(world.tenant, 1, 1).await.unwrap();
    assert_eq!(page, entries[1..2]);
    let middle = ChainPoint { seq: 1, hash: entries[0].hash };
    assert_eq!(
        verify_chain(world.tenant, middle, &entries[1..]),
        Ok(head),
        "a page continues the page before it"
    );
}

async fn an_entry_goes_with_its_transaction(db: TestDatabase) {
    let world = World::new(&db).await;
    let mut tx = db.write().await.unwrap();
    tx.append_audit(world.tenant, &[world.event("transfer.sent", &json!({}))]).await.unwrap();
    drop(tx);
    assert_eq!(log(&db, &world, 1).await.len(), 1);
    let error = db.write().await.unwrap().append_audit(id(), &[]).await.unwrap_err();
    assert!(matches!(error, DbError::MissingReference(_)), "{error:?}");
    let share = json!({"share": 0.5});
    let events = [world.event("transfer.sent", &share)];
    let error = db.write().await.unwrap().append_audit(world.tenant, &events).await.unwrap_err();
    assert!(matches!(error, DbError::Corrupt(_)), "{error:?}");
}

async fn sixty_four_writers_make_one_chain(db: TestDatabase) {
    let world = World::new(&db).await;
    let nodes = [db.another_node().await, db.another_node().await];
    all_at_once(64, |i| {
        let (node, tenant) = (nodes[i % 2].clone(), world.tenant);
        async move {
            let payload = json!({"writer": i});
            let event = AuditEvent {
                at: NOW,
                kind: "transfer.sent",
                transfer_id: None,
                payload: &payload,
                sealed: None,
            };
            write(&node, async |tx| tx.append_audit(tenant, &[event]).await.unwrap()).await;
        }
    })
    .await;
    let entries = db.read().await.unwrap().audit_after(world.tenant, 0, 100).await.unwrap();
    assert_eq!(entries.len(), 64);
    assert_eq!(db.read().await.unwrap().audit_head(world.tenant).await.unwrap().unwrap().seq, 64);
    verify_chain(world.tenant, ChainPoint::START, &entries).unwrap();
}

async fn an_entry_is_one_statement_and_a_hundred_are_two(db: TestDatabase) {
    let world = World::new(&db).await;
    log(&db, &world, 1).await;
    let payload = json!({"quoted": "\"\\\u{0}ü"});
    let event = AuditEvent { sealed: Some(&[0, 255]), ..world.event("transfer.sent", &payload) };
    let mut tx = db.write().await.unwrap();
    for (count, statements) in [(1, 1), (1, 1), (100, 2), (1, 1)] {
        let before = tx.statements();
        tx.append_audit(world.tenant, &vec![event; count]).await.unwrap();
        assert_eq!(tx.statements() - before, statements, "{count} entries");
    }
    tx.commit().await.unwrap();
    let entries = db.read().await.unwrap().audit_after(world.tenant, 0, 1_000).await.unwrap();
    assert_eq!(entries.len(), 104);
    verify_chain(world.tenant, ChainPoint::START, &entries).unwrap();
    for entry in &entries[1..] {
        assert_eq!((entry.transfer_id, entry.sealed.as_deref()), (Some(world.transfer), Some(&[0, 255][..])));
        assert_eq!(entry.payload, r#"{"quoted":"\"\\\u0000ü"}"#);
    }
}

async fn who_has_undone_an_entry_or_was_overtaken_goes_on_from_the_right_one(db: TestDatabase) {
    let world = World::new(&db).await;
    let other = db.another_node().await;
    let payload = json!({});
    let event = world.event("transfer.sent", &payload);
    for round in 0..3 {
        let mut undone = db.write().await.unwrap();
        undone.append_audit(world.tenant, &[event]).await.unwrap();
        undone.rollback().await.unwrap();
        for node in [&*db, &other, &*db] {
            write(node, async |tx| tx.append_audit(world.tenant, &[event]).await.unwrap()).await;
        }
        let entries = db.read().await.unwrap().audit_after(world.tenant, 0, 100).await.unwrap();
        assert_eq!(entries.len(), 3 * (round + 1));
        let end = verify_chain(world.tenant, ChainPoint::START, &entries).unwrap();
        assert_eq!(db.read().await.unwrap().audit_head(world.tenant).await.unwrap(), Some(end));
    }
}

async fn a_thousandth_entry_wants_a_checkpoint_at_once(db: TestDatabase) {
    let world = World::new(&db).await;
    let payload = json!({});
    let event = world.event("transfer.sent", &payload);
    let waiting = async || {
        let mut tx = db.write().await.unwrap();
        let jobs = tx.claim_jobs(after(1), after(2), 10, &[]).await.unwrap();
        jobs.into_iter().map(|job| job.kind).collect::<Vec<_>>()
    };
    write(&db, async |tx| tx.append_audit(world.tenant, &vec![event; 998]).await.unwrap()).await;
    write(&db, async |tx| tx.append_audit(world.tenant, &[event]).await.unwrap()).await;
    assert_eq!(waiting().await, [""; 0]);
    write(&db, async |tx| tx.append_audit(world.tenant, &[event]).await.unwrap()).await;
    assert_eq!(waiting().await, ["checkpoint_audit"]);
}

async fn personal_values_go_and_the_chain_stays(db: TestDatabase) {
    let world = World::new(&db).await;
    let payload = json!({"personal": {"address": ["00"]}});
    let sealed = AuditEvent { sealed: Some(b"sealed"), ..world.event("transfer.sent", &payload) };
    let elsewhere = AuditEvent { transfer_id: None, ..sealed };
    write(&db, async |tx| tx.append_audit(world.tenant, &[sealed, elsewhere]).await.unwrap()).await;
    let forgotten =
        write(&db, async |tx| tx.forget_audit_values(world.tenant, world.transfer).await.unwrap()).await;
    assert_eq!(forgotten, 1);
    let entries = db.read().await.unwrap().audit_after(world.tenant, 0, 100).await.unwrap();
    let left: Vec<_> = entries.iter().map(|entry| entry.sealed.as_deref()).collect();
    assert_eq!(left, [None, Some(&b"sealed"[..])]);
    verify_chain(world.tenant, ChainPoint::START, &entries).unwrap();
}

async fn every_tenant_has_a_chain_of_its_own(db: TestDatabase) {
    let (ours, theirs) = (World::new(&db).await, World::new(&db).await);
    let our_log = log(&db, &ours, 2).await;
    let their_log = log(&db, &theirs, 1).await;
    assert_eq!((our_log.len(), their_log.len(), their_log[0].seq), (2, 1, 1));
    assert_eq!(verify_chain(theirs.tenant, ChainPoint::START, &our_log), Err(ChainBreak { seq: 1 }));
}

async fn every_change_of_an_entry_breaks_the_chain(db: TestDatabase) {
    let world = World::new(&db).await;
    let entries = log(&db, &world, 4).await;
    let broken_at = |entries: &[AuditEntry]| {
        verify_chain(world.tenant, ChainPoint::START, entries).err().map(|broken| broken.seq)
    };
    assert_eq!(broken_at(&entries), None);
    let edits: [fn(&mut AuditEntry); 8] = [
        |e| e.tenant_id = id(),
        |e| e.seq += 1,
        |e| e.at = after(1),
        |e| e.kind.push('x'),
        |e| e.transfer_id = None,
        |e| e.payload.push(' '),
        |e| e.prev_hash[0] ^= 1,
        |e| e.hash[31] ^= 1,
    ];
    for edit in edits {
        let mut edited = entries.clone();
        edit(&mut edited[1]);
        assert_eq!(broken_at(&edited), Some(2));
    }
    let mut forged = entries.clone();
    forged[1].payload = "{}".to_owned();
    forged[1].hash = forged[1].compute_hash();
    assert_eq!(broken_at(&forged), Some(3), "a new hash shows one entry later");
    let (mut removed, mut swapped, mut doubled) = (entries.clone(), entries.clone(), entries.clone());
    removed.remove(1);
    swapped.swap(1, 2);
    doubled.insert(1, entries[0].clone());
    for changed in [removed, swapped, doubled] {
        assert_eq!(broken_at(&changed), Some(2));
    }
}
