//! The same of what the command line seals: what it sends with a password, and what an outsider sends in with it, sealed to a key.

use std::{fs, path::Path, process::Stdio};

use data_encoding::BASE64URL_NOPAD;
use sealpost_sealed::{PasswordKey, PasswordParameters, PrivateKey, PrivateKeyContext, SystemRandom};
use sealpost_test_support::{app::Client, engines::Engine, sealing};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{io::AsyncWriteExt as _, process::Command};

use super::{BIG, SMALL};
use crate::{
    looking::{
        Finding, Hunt, Planted, Secret, finds_these, in_files, in_memory, in_what_is_told, keys_of_link,
        keys_of_received, meanwhile, told_of,
    },
    support::{Collector, Installed, Wanted, eventually, files_below, run_ok, sealpost},
};

/// Texts and names that the command line seals, of what is sent and of what is sent in.
const SENT: [&str; 5] = ["subject", "message", "password", "big.bin", "small.txt"];
const SENT_IN: [&str; 3] = ["passphrase", "in-big.bin", "in-small.txt"];
const KEY_PAIRS: &str = "/api/v1/account/key-pairs";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_the_command_line_seals_is_in_memory_or_on_any_disk_of_a_service_on_sqlite() {
    nothing_is_found(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_the_command_line_seals_is_in_memory_or_on_any_disk_of_a_service_on_postgres() {
    nothing_is_found(Engine::Postgres).await;
}

async fn nothing_is_found(engine: Engine) {
    let collector = Collector::start().await;
    let wanted = Wanted { sections: told_of(&collector), ..Wanted::on(engine) };
    let mut installed = Installed::start(wanted).await;
    let planted = Planted::new();
    let desk = Desk { home: TempDir::with_prefix("sealpost-desk").unwrap(), server: base(&installed) };
    // A word that is no secret: it is looked for together with all others.
    let known = planted.word("recipient");

    let keys = desk.sends_and_gets(&installed, &planted, &known).await;
    let keys_of_in = desk.asks_and_gets(&installed, &planted).await;

    eventually("traces", async || (collector.spans().len() > 20).then_some(())).await;
    let mut secrets = planted.words(&SENT, &[BIG, SMALL]);
    secrets.extend(planted.words(&SENT_IN, &[]));
    secrets.extend(keys.into_iter().chain(keys_of_in));
    let hunt = Hunt::of(&secrets);
    assert_eq!(in_memory(&installed, &hunt).await.unwrap_or_default(), [""; 0]);
    assert_eq!(in_what_is_told(&installed, &collector, &hunt).await, [] as [Finding; 0]);
    assert_eq!(in_files(&installed, &hunt).await, [] as [Finding; 0]);
    finds_these(&installed, &collector, &[("a recipient", known.as_bytes(), ".eml")]).await;
    assert_eq!(installed.stop().await.code(), Some(0), "{}", installed.log());
    // What SQLite has in its log goes to its file now.
    assert_eq!(in_files(&installed, &hunt).await, [] as [Finding; 0]);
}

fn base(installed: &Installed) -> String {
    format!("http://localhost:{}", installed.port)
}

/// The machine at which somebody works: nothing of it is the service's.
struct Desk {
    home: TempDir,
    server: String,
}

impl Desk {
    fn path(&self) -> &Path {
        self.home.path()
    }

    fn command(&self, installed: &Installed, words: &[&str]) -> Command {
        let mut command = sealpost();
        command.args(words).args(["--server", &self.server]).current_dir(self.path());
        command.env("SEALPOST_TOKEN", installed.token()).env("SEALPOST_STATE_DIR", self.path().join("state"));
        command
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path.display().to_string()
    }

    /// With a password, to somebody whose address has the `known` word; gives the keys.
    async fn sends_and_gets(&self, installed: &Installed, planted: &Planted, known: &str) -> Vec<Secret> {
        let files = [("big.bin", BIG), ("small.txt", SMALL)];
        for (name, length) in files {
            self.write(&format!("out/{}", planted.word(name)), planted.content(length));
        }
        let password = planted.word("password");
        self.write("password", &password);
        let (to, subject) = (format!("{known}@example.org"), planted.word("subject"));
        let message = planted.word("message");
        let words = [
            "send",
            "out",
            "--zero-knowledge",
            "--to",
            &to,
            "--subject",
            &subject,
            "--message",
            &message,
            "--password-file",
            "password",
            "--json",
        ];
        let unseen = planted.words(&SENT, &[BIG, SMALL]);
        let sending = async { run_ok(&mut self.command(installed, &words)).await };
        let (sent, found) = meanwhile(installed, &unseen, sending).await;
        assert_eq!(Vec::from_iter(found), [""; 0], "in memory, while it was sent");
        let sent: Value = serde_json::from_str(&sent).unwrap();
        let link = sent["links"][0]["url"].as_str().unwrap();

        let keys = keys_of_link(&self.server, link, Some(&password)).await;
        let mut secrets = planted.words(&SENT, &[BIG, SMALL]);
        secrets.extend(keys.iter().cloned());
        let words = ["get", "-", "-o", "got", "--password-file", "password"];
        let getting = self.given(installed, &words, link);
        let ((), found) = meanwhile(installed, &secrets, getting).await;
        assert_eq!(Vec::from_iter(found), [""; 0], "in memory, while it was fetched");
        for (name, length) in files {
            let got = fs::read(self.path().join("got/out").join(planted.word(name))).unwrap();
            assert!(got == planted.content(length), "{name} is what was sealed");
        }
        keys
    }

    /// An outsider sends in what somebody has asked for, sealed to his key; gives the keys.
    async fn asks_and_gets(&self, installed: &Installed, planted: &Planted) -> Vec<Secret> {
        let passphrase = planted.word("passphrase");
        let person = make_key_pair(installed, &self.server, &passphrase).await;
        let files = [("in-big.bin", BIG), ("in-small.txt", SMALL)];
        for (name, length) in files {
            self.write(&format!("in/{}", planted.word(name)), planted.content(length));
        }
        let before = received(installed);
        // What it is about is no secret: the page of the request says it to whoever has its link.
        let known = planted.word("title");
        let words = ["request", "create", &known, "--zero-knowledge"];
        let unseen = planted.words(&SENT_IN, &[BIG, SMALL]);
        let ((), found) = meanwhile(installed, &unseen, async {
            let link = run_ok(&mut self.command(installed, &words)).await;
            let words = [
                "send",
                "in",
                "--to",
                link.trim_end(),
                "--name",
                "Ute Baum",
                "--from",
                "ute@builder.example",
            ];
            run_ok(&mut self.command(installed, &words)).await;
        })
        .await;
        assert_eq!(Vec::from_iter(found), [""; 0], "in memory, while it was sent in");
        let link = eventually("the mail", async || {
            received(installed).into_iter().find(|link| !before.contains(link))
        });
        let link = link.await;

        let keys = keys_of_received(&person, None, &link, &passphrase).await;
        let mut secrets = planted.words(&SENT_IN, &[BIG, SMALL]);
        secrets.extend(keys.iter().cloned());
        let words = ["get", &link, "-o", "got", "--passphrase-file", "-"];
        let getting = self.given(installed, &words, &passphrase);
        let ((), found) = meanwhile(installed, &secrets, getting).await;
        assert_eq!(Vec::from_iter(found), [""; 0], "in memory, while it was opened");
        for (name, length) in files {
            let got = fs::read(self.path().join("got/in").join(planted.word(name))).unwrap();
            assert!(got == planted.content(length), "{name} is what was sealed");
        }
        keys
    }

    /// Runs a command to which something is said on its standard input.
    async fn given(&self, installed: &Installed, words: &[&str], said: &str) {
        let mut command = self.command(installed, words);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut running = command.spawn().unwrap();
        running.stdin.take().unwrap().write_all(said.as_bytes()).await.unwrap();
        let ended = running.wait_with_output().await.unwrap();
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    }
}

/// The owner's own pair, made as a page makes it; gives whoever may read it.
async fn make_key_pair(installed: &Installed, server: &str, passphrase: &str) -> Client {
    const PASSWORD: &str = "gravel-Sunday-otter-97-lantern";
    let link = installed.command_ok("user password-reset owner@acme.example --tenant acme").await;
    let nobody = Client::new(server);
    let chosen = json!({ "token": link.trim().rsplit('/').next().unwrap(), "password": PASSWORD });
    nobody.post_json("/api/v1/signin/reset", &chosen).await.expect(204);
    let shown = json!({ "tenant": "acme", "email": "owner@acme.example", "password": PASSWORD });
    let begun = nobody.post_json("/api/v1/signin", &shown).await.expect(200).json();
    let person = nobody.with_bearer(begun["session"].as_str().unwrap());
    let own = person.get(KEY_PAIRS).await.expect(200).json();
    let [tenant, owner] = ["tenant", "owner"].map(|name| sealing::id(own[name].as_str().unwrap()));
    let (key, parameters) =
        (PrivateKey::generate(&SystemRandom), PasswordParameters::generate(&SystemRandom));
    let under = PasswordKey::derive(passphrase, &parameters).unwrap();
    let private_key = under.seal_private_key(&key, PrivateKeyContext { tenant, owner }, &SystemRandom);
    let text = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
    let made = json!({
        "public_key": text(key.public_key().as_bytes()),
        "passphrase": { "parameters": text(&parameters.encode()), "private_key": text(&private_key) },
    });
    person.post_json(KEY_PAIRS, &made).await.expect(201);
    person
}

/// The links in mails so far.
fn received(installed: &Installed) -> Vec<String> {
    let mails = files_below(&installed.home().join("mails"));
    let mails = mails.iter().filter(|path| path.extension().is_some_and(|is| is == "eml"));
    let mut links = Vec::new();
    for mail in mails {
        let mail = fs::read_to_string(mail).unwrap().replace("=\r\n", "").replace("=\n", "");
        let words = mail.split(['"', '<', '>', ' ', '\r', '\n']).filter(|word| word.contains("/t/"));
        links.extend(words.map(str::to_owned));
    }
    links.sort();
    links.dedup();
    links
}
