//! Links of mails, and the drafts that go with mails that were never sent.

use sealpost_db::{DbError, File, MailLink, NewUpload, RevisedRecipient, RevisedTransfer};
use sealpost_domain::{Protection, TransferId, TransferState};
use sealpost_test_support::{engines::TestDatabase, on_both_engines};

use crate::world::{NOW, World, after, hash, id, write};

on_both_engines!(
    a_mail_is_found_by_its_link_and_its_transfer_with_the_sender,
    a_transfer_has_one_mail_and_no_two_have_one_link,
    a_mail_goes_with_its_transfer,
    a_draft_in_a_mail_is_idle_when_nobody_goes_on_with_it,
    a_draft_is_revised_and_nothing_that_was_sent,
);

fn link(world: &World, transfer: TransferId) -> MailLink {
    MailLink {
        transfer_id: transfer,
        tenant_id: world.tenant,
        token_hash: hash(),
        token: b"sealed token".to_vec(),
        ticket_hash: hash(),
        ticket: b"sealed ticket".to_vec(),
        created_at: NOW,
        used_at: NOW,
    }
}

async fn a_mail_is_found_by_its_link_and_its_transfer_with_the_sender(db: TestDatabase) {
    let world = World::new(&db).await;
    let link = link(&world, world.transfer);
    assert!(!world.transfer_row(&db).await.in_mail);
    write(&db, async |tx| tx.insert_mail_link(&link).await.unwrap()).await;
    assert!(world.transfer_row(&db).await.in_mail);
    let mut conn = db.read().await.unwrap();
    let known = conn.mail_link_by_token(&link.token_hash).await.unwrap().unwrap();
    assert_eq!(conn.known_mail_link(world.transfer).await.unwrap().as_ref(), Some(&known));
    assert_eq!(conn.mail_link(world.transfer).await.unwrap().as_ref(), Some(&link));
    assert_eq!((known.link, known.state, known.sent_at), (link, TransferState::Draft, None));
    assert_eq!((known.user.user_id, known.user.tenant_id), (world.user, world.tenant));
    assert_eq!(conn.mail_link_by_token(&hash()).await.unwrap(), None);
    assert_eq!(conn.known_mail_link(id()).await.unwrap(), None);
}

async fn a_transfer_has_one_mail_and_no_two_have_one_link(db: TestDatabase) {
    let world = World::new(&db).await;
    let first = link(&world, world.transfer);
    let other: TransferId = id();
    write(&db, async |tx| {
        tx.insert_mail_link(&first).await.unwrap();
        tx.insert_transfer(&world.draft(other, after(3_600))).await.unwrap();
    })
    .await;
    for second in
        [link(&world, world.transfer), MailLink { token_hash: first.token_hash, ..link(&world, other) }]
    {
        let mut tx = db.write().await.unwrap();
        assert!(matches!(tx.insert_mail_link(&second).await, Err(DbError::AlreadyExists(_))));
    }
}

async fn a_mail_goes_with_its_transfer(db: TestDatabase) {
    let world = World::new(&db).await;
    let link = link(&world, world.transfer);
    write(&db, async |tx| {
        tx.insert_mail_link(&link).await.unwrap();
        assert!(tx.delete_transfer(world.transfer).await.unwrap());
    })
    .await;
    let mut conn = db.read().await.unwrap();
    assert_eq!(conn.mail_link_by_token(&link.token_hash).await.unwrap(), None);
    let remains = conn.remains_of_transfer(world.transfer).await.unwrap();
    assert!(
        remains.iter().any(|of| of.table_name == "mail_links") && remains.iter().all(|of| of.row_count == 0)
    );
}

