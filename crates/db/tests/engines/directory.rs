//! Users in a directory, groups, API clients, mailboxes.

use sealpost_db::{AccessToken, ApiClient, Db, DbError, DirectoryUser, Group, Mailbox, User};
use sealpost_domain::{ApiClientId, GroupId, MailboxId, Role, Scope, Scopes, UserId};
use sealpost_test_support::{engines::TestDatabase, on_both_engines};

use crate::world::{NOW, World, after, hash, id, write};

on_both_engines!(
    a_user_is_changed_by_whoever_has_read_him_last,
    who_was_taken_out_of_the_directory_is_found_by_his_address_only,
    names_and_ids_of_a_directory_are_unique_in_a_tenant,
    pages_of_users_leave_out_who_was_taken_out,
    a_group_holds_users_of_its_tenant_only,
    a_group_is_changed_by_whoever_has_read_it_last,
    an_access_token_leads_to_its_client_and_its_user,
    a_client_that_is_taken_back_takes_its_tokens_along,
    a_mailbox_is_sent_for_by_its_delegates_only,
    a_mailbox_that_was_taken_away_comes_back_as_itself,
    a_delivery_names_the_mailbox_that_it_was_sent_for,
);

async fn directory_user(db: &Db, world: &World, user: UserId) -> DirectoryUser {
    db.read().await.unwrap().directory_user(world.tenant, user).await.unwrap().unwrap()
}

async fn another_user(db: &Db, world: &World) -> UserId {
    let user = User { id: id(), address_hmac: hash(), ..world.user_row() };
    write(db, async |tx| tx.insert_user(&user).await.unwrap()).await;
    user.id
}

async fn a_user_is_changed_by_whoever_has_read_him_last(db: TestDatabase) {
    let world = World::new(&db).await;
    let read = directory_user(&db, &world, world.user).await;
    assert_eq!((read.version, read.role, read.directory.clone()), (1, Role::Sender, None));
    let changed = DirectoryUser {
        directory: Some(b"sealed".to_vec()),
        user_name_hmac: Some(hash()),
        external_id_hmac: Some(hash()),
        disabled_at: Some(NOW),
        updated_at: Some(NOW),
        ..read.clone()
    };
    assert!(write(&db, async |tx| tx.change_directory_user(&changed).await.unwrap()).await);
    assert!(!write(&db, async |tx| tx.change_directory_user(&changed).await.unwrap()).await);
    let now = directory_user(&db, &world, world.user).await;
    assert_eq!(now, DirectoryUser { version: 2, ..changed.clone() });
    let mut conn = db.read().await.unwrap();
    let by_name = conn.directory_user_by_name(world.tenant, &changed.user_name_hmac.unwrap()).await.unwrap();
    assert_eq!(by_name.as_ref(), Some(&now));
    let hmac = changed.external_id_hmac.unwrap();
    assert_eq!(conn.directory_user_by_external_id(world.tenant, &hmac).await.unwrap(), Some(now));
    assert_eq!(conn.directory_user_by_external_id(id(), &hmac).await.unwrap(), None);
    drop(conn);
    write(&db, async |tx| tx.set_user_disabled(world.tenant, world.user, None).await.unwrap()).await;
    assert_eq!(directory_user(&db, &world, world.user).await.version, 3, "also by others");
}

async fn who_was_taken_out_of_the_directory_is_found_by_his_address_only(db: TestDatabase) {
    let world = World::new(&db).await;
    let read = directory_user(&db, &world, world.user).await;
    let gone = DirectoryUser { left_at: Some(NOW), disabled_at: Some(NOW), ..read };
    write(&db, async |tx| tx.change_directory_user(&gone).await.unwrap()).await;
    let mut conn = db.read().await.unwrap();
    assert_eq!(conn.directory_user(world.tenant, world.user).await.unwrap(), None);
    assert_eq!(conn.directory_users(world.tenant).await.unwrap(), []);
    let found = conn.directory_user_by_address(world.tenant, &gone.address_hmac).await.unwrap().unwrap();
    assert_eq!((found.id, found.left_at), (world.user, Some(NOW)));
}

