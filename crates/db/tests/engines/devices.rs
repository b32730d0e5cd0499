//! Browsers that need no code for a while.

use sealpost_db::RememberedDevice;
use sealpost_domain::{CodeChannel, DeviceId};
use sealpost_test_support::{engines::TestDatabase, on_both_engines};

use crate::world::{NOW, World, after, hash, id, write};

on_both_engines!(
    a_browser_is_found_by_what_it_keeps,
    browsers_are_those_of_one_address_in_one_tenant_the_newest_first,
    all_browsers_of_an_address_are_forgotten_together_and_one_alone,
    browsers_whose_time_is_over_are_not_listed_and_swept,
);

fn device(world: &World, address_hmac: [u8; 32]) -> RememberedDevice {
    RememberedDevice {
        id: id(),
        tenant_id: world.tenant,
        address_hmac,
        channel: CodeChannel::Email,
        phone_hmac: None,
        token_hash: hash(),
        created_at: NOW,
        expires_at: after(60),
    }
}

async fn insert(db: &TestDatabase, devices: &[&RememberedDevice]) {
    write(db, async |tx| {
        for device in devices {
            tx.insert_remembered_device(device).await.unwrap();
        }
    })
    .await;
}

async fn listed(db: &TestDatabase, of: &RememberedDevice, at: i64, limit: u32) -> Vec<DeviceId> {
    let mut conn = db.read().await.unwrap();
    let rows = conn.remembered_devices(of.tenant_id, &of.address_hmac, after(at), limit).await.unwrap();
    rows.into_iter().map(|row| row.id).collect()
}

async fn a_browser_is_found_by_what_it_keeps(db: TestDatabase) {
    let world = World::new(&db).await;
    let by_mail = device(&world, [5; 32]);
    let channel = CodeChannel::Sms;
    let by_sms = RememberedDevice { channel, phone_hmac: Some([6; 32]), ..device(&world, [5; 32]) };
    insert(&db, &[&by_mail, &by_sms]).await;
    let mut conn = db.read().await.unwrap();
    for known in [by_mail, by_sms] {
        assert_eq!(conn.remembered_device(&known.token_hash).await.unwrap(), Some(known));
    }
    assert_eq!(conn.remembered_device(&hash()).await.unwrap(), None);
}

async fn browsers_are_those_of_one_address_in_one_tenant_the_newest_first(db: TestDatabase) {
    let (world, other) = (World::new(&db).await, World::new(&db).await);
    let (first, second) = (device(&world, [5; 32]), device(&world, [5; 32]));
    insert(&db, &[&first, &second, &device(&world, [6; 32]), &device(&other, [5; 32])]).await;
    assert_eq!(listed(&db, &first, 0, 10).await, [second.id, first.id]);
    assert_eq!(listed(&db, &first, 0, 1).await, [second.id]);
    assert!(listed(&db, &device(&world, [7; 32]), 0, 10).await.is_empty());
}

async fn all_browsers_of_an_address_are_forgotten_together_and_one_alone(db: TestDatabase) {
    let (world, other) = (World::new(&db).await, World::new(&db).await);
    let (a, b, c) = (device(&world, [5; 32]), device(&world, [5; 32]), device(&world, [5; 32]));
    let (carls, theirs) = (device(&world, [6; 32]), device(&other, [5; 32]));
    insert(&db, &[&a, &b, &c, &carls, &theirs]).await;
    write(&db, async |tx| {
        assert!(tx.forget_device(b.id).await.unwrap());
        assert!(!tx.forget_device(b.id).await.unwrap(), "it was forgotten before");
    })
    .await;
    assert_eq!(listed(&db, &a, 0, 10).await, [c.id, a.id]);
    write(&db, async |tx| {
        assert_eq!(tx.forget_devices(world.tenant, &[5; 32]).await.unwrap(), 2);
        assert_eq!(tx.forget_devices(world.tenant, &[5; 32]).await.unwrap(), 0);
    })
    .await;
    assert_eq!(listed(&db, &carls, 0, 10).await, [carls.id]);
    assert_eq!(listed(&db, &theirs, 0, 10).await, [theirs.id]);
}

async fn browsers_whose_time_is_over_are_not_listed_and_swept(db: TestDatabase) {
    let world = World::new(&db).await;
    let short = device(&world, [5; 32]);
    let long = RememberedDevice { expires_at: after(61), ..device(&world, [5; 32]) };
    insert(&db, &[&short, &long]).await;
    assert_eq!(listed(&db, &short, 59, 10).await.len(), 2);
    assert_eq!(listed(&db, &short, 60, 10).await, [long.id]);
    assert_eq!(write(&db, async |tx| tx.sweep_devices(after(60)).await.unwrap()).await, 1);
    let mut conn = db.read().await.unwrap();
    assert_eq!(conn.remembered_device(&short.token_hash).await.unwrap(), None);
    assert_eq!(conn.remembered_device(&long.token_hash).await.unwrap(), Some(long));
}
