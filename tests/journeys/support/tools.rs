use std::{
    path::{Path, PathBuf},
    process::Stdio,
    sync::OnceLock,
};

use tokio::process::Command;

/// Where `scripts/test-tools.sh` has put other people's programs; runs it if nobody has.
fn tools() -> &'static Path {
    static TOOLS: OnceLock<PathBuf> = OnceLock::new();
    TOOLS.get_or_init(|| {
        let installed =
            std::process::Command::new(root().join("scripts/test-tools.sh")).stdin(Stdio::null()).status();
        assert!(installed.expect("scripts/test-tools.sh runs").success(), "scripts/test-tools.sh");
        std::env::var_os("SEALPOST_TEST_TOOLS")
            .map_or_else(|| root().join("target/test-tools"), PathBuf::from)
    })
}

/// The checkout.
fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

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
