//! Mails by SMTP: a service with a configuration of its own, and a mail server that is somebody else's program.

use std::{
    fs::{self, OpenOptions},
    path::PathBuf,
    process::Stdio,
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
    time::{Duration, sleep, timeout},
};

use crate::support::{Api, Content, eventually, own_port, python, run_ok, sealpost};

/// Long enough for the slowest machine that is not broken.
const PATIENCE: Duration = Duration::from_secs(120);

/// aiosmtpd, as the tests of the mail crate use it.
struct MailServer {
    child: Child,
    _stdin: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
}

impl MailServer {
    async fn start(port: u16) -> Self {
        let mut command = python("../../crates/mail/tests/smtp_server.py");
        command.args(["--port", &port.to_string()]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let (stdin, stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let mut lines = BufReader::new(stdout).lines();
        let ready = lines.next_line().await.unwrap().expect("the mail server starts");
        assert_eq!(ready, format!("ready {port}"));
        Self { child, _stdin: stdin, lines }
    }

    /// The next mail: its one recipient and the message.
    async fn mail(&mut self) -> (String, String) {
        let line = timeout(PATIENCE, self.lines.next_line()).await.expect("a mail comes").unwrap().unwrap();
        let received: Value = serde_json::from_str(&line).unwrap();
        let [to] = &received["to"].as_array().unwrap()[..] else { panic!("{received}") };
        let content = data_encoding::BASE64.decode(received["content"].as_str().unwrap().as_bytes()).unwrap();
        (to.as_str().unwrap().to_owned(), String::from_utf8(content).unwrap())
    }

    /// No further mail is there, and none comes while the service looks for work a few times.
    async fn has_no_more(mut self) {
        let more = timeout(Duration::from_secs(3), self.lines.next_line()).await;
        assert!(more.is_err(), "{more:?}");
        self.child.kill().await.unwrap();
    }
}

/// An installation with a configuration file, as operators have one.
struct Installation {
    home: TempDir,
    port: u16,
    token: String,
}

impl Installation {
    async fn new(mail_port: u16) -> Self {
        let home = TempDir::with_prefix("sealpost-mail").unwrap();
        let mut installation = Self { home, port: own_port(), token: String::new() };
        let dir = |name: &str| installation.path(name).display().to_string();
        let text = format!(
            "base_url = \"http://127.0.0.1:{port}\"\nlisten = \"127.0.0.1:{port}\"\ndata_dir = \"{data}\"\n\
             [database]\nurl = \"sqlite:{data}/sealpost.db\"\n\
             [keyring]\nurl = \"sqlite:{keyring}/keyring.db\"\n\
             [vault]\ndir = \"{vault}\"\n[blob]\ndir = \"{data}/blobs\"\n\
             [mail]\nfrom = \"sealpost@send.example.org\"\nlanguage = \"de\"\n\
             [mail.smtp]\nhost = \"127.0.0.1\"\nport = {mail_port}\nsecurity = \"none\"\n",
            port = installation.port,
            data = dir("data"),
            keyring = dir("keyring"),
            vault = dir("vault"),
        );
        fs::write(installation.path("sealpost.toml"), text).unwrap();
        for words in [
            &["migrate"][..],
            &["tenant", "create", "acme"],
            &["user", "create", "anna@acme.example", "--tenant", "acme"],
        ] {
            run_ok(&mut installation.command(words)).await;
        }
        let token = ["token", "create", "anna@acme.example", "--tenant", "acme"];
        run_ok(&mut installation.command(&token)).await.trim().clone_into(&mut installation.token);
        installation
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = sealpost();
        command.args(words).arg("--config").arg(self.path("sealpost.toml"));
        command
    }

    fn api(&self) -> Api {
        Api::new(&format!("http://127.0.0.1:{}", self.port), &self.token)
    }

    /// `sealpost serve`, once it answers.
    async fn serve(&self) -> Child {
        let log = OpenOptions::new().create(true).append(true).open(self.path("service.log")).unwrap();
        let mut command = self.command(&["serve"]);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().unwrap();
        eventually("the service answers", async || {
            let ended = child.try_wait().unwrap();
            assert!(ended.is_none(), "{}", fs::read_to_string(self.path("service.log")).unwrap());
            let asked = self.api().request(reqwest::Method::GET, "/readyz").send().await;
            asked.is_ok_and(|answer| answer.status().is_success()).then_some(())
        })
        .await;
        child
    }

    async fn send(&self) -> (String, Vec<(String, String)>) {
        let api = self.api();
        let draft = api.draft(&["bert@example.org", "carl@example.org"]).await;
        api.file(&draft, "plans.bin", Content::new(7, 5_000)).await;
        let links = api.send_to_all(&draft).await;
        (draft, links)
    }

    async fn told_everybody(&self, transfer: &str) {
        eventually("both recipients count as told", async || {
            let shown = self.api().transfer(transfer).await;
            let recipients = shown["recipients"].as_array().unwrap();
            recipients.iter().all(|recipient| !recipient["notified_at"].is_null()).then_some(())
        })
        .await;
    }
}

/// Each recipient has one mail, in German, with his own link.
async fn assert_mails(server: &mut MailServer, links: &[(String, String)]) {
    let mut mails = [server.mail().await, server.mail().await];
    mails.sort();
    let mut links = links.to_vec();
    links.sort();
    for ((to, message), (address, link)) in mails.iter().zip(&links) {
        assert_eq!(to, address);
        assert!(message.contains("Content-Language: de"), "{message}");
        assert!(message.replace("=\r\n", "").replace("=3D", "=").contains(link.as_str()), "{message}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_recipient_gets_one_mail_from_the_mail_server() {
    let mail_port = own_port();
    let mut server = MailServer::start(mail_port).await;
    let installation = Installation::new(mail_port).await;
    assert!(!run_ok(&mut installation.command(&["doctor"])).await.contains("FAULT"));
    let _service = installation.serve().await;
    let (transfer, links) = installation.send().await;
    assert_mails(&mut server, &links).await;
    installation.told_everybody(&transfer).await;
    server.has_no_more().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_recipient_gets_one_mail_though_the_service_is_killed_before_it_can_go() {
    let mail_port = own_port();
    let installation = Installation::new(mail_port).await;
    let mut service = installation.serve().await;
    // The mail server is down, so the mails wait, be it for their first attempt or for the next.
    let (transfer, links) = installation.send().await;
    sleep(Duration::from_millis(300)).await;
    let pid = Pid::from_raw(i32::try_from(service.id().unwrap()).unwrap()).unwrap();
    kill_process(pid, Signal::KILL).unwrap();
    service.wait().await.unwrap();
    let mut server = MailServer::start(mail_port).await;
    let _service = installation.serve().await;
    assert_mails(&mut server, &links).await;
    installation.told_everybody(&transfer).await;
    server.has_no_more().await;
}
