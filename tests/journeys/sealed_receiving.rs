//! What an outsider sends in sealed to a key, from the command line to the command line, on both databases: the service is told
//! nothing that opens it, and whatever breaks off goes on.

use std::{fs, path::PathBuf, process::Stdio};

use data_encoding::BASE64URL_NOPAD;
use reqwest::{Method, StatusCode};
use sealpost_sealed::{
    Fingerprint, PasswordKey, PasswordParameters, PrivateKey, PrivateKeyContext, SystemRandom,
};
use sealpost_test_support::{
    engines::Engine,
    sealing::{self, Sealing},
};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;

use crate::{
    recovery,
    support::{Api, Content, Ended, Service, eventually, files_below, run, run_ok, sha256},
};

const MIB: u64 = 1 << 20;
const PASSWORD: &str = "Quitte im Nebel 7";
const PASSPHRASE: &str = "Größe 7 Meter im Quadrat";
const KEY_PAIRS: &str = "/api/v1/account/key-pairs";
const ASK: [&str; 6] = ["request", "create", "--dev", "dev", "Plans for the new wing", "--zero-knowledge"];

on_both! {
    what_an_outsider_seals_is_opened_by_who_asked_and_read_by_nobody_else
    a_sending_in_that_was_killed_takes_one_use_and_goes_on
    a_key_that_changed_is_told_and_sealed_to_when_the_command_is_given_again
    what_another_program_seals_to_a_key_opens_and_a_tampered_byte_does_not
    who_has_no_key_pair_is_told_where_one_is_made
    what_is_sent_in_is_sealed_to_the_recovery_key_too_unless_another_key_is_insisted_on
    a_recovery_key_that_came_meanwhile_is_told_and_sealed_to_when_the_command_is_given_again
}

/// The user whose token is taken, signed in, with a key pair.
struct Receiver {
    person: Api,
    place: PrivateKeyContext,
    fingerprint: Fingerprint,
}

impl Receiver {
    async fn of(service: &Service) -> Self {
        fs::write(service.home().join("passphrase"), format!("{PASSPHRASE}\n")).unwrap();
        fs::write(service.home().join("wrong"), "Größe 7 Fuß im Quadrat\n").unwrap();
        let (email, person) = signed_in(service).await;
        assert!(email.contains('@'));
        let list =
            person.request(Method::GET, KEY_PAIRS).send().await.unwrap().json::<Value>().await.unwrap();
        let id = |name: &str| sealing::id(list[name].as_str().unwrap());
        let place = PrivateKeyContext { tenant: id("tenant"), owner: id("owner") };
        let fingerprint = make(&person, place, None).await;
        Self { person, place, fingerprint }
    }

    /// Another pair in the place of the one that counts.
    async fn change_key(&mut self) {
        self.fingerprint = make(&self.person, self.place, Some(self.fingerprint)).await;
    }
}

/// A pair of his own that counts from now on.
async fn make(person: &Api, place: PrivateKeyContext, replaces: Option<Fingerprint>) -> Fingerprint {
    let text = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
    let key = PrivateKey::generate(&SystemRandom);
    let parameters = PasswordParameters::generate(&SystemRandom);
    let under = PasswordKey::derive(PASSPHRASE, &parameters).unwrap();
    let private_key = under.seal_private_key(&key, place, &SystemRandom);
    let made = json!({
        "public_key": text(key.public_key().as_bytes()),
        "passphrase": { "parameters": text(&parameters.encode()), "private_key": text(&private_key) },
        "replaces": replaces.map(|replaces| replaces.to_string()),
    });
    person.post(KEY_PAIRS, &made).await;
    key.public_key().fingerprint()
}

/// The demo tenant's sender, who has just shown his password.
async fn signed_in(service: &Service) -> (String, Api) {
    let asked = service.api().request(Method::GET, "/api/v1/addin/bootstrap").send().await.unwrap();
    let email = asked.json::<Value>().await.unwrap()["user"]["email"].as_str().unwrap().to_owned();
    let words = ["user", "password-reset", &email, "--tenant", "demo", "--dev", "dev"];
    let link = run_ok(&mut service.command(words)).await;
    let token = link.trim().rsplit('/').next().unwrap();
    let nobody = Api::new(service.base_url(), "none");
    let reset = json!({ "token": token, "password": PASSWORD });
    let set = nobody.request(Method::POST, "/api/v1/signin/reset").json(&reset).send().await.unwrap();
    assert_eq!(set.status(), StatusCode::NO_CONTENT);
    let shown = json!({ "tenant": "demo", "email": email, "password": PASSWORD });
    let begun = nobody.post("/api/v1/signin", &shown).await;
    let person = Api::new(service.base_url(), begun["session"].as_str().unwrap());
    (email, person)
}

