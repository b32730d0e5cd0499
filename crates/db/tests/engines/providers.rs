//! Identity providers, who people are there, and what counts once.

use sealpost_db::{DbError, IdentityProvider, UserIdentity};
use sealpost_domain::ProviderKind;
use sealpost_test_support::{engines::TestDatabase, on_both_engines};
use uuid::Uuid;

use crate::world::{NOW, World, after, all_at_once, hash, id, write};

on_both_engines!(
    a_provider_is_read_as_it_was_written_by_its_tenant_only,
    a_provider_is_changed_but_for_who_it_is,
    a_directory_speaks_for_one_tenant_only,
    an_account_is_one_users_and_goes_with_its_provider,
    of_sixty_four_at_once_one_uses_it_up,
    what_is_used_up_is_remembered_as_long_as_it_could_count,
);

const CLIENT: &str = "c1000000-0000-4000-8000-000000000001";

fn provider(world: &World) -> IdentityProvider {
    IdentityProvider {
        id: id(),
        tenant_id: world.tenant,
        kind: ProviderKind::Entra,
        label: "Sankt Anna".to_owned(),
        issuer: "https://login.microsoftonline.com".to_owned(),
        client_id: CLIENT.to_owned(),
        client_secret: Some(b"sealed secret".to_vec()),
        entra_tenant: Some(id::<Uuid>()),
        for_users: true,
        for_recipients: false,
        for_addin: true,
        provisions: true,
        domains: "example.org example.net".parse().unwrap(),
        enabled: true,
        created_at: NOW,
    }
}

async fn a_provider_is_read_as_it_was_written_by_its_tenant_only(db: TestDatabase) {
    let (world, other) = (World::new(&db).await, World::new(&db).await);
    let entra = provider(&world);
    let plain = IdentityProvider {
        id: id(),
        kind: ProviderKind::Oidc,
        client_secret: None,
        entra_tenant: None,
        for_addin: false,
        domains: "".parse().unwrap(),
        ..entra.clone()
    };
    write(&db, async |tx| {
        tx.insert_identity_provider(&entra).await.unwrap();
        tx.insert_identity_provider(&plain).await.unwrap();
    })
    .await;
    let mut conn = db.read().await.unwrap();
    for row in [&entra, &plain] {
        assert_eq!(conn.any_identity_provider(row.id).await.unwrap().as_ref(), Some(row));
        assert_eq!(conn.identity_provider(world.tenant, row.id).await.unwrap().as_ref(), Some(row));
        assert_eq!(conn.identity_provider(other.tenant, row.id).await.unwrap(), None);
    }
    assert_eq!(conn.identity_providers(world.tenant).await.unwrap(), [entra.clone(), plain]);
    assert_eq!(conn.identity_providers(other.tenant).await.unwrap(), []);
    let directory = entra.entra_tenant.unwrap();
    assert_eq!(conn.identity_provider_of_addin(directory, CLIENT).await.unwrap(), Some(entra));
    assert_eq!(conn.identity_provider_of_addin(directory, "another").await.unwrap(), None);
    assert_eq!(conn.identity_provider_of_addin(id(), CLIENT).await.unwrap(), None);
    drop(conn);
    let twice = IdentityProvider { for_addin: false, ..provider(&world) };
    write(&db, async |tx| tx.insert_identity_provider(&twice).await.unwrap()).await;
    let mut tx = db.write().await.unwrap();
    assert!(matches!(tx.insert_identity_provider(&twice).await, Err(DbError::AlreadyExists(_))));
}

