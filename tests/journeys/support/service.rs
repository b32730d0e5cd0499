use std::{
    collections::HashSet,
    fs::{self, OpenOptions},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    sync::Mutex,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use sealpost_test_support::engines::{self, Engine, Place};
use serde_json::Value;
use tempfile::TempDir;
use tokio::{
    process::{Child, Command},
    time::{Instant, sleep},
};

use super::{Api, binary, sealpost};

/// Long enough for the slowest machine that is not broken.
const PATIENCE: Duration = Duration::from_secs(120);

/// `sealpost serve --dev` in a directory of its own. It dies with this value, and so does the directory.
pub(crate) struct Service {
    home: TempDir,
    /// What the binary is run with, such as another namespace.
    wrapper: Vec<String>,
    port: u16,
    /// What it is called, if not by its number.
    host: Option<&'static str>,
    child: Option<Child>,
    dev: Value,
    /// What stores and keys are in, if not in files of its directory; and what its variables say.
    databases: Vec<(&'static str, String)>,
    _places: Vec<Place>,
}

impl Service {
    /// On any free port, another one after each restart.
    pub(crate) async fn start() -> Self {
        Self::start_with(0, None, Vec::new()).await
    }

    /// On a port that stays the same over restarts.
    pub(crate) async fn start_on_own_port() -> Self {
        Self::start_with(own_port(), None, Vec::new()).await
    }

    /// The wrapper gets the dev directory as `$0` if it is a shell script: `["sh", "-c", "… exec \"$@\""]`.
    /// Reached by its number if it is given no name; browsers offer passkeys for names only.
    pub(crate) async fn start_with(port: u16, host: Option<&'static str>, wrapper: Vec<String>) -> Self {
        let mut service = Self::new(port, host, wrapper, Vec::new(), Vec::new());
        service.launch().await;
        service
    }

    /// On databases that are there: addresses by the variables that say them.
    pub(crate) async fn start_at(databases: Vec<(&'static str, String)>) -> Self {
        let mut service = Self::new(own_port(), None, Vec::new(), databases, Vec::new());
        service.launch().await;
        service
    }

    /// Called by a name, on databases of `engine`.
    pub(crate) async fn start_on(engine: Engine) -> Self {
        Self::start_on_with(engine, Vec::new()).await
    }

    /// The same, in a wrapper.
    pub(crate) async fn start_on_with(engine: Engine, wrapper: Vec<String>) -> Self {
        let places = match engine {
            Engine::Sqlite => Vec::new(),
            Engine::Postgres => vec![engines::empty(engine).await, engines::empty(engine).await],
        };
        let urls = places.iter().map(|place| place.url().to_owned());
        let databases = ["SEALPOST_DATABASE_URL", "SEALPOST_KEYRING_URL"].into_iter().zip(urls).collect();
        let mut service = Self::new(own_port(), Some("localhost"), wrapper, databases, places);
        service.launch().await;
        service
    }

    fn new(
        port: u16,
        host: Option<&'static str>,
        wrapper: Vec<String>,
        databases: Vec<(&'static str, String)>,
        places: Vec<Place>,
    ) -> Self {
        let home = TempDir::with_prefix("sealpost-journey").unwrap();
        Self { home, wrapper, port, host, child: None, dev: Value::Null, databases, _places: places }
    }

    async fn launch(&mut self) {
        let ready = self.dev_dir().join("dev.json");
        // What is left of the last run says nothing about this one.
        let _ = fs::remove_file(&ready);
        let log = OpenOptions::new().create(true).append(true).open(self.log_path()).unwrap();
        let mut line = self.wrapper.clone();
        if !line.is_empty() {
            line.push(self.dev_dir().to_str().unwrap().to_owned());
        }
        line.push(binary().to_str().unwrap().to_owned());
        let mut command = Command::new(&line[0]);
        command
            .args(&line[1..])
            .args(["serve", "--dev"])
            .arg(self.dev_dir())
            .args(["--listen", &format!("127.0.0.1:{}", self.port)])
            .args(self.host.map(|host| format!("--base-url=http://{host}:{}", self.port)))
            .env("NO_COLOR", "1")
            .envs(self.variables())
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .kill_on_drop(true);
        let mut child = command.spawn().unwrap();
        let deadline = Instant::now() + PATIENCE;
        let dev = loop {
            if let Some(text) = fs::read(&ready).ok().filter(|text| !text.is_empty()) {
                break serde_json::from_slice(&text).unwrap();
            }
            let ended = child.try_wait().unwrap();
            assert!(ended.is_none(), "the service ended with {ended:?}:\n{}", self.log());
            assert!(Instant::now() < deadline, "the service is not ready:\n{}", self.log());
            sleep(Duration::from_millis(5)).await;
        };
        (self.dev, self.child) = (dev, Some(child));
    }

    /// As it was killed or stopped, so it comes up again: same directory.
    pub(crate) async fn restart(&mut self) {
        assert!(self.child.is_none(), "it is still running");
        self.launch().await;
    }

    /// `kill -9`, and waits until nothing is left of the process.
    pub(crate) async fn kill(&mut self) {
        self.signal(Signal::KILL);
        self.ended().await;
    }

    pub(crate) fn signal(&self, signal: Signal) {
        // A process that was killed already, by the test itself, is fine.
        let _ = kill_process(self.pid(), signal);
    }

    /// Waits for the process to end by itself.
    pub(crate) async fn ended(&mut self) -> ExitStatus {
        let mut child = self.child.take().expect("it is running");
        let ended = tokio::time::timeout(PATIENCE, child.wait()).await;
        ended.unwrap_or_else(|_| panic!("it does not end:\n{}", self.log())).unwrap()
    }

    pub(crate) fn is_running(&mut self) -> bool {
        self.child.as_mut().is_some_and(|child| child.try_wait().unwrap().is_none())
    }

    pub(crate) fn pid(&self) -> Pid {
        let id = self.child.as_ref().and_then(Child::id).expect("it is running");
        Pid::from_raw(i32::try_from(id).unwrap()).unwrap()
    }

    pub(crate) fn api(&self) -> Api {
        Api::new(self.base_url(), self.token())
    }

    pub(crate) fn base_url(&self) -> &str {
        self.dev["base_url"].as_str().unwrap()
    }

    pub(crate) fn token(&self) -> &str {
        self.dev["sender_token"].as_str().unwrap()
    }

    /// A command of the same binary, which keeps what it remembers beside the service.
    pub(crate) fn command<'a>(&self, words: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = sealpost();
        command.args(words).envs(self.variables()).current_dir(self.home());
        command.env("SEALPOST_STATE_DIR", self.home().join("state"));
        command
    }

    fn variables(&self) -> impl Iterator<Item = (&str, &str)> {
        self.databases.iter().map(|(name, url)| (*name, url.as_str()))
    }

    /// Room for the test, beside the service's own directory.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    pub(crate) fn dev_dir(&self) -> PathBuf {
        self.home().join("dev")
    }

    pub(crate) fn data_dir(&self) -> PathBuf {
        self.dev_dir().join("data")
    }

    /// Where its database is, for somebody who has it past the service.
    pub(crate) fn database_url(&self) -> String {
        let apart = self.databases.iter().find(|(name, _)| *name == "SEALPOST_DATABASE_URL");
        apart.map_or_else(
            || format!("sqlite:{}", self.data_dir().join("sealpost.db").display()),
            |(_, url)| url.clone(),
        )
    }

    pub(crate) fn mail_dir(&self) -> PathBuf {
        self.dev_dir().join("mail")
    }

    fn log_path(&self) -> PathBuf {
        self.home().join("service.log")
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.log_path()).unwrap_or_default()
    }

    /// The stored objects.
    pub(crate) fn objects(&self) -> Vec<PathBuf> {
        files_below(&self.data_dir().join("blobs"))
    }

    /// The mails, decoded as far as a search for words in them needs.
    pub(crate) fn mails(&self) -> Vec<String> {
        let mails = files_below(&self.mail_dir());
        let whole = mails.iter().filter(|path| path.extension().is_some_and(|is| is == "eml"));
        whole.map(|path| unquoted(&fs::read_to_string(path).unwrap())).collect()
    }
}

/// A test that fails shows what the service had to say.
impl Drop for Service {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = self.log();
            let lines: Vec<_> = log.lines().collect();
            println!("the end of the log:\n{}", lines[lines.len().saturating_sub(40)..].join("\n"));
        }
    }
}

/// All files below a directory.
pub(crate) fn files_below(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut open = vec![directory.to_owned()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(&directory).into_iter().flatten().flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => open.push(entry.path()),
                Ok(_) => files.push(entry.path()),
                // Gone meanwhile.
                Err(_) => {}
            }
        }
    }
    files.sort();
    files
}

/// Waits until there is what the test waits for.
pub(crate) async fn eventually<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < deadline, "in vain: {what}");
        sleep(Duration::from_millis(20)).await;
    }
}

/// A port below those that the system gives to others: nobody takes it while the service is down.
pub(crate) fn own_port() -> u16 {
    static TAKEN: Mutex<Option<HashSet<u16>>> = Mutex::new(None);
    let mut taken = TAKEN.lock().unwrap();
    let taken = taken.get_or_insert_default();
    let from = 10_000 + (std::process::id() % 20_000) as u16;
    (from..32_000)
        .chain(10_000..from)
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok() && taken.insert(*port))
        .expect("a free port")
}

/// Quoted-printable undone.
fn unquoted(mail: &str) -> String {
    let joined = mail.replace("=\r\n", "").replace("=\n", "");
    joined.replace("=3D", "=")
}