/// Asks for files; gives the link.
async fn ask(service: &Service, receiver: &Receiver) -> String {
    let asked = run(&mut service.command(ASK)).await;
    assert_eq!(asked.code, Some(0), "{asked:?}");
    assert!(asked.stderr.contains(&receiver.fingerprint.to_string()), "{asked:?}");
    asked.stdout.trim_end().to_owned()
}

/// What an outsider types, beside what he sends.
fn to(link: &str) -> [&str; 7] {
    ["send", "--to", link, "--name", "Ute Baum", "--from", "ute@builder.example"]
}

/// The links that the receiver has been mailed so far.
fn received(service: &Service) -> Vec<String> {
    let mails = service.mails();
    let words = mails.iter().flat_map(|mail| mail.split(['"', '<', '>', ' ', '\r', '\n']));
    let mut links: Vec<_> = words.filter(|word| word.contains("/t/")).map(str::to_owned).collect();
    links.sort();
    links.dedup();
    links
}

async fn mailed(service: &Service) -> String {
    eventually("the mail", async || received(service).into_iter().next()).await
}

/// Fetches by a link, with a passphrase from standard input.
async fn get(service: &Service, link: &str, passphrase: &str) -> Ended {
    let words = ["get", link, "-o", "out", "--dev", "dev", "--json", "--passphrase-file", "-"];
    let mut command = service.command(words);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut getting = command.spawn().unwrap();
    // Of what asks for nothing the end may come first.
    drop(getting.stdin.take().unwrap().write_all(passphrase.as_bytes()).await);
    let output = getting.wait_with_output().await.unwrap();
    Ended {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

fn out(service: &Service, name: &str) -> PathBuf {
    service.home().join("out").join(name)
}

async fn what_an_outsider_seals_is_opened_by_who_asked_and_read_by_nobody_else(engine: Engine) {
    let service = Service::start_on(engine).await;
    let receiver = Receiver::of(&service).await;
    let link = ask(&service, &receiver).await;
    let listed = run_ok(&mut service.command(["request", "list", "--dev", "dev"])).await;
    assert!(listed.contains("\tzero_knowledge\tPlans"), "{listed}");
    let big = Content::new(120, 80 * MIB + 3);
    big.write_to(&service.home().join("in/deep/canary-größe.bin"));
    fs::write(service.home().join("in/empty"), "").unwrap();
    fs::write(service.home().join("in/note.txt"), "canary-content ".repeat(40)).unwrap();
    let fingerprint = receiver.fingerprint.to_string();
    let other = PrivateKey::generate(&SystemRandom).public_key().fingerprint().to_string();
    let insisted = [&to(&link)[..], &["in", "--fingerprint", &other]].concat();
    let refused = run(&mut service.command(insisted)).await;
    assert_eq!(refused.code, Some(3), "{refused:?}");
    assert!(refused.stderr.contains(&fingerprint) && refused.stderr.contains(&other), "{refused:?}");
    let words = [&to(&link)[..], &["in", "--fingerprint", &fingerprint, "--json"]].concat();
    let sent = run(&mut service.command(words)).await;
    assert_eq!(sent.code, Some(0), "{sent:?}");
    assert!(sent.stderr.contains(&fingerprint), "{sent:?}");
    let told: Value = serde_json::from_str(&sent.stdout).unwrap();
    assert_eq!((&told["mode"], &told["sealed_to"]), (&json!("zero_knowledge"), &json!(fingerprint)));
    assert_eq!(told["file_count"], 3);
    assert_eq!(files_below(&service.home().join("state")), Vec::<PathBuf>::new(), "nothing is remembered");

    let link = mailed(&service).await;
    let unknown = run(&mut service.command(["get", &link, "-o", "out"])).await;
    assert_eq!(unknown.code, Some(2), "{unknown:?}");
    assert!(unknown.stderr.contains(&fingerprint) && unknown.stderr.contains("--server"), "{unknown:?}");
    let wrong =
        run(&mut service.command(["get", &link, "-o", "out", "--dev", "dev", "--passphrase-file", "wrong"]))
            .await;
    assert_eq!(wrong.code, Some(3), "{wrong:?}");
    assert!(wrong.stderr.contains("does not open your private key"), "{wrong:?}");
    let none = run(&mut service.command(["get", &link, "-o", "out", "--dev", "dev"])).await;
    assert_eq!(none.code, Some(3), "{none:?}");
    assert!(!service.home().join("out").exists(), "nothing was written");
    let got = get(&service, &link, PASSPHRASE).await;
    assert_eq!((got.code, got.stderr.as_str()), (Some(0), ""), "{got:?}");
    let got: Value = serde_json::from_str(&got.stdout).unwrap();
    assert_eq!(got["subject"], "Plans for the new wing");
    assert_eq!(sha256(&out(&service, "in/deep/canary-größe.bin")), big.sha256());
    assert_eq!(fs::read_to_string(out(&service, "in/note.txt")).unwrap(), "canary-content ".repeat(40));
    assert_eq!(fs::metadata(out(&service, "in/empty")).unwrap().len(), 0);
    assert_eq!(files_below(&service.home().join("out")).len(), 3, "nothing but the files is left");
    let mails = service.mails().concat();
    for canary in ["canary-", "größe", PASSPHRASE] {
        assert!(!service.log().contains(canary) && !mails.contains(canary), "{canary}");
        for path in files_below(&service.dev_dir()) {
            let bytes = fs::read(&path).unwrap_or_default();
            let found = bytes.windows(canary.len()).any(|window| window == canary.as_bytes());
            assert!(!found, "{canary} is in {}", path.display());
        }
    }
}

async fn a_sending_in_that_was_killed_takes_one_use_and_goes_on(engine: Engine) {
    let service = Service::start_on(engine).await;
    let receiver = Receiver::of(&service).await;
    let link = ask(&service, &receiver).await;
    let content = Content::new(121, 200 * MIB + 11);
    content.write_to(&service.home().join("big.bin"));
    let words = [&to(&link)[..], &["big.bin"]].concat();
    for objects in [2, 9] {
        let mut sending = service.command(words.iter().copied()).stdout(Stdio::null()).spawn().unwrap();
        eventually("the first stored parts", async || (service.objects().len() >= objects).then_some(()))
            .await;
        sending.kill().await.unwrap();
    }
    for path in files_below(&service.home().join("state")) {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "{}", path.display());
        let token = link.rsplit('/').next().unwrap();
        assert!(!fs::read_to_string(&path).unwrap().contains(token), "{}", path.display());
    }
    let sent = run(&mut service.command(words.iter().copied())).await;
    assert_eq!(sent.code, Some(0), "{sent:?}");
    // The request is for one use.
    let list = run_ok(&mut service.command(["request", "list", "--dev", "dev"])).await;
    assert!(list.contains("\tused-up\t1/1\t"), "{list}");
    let begun = service.log().matches("route=\"/api/v1/requests/begin\" status=201").count();
    assert_eq!(begun, 1, "later calls go on with what was begun");
    let got = get(&service, &mailed(&service).await, PASSPHRASE).await;
    assert_eq!(got.code, Some(0), "{got:?}");
    assert_eq!(sha256(&out(&service, "big.bin")), content.sha256());
    assert_eq!(files_below(&service.home().join("state")), Vec::<PathBuf>::new());
}

async fn a_key_that_changed_is_told_and_sealed_to_when_the_command_is_given_again(engine: Engine) {
    let service = Service::start_on(engine).await;
    let mut receiver = Receiver::of(&service).await;
    let link = ask(&service, &receiver).await;
    let content = Content::new(122, 100 * MIB);
    content.write_to(&service.home().join("big.bin"));
    let words = [&to(&link)[..], &["big.bin"]].concat();
    let mut sending = service.command(words.iter().copied()).stdout(Stdio::null()).spawn().unwrap();
    eventually("the first stored parts", async || (service.objects().len() >= 3).then_some(())).await;
    sending.kill().await.unwrap();
    let before = receiver.fingerprint.to_string();
    receiver.change_key().await;
    let now = receiver.fingerprint.to_string();
    let told = run(&mut service.command(words.iter().copied())).await;
    assert_eq!(told.code, Some(3), "{told:?}");
    assert!(told.stderr.contains(&before) && told.stderr.contains(&now), "{told:?}");
    assert_eq!(received(&service), Vec::<String>::new(), "nothing was handed over");
    let sent = run(&mut service.command([&words[..], &["--json"]].concat())).await;
    assert_eq!(sent.code, Some(0), "{sent:?}");
    assert!(sent.stdout.contains(&now), "{sent:?}");
    let got = get(&service, &mailed(&service).await, PASSPHRASE).await;
    assert_eq!(got.code, Some(0), "{got:?}");
    assert_eq!(sha256(&out(&service, "big.bin")), content.sha256());
}

async fn what_is_sent_in_is_sealed_to_the_recovery_key_too_unless_another_key_is_insisted_on(engine: Engine) {
    let service = Service::start_on(engine).await;
    let receiver = Receiver::of(&service).await;
    let link = ask(&service, &receiver).await;
    fs::write(service.home().join("note.txt"), "hello").unwrap();
    let fingerprint = recovery::make(&service).await;
    let owner = recovery::signed_in(&service, "admin@demo.example").await;
    recovery::set(&owner, &service.home().join("recovery.key.pub")).await;

    let own = receiver.fingerprint.to_string();
    let words = [&to(&link)[..], &["note.txt", "--json", "--fingerprint", &own]].concat();
    let refused = run(&mut service.command(words.iter().copied())).await;
    assert_eq!(refused.code, Some(3), "{refused:?}");
    assert!(refused.stderr.contains(&fingerprint), "{refused:?}");
    let sent = run(&mut service.command([&words[..], &["--fingerprint", &fingerprint]].concat())).await;
    assert_eq!(sent.code, Some(0), "{sent:?}");
    assert!(sent.stderr.contains(&own) && sent.stderr.contains(&fingerprint), "{sent:?}");
    let told: Value = serde_json::from_str(&sent.stdout).unwrap();

    // Each of both keys opens it.
    let got = get(&service, &mailed(&service).await, PASSPHRASE).await;
    assert_eq!(got.code, Some(0), "{got:?}");
    assert_eq!(fs::read_to_string(out(&service, "note.txt")).unwrap(), "hello");
    let material = recovery::material(&service, &owner, &told["submission_id"]).await;
    fs::write(service.home().join("material"), &material).unwrap();
    let words = ["keys", "recovery", "open", "material", "--key", "recovery.key", "--passphrase-file"];
    run_ok(&mut service.command([&words[..], &["passphrase", "--out", "recovered"]].concat())).await;
    assert_eq!(fs::read_to_string(service.home().join("recovered/note.txt")).unwrap(), "hello");
}

async fn a_recovery_key_that_came_meanwhile_is_told_and_sealed_to_when_the_command_is_given_again(
    engine: Engine,
) {
    let service = Service::start_on(engine).await;
    let receiver = Receiver::of(&service).await;
    let link = ask(&service, &receiver).await;
    let content = Content::new(124, 100 * MIB);
    content.write_to(&service.home().join("big.bin"));
    let words = [&to(&link)[..], &["big.bin"]].concat();
    let mut sending = service.command(words.iter().copied()).stdout(Stdio::null()).spawn().unwrap();
    eventually("the first stored parts", async || (service.objects().len() >= 3).then_some(())).await;
    sending.kill().await.unwrap();
    let fingerprint = recovery::make(&service).await;
    let owner = recovery::signed_in(&service, "admin@demo.example").await;
    recovery::set(&owner, &service.home().join("recovery.key.pub")).await;
    let told = run(&mut service.command(words.iter().copied())).await;
    assert_eq!(told.code, Some(3), "{told:?}");
    assert!(told.stderr.contains(&fingerprint), "{told:?}");
    assert_eq!(received(&service), Vec::<String>::new(), "nothing was handed over");
    let sent = run(&mut service.command(words.iter().copied())).await;
    assert_eq!(sent.code, Some(0), "{sent:?}");
    let got = get(&service, &mailed(&service).await, PASSPHRASE).await;
    assert_eq!(got.code, Some(0), "{got:?}");
    assert_eq!(sha256(&out(&service, "big.bin")), content.sha256());
}

async fn what_another_program_seals_to_a_key_opens_and_a_tampered_byte_does_not(engine: Engine) {
    let service = Service::start_on(engine).await;
    let receiver = Receiver::of(&service).await;
    let content = Content::new(123, 9 * MIB + 5).all();
    let first = sealed_by_another(&service, &ask(&service, &receiver).await, &content, None).await;
    let got = get(&service, &first, PASSPHRASE).await;
    assert_eq!(got.code, Some(0), "{got:?}");
    let told: Value = serde_json::from_str(&got.stdout).unwrap();
    assert_eq!((&told["subject"], &told["message"]), (&json!("Pläne"), &json!("wie gewünscht")));
    assert!(fs::read(out(&service, "folder/plan.bin")).unwrap() == content);
    // Of another one a byte in the middle is another, whoever did it.
    fs::remove_dir_all(service.home().join("out")).unwrap();
    let link = ask(&service, &receiver).await;
    let second = sealed_by_another(&service, &link, &content, Some(5_000_000)).await;
    assert_ne!(first, second);
    let got = get(&service, &second, PASSPHRASE).await;
    assert_eq!(got.code, Some(1), "{got:?}");
    assert!(got.stderr.contains("not what its sender has sealed"), "{got:?}");
    assert!(!out(&service, "folder/plan.bin").exists(), "nothing is left under its name");
}

/// What the tests' own program seals to the key of whoever asks, and sends in; the link that the receiver gets.
async fn sealed_by_another(service: &Service, link: &str, content: &[u8], tampered: Option<usize>) -> String {
    let known = received(service);
    let nobody = Api::new(service.base_url(), "none");
    let token = link.rsplit('/').next().unwrap();
    let opened = nobody.post("/api/v1/requests/open", &json!({ "token": token })).await;
    let who = json!({ "token": token, "name": "Ute Baum", "email": "ute@builder.example" });
    let begun = nobody.post("/api/v1/requests/begin", &who).await;
    let outsider = Api::new(service.base_url(), begun["grant"].as_str().unwrap());
    let id = begun["submission_id"].as_str().unwrap();
    let told = &opened["sealing"];
    let program = Sealing::submitted(id, told["tenant"].as_str().unwrap());
    let key =
        sealpost_sealed::PublicKey::from_bytes(&sealing::bytes(&told["receiver"]["public_key"])).unwrap();
    let sealed_length = sealing::sealed_length(content.len() as u64);
    let creation = outsider.request(Method::POST, &format!("/api/v1/transfers/{id}/files"));
    let created = creation.header("Upload-Length", sealed_length).send().await.unwrap();
    let location = created.headers()["location"].to_str().unwrap().to_owned();
    let mut upload = program.upload(&location);
    let mut sealed: Vec<u8> =
        content.chunks(sealing::PART).flat_map(|part| upload.seal(part).to_vec()).collect();
    if let Some(at) = tampered {
        sealed[at] ^= 1;
    }
    let patched = outsider.patch(&location, 0, sealed.into()).await.unwrap();
    assert_eq!(patched.status(), StatusCode::NO_CONTENT, "{}", patched.text().await.unwrap());
    let file = location.rsplit('/').next().unwrap();
    let manifest = program.manifest(file, ("folder/plan.bin", crc32fast::hash(content)), &[&upload]);
    let words = program.sealed_to(&key, Some(("Pläne", "wie gewünscht")));
    for (path, body) in [
        (format!("/api/v1/submissions/{id}/files/{file}/sealing"), &manifest),
        (format!("/api/v1/submissions/{id}/sealing"), &words),
    ] {
        let put = outsider.request(Method::PUT, &path).json(body).send().await.unwrap();
        assert_eq!(put.status(), StatusCode::NO_CONTENT, "{}", put.text().await.unwrap());
    }
    outsider.post(&format!("/api/v1/submissions/{id}/send"), &json!({})).await;
    eventually("the mail", async || received(service).into_iter().find(|link| !known.contains(link))).await
}

async fn who_has_no_key_pair_is_told_where_one_is_made(engine: Engine) {
    let service = Service::start_on(engine).await;
    let refused = run(&mut service.command(ASK)).await;
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(3), ""), "{refused:?}");
    let page = format!("{}/account/keys", service.base_url());
    assert!(refused.stderr.contains(&page), "{refused:?}");
    assert_eq!(run_ok(&mut service.command(["request", "list", "--dev", "dev"])).await, "");
    // What the service seals is sent in likewise, and fetched without anybody's key.
    let plain = run_ok(&mut service.command(["request", "create", "--dev", "dev", "Photographs"])).await;
    let content = Content::new(124, 9 * MIB);
    content.write_to(&service.home().join("a.bin"));
    let insisted = [&to(plain.trim_end())[..], &["a.bin", "--zero-knowledge"]].concat();
    let refused = run(&mut service.command(insisted)).await;
    assert_eq!(refused.code, Some(3), "{refused:?}");
    let sent = run(&mut service.command([&to(plain.trim_end())[..], &["a.bin", "--json"]].concat())).await;
    assert_eq!(sent.code, Some(0), "{sent:?}");
    let told: Value = serde_json::from_str(&sent.stdout).unwrap();
    assert_eq!((&told["mode"], &told["sealed_to"]), (&json!("standard"), &Value::Null));
    let link = mailed(&service).await;
    run_ok(&mut service.command(["get", &link, "-o", "out"])).await;
    assert_eq!(sha256(&out(&service, "a.bin")), content.sha256());
}
