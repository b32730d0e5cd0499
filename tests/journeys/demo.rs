//! What the README has newcomers do first.

use tokio::process::Command;

use crate::support::{Content, Service, run_ok};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demo_sends_seals_fetches_and_compares() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("patients of today.txt");
    std::fs::write(&file, "Patient: Anna Beispiel, born 1971-03-14\n".repeat(300_000)).unwrap();
    let mut demo = Command::new("scripts/demo.sh");
    let profile = if cfg!(debug_assertions) { "debug" } else { "release" };
    let said =
        run_ok(demo.current_dir(ROOT).env("PROFILE", profile).env("ONCE", "1").env("FILE", &file)).await;
    for part in ["listening on http://127.0.0.1:", "not found in database", "equal, byte for byte"] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "some minutes, and 20 GiB of disk; make test-long runs it"]
async fn ten_gibibytes_go_from_end_to_end() {
    let service = Service::start().await;
    let content = Content::new(81, 10 << 30);
    content.write_to(&service.home().join("big.bin"));
    let words = ["send", "--dev", "dev", "--json", "--to", "anna@example.org", "big.bin"];
    let sent: serde_json::Value = serde_json::from_str(&run_ok(&mut service.command(words)).await).unwrap();
    let link = sent["links"][0]["url"].as_str().unwrap().to_owned();
    run_ok(&mut service.command(["get", &link, "-o", "out"])).await;
    run_ok(Command::new("cmp").args(["big.bin", "out/big.bin"]).current_dir(service.home())).await;
}
