//! Key pairs, who has their private keys, and what is sealed to them.

use std::time::Duration;

use sealpost_db::{ContentKeyTo, DbError, KeyPair, KeyPairMember, KeyPairPasskey, Mailbox, Passkey};
use sealpost_domain::{KeyOwner, KeyPairId, MailboxId, PasskeyId};
use sealpost_test_support::{engines::TestDatabase, on_both_engines};

use crate::world::{NOW, World, after, hash, id, write};

on_both_engines!(
    one_pair_of_an_owner_counts_and_no_public_key_is_anybodys_twice,
    a_private_key_is_replaced_once_for_each_revision,
    what_opens_a_pair_goes_with_passkeys_delegations_and_their_user,
    what_something_is_sealed_to_is_not_swept,
    what_is_sealed_to_keys_goes_with_its_transfer,
);

fn pair(world: &World, owner: KeyOwner) -> KeyPair {
    KeyPair {
        id: id(),
        tenant_id: world.tenant,
        owner_id: owner.as_uuid(),
        user_id: owner.user(),
        mailbox_id: owner.mailbox(),
        public_key: hash(),
        private_key: owner.user().map(|_| b"sealed".to_vec()),
        created_at: NOW,
        retired_at: None,
        revision: 1,
    }
}

async fn inserted(db: &TestDatabase, pair: KeyPair) -> KeyPair {
    write(db, async |tx| tx.insert_key_pair(&pair).await.unwrap()).await;
    pair
}

async fn mailbox(db: &TestDatabase, world: &World) -> MailboxId {
    let mailbox = Mailbox {
        id: id(),
        tenant_id: world.tenant,
        address: b"office".to_vec(),
        address_hmac: hash(),
        name: b"Office".to_vec(),
        created_at: NOW,
        removed_at: None,
    };
    write(db, async |tx| {
        tx.insert_mailbox(&mailbox).await.unwrap();
        assert!(tx.delegate(world.tenant, mailbox.id, world.user, NOW).await.unwrap());
    })
    .await;
    mailbox.id
}

fn held(world: &World, pair: &KeyPair, team: MailboxId, member_key: [u8; 32]) -> KeyPairMember {
    KeyPairMember {
        key_pair_id: pair.id,
        user_id: world.user,
        mailbox_id: team,
        tenant_id: world.tenant,
        member_key,
        private_key: b"sealed".to_vec(),
        created_at: NOW,
    }
}

async fn one_pair_of_an_owner_counts_and_no_public_key_is_anybodys_twice(db: TestDatabase) {
    let world = World::new(&db).await;
    let owner = KeyOwner::User(world.user);
    let first = inserted(&db, pair(&world, owner)).await;
    let twin = KeyPair {
        public_key: first.public_key,
        ..pair(&world, KeyOwner::Mailbox(mailbox(&db, &world).await))
    };
    for second in [pair(&world, owner), twin] {
        let mut tx = db.write().await.unwrap();
        assert!(matches!(tx.insert_key_pair(&second).await, Err(DbError::AlreadyExists(_))));
    }
    let second = pair(&world, owner);
    write(&db, async |tx| {
        assert!(!tx.retire_key_pair(id(), first.id, after(1)).await.unwrap(), "another tenant's");
        assert!(tx.retire_key_pair(world.tenant, first.id, after(1)).await.unwrap());
        assert!(!tx.retire_key_pair(world.tenant, first.id, after(2)).await.unwrap());
        tx.insert_key_pair(&second).await.unwrap();
    })
    .await;
    let mut conn = db.read().await.unwrap();
    let retired = KeyPair { retired_at: Some(after(1)), ..first };
    assert_eq!(conn.current_key_pair(world.tenant, owner).await.unwrap().as_ref(), Some(&second));
    let known = conn.key_pair_by_public_key(world.tenant, &retired.public_key).await.unwrap();
    assert_eq!(known.as_ref(), Some(&retired));
    let mut all = conn.key_pairs(world.tenant, owner).await.unwrap();
    all.sort_by_key(|pair| pair.retired_at.is_some());
    assert_eq!(all, [second, retired]);
    assert_eq!(conn.key_pairs(id(), owner).await.unwrap(), []);
    assert_eq!(conn.current_key_pair(id(), owner).await.unwrap(), None);
    assert_eq!(conn.key_pair_by_public_key(world.tenant, &hash()).await.unwrap(), None);
}

