//! The binary as a service, and as the command that talks to it.

use std::{
    env, fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

/// `sealpost serve --dev` in a directory of its own; ends with the value.
pub(crate) struct Service {
    pub(crate) dir: tempfile::TempDir,
    process: Child,
    pub(crate) address: SocketAddr,
}

impl Service {
    pub(crate) fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (process, address) = serve(dir.path(), None);
        Self { dir, process, address }
    }

    /// As a power cut does it.
    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        fs::remove_file(self.dir.path().join("dev/dev.json")).unwrap();
    }

    /// Starts again at the same address.
    pub(crate) fn restart(&mut self) {
        (self.process, _) = serve(self.dir.path(), Some(self.address));
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Makes a file with bytes that do not repeat.
    pub(crate) fn file(&self, name: &str, bytes: usize) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let mut state = 0x9e37_79b9_7f4a_7c15_u64 ^ bytes as u64;
        let content: Vec<u8> = (0..bytes.div_ceil(8))
            .flat_map(|_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                state.to_le_bytes()
            })
            .take(bytes)
            .collect();
        fs::write(&path, content).unwrap();
        path
    }

    fn dev(&self, key: &str) -> String {
        let text = fs::read(self.path("dev/dev.json")).unwrap();
        let value: serde_json::Value = serde_json::from_slice(&text).unwrap();
        value[key].as_str().unwrap().to_owned()
    }

    /// The command, run in the service's directory and with its own memory of unfinished sendings.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = sealpost();
        command
            .args(arguments)
            .current_dir(self.dir.path())
            .env("SEALPOST_STATE_DIR", self.path("state"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// `sealpost send` through `line`, to one recipient.
    pub(crate) fn send_through(&self, line: SocketAddr, file: &str) -> Command {
        let token = self.path("token");
        if !token.exists() {
            fs::write(&token, self.dev("sender_token")).unwrap();
        }
        let server = format!("http://{line}");
        self.command(&[
            "send",
            file,
            "--to",
            "anna@example.org",
            "--server",
            &server,
            "--token-file",
            "token",
        ])
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs a command that must succeed; its standard output.
    #[track_caller]
    pub(crate) fn out(&self, arguments: &[&str]) -> String {
        succeeded(&self.run(arguments))
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

#[track_caller]
pub(crate) fn succeeded(output: &Output) -> String {
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{:?}: {told}", output.status);
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[track_caller]
pub(crate) fn failed(output: &Output, code: i32, words: &str) {
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{told}");
    assert!(told.contains(words), "{told}");
    assert_eq!(told.lines().count(), if code == 2 { told.lines().count() } else { 1 }, "{told}");
}

/// The binary, which sees none of the variables that are meant for tests or for somebody's own installation.
pub(crate) fn sealpost() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sealpost"));
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("SEALPOST_")) {
            command.env_remove(name);
        }
    }
    command
}

/// Ctrl-C.
pub(crate) fn interrupt(child: &Child) {
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

fn serve(dir: &Path, address: Option<SocketAddr>) -> (Child, SocketAddr) {
    let listen = address.map_or_else(|| "127.0.0.1:0".to_owned(), |address| address.to_string());
    let log = fs::File::options().create(true).append(true).open(dir.join("serve.log")).unwrap();
    let process = sealpost()
        .args(["serve", "--listen", &listen, "--dev"])
        .arg(dir.join("dev"))
        .stdin(Stdio::null())
        .stderr(log)
        .spawn()
        .unwrap();
    let ready = dir.join("dev/dev.json");
    let started = Instant::now();
    while !ready.exists() {
        let log = || fs::read_to_string(dir.join("serve.log")).unwrap();
        assert!(started.elapsed() < Duration::from_secs(60), "the service does not start: {}", log());
        thread::sleep(Duration::from_millis(20));
    }
    let value: serde_json::Value = serde_json::from_slice(&fs::read(ready).unwrap()).unwrap();
    let address = value["base_url"].as_str().unwrap().strip_prefix("http://").unwrap().parse().unwrap();
    (process, address)
}
