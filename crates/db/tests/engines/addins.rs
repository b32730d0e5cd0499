//! What Outlook knows tenants' add-ins by.

use sealpost_db::Addin;
use sealpost_domain::AddinId;
use sealpost_test_support::{engines::TestDatabase, on_both_engines};

use crate::world::{NOW, World, write};

on_both_engines!(an_add_in_is_found_by_its_id_and_its_tenant, whoever_is_second_leaves_the_first_ones_ids,);

fn addin(world: &World, random: u8) -> Addin {
    Addin {
        tenant_id: world.tenant,
        addin_id: AddinId::from_random([random; 16]),
        app_id: AddinId::from_random([random + 1; 16]).as_uuid(),
        revision: 0,
        rendering: None,
        changed_at: NOW,
    }
}

async fn an_add_in_is_found_by_its_id_and_its_tenant(db: TestDatabase) {
    let world = World::new(&db).await;
    let first = addin(&world, 1);
    write(&db, async |tx| tx.insert_addin(&first).await.unwrap()).await;
    write(&db, async |tx| {
        let found = tx.addin_for_update(world.tenant).await.unwrap().unwrap();
        assert_eq!((found.revision, found.rendering), (0, None));
        tx.set_addin_rendering(world.tenant, 7, &[9; 32], NOW).await.unwrap();
    })
    .await;
    let mut conn = db.read().await.unwrap();
    let found = conn.addin(first.addin_id).await.unwrap().unwrap();
    assert_eq!((found.tenant_id, found.app_id), (world.tenant, first.app_id));
    assert_eq!((found.revision, found.rendering), (7, Some(vec![9; 32])));
    let of_tenant = conn.addin_of_tenant(world.tenant).await.unwrap().unwrap();
    assert_eq!(of_tenant.addin_id, first.addin_id);
    assert!(conn.addin(AddinId::from_random([3; 16])).await.unwrap().is_none());
}

async fn whoever_is_second_leaves_the_first_ones_ids(db: TestDatabase) {
    let world = World::new(&db).await;
    let (first, second) = (addin(&world, 1), addin(&world, 5));
    write(&db, async |tx| {
        tx.insert_addin(&first).await.unwrap();
        tx.insert_addin(&second).await.unwrap();
    })
    .await;
    let mut conn = db.read().await.unwrap();
    assert_eq!(conn.addin_of_tenant(world.tenant).await.unwrap().unwrap().addin_id, first.addin_id);
    assert!(conn.addin(second.addin_id).await.unwrap().is_none());
}
