//! Sessions: how many a user has at once, and which of them go.

use sealpost_db::Session;
use sealpost_domain::{SessionId, SessionKind, SessionStage, SignIn};
use sealpost_test_support::{engines::TestDatabase, on_both_engines};

use crate::world::{NOW, World, after, hash, id, write};

on_both_engines!(
    the_session_that_was_unused_the_longest_ends_first,
    one_that_has_not_shown_everything_ends_before_one_that_has,
    sessions_of_another_kind_user_or_tenant_stay,
    sessions_that_lie_idle_are_removed,
);

/// A session of the world's user, used so many seconds ago.
fn session(world: &World, unused: i64) -> Session {
    Session {
        id: id(),
        tenant_id: world.tenant,
        user_id: world.user,
        token_hash: hash(),
        kind: SessionKind::Browser,
        stage: SessionStage::Full,
        method: SignIn::Password,
        second_factor: true,
        agent: b"sealed agent".to_vec(),
        created_at: NOW,
        seen_at: after(-unused),
        proved_at: NOW,
        expires_at: after(3_600),
    }
}

async fn insert(db: &TestDatabase, sessions: &[&Session]) {
    write(db, async |tx| {
        for session in sessions {
            tx.insert_session(session).await.unwrap();
        }
    })
    .await;
}

async fn surplus(db: &TestDatabase, newest: &Session, most: u64) -> Vec<SessionId> {
    write(db, async |tx| tx.delete_surplus_sessions(newest, most).await.unwrap()).await
}

async fn left(db: &TestDatabase, world: &World) -> Vec<SessionId> {
    let rows = db.read().await.unwrap().sessions(world.tenant, world.user).await.unwrap();
    rows.into_iter().map(|row| row.id).collect()
}

async fn the_session_that_was_unused_the_longest_ends_first(db: TestDatabase) {
    let world = World::new(&db).await;
    let (used, old, older) = (session(&world, 1), session(&world, 60), session(&world, 90));
    // A clock that is behind made it look old; it has only just begun.
    let newest = session(&world, 1_000);
    insert(&db, &[&used, &old, &older, &newest]).await;
    assert!(surplus(&db, &newest, 4).await.is_empty());
    assert_eq!(surplus(&db, &newest, 3).await, [older.id]);
    assert_eq!(surplus(&db, &newest, 2).await, [old.id]);
    assert_eq!(left(&db, &world).await, [used.id, newest.id]);
    assert_eq!(surplus(&db, &newest, 1).await, [used.id]);
    assert!(surplus(&db, &newest, 1).await.is_empty());
}

async fn one_that_has_not_shown_everything_ends_before_one_that_has(db: TestDatabase) {
    let world = World::new(&db).await;
    let whole = session(&world, 500);
    let half = Session { stage: SessionStage::SecondFactor, ..session(&world, 1) };
    let newest = Session { stage: SessionStage::SecondFactor, ..session(&world, 0) };
    insert(&db, &[&whole, &half, &newest]).await;
    assert_eq!(surplus(&db, &newest, 2).await, [half.id]);
    assert_eq!(left(&db, &world).await, [whole.id, newest.id]);
}

async fn sessions_of_another_kind_user_or_tenant_stay(db: TestDatabase) {
    let (world, other) = (World::new(&db).await, World::new(&db).await);
    let newest = session(&world, 0);
    let addin = Session { kind: SessionKind::Addin, ..session(&world, 90) };
    let theirs = session(&other, 90);
    insert(&db, &[&newest, &addin, &theirs]).await;
    assert!(surplus(&db, &newest, 1).await.is_empty());
    assert_eq!((left(&db, &world).await.len(), left(&db, &other).await.len()), (2, 1));
}

async fn sessions_that_lie_idle_are_removed(db: TestDatabase) {
    let (world, other) = (World::new(&db).await, World::new(&db).await);
    let (used, idle, theirs) = (session(&world, 59), session(&world, 60), session(&other, 90));
    insert(&db, &[&used, &idle, &theirs]).await;
    let removed =
        write(&db, async |tx| tx.delete_idle_sessions(world.tenant, after(-60)).await.unwrap()).await;
    assert_eq!(removed, 1);
    assert_eq!(left(&db, &world).await, [used.id]);
    assert_eq!(left(&db, &other).await.len(), 1, "another tenant has rules of its own");
}
