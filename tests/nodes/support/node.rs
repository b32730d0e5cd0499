//! One node: a process, its configuration, what it has said.

use std::{
    fs::{self, OpenOptions},
    path::PathBuf,
    process::{ExitStatus, Stdio},
    time::Duration,
};

use reqwest::{Method, StatusCode};
use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    process::{Child, Command},
    time::{Instant, sleep, timeout},
};

use crate::support::{Api, sealpost};

/// Long enough for the slowest machine that is not broken.
const PATIENCE: Duration = Duration::from_secs(120);

/// `sealpost serve`. It dies with this value.
pub(crate) struct Node {
    pub(crate) port: u16,
    token: String,
    config: PathBuf,
    log: PathBuf,
    child: Option<Child>,
}

impl Node {
    /// One that is not running yet.
    pub(crate) fn new(port: u16, config: PathBuf, log: PathBuf) -> Self {
        Self { port, token: String::new(), config, log, child: None }
    }

    pub(crate) fn know(&mut self, token: &str) {
        token.clone_into(&mut self.token);
    }

    /// Starts the process and waits until it is ready.
    pub(crate) async fn start(&mut self) {
        self.launch();
        self.ready().await;
    }

    /// Starts the process.
    pub(crate) fn launch(&mut self) {
        assert!(self.child.is_none(), "it is still running");
        let log = OpenOptions::new().create(true).append(true).open(&self.log).unwrap();
        let mut command = sealpost();
        command
            .args(["serve", "--config"])
            .arg(&self.config)
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log);
        self.child = Some(command.spawn().unwrap());
    }

    /// Waits until it says that it is.
    pub(crate) async fn ready(&mut self) {
        let deadline = Instant::now() + PATIENCE;
        while self.readiness().await != Some(StatusCode::OK) {
            let ended = self.child.as_mut().unwrap().try_wait().unwrap();
            assert!(ended.is_none(), "the node ended with {ended:?}:\n{}", self.log());
            assert!(Instant::now() < deadline, "the node is not ready:\n{}", self.log());
            sleep(Duration::from_millis(10)).await;
        }
    }

    /// What `/readyz` answers; `None` if nobody does.
    pub(crate) async fn readiness(&self) -> Option<StatusCode> {
        let asked = self.api().request(Method::GET, "/readyz").timeout(Duration::from_secs(20)).send().await;
        Some(asked.ok()?.status())
    }

    /// `kill -9`, and waits until nothing is left of the process.
    pub(crate) async fn kill(&mut self) {
        self.signal(Signal::KILL);
        self.ended().await;
    }

    pub(crate) fn signal(&self, signal: Signal) {
        // One that has ended already is fine.
        let _ = kill_process(self.pid(), signal);
    }

    /// Waits for the process to end by itself.
    pub(crate) async fn ended(&mut self) -> ExitStatus {
        let mut child = self.child.take().expect("it is running");
        let ended = timeout(PATIENCE, child.wait()).await;
        ended.unwrap_or_else(|_| panic!("it does not end:\n{}", self.log())).unwrap()
    }

    pub(crate) fn is_running(&mut self) -> bool {
        self.child.as_mut().is_some_and(|child| child.try_wait().unwrap().is_none())
    }

    fn pid(&self) -> Pid {
        let id = self.child.as_ref().and_then(Child::id).expect("it is running");
        Pid::from_raw(i32::try_from(id).unwrap()).unwrap()
    }

    /// Its own address, past what stands before it.
    pub(crate) fn api(&self) -> Api {
        Api::new(&format!("http://127.0.0.1:{}", self.port), &self.token)
    }

    /// A command of the binary with this node's configuration.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = sealpost();
        command.args(words).arg("--config").arg(&self.config);
        command
    }

    /// All that it has logged, in all its lives.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }
}
