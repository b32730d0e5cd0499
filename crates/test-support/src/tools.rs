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

/// Where the pages are written, with their tools installed and the pages built; does both if nobody has.
pub fn web() -> &'static Path {
    static WEB: OnceLock<PathBuf> = OnceLock::new();
    WEB.get_or_init(|| {
        let built = Command::new(root().join("scripts/web.sh")).stdin(Stdio::null()).status();
        assert!(built.expect("scripts/web.sh runs").success(), "scripts/web.sh");
        root().join("web")
    })
}

/// The checkout.
pub fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}
