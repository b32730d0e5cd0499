//! The recovery key on the pages: senders and uploaders are told of it, two admins agree, and what one of them fetches opens with the key.

use std::{fs, path::Path};

use sealpost_test_support::engines::Engine;
use serde_json::json;

use crate::{
    page::{screenshots, travel},
    people::{first_password, set_password},
    support::{Content, Service, run_ok},
};

const PASSWORD: &str = "gravel-Sunday-otter-97-lantern";
const OWNER: &str = "admin@demo.example";
const ADA: &str = "ada@demo.example";
/// Two parts of the format.
const SENT: (&str, Content) = ("Gutachten R\u{f6}hn.bin", Content::new(181, 9_000_000));
const RECEIVED: (&str, Content) = ("scan.bin", Content::new(182, 70_001));

/// A service with two admins who can sign in.
async fn service(engine: Engine) -> Service {
    let service = Service::start_on(engine).await;
    set_password(&service, &first_password(&service).await, PASSWORD).await;
    run_ok(
        &mut service.command(["user", "create", ADA, "--tenant", "demo", "--role", "admin", "--dev", "dev"]),
    )
    .await;
    let reset = ["user", "password-reset", ADA, "--tenant", "demo", "--dev", "dev"];
    set_password(&service, run_ok(&mut service.command(reset)).await.trim(), PASSWORD).await;
    service
}

/// A line of the public file that `sealpost keys recovery new` writes.
fn public(home: &Path, name: &str) -> String {
    let text = fs::read_to_string(home.join("recovery.key.pub")).unwrap();
    text.lines().find_map(|line| line.strip_prefix(name)).unwrap().trim().to_owned()
}

async fn is_recovered(engine: Engine) {
    let service = service(engine).await;
    let home = service.home().to_owned();
    fs::write(home.join("passphrase"), "a long passphrase of nobody's\n").unwrap();
    let made = ["keys", "recovery", "new", "--out", "recovery.key", "--passphrase-file", "passphrase"];
    run_ok(&mut service.command(made)).await;
    let file = |(name, content): (&str, Content)| {
        let path = home.join("before").join(name);
        content.write_to(&path);
        path
    };
    let order = json!({
        "email": OWNER,
        "ada": ADA,
        "password": PASSWORD,
        "public_key": public(&home, "public "),
        "fingerprint": public(&home, "fingerprint "),
        "sent": file(SENT),
        "received": file(RECEIVED),
        "mail": service.mail_dir(),
        "folder": home,
        "screenshots": screenshots(),
    });
    travel(&service, "recovery.mjs", order).await;

    for (material, (name, content)) in [("sent.material", SENT), ("received.material", RECEIVED)] {
        let opened = [
            "keys",
            "recovery",
            "open",
            material,
            "--key",
            "recovery.key",
            "--passphrase-file",
            "passphrase",
        ];
        run_ok(service.command(opened).args(["--out", "recovered"])).await;
        let recovered = fs::read(home.join("recovered").join(name)).unwrap();
        assert!(recovered == content.all(), "{name} is what was sealed");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_browsers_seal_is_recovered_when_two_admins_agree() {
    is_recovered(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_browsers_seal_is_recovered_when_two_admins_agree_on_postgresql() {
    is_recovered(Engine::Postgres).await;
}
