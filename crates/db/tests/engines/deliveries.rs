//! Recipients, links, visits, downloads.

use sealpost_db::{Download, NewRecipient, NewTransfer, Visit};
use sealpost_domain::{FileId, RecipientId, TransferId, TransferState as State};
use sealpost_test_support::{engines::TestDatabase, on_both_engines};

use crate::world::{NOW, World, after, all_at_once, hash, id, write};

on_both_engines!(
    an_address_is_added_once,
    what_happens_to_a_recipient_happens_first_once,
    a_recipient_is_blocked_and_unblocked,
    a_link_a_visit_and_a_recipient_lead_to_the_same_delivery,
    a_lease_or_a_completed_visit_holds_a_place,
    the_last_place_goes_to_one_of_fifty,
    without_a_limit_everybody_gets_a_place,
    downloads_are_counted,
    those_are_reminded_who_were_told_and_have_not_fetched,
);

async fn an_address_is_added_once(db: TestDatabase) {
    let world = World::new(&db).await;
    let address_hmac = hash();
    let first = NewRecipient {
        id: id(),
        tenant_id: world.tenant,
        transfer_id: world.transfer,
        address: b"sealed",
        address_hmac: &address_hmac,
        protection: None,
        phone: None,
        locked_content_key: None,
        password_parameters: None,
    };
    let mut tx = db.write().await.unwrap();
    assert!(tx.insert_recipient(&first).await.unwrap());
    assert!(!tx.insert_recipient(&NewRecipient { id: id(), ..first }).await.unwrap());
    let row = tx.recipient_by_address(world.transfer, &address_hmac).await.unwrap().unwrap();
    assert_eq!((row.id, row.address.as_slice()), (first.id, b"sealed".as_slice()));
    assert_eq!(tx.recipients_of_transfer(world.transfer).await.unwrap(), [row]);
    assert_eq!(tx.recipient_by_address(world.transfer, &[0; 32]).await.unwrap(), None);
    assert_eq!(tx.recipient(id(), first.id).await.unwrap(), None, "another transfer's");
}

async fn what_happens_to_a_recipient_happens_first_once(db: TestDatabase) {
    let world = World::new(&db).await;
    let mut tx = db.write().await.unwrap();
    let recipient = world.recipient(&mut tx).await;
    assert!(tx.set_link_token(recipient, b"sealed token").await.unwrap());
    for (time, first) in [(1, true), (2, false)] {
        assert_eq!(tx.set_notified(recipient, after(time)).await.unwrap(), first);
        assert_eq!(tx.set_opened(recipient, after(time + 10)).await.unwrap(), first);
        assert_eq!(tx.set_downloaded(recipient, after(time + 20)).await.unwrap(), first);
        assert_eq!(tx.set_reminded(recipient, after(time + 30)).await.unwrap(), first);
    }
    let row = tx.recipient(world.transfer, recipient).await.unwrap().unwrap();
    assert_eq!(row.link_token.as_deref(), Some(b"sealed token".as_slice()));
    assert_eq!((row.notified_at, row.opened_at), (Some(after(1)), Some(after(11))));
    assert_eq!((row.downloaded_at, row.reminded_at), (Some(after(21)), Some(after(31))));
}

async fn a_recipient_is_blocked_and_unblocked(db: TestDatabase) {
    let world = World::new(&db).await;
    let mut tx = db.write().await.unwrap();
    let recipient = world.recipient(&mut tx).await;
    assert!(!tx.unblock_recipient(world.transfer, recipient).await.unwrap());
    assert!(!tx.block_recipient(id(), recipient, NOW).await.unwrap(), "another transfer's");
    assert!(tx.block_recipient(world.transfer, recipient, NOW).await.unwrap());
    assert!(!tx.block_recipient(world.transfer, recipient, NOW).await.unwrap());
    let row = tx.recipient(world.transfer, recipient).await.unwrap().unwrap();
    assert_eq!(row.blocked_at, Some(NOW));
    assert!(tx.unblock_recipient(world.transfer, recipient).await.unwrap());
}

