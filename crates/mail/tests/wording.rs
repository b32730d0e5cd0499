//! What recipients and senders read.
#![expect(clippy::unwrap_used, reason = "helpers of tests may panic like tests")]

use sealpost_domain::{AbuseReason, EmailAddress, JobId, RecoveryStep, Timestamp, TransferId};
use sealpost_mail::{
    AbuseReported, AbuseTold, AccountChange, AccountChanged, AccountLocked, AdminTransferLocked, Branding,
    DownloadReceipt, ExpiryReminder, ForwardingFails, IncidentNotice, Language, Letter, LinkCode, Mail,
    MailError, Mailer, MemoryTransport, Message, NewSignIn, PasswordReset, RecoveryTold, Refusal, ReportRow,
    RequestCode, Requester, SubmissionReceipt, TransferLocked, TransferNotice, TransferRefused, Transport,
    UploadRequest, UsageReport, UserWarned,
};

const NOW: Timestamp = Timestamp::from_unix_millis(1_795_262_700_000);
const LINK: &str = "https://send.example.org/t/k3_-9Zq8vXbJtY2rW5nMhG7dKfL1sPcA0eUoIiTgRwE?a=1&b='2";

fn address(text: &str) -> EmailAddress {
    text.parse().unwrap()
}

fn mailer(transport: MemoryTransport) -> Mailer {
    Mailer::new(address("noreply@send.example.org"), "Sealpost", Transport::Memory(transport))
}

fn mail(language: Language, message: Message) -> Mail {
    Mail {
        id: JobId::new(NOW, [7; 10]),
        to: address("bert@example.com"),
        language,
        date: NOW,
        message,
        branding: Branding::default(),
    }
}

fn notice(subject: Option<&str>) -> TransferNotice {
    TransferNotice {
        sender: address("anna@example.org"),
        sender_name: "Anna Müller".to_owned(),
        unproved: false,
        subject: subject.map(str::to_owned),
        link: LINK.to_owned(),
        file_count: 3,
        byte_count: 10_737_418_240,
        expires_at: NOW,
        password_needed: true,
        sealed_by_sender: false,
        sealed_to_key: false,
    }
}

fn refused(sender: Option<&str>, why: Refusal) -> TransferRefused {
    TransferRefused {
        transfer: TransferId::new(NOW, [8; 10]),
        sender: sender.map(address),
        came_in: false,
        subject: None,
        why,
        at: NOW,
    }
}

fn reported(text: Option<&str>) -> AbuseReported {
    AbuseReported {
        tenant: "Acme\r\nBcc: eve@example.org".to_owned(),
        transfer: TransferId::new(NOW, [8; 10]),
        reason: AbuseReason::Phishing,
        at: NOW,
        told: text.map(|text| AbuseTold {
            sender: address("anna@example.org"),
            recipient: address("bert@example.com"),
            text: text.to_owned(),
        }),
    }
}

