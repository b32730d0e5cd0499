//! Tenants, users, tokens.

use sealpost_db::{ActingUser, ApiToken, DbError};
use sealpost_domain::{ApiTokenId, Role, Scope, Scopes, TenantId, UserId};
use sealpost_test_support::{engines::TestDatabase, on_both_engines};

use crate::world::{NOW, World, after, hash, id, write};

on_both_engines!(
    a_tenant_is_read_as_it_was_written,
    a_taken_slug_is_an_error_of_its_own,
    a_user_is_found_by_id_and_by_address_in_his_tenant_only,
    a_token_leads_to_its_user_and_his_tenant,
    a_token_is_revoked_once,
    a_token_says_when_it_was_used_last,
    a_stored_policy_that_cannot_be_read_is_an_error,
);

async fn a_tenant_is_read_as_it_was_written(db: TestDatabase) {
    let world = World::new(&db).await;
    let expected = world.tenant_row();
    let mut conn = db.read().await.unwrap();
    assert_eq!(conn.tenant(world.tenant).await.unwrap().as_ref(), Some(&expected));
    assert_eq!(conn.tenant_by_slug(&expected.slug).await.unwrap().as_ref(), Some(&expected));
    assert_eq!(conn.tenants().await.unwrap(), [expected]);
    assert_eq!(conn.tenant(id()).await.unwrap(), None);
    assert_eq!(conn.tenant_by_slug(&"nobody".parse().unwrap()).await.unwrap(), None);
}

async fn a_taken_slug_is_an_error_of_its_own(db: TestDatabase) {
    let world = World::new(&db).await;
    let mut twin = world.tenant_row();
    twin.id = id();
    twin.container = "another".to_owned();
    let error = db.write().await.unwrap().insert_tenant(&twin).await.unwrap_err();
    assert!(matches!(error, DbError::AlreadyExists(_)), "{error:?}");
}

async fn a_user_is_found_by_id_and_by_address_in_his_tenant_only(db: TestDatabase) {
    let world = World::new(&db).await;
    let other: TenantId = id();
    let mut conn = db.read().await.unwrap();
    let user = world.user_row();
    assert_eq!(conn.user(world.tenant, world.user).await.unwrap().as_ref(), Some(&user));
    assert_eq!(conn.user_by_address(world.tenant, &[3; 32]).await.unwrap().as_ref(), Some(&user));
    assert_eq!(conn.users(world.tenant).await.unwrap(), std::slice::from_ref(&user));
    assert_eq!(conn.user(other, world.user).await.unwrap(), None);
    assert_eq!(conn.user_by_address(other, &[3; 32]).await.unwrap(), None);
    drop(conn);

    let twin = sealpost_db::User { id: id(), ..user };
    let error = db.write().await.unwrap().insert_user(&twin).await.unwrap_err();
    assert!(matches!(error, DbError::AlreadyExists(_)), "{error:?}");
    let stranger = sealpost_db::User { id: id(), tenant_id: other, ..twin };
    let error = db.write().await.unwrap().insert_user(&stranger).await.unwrap_err();
    assert!(matches!(error, DbError::MissingReference(_)), "{error:?}");
}

fn token(world: &World, user_id: UserId) -> ApiToken {
    ApiToken {
        id: id::<ApiTokenId>(),
        tenant_id: world.tenant,
        user_id,
        token_hash: hash(),
        label: "laptop".to_owned(),
        scopes: Scopes::new([Scope::Read, Scope::Send]),
        created_at: NOW,
        expires_at: after(1_000),
        revoked_at: None,
        used_at: None,
    }
}

async fn a_token_leads_to_its_user_and_his_tenant(db: TestDatabase) {
    let world = World::new(&db).await;
    let token = token(&world, world.user);
    write(&db, async |tx| {
        tx.insert_token(&token).await.unwrap();
        assert!(tx.set_user_disabled(world.tenant, world.user, Some(after(5))).await.unwrap());
    })
    .await;
    let mut conn = db.read().await.unwrap();
    let owner = conn.token_by_hash(&token.token_hash).await.unwrap().unwrap();
    assert_eq!((owner.expires_at, owner.revoked_at), (token.expires_at, None));
    assert_eq!(owner.scopes, token.scopes);
    let tenant = world.tenant_row();
    let user = ActingUser {
        user_id: world.user,
        role: Role::Sender,
        disabled_at: Some(after(5)),
        sending_suspended_at: None,
        tenant_id: world.tenant,
        container: tenant.container,
        policy: tenant.policy,
        tenant_key: tenant.tenant_key,
        suspended_at: None,
    };
    assert_eq!(owner.user, user);
    assert_eq!(conn.token_by_hash(&[0; 32]).await.unwrap(), None);
}

async fn a_token_is_revoked_once(db: TestDatabase) {
    let world = World::new(&db).await;
    let token = token(&world, world.user);
    write(&db, async |tx| {
        tx.insert_token(&token).await.unwrap();
        assert!(!tx.revoke_token(id(), token.id, after(1)).await.unwrap(), "another tenant's");
        assert!(tx.revoke_token(world.tenant, token.id, after(1)).await.unwrap());
        assert!(!tx.revoke_token(world.tenant, token.id, after(2)).await.unwrap());
    })
    .await;
    let tokens = db.read().await.unwrap().tokens(world.tenant).await.unwrap();
    assert_eq!(tokens, [ApiToken { revoked_at: Some(after(1)), ..token }]);
}

async fn a_token_says_when_it_was_used_last(db: TestDatabase) {
    let world = World::new(&db).await;
    let token = token(&world, world.user);
    write(&db, async |tx| {
        tx.insert_token(&token).await.unwrap();
        assert!(tx.set_token_used(token.id, after(1)).await.unwrap());
        assert!(!tx.set_token_used(id(), after(1)).await.unwrap());
    })
    .await;
    let mut conn = db.read().await.unwrap();
    let owner = conn.token_by_hash(&token.token_hash).await.unwrap().unwrap();
    assert_eq!((owner.token_id, owner.used_at), (token.id, Some(after(1))));
    assert_eq!(conn.tokens(world.tenant).await.unwrap()[0].used_at, Some(after(1)));
}

async fn a_stored_policy_that_cannot_be_read_is_an_error(db: TestDatabase) {
    let world = World::new(&db).await;
    crate::schema::run(&db, "UPDATE tenants SET policy = '{\"invented\":1}'").await;
    let error = db.read().await.unwrap().tenant(world.tenant).await.unwrap_err();
    assert!(matches!(error, DbError::Corrupt(_)), "{error:?}");
}