async fn a_link_a_visit_and_a_recipient_lead_to_the_same_delivery(db: TestDatabase) {
    let world = World::new(&db).await;
    let mut tx = db.write().await.unwrap();
    let recipient = world.recipient(&mut tx).await;
    world.recipient(&mut tx).await;
    let link = world.link(recipient);
    tx.insert_link(&link).await.unwrap();
    let visit = world.visit(recipient, NOW);
    assert!(tx.start_visit(&visit, None).await.unwrap());

    let delivery = tx.delivery_by_link(&link.token_hash).await.unwrap().unwrap();
    let tenant = world.tenant_row();
    assert_eq!(delivery.container, tenant.container);
    assert_eq!((&delivery.policy, &delivery.tenant_key), (&tenant.policy, &tenant.tenant_key));
    assert_eq!(delivery.sender_address, world.user_row().address);
    assert_eq!(delivery.sender_name, world.user_row().name);
    assert_eq!(Some(&delivery.transfer), tx.transfer(world.tenant, world.transfer).await.unwrap().as_ref());
    assert_eq!(Some(&delivery.recipient), tx.recipient(world.transfer, recipient).await.unwrap().as_ref());
    assert_eq!(tx.delivery_of_recipient(recipient).await.unwrap().as_ref(), Some(&delivery));
    assert_eq!(tx.delivery_of_visit(visit.id).await.unwrap().as_ref(), Some(&delivery));
    assert_eq!(tx.delivery_by_link(&[0; 32]).await.unwrap(), None);
    assert_eq!(tx.delivery_of_visit(id()).await.unwrap(), None);
}

async fn a_lease_or_a_completed_visit_holds_a_place(db: TestDatabase) {
    let world = World::new(&db).await;
    let mut tx = db.write().await.unwrap();
    let recipient = world.recipient(&mut tx).await;
    let [first, second, third] = [0, 59, 60].map(|start| world.visit(recipient, after(start)));
    assert!(tx.start_visit(&first, Some(1)).await.unwrap());
    assert!(!tx.start_visit(&second, Some(1)).await.unwrap(), "the first may still go on");
    assert!(tx.renew_visit(first.id, after(61)).await.unwrap());
    assert!(!tx.renew_visit(first.id, after(60)).await.unwrap(), "never shorter");
    assert!(!tx.start_visit(&third, Some(1)).await.unwrap());
    let third = Visit { started_at: after(61), ..third };
    assert!(tx.start_visit(&third, Some(1)).await.unwrap(), "the first was given up");
    assert!(tx.complete_visit(third.id, after(62)).await.unwrap());
    assert!(!tx.complete_visit(third.id, after(63)).await.unwrap());
    assert_eq!(tx.visit(third.id).await.unwrap(), Some(Visit { completed_at: Some(after(62)), ..third }));
    assert_eq!(
        tx.visits_taken(recipient, after(9_999)).await.unwrap(),
        1,
        "what was delivered stays counted"
    );
    assert!(!tx.start_visit(&world.visit(recipient, after(9_999)), Some(1)).await.unwrap());
    assert!(tx.start_visit(&world.visit(recipient, after(9_999)), Some(2)).await.unwrap());
}

async fn the_last_place_goes_to_one_of_fifty(db: TestDatabase) {
    let world = World::new(&db).await;
    let recipient = write(&db, async |tx| world.recipient(tx).await).await;
    let nodes = [db.another_node().await, db.another_node().await];
    let places = all_at_once(50, |i| {
        let (node, visit) = (nodes[i % 2].clone(), world.visit(recipient, NOW));
        async move { write(&node, async |tx| tx.start_visit(&visit, Some(1)).await.unwrap()).await }
    })
    .await;
    assert_eq!(places.iter().filter(|got| **got).count(), 1);
}