async fn a_draft_in_a_mail_is_idle_when_nobody_goes_on_with_it(db: TestDatabase) {
    let world = World::new(&db).await;
    let [empty, uploading, filled, asked, sent] = std::array::from_fn(|_| id::<TransferId>());
    write(&db, async |tx| {
        for transfer in [empty, uploading, filled, asked, sent] {
            tx.insert_transfer(&world.draft(transfer, after(3_600))).await.unwrap();
            tx.insert_mail_link(&link(&world, transfer)).await.unwrap();
        }
        tx.insert_upload(&NewUpload { transfer_id: uploading, ..world.upload(id()) }).await.unwrap();
        let file = File { transfer_id: filled, created_at: after(100), ..world.file(id(), 5) };
        tx.insert_file(&file).await.unwrap();
        assert!(tx.set_mail_link_used(asked, after(200)).await.unwrap());
        assert!(!tx.set_mail_link_used(asked, after(150)).await.unwrap(), "nothing takes that back");
        assert!(tx.set_sent(sent, TransferState::Available, NOW, true).await.unwrap());
    })
    .await;
    let mut conn = db.read().await.unwrap();
    for (before, idle) in [
        (after(-1), vec![]),
        (after(99), vec![empty]),
        (after(100), vec![empty, filled]),
        (after(200), vec![empty, filled, asked]),
    ] {
        assert_eq!(conn.idle_mail_drafts(world.tenant, before, 9).await.unwrap(), idle);
        for transfer in [empty, uploading, filled, asked, sent, world.transfer] {
            let is_idle = conn.is_idle_mail_draft(world.tenant, transfer, before).await.unwrap();
            assert_eq!(is_idle, idle.contains(&transfer));
        }
    }
    assert_eq!(conn.idle_mail_drafts(world.tenant, after(200), 2).await.unwrap(), [empty, filled]);
    assert!(conn.idle_mail_drafts(id(), after(200), 9).await.unwrap().is_empty(), "another tenant's");
}

async fn a_draft_is_revised_and_nothing_that_was_sent(db: TestDatabase) {
    let world = World::new(&db).await;
    let said = RevisedTransfer {
        subject: None,
        message: Some(b"sealed message"),
        protection: Protection::Password,
        locked_content_key: Some(b"locked"),
        password_parameters: Some(b"parameters"),
        max_downloads: None,
        allow_reply: Some(false),
    };
    let of_him = RevisedRecipient {
        protection: Some(Protection::SmsCode),
        phone: Some(b"sealed phone"),
        locked_content_key: None,
        password_parameters: None,
    };
    let recipient = write(&db, async |tx| {
        let recipient = world.recipient(tx).await;
        assert!(tx.revise_transfer(world.transfer, &said).await.unwrap());
        assert!(tx.revise_recipient(world.transfer, recipient, &of_him).await.unwrap());
        assert!(!tx.revise_recipient(id(), recipient, &of_him).await.unwrap(), "another transfer's");
        recipient
    })
    .await;
    let row = world.transfer_row(&db).await;
    assert_eq!((row.subject, row.message), (None, Some(b"sealed message".to_vec())));
    assert_eq!(
        (row.protection, row.max_downloads, row.allow_reply),
        (Protection::Password, None, Some(false))
    );
    assert_eq!(row.locked_content_key.as_deref(), Some(&b"locked"[..]));
    let mut conn = db.read().await.unwrap();
    let row = conn.recipient(world.transfer, recipient).await.unwrap().unwrap();
    assert_eq!((row.protection, row.phone), (Some(Protection::SmsCode), Some(b"sealed phone".to_vec())));
    drop(conn);
    write(&db, async |tx| {
        assert!(!tx.remove_recipient(id(), recipient).await.unwrap(), "another transfer's");
        assert!(tx.remove_recipient(world.transfer, recipient).await.unwrap());
        assert!(!tx.remove_recipient(world.transfer, recipient).await.unwrap());
        tx.set_sent(world.transfer, TransferState::Available, NOW, true).await.unwrap();
        assert!(!tx.revise_transfer(world.transfer, &said).await.unwrap());
    })
    .await;
}
