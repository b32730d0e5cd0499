//! What a sender seals is looked for in everything that a service has: its memory, while all of it goes through and afterwards, every
//! file of its database, its stores and its keys, its log at the finest level, mails, metrics and traces.

#[path = "../../api/zero_knowledge/client.rs"]
#[expect(dead_code, reason = "shared with the tests of the API, which need more of it")]
mod client;
mod command_line;
mod drafted;

use std::fs;

use sealpost_sealed::{FragmentSecret, SystemRandom};
use sealpost_test_support::{
    app::{Client, Link, Raw, Sender, metadata},
    engines::Engine,
};
use serde_json::json;

use crate::{
    looking::{
        Finding, Hunt, OUR_NAME, Planted, Secret, finds_these, in_files, in_memory, in_what_is_told, told_of,
    },
    support::{Collector, Installed, Wanted, eventually, files_below},
};
use client::{Opening, PART, SEALED_PART, Sealing, sealed_length, text};
use drafted::keys_of_draft;

/// Lengths of the files: two parts and some chunks of a third, less than a chunk, and one that comes in slices.
const BIG: usize = 2 * PART + 40_000;
const SMALL: usize = 700;
const SLICED: usize = PART + 90_000;
/// What a sender's program seals, and nobody else ever has.
const SEALED: [&str; 9] =
    ["subject", "message", "password", "media-type", "big", "small", "sliced", "mistyped", "in-words"];
