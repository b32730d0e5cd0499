//! Purge records.

use sealpost_db::{Purge, PurgeReason};
use sealpost_domain::{TransferId, UploadId};
use sealpost_test_support::{engines::TestDatabase, on_both_engines};

use crate::world::{World, after, day, id};

on_both_engines!(a_record_is_read_as_it_was_written_first);

fn record(world: &World, transfer_id: TransferId, prefixes: Vec<UploadId>) -> Purge {
    Purge {
        transfer_id,
        tenant_id: world.tenant,
        sender_id: world.user,
        files: 2,
        objects: 3,
        bytes: 1 << 50,
        recipients: 4,
        epoch: day(20_000),
        prefixes,
        reason: PurgeReason::Expired,
        expires_at: after(1),
        purged_at: after(2),
    }
}

async fn a_record_is_read_as_it_was_written_first(db: TestDatabase) {
    let world = World::new(&db).await;
    let first = record(&world, world.transfer, vec![id(), id()]);
    let second = Purge { reason: PurgeReason::Deleted, prefixes: Vec::new(), ..first.clone() };
    let mut tx = db.write().await.unwrap();
    assert!(tx.insert_purge(&first).await.unwrap());
    assert!(!tx.insert_purge(&second).await.unwrap());
    assert_eq!(tx.purge(world.tenant, world.transfer).await.unwrap().as_ref(), Some(&first));
    assert_eq!(tx.purge_of_any_tenant(world.transfer).await.unwrap().as_ref(), Some(&first));
    assert_eq!(tx.purge(id(), world.transfer).await.unwrap(), None);
    let other = record(&world, id(), Vec::new());
    assert!(tx.insert_purge(&other).await.unwrap());
    assert_eq!(tx.purge(world.tenant, other.transfer_id).await.unwrap(), Some(other));
}
