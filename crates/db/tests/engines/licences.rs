//! Licences, seats in order of assignment, support access.

use sealpost_db::{SeatPlace, SupportGrant, SupportToken, User};
use sealpost_domain::{TenantId, Timestamp, UserId};
use sealpost_test_support::{engines::TestDatabase, on_both_engines};

use crate::world::{NOW, World, after, hash, id, write};

on_both_engines!(
    a_licence_is_kept_as_it_was_issued,
    seats_have_the_order_of_their_assignment,
    who_is_disabled_is_in_nobodys_way,
    a_support_grant_counts_until_it_ends_or_is_withdrawn,
    a_support_token_leads_to_its_grant,
);

async fn a_licence_is_kept_as_it_was_issued(db: TestDatabase) {
    let world = World::new(&db).await;
    assert_eq!(db.read().await.unwrap().licensing(world.tenant).await.unwrap().unwrap().licence, None);
    write(&db, async |tx| {
        assert!(tx.licensing_for_update(world.tenant).await.unwrap().is_some());
        assert!(tx.set_licence(world.tenant, "a.b.c").await.unwrap());
        assert!(!tx.set_licence(id(), "a.b.c").await.unwrap());
    })
    .await;
    let mut conn = db.read().await.unwrap();
    let found = conn.licensing(world.tenant).await.unwrap().unwrap();
    assert_eq!((found.slug, found.licence.as_deref()), (world.tenant_row().slug, Some("a.b.c")));
    assert_eq!(conn.licensing(id()).await.unwrap(), None);
}

/// A user of the world's tenant; his id is greater than those of all before him.
async fn user(db: &TestDatabase, world: &World, seat_at: Option<Timestamp>) -> UserId {
    let user = User { id: id(), address_hmac: hash(), seat_at, ..world.user_row() };
    write(db, async |tx| tx.insert_user(&user).await.unwrap()).await;
    user.id
}

async fn place(db: &TestDatabase, tenant: TenantId, user: UserId) -> SeatPlace {
    db.read().await.unwrap().seat_place(tenant, user).await.unwrap().unwrap()
}

async fn seats_have_the_order_of_their_assignment(db: TestDatabase) {
    let world = World::new(&db).await;
    let (late, early) = (user(&db, &world, Some(after(2))).await, user(&db, &world, Some(after(1))).await);
    let twin = user(&db, &world, Some(after(1))).await;
    let none = user(&db, &world, None).await;
    let ahead = async |user| place(&db, world.tenant, user).await.ahead;
    assert_eq!(
        [ahead(early).await, ahead(twin).await, ahead(late).await],
        [0, 1, 2],
        "of equals the older id"
    );
    assert_eq!(place(&db, world.tenant, none).await.seat_at, None);
    let mut conn = db.read().await.unwrap();
    assert_eq!(conn.seats_assigned(world.tenant).await.unwrap(), 3);
    assert_eq!(conn.seats_assigned(id()).await.unwrap(), 0);
    assert_eq!(conn.seat_place(id(), early).await.unwrap(), None, "of another tenant");
    drop(conn);
    write(&db, async |tx| {
        assert!(tx.assign_seat(world.tenant, none, after(3)).await.unwrap());
        assert!(!tx.assign_seat(world.tenant, early, after(9)).await.unwrap(), "his place stays");
        assert!(!tx.assign_seat(id(), world.user, after(9)).await.unwrap());
        assert!(tx.withdraw_seat(world.tenant, twin).await.unwrap());
        assert!(!tx.withdraw_seat(world.tenant, twin).await.unwrap());
        assert!(!tx.withdraw_seat(id(), late).await.unwrap());
    })
    .await;
    assert_eq!([ahead(early).await, ahead(late).await, ahead(none).await], [0, 1, 2], "and they move up");
    assert_eq!(place(&db, world.tenant, early).await.seat_at, Some(after(1)));
}

async fn who_is_disabled_is_in_nobodys_way(db: TestDatabase) {
    let world = World::new(&db).await;
    let first = user(&db, &world, Some(after(1))).await;
    let second = user(&db, &world, Some(after(2))).await;
    let disable = async |since| {
        write(&db, async |tx| tx.set_user_disabled(world.tenant, first, since).await.unwrap()).await
    };
    disable(Some(NOW)).await;
    assert_eq!(place(&db, world.tenant, second).await.ahead, 0);
    assert_eq!(db.read().await.unwrap().seats_assigned(world.tenant).await.unwrap(), 1);
    disable(None).await;
    assert_eq!(place(&db, world.tenant, second).await.ahead, 1, "and has his old place again");
}

fn grant(world: &World, created_at: Timestamp, expires_at: Timestamp) -> SupportGrant {
    SupportGrant {
        id: id(),
        tenant_id: world.tenant,
        given_by: world.user,
        reason: b"sealed reason".to_vec(),
        created_at,
        expires_at,
        withdrawn_at: None,
    }
}

async fn a_support_grant_counts_until_it_ends_or_is_withdrawn(db: TestDatabase) {
    let world = World::new(&db).await;
    let (short, long) = (grant(&world, NOW, after(10)), grant(&world, NOW, after(100)));
    write(&db, async |tx| {
        tx.insert_support_grant(&long).await.unwrap();
        tx.insert_support_grant(&short).await.unwrap();
    })
    .await;
    let valid = async |now| db.read().await.unwrap().valid_support_grant(world.tenant, now).await.unwrap();
    assert_eq!(valid(NOW).await.as_ref(), Some(&long));
    assert_eq!(db.read().await.unwrap().valid_support_grant(id(), NOW).await.unwrap(), None);
    let withdraw = async |tenant, id, at| {
        write(&db, async |tx| tx.withdraw_support_grant(tenant, id, at).await.unwrap()).await
    };
    assert!(!withdraw(id(), long.id, after(1)).await, "of another tenant");
    assert!(withdraw(world.tenant, long.id, after(1)).await);
    assert!(!withdraw(world.tenant, long.id, after(2)).await);
    assert_eq!(valid(after(9)).await.as_ref(), Some(&short));
    assert_eq!(valid(after(10)).await, None);
    assert!(!withdraw(world.tenant, short.id, after(10)).await, "it is over anyway");
    let all = db.read().await.unwrap().support_grants(world.tenant, 1).await.unwrap();
    assert_eq!(all.iter().map(|grant| grant.id).collect::<Vec<_>>(), [long.id.max(short.id)]);
}

async fn a_support_token_leads_to_its_grant(db: TestDatabase) {
    let world = World::new(&db).await;
    let leave = grant(&world, NOW, after(100));
    let token = |created_at, expires_at| SupportToken {
        token_hash: hash(),
        tenant_id: world.tenant,
        grant_id: leave.id,
        created_at,
        expires_at,
    };
    let (old, new) = (token(NOW, after(5)), token(after(5), after(50)));
    write(&db, async |tx| {
        tx.insert_support_grant(&leave).await.unwrap();
        tx.insert_support_token(&old).await.unwrap();
        tx.insert_support_token(&new).await.unwrap();
    })
    .await;
    let mut conn = db.read().await.unwrap();
    let found = conn.support_by_token(&new.token_hash).await.unwrap().unwrap();
    assert_eq!((found.tenant_id, found.grant_id, found.given_by), (world.tenant, leave.id, world.user));
    assert_eq!((found.expires_at, found.grant_expires_at), (after(50), after(100)));
    assert_eq!(conn.support_by_token(&old.token_hash).await.unwrap(), None, "it had ended, and went");
    assert_eq!(conn.support_by_token(&hash()).await.unwrap(), None);
}
