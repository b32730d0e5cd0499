//! Azure Key Vault, as far as its REST API is used: `tests/tools/keyvault.py`, over HTTPS and with real keys.

use std::{
    fs,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::tools::root;

/// The directory that lets us in.
pub const TENANT: &str = "7f9a3f60-1111-4222-8333-444455556666";
/// The application that it lets in.
pub const CLIENT: &str = "sealpost-test";
/// That application's secret.
pub const SECRET: &str = "hunter2-secret";
/// The token of the pod that it lets in.
pub const POD_TOKEN: &str = "the-pods-token";

/// A vault, and who gives tokens for it.
#[derive(Debug)]
pub struct KeyVault {
    server: Child,
    dir: TempDir,
    port: u16,
}

impl KeyVault {
    /// Starts one, and waits until it listens.
    ///
    /// # Panics
    /// If it does not within a minute.
    #[expect(clippy::disallowed_methods, reason = "a test has nothing to do until its server answers")]
    pub fn start() -> Self {
        let dir = TempDir::with_prefix("sealpost-keyvault").expect("a directory");
        let server = Command::new("/usr/bin/python3")
            .arg(root().join("tests/tools/keyvault.py"))
            .arg(dir.path())
            .stdin(Stdio::piped())
            .spawn()
            .expect("python3: scripts/install.sh test installs it");
        let mut vault = Self { server, dir, port: 0 };
        let deadline = Instant::now() + Duration::from_secs(60);
        while vault.port == 0 {
            assert!(Instant::now() < deadline, "keyvault.py does not listen");
            std::thread::sleep(Duration::from_millis(20));
            let written = fs::read_to_string(vault.dir.path().join("port"));
            vault.port = written.ok().and_then(|text| text.parse().ok()).unwrap_or_default();
        }
        vault
    }

    /// Where it is, and where tokens are.
    pub fn address(&self) -> String {
        format!("https://localhost:{}/", self.port)
    }

    /// Its certificate, PEM.
    pub fn certificate(&self) -> Vec<u8> {
        fs::read(self.dir.path().join("cert.pem")).expect("a certificate")
    }

    /// Tells it what to do next (`next`, `key`, `end-tokens`), and gives the requests since the last time, in JSON.
    ///
    /// # Panics
    /// If it does not answer.
    pub fn control(&self, what: &str, json: &str) -> String {
        let done = Command::new("curl")
            .args(["-sS", "--fail", "--cacert"])
            .arg(self.dir.path().join("cert.pem"))
            .args(["-d", json, &format!("{}test/{what}", self.address())])
            .output()
            .expect("curl runs");
        assert!(done.status.success(), "{what} {json}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).expect("text")
    }
}

impl Drop for KeyVault {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
