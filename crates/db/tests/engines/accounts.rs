//! Passwords, apps, recovery codes, passkeys, links for setting passwords anew.

use sealpost_db::{DbError, Passkey, PasswordReset, User};
use sealpost_domain::UserId;
use sealpost_test_support::{engines::TestDatabase, on_both_engines};
use uuid::Uuid;

use crate::world::{NOW, World, after, all_at_once, hash, id, write};

on_both_engines!(
    an_account_is_found_by_id_and_by_address_in_its_tenant_only,
    a_new_password_ends_the_duty_to_change_it,
    a_password_is_stored_anew_unless_it_was_changed_meanwhile,
    an_app_counts_once_it_is_confirmed_and_each_step_once,
    of_many_who_show_the_same_code_one_is_let_in,
    a_recovery_code_is_good_once_and_new_ones_replace_the_old,
    a_passkey_belongs_to_one_user_and_is_used_by_one_at_a_time,
    a_ceremony_ends_once_and_is_forgotten_after_its_time,
    a_link_for_a_password_is_found_by_its_secret_and_all_of_them_go_together,
    a_user_is_told_of_a_lock_once_in_a_while,
    second_factors_are_those_of_a_page_and_of_its_tenant,
);

async fn an_account_is_found_by_id_and_by_address_in_its_tenant_only(db: TestDatabase) {
    let world = World::new(&db).await;
    let mut conn = db.read().await.unwrap();
    let account = conn.account(world.tenant, world.user).await.unwrap().unwrap();
    assert_eq!((account.id, account.tenant_id), (world.user, world.tenant));
    assert_eq!((account.password.as_ref(), account.totp.as_ref(), account.passkeys), (None, None, 0));
    assert!(!account.must_change);
    assert_eq!(conn.account_by_address(world.tenant, &[3; 32]).await.unwrap(), Some(account));
    assert_eq!(conn.account(id(), world.user).await.unwrap(), None);
    assert_eq!(conn.account_by_address(id(), &[3; 32]).await.unwrap(), None);
    assert_eq!(conn.account_by_address(world.tenant, &[4; 32]).await.unwrap(), None);
}

async fn a_new_password_ends_the_duty_to_change_it(db: TestDatabase) {
    let world = World::new(&db).await;
    assert!(write(&db, async |tx| tx.require_password_change(world.tenant, world.user).await.unwrap()).await);
    assert!(!write(&db, async |tx| tx.require_password_change(id(), world.user).await.unwrap()).await);
    let read = async || db.read().await.unwrap().account(world.tenant, world.user).await.unwrap().unwrap();
    assert!(read().await.must_change);
    assert!(!write(&db, async |tx| tx.set_password(id(), world.user, b"x", NOW).await.unwrap()).await);
    assert!(
        write(&db, async |tx| tx.set_password(world.tenant, world.user, b"new", NOW).await.unwrap()).await
    );
    let account = read().await;
    assert_eq!((account.password, account.password_changed_at), (Some(b"new".to_vec()), Some(NOW)));
    assert!(!account.must_change);
}

async fn a_password_is_stored_anew_unless_it_was_changed_meanwhile(db: TestDatabase) {
    let world = World::new(&db).await;
    write(&db, async |tx| {
        tx.set_password(world.tenant, world.user, b"old", NOW).await.unwrap();
        assert!(!tx.restore_password(world.tenant, world.user, b"other", b"x").await.unwrap());
        assert!(!tx.restore_password(id(), world.user, b"old", b"x").await.unwrap());
        assert!(tx.restore_password(world.tenant, world.user, b"old", b"same").await.unwrap());
    })
    .await;
    let account = db.read().await.unwrap().account(world.tenant, world.user).await.unwrap().unwrap();
    assert_eq!((account.password, account.password_changed_at), (Some(b"same".to_vec()), Some(NOW)));
}

