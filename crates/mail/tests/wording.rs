//! What recipients and senders read.

use sealpost_domain::{EmailAddress, JobId, Timestamp};
use sealpost_mail::{
    DownloadReceipt, ExpiryReminder, Language, Letter, Mail, MailError, Mailer, MemoryTransport, Message,
    TransferLocked, TransferNotice, Transport,
};

const NOW: Timestamp = Timestamp::from_unix_millis(1_795_262_700_000);
const LINK: &str = "https://send.example.org/t/k3_-9Zq8vXbJtY2rW5nMhG7dKfL1sPcA0eUoIiTgRwE?a=1&b='2";

fn address(text: &str) -> EmailAddress {
    text.parse().unwrap()
}

fn mailer(transport: MemoryTransport) -> Mailer {
    Mailer::new(
        address("noreply@send.example.org"),
        "Sealpost",
        Transport::Memory(transport),
    )
}

fn mail(language: Language, message: Message) -> Mail {
    Mail {
        id: JobId::new(NOW, [7; 10]),
        to: address("bert@example.com"),
        language,
        date: NOW,
        message,
    }
}

fn notice(subject: Option<&str>) -> TransferNotice {
    TransferNotice {
        sender: address("anna@example.org"),
        subject: subject.map(str::to_owned),
        link: LINK.to_owned(),
        file_count: 3,
        byte_count: 10_737_418_240,
        expires_at: NOW,
        password_needed: true,
    }
}

fn messages(subject: Option<&str>) -> [Message; 4] {
    let TransferNotice {
        sender,
        subject,
        link,
        file_count,
        byte_count,
        expires_at,
        password_needed,
    } = notice(subject);
    let reminder = ExpiryReminder {
        sender: sender.clone(),
        subject: subject.clone(),
        link: link.clone(),
        file_count: 1,
        byte_count: 1,
        expires_at,
        password_needed: false,
    };
    let receipt = DownloadReceipt {
        recipient: address("bert@example.com"),
        subject: subject.clone(),
        file_names: Some(vec!["plan/a.pdf".into(), "b & c.txt".into()]),
        downloaded_at: NOW,
    };
    let locked = TransferLocked {
        subject: subject.clone(),
        sent_at: NOW,
        attempts: 10,
        locked_at: NOW,
    };
    let notice = TransferNotice {
        sender,
        subject,
        link,
        file_count,
        byte_count,
        expires_at,
        password_needed,
    };
    [
        Message::TransferNotice(notice),
        Message::ExpiryReminder(reminder),
        Message::DownloadReceipt(receipt),
        Message::TransferLocked(locked),
    ]
}

fn compose(language: Language, message: Message) -> Letter {
    mailer(MemoryTransport::default())
        .compose(&mail(language, message))
        .unwrap()
}

fn headers(letter: &Letter) -> String {
    let text = String::from_utf8(letter.bytes.clone()).unwrap();
    text.split_once("\r\n\r\n").unwrap().0.to_owned()
}

#[test]
fn every_message_can_be_worded_in_every_language() {
    for language in Language::ALL {
        for subject in [None, Some("Quarterly report")] {
            for message in messages(subject) {
                let letter = compose(language, message.clone());
                if std::env::var_os("SHOW").is_some() {
                    println!(
                        "Subject: {}\n\n{}\n{}\n=======",
                        letter.subject, letter.text, letter.html
                    );
                }
                assert!(
                    !letter.subject.is_empty() && !letter.subject.contains("{{"),
                    "{language} {message:?}"
                );
                assert!(letter.html.contains(&format!("lang=\"{language}\"")));
                assert!(
                    !letter.text.contains("{{") && !letter.html.contains("{{"),
                    "{language} {message:?}"
                );
                assert!(
                    !letter.text.contains("\n\n\n"),
                    "{language}: gaps in\n{}",
                    letter.text
                );
                assert_eq!(letter.text.contains("Quarterly report"), subject.is_some());
            }
        }
    }
}
