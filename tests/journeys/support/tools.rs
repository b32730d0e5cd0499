use sealpost_test_support::tools::{root, tools};
use tokio::process::Command;

/// Node with a script of `tests/tools`.
pub(crate) fn node(script: &str) -> Command {
    let mut command = Command::new(tools().join("node/bin/node"));
    command.env("NODE_PATH", tools().join("node/node_modules")).arg(root().join("tests/tools").join(script));
    command.kill_on_drop(true);
    command
}

/// Python with a script of `tests/tools`.
pub(crate) fn python(script: &str) -> Command {
    let mut command = Command::new(tools().join("python/bin/python"));
    command.arg(root().join("tests/tools").join(script)).kill_on_drop(true);
    command
}