async fn a_provider_is_changed_but_for_who_it_is(db: TestDatabase) {
    let (world, other) = (World::new(&db).await, World::new(&db).await);
    let before = provider(&world);
    let changed = IdentityProvider {
        label: "Anna".to_owned(),
        client_id: "another".to_owned(),
        client_secret: None,
        for_users: false,
        for_recipients: true,
        provisions: false,
        domains: "example.com".parse().unwrap(),
        enabled: false,
        ..before.clone()
    };
    let asked = IdentityProvider { issuer: "https://other".to_owned(), for_addin: false, ..changed.clone() };
    let foreign = IdentityProvider { tenant_id: other.tenant, ..before.clone() };
    write(&db, async |tx| {
        tx.insert_identity_provider(&before).await.unwrap();
        assert!(tx.update_identity_provider(&asked).await.unwrap());
        assert!(!tx.update_identity_provider(&foreign).await.unwrap());
        assert!(!tx.delete_identity_provider(other.tenant, before.id).await.unwrap());
    })
    .await;
    assert_eq!(db.read().await.unwrap().any_identity_provider(before.id).await.unwrap(), Some(changed));
    assert!(write(&db, async |tx| tx.delete_identity_provider(world.tenant, before.id).await.unwrap()).await);
    assert_eq!(db.read().await.unwrap().any_identity_provider(before.id).await.unwrap(), None);
}

async fn a_directory_speaks_for_one_tenant_only(db: TestDatabase) {
    let (world, other) = (World::new(&db).await, World::new(&db).await);
    let first = provider(&world);
    let claimed = IdentityProvider { id: id(), tenant_id: other.tenant, ..first.clone() };
    write(&db, async |tx| tx.insert_identity_provider(&first).await.unwrap()).await;
    let mut tx = db.write().await.unwrap();
    assert!(matches!(tx.insert_identity_provider(&claimed).await, Err(DbError::AlreadyExists(_))));
    drop(tx);
    // To sign in with a browser both may send people there: they come back to where they began.
    let quiet = IdentityProvider { for_addin: false, ..claimed };
    write(&db, async |tx| tx.insert_identity_provider(&quiet).await.unwrap()).await;
}

async fn an_account_is_one_users_and_goes_with_its_provider(db: TestDatabase) {
    let world = World::new(&db).await;
    let provider = provider(&world);
    let identity = UserIdentity {
        provider_id: provider.id,
        subject_hmac: hash(),
        tenant_id: world.tenant,
        user_id: world.user,
        created_at: NOW,
    };
    let taken = UserIdentity { created_at: after(1), ..identity.clone() };
    write(&db, async |tx| {
        tx.insert_identity_provider(&provider).await.unwrap();
        assert!(tx.insert_user_identity(&identity).await.unwrap());
        assert!(!tx.insert_user_identity(&taken).await.unwrap());
    })
    .await;
    let mut conn = db.read().await.unwrap();
    let found = conn.user_identity(provider.id, &identity.subject_hmac).await.unwrap();
    assert_eq!(found.as_ref(), Some(&identity));
    assert_eq!(conn.user_identity(provider.id, &hash()).await.unwrap(), None);
    assert_eq!(conn.user_identity(id(), &identity.subject_hmac).await.unwrap(), None);
    assert_eq!(conn.user_identities(world.user, provider.id).await.unwrap(), std::slice::from_ref(&identity));
    assert_eq!(conn.user_identities(id(), provider.id).await.unwrap(), []);
    drop(conn);
    write(&db, async |tx| tx.delete_identity_provider(world.tenant, provider.id).await.unwrap()).await;
    let gone = db.read().await.unwrap().user_identity(provider.id, &identity.subject_hmac).await.unwrap();
    assert_eq!(gone, None);
}

async fn of_sixty_four_at_once_one_uses_it_up(db: TestDatabase) {
    let (state, other) = (hash(), db.another_node().await);
    let nodes = [sealpost_db::Db::clone(&db), other];
    let used = all_at_once(64, |client| {
        let node = nodes[client % 2].clone();
        async move { write(&node, async |tx| tx.use_once(&state, NOW, after(600)).await.unwrap()).await }
    });
    assert_eq!(used.await.into_iter().filter(|used| *used).count(), 1);
}

async fn what_is_used_up_is_remembered_as_long_as_it_could_count(db: TestDatabase) {
    let state = hash();
    let try_at = async |seconds| {
        write(&db, async |tx| tx.use_once(&state, after(seconds), after(600)).await.unwrap()).await
    };
    assert!(try_at(0).await);
    assert!(!try_at(1).await);
    assert!(!try_at(599).await);
    assert!(try_at(600).await, "swept: whoever shows it now must be refused for its age");
}