/// The messages that repeat nothing that people have written but names and addresses.
fn plain_messages() -> Vec<Message> {
    let account = address("carla@example.org");
    let code = LinkCode {
        code: "042917".to_owned(),
        sender: address("anna@example.org"),
        sender_name: "Anna\r\nBcc: eve@example.org".to_owned(),
        minutes: 10,
    };
    let locked = AdminTransferLocked {
        transfer: TransferId::new(NOW, [8; 10]),
        sender: address("anna@example.org"),
        locked_at: NOW,
    };
    let agent = "<b>Mozilla</b>\r\nBcc: eve@example.org".to_owned();
    let mut all = vec![
        Message::RequestCode(RequestCode {
            code: code.code.clone(),
            requester: Requester::Person { address: code.sender.clone(), name: code.sender_name.clone() },
            minutes: 10,
        }),
        Message::RequestCode(RequestCode {
            code: code.code.clone(),
            requester: Requester::Organisation("Acme\r\nBcc: eve@example.org".to_owned()),
            minutes: 10,
        }),
        Message::LinkCode(code),
        Message::SubmissionReceipt(SubmissionReceipt {
            requester: Requester::Person {
                address: address("anna@example.org"),
                name: "Anna\r\nBcc: eve@example.org".to_owned(),
            },
            title: Some("Plans\r\nBcc: eve@example.org".to_owned()),
            file_names: vec!["plan\r\nBcc: eve@example.org.pdf".to_owned(); 30],
            at: NOW,
        }),
        Message::UploadRequest(upload_request("All\r\nand Bcc: eve@example.org\n\n<b>of</b> them.")),
        Message::UploadRequest(UploadRequest { asks_code: true, ..upload_request("") }),
        Message::AdminTransferLocked(locked),
        Message::ForwardingFails(ForwardingFails {
            label: "SIEM\r\nBcc: eve@example.org".to_owned(),
            since: NOW,
        }),
        Message::AbuseReported(reported(None)),
        Message::AbuseReported(reported(Some("look at\r\nBcc: eve@example.org"))),
        Message::UserWarned(UserWarned { text: "Not again\r\nand Bcc: eve@example.org".to_owned(), at: NOW }),
        Message::TransferRefused(refused(
            None,
            Refusal::Found("Eicar-Test\r\nBcc: eve@example.org".to_owned()),
        )),
        Message::TransferRefused(refused(Some("anna@example.org"), Refusal::Found("Eicar-Test".to_owned()))),
        Message::TransferRefused(refused(Some("anna@example.org"), Refusal::TooBig)),
        Message::TransferRefused(refused(None, Refusal::Listed)),
        Message::TransferRefused(TransferRefused {
            came_in: true,
            ..refused(Some("anna@example.org"), Refusal::Listed)
        }),
        Message::TransferRefused(TransferRefused {
            came_in: true,
            ..refused(Some("anna@example.org"), Refusal::Found("Eicar-Test".to_owned()))
        }),
        Message::TransferRefused(refused(Some("anna@example.org"), Refusal::Listed)),
        Message::AccountLocked(AccountLocked { account: account.clone(), locked_at: NOW }),
        Message::PasswordReset(PasswordReset {
            account: account.clone(),
            link: LINK.to_owned(),
            minutes: 30,
        }),
        Message::NewSignIn(NewSignIn { account: account.clone(), at: NOW, agent }),
        Message::IncidentNotice(incident(false)),
        Message::IncidentNotice(incident(true)),
        Message::UsageReport(report()),
        Message::NewSignIn(NewSignIn { account: account.clone(), at: NOW, agent: String::new() }),
    ];
    all.extend(
        AccountChange::ALL.map(|change| {
            Message::AccountChanged(AccountChanged { account: account.clone(), change, at: NOW })
        }),
    );
    all.extend(RecoveryStep::ALL.iter().map(|step| {
        let about = "1a2b-3c4d".to_owned();
        Message::RecoveryTold(RecoveryTold { by: account.clone(), step: *step, about, at: NOW })
    }));
    all
}

fn upload_request(text: &str) -> UploadRequest {
    UploadRequest {
        requester: address("anna@example.org"),
        requester_name: "Anna\r\nBcc: eve@example.org".to_owned(),
        title: "Plans\r\nBcc: eve@example.org".to_owned(),
        text: text.to_owned(),
        link: LINK.to_owned(),
        asks_code: false,
        expires_at: NOW,
    }
}

fn incident(reminder: bool) -> IncidentNotice {
    IncidentNotice {
        subject: "A disk was lost\r\nBcc: eve@example.org".to_owned(),
        text: "One <b>line</b>.\n\nAnother line.".to_owned(),
        link: LINK.to_owned(),
        reminder,
    }
}