async fn a_private_key_is_replaced_once_for_each_revision(db: TestDatabase) {
    let world = World::new(&db).await;
    let own = inserted(&db, pair(&world, KeyOwner::User(world.user))).await;
    let who = (world.tenant, world.user);
    write(&db, async |tx| {
        assert!(!tx.set_private_key((id(), world.user), own.id, 1, b"x").await.unwrap());
        assert!(!tx.set_private_key((world.tenant, id()), own.id, 1, b"x").await.unwrap());
        assert!(!tx.set_private_key(who, own.id, 2, b"x").await.unwrap());
        assert!(tx.set_private_key(who, own.id, 1, b"another").await.unwrap());
        assert!(!tx.set_private_key(who, own.id, 1, b"x").await.unwrap());
    })
    .await;
    let now =
        db.read().await.unwrap().current_key_pair(world.tenant, KeyOwner::User(world.user)).await.unwrap();
    assert_eq!(now, Some(KeyPair { private_key: Some(b"another".to_vec()), revision: 2, ..own }));
}

async fn what_opens_a_pair_goes_with_passkeys_delegations_and_their_user(db: TestDatabase) {
    let world = World::new(&db).await;
    let owner = KeyOwner::User(world.user);
    let own = inserted(&db, pair(&world, owner)).await;
    let team = mailbox(&db, &world).await;
    let teams = inserted(&db, pair(&world, KeyOwner::Mailbox(team))).await;
    let passkey = Passkey {
        id: id::<PasskeyId>(),
        tenant_id: world.tenant,
        user_id: world.user,
        credential_hash: hash(),
        credential: b"sealed".to_vec(),
        label: b"sealed".to_vec(),
        created_at: NOW,
        last_used_at: None,
    };
    let by_passkey = KeyPairPasskey {
        key_pair_id: own.id,
        passkey_id: passkey.id,
        tenant_id: world.tenant,
        private_key: b"first".to_vec(),
        created_at: NOW,
    };
    let again = KeyPairPasskey { private_key: b"again".to_vec(), ..by_passkey.clone() };
    let member = held(&world, &teams, team, own.public_key);
    write(&db, async |tx| {
        tx.insert_passkey(&passkey).await.unwrap();
        tx.put_key_pair_passkey(&by_passkey).await.unwrap();
        tx.put_key_pair_passkey(&again).await.unwrap();
        assert!(!tx.remove_key_pair_passkey(id(), own.id, passkey.id).await.unwrap());
        assert!(!tx.is_key_pair_held(teams.id).await.unwrap());
        tx.put_key_pair_member(&member).await.unwrap();
        tx.put_key_pair_member(&member).await.unwrap();
    })
    .await;
    let stranger = KeyPairMember { user_id: id(), ..member.clone() };
    let mut tx = db.write().await.unwrap();
    assert!(matches!(tx.put_key_pair_member(&stranger).await, Err(DbError::MissingReference(_))));
    drop(tx);
    let mut conn = db.read().await.unwrap();
    assert_eq!(conn.key_pair_passkeys(world.tenant, owner).await.unwrap(), std::slice::from_ref(&again));
    assert_eq!(conn.key_pair_passkeys(id(), owner).await.unwrap(), []);
    assert_eq!(conn.key_pair_members(world.tenant, team).await.unwrap(), std::slice::from_ref(&member));
    assert_eq!(conn.key_pair_members(id(), team).await.unwrap(), []);
    assert!(conn.is_key_pair_held(teams.id).await.unwrap());
    drop(conn);
    write(&db, async |tx| {
        assert!(tx.undelegate(team, world.user).await.unwrap());
        assert_eq!(tx.key_pair_members(world.tenant, team).await.unwrap(), []);
        assert!(tx.remove_passkey(world.tenant, world.user, passkey.id).await.unwrap());
        assert_eq!(tx.key_pair_passkeys(world.tenant, owner).await.unwrap(), []);
        assert!(tx.delegate(world.tenant, team, world.user, NOW).await.unwrap());
        tx.put_key_pair_member(&member).await.unwrap();
        tx.forget_everything_of(world.tenant, world.user, NOW).await.unwrap();
        assert_eq!(tx.key_pairs(world.tenant, owner).await.unwrap(), []);
        assert_eq!(tx.key_pair_members(world.tenant, team).await.unwrap(), []);
        assert_eq!(tx.key_pairs(world.tenant, KeyOwner::Mailbox(team)).await.unwrap().len(), 1);
    })
    .await;
}

