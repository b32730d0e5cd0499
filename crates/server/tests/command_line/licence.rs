//! `sealpost licence`, `tenant`, `user`, `support`: what the operator does, with the real binary.

use std::{fs, os::unix::fs::PermissionsExt as _};

use crate::service::{Service, failed, succeeded};

/// An installation of its own that asks for licences, beside the service for trying out.
struct Installation<'s> {
    service: &'s Service,
}

impl<'s> Installation<'s> {
    fn new(service: &'s Service, public_key: &str) -> Self {
        let dir = service.path("asking");
        fs::create_dir(&dir).unwrap();
        let dir = dir.display();
        let config = format!(
            "base_url = \"https://files.example.org\"\ndata_dir = \"{dir}/data\"\n\
             [database]\nurl = \"sqlite:{dir}/data/sealpost.db\"\n[keyring]\nurl = \"sqlite:{dir}/keyring/keyring.db\"\n\
             [vault]\ndir = \"{dir}/vault\"\n[blob]\ndir = \"{dir}/data/blobs\"\n\
             [mail]\nfrom = \"sealpost@example.org\"\ndirectory = \"{dir}/mail\"\n\
             [licence]\npublic_keys = [\"{public_key}\"]\n"
        );
        fs::write(service.path("asking.toml"), config).unwrap();
        let installation = Self { service };
        installation.out(&["migrate"]);
        installation
    }

    fn words<'a>(words: &[&'a str]) -> Vec<&'a str> {
        [words, &["--config", "asking.toml"]].concat()
    }

    #[track_caller]
    fn out(&self, words: &[&str]) -> String {
        self.service.out(&Self::words(words))
    }

    #[track_caller]
    fn fails(&self, words: &[&str], code: i32, says: &str) {
        failed(&self.service.run(&Self::words(words)), code, says);
    }
}

#[track_caller]
fn issue(service: &Service, tenant: &str, seats: &str) -> String {
    service.out(&[
        "licence",
        "issue",
        "--key",
        "key",
        "--tenant",
        tenant,
        "--customer",
        "St. Anna",
        "--seats",
        seats,
        "--expires",
        "2999-12-31",
        "--feature",
        "portal",
    ])
}

#[test]
fn a_licence_is_issued_offline_shown_and_installed() {
    let service = Service::start();
    let public = service.out(&["licence", "keygen", "--out", "key"]);
    let public = public.trim();
    assert!(public.starts_with("slp_"), "{public}");
    assert_eq!(fs::metadata(service.path("key")).unwrap().permissions().mode() & 0o777, 0o600);
    let kept = fs::read(service.path("key")).unwrap();
    failed(&service.run(&["licence", "keygen", "--out", "key"]), 1, "cannot write key");
    assert_eq!(fs::read(service.path("key")).unwrap(), kept, "what is there is never overwritten");

    let text = issue(&service, "st-anna", "2");
    assert!(text.starts_with("sealpost-licence-1.") && text.lines().count() == 1);
    fs::write(service.path("licence"), &text).unwrap();
    let shown = service.out(&["licence", "show", "licence", "--public-key", public]);
    assert!(shown.contains("seats: 2\n") && shown.contains("signature: genuine"), "{shown}");
    assert!(shown.contains("expires: 3000-01-01T00:00:00Z"), "{shown}");
    assert!(service.out(&["licence", "show", "licence"]).contains("not checked"));
    fs::write(service.path("broken"), text.replacen("licence-1.e", "licence-1.f", 1)).unwrap();
    failed(&service.run(&["licence", "show", "broken", "--public-key", public]), 1, "no licence");
    failed(&service.run(&["licence", "show", "key"]), 1, "no licence");
    fs::write(service.path("huge"), "A".repeat(70_000)).unwrap();
    failed(&service.run(&["licence", "show", "huge"]), 1, "too long");

    let asking = Installation::new(&service, public);
    asking.out(&["tenant", "create", "st-anna"]);
    asking.out(&["tenant", "create", "st-bert"]);
    assert!(asking.out(&["licence", "status", "--tenant", "st-anna"]).contains("licence state: missing"));
    asking.fails(&["licence", "install", "--tenant", "st-bert", "licence"], 1, "another tenant");
    asking.fails(&["licence", "install", "--tenant", "st-anna", "broken"], 1, "not all of it");
    asking.fails(&["licence", "install", "--tenant", "nobody", "licence"], 1, "nobody");
    let installed = asking.out(&["licence", "install", "--tenant", "st-anna", "licence"]);
    assert!(installed.contains("licence state: active") && installed.contains("seats: 2"), "{installed}");
    asking.out(&["licence", "install", "--tenant", "st-anna", "licence"]);
    for name in ["a", "b", "c"] {
        asking.out(&["user", "create", &format!("{name}@st-anna.example"), "--tenant", "st-anna"]);
    }
    let shown = asking.out(&["tenant", "show", "st-anna"]);
    assert!(shown.contains("OVER: 1") && shown.contains("state: active"), "{shown}");
    let all = asking.out(&["licence", "status"]);
    assert!(all.contains("st-anna\tactive\t3 of 2 seats") && all.contains("st-bert\tmissing"), "{all}");
    // The service for trying out asks for none.
    assert!(service.out(&["licence", "status", "--dev", "dev"]).contains("demo\tnot_required"));
    failed(
        &service.run(&["licence", "install", "--tenant", "demo", "licence", "--dev", "dev"]),
        1,
        "asks for no",
    );
}