/// What goes to a service that seals by itself, in the clear.
const PLAIN: &str = "what is sent in the clear";
const PROOF: &str = "the proof";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_its_sender_seals_is_in_memory_or_on_any_disk_of_a_service_on_sqlite() {
    nothing_is_found(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_its_sender_seals_is_in_memory_or_on_any_disk_of_a_service_on_postgres() {
    nothing_is_found(Engine::Postgres).await;
}

async fn nothing_is_found(engine: Engine) {
    let collector = Collector::start().await;
    let sections = told_of(&collector);
    let mut installed = Installed::start(Wanted { sections, ..Wanted::on(engine) }).await;
    let base = format!("http://127.0.0.1:{}", installed.port);
    let sender = Sender::with_token(&base, installed.token(), "owner@acme.example");
    let mut looking = Looking { planted: Planted::new(), shown: Vec::new() };

    let draft = looking.uploads(&installed, &sender).await;
    looking.mistakes(&sender).await;
    let links = sender.send(&draft.id).await.links;
    let mails = installed.home().join("mails");
    eventually("the mail", async || {
        files_below(&mails).iter().any(|path| path.extension().is_some()).then_some(())
    })
    .await;
    looking.downloads(&installed, &draft, &sender.without_bearer(), &links[0]).await;

    eventually("traces", async || (collector.spans().len() > 20).then_some(())).await;
    let hunt = looking.hunt(&draft, true);
    assert_eq!(in_what_is_told(&installed, &collector, &hunt).await, [] as [Finding; 0]);
    assert_eq!(in_files(&installed, &hunt).await, [] as [Finding; 0]);
    sees_what_is_there(&installed, &collector, &draft, &links[0]).await;
    assert_eq!(installed.stop().await.code(), Some(0), "{}", installed.log());
    // What SQLite has in its log goes to its file now.
    assert_eq!(in_files(&installed, &hunt).await, [] as [Finding; 0]);
}

/// The same search finds in the same places what is to be there: if it found nothing, it would prove nothing.
async fn sees_what_is_there(installed: &Installed, collector: &Collector, draft: &Sealing, link: &Link) {
    let object = files_below(&installed.home().join("blobs")).pop().expect("stored objects");
    let object = fs::read(object).unwrap()[..24].to_vec();
    let hash = draft.access().proof.hash();
    finds_these(
        installed,
        collector,
        &[
            ("the proof's hash", &hash.as_bytes()[..], "database"),
            ("the link's token", link.token.as_bytes(), ".eml"),
            ("a stored object's salt", &object, "/blobs/"),
        ],
    )
    .await;
}

/// The journey, with what has been told on it so far.
struct Looking {
    planted: Planted,
    /// What the service is shown: by who proves that he may read, or by mistake. It keeps and tells nothing of it, but has had it in memory.
    shown: Vec<Secret>,
}

impl Looking {
    /// For what nobody but sender and recipients ever has; with what the service was shown, too.
    fn hunt(&self, draft: &Sealing, with_shown: bool) -> Hunt {
        let mut secrets = self.planted.words(&SEALED, &[BIG, SMALL, SLICED]);
        secrets.extend(keys_of_draft(draft));
        if with_shown {
            secrets.extend(self.shown.iter().cloned());
        }
        Hunt::of(&secrets)
    }

    /// A draft with all its files, which come by all ways there are. While some of its bytes are on their way, so are bytes of a transfer
    /// that the service seals, and its memory has those alone.
    async fn uploads(&mut self, installed: &Installed, sender: &Sender) -> Sealing {
        let word = |what: &str| self.planted.word(what);
        let new = json!({
            "mode": "zero_knowledge", "protection": "password", "recipients": [{"email": "bert@example.org"}],
        });
        let mut draft = Sealing::begin(sender, &new).await.with_password(&word("password"));
        draft.media_type = format!("application/x-{}", word("media-type"));
        draft.seal(Some((&word("subject"), &format!("{}\nand {}", word("message"), word("in-words"))))).await;

        let plain = self.planted.word("plain").repeat(400);
        let place = sender.draft().await;
        let begun = sender.begin(&place).header("upload-length", (2 * plain.len()).to_string());
        let begun = begun.header("upload-metadata", metadata("plain.txt")).await.expect(201);
        let path = format!("/{}", begun.header("location").unwrap().splitn(4, '/').nth(3).unwrap());
        let mut in_the_clear = sender.patching(&path, 0, 2 * plain.len()).await;
        in_the_clear.say(&plain).await;

        let content = self.planted.content(BIG);
        let mut upload = draft.upload(BIG, false).await;
        let sealed: Vec<_> = content.chunks(PART).map(|part| upload.seal(part)).collect();
        let mut by_its_sender = sender.patching(&upload.path, 0, sealed_length(BIG)).await;
        by_its_sender.say(&sealed[0]).await;
        by_its_sender.say(&sealed[1][..SEALED_PART / 2]).await;
        eventually("a part is stored", async || {
            (sender.offset(&upload.path).await >= SEALED_PART).then_some(())
        })
        .await;
        self.only_this_is_in_memory(installed, &draft, (PLAIN, &plain.as_bytes()[..60])).await;
        by_its_sender.say(&sealed[1][SEALED_PART / 2..]).await;
        by_its_sender.say(&sealed[2]).await;
        let answer = by_its_sender.hear_head().await;
        assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
        in_the_clear.hang_up();
        let file = upload.path.rsplit('/').next().unwrap().to_owned();
        draft
            .put_manifest(&file, &draft.manifest(&file, (&word("big"), &content), &[&upload]))
            .await
            .expect(204);
        draft.put(&word("small"), &self.planted.content(SMALL)).await;
        self.slices(&draft).await;
        draft.bind().await;
        draft
    }

    async fn slices(&self, draft: &Sealing) {
        let content = self.planted.content(SLICED);
        let mut uploads = Vec::new();
        for slice in [&content[..PART], &content[PART..]] {
            let mut upload = draft.upload(slice.len(), true).await;
            let sealed = upload.seal(slice);
            draft.sender.patch(&upload.path, 0, sealed).await.expect(204);
            uploads.push(upload);
        }
        let paths: Vec<_> = uploads.iter().map(|upload| upload.path.as_str()).collect();
        let joined = draft.sender.join(&draft.id, &paths).await.expect(201);
        let file = joined.header("location").unwrap().rsplit('/').next().unwrap().to_owned();
        let manifest = draft.manifest(
            &file,
            (&self.planted.word("sliced"), &content),
            &uploads.iter().collect::<Vec<_>>(),
        );
        draft.put_manifest(&file, &manifest).await.expect(204);
    }

    /// What faulty programs send in the clear is refused, and left nowhere.
    async fn mistakes(&mut self, sender: &Sender) {
        let fragment = FragmentSecret::generate(&SystemRandom).to_fragment().to_string();
        let (subject, name) = (self.planted.word("by-mistake"), self.planted.word("name-by-mistake"));
        let mut new = client::to_bert();
        let draft = sender.draft_of(&new).await;
        new["subject"] = subject.as_str().into();
        sender.create(&new).await.problem(422, "sealed_by_sender");
        let begun =
            sender.begin(&draft).header("upload-length", "75").header("upload-metadata", metadata(&name));
        assert!(begun.await.status >= 400);
        let plain = subject.repeat(8);
        let begun =
            sender.begin_with(&draft, plain.as_bytes()).header("upload-length", plain.len().to_string());
        begun.await.problem(422, "not_sealed");
        let link = format!("{}#{fragment}", "A".repeat(43));
        let anybody = sender.without_bearer();
        let opened = anybody.post_json("/api/v1/links/open", &json!({ "token": link })).await;
        assert!(opened.status >= 400, "{}", opened.text());
        // The page says what has happened, and leads on.
        anybody.get(&format!("/t/{}", link.replace('#', "%23"))).await.expect(200);
        self.shown.extend([subject, name].map(|word| (word.clone(), word.into_bytes())));
        self.shown.push(("a fragment by mistake".to_owned(), fragment.into_bytes()));
    }

    /// The recipient proves what he has, and fetches. Meanwhile the service's memory has the proof, and nothing that it proves.
    async fn downloads(&mut self, installed: &Installed, draft: &Sealing, anybody: &Client, link: &Link) {
        let mut opening = draft.opening_as(anybody, link);
        link.page().await.expect(200);
        let told = opening.verify().await.expect(200).json();
        opening.password = Some(self.planted.word("mistyped"));
        let wrong = opening.access(&told).0.proof.expose_secret().to_vec();
        opening.prove(&told).await.problem(403, "wrong_proof");
        opening.password = Some(self.planted.word("password"));
        let proof = opening.access(&told).0.proof.expose_secret().to_vec();
        let body = json!({ "ticket": told["ticket"], "proof": text(&proof) }).to_string();
        let mut proving = anybody.connect().await;
        let head = "POST /api/v1/links/prove HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";
        proving.say(format!("{head}content-length: {}\r\n\r\n", body.len())).await;
        proving.say(&body[..body.len() - 1]).await;
        self.only_this_is_in_memory(installed, draft, (PROOF, &proof)).await;
        proving.say(&body[body.len() - 1..]).await;
        assert!(proving.hear_head().await.starts_with("HTTP/1.1 200"));
        self.shown.extend([(PROOF.to_owned(), proof), ("a wrong proof".to_owned(), wrong)]);

        let opened = opening.open().await;
        let fetching = fetching(&opening, &opened).await;
        self.only_this_is_in_memory(installed, draft, OUR_NAME).await;
        drop(fetching);
        assert_eq!(opened.words().0, Some(self.planted.word("subject")));
        let mut names = Vec::new();
        for index in 0..3 {
            let (name, content) = opened.fetch(index).await;
            assert!(content == self.planted.content(content.len()), "{name} is what was sealed");
            names.push(name);
        }
        names.sort();
        assert_eq!(names, ["big", "sliced", "small"].map(|name| self.planted.word(name)));
        self.only_this_is_in_memory(installed, draft, OUR_NAME).await;
    }

    /// Looks into memory until that is there, which shows that it is looked into, and asserts that nothing of the other is.
    async fn only_this_is_in_memory(&self, installed: &Installed, draft: &Sealing, this: (&str, &[u8])) {
        let (there, not) = (Hunt::new([this]), self.hunt(draft, false));
        eventually(this.0, async || match in_memory(installed, &there).await {
            Some(found) => (!found.is_empty()).then_some(()),
            None => Some(()),
        })
        .await;
        let found = in_memory(installed, &not).await.unwrap_or_default();
        assert_eq!(found, [""; 0], "in memory, beside {}", this.0);
    }
}

/// A download of the biggest file of which only the first bytes were taken.
async fn fetching(opening: &Opening, opened: &client::Opened) -> Raw {
    let files = opened.delivery["files"].as_array().unwrap();
    let file = files.iter().max_by_key(|file| file["size"].as_u64()).unwrap();
    let path = format!(
        "/api/v1/deliveries/{}/files/{}/content",
        opened.delivery["id"].as_str().unwrap(),
        file["id"].as_str().unwrap()
    );
    let mut raw = opening.anybody.connect_narrowly().await;
    raw.say(format!(
        "GET {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n\r\n",
        opened.client.bearer()
    ))
    .await;
    assert!(raw.hear_head().await.starts_with("HTTP/1.1 200"));
    raw
}
