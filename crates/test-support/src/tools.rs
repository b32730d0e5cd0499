//! Other people's programs.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
};

/// Where `scripts/test-tools.sh` has put other people's programs; runs it if nobody has.
pub fn tools() -> &'static Path {
    static TOOLS: OnceLock<PathBuf> = OnceLock::new();
    TOOLS.get_or_init(|| {
        let installed = Command::new(root().join("scripts/test-tools.sh")).stdin(Stdio::null()).status();
        assert!(installed.expect("scripts/test-tools.sh runs").success(), "scripts/test-tools.sh");
        std::env::var_os("SEALPOST_TEST_TOOLS")
            .map_or_else(|| root().join("target/test-tools"), PathBuf::from)
    })
}

/// The checkout.
pub fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}
