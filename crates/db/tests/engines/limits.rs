//! How often something may be tried, whoever counts.

use std::time::Duration;

use sealpost_domain::Timestamp;
use sealpost_test_support::{engines::TestDatabase, on_both_engines};

use crate::world::{NOW, after, all_at_once, hash, write};

on_both_engines!(
    two_nodes_share_one_limit,
    of_sixty_four_at_once_no_more_get_through_than_may,
    a_clock_that_is_put_back_makes_nobody_wait,
    a_clock_that_is_behind_the_others_lets_nobody_through,
    what_says_nothing_any_more_is_swept,
);

const MINUTE: Duration = Duration::from_secs(60);

/// Three a minute.
async fn count(db: &sealpost_db::Db, key: &[u8; 32], now: Timestamp) -> bool {
    write(db, async |tx| tx.count_limit(key, now, MINUTE / 3, MINUTE).await.unwrap()).await
}

async fn two_nodes_share_one_limit(db: TestDatabase) {
    let other = db.another_node().await;
    let (key, bystander) = (hash(), hash());
    assert!(count(&db, &key, NOW).await);
    assert!(count(&other, &key, NOW).await);
    assert!(count(&db, &key, NOW).await);
    for node in [&*db, &other] {
        assert!(!count(node, &key, NOW).await);
        assert!(!count(node, &key, after(19)).await, "who is refused does not wait longer for it");
        assert!(count(node, &bystander, NOW).await);
    }
    assert_eq!(db.read().await.unwrap().limit(&key).await.unwrap(), Some(after(60)));
    assert!(count(&other, &key, after(20)).await, "a third of a minute pays for one");
    assert!(!count(&db, &key, after(20)).await);
    assert!(write(&db, async |tx| tx.forget_limit(&key).await.unwrap()).await);
    assert!(count(&db, &key, after(20)).await);
}

async fn of_sixty_four_at_once_no_more_get_through_than_may(db: TestDatabase) {
    let (key, other) = (hash(), db.another_node().await);
    let nodes = [sealpost_db::Db::clone(&db), other];
    let counted = all_at_once(64, |client| {
        let node = nodes[client % 2].clone();
        async move { count(&node, &key, NOW).await }
    });
    assert_eq!(counted.await.into_iter().filter(|counted| *counted).count(), 3);
}

async fn a_clock_that_is_put_back_makes_nobody_wait(db: TestDatabase) {
    let key = hash();
    assert!(count(&db, &key, after(3_600)).await);
    for _ in 0..3 {
        assert!(count(&db, &key, NOW).await);
    }
    assert!(!count(&db, &key, NOW).await);
}

async fn a_clock_that_is_behind_the_others_lets_nobody_through(db: TestDatabase) {
    let (key, other) = (hash(), db.another_node().await);
    for _ in 0..3 {
        assert!(count(&db, &key, after(1)).await);
    }
    assert!(!count(&other, &key, NOW).await);
    assert_eq!(write(&other, async |tx| tx.sweep_limits(NOW, MINUTE).await.unwrap()).await, 0);
    assert!(!count(&db, &key, after(1)).await);
    assert!(count(&other, &key, after(21)).await);
}

async fn what_says_nothing_any_more_is_swept(db: TestDatabase) {
    let (old, owes, ahead) = (hash(), hash(), hash());
    assert!(count(&db, &old, NOW).await);
    assert!(count(&db, &owes, after(30)).await);
    assert!(count(&db, &ahead, after(10_000)).await);
    assert_eq!(write(&db, async |tx| tx.sweep_limits(after(20), MINUTE).await.unwrap()).await, 2);
    let mut conn = db.read().await.unwrap();
    assert_eq!(conn.limit(&old).await.unwrap(), None);
    assert_eq!(conn.limit(&ahead).await.unwrap(), None);
    assert_eq!(conn.limit(&owes).await.unwrap(), Some(after(50)));
}