#[test]
fn what_cannot_be_issued_is_said() {
    let service = Service::start();
    service.out(&["licence", "keygen", "--out", "key"]);
    let issue = |key: &str, tenant: &str, seats: &str, expires: &str, customer: &str| {
        service.run(&[
            "licence",
            "issue",
            "--key",
            key,
            "--tenant",
            tenant,
            "--customer",
            customer,
            "--seats",
            seats,
            "--expires",
            expires,
        ])
    };
    fs::write(service.path("other"), "slp_AAAA").unwrap();
    failed(&issue("other", "st-anna", "1", "2999-01-01", "x"), 1, "no key");
    failed(&issue("none", "st-anna", "1", "2999-01-01", "x"), 1, "cannot read none");
    failed(&issue("key", "St Anna", "1", "2999-01-01", "x"), 2, "--tenant");
    failed(&issue("key", "st-anna", "0", "2999-01-01", "x"), 2, "seats");
    failed(&issue("key", "st-anna", "1", "2001-01-01", "x"), 2, "--expires");
    failed(&issue("key", "st-anna", "1", "soon", "x"), 2, "--expires");
    failed(&issue("key", "st-anna", "1", "2999-01-01", ""), 2, "customer");
}

#[test]
fn an_operator_suspends_resumes_and_terminates_a_tenant() {
    let service = Service::start();
    service.file("a.bin", 1_000);
    let send = || service.send_through(service.address, "a.bin").output().unwrap();
    let sent = succeeded(&send());
    let link = sent.lines().next().unwrap().split('\t').nth(1).unwrap().to_owned();
    let tenant = |words: &[&str]| service.run(&[&["tenant"], words, &["--dev", "dev"]].concat());
    succeeded(&tenant(&["suspend", "demo"]));
    failed(&tenant(&["suspend", "demo"]), 1, "suspended already");
    failed(&send(), 3, "unauthorized");
    assert!(succeeded(&tenant(&["list"])).contains("demo\tDemo\tsuspended"));
    succeeded(&tenant(&["resume", "demo"]));
    failed(&tenant(&["resume", "demo"]), 1, "not suspended");
    service.out(&["get", &link, "-o", "out"]);
    succeeded(&tenant(&["terminate", "demo"]));
    assert!(succeeded(&tenant(&["show", "demo"])).contains("state: terminated"));
    failed(&tenant(&["terminate", "demo"]), 1, "terminated already");
    failed(&tenant(&["resume", "demo"]), 1, "--undo-termination");
    succeeded(&tenant(&["resume", "demo", "--undo-termination"]));
    succeeded(&send());
    failed(&tenant(&["suspend", "nobody"]), 1, "nobody");
}

#[test]
fn an_operator_changes_users_and_looks_in_only_where_he_may() {
    let service = Service::start();
    service.file("a.bin", 1_000);
    let send = || service.send_through(service.address, "a.bin").output().unwrap();
    let user = |words: &[&str]| {
        let words = [&["user"], words, &["--tenant", "demo", "--dev", "dev"]].concat();
        service.run(&words)
    };
    succeeded(&send());
    succeeded(&user(&["disable", "sender@demo.example"]));
    failed(&send(), 3, "unauthorized");
    assert!(succeeded(&user(&["list"])).contains("disabled"));
    succeeded(&user(&["enable", "sender@demo.example"]));
    succeeded(&send());
    succeeded(&user(&["role", "sender@demo.example", "auditor"]));
    failed(&send(), 3, "forbidden");
    succeeded(&user(&["role", "sender@demo.example", "sender"]));
    failed(&user(&["role", "admin@demo.example", "sender"]), 1, "owner");
    failed(&user(&["role", "nobody@demo.example", "sender"]), 1, "nobody");
    assert!(succeeded(&user(&["seat", "sender@demo.example", "--withdraw"])).contains("no seat"));
    assert!(succeeded(&user(&["seat", "sender@demo.example"])).contains("has a seat"));
    assert!(succeeded(&user(&["sign-out", "sender@demo.example"])).contains("0 sessions"));
    failed(&service.run(&["support", "open", "--tenant", "demo", "--dev", "dev"]), 1, "no owner has allowed");
    let long = ["support", "open", "--tenant", "demo", "--expires-in", "9h", "--dev", "dev"];
    failed(&service.run(&long), 2, "8h");
}
