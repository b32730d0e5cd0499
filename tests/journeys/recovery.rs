//! A tenant's recovery key, from the making of it to files that it opens, with the real commands on both databases.

use std::{fs, path::Path};

use reqwest::{Method, StatusCode};
use sealpost_test_support::engines::Engine;
use serde_json::{Value, json};

use crate::support::{Api, Content, Service, files_below, run, run_ok, sha256};

const MIB: u64 = 1 << 20;
const PASSWORD: &str = "Quitte im Nebel 7";
const RECOVERIES: &str = "/api/v1/admin/recoveries";
const SEND: [&str; 9] =
    ["send", "--dev", "dev", "--to", "anna@example.org", "--zero-knowledge", "--subject", "Pläne", "--json"];

on_both! {
    what_was_sent_opens_with_the_key_when_two_agree_and_no_link_is_left
}

/// A recovery key in `recovery.key`, under what stands in `passphrase`; its fingerprint.
pub(super) async fn make(service: &Service) -> String {
    let words = ["keys", "recovery", "new", "--out", "recovery.key", "--passphrase-file", "passphrase"];
    let made = run_ok(&mut service.command(words)).await;
    made.lines().find_map(|line| line.strip_prefix("fingerprint  ")).unwrap().to_owned()
}

/// Somebody of the demo tenant, who has just shown a password.
pub(super) async fn signed_in(service: &Service, email: &str) -> Api {
    let words = ["user", "password-reset", email, "--tenant", "demo", "--dev", "dev"];
    let link = run_ok(&mut service.command(words)).await;
    let token = link.trim().rsplit('/').next().unwrap();
    let nobody = Api::new(service.base_url(), "none");
    let reset = json!({ "token": token, "password": PASSWORD });
    let set = nobody.request(Method::POST, "/api/v1/signin/reset").json(&reset).send().await.unwrap();
    assert_eq!(set.status(), StatusCode::NO_CONTENT);
    let shown = json!({ "tenant": "demo", "email": email, "password": PASSWORD });
    let begun = nobody.post("/api/v1/signin", &shown).await;
    Api::new(service.base_url(), begun["session"].as_str().unwrap())
}

/// Sets the recovery key that a public file is of.
pub(super) async fn set(owner: &Api, public: &Path) {
    let text = fs::read_to_string(public).unwrap();
    let key = text.lines().find_map(|line| line.strip_prefix("public ")).expect("a public key");
    let change = json!({ "settings": { "recovery": { "public_key": key } } });
    let changed = owner.request(Method::PATCH, "/api/v1/admin/policy").json(&change).send().await.unwrap();
    assert_eq!(changed.status(), StatusCode::OK, "{:?}", changed.text().await);
}

/// What the owner gets of a transfer once another admin has approved it.
pub(super) async fn material(service: &Service, owner: &Api, transfer: &Value) -> Vec<u8> {
    let ada = json!({ "email": "ada@demo.example", "role": "admin" });
    owner.post("/api/v1/admin/users", &ada).await;
    let ada = signed_in(service, "ada@demo.example").await;
    let wish =
        owner.post(RECOVERIES, &json!({ "transfer_id": transfer, "reason": "The link is lost" })).await;
    let path = format!("{RECOVERIES}/{}", wish["id"].as_str().unwrap());
    let alone = owner.request(Method::POST, &format!("{path}/approve")).send().await.unwrap();
    assert_eq!(alone.status(), StatusCode::FORBIDDEN);
    ada.post(&format!("{path}/approve"), &json!({})).await;
    let material = owner.request(Method::GET, &format!("{path}/material")).send().await.unwrap();
    assert_eq!(material.status(), StatusCode::OK);
    material.bytes().await.unwrap().to_vec()
}

async fn what_was_sent_opens_with_the_key_when_two_agree_and_no_link_is_left(engine: Engine) {
    let service = Service::start_on(engine).await;
    let home = service.home().to_owned();
    fs::write(home.join("passphrase"), "a long passphrase of nobody's\n").unwrap();
    let fingerprint = make(&service).await;
    let owner = signed_in(&service, "admin@demo.example").await;
    set(&owner, &home.join("recovery.key.pub")).await;

    let big = Content::new(210, 20 * MIB + 3);
    big.write_to(&home.join("in/deep/größe.bin"));
    fs::write(home.join("in/empty"), "").unwrap();
    let sent = run(&mut service.command([&SEND[..], &["in", "--message", "wie gewünscht"]].concat())).await;
    assert_eq!(sent.code, Some(0), "{sent:?}");
    assert!(sent.stderr.contains(&fingerprint), "who sends is told: {}", sent.stderr);
    let told: Value = serde_json::from_str(&sent.stdout).unwrap();

    let material = material(&service, &owner, &told["transfer_id"]).await;
    fs::write(home.join("material"), &material).unwrap();

    let open = |material: &str, key: &str, out: &str| {
        let words =
            ["keys", "recovery", "open", material, "--key", key, "--passphrase-file", "passphrase", "--out"];
        service.command([&words[..], &[out]].concat())
    };
    let opened = run_ok(&mut open("material", "recovery.key", "out")).await;
    assert!(opened.contains("subject  Pläne") && opened.contains("message  wie gewünscht"), "{opened}");
    assert_eq!(sha256(&home.join("out/in/deep/größe.bin")), big.sha256());
    assert_eq!(fs::metadata(home.join("out/in/empty")).unwrap().len(), 0);
    assert_eq!(files_below(&home.join("out")).len(), 2, "nothing but the files is left");
    let again = run(&mut open("material", "recovery.key", "out")).await;
    assert_eq!(again.code, Some(1), "what is there is not replaced: {again:?}");

    // Another key, bytes that are not what was sealed, too few of them, and too many.
    let other = ["keys", "recovery", "new", "--out", "other.key", "--passphrase-file", "passphrase"];
    run_ok(&mut service.command(other)).await;
    let refused = run(&mut open("material", "other.key", "none")).await;
    assert!(refused.code == Some(1) && refused.stderr.contains(&fingerprint), "{refused:?}");
    let end = material.len();
    let mut flipped = material.clone();
    flipped[end - 5_000_000] ^= 1;
    let longer = [&material[..], b"x"].concat();
    for (name, bytes, said) in [
        ("flipped", &flipped[..], "not what its sender has sealed"),
        ("shorter", &material[..end - 1], "broke off"),
        ("longer", &longer[..], "more in it"),
        ("other", b"{}\n", "first line"),
    ] {
        fs::write(home.join(name), bytes).unwrap();
        let out = format!("out-{name}");
        let refused = run(&mut open(name, "recovery.key", &out)).await;
        assert!(refused.code == Some(1) && refused.stderr.contains(said), "{name}: {refused:?}");
        let big = home.join(&out).join("in/deep/größe.bin");
        assert!(!big.exists() || name == "longer", "{name}: nothing is left under its name");
    }
}
