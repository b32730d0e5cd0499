//! Tokens that speak PKCS#11: SoftHSM's, in a directory of their own.
//!
//! The module takes its directory from a variable of the process, so tests with tokens run in a process that was started
//! with it.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Stdio},
};

use tempfile::TempDir;

/// The variable that names the settings.
pub const SETTINGS: &str = "SOFTHSM2_CONF";
/// The PIN of every token's user.
pub const PIN: &str = "2468-hunter2";

/// A directory for tokens.
#[derive(Debug)]
pub struct SoftHsm(TempDir);

impl SoftHsm {
    /// One without tokens.
    pub fn new() -> Self {
        let dir = TempDir::with_prefix("sealpost-softhsm").expect("a directory");
        let tokens = dir.path().join("tokens");
        fs::create_dir(&tokens).expect("a directory");
        let text = format!(
            "directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n",
            tokens.display()
        );
        fs::write(dir.path().join("softhsm2.conf"), text).expect("settings");
        Self(dir)
    }

    /// What [`SETTINGS`] has to be.
    pub fn settings(&self) -> PathBuf {
        self.0.path().join("softhsm2.conf")
    }

    /// Makes a token.
    ///
    /// # Panics
    /// If there is no SoftHSM on this machine.
    pub fn token(&self, label: &str) {
        let made = Command::new("softhsm2-util")
            .args(["--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", "officer-1357"])
            .env(SETTINGS, self.settings())
            .stdin(Stdio::null())
            .output()
            .expect("softhsm2-util: scripts/install.sh test installs it");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    }
}

impl Default for SoftHsm {
    fn default() -> Self {
        Self::new()
    }
}

/// Where Debian puts the module.
pub fn module() -> PathBuf {
    let known = [
        "/usr/lib/softhsm/libsofthsm2.so",
        "/usr/lib64/softhsm/libsofthsm2.so",
        "/usr/lib64/pkcs11/libsofthsm2.so",
    ];
    known.into_iter().map(PathBuf::from).find(|path| path.exists()).unwrap_or_else(|| known[0].into())
}
