//! The command line against the service, both as the one binary that they are.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![expect(clippy::disallowed_methods, reason = "these tests wait on threads of their own")]

mod audit;
#[path = "../../../test-support/src/peers/openbao.rs"]
#[expect(
    dead_code,
    unreachable_pub,
    reason = "written for `sealpost-test-support`, which stands on more than this"
)]
mod bao;
mod clock;
mod directory;
mod exit;
mod gate;
mod jobs;
mod keys;
mod licence;
mod recovery;
mod service;
#[path = "../../../test-support/src/tools.rs"]
#[expect(
    dead_code,
    unreachable_pub,
    reason = "written for `sealpost-test-support`, which stands on more than this"
)]
mod tools;

use std::{fs, path::Path};

use gate::{Gate, Side};
use service::{Service, failed, interrupt, succeeded};

const MIB: u64 = 1 << 20;

fn link(sent: &str) -> String {
    sent.lines().next().unwrap().split('\t').nth(1).unwrap().to_owned()
}

#[track_caller]
fn assert_same(a: impl AsRef<Path>, b: impl AsRef<Path>) {
    assert!(fs::read(a).unwrap() == fs::read(b).unwrap(), "other bytes arrived");
}

#[test]
fn files_and_folders_arrive_as_they_were_sent() {
    let service = Service::start();
    service.file("in/big.bin", 70 * MIB as usize + 17);
    service.file("in/photos/2026/größe.jpg", 70_000);
    service.file("in/photos/empty", 0);
    let sent = service.out(&[
        "send",
        "in/big.bin",
        "in/photos",
        "--to",
        "anna@example.org",
        "--to",
        "bob@example.org",
        "--dev",
        "dev",
        "--subject",
        "Plans",
        "--message",
        "two\nlines",
        "--expires-in",
        "2d",
        "--max-downloads",
        "1",
        "--json",
    ]);
    let sent: serde_json::Value = serde_json::from_str(&sent).unwrap();
    assert_eq!(sent["file_count"], 3);
    assert_eq!(sent["links"].as_array().unwrap().len(), 2);
    let link = sent["links"][0]["url"].as_str().unwrap();
    let got = service.out(&["get", link, "-o", "out", "--json"]);
    let got: serde_json::Value = serde_json::from_str(&got).unwrap();
    assert_eq!((got["subject"].as_str(), got["message"].as_str()), (Some("Plans"), Some("two\nlines")));
    assert_same(service.path("in/big.bin"), service.path("out/big.bin"));
    assert_same(service.path("in/photos/2026/größe.jpg"), service.path("out/photos/2026/größe.jpg"));
    assert_eq!(fs::metadata(service.path("out/photos/empty")).unwrap().len(), 0);
    // Nothing is left behind, neither of the sending nor of the fetching.
    assert_eq!(fs::read_dir(service.path("state")).unwrap().count(), 0);
    assert_eq!(fs::read_dir(service.path("out")).unwrap().count(), 2);
}

#[test]
fn a_sending_that_was_interrupted_goes_on_where_it_was() {
    let service = Service::start();
    service.file("a.bin", 40 * MIB as usize);
    let gate = Gate::new(service.address, Side::Up, 24 * MIB);
    let mut first = service.send_through(gate.address, "a.bin").spawn().unwrap();
    gate.wait_until_blocked();
    interrupt(&first);
    assert_eq!(first.wait().unwrap().code(), Some(130));
    gate.open();
    let sent = succeeded(&service.send_through(gate.address, "a.bin").output().unwrap());
    // Less than twice the file: what had arrived was not sent again.
    assert!(gate.carried() < 60 * MIB, "{}", gate.carried());
    service.out(&["get", &link(&sent), "-o", "out"]);
    assert_same(service.path("a.bin"), service.path("out/a.bin"));
}

#[test]
fn a_sending_survives_that_the_service_is_killed() {
    let mut service = Service::start();
    service.file("a.bin", 80 * MIB as usize);
    let gate = Gate::new(service.address, Side::Up, 50 * MIB);
    let sending = service.send_through(gate.address, "a.bin").spawn().unwrap();
    gate.wait_until_blocked();
    service.kill();
    gate.open();
    service.restart();
    let sent = succeeded(&sending.wait_with_output().unwrap());
    service.out(&["get", &link(&sent), "-o", "out"]);
    assert_same(service.path("a.bin"), service.path("out/a.bin"));
}

