//! `sealpost keys`, and what happens with another vault than the keyring's.

use std::{
    fs,
    path::Path,
    process::{Command, Output, Stdio},
};

use crate::{
    assert_same,
    bao::{OpenBao, ROOT},
    link,
    service::{self, Service, failed, succeeded},
};

#[test]
fn the_root_key_is_rotated_and_its_old_version_retired_while_the_service_runs() {
    let service = Service::start();
    service.file("a.bin", 300_000);
    let sent = service.out(&["send", "a.bin", "--to", "anna@example.org", "--dev", "dev"]);
    let before = service.out(&["keys", "status", "--dev", "dev"]);
    assert!(before.contains("vault    local") && before.contains("wraps    v1  local:v1:"), "{before}");
    failed(&service.run(&["keys", "retire", "v1", "--dev", "dev"]), 1, "make a new one first");
    failed(&service.run(&["keys", "retire", "v9", "--dev", "dev"]), 1, "it has v1");
    failed(&service.run(&["keys", "create", "--dev", "dev"]), 1, "keys rotate");

    let rotated = service.out(&["keys", "rotate", "--wait", "--dev", "dev"]);
    assert!(rotated.contains("local:v2:") && rotated.contains("Keep a copy"), "{rotated}");
    let status = service.out(&["keys", "status", "--dev", "dev"]);
    assert!(status.contains("opens    v1") && status.contains("nothing"), "{status}");
    let retired = service.out(&["keys", "retire", "v1", "--dev", "dev"]);
    assert!(retired.contains(".retired"), "{retired}");
    assert!(service.path("dev/vault/root-key.v1.retired").exists());
    assert!(!service.out(&["keys", "status", "--dev", "dev"]).contains("v1  "));

    let log = service.out(&["audit", "export", "--tenant", "demo", "--dev", "dev"]);
    for kind in ["root_key.rotated", "root_key.retired"] {
        assert!(log.contains(&format!("\"{kind}\"")), "{kind}: {log}");
    }

    service.out(&["get", &link(&sent), "-o", "out"]);
    assert_same(service.path("a.bin"), service.path("out/a.bin"));
    assert!(!service.out(&["doctor", "--dev", "dev"]).contains("FAULT"));
}

#[test]
fn a_node_with_the_wrong_vault_does_not_start_and_says_which_is_which() {
    let (mut service, other) = (Service::start(), Service::start());
    let name = |service: &Service| {
        let status = service.out(&["keys", "status", "--dev", "dev"]);
        status.split_whitespace().find(|word| word.starts_with("local:")).unwrap().to_owned()
    };
    let (own, foreign) = (name(&service), name(&other));
    service.kill();
    fs::rename(service.path("dev/vault"), service.path("vault-elsewhere")).unwrap();
    let copied = Command::new("cp")
        .arg("-a")
        .args([other.path("dev/vault"), service.path("dev/vault")])
        .status()
        .unwrap();
    assert!(copied.success());
    for command in
        [&["serve", "--listen", "127.0.0.1:0", "--dev", "dev"][..], &["keys", "rotate", "--dev", "dev"]]
    {
        let refused = service.run(command);
        let told = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(
            told.contains(&own) && told.contains(&foreign) && told.contains("Correct `[vault]`"),
            "{told}"
        );
        assert_eq!(refused.status.code(), Some(1));
    }
    // Nor is a new one made where there is none.
    fs::remove_dir_all(service.path("dev/vault")).unwrap();
    failed(&service.run(&["tenant", "list", "--dev", "dev"]), 1, "there is no root key");
    let refused = service.run(&["serve", "--listen", "127.0.0.1:0", "--dev", "dev"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(!service.path("dev/vault").exists());
    fs::rename(service.path("vault-elsewhere"), service.path("dev/vault")).unwrap();
    service.restart();
    assert!(service.out(&["tenant", "list", "--dev", "dev"]).contains("demo"));
}

/// A configuration with the root key in OpenBao.
fn configure(dir: &Path, bao: &OpenBao, key: &str) {
    let (here, url) = (dir.display(), bao.address());
    let text = format!(
        r#"
base_url = "https://files.example.org"
data_dir = "{here}/data"
[database]
url = "sqlite:{here}/data/sealpost.db"
[keyring]
url = "sqlite:{here}/keyring/keyring.db"
[vault]
kind = "openbao"
url = "{url}"
key = "{key}"
token = "{ROOT}"
[blob]
dir = "{here}/data/blobs"
[mail]
from = "sealpost@example.org"
directory = "{here}/mail"
"#
    );
    fs::write(dir.join("sealpost.toml"), text).unwrap();
}

fn sealpost(dir: &Path, arguments: &[&str]) -> Output {
    service::sealpost()
        .args(arguments)
        .env("SEALPOST_CONFIG", dir.join("sealpost.toml"))
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

#[test]
fn an_installation_lives_with_its_root_key_in_openbao_and_with_no_other() {
    let (bao, dir) = (OpenBao::start(), tempfile::tempdir().unwrap());
    let dir = dir.path();
    configure(dir, &bao, "sealpost");
    failed(&sealpost(dir, &["migrate"]), 1, "sealpost keys create");
    let made = succeeded(&sealpost(dir, &["keys", "create"]));
    assert!(made.contains("openbao:127.0.0.1/transit/sealpost:v1"), "{made}");
    succeeded(&sealpost(dir, &["migrate"]));
    failed(&sealpost(dir, &["keys", "create"]), 1, "belongs to the root key");
    succeeded(&sealpost(dir, &["tenant", "create", "acme"]));
    let rotated = succeeded(&sealpost(dir, &["keys", "rotate", "--wait"]));
    assert!(
        rotated.contains("transit/sealpost:v2 wraps from now on")
            && rotated.contains("keys are wrapped anew"),
        "{rotated}"
    );
    succeeded(&sealpost(dir, &["keys", "retire", "v1"]));
    let status = succeeded(&sealpost(dir, &["keys", "status"]));
    assert!(status.contains("wraps    v2") && status.contains("1 tenant keys"), "{status}");

    // A slip in the configuration.
    bao.run(&["write", "-f", "transit/keys/other"]);
    configure(dir, &bao, "other");
    for command in [&["migrate"][..], &["tenant", "list"], &["keys", "rotate"]] {
        let refused = sealpost(dir, command);
        failed(&refused, 1, "the keyring belongs to the root key openbao:127.0.0.1/transit/sealpost:v2");
        assert!(
            String::from_utf8_lossy(&refused.stderr)
                .contains("its root key is openbao:127.0.0.1/transit/other:v1")
        );
    }
    // An outage is none.
    configure(dir, &bao, "sealpost");
    bao.seal();
    failed(&sealpost(dir, &["tenant", "list"]), 1, "bao operator unseal");
    bao.unseal();
    succeeded(&sealpost(dir, &["tenant", "list"]));
}