async fn names_and_ids_of_a_directory_are_unique_in_a_tenant(db: TestDatabase) {
    let world = World::new(&db).await;
    let other = another_user(&db, &world).await;
    let (name, external) = (hash(), hash());
    let first = directory_user(&db, &world, world.user).await;
    let first = DirectoryUser { user_name_hmac: Some(name), external_id_hmac: Some(external), ..first };
    write(&db, async |tx| tx.change_directory_user(&first).await.unwrap()).await;
    let second = directory_user(&db, &world, other).await;
    for twin in [
        DirectoryUser { user_name_hmac: Some(name), ..second.clone() },
        DirectoryUser { external_id_hmac: Some(external), ..second.clone() },
        DirectoryUser { address_hmac: first.address_hmac, ..second },
    ] {
        let error = db.write().await.unwrap().change_directory_user(&twin).await.unwrap_err();
        assert!(matches!(error, DbError::AlreadyExists(_)), "{error:?}");
    }
    let elsewhere = World::new(&db).await;
    let foreign = directory_user(&db, &elsewhere, elsewhere.user).await;
    let foreign = DirectoryUser { user_name_hmac: Some(name), external_id_hmac: Some(external), ..foreign };
    assert!(write(&db, async |tx| tx.change_directory_user(&foreign).await.unwrap()).await);
}

async fn pages_of_users_leave_out_who_was_taken_out(db: TestDatabase) {
    let world = World::new(&db).await;
    let users = [world.user, another_user(&db, &world).await, another_user(&db, &world).await];
    let gone = directory_user(&db, &world, users[1]).await;
    let gone = DirectoryUser { left_at: Some(NOW), ..gone };
    write(&db, async |tx| tx.change_directory_user(&gone).await.unwrap()).await;
    let mut conn = db.read().await.unwrap();
    for (skip, limit, expected) in
        [(0, 10, vec![users[0], users[2]]), (1, 10, vec![users[2]]), (0, 0, vec![])]
    {
        let (count, page) = conn.directory_page(world.tenant, skip, limit).await.unwrap();
        assert_eq!((count, page.iter().map(|user| user.id).collect::<Vec<_>>()), (2, expected));
    }
}

fn group(world: &World) -> Group {
    Group {
        id: id::<GroupId>(),
        tenant_id: world.tenant,
        name: b"sealed name".to_vec(),
        name_hmac: hash(),
        external_id: Some(b"sealed id".to_vec()),
        external_id_hmac: Some(hash()),
        version: 1,
        created_at: NOW,
        updated_at: NOW,
    }
}

async fn a_group_holds_users_of_its_tenant_only(db: TestDatabase) {
    let (world, elsewhere) = (World::new(&db).await, World::new(&db).await);
    let group = group(&world);
    let gone = another_user(&db, &world).await;
    let row = directory_user(&db, &world, gone).await;
    write(&db, async |tx| {
        tx.change_directory_user(&DirectoryUser { left_at: Some(NOW), ..row }).await.unwrap();
        tx.insert_group(&group).await.unwrap();
        assert!(tx.add_group_member(world.tenant, group.id, world.user).await.unwrap());
        assert!(tx.add_group_member(world.tenant, group.id, world.user).await.unwrap(), "he is in it");
        assert!(!tx.add_group_member(world.tenant, group.id, elsewhere.user).await.unwrap());
        assert!(!tx.add_group_member(world.tenant, group.id, gone).await.unwrap());
    })
    .await;
    let mut conn = db.read().await.unwrap();
    assert_eq!(conn.group_members(group.id).await.unwrap(), [world.user]);
    let groups = conn.groups_of_user(world.user).await.unwrap();
    assert_eq!(
        groups.iter().map(|found| (found.group_id, &found.name)).collect::<Vec<_>>(),
        [(group.id, &group.name)]
    );
    assert_eq!(conn.group(elsewhere.tenant, group.id).await.unwrap(), None);
    assert_eq!(conn.groups(elsewhere.tenant).await.unwrap(), []);
    drop(conn);
    write(&db, async |tx| {
        assert!(tx.remove_group_member(group.id, world.user).await.unwrap());
        assert!(!tx.remove_group_member(group.id, world.user).await.unwrap());
        tx.add_group_member(world.tenant, group.id, world.user).await.unwrap();
        tx.forget_everything_of(world.tenant, world.user, NOW).await.unwrap();
        assert_eq!(tx.group_members(group.id).await.unwrap(), []);
    })
    .await;
}