#[test]
fn a_fetching_that_was_interrupted_goes_on_where_it_was() {
    let service = Service::start();
    service.file("in/a.bin", 40 * MIB as usize);
    service.file("in/b.txt", 10);
    let sent = service.out(&["send", "in", "--to", "anna@example.org", "--dev", "dev"]);
    let gate = Gate::new(service.address, Side::Down, 24 * MIB);
    let link = link(&sent).replace(&service.address.to_string(), &gate.address.to_string());
    let mut first = service.command(&["get", &link, "-o", "out"]).spawn().unwrap();
    gate.wait_until_blocked();
    interrupt(&first);
    assert_eq!(first.wait().unwrap().code(), Some(130));
    assert!(!service.path("out/in/a.bin").exists(), "a file has its name only when it is whole");
    gate.open();
    service.out(&["get", &link, "-o", "out"]);
    assert!(gate.carried() < 60 * MIB, "{}", gate.carried());
    assert_same(service.path("in/a.bin"), service.path("out/in/a.bin"));
    assert_eq!(fs::read_dir(service.path("out/in")).unwrap().count(), 2);
}

#[test]
fn a_password_opens_and_a_wrong_one_does_not() {
    let service = Service::start();
    service.file("a.bin", 1_000);
    fs::write(service.path("right"), "correct horse battery\n").unwrap();
    fs::write(service.path("wrong"), "incorrect horse\n").unwrap();
    let send = ["send", "a.bin", "--to", "anna@example.org", "--dev", "dev", "--password-file", "right"];
    let link = link(&service.out(&send));
    failed(&service.run(&["get", &link, "-o", "out"]), 3, "password");
    failed(&service.run(&["get", &link, "-o", "out", "--password-file", "wrong"]), 3, "wrong_password");
    service.out(&["get", &link, "-o", "out", "--password-file", "right"]);
    assert_same(service.path("a.bin"), service.path("out/a.bin"));
}

#[test]
fn failures_have_their_exit_code_and_one_line() {
    let service = Service::start();
    service.file("a.bin", 1_000);
    failed(&service.run(&["send", "a.bin", "--to", "nobody", "--dev", "dev"]), 2, "e-mail");
    failed(&service.run(&["send", "none", "--to", "a@example.org", "--dev", "dev"]), 1, "none");
    failed(&service.run(&["send", "a.bin", "--to", "a@example.org"]), 2, "--server");
    failed(&service.run(&["get", "https://example.org/x"]), 2, "link");
    let unknown = format!("http://{}/t/{}", service.address, "x".repeat(43));
    failed(&service.run(&["get", &unknown]), 3, "link_unavailable");
    failed(&service.run(&["get", &format!("http://127.0.0.1:1/t/{}", "x".repeat(43))]), 4, "127.0.0.1:1");
    let sent = service.out(&["send", "a.bin", "--to", "anna@example.org", "--dev", "dev"]);
    fs::create_dir(service.path("out")).unwrap();
    fs::write(service.path("out/a.bin"), "mine").unwrap();
    failed(&service.run(&["get", &link(&sent), "-o", "out"]), 1, "exists");
    assert_eq!(fs::read(service.path("out/a.bin")).unwrap(), b"mine");
    service.out(&["get", &link(&sent), "-o", "out", "--overwrite"]);
    assert_same(service.path("a.bin"), service.path("out/a.bin"));
}

#[test]
fn an_operator_makes_tenants_users_and_tokens_and_takes_tokens_back() {
    let service = Service::start();
    service.file("a.bin", 1_000);
    service.out(&["tenant", "create", "acme", "--name", "Acme", "--dev", "dev"]);
    failed(&service.run(&["tenant", "create", "acme", "--dev", "dev"]), 1, "exists");
    service.out(&[
        "user",
        "create",
        "eve@acme.example",
        "--tenant",
        "acme",
        "--role",
        "admin",
        "--dev",
        "dev",
    ]);
    assert!(
        service
            .out(&["user", "list", "--tenant", "acme", "--dev", "dev"])
            .contains("eve@acme.example\tadmin")
    );
    failed(
        &service.run(&["token", "create", "no@acme.example", "--tenant", "acme", "--dev", "dev"]),
        1,
        "no@acme.example",
    );
    let token = service.out(&["token", "create", "eve@acme.example", "--tenant", "acme", "--dev", "dev"]);
    fs::write(service.path("token"), token).unwrap();
    succeeded(&service.send_through(service.address, "a.bin").output().unwrap());
    let tokens = service.out(&["token", "list", "--tenant", "acme", "--dev", "dev"]);
    let id = tokens.split('\t').next().unwrap();
    service.out(&["token", "revoke", id, "--tenant", "acme", "--dev", "dev"]);
    failed(&service.send_through(service.address, "a.bin").output().unwrap(), 3, "unauthorized");
}

