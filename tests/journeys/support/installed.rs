use std::{
    fs::{self, OpenOptions},
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use sealpost_test_support::engines::{self, Engine, Place};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use super::{Api, eventually, own_port, run_ok, sealpost};

const PATIENCE: Duration = Duration::from_secs(120);

/// An installation with a configuration file and a tenant, as operators have one. It dies with this value.
pub(crate) struct Installed {
    home: TempDir,
    pub(crate) port: u16,
    pub(crate) metrics_port: u16,
    variables: Vec<(String, String)>,
    token: String,
    child: Option<Child>,
    databases: Vec<Place>,
}

/// What a test wants of an installation.
pub(crate) struct Wanted {
    pub(crate) engine: Engine,
    /// Sections of the configuration beside those that every installation has.
    pub(crate) sections: String,
    /// Instead of mails as files.
    pub(crate) mail: Option<String>,
    /// Keys before the first section.
    pub(crate) keys: String,
    /// `http` or `https`.
    pub(crate) scheme: &'static str,
    pub(crate) variables: Vec<(String, String)>,
    /// What `[vault]` says, instead of a directory. Its root key is made.
    pub(crate) vault: Option<String>,
    /// In the addresses of databases of PostgreSQL.
    pub(crate) database_password: Option<&'static str>,
}

impl Wanted {
    pub(crate) fn on(engine: Engine) -> Self {
        Self {
            engine,
            sections: String::new(),
            mail: None,
            keys: String::new(),
            scheme: "http",
            variables: Vec::new(),
            vault: None,
            database_password: None,
        }
    }
}

impl Installed {
    /// Configured, with a tenant `acme` whose owner is `owner@acme.example`, and running.
    pub(crate) async fn start(wanted: Wanted) -> Self {
        let mut installed = Self::prepare(wanted).await;
        installed.run().await;
        installed
    }

    /// The same, but for running.
    pub(crate) async fn prepare(wanted: Wanted) -> Self {
        let home = TempDir::with_prefix("sealpost-installed").unwrap();
        let at = |name: &str| home.path().join(name).display().to_string();
        let (port, metrics_port) = (own_port(), own_port());
        let mut databases = Vec::new();
        let mut urls =
            [format!("sqlite:{}", at("data/sealpost.db")), format!("sqlite:{}", at("keyring/keyring.db"))];
        if wanted.engine == Engine::Postgres {
            for url in &mut urls {
                let place = engines::empty(Engine::Postgres).await;
                *url = match wanted.database_password {
                    Some(password) => place.url().replacen('@', &format!(":{password}@"), 1),
                    None => place.url().to_owned(),
                };
                databases.push(place);
            }
        }
        let [database, keyring] = urls;
        let (data, blobs, mails) = (at("data"), at("blobs"), at("mails"));
        let has_own_key = wanted.vault.is_none();
        let vault = wanted.vault.unwrap_or_else(|| format!("dir = \"{}\"\n", at("vault")));
        let mail = wanted.mail.unwrap_or_else(|| format!("directory = \"{mails}\""));
        let (scheme, keys, sections) = (wanted.scheme, wanted.keys, wanted.sections);
        let text = format!(
            "listen = \"127.0.0.1:{port}\"\nbase_url = \"{scheme}://localhost:{port}\"\ndata_dir = \"{data}\"\n{keys}\n\
             [database]\nurl = \"{database}\"\n[keyring]\nurl = \"{keyring}\"\n[vault]\n{vault}\
             [blob]\ndir = \"{blobs}\"\n[mail]\nfrom = \"sealpost@example.org\"\n{mail}\n\
             [metrics]\nlisten = \"127.0.0.1:{metrics_port}\"\n{sections}\n"
        );
        fs::write(home.path().join("sealpost.toml"), text).unwrap();
        let mut installed = Self {
            home,
            port,
            metrics_port,
            variables: wanted.variables,
            token: String::new(),
            child: None,
            databases,
        };
        if !has_own_key {
            installed.command_ok("keys create").await;
        }
        installed.command_ok("migrate").await;
        installed.command_ok("tenant create acme --name Acme").await;
        installed.command_ok("user create owner@acme.example --tenant acme --role owner").await;
        let scopes = ["--scopes", "send read admin"];
        let mut command = installed.command("token create owner@acme.example --tenant acme");
        installed.token = run_ok(command.args(scopes)).await.trim().to_owned();
        installed
    }

    /// Runs the service until it answers that it is ready.
    pub(crate) async fn run(&mut self) {
        let log = OpenOptions::new().create(true).append(true).open(self.log_path()).unwrap();
        let before = self.log().len();
        let mut command = self.command("serve");
        command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log).env("NO_COLOR", "1");
        self.child = Some(command.spawn().unwrap());
        eventually("the service is ready", async || {
            let ended = self.child.as_mut().unwrap().try_wait().unwrap();
            assert!(ended.is_none(), "it ended with {ended:?}:\n{}", self.log());
            let log = &self.log()[before..];
            (log.contains("base_url") && log.contains("ready")).then_some(())
        })
        .await;
    }

    /// A command of the binary on this installation.
    pub(crate) fn command(&self, words: &str) -> Command {
        let mut command = sealpost();
        command.args(words.split_whitespace()).arg("--config").arg(self.home().join("sealpost.toml"));
        command.current_dir(self.home()).envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// The same, by a configuration in which something reads otherwise.
    pub(crate) fn command_with(&self, words: &str, from: &str, to: &str) -> Command {
        let other = self.home().join("other.toml");
        fs::write(&other, self.reading_otherwise(from, to)).unwrap();
        let mut command = sealpost();
        command.args(words.split_whitespace()).arg("--config").arg(other).current_dir(self.home());
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// From now on the configuration reads otherwise.
    pub(crate) fn reconfigure(&self, from: &str, to: &str) {
        fs::write(self.home().join("sealpost.toml"), self.reading_otherwise(from, to)).unwrap();
    }

    fn reading_otherwise(&self, from: &str, to: &str) -> String {
        let text = fs::read_to_string(self.home().join("sealpost.toml")).unwrap();
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    }

    /// Lets nobody into its databases of PostgreSQL, or everybody again.
    pub(crate) fn set_databases_away(&self, is_away: bool) {
        assert!(!self.databases.is_empty(), "they are files");
        self.databases.iter().for_each(|place| place.set_away(is_away));
    }

    /// Where they are; empty of files.
    pub(crate) fn database_urls(&self) -> Vec<&str> {
        self.databases.iter().map(Place::url).collect()
    }

    pub(crate) async fn command_ok(&self, words: &str) -> String {
        run_ok(&mut self.command(words)).await
    }

    pub(crate) fn api(&self) -> Api {
        Api::new(&format!("http://127.0.0.1:{}", self.port), &self.token)
    }

    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// What Prometheus is told.
    pub(crate) async fn metrics(&self) -> String {
        let url = format!("http://127.0.0.1:{}/metrics", self.metrics_port);
        reqwest::get(url).await.unwrap().error_for_status().unwrap().text().await.unwrap()
    }

    /// The value of the series that begins so, or 0 if there is none.
    pub(crate) async fn metric(&self, series: &str) -> f64 {
        let text = self.metrics().await;
        let line =
            text.lines().find(|line| line.strip_prefix(series).is_some_and(|rest| rest.starts_with(' ')));
        line.map_or(0.0, |line| line.rsplit(' ').next().unwrap().parse().unwrap())
    }

    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    fn log_path(&self) -> PathBuf {
        self.home().join("service.log")
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.log_path()).unwrap_or_default()
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.as_ref().and_then(Child::id).expect("it is running")
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_raw(i32::try_from(self.pid()).unwrap()).unwrap(), signal).unwrap();
    }

    /// Tells it to stop, and waits until it has.
    pub(crate) async fn stop(&mut self) -> ExitStatus {
        self.signal(Signal::TERM);
        self.ended().await
    }

    /// Waits until it has ended.
    pub(crate) async fn ended(&mut self) -> ExitStatus {
        let mut child = self.child.take().expect("it is running");
        tokio::time::timeout(PATIENCE, child.wait()).await.expect("it ends").unwrap()
    }
}

impl Drop for Installed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = self.log();
            let lines: Vec<_> = log.lines().collect();
            println!("the end of the log:\n{}", lines[lines.len().saturating_sub(40)..].join("\n"));
        }
    }
}