async fn an_app_counts_once_it_is_confirmed_and_each_step_once(db: TestDatabase) {
    let world = World::new(&db).await;
    let (tenant, user) = (world.tenant, world.user);
    write(&db, async |tx| {
        assert!(!tx.confirm_totp(tenant, user, NOW, 5).await.unwrap(), "there is none yet");
        assert!(tx.offer_totp(tenant, user, b"first").await.unwrap());
        assert!(tx.offer_totp(tenant, user, b"second").await.unwrap());
        assert!(!tx.use_totp(tenant, user, 5).await.unwrap(), "it was not confirmed");
        assert!(tx.confirm_totp(tenant, user, NOW, 5).await.unwrap());
        assert!(!tx.confirm_totp(tenant, user, NOW, 6).await.unwrap());
        assert!(!tx.offer_totp(tenant, user, b"third").await.unwrap());
        for (step, counts) in [(5, false), (4, false), (6, true), (6, false), (9, true), (8, false)] {
            assert_eq!(tx.use_totp(tenant, user, step).await.unwrap(), counts, "{step}");
        }
    })
    .await;
    let factors = db.read().await.unwrap().second_factors(tenant, user, user).await.unwrap();
    assert_eq!(factors.len(), 1);
    assert!(factors[0].user_id == user && factors[0].totp && factors[0].passkeys == 0);
    write(&db, async |tx| {
        assert!(!tx.remove_totp(id(), user).await.unwrap());
        assert!(tx.remove_totp(tenant, user).await.unwrap());
        assert!(!tx.remove_totp(tenant, user).await.unwrap());
    })
    .await;
    let account = db.read().await.unwrap().account(tenant, user).await.unwrap().unwrap();
    assert_eq!((account.totp, account.totp_confirmed_at, account.totp_step), (None, None, None));
}

async fn of_many_who_show_the_same_code_one_is_let_in(db: TestDatabase) {
    let world = World::new(&db).await;
    let (tenant, user, code) = (world.tenant, world.user, hash());
    write(&db, async |tx| {
        tx.offer_totp(tenant, user, b"secret").await.unwrap();
        tx.confirm_totp(tenant, user, NOW, 1).await.unwrap();
        tx.replace_recovery_codes(user, &[code]).await.unwrap();
    })
    .await;
    let let_in = all_at_once(8, |_| {
        let db = sealpost_db::Db::clone(&db);
        async move {
            write(&db, async |tx| {
                let app = tx.use_totp(tenant, user, 2).await.unwrap();
                (app, tx.use_recovery_code(user, &code, NOW).await.unwrap())
            })
            .await
        }
    })
    .await;
    assert_eq!(let_in.iter().filter(|(app, _)| *app).count(), 1);
    assert_eq!(let_in.iter().filter(|(_, code)| *code).count(), 1);
}

async fn a_recovery_code_is_good_once_and_new_ones_replace_the_old(db: TestDatabase) {
    let world = World::new(&db).await;
    let (first, second, third) = (hash(), hash(), hash());
    let left = async || db.read().await.unwrap().recovery_codes_left(world.user).await.unwrap();
    assert_eq!(left().await, 0);
    write(&db, async |tx| {
        tx.replace_recovery_codes(world.user, &[first, second]).await.unwrap();
        assert!(tx.use_recovery_code(world.user, &first, NOW).await.unwrap());
        assert!(!tx.use_recovery_code(world.user, &first, NOW).await.unwrap());
        assert!(!tx.use_recovery_code(world.user, &third, NOW).await.unwrap());
        assert!(!tx.use_recovery_code(id::<UserId>(), &second, NOW).await.unwrap());
    })
    .await;
    assert_eq!(left().await, 1);
    write(&db, async |tx| {
        tx.replace_recovery_codes(world.user, &[third]).await.unwrap();
        assert!(!tx.use_recovery_code(world.user, &second, NOW).await.unwrap());
        assert!(tx.use_recovery_code(world.user, &third, NOW).await.unwrap());
    })
    .await;
    assert_eq!(left().await, 0);
}

async fn a_passkey_belongs_to_one_user_and_is_used_by_one_at_a_time(db: TestDatabase) {
    let world = World::new(&db).await;
    let passkey = Passkey {
        id: id(),
        tenant_id: world.tenant,
        user_id: world.user,
        credential_hash: hash(),
        credential: b"public key, counter 0".to_vec(),
        label: b"telephone".to_vec(),
        created_at: NOW,
        last_used_at: None,
    };
    write(&db, async |tx| tx.insert_passkey(&passkey).await.unwrap()).await;
    let twin = Passkey { id: id(), ..passkey.clone() };
    let error = db.write().await.unwrap().insert_passkey(&twin).await.unwrap_err();
    assert!(matches!(error, DbError::AlreadyExists(_)), "{error:?}");
    let mut conn = db.read().await.unwrap();
    assert_eq!(conn.passkey_by_credential(&passkey.credential_hash).await.unwrap().as_ref(), Some(&passkey));
    assert_eq!(conn.passkey_by_credential(&hash()).await.unwrap(), None);
    assert_eq!(conn.passkeys(world.tenant, world.user).await.unwrap(), std::slice::from_ref(&passkey));
    assert_eq!(conn.passkeys(id(), world.user).await.unwrap(), []);
    assert_eq!(conn.account(world.tenant, world.user).await.unwrap().unwrap().passkeys, 1);
    drop(conn);
    write(&db, async |tx| {
        assert!(tx.use_passkey(passkey.id, &passkey.credential, b"counter 1", after(1)).await.unwrap());
        assert!(!tx.use_passkey(passkey.id, &passkey.credential, b"counter 1", after(2)).await.unwrap());
        assert!(!tx.remove_passkey(id(), world.user, passkey.id).await.unwrap());
        assert!(!tx.remove_passkey(world.tenant, id(), passkey.id).await.unwrap());
        assert!(tx.remove_passkey(world.tenant, world.user, passkey.id).await.unwrap());
        tx.insert_passkey(&passkey).await.unwrap();
        assert_eq!(tx.remove_passkeys(world.tenant, world.user).await.unwrap(), 1);
    })
    .await;
}

