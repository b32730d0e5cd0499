//! `sealpost addin`: what the operator gives to whoever deploys the add-in is what the service hands out.

use std::fs;

use sealpost_test_support::engines::Engine;

use crate::support::{Service, run, run_ok};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_writes_the_manifests_that_the_service_hands_out() {
    manifests(&Service::start_on(Engine::Sqlite).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_writes_the_manifests_that_the_service_hands_out_on_postgresql() {
    manifests(&Service::start_on(Engine::Postgres).await).await;
}

async fn manifests(service: &Service) {
    let base = service.base_url().to_owned();
    let words = |words: &[&'static str]| {
        let mut command = service.command([&["addin"], words, &["--dev", "dev"]].concat());
        command.args(["--base-url", &base]);
        command
    };
    let shown = run_ok(&mut words(&["show", "demo"])).await;
    let said = |name: &str| {
        let line = shown.lines().find_map(|line| line.strip_prefix(&format!("{name}\t")));
        line.unwrap_or_else(|| panic!("{name}: {shown}")).to_owned()
    };
    assert_eq!((said("version"), said("state")), ("1.0.0.0".to_owned(), "mails are looked at".to_owned()));
    assert!(said("manifest").ends_with(&format!("/addin/{}/manifest.xml", said("add-in id"))));

    let printed = run(&mut words(&["manifest", "demo"])).await;
    assert_eq!(printed.code, Some(0), "{printed:?}");
    assert!(printed.stderr.contains("https addresses only"), "{printed:?}");
    assert_eq!(printed.stdout, fetched(&said("manifest")).await);
    run_ok(&mut words(&["manifest", "demo", "--out", "manifest.xml"])).await;
    assert_eq!(fs::read_to_string(service.home().join("manifest.xml")).unwrap(), printed.stdout);

    run_ok(&mut words(&["manifest", "demo", "--json", "--out", "manifest.zip"])).await;
    let package = reqwest::get(said("package")).await.unwrap().bytes().await.unwrap();
    assert!(package.starts_with(b"PK\x03\x04"));
    assert_eq!(fs::read(service.home().join("manifest.zip")).unwrap(), package);
    // Neither who asks nor how often makes another version of it.
    assert_eq!(run_ok(&mut words(&["show", "demo"])).await, shown);

    let unknown = run(&mut words(&["manifest", "nobody"])).await;
    assert_eq!(unknown.code, Some(1), "{unknown:?}");
    assert!(unknown.stderr.contains("tenant nobody"), "{unknown:?}");
    // Where it is served is not known to the command: another address would be another version.
    let unsaid = run(&mut service.command(["addin", "manifest", "demo", "--dev", "dev"])).await;
    assert_eq!(unsaid.code, Some(2), "{unsaid:?}");
    assert!(unsaid.stderr.contains("--base-url"), "{unsaid:?}");
}

async fn fetched(url: &str) -> String {
    let answer = reqwest::get(url).await.unwrap();
    assert!(answer.status().is_success(), "{url}: {}", answer.status());
    answer.text().await.unwrap()
}