fn report() -> UsageReport {
    let row = ReportRow { transfers: 12, bytes: 3_400_000, recipients: 20, refused: 1, blocked: 0 };
    UsageReport {
        from: NOW,
        to: NOW,
        days: vec![(NOW, row), (NOW, ReportRow::default())],
        departments: vec![(Some("<b>Law</b>\r\nBcc: eve@example.org".to_owned()), row), (None, row)],
        rules: vec![(Some("=<i>rivals</i>\r\nBcc: eve@example.org".to_owned()), 7), (None, 1)],
        total: row,
        people: 40,
        seats: 39,
        second_factors: 20,
        stored_bytes: 1_000,
        link: LINK.to_owned(),
    }
}

fn messages(subject: Option<&str>) -> [Message; 4] {
    let notice = notice(subject);
    let reminder = ExpiryReminder {
        sender: notice.sender.clone(),
        sender_name: String::new(),
        unproved: true,
        subject: notice.subject.clone(),
        link: notice.link.clone(),
        file_count: 1,
        byte_count: 1,
        expires_at: NOW,
        password_needed: false,
        sealed_by_sender: true,
        sealed_to_key: false,
    };
    let locked = TransferLocked {
        transfer: TransferId::new(NOW, [8; 10]),
        subject: notice.subject.clone(),
        locked_at: NOW,
    };
    [
        Message::TransferNotice(notice),
        Message::ExpiryReminder(reminder),
        Message::DownloadReceipt(receipt(subject, &["plan/a.pdf", "b & c.txt"])),
        Message::TransferLocked(locked),
    ]
}

fn receipt(subject: Option<&str>, names: &[&str]) -> DownloadReceipt {
    DownloadReceipt {
        recipient: address("bert@example.com"),
        subject: subject.map(str::to_owned),
        file_count: 2,
        file_names: names.iter().map(|name| (*name).to_owned()).collect(),
        downloaded_at: NOW,
    }
}

fn compose(language: Language, message: Message) -> Letter {
    mailer(MemoryTransport::default()).compose(&mail(language, message)).unwrap()
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
                    println!("Subject: {}\n\n{}\n{}\n=======", letter.subject, letter.text, letter.html);
                }
                assert!(
                    !letter.subject.is_empty() && !letter.subject.contains("{{"),
                    "{language} {message:?}"
                );
                assert!(letter.html.contains(&format!("lang=\"{language}\"")));
                assert!(!letter.text.contains("{{") && !letter.html.contains("{{"), "{language} {message:?}");
                assert!(!letter.text.contains("\n\n\n"), "{language}: gaps in\n{}", letter.text);
                assert_eq!(letter.text.contains("Quarterly report"), subject.is_some());
            }
        }
    }
}

#[test]
fn who_needs_the_passphrase_of_his_key_is_told_so() {
    for (language, word) in
        [(Language::English, "passphrase"), (Language::German, "Passphrase"), (Language::Dutch, "wachtzin")]
    {
        let told = |sealed_to_key| {
            let notice = TransferNotice { sealed_to_key, ..notice(None) };
            compose(language, Message::TransferNotice(notice)).text
        };
        assert!(told(true).contains(word), "{language}: {}", told(true));
        assert!(!told(false).contains(word), "{language}: {}", told(false));
    }
}

#[test]
fn a_plain_notice_reads_like_this() {
    let letter = compose(Language::English, Message::TransferNotice(notice(Some("Quarterly report"))));
    assert_eq!(letter.subject, "Quarterly report – files from Anna Müller (anna@example.org)");
    assert_eq!(
        letter.text,
        "Anna Müller (anna@example.org) has sent you 3 files\n\
         \n\
         The files are encrypted and wait for you under your personal link.\n\
         \n\
         Subject: Quarterly report\n\
         Files: 3 files, 10.7 GB\n\
         Available until: 21 November 2026, 12:05 UTC\n\
         \n\
         Open the files:\n\
         https://send.example.org/t/k3_-9Zq8vXbJtY2rW5nMhG7dKfL1sPcA0eUoIiTgRwE?a=1&b='2\n\
         \n\
         You need a password to open them. The sender tells you the password in another way.\n\
         \n\
         This link is yours alone. Please do not pass it on.\n\
         \n\
         -- \n\
         A reply to this message goes to anna@example.org.\n\
         This message was sent automatically by Sealpost.\n"
    );
}

