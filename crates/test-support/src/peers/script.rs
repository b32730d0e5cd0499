//! Servers of our own that speak for somebody else's service: scripts of `tests/tools` that serve HTTPS.

use std::{
    fs,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::tools::root;

/// A running script, in a directory of its own.
#[derive(Debug)]
pub struct Script {
    server: Child,
    dir: TempDir,
    port: u16,
}

impl Script {
    /// Starts one, and waits until it listens.
    ///
    /// # Panics
    /// If it does not within a minute.
    #[expect(clippy::disallowed_methods, reason = "a test has nothing to do until its server answers")]
    pub fn start(name: &str) -> Self {
        let dir = TempDir::with_prefix("sealpost-script").expect("a directory");
        let server = Command::new("/usr/bin/python3")
            .arg(root().join("tests/tools").join(name))
            .arg(dir.path())
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped())
            .spawn()
            .expect("python3: scripts/install.sh test installs it");
        let mut script = Self { server, dir, port: 0 };
        let deadline = Instant::now() + Duration::from_secs(60);
        while script.port == 0 {
            assert!(Instant::now() < deadline, "{name} does not listen");
            std::thread::sleep(Duration::from_millis(20));
            script.port = script.written("port").parse().unwrap_or_default();
        }
        script
    }

    /// Where it is: `https://localhost:PORT/`.
    pub fn address(&self) -> String {
        format!("https://localhost:{}/", self.port)
    }

    /// Its certificate, PEM.
    pub fn certificate(&self) -> PathBuf {
        self.dir.path().join("cert.pem")
    }

    /// What it has written into its directory by this name; empty if nothing.
    pub fn written(&self, name: &str) -> String {
        fs::read_to_string(self.dir.path().join(name)).unwrap_or_default()
    }

    /// Tells it something, in JSON, and gives what it answers.
    ///
    /// # Panics
    /// If it does not answer.
    pub fn control(&self, what: &str, json: &str) -> String {
        let done = Command::new("curl")
            .args(["-sS", "--fail", "--cacert"])
            .arg(self.certificate())
            .args(["-d", json, &format!("{}test/{what}", self.address())])
            .output()
            .expect("curl runs");
        assert!(done.status.success(), "{what} {json}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).expect("text")
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
