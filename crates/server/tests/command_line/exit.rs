//! `sealpost tenant export`, `terminate`, `remove`, `sealpost certificate`, and the same by programs that share nothing with it.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use crate::service::{Service, failed, succeeded};

const DEV: [&str; 2] = ["--dev", "dev"];

fn words<'a>(words: &[&'a str]) -> Vec<&'a str> {
    [words, &DEV].concat()
}

fn elsewhere(service: &Service, program: &str, arguments: &[&str]) -> Output {
    Command::new(program).args(arguments).current_dir(service.dir.path()).output().unwrap()
}

#[test]
fn a_tenant_takes_everything_along_and_goes_with_a_certificate() {
    let service = Service::start();
    let key = service.out(&words(&["audit", "key", "--tenant", "demo"]));
    let key = key.trim();

    service.out(&words(&["tenant", "export", "demo", "--to", "demo.tar"]));
    let told = service.out(&["tenant", "export-verify", "demo.tar"]);
    assert!(told.contains("as they were written"), "{told}");
    fs::create_dir(service.path("out")).unwrap();
    succeeded(&elsewhere(&service, "tar", &["-xf", "demo.tar", "-C", "out"]));
    let check = "cd out && sha256sum --check --quiet MANIFEST.sha256 && cat audit/*.jsonl > ../log.jsonl";
    succeeded(&elsewhere(&service, "sh", &["-c", check]));
    let told = service.out(&["audit", "verify", "log.jsonl", "--key", key]);
    assert!(told.contains("unbroken"), "{told}");
    let mut bytes = fs::read(service.path("demo.tar")).unwrap();
    let place = bytes.len() / 2;
    bytes[place] ^= 1;
    bytes.truncate(bytes.len() - 2048);
    fs::write(service.path("short.tar"), bytes).unwrap();
    failed(&service.run(&["tenant", "export-verify", "short.tar"]), 1, "");
    failed(&service.run(&words(&["tenant", "export", "demo", "--to", "demo.tar"])), 2, "exists");

    failed(&service.run(&words(&["tenant", "remove", "demo", "--really", "demo"])), 1, "not terminated");
    service.out(&words(&["tenant", "terminate", "demo"]));
    failed(&service.run(&words(&["tenant", "remove", "demo", "--really", "other"])), 2, "another");
    service.out(&words(&["tenant", "remove", "demo", "--really", "demo"]));
    failed(&service.run(&words(&["tenant", "show", "demo"])), 1, "not found");

    service.out(&words(&["tenant", "certificate", "demo", "--to", "gone.json"]));
    service.out(&words(&["tenant", "certificate", "demo", "--to", "gone.pdf", "--pdf", "--language", "de"]));
    assert!(fs::read(service.path("gone.pdf")).unwrap().starts_with(b"%PDF-"));
    let told = service.out(&["certificate", "verify", "gone.json", "--key", key]);
    assert!(told.contains("signature     good") && told.contains("tenant        demo is gone"), "{told}");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/verify-certificate.py");
    let script = script.to_str().unwrap();
    let told = succeeded(&elsewhere(&service, "/usr/bin/python3", &[script, "gone.json", key]));
    assert!(told.contains("\"kind\": \"tenant\""), "{told}");
    let changed =
        fs::read_to_string(service.path("gone.json")).unwrap().replacen("\"left\": 0", "\"left\": 1", 1);
    fs::write(service.path("changed.json"), changed).unwrap();
    failed(&service.run(&["certificate", "verify", "changed.json", "--key", key]), 1, "not what was signed");
    let found = elsewhere(&service, "/usr/bin/python3", &[script, "changed.json", key]);
    failed(&found, 1, "not what was signed");
    let other = key.replacen('0', "1", 1);
    assert_ne!(service.run(&["certificate", "verify", "gone.json", "--key", &other]).status.code(), Some(0));
}