#[test]
fn numbers_and_times_follow_the_language() {
    let text = |language| compose(language, Message::TransferNotice(notice(None))).text;
    assert!(text(Language::German).contains("3 Dateien, 10,7 GB"));
    assert!(text(Language::German).contains("21. November 2026, 12:05 Uhr (UTC)"));
    assert!(text(Language::Dutch).contains("3 bestanden, 10,7 GB"));
    assert!(text(Language::Dutch).contains("21 november 2026, 12:05 uur (UTC)"));
}

#[test]
fn a_subject_cannot_add_headers_recipients_or_lines() {
    let evil = "Hi\r\nBcc: eve@example.org\r\n\r\n<b>body</b>\u{2028}Dear customer\u{85}\u{202e}x";
    for language in Language::ALL {
        for message in messages(Some(evil)) {
            let letter = compose(language, message.clone());
            assert!(!letter.subject.chars().any(char::is_control), "{message:?}");
            for header in headers(&letter).split("\r\n") {
                assert!(!header.to_ascii_lowercase().starts_with("bcc"), "{header}");
            }
            assert!(!letter.text.lines().any(|line| line.trim_start().starts_with("Bcc")), "{}", letter.text);
            assert!(!letter.text.contains(['\r', '\u{2028}', '\u{85}', '\u{202e}']));
            assert!(
                letter.html.contains("Hi Bcc: eve@example.org &lt;b&gt;body&lt;&#x2f;b&gt; Dear customer x")
            );
        }
    }
}

#[test]
fn user_text_is_data_and_never_a_template() {
    let evil = "{{ link }}{{sender}}{% raw %}\"><script>alert(1)</script>";
    let receipt = receipt(Some(evil), &[evil]);
    let letter = compose(Language::English, Message::DownloadReceipt(receipt));
    assert_eq!(letter.text.matches(evil).count(), 2, "{}", letter.text);
    assert!(!letter.html.contains("<script>"));
    assert!(letter.html.contains("{{ link }}{{sender}}{% raw %}&quot;&gt;&lt;script&gt;"), "{}", letter.html);
}

#[test]
fn long_lists_and_names_are_cut_with_a_count() {
    let receipt = DownloadReceipt {
        file_count: 10_000,
        file_names: (0..10_000).map(|n| format!("{n}-{}.pdf", "y".repeat(1_000))).collect(),
        ..receipt(Some(&"x".repeat(10_000)), &[])
    };
    let letter = compose(Language::English, Message::DownloadReceipt(receipt));
    assert!(letter.text.contains("and 9980 more files"));
    assert!(letter.bytes.len() < 20_000, "{}", letter.bytes.len());
}

#[test]
fn a_link_that_is_not_http_is_refused_for_good() {
    let notice = TransferNotice { link: "javascript:alert(1)".into(), ..notice(None) };
    let mail = mail(Language::English, Message::TransferNotice(notice));
    let error = mailer(MemoryTransport::default()).compose(&mail).unwrap_err();
    assert!(matches!(error, MailError::Compose(_)) && error.is_permanent());
}

#[test]
fn the_link_survives_in_html_for_programs_that_do_not_read_html() {
    let letter = compose(Language::English, Message::TransferNotice(notice(None)));
    assert!(
        letter
            .html
            .contains("href=\"https://send.example.org/t/k3_-9Zq8vXbJtY2rW5nMhG7dKfL1sPcA0eUoIiTgRwE?")
    );
}

#[test]
fn every_attempt_makes_the_same_bytes() {
    for message in messages(Some("Größe – ≠ ASCII")) {
        let first = compose(Language::German, message.clone());
        assert_eq!(first.bytes, compose(Language::German, message).bytes);
        assert!(first.bytes.is_ascii());
    }
}

