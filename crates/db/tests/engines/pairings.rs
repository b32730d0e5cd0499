//! The add-in's wishes to be signed in by a page.

use std::time::Duration;

use sealpost_db::{DbError, Pairing};
use sealpost_domain::PairingState;
use sealpost_test_support::{engines::TestDatabase, on_both_engines};

use crate::world::{NOW, World, after, hash, id, write};

on_both_engines!(
    a_pairing_is_found_by_what_the_addin_keeps_and_by_its_code,
    only_one_that_waits_is_confirmed_or_refused_and_it_is_used_once,
    the_addin_asks_in_turn,
    pairings_whose_time_is_over_are_swept_and_those_of_a_clock_that_was_ahead,
    pairings_go_with_their_tenant,
);

fn pairing(world: &World) -> Pairing {
    Pairing {
        id: id(),
        tenant_id: world.tenant,
        device_hash: hash(),
        code_hmac: hash(),
        agent: vec![1],
        network_hmac: Some([2; 32]),
        state: PairingState::Waiting,
        user_id: None,
        session_id: None,
        created_at: NOW,
        expires_at: after(60),
        polled_at: None,
    }
}

async fn insert(db: &TestDatabase, pairing: &Pairing) {
    write(db, async |tx| tx.insert_pairing(pairing).await.unwrap()).await;
}

async fn found(db: &TestDatabase, pairing: &Pairing) -> Option<Pairing> {
    db.read().await.unwrap().pairing_by_device(&pairing.device_hash).await.unwrap()
}

async fn a_pairing_is_found_by_what_the_addin_keeps_and_by_its_code(db: TestDatabase) {
    let world = World::new(&db).await;
    let (one, other) = (pairing(&world), Pairing { network_hmac: None, ..pairing(&world) });
    insert(&db, &one).await;
    insert(&db, &other).await;
    let mut conn = db.read().await.unwrap();
    assert_eq!(conn.pairing_by_device(&one.device_hash).await.unwrap(), Some(one.clone()));
    assert_eq!(conn.pairing_by_code(&other.code_hmac).await.unwrap(), Some(other));
    assert_eq!(conn.pairing_by_code(&hash()).await.unwrap(), None);
    drop(conn);
    let same = Pairing { code_hmac: one.code_hmac, ..pairing(&world) };
    let mut tx = db.write().await.unwrap();
    assert!(matches!(tx.insert_pairing(&same).await, Err(DbError::AlreadyExists(_))));
}

async fn only_one_that_waits_is_confirmed_or_refused_and_it_is_used_once(db: TestDatabase) {
    let world = World::new(&db).await;
    let (one, other) = (pairing(&world), pairing(&world));
    insert(&db, &one).await;
    insert(&db, &other).await;
    let session = id();
    write(&db, async |tx| {
        assert!(!tx.use_pairing(one.id).await.unwrap(), "nobody has confirmed it");
        assert!(tx.confirm_pairing(one.id, world.user, session).await.unwrap());
        assert!(!tx.confirm_pairing(one.id, world.user, session).await.unwrap());
        assert!(!tx.refuse_pairing(one.id, world.user).await.unwrap());
        assert!(tx.refuse_pairing(other.id, world.user).await.unwrap());
        assert!(!tx.confirm_pairing(other.id, world.user, session).await.unwrap());
        assert!(!tx.use_pairing(other.id).await.unwrap());
    })
    .await;
    let confirmed = found(&db, &one).await.unwrap();
    assert_eq!(
        (confirmed.state, confirmed.user_id, confirmed.session_id),
        (PairingState::Confirmed, Some(world.user), Some(session))
    );
    write(&db, async |tx| {
        assert!(tx.use_pairing(one.id).await.unwrap());
        assert!(!tx.use_pairing(one.id).await.unwrap());
    })
    .await;
    let states = [found(&db, &one).await.unwrap().state, found(&db, &other).await.unwrap().state];
    assert_eq!(states, [PairingState::Used, PairingState::Refused]);
}

async fn the_addin_asks_in_turn(db: TestDatabase) {
    let world = World::new(&db).await;
    let one = pairing(&world);
    insert(&db, &one).await;
    write(&db, async |tx| {
        for (now, in_turn) in [(10, true), (11, false), (12, true), (13, false), (5, true)] {
            let asked = tx.poll_pairing(one.id, after(now), after(now - 2)).await.unwrap();
            assert_eq!(asked, in_turn, "{now}");
        }
    })
    .await;
}

async fn pairings_whose_time_is_over_are_swept_and_those_of_a_clock_that_was_ahead(db: TestDatabase) {
    let world = World::new(&db).await;
    let (over, lives) = (pairing(&world), Pairing { expires_at: after(61), ..pairing(&world) });
    let ahead = Pairing { expires_at: after(10_000), ..pairing(&world) };
    for one in [&over, &lives, &ahead] {
        insert(&db, one).await;
    }
    let longest = Duration::from_secs(600);
    assert_eq!(write(&db, async |tx| tx.sweep_pairings(after(60), longest).await.unwrap()).await, 2);
    assert_eq!(found(&db, &over).await, None);
    assert_eq!(found(&db, &lives).await, Some(lives));
    assert_eq!(found(&db, &ahead).await, None);
}

async fn pairings_go_with_their_tenant(db: TestDatabase) {
    let world = World::new(&db).await;
    let one = pairing(&world);
    insert(&db, &one).await;
    write(&db, async |tx| {
        assert!(tx.refuse_pairing(one.id, world.user).await.unwrap());
        tx.delete_rows_of_tenant(world.tenant).await.unwrap();
    })
    .await;
    assert_eq!(found(&db, &one).await, None);
}
