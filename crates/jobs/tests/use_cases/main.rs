//! Jobs and the use cases that they call, on both engines.
#![expect(clippy::unwrap_used, reason = "helpers of tests may panic like tests")]

mod fixture;
mod replicate;
mod yesterday;

use std::sync::Arc;

use fixture::{DAY, Fixture};
use sealpost_domain::{Clock, Job, Policy, TransferState};
use sealpost_mail::{Letter, MailError};
use sealpost_test_support::{engines::TestDatabase, on_both_engines};

on_both_engines!(
    every_recipient_gets_one_mail_with_his_own_link,
    sending_again_mails_nobody_twice,
    a_mail_server_that_is_down_delays_the_mail_and_loses_none,
    a_mail_of_which_nobody_noted_that_it_was_sent_is_repeated_as_the_same_message,
    a_refused_mail_is_kept_for_the_operator_and_the_recipient_stays_untold,
    a_blocked_recipient_gets_no_mail,
    what_has_expired_mails_nobody_and_is_purged,
    a_purge_is_done_once_however_often_it_is_run,
    the_sender_gets_one_receipt_for_many_files,
    the_receipt_of_a_transfer_with_a_password_names_no_file,
    a_tenant_that_wants_no_receipts_gets_none,
    wrong_passwords_lock_and_the_sender_is_told_once,
    who_has_not_fetched_is_reminded_once,
    who_has_fetched_is_not_reminded,
    nobody_is_reminded_unless_the_tenant_wants_it,
    the_queue_holds_no_personal_data,
    the_clocks_jobs_find_nothing_to_do_in_peace,
);

pub(crate) const BERT: &str = "bert@example.com";
pub(crate) const CARL: &str = "carl@example.com";
const ANNA: &str = "anna@example.org";

fn subjects(letters: &[Letter]) -> Vec<&str> {
    letters.iter().map(|letter| letter.subject.as_str()).collect()
}

async fn every_recipient_gets_one_mail_with_his_own_link(database: TestDatabase) {
    let fixture = Fixture::new(database, Policy::default()).await;
    let sent = fixture.send(None).await;
    fixture.run_due().await;
    assert_eq!(fixture.mails.letters().len(), 2);
    for link in &sent.links {
        let mails = fixture.mails_to(link.email.as_str());
        assert_eq!(subjects(&mails), ["Quarterly report – files from Anna (anna@example.org)"]);
        assert!(mails[0].text.contains(&link.url));
        assert!(mails[0].text.contains("2 files, 10 bytes"), "{}", mails[0].text);
    }
    let transfer = fixture.service.get(&fixture.session, sent.transfer.id).await.unwrap();
    assert!(transfer.recipients.iter().all(|recipient| recipient.notified_at.is_some()));
    assert_eq!(fixture.next().await, None);
}

async fn sending_again_mails_nobody_twice(database: TestDatabase) {
    let fixture = Fixture::new(database, Policy::default()).await;
    let sent = fixture.send(None).await;
    fixture.service.send(&fixture.session, sent.transfer.id).await.unwrap();
    fixture.run_due().await;
    fixture.service.send(&fixture.session, sent.transfer.id).await.unwrap();
    fixture.run_due().await;
    assert_eq!(fixture.mails.letters().len(), 2);
}

async fn a_mail_server_that_is_down_delays_the_mail_and_loses_none(database: TestDatabase) {
    let fixture = Fixture::new(database, Policy::default()).await;
    fixture.mails.fail_next(MailError::Unavailable("connection refused".into()));
    fixture.mails.fail_next(MailError::Unavailable("connection refused".into()));
    fixture.send(None).await;
    fixture.run_due().await;
    assert!(fixture.mails.letters().is_empty());
    fixture.clock.advance(std::time::Duration::from_secs(11));
    fixture.run_due().await;
    assert_eq!((fixture.mails_to(BERT).len(), fixture.mails_to(CARL).len()), (1, 1));
}

async fn a_mail_of_which_nobody_noted_that_it_was_sent_is_repeated_as_the_same_message(
    database: TestDatabase,
) {
    let fixture = Fixture::new(database, Policy::default()).await;
    fixture.mails.lose_next_answer();
    fixture.send(None).await;
    fixture.run_due().await;
    fixture.clock.advance(DAY);
    fixture.run_due().await;
    let all = fixture.mails.letters();
    assert_eq!(all.len(), 3, "one of the two was sent again");
    let first = &all[0];
    let mails = fixture.mails_to(first.to.as_str());
    assert_eq!(mails.len(), 2);
    assert_eq!((&mails[0].id, &mails[0].bytes), (&mails[1].id, &mails[1].bytes));
}

