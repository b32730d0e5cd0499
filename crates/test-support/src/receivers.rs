//! Whom audit entries are sent on to: a real rsyslogd, and a server of HTTPS in a process of its own.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose,
};
use serde_json::Value;
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    net::TcpStream,
    process::{Child, ChildStdin, Command},
};

use crate::tools::root;

/// Somebody who issues certificates.
#[derive(Debug)]
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate and its key, in PEM.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The certificate.
    pub certificate: String,
    /// The key.
    pub key: String,
}

impl Default for Authority {
    fn default() -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("no names");
        params.distinguished_name.push(DnType::CommonName, "an authority of tests");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate().expect("a key");
        Self(CertifiedIssuer::self_signed(params, key).expect("a certificate"))
    }
}

impl Authority {
    /// Its own certificate in PEM.
    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// A certificate for somebody of this name.
    pub fn issue(&self, names: &[&str]) -> Identity {
        let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names).expect("names");
        // OpenSSL takes a certificate for self-signed that has the name of whoever issued it.
        params.distinguished_name.push(DnType::CommonName, "somebody in a test");
        params.extended_key_usages =
            vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.0).expect("a certificate");
        Identity { certificate: certificate.pem(), key: key.serialize_pem() }
    }
}

/// A running rsyslogd, which takes RFC 5424 over TLS from whoever shows a certificate for `sealpost`. Ends with this value.
#[derive(Debug)]
pub struct Rsyslogd {
    directory: TempDir,
    port: u16,
    process: Child,
}

impl Rsyslogd {
    /// Starts one with a certificate of this authority, which it trusts for those of others, too.
    pub async fn start(authority: &Authority) -> Self {
        let directory = TempDir::with_prefix("sealpost-rsyslogd").expect("a directory for a test");
        let own = authority.issue(&["localhost", "127.0.0.1"]);
        for (name, text) in [("ca.pem", authority.pem()), ("cert.pem", own.certificate), ("key.pem", own.key)]
        {
            fs::write(directory.path().join(name), text).expect("written");
        }
        let (process, port) = run(directory.path(), 0).await;
        Self { directory, port, process }
    }

    /// Where it listens, on 127.0.0.1.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Kills it, as a power cut does.
    pub async fn kill(&mut self) {
        self.process.kill().await.expect("it runs");
    }

    /// Starts it again, on the same port.
    pub async fn start_again(&mut self) {
        (self.process, _) = run(self.directory.path(), self.port).await;
    }

    /// What it has written: a message a line, taken apart by its parser.
    pub fn messages(&self) -> Vec<Value> {
        lines(&self.directory.path().join("messages"))
    }
}

async fn run(directory: &Path, port: u16) -> (Child, u16) {
    let dir = directory.display();
    let listening = directory.join("port");
    let _ = fs::remove_file(&listening);
    let configuration = format!(
        r#"
global(workDirectory="{dir}" defaultNetstreamDriver="ossl" defaultNetstreamDriverCAFile="{dir}/ca.pem"
       defaultNetstreamDriverCertFile="{dir}/cert.pem" defaultNetstreamDriverKeyFile="{dir}/key.pem")
module(load="imtcp" streamDriver.name="ossl" streamDriver.mode="1" streamDriver.authMode="x509/name"
       permittedPeer=["sealpost"])
template(name="json" type="list" option.jsonf="on") {{
    property(outname="pri" name="pri" format="jsonf")
    property(outname="at" name="timereported" dateFormat="rfc3339" format="jsonf")
    property(outname="host" name="hostname" format="jsonf")
    property(outname="app" name="app-name" format="jsonf")
    property(outname="kind" name="msgid" format="jsonf")
    property(outname="data" name="structured-data" format="jsonf")
    property(outname="message" name="msg" format="jsonf")
}}
input(type="imtcp" port="{port}" address="127.0.0.1" listenPortFileName="{dir}/port")
action(type="omfile" file="{dir}/messages" template="json")
"#
    );
    fs::write(directory.join("rsyslog.conf"), configuration).expect("written");
    let process = Command::new("/usr/sbin/rsyslogd")
        .arg("-n")
        .args([Path::new("-f"), &directory.join("rsyslog.conf"), Path::new("-iNONE")])
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("rsyslogd is needed: `make test` installs it");
    for _ in 0..1_200 {
        let chosen = fs::read_to_string(&listening).ok().and_then(|text| text.trim().parse().ok());
        let listens = port > 0 && TcpStream::connect(("127.0.0.1", port)).await.is_ok();
        if let Some(port) = chosen.or_else(|| listens.then_some(port)) {
            return (process, port);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("rsyslogd does not listen");
}

/// A running server of HTTPS that takes webhooks (`tests/tools/webhook.py`). Ends with this value.
#[derive(Debug)]
pub struct WebhookReceiver {
    directory: TempDir,
    port: u16,
    process: Child,
    _stdin: ChildStdin,
}

impl WebhookReceiver {
    /// Starts one with a certificate of this authority; it says yes to everything.
    pub async fn start(authority: &Authority) -> Self {
        let directory = TempDir::with_prefix("sealpost-webhook").expect("a directory for a test");
        let own = authority.issue(&["localhost", "127.0.0.1"]);
        for (name, text) in
            [("server.pem", own.certificate), ("server.key", own.key), ("answer", "204".to_owned())]
        {
            fs::write(directory.path().join(name), text).expect("written");
        }
        let (process, stdin, port) = serve(directory.path(), 0).await;
        Self { directory, port, process, _stdin: stdin }
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("https://127.0.0.1:{}/hook", self.port)
    }

    /// What it answers from now on.
    pub fn answer(&self, status: u16) {
        fs::write(self.directory.path().join("answer"), status.to_string()).expect("written");
    }

    /// Kills it.
    pub async fn kill(&mut self) {
        self.process.kill().await.expect("it runs");
    }

    /// Starts it again, on the same port.
    pub async fn start_again(&mut self) {
        (self.process, self._stdin, _) = serve(self.directory.path(), self.port).await;
    }

    /// The requests so far: `path`, `headers`, `body` as text, and the `status` it gave.
    pub fn requests(&self) -> Vec<Value> {
        lines(&self.directory.path().join("received"))
    }
}

async fn serve(directory: &Path, port: u16) -> (Child, ChildStdin, u16) {
    let script: PathBuf = root().join("tests/tools/webhook.py");
    let mut process = Command::new("/usr/bin/python3")
        .arg(script)
        .arg(directory)
        .arg(port.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("python3 is needed: `make test` installs it");
    let stdin = process.stdin.take().expect("piped");
    let mut lines = BufReader::new(process.stdout.take().expect("piped")).lines();
    let line = lines.next_line().await.expect("readable").expect("it says when it is ready");
    let port = line.strip_prefix("ready ").and_then(|port| port.parse().ok()).expect("a port");
    (process, stdin, port)
}

/// The whole lines of a file; the last may still be being written.
fn lines(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap_or_default();
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    whole
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}")))
        .collect()
}