async fn a_group_is_changed_by_whoever_has_read_it_last(db: TestDatabase) {
    let world = World::new(&db).await;
    let (group, twin) = (group(&world), group(&world));
    let twin = Group { external_id_hmac: group.external_id_hmac, ..twin };
    write(&db, async |tx| tx.insert_group(&group).await.unwrap()).await;
    let error = db.write().await.unwrap().insert_group(&twin).await.unwrap_err();
    assert!(matches!(error, DbError::AlreadyExists(_)), "{error:?}");
    let same_name = Group { name_hmac: group.name_hmac, external_id_hmac: None, external_id: None, ..twin };
    let changed = Group { name: b"other".to_vec(), updated_at: after(1), ..group.clone() };
    write(&db, async |tx| {
        tx.insert_group(&same_name).await.unwrap();
        assert!(tx.change_group(&changed).await.unwrap());
        assert!(!tx.change_group(&changed).await.unwrap());
        assert!(!tx.delete_group(&changed).await.unwrap());
        tx.add_group_member(world.tenant, group.id, world.user).await.unwrap();
    })
    .await;
    let mut conn = db.read().await.unwrap();
    let read = conn.group(world.tenant, group.id).await.unwrap().unwrap();
    assert_eq!(read, Group { version: 2, ..changed });
    assert_eq!(conn.groups_by_name(world.tenant, &group.name_hmac).await.unwrap(), [read.clone(), same_name]);
    let hmac = group.external_id_hmac.unwrap();
    assert_eq!(conn.group_by_external_id(world.tenant, &hmac).await.unwrap().as_ref(), Some(&read));
    drop(conn);
    assert!(write(&db, async |tx| tx.delete_group(&read).await.unwrap()).await);
    assert_eq!(db.read().await.unwrap().groups_of_user(world.user).await.unwrap(), []);
}

fn client(world: &World) -> ApiClient {
    ApiClient {
        id: id::<ApiClientId>(),
        tenant_id: world.tenant,
        user_id: world.user,
        name: "Directory".to_owned(),
        scopes: Scopes::new([Scope::Send, Scope::Read]),
        secret_hash: hash(),
        previous_hash: None,
        previous_until: None,
        created_at: NOW,
        revoked_at: None,
    }
}

fn token(client: &ApiClient) -> AccessToken {
    AccessToken {
        token_hash: hash(),
        tenant_id: client.tenant_id,
        client_id: client.id,
        scopes: Scopes::new([Scope::Send]),
        created_at: NOW,
        expires_at: after(3_600),
    }
}

async fn an_access_token_leads_to_its_client_and_its_user(db: TestDatabase) {
    let world = World::new(&db).await;
    let client = client(&world);
    let token = token(&client);
    write(&db, async |tx| {
        tx.insert_api_client(&client).await.unwrap();
        tx.insert_access_token(&token).await.unwrap();
    })
    .await;
    let mut conn = db.read().await.unwrap();
    let owner = conn.access_token_by_hash(&token.token_hash).await.unwrap().unwrap();
    assert_eq!(
        (owner.client_id, owner.user.user_id, owner.user.tenant_id),
        (client.id, world.user, world.tenant)
    );
    assert_eq!((owner.scopes, owner.client_scopes), (token.scopes.clone(), client.scopes.clone()));
    assert_eq!(conn.access_token_by_hash(&hash()).await.unwrap(), None);
    assert_eq!(conn.api_client_owner(client.id).await.unwrap().unwrap().client, client);
    assert_eq!(conn.api_client(id(), client.id).await.unwrap(), None);
    assert_eq!(conn.api_clients(world.tenant).await.unwrap(), [client]);
    drop(conn);
    assert_eq!(write(&db, async |tx| tx.forget_access_tokens(after(3_599), 10).await.unwrap()).await, 0);
    assert_eq!(write(&db, async |tx| tx.forget_access_tokens(after(3_600), 10).await.unwrap()).await, 1);
}

async fn a_client_that_is_taken_back_takes_its_tokens_along(db: TestDatabase) {
    let world = World::new(&db).await;
    let client = client(&world);
    let token = token(&client);
    let second = hash();
    write(&db, async |tx| {
        tx.insert_api_client(&client).await.unwrap();
        tx.insert_access_token(&token).await.unwrap();
        assert!(tx.rotate_api_client(world.tenant, client.id, &second, after(60)).await.unwrap());
        assert!(!tx.rotate_api_client(id(), client.id, &second, after(60)).await.unwrap());
    })
    .await;
    let read = db.read().await.unwrap().api_client(world.tenant, client.id).await.unwrap().unwrap();
    assert_eq!(read.secret_hash, second);
    assert_eq!((read.previous_hash, read.previous_until), (Some(client.secret_hash), Some(after(60))));
    write(&db, async |tx| {
        assert!(!tx.revoke_api_client(id(), client.id, NOW).await.unwrap());
        assert!(tx.revoke_api_client(world.tenant, client.id, NOW).await.unwrap());
        assert!(!tx.revoke_api_client(world.tenant, client.id, NOW).await.unwrap());
        assert!(!tx.rotate_api_client(world.tenant, client.id, &hash(), NOW).await.unwrap());
    })
    .await;
    assert_eq!(db.read().await.unwrap().access_token_by_hash(&token.token_hash).await.unwrap(), None);
}