async fn a_refused_mail_is_kept_for_the_operator_and_the_recipient_stays_untold(database: TestDatabase) {
    let fixture = Fixture::new(database, Policy::default()).await;
    fixture.mails.fail_next(MailError::Refused("SMTP 550".into()));
    let sent = fixture.send(None).await;
    fixture.run_due().await;
    assert_eq!(fixture.mails.letters().len(), 1);
    let error = Some("refused by the mail server (SMTP 550)".to_owned());
    assert_eq!(fixture.failed().await, [("notify_recipient".to_owned(), error)]);
    let transfer = fixture.service.get(&fixture.session, sent.transfer.id).await.unwrap();
    assert_eq!(transfer.recipients.iter().filter(|recipient| recipient.notified_at.is_none()).count(), 1);
}

async fn a_blocked_recipient_gets_no_mail(database: TestDatabase) {
    let fixture = Fixture::new(database, Policy::default()).await;
    let sent = fixture.send(None).await;
    let bert = sent.links.iter().find(|link| link.email.as_str() == BERT).unwrap().recipient_id;
    fixture.service.block_recipient(&fixture.session, sent.transfer.id, bert).await.unwrap();
    fixture.run_due().await;
    assert_eq!((fixture.mails_to(BERT).len(), fixture.mails_to(CARL).len()), (0, 1));
}

async fn what_has_expired_mails_nobody_and_is_purged(database: TestDatabase) {
    let fixture = Fixture::new(database, Policy::default()).await;
    let sent = fixture.send(None).await;
    // A day's key outlives the day by an hour.
    fixture.clock.advance(16 * DAY);
    fixture.run_due().await;
    assert!(fixture.mails.letters().is_empty());
    fixture.run(Job::PurgeExpired).await;
    fixture.run(Job::DestroyEpochs).await;
    let proof = fixture.service.verify_purge(sent.transfer.id).await.unwrap();
    assert!(proof.is_clean() && proof.epoch_key_left.is_none(), "{proof:?}");
    assert!(fixture.failed().await.is_empty());
}

async fn a_purge_is_done_once_however_often_it_is_run(database: TestDatabase) {
    let fixture = Fixture::new(database, Policy::default()).await;
    let transfer = fixture.send(None).await.transfer.id;
    fixture.run_due().await;
    fixture.clock.advance(15 * DAY);
    for _ in 0..2 {
        fixture.run(Job::PurgeExpired).await;
    }
    let view = fixture.service.get(&fixture.session, transfer).await;
    assert!(!view.is_ok_and(|view| view.state != TransferState::Purged));
    assert!(fixture.failed().await.is_empty());
}

async fn the_sender_gets_one_receipt_for_many_files(database: TestDatabase) {
    let fixture = Fixture::new(database, Policy::default()).await;
    fixture.send(None).await;
    fixture.run_due().await;
    let verified = fixture.verify(&fixture.mails_to(BERT)[0], None).await.unwrap();
    fixture.fetch(&verified).await;
    fixture.fetch(&verified).await;
    fixture.clock.advance(DAY);
    fixture.run_due().await;
    let receipts = fixture.mails_to(ANNA);
    assert_eq!(subjects(&receipts), ["Quarterly report – fetched by bert@example.com"]);
    assert!(receipts[0].text.contains("2 files"), "{}", receipts[0].text);
    assert!(receipts[0].text.contains("a.pdf") && receipts[0].text.contains("b.txt"));
}

async fn the_receipt_of_a_transfer_with_a_password_names_no_file(database: TestDatabase) {
    let fixture = Fixture::new(database, Policy::default()).await;
    fixture.send(Some("correct horse")).await;
    fixture.run_due().await;
    let notice = fixture.mails_to(BERT).remove(0);
    assert!(notice.text.contains("You need a password") && !notice.text.contains("correct horse"));
    let verified = fixture.verify(&notice, Some("correct horse")).await.unwrap();
    fixture.fetch(&verified).await;
    fixture.clock.advance(DAY);
    fixture.run_due().await;
    let receipt = fixture.mails_to(ANNA).remove(0);
    assert!(receipt.text.contains("2 files") && !receipt.text.contains("a.pdf"), "{}", receipt.text);
}

