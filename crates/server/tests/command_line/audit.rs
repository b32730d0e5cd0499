//! `sealpost audit`, and the same by `docs/verify-audit.py`, which shares nothing with it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    thread,
    time::Duration,
};

use crate::service::{Service, failed, succeeded};

const TENANT: [&str; 4] = ["--tenant", "demo", "--dev", "dev"];

fn words<'a>(words: &[&'a str]) -> Vec<&'a str> {
    [words, &TENANT].concat()
}

fn python(service: &Service, arguments: &[&str]) -> Output {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/verify-audit.py");
    // The system's Python: it is that which has Debian's modules.
    let mut command = Command::new("/usr/bin/python3");
    command.arg(script).args(arguments).current_dir(service.dir.path()).output().unwrap()
}

/// The file of checkpoints. The service signs at its start, too, and may be at it.
fn checkpoints(service: &Service) -> PathBuf {
    loop {
        service.out(&["audit", "checkpoint", "--dev", "dev"]);
        let files = fs::read_dir(service.path("dev/data/checkpoints")).ok();
        if let Some(file) = files.and_then(|mut files| files.next()) {
            return file.unwrap().path();
        }
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_log_is_handed_out_and_verified_without_the_service() {
    let service = Service::start();
    let kept = checkpoints(&service);
    let kept = kept.to_str().unwrap();
    service.out(&words(&["audit", "export", "--to", "log.jsonl"]));
    let key = service.out(&words(&["audit", "key"]));
    let key = key.trim();
    let trust = ["--key", key, "--checkpoint", kept];
    let told = service.out(&[&["audit", "verify", "log.jsonl"], &trust[..]].concat());
    assert!(told.contains("unbroken") && told.contains("signed        up to entry "), "{told}");
    let told = succeeded(&python(&service, &[&["log.jsonl"], &trust[..]].concat()));
    assert!(told.contains("unbroken; signed up to "), "{told}");
    let told = service.out(&words(&["audit", "verify", "--live"]));
    assert!(told.contains("unbroken"), "{told}");

    // Both find each change.
    let log = fs::read_to_string(service.path("log.jsonl")).unwrap();
    let lines: Vec<_> = log.lines().collect();
    // Checkpoints stand between the entries wherever the service has signed.
    let entries: Vec<_> =
        (0..lines.len()).filter(|line| lines[*line].contains(r#""type":"entry""#)).collect();
    let mut swapped = lines.clone();
    swapped.swap(entries[0], entries[1]);
    let mut without_second = lines.clone();
    without_second.remove(entries[1]);
    for (name, changed) in [
        ("edited", log.replacen("tenant.created", "tenant.resumed", 1)),
        ("removed", without_second.join("\n") + "\n"),
        ("swapped", swapped.join("\n") + "\n"),
        ("cut", lines[..lines.len() - 1].join("\n") + "\n"),
        ("short", [&lines[..=entries[2]], &lines[lines.len() - 1..]].concat().join("\n") + "\n"),
    ] {
        fs::write(service.path("changed.jsonl"), changed).unwrap();
        let found = service.run(&[&["audit", "verify", "changed.jsonl"], &trust[..]].concat());
        failed(&found, 1, "the export is not what was signed");
        let found = python(&service, &[&["changed.jsonl"], &trust[..]].concat());
        assert_eq!(found.status.code(), Some(1), "{name}");
        assert!(String::from_utf8_lossy(&found.stderr).contains("not what was signed"), "{name}: {found:?}");
    }
    let other = key.replace("sealpost/audit/", "sealpost/audit/0");
    failed(&service.run(&["audit", "verify", "log.jsonl", "--key", &other]), 2, "not a key");
    failed(&service.run(&words(&["audit", "export", "--to", "log.jsonl"])), 2, "exists");
    let earlier = service.out(&words(&["audit", "export", "--from", "2020-01-01"]));
    assert!(earlier.lines().count() > lines.len(), "the same, and that it was exported");
}