fn mailbox(world: &World) -> Mailbox {
    Mailbox {
        id: id::<MailboxId>(),
        tenant_id: world.tenant,
        address: b"office".to_vec(),
        address_hmac: hash(),
        name: b"Office".to_vec(),
        created_at: NOW,
        removed_at: None,
    }
}

async fn a_mailbox_is_sent_for_by_its_delegates_only(db: TestDatabase) {
    let world = World::new(&db).await;
    let (mailbox, other) = (mailbox(&world), another_user(&db, &world).await);
    write(&db, async |tx| {
        tx.insert_mailbox(&mailbox).await.unwrap();
        assert!(tx.delegate(world.tenant, mailbox.id, world.user, NOW).await.unwrap());
        assert!(!tx.delegate(world.tenant, mailbox.id, world.user, NOW).await.unwrap());
    })
    .await;
    let mut conn = db.read().await.unwrap();
    let hmac = &mailbox.address_hmac;
    assert_eq!(
        conn.mailbox_to_send_for(world.tenant, hmac, world.user).await.unwrap(),
        Some(mailbox.clone())
    );
    assert_eq!(conn.mailbox_to_send_for(world.tenant, hmac, other).await.unwrap(), None);
    assert_eq!(conn.mailbox_to_send_for(id(), hmac, world.user).await.unwrap(), None);
    assert_eq!(
        conn.mailboxes_of_user(world.tenant, world.user).await.unwrap(),
        std::slice::from_ref(&mailbox)
    );
    assert_eq!(conn.delegates(mailbox.id).await.unwrap()[0].user_id, world.user);
    assert!(conn.may_send_for(mailbox.id, world.user).await.unwrap());
    assert!(!conn.may_send_for(mailbox.id, other).await.unwrap());
    drop(conn);
    assert!(write(&db, async |tx| tx.undelegate(mailbox.id, world.user).await.unwrap()).await);
    assert!(!db.read().await.unwrap().may_send_for(mailbox.id, world.user).await.unwrap());
}

async fn a_mailbox_that_was_taken_away_comes_back_as_itself(db: TestDatabase) {
    let world = World::new(&db).await;
    let mailbox = mailbox(&world);
    write(&db, async |tx| {
        tx.insert_mailbox(&mailbox).await.unwrap();
        tx.delegate(world.tenant, mailbox.id, world.user, NOW).await.unwrap();
        assert!(!tx.revive_mailbox(&mailbox).await.unwrap());
        assert!(!tx.remove_mailbox(id(), mailbox.id, NOW).await.unwrap());
        assert!(tx.remove_mailbox(world.tenant, mailbox.id, NOW).await.unwrap());
        assert!(!tx.may_send_for(mailbox.id, world.user).await.unwrap());
        assert_eq!(tx.mailbox(world.tenant, mailbox.id).await.unwrap(), None);
        assert_eq!(tx.mailboxes(world.tenant).await.unwrap(), []);
        let gone = tx.mailbox_by_address(world.tenant, &mailbox.address_hmac).await.unwrap().unwrap();
        assert_eq!(tx.mailbox_ever(world.tenant, mailbox.id).await.unwrap(), Some(gone.clone()));
        assert!(tx.revive_mailbox(&Mailbox { name: b"New".to_vec(), ..gone }).await.unwrap());
        assert_eq!(tx.delegates(mailbox.id).await.unwrap(), [], "nobody has it back by that");
    })
    .await;
    let twin = Mailbox { id: id(), ..mailbox };
    let error = db.write().await.unwrap().insert_mailbox(&twin).await.unwrap_err();
    assert!(matches!(error, DbError::AlreadyExists(_)), "{error:?}");
}

async fn a_delivery_names_the_mailbox_that_it_was_sent_for(db: TestDatabase) {
    let world = World::new(&db).await;
    let mailbox = mailbox(&world);
    let recipient = write(&db, async |tx| {
        tx.insert_mailbox(&mailbox).await.unwrap();
        let own = world.recipient(tx).await;
        let delivery = tx.delivery_of_recipient(own).await.unwrap().unwrap();
        assert_eq!(delivery.sender_address, world.user_row().address);
        let transfer = id();
        let draft = world.draft(transfer, after(60));
        tx.insert_transfer(&sealpost_db::NewTransfer { mailbox_id: Some(mailbox.id), ..draft })
            .await
            .unwrap();
        let world = World { transfer, ..world };
        world.recipient(tx).await
    })
    .await;
    let delivery = db.read().await.unwrap().delivery_of_recipient(recipient).await.unwrap().unwrap();
    assert_eq!((delivery.sender_address, delivery.sender_name), (mailbox.address, mailbox.name));
    assert_eq!(delivery.transfer.mailbox_id, Some(mailbox.id));
}