async fn a_tenant_that_wants_no_receipts_gets_none(database: TestDatabase) {
    let fixture = Fixture::new(database, Policy { notify_downloads: false, ..Policy::default() }).await;
    fixture.send(None).await;
    fixture.run_due().await;
    let verified = fixture.verify(&fixture.mails_to(BERT)[0], None).await.unwrap();
    fixture.fetch(&verified).await;
    fixture.clock.advance(DAY);
    fixture.run_due().await;
    assert!(fixture.mails_to(ANNA).is_empty());
}

async fn wrong_passwords_lock_and_the_sender_is_told_once(database: TestDatabase) {
    let fixture = Fixture::new(database, Policy { password_attempts: 2, ..Policy::default() }).await;
    let sent = fixture.send(Some("correct horse")).await;
    fixture.run_due().await;
    let notice = fixture.mails_to(BERT).remove(0);
    for _ in 0..3 {
        assert!(fixture.verify(&notice, Some("wrong")).await.is_none());
        fixture.run_due().await;
    }
    let locked = fixture.mails_to(ANNA);
    assert_eq!(subjects(&locked), ["Locked after wrong passwords or codes: Quarterly report"]);
    assert!(locked[0].text.contains(&sent.transfer.id.to_string()));
}

/// 13 days are over, and the tenant reminds two days before the end.
async fn a_day_before_the_end(database: TestDatabase, reminder_seconds: Option<u64>) -> Fixture {
    let fixture = Fixture::new(database, Policy { reminder_seconds, ..Policy::default() }).await;
    fixture.send(None).await;
    fixture.run_due().await;
    fixture.run(Job::RemindDue).await;
    assert_eq!(fixture.mails.letters().len(), 2, "too early for reminders");
    fixture
}

async fn who_has_not_fetched_is_reminded_once(database: TestDatabase) {
    let fixture = a_day_before_the_end(database, Some(2 * DAY.as_secs())).await;
    fixture.clock.advance(13 * DAY);
    for _ in 0..2 {
        fixture.run(Job::RemindDue).await;
    }
    for recipient in [BERT, CARL] {
        let mails = fixture.mails_to(recipient);
        assert_eq!(mails.len(), 2);
        assert_eq!(mails[1].subject, "Soon gone: Quarterly report – files from Anna (anna@example.org)");
        assert_ne!(mails[0].id, mails[1].id);
    }
}

async fn who_has_fetched_is_not_reminded(database: TestDatabase) {
    let fixture = a_day_before_the_end(database, Some(2 * DAY.as_secs())).await;
    let verified = fixture.verify(&fixture.mails_to(BERT)[0], None).await.unwrap();
    fixture.fetch(&verified).await;
    fixture.clock.advance(13 * DAY);
    fixture.run(Job::RemindDue).await;
    assert_eq!((fixture.mails_to(BERT).len(), fixture.mails_to(CARL).len()), (1, 2));
}

async fn nobody_is_reminded_unless_the_tenant_wants_it(database: TestDatabase) {
    let fixture = a_day_before_the_end(database, None).await;
    fixture.clock.advance(13 * DAY);
    fixture.run(Job::RemindDue).await;
    assert_eq!(fixture.mails.letters().len(), 2);
}

async fn the_queue_holds_no_personal_data(database: TestDatabase) {
    let fixture = Fixture::new(database, Policy::default()).await;
    for error in [MailError::Refused("SMTP 550".into()), MailError::Unavailable("SMTP 451".into())] {
        fixture.mails.fail_next(error);
    }
    fixture.send(None).await;
    fixture.run_due().await;
    let late = fixture.clock.now() + DAY;
    let mut tx = fixture.db.write().await.unwrap();
    let mut rows = tx.claim_jobs(late, late, 100, &[]).await.unwrap();
    rows.extend(tx.failed_jobs(100).await.unwrap());
    assert_eq!(rows.len(), 2);
    for row in rows {
        let shown = format!("{row:?}");
        for private in ["bert", "carl", "anna", "Quarterly", "send.example.org"] {
            assert!(!shown.contains(private), "{shown}");
        }
    }
}

async fn the_clocks_jobs_find_nothing_to_do_in_peace(database: TestDatabase) {
    let fixture = Arc::new(Fixture::new(database, Policy::default()).await);
    for _ in 0..2 {
        for job in [
            Job::AbandonUploads,
            Job::DestroyEpochs,
            Job::PurgeExpired,
            Job::ReconcileOrphans,
            Job::RemindDue,
        ] {
            fixture.run(job).await;
        }
        fixture.send(None).await;
        fixture.run_due().await;
    }
    assert_eq!(fixture.mails.letters().len(), 4);
    assert!(fixture.failed().await.is_empty());
}
