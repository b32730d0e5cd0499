//! Senders whose browser seals: what the pages send opens at its recipients, and the service was told nothing of it.

use std::{collections::BTreeMap, fs, path::PathBuf};

use sealpost_sealed::FragmentSecret;
use sealpost_test_support::{app::Client, engines::Engine};
use serde_json::{Value, json};

use crate::{
    page::{screenshots, travel},
    people::{first_password, set_password},
    recipient::{Opened, Opening},
    support::{Content, Service, run_ok},
};

pub(crate) const PASSWORD: &str = "gravel-Sunday-otter-97-lantern";
/// Three parts of the format.
const LARGE: Content = Content::new(71, 20_000_000);
const LETTER: Content = Content::new(72, 70_001);
const EMPTY: Content = Content::new(73, 0);
const LARGE_NAME: &str = "Befund R\u{f6}ntgen canary-of-a-name.dcm";

/// A service whose owner can sign in, with a policy of hers.
pub(crate) async fn service(engine: Engine, settings: Value) -> Service {
    let service = Service::start_on(engine).await;
    set_password(&service, &first_password(&service).await, PASSWORD).await;
    let file = service.home().join("policy.json");
    fs::write(&file, json!({ "settings": settings }).to_string()).unwrap();
    let words = ["tenant", "policy", "demo", "--set"];
    run_ok(service.command(words).arg(&file).arg("--dev").arg(service.dev_dir())).await;
    service
}

/// Files to send: one of several parts, one of a part, one of no bytes.
fn order(service: &Service) -> Value {
    let folder = service.home().join("sender");
    let file = |name: &str, content: Content| -> PathBuf {
        let path = folder.join(name);
        content.write_to(&path);
        path
    };
    json!({
        "email": "admin@demo.example",
        "password": PASSWORD,
        "large": file(LARGE_NAME, LARGE),
        "letter": file("letter.txt", LETTER),
        "empty": file("nothing.txt", EMPTY),
        "home": folder,
        "outcome": service.home().join("outcome.json"),
        "screenshots": screenshots(),
    })
}

/// What a script has written down: links, and the password that was made up.
fn outcome(order: &Value) -> Value {
    serde_json::from_slice(&fs::read(order["outcome"].as_str().unwrap()).unwrap()).unwrap()
}

/// Opens a whole link, as its recipient's program does.
async fn open(service: &Service, link: &str, password: Option<&str>) -> Opened {
    let (first, second) = link.split_once('#').expect("a second part");
    let opening = Opening {
        anybody: Client::new(service.base_url()),
        token: first.rsplit('/').next().unwrap().to_owned(),
        fragment: FragmentSecret::parse(second).expect("43 characters"),
        password: password.map(str::to_owned),
    };
    opening.open().await
}

/// Names and bytes of all files, every one of which opened.
async fn files(opened: &Opened) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for at in 0..opened.delivery["files"].as_array().unwrap().len() {
        let (name, content) = opened.fetch(at).await;
        assert!(found.insert(name.clone(), content).is_none(), "{name} is there twice");
    }
    found
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

