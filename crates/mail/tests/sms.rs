//! Text messages through a gateway process.
#![expect(clippy::unwrap_used, reason = "helpers of tests may panic like tests")]

use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use sealpost_domain::{JobId, Timestamp};
use sealpost_mail::{
    DirectoryGateway, HttpGateway, HttpGatewayOptions, Language, LinkCode, MailError, SetupError, SmsSender,
};

const NOW: Timestamp = Timestamp::from_unix_millis(1_795_262_700_000);

struct Gateway {
    process: Child,
    _stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    port: u16,
}

impl Gateway {
    fn start() -> Self {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let tools = std::env::var_os("SEALPOST_TEST_TOOLS")
            .map_or_else(|| root.join("../../target/test-tools"), PathBuf::from);
        let mut process = Command::new(tools.join("python/bin/python"))
            .arg(root.join("tests/sms_gateway.py"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("run scripts/test-tools.sh first");
        let stdin = process.stdin.take().unwrap();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        let mut ready = String::new();
        stdout.read_line(&mut ready).unwrap();
        let port = ready.trim().strip_prefix("ready ").expect("the gateway starts").parse().unwrap();
        Self { process, _stdin: stdin, stdout, port }
    }

    fn options(&self) -> HttpGatewayOptions {
        let url = format!("http://127.0.0.1:{}/send?account=7", self.port);
        HttpGatewayOptions {
            header: Some(("X-Api-Key".to_owned(), "hunter2".to_owned())),
            from: Some("Sealpost".to_owned()),
            ..HttpGatewayOptions::new(url)
        }
    }

    fn received(&mut self) -> serde_json::Value {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn code() -> LinkCode {
    LinkCode {
        code: "042917".to_owned(),
        sender: "anna@example.org".parse().unwrap(),
        sender_name: "Anna".to_owned(),
        minutes: 10,
    }
}

async fn send(options: &HttpGatewayOptions, to: &str) -> Result<(), MailError> {
    let sender = SmsSender::new(Arc::new(HttpGateway::new(options).unwrap()));
    sender.send_code(JobId::new(NOW, [7; 10]), to.parse().unwrap(), Language::English, &code()).await
}

#[tokio::test]
async fn a_gateway_is_posted_number_and_text_with_its_secret() {
    let mut gateway = Gateway::start();
    send(&gateway.options(), "+49 151 23456789").await.unwrap();
    let received = gateway.received();
    assert_eq!(received["path"], "/send?account=7");
    assert_eq!((&received["key"], &received["type"]), (&"hunter2".into(), &"application/json".into()));
    let message = &received["message"];
    assert_eq!(
        *message,
        serde_json::json!({
            "id": "01a1fdfe-d9e0-7707-8707-070707070707",
            "to": "+4915123456789",
            "from": "Sealpost",
            "text": "042917 is your Sealpost code for files from anna@example.org. Valid for 10 minutes. Give it to nobody.",
        })
    );
    assert!(message["text"].as_str().unwrap().len() <= 160, "one SMS");
}

#[tokio::test]
async fn what_a_gateway_refuses_for_good_is_told_from_what_may_pass() {
    let gateway = Gateway::start();
    for (to, permanent) in
        [("+4910000400", true), ("+4910000401", false), ("+4910000429", false), ("+4910000500", false)]
    {
        assert_eq!(send(&gateway.options(), to).await.unwrap_err().is_permanent(), permanent, "{to}");
    }
    // A redirect is not followed: the secret and the code would go wherever it says.
    assert!(!send(&gateway.options(), "+4910000301").await.unwrap_err().is_permanent());
}

#[tokio::test]
async fn a_gateway_that_says_nothing_or_talks_for_ever_holds_nobody_up() {
    let gateway = Gateway::start();
    let options = HttpGatewayOptions { timeout: Duration::from_millis(500), ..gateway.options() };
    let error = send(&options, "+4910000001").await.unwrap_err();
    assert!(!error.is_permanent());
    for secret in ["hunter2", "account=7", "042917", "+4910000001"] {
        assert!(!error.to_string().contains(secret), "{error}");
    }
    send(&gateway.options(), "+4910000002").await.unwrap();
    let closed = HttpGatewayOptions::new("http://127.0.0.1:1/");
    assert!(!send(&closed, "+4915123456789").await.unwrap_err().is_permanent());
}

#[test]
fn a_gateway_that_would_read_codes_in_the_clear_is_refused_at_once() {
    for url in [
        "",
        "x",
        "ftp://127.0.0.1/",
        "http://sms.example.org/",
        "http://10.0.0.1/",
        "http://localhost.example.org/",
    ] {
        let options = HttpGatewayOptions::new(url);
        assert!(matches!(HttpGateway::new(&options), Err(SetupError::Gateway(_))), "{url}");
    }
    for header in [("X Key", "x"), ("X-Key", "a\r\nb")] {
        let header = Some((header.0.to_owned(), header.1.to_owned()));
        let options = HttpGatewayOptions { header, ..HttpGatewayOptions::new("https://sms.example.org/") };
        assert!(HttpGateway::new(&options).is_err());
        assert!(!format!("{options:?}").contains("a\\r"));
    }
}

#[tokio::test]
async fn a_directory_takes_messages_for_trying_out() {
    let dir = tempfile::tempdir().unwrap();
    let sender = SmsSender::new(Arc::new(DirectoryGateway::new(dir.path()).unwrap()));
    for language in Language::ALL {
        let (id, to) = (JobId::new(NOW, [8; 10]), "+4915123456789".parse().unwrap());
        sender.send_code(id, to, language, &code()).await.unwrap();
    }
    let files: Vec<_> = std::fs::read_dir(dir.path()).unwrap().map(|file| file.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "a message that is sent again replaces its file");
    let message: serde_json::Value = serde_json::from_slice(&std::fs::read(&files[0]).unwrap()).unwrap();
    assert!(message["text"].as_str().unwrap().starts_with("042917 is uw Sealpost-code"), "{message}");
}