#[test]
fn headers_name_the_job_the_sender_and_the_machine() {
    let headers = headers(&compose(Language::Dutch, Message::TransferNotice(notice(None))));
    for expected in [
        "Message-ID: <01a1fdfe-d9e0-7707-8707-070707070707@send.example.org>",
        "Date: Sat, 21 Nov 2026 12:05:00 +0000",
        "From: Sealpost <noreply@send.example.org>",
        "To: bert@example.com",
        "Reply-To: anna@example.org",
        "Auto-Submitted: auto-generated",
        "Content-Language: nl",
        "MIME-Version: 1.0",
    ] {
        assert!(headers.split("\r\n").any(|line| line == expected), "{expected} is missing in\n{headers}");
    }
}

#[test]
fn nobody_gets_a_reply_to_for_what_no_person_has_written() {
    let receipt = receipt(None, &[]);
    assert!(!headers(&compose(Language::English, Message::DownloadReceipt(receipt))).contains("Reply-To"));
}

#[test]
fn absurd_times_are_the_end_of_the_calendar_and_no_panic() {
    let notice = TransferNotice { expires_at: Timestamp::from_unix_millis(i64::MAX), ..notice(None) };
    let letter = compose(Language::English, Message::TransferNotice(notice));
    assert!(letter.text.contains("31 December 262142"), "{}", letter.text);
}

#[test]
fn debug_of_a_letter_shows_neither_people_nor_links() {
    let shown = format!("{:?}", compose(Language::English, Message::TransferNotice(notice(Some("secret")))));
    for private in ["bert@", "anna@", "secret", "https://"] {
        assert!(!shown.contains(private), "{shown}");
    }
}

#[tokio::test]
async fn memory_keeps_what_was_sent_and_fails_when_told() {
    let memory = MemoryTransport::default();
    let mailer = mailer(memory.clone());
    memory.fail_next(MailError::Unavailable("down".into()));
    let mail = mail(Language::English, Message::TransferNotice(notice(None)));
    assert!(!mailer.send(&mail).await.unwrap_err().is_permanent());
    mailer.send(&mail).await.unwrap();
    assert_eq!(memory.letters().len(), 1);
    assert_eq!(memory.letters()[0].to, address("bert@example.com"));
}

#[test]
fn plain_messages_can_be_worded_in_every_language_and_stay_in_their_lines() {
    for language in Language::ALL {
        for message in plain_messages() {
            let letter = compose(language, message.clone());
            if std::env::var_os("SHOW").is_some() {
                println!("Subject: {}\n\n{}\n=======", letter.subject, letter.text);
            }
            assert!(!letter.subject.is_empty(), "{language} {message:?}");
            for text in [&letter.subject, &letter.text, &letter.html] {
                assert!(!text.contains("{{"), "{language} {message:?}: {text}");
            }
            assert!(!letter.html.contains("<b>"), "{}", letter.html);
            assert!(!letter.text.contains("\n\n\n"), "{language}: gaps in\n{}", letter.text);
            assert!(!letter.text.lines().any(|line| line.trim_start().starts_with("Bcc")), "{}", letter.text);
            assert_eq!(letter.bytes, compose(language, message).bytes);
        }
    }
}

#[test]
fn a_mail_with_a_code_holds_no_link_and_its_subject_no_code() {
    for language in Language::ALL {
        let letter = compose(language, plain_messages().remove(0));
        assert!(letter.text.contains("042917") && letter.html.contains("042917"));
        assert!(!letter.subject.contains("042917"), "it would stand on locked screens");
        for part in [&letter.text, &letter.html] {
            assert!(!part.contains("http://") && !part.contains("https://"), "{part}");
        }
        assert!(letter.text.contains("anna@example.org") && letter.text.contains("10"));
    }
}