async fn sends_sealed(engine: Engine) {
    let service = service(engine, json!({})).await;
    let order = order(&service);
    travel(&service, "sealed.mjs", order.clone()).await;
    let told = outcome(&order);

    let opened = open(&service, text(&told["plain"]), None).await;
    let words =
        (Some("canary of a subject".to_owned()), Some("canary of a message\n\nGr\u{fc}\u{df}e".to_owned()));
    assert_eq!(opened.words(), words);
    let found = files(&opened).await;
    assert_eq!(found.len(), 3);
    assert!(found[LARGE_NAME] == LARGE.all(), "three parts, as they were");
    assert!(found["letter.txt"] == LETTER.all());
    assert!(found["nothing.txt"].is_empty());

    // With the password that the page has made up, for each of them; the subject was left empty.
    for link in told["locked"].as_array().unwrap() {
        let opened = open(&service, text(link), Some(text(&told["password"]))).await;
        assert_eq!(opened.words(), (None, None));
        assert!(files(&opened).await["letter.txt"] == LETTER.all());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_sender_seals_in_the_browser_opens_and_nobody_else_was_told() {
    sends_sealed(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_sender_seals_in_the_browser_opens_and_nobody_else_was_told_on_postgresql() {
    sends_sealed(Engine::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sealed_upload_goes_on_after_cuts_lost_answers_and_a_closed_page() {
    let service = service(Engine::Postgres, json!({})).await;
    let order = order(&service);
    travel(&service, "sealed_resume.mjs", order.clone()).await;
    let told = outcome(&order);
    for name in ["cut", "closed", "unheard", "replaced"] {
        let link = text(&told[name]["link"]);
        let found = files(&open(&service, link, told[name]["password"].as_str()).await).await;
        let expected = fs::read(text(&told[name]["file"])).unwrap();
        assert!(found[text(&told[name]["name"])] == expected, "{name}: what was chosen arrives");
        assert!(name != "closed" || found["letter.txt"] == LETTER.all());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_sealed_is_looked_at_stated_and_bound_and_rules_say_who_seals() {
    let service = service(Engine::Sqlite, json!({})).await;
    let order = order(&service);
    travel(&service, "sealed_rules.mjs", order.clone()).await;
    let told = outcome(&order);
    assert_eq!(files(&open(&service, text(&told["plain"]), None).await).await.len(), 2);
    assert!(files(&open(&service, text(&told["anew"]), None).await).await.contains_key("plan.pdf"));
    let again = &told["again"];
    let opened = open(&service, text(&again["link"]), again["password"].as_str()).await;
    assert_eq!(opened.words(), (Some("From before".to_owned()), None));
    assert_eq!(files(&opened).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_cannot_go_is_taken_out_and_the_others_are_sent_without_going_again() {
    let service = service(Engine::Postgres, json!({})).await;
    let order = order(&service);
    travel(&service, "sealed_removed.mjs", order.clone()).await;
    for (why, link) in outcome(&order).as_object().unwrap() {
        let found = files(&open(&service, text(link), None).await).await;
        assert_eq!(found.keys().collect::<Vec<_>>(), ["letter.txt"], "{why}");
        assert!(found["letter.txt"] == LETTER.all(), "{why}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whether_senders_seal_is_what_the_tenant_says() {
    let service = service(Engine::Sqlite, json!({"zero_knowledge": "require"})).await;
    let order = order(&service);
    travel(&service, "sealed_policy.mjs", order.clone()).await;
    let opened = open(&service, text(&outcome(&order)["link"]), None).await;
    assert!(files(&opened).await["letter.txt"] == LETTER.all());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sender_with_firefox_seals_and_goes_on_after_a_cut_and_a_closed_page() {
    seals_elsewhere(Engine::Sqlite, "sealed_firefox.mjs", "From Firefox").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sender_with_webkit_seals() {
    seals_elsewhere(Engine::Sqlite, "webkit_sealed.mjs", "From WebKit").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sender_with_webkit_seals_on_postgresql() {
    seals_elsewhere(Engine::Postgres, "webkit_sealed.mjs", "From WebKit").await;
}

/// Two files and a subject, with a password of the sender's own.
async fn seals_elsewhere(engine: Engine, script: &str, subject: &str) {
    let service = service(engine, json!({})).await;
    let order = order(&service);
    travel(&service, script, order.clone()).await;
    let told = outcome(&order);
    let opened = open(&service, text(&told["link"]), Some("correct horse battery staple")).await;
    assert_eq!(opened.words().0.as_deref(), Some(subject));
    let found = files(&opened).await;
    assert!(found[LARGE_NAME] == LARGE.all());
    assert!(found["nothing.txt"].is_empty());
    assert_eq!(found.len(), 2);
}