#[test]
fn the_doctor_and_the_proof_of_a_purge_say_what_they_find() {
    let service = Service::start();
    service.file("a.bin", 1_000);
    assert!(!service.out(&["doctor", "--dev", "dev"]).contains("FAULT"));
    let sent = service.out(&["send", "a.bin", "--to", "anna@example.org", "--dev", "dev", "--json"]);
    let sent: serde_json::Value = serde_json::from_str(&sent).unwrap();
    let id = sent["transfer_id"].as_str().unwrap();
    failed(&service.run(&["purge", "verify", id, "--dev", "dev"]), 1, "not been purged");
    service.out(&["purge", "run", "--dev", "dev"]);
    failed(&service.run(&["purge", "verify", id, "--dev", "dev"]), 1, "not been purged");
    failed(&service.run(&["doctor", "--dev", "nowhere"]), 1, "attention");
}

#[test]
fn a_root_key_of_another_installation_is_refused_by_name() {
    let (service, other) = (Service::start(), Service::start());
    let key = "dev/vault/root-key.v1";
    fs::copy(other.path(key), service.path(key)).unwrap();
    failed(
        &service.run(&["tenant", "list", "--dev", "dev"]),
        1,
        "the keyring belongs to the root key local:v1:",
    );
}

#[test]
fn a_keyring_that_is_not_mounted_is_not_made_anew() {
    let mut service = Service::start();
    service.kill();
    let away = service.path("keyring-elsewhere");
    fs::rename(service.path("dev/keyring"), &away).unwrap();
    for _ in 0..2 {
        let refused = service.run(&["serve", "--listen", "127.0.0.1:0", "--dev", "dev"]);
        assert_eq!(refused.status.code(), Some(1));
        let told = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(told.contains("mount its volume or correct its address"), "{told}");
        failed(&service.run(&["tenant", "list", "--dev", "dev"]), 1, "the database belongs to the keyring");
    }
    fs::remove_dir_all(service.path("dev/keyring")).unwrap();
    fs::rename(&away, service.path("dev/keyring")).unwrap();
    service.restart();
    assert!(service.out(&["tenant", "list", "--dev", "dev"]).contains("demo"));
}

#[test]
fn rules_of_a_tenant_are_shown_set_and_checked() {
    let service = Service::start();
    let before = service.out(&["tenant", "policy", "demo", "--dev", "dev"]);
    assert!(before.contains("\"reminder_seconds\": null"), "{before}");
    let rules = r#"{"settings": {"reminder_seconds": 86400, "max_files": 5}}"#;
    fs::write(service.path("rules.json"), rules).unwrap();
    service.out(&["tenant", "policy", "demo", "--set", "rules.json", "--dev", "dev"]);
    let shown = service.out(&["tenant", "policy", "demo", "--dev", "dev"]);
    assert!(shown.contains("\"reminder_seconds\": 86400") && shown.contains("\"max_files\": 5"), "{shown}");
    for (rules, words) in
        [(r#"{"max_files": 5}"#, "is no policy"), (r#"{"settings": {"max_files": 0}}"#, "at least 1")]
    {
        fs::write(service.path("rules.json"), rules).unwrap();
        let set = service.run(&["tenant", "policy", "demo", "--set", "rules.json", "--dev", "dev"]);
        failed(&set, 1, words);
    }
    service.out(&["tenant", "policy", "demo", "--restore", "0", "--dev", "dev"]);
    assert_eq!(service.out(&["tenant", "policy", "demo", "--dev", "dev"]), before);
    let set = service.run(&["tenant", "policy", "demo", "--restore", "9", "--dev", "dev"]);
    failed(&set, 1, "not found");
}

#[test]
fn the_configuration_is_explained_and_checked() {
    let service = Service::start();
    let example = service.out(&["config", "example"]);
    assert_eq!(example, include_str!("../../../../deploy/sealpost.example.toml"));
    fs::write(service.path("good.toml"), &example).unwrap();
    service.out(&["config", "check", "--config", "good.toml"]);
    fs::write(service.path("bad.toml"), example.replace("[vault]", "[vualt]")).unwrap();
    failed(&service.run(&["config", "check", "--config", "bad.toml"]), 2, "vualt");
    let by_variable =
        service.command(&["config", "check", "--config", "good.toml"]).env("SEALPOST_LISTEN", "x").output();
    failed(&by_variable.unwrap(), 2, "listen");
    assert!(service.out(&["openapi"]).contains("\"openapi\": \"3.1"));
}
