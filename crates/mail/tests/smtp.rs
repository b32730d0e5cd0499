//! SMTP against a server process (aiosmtpd, installed by `scripts/test-tools.sh`).
#![expect(clippy::unwrap_used, reason = "helpers of tests may panic like tests")]

use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use sealpost_domain::{JobId, Timestamp};
use sealpost_mail::{
    DownloadReceipt, Language, Mail, MailError, Mailer, Message, Security, SmtpCredentials, SmtpOptions,
    SmtpTransport, Transport,
};

const NOW: Timestamp = Timestamp::from_unix_millis(1_795_262_700_000);

struct Server {
    process: Child,
    _stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    port: u16,
}

#[derive(serde::Deserialize)]
struct Received {
    from: String,
    to: Vec<String>,
    tls: bool,
    login: Option<String>,
    peer_port: u16,
    content: String,
}

impl Server {
    fn start(arguments: &[&str]) -> Self {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let tools = std::env::var_os("SEALPOST_TEST_TOOLS")
            .map_or_else(|| root.join("../../target/test-tools"), PathBuf::from);
        let mut process = Command::new(tools.join("python/bin/python"))
            .arg(root.join("tests/smtp_server.py"))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // It complains at length about what the tests do to it.
            .stderr(Stdio::null())
            .spawn()
            .expect("run scripts/test-tools.sh first");
        let stdin = process.stdin.take().unwrap();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        let mut ready = String::new();
        stdout.read_line(&mut ready).unwrap();
        let port = ready.trim().strip_prefix("ready ").expect("the server starts").parse().unwrap();
        Self { process, _stdin: stdin, stdout, port }
    }

    fn options(&self) -> SmtpOptions {
        SmtpOptions { port: Some(self.port), security: Security::None, ..SmtpOptions::new("127.0.0.1") }
    }