async fn without_a_limit_everybody_gets_a_place(db: TestDatabase) {
    let world = World::new(&db).await;
    let mut tx = db.write().await.unwrap();
    let recipient = world.recipient(&mut tx).await;
    for _ in 0..3 {
        assert!(tx.start_visit(&world.visit(recipient, NOW), None).await.unwrap());
    }
    assert_eq!(tx.visits_taken(recipient, NOW).await.unwrap(), 3);
}

async fn downloads_are_counted(db: TestDatabase) {
    let world = World::new(&db).await;
    let (file, other): (FileId, FileId) = (id(), id());
    let mut tx = db.write().await.unwrap();
    let recipient = world.recipient(&mut tx).await;
    tx.insert_file(&world.file(file, 1)).await.unwrap();
    tx.insert_file(&world.file(other, 1)).await.unwrap();
    for (time, times) in [(1, 1), (5, 2), (9, 3)] {
        let count = tx.record_download(world.transfer, recipient, file, after(time)).await.unwrap();
        assert_eq!(count, times);
    }
    tx.record_download(world.transfer, recipient, other, after(4)).await.unwrap();
    let line = |file_id, first, last, times| Download {
        recipient_id: recipient,
        file_id,
        transfer_id: world.transfer,
        first_at: after(first),
        last_at: after(last),
        times,
    };
    let downloads = tx.downloads_of_transfer(world.transfer).await.unwrap();
    assert_eq!(downloads, [line(file, 1, 9, 3), line(other, 4, 4, 1)]);
}

async fn those_are_reminded_who_were_told_and_have_not_fetched(db: TestDatabase) {
    let world = World::new(&db).await;
    let draft: TransferId = id();
    let mut tx = db.write().await.unwrap();
    let mut recipients: Vec<RecipientId> = Vec::new();
    for _ in 0..6 {
        recipients.push(world.recipient(&mut tx).await);
    }
    let [due, untold, fetched, reminded, blocked, also_due] = recipients[..] else { unreachable!() };
    for told in [due, fetched, reminded, blocked, also_due] {
        tx.set_notified(told, NOW).await.unwrap();
    }
    tx.set_downloaded(fetched, NOW).await.unwrap();
    tx.set_reminded(reminded, NOW).await.unwrap();
    tx.block_recipient(world.transfer, blocked, NOW).await.unwrap();
    tx.insert_transfer(&NewTransfer { ..world.draft(draft, after(3_600)) }).await.unwrap();
    assert_eq!(tx.reminders_due(world.tenant, NOW, after(3_600), 9).await.unwrap(), [], "nothing was sent");
    let sent_at = after(-7);
    tx.set_sent(world.transfer, State::Available, sent_at, true).await.unwrap();

    let reminders = tx.reminders_due(world.tenant, NOW, after(3_600), 9).await.unwrap();
    assert_eq!(reminders.iter().map(|r| r.recipient_id).collect::<Vec<_>>(), [due, also_due]);
    assert!(!reminders.iter().any(|r| r.recipient_id == untold));
    assert_eq!(reminders[0].transfer_id, world.transfer);
    assert_eq!((reminders[0].sent_at, reminders[0].expires_at), (Some(sent_at), after(3_600)));
    assert_eq!(tx.reminders_due(world.tenant, NOW, after(3_600), 1).await.unwrap().len(), 1);
    assert_eq!(tx.reminders_due(world.tenant, NOW, after(3_599), 9).await.unwrap(), [], "not yet");
    assert_eq!(tx.reminders_due(world.tenant, after(3_600), after(9_999), 9).await.unwrap(), [], "too late");
    let longer = tx.reminders_due(world.tenant, NOW, after(3_607), 9).await.unwrap();
    assert_eq!(longer, [], "its whole life is within the notice");
    assert_eq!(tx.reminders_due(id(), NOW, after(3_600), 9).await.unwrap(), [], "another tenant's");
}
