use std::{path::PathBuf, process::Stdio, sync::OnceLock};

use serde_json::Value;
use tokio::process::Command;

/// The binary under test: built like the tests, once, unless `SEALPOST_BIN` names one.
pub(crate) fn binary() -> &'static PathBuf {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| std::env::var_os("SEALPOST_BIN").map_or_else(build, PathBuf::from))
}

/// A command of the binary, which sees none of the variables that are meant for tests or for somebody's own
/// installation.
pub(crate) fn sealpost() -> Command {
    let mut command = Command::new(binary());
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("SEALPOST_")) {
            command.env_remove(name);
        }
    }
    command.kill_on_drop(true);
    command
}

fn build() -> PathBuf {
    let mut cargo = std::process::Command::new(env!("CARGO"));
    cargo.args([
        "build",
        "--package",
        "sealpost-server",
        "--bin",
        "sealpost",
        "--message-format=json-render-diagnostics",
    ]);
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    let output = cargo
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "the binary does not build");
    let messages = String::from_utf8(output.stdout).expect("cargo prints text");
    let binary = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["target"]["name"] == "sealpost")
        .find_map(|message| message["executable"].as_str().map(PathBuf::from));
    binary.expect("cargo says where the binary is")
}

/// What a command has left behind.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs a command to its end.
pub(crate) async fn run(command: &mut Command) -> Ended {
    let output = command.stdin(Stdio::null()).kill_on_drop(true).output().await;
    let output = output.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    Ended {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Runs a command that must succeed, and gives its standard output.
pub(crate) async fn run_ok(command: &mut Command) -> String {
    let ended = run(command).await;
    assert_eq!(ended.code, Some(0), "{command:?}: {ended:#?}");
    ended.stdout
}
