//! Portals, who can be chosen there, and what was begun and not handed over.

use std::time::Duration;

use sealpost_db::{DbError, NewSubmission, NewTransfer, Portal, User};
use sealpost_domain::{SubmissionSource, TenantSlug, TransferId, TransferMode};
use sealpost_test_support::{
    engines::{Engine, TestDatabase},
    on_both_engines,
};

use crate::{
    schema::Raw,
    world::{NOW, World, after, hash, id, write},
};

on_both_engines!(
    a_portal_is_found_by_its_address_and_its_id_with_its_owner,
    a_name_is_free_once_in_a_tenant,
    a_portal_keeps_its_name_whatever_else_changes,
    whom_one_chooses_stands_in_the_order_that_was_given,
    drafts_are_counted_by_network_and_become_the_new_owners,
    drafts_become_anothers_while_a_purge_takes_them_and_neither_waits_for_ever,
);

fn portal(world: &World, name: &str) -> Portal {
    Portal {
        id: id(),
        tenant_id: world.tenant,
        user_id: world.user,
        name: name.parse().unwrap(),
        title: b"sealed title".to_vec(),
        text: None,
        several: false,
        domains: "acme.example example.org".parse().unwrap(),
        kinds: Some("image pdf".parse().unwrap()),
        max_files: Some(3),
        max_bytes: None,
        asks_code: true,
        enabled: true,
        created_at: NOW,
        changed_at: NOW,
        mode: TransferMode::Standard,
        mailbox_id: None,
    }
}

async fn inserted(db: &TestDatabase, portal: Portal) -> Portal {
    write(db, async |tx| tx.insert_portal(&portal).await.unwrap()).await;
    portal
}

async fn slug(db: &TestDatabase, world: &World) -> TenantSlug {
    db.read().await.unwrap().tenant(world.tenant).await.unwrap().unwrap().slug
}

async fn a_portal_is_found_by_its_address_and_its_id_with_its_owner(db: TestDatabase) {
    let world = World::new(&db).await;
    let slug = slug(&db, &world).await;
    let (second, first) =
        (inserted(&db, portal(&world, "b")).await, inserted(&db, portal(&world, "a")).await);
    let mut conn = db.read().await.unwrap();
    let known = conn.portal_by_name(&slug, &first.name).await.unwrap().unwrap();
    assert_eq!((&known.portal, known.user.user_id), (&first, world.user));
    assert_eq!(conn.known_portal(world.tenant, first.id).await.unwrap(), Some(known));
    assert_eq!(conn.portal_by_name(&slug, &"c".parse().unwrap()).await.unwrap(), None);
    assert_eq!(conn.portal_by_name(&"nobody".parse().unwrap(), &first.name).await.unwrap(), None);
    assert_eq!(conn.known_portal(id(), first.id).await.unwrap(), None);
    let all: Vec<_> = conn.portals(world.tenant).await.unwrap();
    assert_eq!(all.iter().map(|known| known.portal.id).collect::<Vec<_>>(), [first.id, second.id]);
    assert_eq!(conn.portal_count(world.tenant).await.unwrap(), 2);
}

async fn a_name_is_free_once_in_a_tenant(db: TestDatabase) {
    let world = World::new(&db).await;
    let first = inserted(&db, portal(&world, "a")).await;
    let mut tx = db.write().await.unwrap();
    assert!(matches!(tx.insert_portal(&portal(&world, "a")).await, Err(DbError::AlreadyExists(_))));
    drop(tx);
    write(&db, async |tx| {
        assert!(!tx.delete_portal(id(), first.id).await.unwrap());
        assert!(tx.delete_portal(world.tenant, first.id).await.unwrap());
        assert!(!tx.delete_portal(world.tenant, first.id).await.unwrap());
        tx.insert_portal(&portal(&world, "a")).await.unwrap();
    })
    .await;
}

async fn a_portal_keeps_its_name_whatever_else_changes(db: TestDatabase) {
    let world = World::new(&db).await;
    let first = inserted(&db, portal(&world, "a")).await;
    let changed = Portal {
        title: b"another".to_vec(),
        text: Some(b"text".to_vec()),
        several: true,
        domains: "".parse().unwrap(),
        kinds: None,
        max_files: None,
        max_bytes: Some(7),
        asks_code: false,
        enabled: false,
        changed_at: after(1),
        mode: TransferMode::ZeroKnowledge,
        mailbox_id: Some(id()),
        ..first.clone()
    };
    write(&db, async |tx| {
        let named = Portal { name: "b".parse().unwrap(), ..changed.clone() };
        assert!(tx.update_portal(&named).await.unwrap());
        assert_eq!(tx.portal_for_update(world.tenant, first.id).await.unwrap(), Some(changed));
        assert!(!tx.update_portal(&Portal { tenant_id: id(), ..named }).await.unwrap());
    })
    .await;
}

