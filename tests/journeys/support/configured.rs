use std::{
    fs::{self, OpenOptions},
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use super::{binary, eventually, run_ok};

/// A service by a configuration file, as an operator runs it. It dies with this value, and so does its directory.
pub(crate) struct Configured {
    home: TempDir,
    /// What it is run with, such as the words that make it another user's process, and the binary.
    program: Vec<String>,
    config: PathBuf,
    variables: Vec<(&'static str, String)>,
    child: Option<Child>,
}

impl Configured {
    pub(crate) fn new(home: TempDir, program: Vec<String>, config: PathBuf) -> Self {
        Self { home, program, config, variables: Vec::new(), child: None }
    }

    /// The binary under test, on SQLite and local files below a directory of its own, behind a proxy on this machine at
    /// `base_url`.
    pub(crate) fn behind_a_proxy(listen: u16, base_url: &str, more: &str) -> Self {
        let home = TempDir::with_prefix("sealpost-configured").unwrap();
        let (at, config) = (home.path().display(), home.path().join("sealpost.toml"));
        let text = format!(
            "listen = \"127.0.0.1:{listen}\"\nbase_url = \"{base_url}\"\ntrusted_proxies = [\"127.0.0.1\"]\n\
             data_dir = \"{at}/data\"\n[database]\nurl = \"sqlite:{at}/data/sealpost.db\"\n\
             [keyring]\nurl = \"sqlite:{at}/keyring/keyring.db\"\n[vault]\ndir = \"{at}/vault\"\n\
             [blob]\ndir = \"{at}/blobs\"\n[mail]\nfrom = \"sealpost@demo.example\"\ndirectory = \"{at}/mail\"\n{more}"
        );
        fs::write(&config, text).unwrap();
        Self::new(home, vec![binary().to_str().unwrap().to_owned()], config)
    }

    /// Sets a key by its variable.
    pub(crate) fn with(mut self, variable: &'static str, value: impl Into<String>) -> Self {
        self.variables.push((variable, value.into()));
        self
    }

    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    pub(crate) fn command<'a>(&self, words: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = Command::new(&self.program[0]);
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(|name| name.starts_with("SEALPOST_")) {
                command.env_remove(name);
            }
        }
        command
            .args(&self.program[1..])
            .args(words)
            .env("SEALPOST_CONFIG", &self.config)
            .env("NO_COLOR", "1")
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .kill_on_drop(true);
        command
    }

    /// Runs it until it says that it is ready.
    pub(crate) async fn serve(&mut self) {
        let log = OpenOptions::new().create(true).append(true).open(self.log_path()).unwrap();
        let mut command = self.command(["serve"]);
        command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
        self.child = Some(command.spawn().unwrap());
        eventually("the service is ready", async || {
            let ended = self.child.as_mut().unwrap().try_wait().unwrap();
            assert!(ended.is_none(), "the service ended with {ended:?}:\n{}", self.log());
            let asked = self.command(["health", "--ready"]).output().await.unwrap();
            asked.status.success().then_some(())
        })
        .await;
    }

    /// A tenant with a user; gives a token of his.
    pub(crate) async fn sender(&self) -> String {
        run_ok(&mut self.command(["tenant", "create", "demo", "--name", "Demo"])).await;
        let user = ["user", "create", "ada@demo.example", "--tenant", "demo", "--name", "Ada"];
        run_ok(&mut self.command(user)).await;
        let token = ["token", "create", "ada@demo.example", "--tenant", "demo"];
        run_ok(&mut self.command(token)).await.trim().to_owned()
    }

    /// Asks it to stop, and waits until it has.
    pub(crate) async fn stop(&mut self) -> ExitStatus {
        let mut child = self.child.take().expect("it is running");
        let pid = Pid::from_raw(i32::try_from(child.id().unwrap()).unwrap()).unwrap();
        kill_process(pid, Signal::TERM).unwrap();
        child.wait().await.unwrap()
    }

    fn log_path(&self) -> PathBuf {
        self.home().join("service.log")
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.log_path()).unwrap_or_default()
    }
}

/// A test that fails shows what the service had to say.
impl Drop for Configured {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("the log:\n{}", self.log());
        }
    }
}
