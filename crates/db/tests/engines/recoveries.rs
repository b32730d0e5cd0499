//! What is asked of a tenant's recovery key.

use sealpost_db::{ContentKeyTo, Recovery};
use sealpost_test_support::{engines::TestDatabase, on_both_engines};

use crate::world::{NOW, World, after, id, write};

on_both_engines!(
    a_wish_is_decided_once_and_in_its_own_tenant,
    a_wish_goes_with_its_transfer,
    which_content_key_is_for_recovery_is_kept
);

fn wish(world: &World) -> Recovery {
    Recovery {
        id: id(),
        tenant_id: world.tenant,
        transfer_id: world.transfer,
        requested_by: world.user,
        reason: b"sealed".to_vec(),
        created_at: NOW,
        decided_by: None,
        decided_at: None,
        approved: false,
    }
}

async fn a_wish_is_decided_once_and_in_its_own_tenant(db: TestDatabase) {
    let world = World::new(&db).await;
    let (first, second) = (wish(&world), wish(&world));
    write(&db, async |tx| {
        tx.insert_recovery(&first).await.unwrap();
        tx.insert_recovery(&second).await.unwrap();
        assert!(!tx.decide_recovery((id(), first.id), world.user, after(1), true).await.unwrap());
        assert!(tx.decide_recovery((world.tenant, first.id), world.user, after(2), true).await.unwrap());
        assert!(!tx.decide_recovery((world.tenant, first.id), world.user, after(3), false).await.unwrap());
        assert!(!tx.decide_recovery((world.tenant, id()), world.user, after(3), false).await.unwrap());
    })
    .await;
    let decided = Recovery {
        decided_by: Some(world.user),
        decided_at: Some(after(2)),
        approved: true,
        ..first.clone()
    };
    let mut conn = db.read().await.unwrap();
    assert_eq!(conn.recovery(world.tenant, first.id).await.unwrap().as_ref(), Some(&decided));
    assert_eq!(conn.recovery(id(), first.id).await.unwrap(), None);
    let mut all = conn.recoveries(world.tenant, 10).await.unwrap();
    assert!(all[0].id > all[1].id, "the latest first");
    all.sort_by_key(|row| row.decided_at);
    assert_eq!(all, [second, decided]);
    assert_eq!(conn.recoveries(world.tenant, 1).await.unwrap().len(), 1);
    assert_eq!(conn.recoveries_of_transfer(world.transfer).await.unwrap().len(), 2);
    assert_eq!(conn.recoveries_of_transfer(id()).await.unwrap(), []);
}

async fn a_wish_goes_with_its_transfer(db: TestDatabase) {
    let world = World::new(&db).await;
    write(&db, async |tx| {
        tx.insert_recovery(&wish(&world)).await.unwrap();
        assert!(tx.delete_transfer(world.transfer).await.unwrap());
        assert_eq!(tx.recoveries(world.tenant, 10).await.unwrap(), []);
    })
    .await;
}

async fn which_content_key_is_for_recovery_is_kept(db: TestDatabase) {
    let world = World::new(&db).await;
    let to = |public_key, recovery| ContentKeyTo {
        transfer_id: world.transfer,
        public_key,
        tenant_id: world.tenant,
        recovery,
        content_key: b"sealed".to_vec(),
    };
    let keys = [to([1; 32], false), to([2; 32], true)];
    write(&db, async |tx| {
        tx.set_content_keys(world.transfer, &keys).await.unwrap();
        assert_eq!(tx.content_keys(world.transfer).await.unwrap(), keys);
    })
    .await;
}
