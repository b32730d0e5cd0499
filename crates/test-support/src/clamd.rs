//! A malware scanner: ClamAV's daemon with a signature of its own, the one for EICAR's test file.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;

/// EICAR's test file: harmless, and found by every scanner. In two halves, so that no scanner finds it here.
pub fn eicar() -> Vec<u8> {
    [r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD", "-ANTIVIRUS-TEST-FILE!$H+H*"].concat().into_bytes()
}

/// The biggest stream that it takes, in bytes.
pub const MAX_STREAM: u64 = 10 << 20;

/// A daemon that listens on a socket in a directory of its own. It ends when this is dropped.
#[derive(Debug)]
pub struct TestClamd {
    daemon: Child,
    dir: TempDir,
}

impl TestClamd {
    /// Starts one, and waits until it answers.
    ///
    /// # Panics
    /// If there is no `clamd` on this machine, or it does not answer within a minute.
    pub fn start() -> Self {
        let dir = TempDir::with_prefix("sealpost-clamd").expect("a directory");
        let database = dir.path().join("database");
        std::fs::create_dir(&database).expect("a directory");
        let hex: String = eicar().iter().map(|byte| format!("{byte:02x}")).collect();
        std::fs::write(database.join("test.ndb"), format!("Eicar-Test:0:0:{hex}\n")).expect("a signature");
        let settings = format!(
            "DatabaseDirectory {}\nLocalSocket {}\nForeground yes\nStreamMaxLength {MAX_STREAM}\nMaxFileSize {MAX_STREAM}\n\
             MaxScanSize {MAX_STREAM}\nAlertExceedsMax yes\n",
            database.display(),
            dir.path().join("socket").display(),
        );
        let config = dir.path().join("clamd.conf");
        std::fs::write(&config, settings).expect("settings");
        let clamd = Self { daemon: spawn(&config), dir };
        clamd.wait();
        clamd
    }

    /// Starts it again in the same place.
    pub fn start_again(&mut self) {
        self.kill();
        self.daemon = spawn(&self.dir.path().join("clamd.conf"));
        self.wait();
    }

    #[expect(clippy::disallowed_methods, reason = "a test has nothing to do until its daemon answers")]
    fn wait(&self) {
        let deadline = Instant::now() + Duration::from_secs(60);
        while std::os::unix::net::UnixStream::connect(self.socket()).is_err() {
            assert!(Instant::now() < deadline, "clamd does not answer");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Where it listens.
    pub fn socket(&self) -> PathBuf {
        self.dir.path().join("socket")
    }

    /// The address as the configuration has it.
    pub fn address(&self) -> String {
        format!("unix:{}", self.socket().display())
    }

    /// Ends it at once, as a crash does.
    pub fn kill(&mut self) {
        // It may have ended already.
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

fn spawn(config: &Path) -> Child {
    Command::new("/usr/sbin/clamd")
        .arg("--config-file")
        .arg(config)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("clamd: scripts/install.sh test installs it")
}

impl Drop for TestClamd {
    fn drop(&mut self) {
        self.kill();
    }
}
