//! Versions of policies.

use sealpost_db::{CurrentPolicy, PolicyVersion, Tx};
use sealpost_domain::{Policy, TenantId};
use sealpost_test_support::{engines::TestDatabase, on_both_engines};

use crate::world::{NOW, World, id, write};

on_both_engines!(
    a_version_counts_once_it_is_set_for_its_tenant_alone,
    versions_are_listed_latest_first_and_the_oldest_forgotten,
);

fn version(world: &World, version: u64) -> PolicyVersion {
    PolicyVersion {
        tenant_id: world.tenant,
        version,
        document: format!("sealed {version}").into_bytes(),
        difference: "{}".to_owned(),
        made_by: (version > 1).then_some(world.user),
        made_at: NOW,
        restored_from: (version == 3).then_some(1),
    }
}

async fn keep(tx: &mut Tx, world: &World, numbers: std::ops::Range<u64>) {
    for number in numbers {
        tx.insert_policy_version(&version(world, number)).await.unwrap();
    }
}

async fn a_version_counts_once_it_is_set_for_its_tenant_alone(db: TestDatabase) {
    let world = World::new(&db).await;
    let nobody: TenantId = id();
    let policy = Policy { max_files: 7, ..Policy::default() };
    assert_eq!(db.read().await.unwrap().policy_number(world.tenant).await.unwrap(), Some(0));
    write(&db, async |tx| {
        let before = tx.current_policy_for_update(world.tenant).await.unwrap().unwrap();
        assert_eq!((before.policy, before.policy_version), (world.tenant_row().policy, 0));
        keep(tx, &world, 1..2).await;
        assert!(tx.set_policy(world.tenant, &policy, 1).await.unwrap());
        assert!(!tx.set_policy(nobody, &policy, 1).await.unwrap());
    })
    .await;
    let mut conn = db.read().await.unwrap();
    let expected = CurrentPolicy { policy: policy.clone(), policy_version: 1, created_at: NOW };
    assert_eq!(conn.current_policy(world.tenant).await.unwrap(), Some(expected));
    assert_eq!(conn.tenant(world.tenant).await.unwrap().unwrap().policy, policy);
    assert_eq!(conn.policy_number(world.tenant).await.unwrap(), Some(1));
    assert_eq!(conn.policy_number(nobody).await.unwrap(), None);
    assert_eq!(conn.policy_version(world.tenant, 1).await.unwrap(), Some(version(&world, 1)));
    assert_eq!(conn.policy_version(world.tenant, 2).await.unwrap(), None);
    assert_eq!(conn.policy_version(nobody, 1).await.unwrap(), None);
}

async fn versions_are_listed_latest_first_and_the_oldest_forgotten(db: TestDatabase) {
    let world = World::new(&db).await;
    write(&db, async |tx| keep(tx, &world, 0..5).await).await;
    let numbers = async |before, limit| {
        let mut conn = db.read().await.unwrap();
        let found = conn.policy_versions_before(world.tenant, before, limit).await.unwrap();
        found.iter().map(|entry| entry.version).collect::<Vec<_>>()
    };
    assert_eq!(numbers(100, 2).await, [4, 3]);
    assert_eq!(numbers(3, 100).await, [2, 1, 0]);
    assert_eq!(write(&db, async |tx| tx.forget_policy_versions(world.tenant, 3).await.unwrap()).await, 3);
    assert_eq!(numbers(100, 100).await, [4, 3]);
    let entry = db.read().await.unwrap().policy_versions_before(world.tenant, 4, 1).await.unwrap().remove(0);
    assert_eq!((entry.made_by, entry.restored_from), (Some(world.user), Some(1)));
}