async fn whom_one_chooses_stands_in_the_order_that_was_given(db: TestDatabase) {
    let world = World::new(&db).await;
    let first = inserted(&db, portal(&world, "a")).await;
    let place = (world.tenant, first.id);
    write(&db, async |tx| {
        tx.set_portal_recipients(place, &[(world.user, b"old".to_vec())]).await.unwrap();
        tx.set_portal_recipients(place, &[(world.user, b"label".to_vec())]).await.unwrap();
    })
    .await;
    let mut conn = db.read().await.unwrap();
    let choices = conn.portal_recipients(first.id).await.unwrap();
    assert_eq!(choices.iter().map(|choice| &choice.label[..]).collect::<Vec<_>>(), [b"label"]);
    let labels = conn.portal_labels_of(world.user).await.unwrap();
    assert_eq!((labels.len(), labels[0].portal_id), (1, first.id));
    drop(conn);
    write(&db, async |tx| assert_eq!(tx.forget_portal_recipient(world.user).await.unwrap(), 1)).await;
    assert!(db.read().await.unwrap().portal_recipients(first.id).await.unwrap().is_empty());
}

async fn drafts_are_counted_by_network_and_become_the_new_owners(db: TestDatabase) {
    let world = World::new(&db).await;
    let first = inserted(&db, portal(&world, "a")).await;
    let begun = async |network: Option<&[u8; 32]>| {
        let transfer: TransferId = id();
        let submission = NewSubmission {
            source: SubmissionSource::Portal(first.id),
            uploader: b"sealed",
            uploader_hmac: &[1; 32],
            network,
            reply_to: None,
            begun_with: None,
        };
        let row = NewTransfer { submission: Some(submission), ..world.draft(transfer, after(9_000)) };
        write(&db, async |tx| tx.insert_transfer(&row).await.unwrap()).await;
        transfer
    };
    let (here, there) = (begun(Some(&[7; 32])).await, begun(Some(&[8; 32])).await);
    begun(None).await;
    let mut conn = db.read().await.unwrap();
    assert_eq!(conn.portal_drafts(first.id).await.unwrap(), 3);
    assert_eq!(conn.portal_drafts_from(first.id, &[7; 32]).await.unwrap(), 1);
    let row = conn.transfer(world.tenant, here).await.unwrap().unwrap();
    assert_eq!(row.source(), Some(SubmissionSource::Portal(first.id)));
    assert_eq!(conn.idle_submissions(NOW, 9).await.unwrap().len(), 3);
    drop(conn);
    let colleague = User { id: id(), address_hmac: hash(), ..world.user_row() };
    let other = colleague.id;
    write(&db, async |tx| {
        tx.insert_user(&colleague).await.unwrap();
        // What is being purged is nobody's draft any more.
        assert!(tx.start_purge(there, after(1)).await.unwrap());
        assert_eq!(tx.move_portal_drafts(first.id, other).await.unwrap(), 2);
    })
    .await;
    let mut conn = db.read().await.unwrap();
    assert_eq!(conn.portal_drafts_from(first.id, &[8; 32]).await.unwrap(), 0);
    assert_eq!(conn.transfer(world.tenant, here).await.unwrap().unwrap().sender_id, other);
    assert_eq!(conn.transfer(world.tenant, there).await.unwrap().unwrap().sender_id, world.user);
}

/// A purge locks what it takes one by one, by their ids.
async fn drafts_become_anothers_while_a_purge_takes_them_and_neither_waits_for_ever(db: TestDatabase) {
    let world = World::new(&db).await;
    let portal = inserted(&db, portal(&world, "a")).await;
    let (first, second): (TransferId, TransferId) = (id(), id());
    // As they lie in the table and in its index: the other way round.
    for (transfer, network) in [(second, [7; 32]), (first, [8; 32])] {
        let submission = NewSubmission {
            source: SubmissionSource::Portal(portal.id),
            uploader: b"sealed",
            uploader_hmac: &[1; 32],
            network: Some(&network),
            reply_to: None,
            begun_with: None,
        };
        let row = NewTransfer { submission: Some(submission), ..world.draft(transfer, after(9_000)) };
        write(&db, async |tx| tx.insert_transfer(&row).await.unwrap()).await;
    }
    let colleague = User { id: id(), address_hmac: hash(), ..world.user_row() };
    write(&db, async |tx| tx.insert_user(&colleague).await.unwrap()).await;
    let mut purge = db.write().await.unwrap();
    purge.transfer_for_update(world.tenant, first).await.unwrap().unwrap();
    let moving = async {
        let mut tx = db.write().await.unwrap();
        let moved = tx.move_portal_drafts(portal.id, colleague.id).await;
        tx.commit().await.unwrap();
        moved
    };
    let purging = async {
        if db.place().engine() == Engine::Postgres {
            let mut raw = Raw::open(db.place()).await;
            let waiting = "SELECT pid::text FROM pg_stat_activity \
                WHERE datname = current_database() AND wait_event_type = 'Lock'";
            while raw.texts(waiting.to_owned()).await.is_empty() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
        purge.transfer_for_update(world.tenant, second).await.unwrap().unwrap();
        for transfer in [first, second] {
            assert!(purge.start_purge(transfer, after(1)).await.unwrap());
        }
        purge.commit().await.unwrap();
    };
    let (moved, ()) = tokio::join!(moving, purging);
    assert_eq!(moved.unwrap(), 0, "what is being purged is nobody's draft any more");
}
