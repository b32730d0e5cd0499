//! What browsers seal is looked for in everything that a service has: in its memory, while senders seal and recipients open, and
//! afterwards in every file of its database, its stores and its keys, in its log at the finest level, mails, metrics and traces.

use std::{collections::BTreeSet, fs};

use sealpost_test_support::{app::Client, engines::Engine, sealing::PART};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    looking::{
        Finding, Hunt, Planted, Secret, finds_these, in_files, in_memory, in_what_is_told, keys_of_link,
        keys_of_received, meanwhile, told_of,
    },
    page::travel_at,
    support::{Collector, Installed, Wanted, eventually, files_below},
};

const PASSWORD: &str = "gravel-Sunday-otter-97-lantern";
const OWNER: &str = "owner@acme.example";
/// Two parts of the format and some chunks of a third, and less than a chunk.
const BIG: usize = 2 * PART + 40_000;
const SMALL: usize = 700;
/// Texts and names that browsers seal, of what is sent and of what is sent in.
const SENT: [&str; 5] = ["subject", "message", "password", "big.bin", "small.txt"];
const SENT_IN: [&str; 5] = ["in-subject", "in-message", "passphrase", "in-big.bin", "in-small.txt"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_browsers_seal_is_in_memory_or_on_any_disk_of_a_service_on_sqlite() {
    nothing_is_found(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_browsers_seal_is_in_memory_or_on_any_disk_of_a_service_on_postgres() {
    nothing_is_found(Engine::Postgres).await;
}

async fn nothing_is_found(engine: Engine) {
    let collector = Collector::start().await;
    let wanted = Wanted { sections: told_of(&collector), ..Wanted::on(engine) };
    let mut looking = Looking {
        installed: Installed::start(wanted).await,
        planted: Planted::new(),
        desk: TempDir::with_prefix("sealpost-desk").unwrap(),
        secrets: Vec::new(),
    };
    looking.can_sign_in().await;
    looking.sends_and_opens().await;
    looking.sends_in_and_opens().await;

    eventually("traces", async || (collector.spans().len() > 20).then_some(())).await;
    let (to, from) = (looking.planted.word("to"), looking.planted.word("from"));
    let hunt = Hunt::of(&looking.secrets);
    let installed = &mut looking.installed;
    assert_eq!(in_memory(installed, &hunt).await.unwrap_or_default(), [""; 0]);
    assert_eq!(in_what_is_told(installed, &collector, &hunt).await, [] as [Finding; 0]);
    assert_eq!(in_files(installed, &hunt).await, [] as [Finding; 0]);
    let known = [("a recipient", to.as_bytes(), ".eml"), ("who has sent in", from.as_bytes(), ".eml")];
    finds_these(installed, &collector, &known).await;
    assert_eq!(installed.stop().await.code(), Some(0), "{}", installed.log());
    // What SQLite has in its log goes to its file now.
    assert_eq!(in_files(installed, &hunt).await, [] as [Finding; 0]);
}

/// The journey, with what may be nowhere so far.
struct Looking {
    installed: Installed,
    planted: Planted,
    /// What is at home where browsers run, and not with the service.
    desk: TempDir,
    secrets: Vec<Secret>,
}

impl Looking {
    fn base(&self) -> String {
        format!("http://localhost:{}", self.installed.port)
    }

    async fn can_sign_in(&self) {
        let link = self.installed.command_ok(&format!("user password-reset {OWNER} --tenant acme")).await;
        let chosen = json!({ "token": link.trim().rsplit('/').next().unwrap(), "password": PASSWORD });
        Client::new(&self.base()).post_json("/api/v1/signin/reset", &chosen).await.expect(204);
    }

    /// What every script is told; files are written to be chosen, under their planted names.
    fn order(&self, step: &str, files: [(&str, usize); 2], more: &Value) -> Value {
        let names = files.map(|(name, length)| {
            let name = self.planted.word(name);
            fs::write(self.desk.path().join(&name), self.planted.content(length)).unwrap();
            name
        });
        let mut order = json!({
            "step": step, "tenant": "acme", "email": OWNER, "password": PASSWORD, "token": self.installed.token(),
            "home": self.desk.path(), "names": names, "folder": self.desk.path().join("saved"),
            "outcome": self.desk.path().join("outcome.json"), "mail": self.installed.home().join("mails"),
        });
        for (name, value) in more.as_object().unwrap() {
            order[name] = value.clone();
        }
        order
    }

    /// Takes a step in a browser, while the memory of the service is looked into.
    async fn step(&self, script: &str, order: Value) {
        let base = self.base();
        let work = travel_at(&base, script, order);
        let ((), found) = meanwhile(&self.installed, &self.secrets, work).await;
        assert_eq!(found, BTreeSet::new(), "in memory");
    }

    /// What a script has written down.
    fn outcome(&self) -> Value {
        serde_json::from_slice(&fs::read(self.desk.path().join("outcome.json")).unwrap()).unwrap()
    }

    fn saved(&self, files: [(&str, usize); 2]) {
        for (name, length) in files {
            let saved = fs::read(self.desk.path().join("saved").join(self.planted.word(name))).unwrap();
            assert!(saved == self.planted.content(length), "{name} is what was sealed");
        }
    }

    async fn sends_and_opens(&mut self) {
        self.secrets = self.planted.words(&SENT, &[BIG, SMALL]);
        let (files, word) = ([("big.bin", BIG), ("small.txt", SMALL)], |what| self.planted.word(what));
        let password = word("password");
        let mut said = json!({
            "to": format!("{}@example.org", word("to")), "subject": word("subject"), "message": word("message"),
            "secret": password,
        });
        self.step("canaries_sent.mjs", self.order("send", files, &said)).await;
        said["link"] = self.outcome()["link"].clone();

        let keys = keys_of_link(&self.base(), said["link"].as_str().unwrap(), Some(&password)).await;
        self.secrets.extend(keys);
        self.step("canaries_sent.mjs", self.order("open", files, &said)).await;
        self.saved(files);
    }

    async fn sends_in_and_opens(&mut self) {
        self.secrets.extend(self.planted.words(&SENT_IN, &[]));
        let (files, word) = ([("in-big.bin", BIG), ("in-small.txt", SMALL)], |what| self.planted.word(what));
        let passphrase = word("passphrase");
        let mut said = json!({
            "from": format!("{}@example.org", word("from")), "subject": word("in-subject"), "message": word("in-message"),
            "secret": passphrase,
        });
        let script = "canaries_received.mjs";
        self.step(script, self.order("keys", files, &said)).await;
        let mailbox = self.outcome()["mailbox"].as_str().unwrap().to_owned();
        let before = self.links();
        self.step(script, self.order("send", files, &said)).await;
        let link =
            eventually("the mail", async || self.links().into_iter().find(|link| !before.contains(link)));
        let link = link.await;
        said["link"] = link.as_str().into();

        let signed_in = json!({ "tenant": "acme", "email": OWNER, "password": PASSWORD });
        let nobody = Client::new(&self.base());
        let begun = nobody.post_json("/api/v1/signin", &signed_in).await.expect(200).json();
        let person = nobody.with_bearer(begun["session"].as_str().unwrap());
        let keys = keys_of_received(&person, Some(&mailbox), &link, &passphrase).await;
        self.secrets.extend(keys);
        self.step(script, self.order("open", files, &said)).await;
        self.saved(files);
    }

    /// The links in mails so far.
    fn links(&self) -> BTreeSet<String> {
        let mails = files_below(&self.installed.home().join("mails"));
        let mails = mails.iter().filter(|path| path.extension().is_some_and(|is| is == "eml"));
        let mut links = BTreeSet::new();
        for mail in mails {
            let mail = fs::read_to_string(mail).unwrap().replace("=\r\n", "").replace("=\n", "");
            let words = mail.split(['"', '<', '>', ' ', '\r', '\n']).filter(|word| word.contains("/t/"));
            links.extend(words.map(str::to_owned));
        }
        links
    }
}
