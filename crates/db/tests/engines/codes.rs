//! Codes that were sent to recipients.

use std::time::Duration;

use sealpost_db::LinkCode;
use sealpost_domain::{CodeChannel, Language, RecipientId};
use sealpost_test_support::{engines::TestDatabase, on_both_engines};

use crate::world::{NOW, World, after, all_at_once, hash, id, write};

on_both_engines!(
    a_code_is_found_by_its_id_and_by_its_challenge,
    tries_are_counted_up_to_the_most_and_taken_back,
    of_many_tries_at_once_no_more_are_counted_than_there_are,
    a_code_is_used_once_and_counts_no_more_tries_then,
    what_was_sent_is_removed_and_what_it_is_checked_by_stays,
    codes_go_with_their_time_and_those_of_a_clock_that_was_ahead,
);

async fn code(db: &TestDatabase, world: &World) -> LinkCode {
    let recipient: RecipientId = write(db, async |tx| world.recipient(tx).await).await;
    let code = LinkCode {
        id: id(),
        tenant_id: world.tenant,
        transfer_id: world.transfer,
        recipient_id: recipient,
        channel: CodeChannel::Email,
        language: Some(Language::German),
        challenge_hash: hash(),
        code_hmac: hash(),
        code: Some(b"sealed code".to_vec()),
        tries: 0,
        created_at: NOW,
        expires_at: after(600),
        used_at: None,
    };
    write(db, async |tx| tx.insert_link_code(&code).await.unwrap()).await;
    code
}

async fn a_code_is_found_by_its_id_and_by_its_challenge(db: TestDatabase) {
    let world = World::new(&db).await;
    let of_german = code(&db, &world).await;
    let of_nobody = LinkCode { id: id(), challenge_hash: hash(), language: None, ..of_german.clone() };
    write(&db, async |tx| tx.insert_link_code(&of_nobody).await.unwrap()).await;
    let mut conn = db.read().await.unwrap();
    for known in [of_german, of_nobody] {
        assert_eq!(conn.link_code(known.id).await.unwrap().as_ref(), Some(&known));
        assert_eq!(conn.link_code_by_challenge(&known.challenge_hash).await.unwrap(), Some(known));
    }
    assert_eq!(conn.link_code(id()).await.unwrap(), None);
    assert_eq!(conn.link_code_by_challenge(&hash()).await.unwrap(), None);
}

async fn tries_are_counted_up_to_the_most_and_taken_back(db: TestDatabase) {
    let world = World::new(&db).await;
    let code = code(&db, &world).await;
    write(&db, async |tx| {
        assert!(!tx.uncount_code_try(code.id).await.unwrap(), "there is none to take back");
        for _ in 0..2 {
            assert!(tx.count_code_try(code.id, 2).await.unwrap());
        }
        assert!(!tx.count_code_try(code.id, 2).await.unwrap());
        assert!(tx.uncount_code_try(code.id).await.unwrap());
        assert!(tx.count_code_try(code.id, 2).await.unwrap());
        assert!(!tx.count_code_try(id(), 2).await.unwrap());
    })
    .await;
    assert_eq!(db.read().await.unwrap().link_code(code.id).await.unwrap().unwrap().tries, 2);
}

async fn of_many_tries_at_once_no_more_are_counted_than_there_are(db: TestDatabase) {
    let world = World::new(&db).await;
    let code = code(&db, &world).await.id;
    let counted = all_at_once(12, |_| {
        let db = sealpost_db::Db::clone(&db);
        async move { write(&db, async |tx| tx.count_code_try(code, 5).await.unwrap()).await }
    });
    assert_eq!(counted.await.into_iter().filter(|counted| *counted).count(), 5);
}

async fn a_code_is_used_once_and_counts_no_more_tries_then(db: TestDatabase) {
    let world = World::new(&db).await;
    let code = code(&db, &world).await;
    write(&db, async |tx| {
        assert!(tx.use_link_code(code.id, after(1)).await.unwrap());
        assert!(!tx.use_link_code(code.id, after(2)).await.unwrap());
        assert!(!tx.count_code_try(code.id, 5).await.unwrap());
    })
    .await;
    assert_eq!(db.read().await.unwrap().link_code(code.id).await.unwrap().unwrap().used_at, Some(after(1)));
}

async fn what_was_sent_is_removed_and_what_it_is_checked_by_stays(db: TestDatabase) {
    let world = World::new(&db).await;
    let code = code(&db, &world).await;
    write(&db, async |tx| {
        assert!(tx.forget_sealed_code(code.id).await.unwrap());
        assert!(!tx.forget_sealed_code(code.id).await.unwrap());
    })
    .await;
    let row = db.read().await.unwrap().link_code(code.id).await.unwrap().unwrap();
    assert_eq!((row.code, row.code_hmac), (None, code.code_hmac));
}

async fn codes_go_with_their_time_and_those_of_a_clock_that_was_ahead(db: TestDatabase) {
    let world = World::new(&db).await;
    let live = code(&db, &world).await;
    let ahead = LinkCode { id: id(), challenge_hash: hash(), expires_at: after(601), ..live.clone() };
    write(&db, async |tx| tx.insert_link_code(&ahead).await.unwrap()).await;
    let sweep = async |at| {
        write(&db, async |tx| tx.sweep_link_codes(after(at), Duration::from_secs(600)).await.unwrap()).await
    };
    assert_eq!(sweep(0).await, 1, "no code lives longer than ten minutes");
    assert_eq!(sweep(599).await, 0);
    assert_eq!(db.read().await.unwrap().link_code(live.id).await.unwrap(), Some(live.clone()));
    assert_eq!(sweep(600).await, 1);
    assert_eq!(db.read().await.unwrap().link_code(live.id).await.unwrap(), None);
}
