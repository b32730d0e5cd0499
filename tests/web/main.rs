//! What is written in TypeScript: its types, its lints, its tests, how much of it a browser gets, and whether everybody builds the same,
//! with the tools that `scripts/web.sh` installs.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod budget;
mod integrity;
mod reproducible;

use std::process::Command;

use sealpost_test_support::tools::{root, tools, web};

/// One of the tools, run in `web`.
fn tool(name: &str) -> Command {
    let mut command = Command::new(tools().join("node/bin/node"));
    command.arg(web().join("node_modules").join(name)).current_dir(root().join("web"));
    command
}

fn passes(mut command: Command) {
    let output = command.env("NO_COLOR", "1").output().unwrap();
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{command:?}\n{}\n{}", said(&output.stdout), said(&output.stderr));
}

#[test]
fn what_is_written_in_typescript_is_well_typed() {
    let mut check = tool("typescript/bin/tsc");
    check.args(["-p", "."]);
    passes(check);
}

#[test]
fn what_is_written_in_typescript_passes_its_tests() {
    let mut test = tool("vitest/vitest.mjs");
    test.arg("run");
    passes(test);
}

/// `web/packages/sealed`, its worker and its vectors, in pages with the policy that those have which seal.
#[test]
fn what_is_sealed_elsewhere_opens_in_chromium_and_firefox() {
    let mut works = Command::new(tools().join("node/bin/node"));
    works.env("NODE_PATH", tools().join("node/node_modules"));
    works.arg(web().join("packages/sealed/browser/works.mjs")).arg(env!("CARGO_TARGET_TMPDIR"));
    passes(works);
}

#[test]
fn what_is_written_in_typescript_has_no_lints_and_one_format() {
    // The package around it names others, of platforms that nobody tests on; this is the program itself.
    let platform = if cfg!(target_arch = "aarch64") { "arm64" } else { "x64" };
    let program = format!("node_modules/@biomejs/cli-linux-{platform}/biome");
    let mut check = Command::new(web().join(program));
    check.args(["ci", "--colors=off", "."]).current_dir(web());
    passes(check);
}
