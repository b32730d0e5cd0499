//! What is written in TypeScript: its types, its lints, its tests, with the tools of `scripts/test-tools.sh`.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::process::Command;

use sealpost_test_support::tools::{root, tools};

/// One of the tools, run in `web`.
fn tool(name: &str) -> Command {
    let node = tools().join("node");
    let mut command = Command::new(node.join("bin/node"));
    command.arg(node.join("node_modules").join(name)).current_dir(root().join("web"));
    command
}

fn passes(mut command: Command) {
    let output = command.output().unwrap();
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{command:?}\n{}\n{}", said(&output.stdout), said(&output.stderr));
}

#[test]
fn what_is_written_in_typescript_is_well_typed_and_passes_its_tests() {
    let built = tempfile::tempdir().unwrap();
    let mut compile = tool("typescript/bin/tsc");
    compile.args(["-p", "."]).arg("--outDir").arg(built.path());
    passes(compile);
    std::fs::write(built.path().join("package.json"), r#"{"type":"module"}"#).unwrap();
    let module = format!("file://{}", built.path().join("packages/content/src/index.js").display());
    let mut test = Command::new(tools().join("node/bin/node"));
    test.args(["--test", "packages/content/test/content.test.mjs"])
        .env("CONTENT_MODULE", module)
        .env("CONTENT_TABLE", root().join("crates/domain/tests/rules/content.json"))
        .current_dir(root().join("web"));
    passes(test);
}

#[test]
fn what_is_written_in_typescript_has_no_lints_and_one_format() {
    // Its wrapper names packages of platforms that nobody tests on; this is the program itself.
    let platform = if cfg!(target_arch = "aarch64") { "arm64" } else { "x64" };
    let program = format!("node/node_modules/@biomejs/cli-linux-{platform}/biome");
    let mut check = Command::new(tools().join(program));
    check.args(["ci", "--colors=off", "."]).current_dir(root().join("web"));
    passes(check);
}
