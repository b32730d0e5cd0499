//! Mails as files.
#![expect(clippy::unwrap_used, reason = "helpers of tests may panic like tests")]

use sealpost_domain::{JobId, Timestamp, TransferId};
use sealpost_mail::{
    DirectoryTransport, Language, Mail, MailError, Mailer, Message, TransferLocked, Transport,
};

const NOW: Timestamp = Timestamp::from_unix_millis(1_795_262_700_000);

fn mailer(path: &std::path::Path) -> Mailer {
    let transport = Transport::Directory(DirectoryTransport::new(path).unwrap());
    Mailer::new("noreply@send.example.org".parse().unwrap(), "Sealpost", transport)
}

fn mail() -> Mail {
    let locked = TransferLocked { transfer: TransferId::new(NOW, [8; 10]), subject: None, locked_at: NOW };
    Mail {
        id: JobId::new(NOW, [7; 10]),
        to: "anna@example.org".parse().unwrap(),
        language: Language::Dutch,
        date: NOW,
        message: Message::TransferLocked(locked),
        branding: sealpost_mail::Branding::default(),
    }
}

#[tokio::test]
async fn a_mail_that_is_sent_twice_is_one_file_named_by_its_id() {
    let dir = tempfile::tempdir().unwrap();
    let mailer = mailer(dir.path());
    for _ in 0..2 {
        mailer.send(&mail()).await.unwrap();
    }
    let files: Vec<_> = std::fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files, [dir.path().join(format!("{}@send.example.org.eml", mail().id))]);
    assert_eq!(std::fs::read(&files[0]).unwrap(), mailer.compose(&mail()).unwrap().bytes);
}

#[tokio::test]
async fn a_directory_that_is_gone_keeps_the_mail_waiting() {
    let dir = tempfile::tempdir().unwrap();
    let mailer = mailer(&dir.path().join("mail"));
    std::fs::remove_dir(dir.path().join("mail")).unwrap();
    let error = mailer.send(&mail()).await.unwrap_err();
    assert!(matches!(error, MailError::Unavailable(_)), "{error}");
}