async fn a_ceremony_ends_once_and_is_forgotten_after_its_time(db: TestDatabase) {
    let (first, second) = (id::<Uuid>(), id::<Uuid>());
    assert!(write(&db, async |tx| tx.use_ceremony(first, after(300), NOW).await.unwrap()).await);
    assert!(!write(&db, async |tx| tx.use_ceremony(first, after(300), NOW).await.unwrap()).await);
    assert!(write(&db, async |tx| tx.use_ceremony(second, after(600), after(299)).await.unwrap()).await);
    assert!(!write(&db, async |tx| tx.use_ceremony(first, after(300), after(299)).await.unwrap()).await);
    write(&db, async |tx| tx.use_ceremony(id(), after(900), after(300)).await.unwrap()).await;
    assert_eq!(crate::schema::count(&db, "used_ceremonies").await, 2);
}

async fn a_link_for_a_password_is_found_by_its_secret_and_all_of_them_go_together(db: TestDatabase) {
    let world = World::new(&db).await;
    let reset = |seconds| PasswordReset {
        id: id(),
        tenant_id: world.tenant,
        user_id: world.user,
        token_hash: hash(),
        token: Some(b"sealed".to_vec()),
        created_at: after(seconds),
        expires_at: after(seconds + 3_600),
    };
    let (first, second) = (reset(0), PasswordReset { token: None, ..reset(10) });
    write(&db, async |tx| {
        tx.insert_password_reset(&first).await.unwrap();
        tx.insert_password_reset(&second).await.unwrap();
    })
    .await;
    let mut conn = db.read().await.unwrap();
    for reset in [&first, &second] {
        assert_eq!(conn.password_reset_by_token(&reset.token_hash).await.unwrap().as_ref(), Some(reset));
        assert_eq!(conn.password_reset(world.tenant, reset.id).await.unwrap().as_ref(), Some(reset));
        assert_eq!(conn.password_reset(id(), reset.id).await.unwrap(), None);
    }
    assert_eq!(conn.password_reset_by_token(&hash()).await.unwrap(), None);
    drop(conn);
    // A new one sweeps those that have ended.
    write(&db, async |tx| tx.insert_password_reset(&reset(3_600)).await.unwrap()).await;
    assert_eq!(crate::schema::count(&db, "password_resets").await, 2);
    assert_eq!(
        write(&db, async |tx| tx.remove_password_resets(world.tenant, world.user).await.unwrap()).await,
        2
    );
    assert_eq!(
        write(&db, async |tx| tx.remove_password_resets(world.tenant, world.user).await.unwrap()).await,
        0
    );
}

async fn a_user_is_told_of_a_lock_once_in_a_while(db: TestDatabase) {
    let world = World::new(&db).await;
    let notice = async |now, since| {
        write(&db, async |tx| tx.notice_lock(world.tenant, world.user, now, since).await.unwrap()).await
    };
    assert!(notice(after(0), after(-3_600)).await);
    assert!(!notice(after(3_599), after(-1)).await);
    assert!(notice(after(3_601), after(1)).await);
}

async fn second_factors_are_those_of_a_page_and_of_its_tenant(db: TestDatabase) {
    let (world, other) = (World::new(&db).await, World::new(&db).await);
    let users: Vec<UserId> = write(&db, async |tx| {
        let mut users = Vec::new();
        for _ in 0..4 {
            let user = User { id: id(), address_hmac: hash(), ..world.user_row() };
            tx.insert_user(&user).await.unwrap();
            users.push(user.id);
        }
        users
    })
    .await;
    let of = async |tenant, first: usize, last: usize| {
        let found = db.read().await.unwrap().second_factors(tenant, users[first], users[last]).await.unwrap();
        found.into_iter().map(|row| row.user_id).collect::<Vec<_>>()
    };
    assert_eq!(of(world.tenant, 1, 2).await, users[1..=2]);
    assert_eq!(of(world.tenant, 3, 3).await, users[3..]);
    assert!(of(other.tenant, 0, 3).await.is_empty());
}
