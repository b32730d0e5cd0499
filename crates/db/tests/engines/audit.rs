//! The audit log.

use sealpost_db::{AuditEntry, AuditEvent, ChainBreak, ChainPoint, DbError, verify_chain};
use sealpost_test_support::{engines::TestDatabase, on_both_engines};
use serde_json::json;

use crate::world::{NOW, World, after, all_at_once, id, write};

on_both_engines!(
    entries_form_a_chain,
    an_entry_goes_with_its_transaction,
    many_writers_make_one_chain,
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
        AuditEvent { at: after(1), kind: "tenant.created", transfer_id: None, payload: &payload },
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
    let events = [world.event("x", &share)];
    let error = db.write().await.unwrap().append_audit(world.tenant, &events).await.unwrap_err();
    assert!(matches!(error, DbError::Corrupt(_)), "{error:?}");
}

async fn many_writers_make_one_chain(db: TestDatabase) {
    let world = World::new(&db).await;
    let nodes = [db.another_node().await, db.another_node().await];
    all_at_once(40, |i| {
        let (node, tenant) = (nodes[i % 2].clone(), world.tenant);
        async move {
            let payload = json!({"writer": i});
            let event = AuditEvent { at: NOW, kind: "test", transfer_id: None, payload: &payload };
            write(&node, async |tx| tx.append_audit(tenant, &[event]).await.unwrap()).await;
        }
    })
    .await;
    let entries = db.read().await.unwrap().audit_after(world.tenant, 0, 100).await.unwrap();
    assert_eq!(entries.len(), 40);
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