async fn what_something_is_sealed_to_is_not_swept(db: TestDatabase) {
    let world = World::new(&db).await;
    let owner = KeyOwner::User(world.user);
    let team = mailbox(&db, &world).await;
    let teams = inserted(&db, pair(&world, KeyOwner::Mailbox(team))).await;
    let mut retired: Vec<KeyPairId> = Vec::new();
    let mut keys = Vec::new();
    for _ in 0..3 {
        let own = inserted(&db, pair(&world, owner)).await;
        write(&db, async |tx| assert!(tx.retire_key_pair(world.tenant, own.id, after(10)).await.unwrap()))
            .await;
        retired.push(own.id);
        keys.push(own.public_key);
    }
    let counts = inserted(&db, pair(&world, owner)).await;
    let to = ContentKeyTo {
        transfer_id: world.transfer,
        public_key: keys[0],
        tenant_id: world.tenant,
        recovery: false,
        content_key: b"sealed".to_vec(),
    };
    write(&db, async |tx| {
        tx.set_content_keys(world.transfer, std::slice::from_ref(&to)).await.unwrap();
        tx.put_key_pair_member(&held(&world, &teams, team, keys[1])).await.unwrap();
        assert_eq!(tx.sweep_key_pairs(after(9)).await.unwrap(), 0, "not long enough ago");
        assert_eq!(tx.sweep_key_pairs(after(10)).await.unwrap(), 1);
    })
    .await;
    let left = db.read().await.unwrap().key_pairs(world.tenant, owner).await.unwrap();
    let mut left: Vec<_> = left.into_iter().map(|pair| pair.id).collect();
    left.sort();
    let mut expected = vec![retired[0], retired[1], counts.id];
    expected.sort();
    assert_eq!(left, expected);
    write(&db, async |tx| {
        tx.put_key_pair_member(&held(&world, &teams, team, counts.public_key)).await.unwrap();
        assert!(tx.delete_transfer(world.transfer).await.unwrap());
        assert_eq!(tx.sweep_key_pairs(after(10) + Duration::from_secs(1)).await.unwrap(), 2);
        assert_eq!(tx.sweep_key_pairs(after(3_600)).await.unwrap(), 0, "what counts stays");
    })
    .await;
}

async fn what_is_sealed_to_keys_goes_with_its_transfer(db: TestDatabase) {
    let world = World::new(&db).await;
    let to = |public_key| ContentKeyTo {
        transfer_id: world.transfer,
        public_key,
        tenant_id: world.tenant,
        recovery: false,
        content_key: b"sealed".to_vec(),
    };
    let (first, second) = (to([1; 32]), to([2; 32]));
    write(&db, async |tx| {
        tx.set_content_keys(world.transfer, &[second.clone(), first.clone()]).await.unwrap();
        assert_eq!(tx.content_keys(world.transfer).await.unwrap(), [first.clone(), second.clone()]);
        tx.set_content_keys(world.transfer, std::slice::from_ref(&second)).await.unwrap();
        assert_eq!(tx.content_keys(world.transfer).await.unwrap(), std::slice::from_ref(&second));
        assert_eq!(tx.content_keys(id()).await.unwrap(), []);
        assert!(tx.delete_transfer(world.transfer).await.unwrap());
        assert_eq!(tx.content_keys(world.transfer).await.unwrap(), []);
    })
    .await;
    let remains = db.read().await.unwrap().remains_of_transfer(world.transfer).await.unwrap();
    assert!(remains.iter().any(|of| of.table_name == "content_keys" && of.row_count == 0));
}