    fn received(&mut self) -> Received {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A certificate for `localhost`, its key, and the files that hold them.
struct Certificate {
    pem: String,
    _dir: tempfile::TempDir,
    certificate: String,
    key: String,
}

impl Certificate {
    fn new() -> Self {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
        let (certificate, key) = (path("certificate.pem"), path("key.pem"));
        std::fs::write(&certificate, made.cert.pem()).unwrap();
        std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        Self { pem: made.cert.pem(), _dir: dir, certificate, key }
    }

    fn arguments(&self) -> [&str; 4] {
        ["--certificate", &self.certificate, "--key", &self.key]
    }

    fn options(&self, server: &Server, security: Security) -> SmtpOptions {
        SmtpOptions {
            port: Some(server.port),
            security,
            trusted_pem: Some(self.pem.clone().into_bytes()),
            ..SmtpOptions::new("localhost")
        }
    }
}

fn credentials(password: &str) -> Option<SmtpCredentials> {
    Some(SmtpCredentials { username: "sealpost".into(), password: password.into() })
}

fn mailer(options: &SmtpOptions) -> Mailer {
    let transport = Transport::Smtp(SmtpTransport::new(options).unwrap());
    Mailer::new("noreply@send.example.org".parse().unwrap(), "Sealpost", transport)
}

fn mail(to: &str) -> Mail {
    let receipt = DownloadReceipt {
        recipient: "bert@example.com".parse().unwrap(),
        subject: Some("Größe".into()),
        // A line that starts with a dot, which SMTP would take for the end.
        file_count: 2,
        file_names: vec![".".into(), "a.pdf".into()],
        downloaded_at: NOW,
    };
    Mail {
        id: JobId::new(NOW, [7; 10]),
        to: to.parse().unwrap(),
        language: Language::German,
        date: NOW,
        message: Message::DownloadReceipt(receipt),
        branding: sealpost_mail::Branding::default(),
    }
}

fn decoded(content: &str) -> Vec<u8> {
    data_encoding::BASE64.decode(content.as_bytes()).unwrap()
}

#[tokio::test]
async fn what_arrives_are_the_bytes_that_were_composed() {
    let mut server = Server::start(&[]);
    let (mailer, mail) = (mailer(&server.options()), mail("anna@example.org"));
    mailer.send(&mail).await.unwrap();
    let received = server.received();
    assert_eq!(
        (received.from.as_str(), received.to),
        ("noreply@send.example.org", vec!["anna@example.org".into()])
    );
    assert!(!received.tls && received.login.is_none());
    let mut expected = mailer.compose(&mail).unwrap().bytes;
    if !expected.ends_with(b"\r\n") {
        expected.extend(b"\r\n");
    }
    assert_eq!(decoded(&received.content).trim_ascii_end(), expected.trim_ascii_end());
}

#[tokio::test]
async fn a_connection_serves_several_messages() {
    let mut server = Server::start(&[]);
    let mailer = mailer(&server.options());
    let mut ports = Vec::new();
    for _ in 0..3 {
        mailer.send(&mail("anna@example.org")).await.unwrap();
        ports.push(server.received().peer_port);
        // The connection goes back to the pool in a task of its own.
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    ports.dedup();
    assert_eq!(ports.len(), 1, "{ports:?}");
}

#[tokio::test]
async fn starttls_protects_login_and_message() {
    let certificate = Certificate::new();
    let mut server =
        Server::start(&[&certificate.arguments()[..], &["--login", "sealpost:pässwörd"]].concat());
    let options = SmtpOptions {
        credentials: credentials("pässwörd"),
        ..certificate.options(&server, Security::StartTls)
    };
    mailer(&options).send(&mail("anna@example.org")).await.unwrap();
    let received = server.received();
    assert!(received.tls);
    assert_eq!(received.login.as_deref(), Some("sealpost"));
}

#[tokio::test]
async fn tls_from_the_first_byte_works_too() {
    let certificate = Certificate::new();
    let mut server =
        Server::start(&[&certificate.arguments()[..], &["--implicit", "--login", "sealpost:x"]].concat());
    let options =
        SmtpOptions { credentials: credentials("x"), ..certificate.options(&server, Security::Tls) };
    mailer(&options).send(&mail("anna@example.org")).await.unwrap();
    assert_eq!(server.received().login.as_deref(), Some("sealpost"));
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_gets_no_mail() {
    let certificate = Certificate::new();
    let server = Server::start(&certificate.arguments());
    for options in [
        SmtpOptions { trusted_pem: None, ..certificate.options(&server, Security::StartTls) },
        SmtpOptions { host: "127.0.0.1".into(), ..certificate.options(&server, Security::StartTls) },
    ] {
        let error = mailer(&options).send(&mail("anna@example.org")).await.unwrap_err();
        assert!(matches!(error, MailError::Unavailable(_)), "{error}");
    }
}

#[tokio::test]
async fn a_server_without_starttls_gets_neither_password_nor_mail() {
    let certificate = Certificate::new();
    let server = Server::start(&[]);
    let options =
        SmtpOptions { credentials: credentials("x"), ..certificate.options(&server, Security::StartTls) };
    let error = mailer(&options).send(&mail("anna@example.org")).await.unwrap_err();
    assert!(!error.is_permanent(), "{error}");
}

#[tokio::test]
async fn a_refusal_is_permanent_and_does_not_repeat_the_address() {
    let mut server = Server::start(&[]);
    let mailer = mailer(&server.options());
    let error = mailer.send(&mail("unknown@example.org")).await.unwrap_err();
    assert_eq!(error, MailError::Refused("SMTP 550 5.1.1".into()));
    assert!(error.is_permanent());
    mailer.send(&mail("anna@example.org")).await.expect("the next message is not hindered");
    assert_eq!(server.received().to, ["anna@example.org"]);
}

#[tokio::test]
async fn a_deferral_is_transient() {
    let server = Server::start(&[]);
    let error = mailer(&server.options()).send(&mail("busy@example.org")).await.unwrap_err();
    assert_eq!(error, MailError::Unavailable("SMTP 451 4.3.0".into()));
}

#[tokio::test]
async fn a_server_that_refuses_us_and_not_the_address_keeps_the_mail_waiting() {
    let server = Server::start(&[]);
    let mailer = mailer(&server.options());
    for (to, words) in [("relayed@example.org", "SMTP 554 5.7.1"), ("terse@example.org", "SMTP 550")] {
        let error = mailer.send(&mail(to)).await.unwrap_err();
        assert_eq!(error, MailError::Unavailable(words.into()));
    }
}

#[tokio::test]
async fn a_check_logs_in_and_sends_nothing() {
    let certificate = Certificate::new();
    let mut server = Server::start(&[&certificate.arguments()[..], &["--login", "sealpost:right"]].concat());
    let options = |password| SmtpOptions {
        credentials: credentials(password),
        ..certificate.options(&server, Security::StartTls)
    };
    let (right, wrong) = (options("right"), options("wrong"));
    mailer(&right).transport().check().await.unwrap();
    let error = mailer(&wrong).transport().check().await.unwrap_err();
    assert!(error.to_string().contains("535"), "{error}");
    let untrusted = SmtpOptions { trusted_pem: None, ..right.clone() };
    assert!(mailer(&untrusted).transport().check().await.is_err());
    // The first thing that arrives is what is sent now.
    mailer(&right).send(&mail("anna@example.org")).await.unwrap();
    assert_eq!(server.received().to, ["anna@example.org"]);
    drop(server);
    assert!(mailer(&right).transport().check().await.is_err(), "it is down");
}

#[tokio::test]
async fn a_wrong_password_of_ours_keeps_the_mail_waiting() {
    let server = Server::start(&["--login", "sealpost:right"]);
    let options = SmtpOptions { credentials: credentials("wrong"), ..server.options() };
    let error = mailer(&options).send(&mail("anna@example.org")).await.unwrap_err();
    assert_eq!(error, MailError::Unavailable("SMTP 535 5.7.8".into()));
}

#[tokio::test]
async fn a_server_that_is_down_is_transient() {
    let server = Server::start(&[]);
    let options = server.options();
    drop(server);
    let error = mailer(&options).send(&mail("anna@example.org")).await.unwrap_err();
    assert!(matches!(error, MailError::Unavailable(_)), "{error}");
}

#[tokio::test]
async fn a_server_that_stalls_is_given_up_after_the_timeout() {
    let mut server = Server::start(&[]);
    let mailer = mailer(&SmtpOptions { timeout: Duration::from_secs(3), ..server.options() });
    mailer.send(&mail("anna@example.org")).await.unwrap();
    server.received();
    let error = mailer.send(&mail("stall@example.org")).await.unwrap_err();
    assert_eq!(error, MailError::Unavailable("no answer within 3 s".into()));
    mailer.send(&mail("bert@example.org")).await.expect("the next message gets a connection of its own");
    assert_eq!(server.received().to, ["bert@example.org"]);
}

#[tokio::test]
async fn an_address_that_the_server_cannot_take_is_permanent() {
    let server = Server::start(&["--ascii"]);
    let error = mailer(&server.options()).send(&mail("änna@example.org")).await.unwrap_err();
    assert!(error.is_permanent(), "{error}");
}

#[tokio::test]
async fn an_address_beyond_ascii_arrives_where_the_server_takes_it() {
    let mut server = Server::start(&[]);
    mailer(&server.options()).send(&mail("änna@example.org")).await.unwrap();
    assert_eq!(server.received().to, ["änna@example.org"]);
}

#[tokio::test]
async fn a_caller_who_gives_up_does_not_spoil_the_connection_for_the_next() {
    let mut server = Server::start(&[]);
    let mailer = mailer(&server.options());
    mailer.send(&mail("anna@example.org")).await.unwrap();
    server.received();
    tokio::time::sleep(Duration::from_millis(200)).await;
    for micros in [50, 500, 1_000, 2_000, 4_000, 8_000] {
        let bert = mail("bert@example.org");
        let _ = tokio::time::timeout(Duration::from_micros(micros), mailer.send(&bert)).await;
    }
    mailer.send(&mail("carl@example.org")).await.unwrap();
    // Whatever became of those before it: the last message arrived, whole and at its own address.
    let carl = loop {
        let received = server.received();
        if received.to == ["carl@example.org"] {
            break received;
        }
        assert_eq!(received.to, ["bert@example.org"]);
    };
    let expected = mailer.compose(&mail("carl@example.org")).unwrap().bytes;
    assert_eq!(decoded(&carl.content).trim_ascii_end(), expected.trim_ascii_end());
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_log_of_any_level_has_the_password_or_the_message() {
    let log = Log::default();
    let sink = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || sink.clone())
        .finish();
    // For all threads: a line that another test reaches first, on a thread that has nobody who
    // listens, would be switched off for this one, too.
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let mut server = Server::start(&["--login", "sealpost:s3cret-password"]);
    let options = SmtpOptions { credentials: credentials("s3cret-password"), ..server.options() };
    let mailer = mailer(&options);
    mailer.send(&mail("anna@example.org")).await.unwrap();
    server.received();
    mailer.send(&mail("unknown@example.org")).await.unwrap_err();
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("mail handed over"), "the log is caught: {log}");
    let login = data_encoding::BASE64.encode(b"\0sealpost\0s3cret-password");
    for private in ["s3cret-password", &login, "anna@", "unknown@", "bert@", "a.pdf", "MIME-Version"] {
        assert!(!log.contains(private), "{private} in\n{log}");
    }
}
