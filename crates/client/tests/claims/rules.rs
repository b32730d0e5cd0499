//! What a program does not do, whatever the service says: it could otherwise be made to give away what opens a transfer, or to
//! believe what its sender has not sealed.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    io,
    path::{Component, Path},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use data_encoding::BASE64URL_NOPAD;
use sealpost_client::{AskPassword, Error, Look, Secret, SendOrder};
use sealpost_domain::{
    is_deceptive,
    rules::{FileKind, Findings},
};
use sealpost_sealed::{
    Access, ContentKey, ContentKeyContext, Contents, FileKeyContext, FragmentSecret, Manifest,
    ManifestContext, PasswordParameters, ServerHalf, SystemRandom,
};
use serde_json::{Value, json};

use crate::{
    keeper::{DELIVERY, Fault, Keeper, TENANT},
    scene::{PASSWORD, Scene, fragment},
    support::Answer,
};

/// Somebody who must not be asked.
struct Unasked;

#[async_trait::async_trait]
impl AskPassword for Unasked {
    async fn password(&self, _: u32) -> Option<Secret> {
        panic!("asked for the password")
    }

    async fn code(&self, _: &str, _: u32) -> Option<Secret> {
        panic!("asked for the code")
    }
}

/// What is answered in place of what would be, as long as there is something.
type Said = Arc<Mutex<Option<Value>>>;

#[tokio::test]
async fn a_link_with_a_second_part_is_opened_as_what_it_is_for_or_not_at_all() {
    let (opened, verified) = (Said::default(), Said::default());
    let (of_open, of_verify) = (Arc::clone(&opened), Arc::clone(&verified));
    let scene = Scene::altering(
        |_, _| None,
        move |request, answer| {
            let other = match request.path.as_str() {
                "/api/v1/links/open" => of_open.lock().unwrap().clone(),
                "/api/v1/links/verify" => of_verify.lock().unwrap().clone(),
                _ => None,
            };
            other.map_or(answer, |other| Answer::json(&other))
        },
    )
    .await;
    scene.file("a", 10);
    let order = SendOrder { password: Some(PASSWORD.into()), ..scene.order(&["a"]) };
    let link = scene.send_order(&order).await.unwrap().links[0].url.clone();
    let cut_off = &link[..link.len() - 1];
    for (mode, to_key, needed) in [
        ("standard", false, json!("password")),
        ("standard", false, json!("code")),
        ("standard", false, Value::Null),
        ("another", false, json!("password")),
        ("zero_knowledge", false, json!("password")),
        // Anybody can seal to a key.
        ("zero_knowledge", true, json!("code")),
        ("zero_knowledge", true, Value::Null),
    ] {
        let protection = needed.as_str().unwrap_or("none");
        let said = json!({
            "delivery_id": DELIVERY, "mode": mode, "sealed_to_key": to_key, "protection": protection, "needed": needed,
        });
        *opened.lock().unwrap() = Some(said);
        for link in [link.as_str(), cut_off] {
            let refused = scene.get_with(link, &Unasked).await.unwrap_err();
            match (mode, to_key) {
                ("zero_knowledge", false) if link == cut_off => {
                    assert!(matches!(refused, Error::SecondPartBroken));
                }
                ("zero_knowledge", false) => {
                    assert!(matches!(refused, Error::NotSealedBySender), "{refused}");
                }
                _ => assert!(matches!(refused, Error::SecondPartUnused), "{mode}: {refused}"),
            }
        }
    }
    assert_eq!(scene.kept.count("POST", "links/verify") + scene.kept.count("POST", "links/code"), 0);
    // Or only the answer behind that says so.
    *opened.lock().unwrap() = None;
    let delivery = json!({
        "id": DELIVERY, "mode": "standard", "sender": {"email": "a@example.org", "name": "A"},
        "expires_at": "2027-01-01T00:00:00Z", "files": [], "byte_count": 0,
    });
    *verified.lock().unwrap() =
        Some(json!({"grant": "g1", "expires_at": "2027-01-01T00:00:00Z", "delivery": delivery}));
    let refused = scene.get_with(&link, &Unasked).await.unwrap_err();
    assert!(matches!(refused, Error::NotSealedBySender), "{refused}");
}

#[tokio::test]
async fn what_a_key_is_said_to_open_asks_for_no_password() {
    let opened = Said::default();
    let of_open = Arc::clone(&opened);
    let scene = Scene::altering(
        |_, _| None,
        move |request, answer| {
            let other = (request.path == "/api/v1/links/open").then(|| of_open.lock().unwrap().clone());
            other.flatten().map_or(answer, |other| Answer::json(&other))
        },
    )
    .await;
    scene.file("a", 10);
    let order = SendOrder { password: Some(PASSWORD.into()), ..scene.order(&["a"]) };
    let link = scene.send_order(&order).await.unwrap().links[0].url.clone();
    let (without, _) = link.split_once('#').unwrap();
    *opened.lock().unwrap() = Some(json!({
        "delivery_id": DELIVERY, "mode": "zero_knowledge", "sealed_to_key": true, "protection": "none",
    }));
    let refused = scene.get_with(without, &Unasked).await.unwrap_err();
    assert!(matches!(refused, Error::NotSealedBySender), "{refused}");
    assert_eq!(scene.kept.count("POST", "links/prove"), 0);
}

#[tokio::test]
async fn costs_that_make_guessing_cheap_are_refused_before_anything_is_made_of_a_password() {
    let scene = Scene::new(|_, _| None).await;
    scene.file("a", 10);
    let order = SendOrder { password: Some(PASSWORD.into()), ..scene.order(&["a"]) };
    let link = scene.send_order(&order).await.unwrap().links[0].url.clone();
    for (memory, passes) in [(19 * 1024, 1), (64 * 1024, 2), (64 * 1024 - 1, 10), (8, 1)] {
        let cheap = PasswordParameters::new([7; 16], memory, passes, 1).encode();
        scene.kept.keeper.lock().unwrap().sealing["password_parameters"] =
            BASE64URL_NOPAD.encode(&cheap).into();
        let refused = scene.get_with(&link, &Unasked).await.unwrap_err();
        assert!(matches!(refused, Error::PasswordTooCheap), "{memory}, {passes}: {refused}");
    }
    assert_eq!(scene.kept.count("POST", "links/prove"), 0);
}

/// What a sender's program of somebody's own may write into manifests, bound as files should be.
fn rename_all(keeper: &mut Keeper, link: &str, names: &[&str]) {
    let (tenant, transfer) = (uuid_bytes(TENANT), uuid_bytes(&keeper.transfer_id()));
    let place = ContentKeyContext { tenant, transfer };
    let bytes = |value: &Value| BASE64URL_NOPAD.decode(value.as_str().unwrap().as_bytes()).unwrap();
    let secret = FragmentSecret::parse(fragment(link)).unwrap();
    let half = ServerHalf::from_secret(&[0x42; 32]).unwrap();
    let access = Access::derive(&secret, &half, None, place);
    let key: ContentKey = access.key.open_content_key(place, &bytes(&keeper.sealing["content_key"])).unwrap();
    let mut bound = Vec::new();
    assert_eq!(keeper.described.len(), names.len());
    for ((text, sealing), name) in keeper.described.iter_mut().zip(names) {
        let file = uuid_bytes(text);
        let at = FileKeyContext { tenant, transfer, file };
        let file_key = key.unwrap_file_key(at, &bytes(&sealing["file_key"])).unwrap();
        let at = ManifestContext { tenant, transfer, file };
        let old = Manifest::open(&file_key, at, &bytes(&sealing["manifest"])).unwrap();
        let new = Manifest::new(
            (*name).to_owned(),
            "text/\u{1b}[2J".to_owned(),
            old.crc32(),
            old.uploads().to_vec(),
            old.parts().to_vec(),
        );
        let sealed = new.unwrap().seal(&file_key, at, &SystemRandom);
        sealing["manifest"] = BASE64URL_NOPAD.encode(&sealed).into();
        bound.push((file, sealed));
    }
    let contents = Contents::of(None, None, bound).seal(&key, place, &SystemRandom);
    keeper.sealing["contents"] = BASE64URL_NOPAD.encode(&contents).into();
}

fn uuid_bytes(text: &str) -> [u8; 16] {
    text.parse::<sealpost_domain::FileId>().unwrap().into_bytes()
}

#[tokio::test]
async fn names_out_of_manifests_are_paths_within_the_directory_each_of_its_own() {
    let names = [
        "../../evil",
        "/etc/evil",
        "invoice\u{202e}fdp.exe",
        "same",
        "same",
        "x\u{1b}[2J\ny",
        "folder/../../../evil",
        "",
    ];
    let scene = Scene::new(|_, _| None).await;
    let sent: Vec<_> = (0..names.len()).map(|number| format!("f{number}")).collect();
    for (number, name) in sent.iter().enumerate() {
        scene.file(name, 10 + number);
    }
    let link = scene.send(&sent.iter().map(String::as_str).collect::<Vec<_>>()).await.unwrap();
    rename_all(&mut scene.kept.keeper.lock().unwrap(), &link, &names);
    let fetched = scene.get(&link).await.unwrap();
    let out = scene.path("out");
    let paths: HashSet<_> = fetched.files.iter().map(|file| file.path.clone()).collect();
    assert_eq!(paths.len(), names.len(), "each has its own: {paths:?}");
    for path in &paths {
        let inside = path.strip_prefix(&out).unwrap();
        assert!(inside.components().all(|part| matches!(part, Component::Normal(_))), "{inside:?}");
        let text = inside.to_str().unwrap();
        assert!(!text.chars().any(|c| c.is_control() || is_deceptive(c)), "{text:?}");
        assert!(path.is_file());
    }
    for outside in [scene.path("evil"), scene.path("../evil"), "/etc/evil".into()] {
        assert!(!outside.exists(), "{}", outside.display());
    }
}

/// Of one draft all sealings are of one secret, and of one list of files.
#[tokio::test]
async fn another_list_of_files_gets_another_draft_and_another_secret() {
    let open = Arc::new(AtomicBool::new(false));
    let gate = Arc::clone(&open);
    let scene = Scene::new(move |request, _| {
        (request.path.ends_with("/send") && !gate.load(Ordering::SeqCst))
            .then(|| Fault::Refuse(Answer::problem("403 Forbidden", "mode_refused")))
    })
    .await;
    scene.file("folder/a", 10);
    scene.file("folder/b", 11);
    let order = scene.order(&["folder"]);
    for _ in 0..2 {
        scene.send_order(&order).await.unwrap_err();
    }
    assert_eq!(scene.kept.keeper.lock().unwrap().created.len(), 1, "the same files go on");
    scene.file("folder/c", 12);
    open.store(true, Ordering::SeqCst);
    let link = scene.send_order(&order).await.unwrap().links[0].url.clone();
    assert_eq!(scene.kept.keeper.lock().unwrap().created.len(), 2);
    let mut secrets = BTreeMap::<String, BTreeSet<String>>::new();
    for request in scene.kept.asked.lock().unwrap().iter().filter(|request| request.method == "PUT") {
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        if let Some(hash) = body["proof_hash"].as_str() {
            secrets.entry(request.path.clone()).or_default().insert(hash.to_owned());
        }
    }
    assert_eq!(secrets.values().map(BTreeSet::len).collect::<Vec<_>>(), [1, 1], "{secrets:?}");
    assert_eq!(secrets.values().flatten().collect::<BTreeSet<_>>().len(), 2);
    assert_eq!(scene.get(&link).await.unwrap().files.len(), 3);
}

#[tokio::test]
async fn the_second_part_stands_in_links_to_the_service_alone() {
    let scene = Scene::altering(
        |_, _| None,
        |request, answer| {
            if !request.path.ends_with("/send") {
                return answer;
            }
            let text = String::from_utf8(answer.0).unwrap();
            let mut told: Value = serde_json::from_str(text.split_once("\r\n\r\n").unwrap().1).unwrap();
            told["links"][0]["url"] = format!("https://elsewhere.example{}", Keeper::link()).into();
            Answer::json(&told)
        },
    )
    .await;
    let content = scene.file("a", 10);
    let sent = scene.send_order(&scene.order(&["a"])).await.unwrap();
    assert_eq!(sent.links[0].url, format!("https://elsewhere.example{}", Keeper::link()));
    let apart = sent.apart.as_ref().unwrap();
    let link = format!("{}{}#{}", scene.kept.base, Keeper::link(), apart.expose());
    scene.arrives(&link, &[("a", &content)]).await;
}

/// Readers that find text everywhere.
#[derive(Debug)]
struct Text;

#[async_trait::async_trait]
impl Look for Text {
    async fn look(&self, _: &Path, _: &str) -> io::Result<Findings> {
        Ok(Findings::plain(1, "text", [FileKind::Text]))
    }
}

#[tokio::test]
async fn what_is_stated_by_rules_that_have_changed_is_stated_again_and_no_byte_is_sent_again() {
    let version = Arc::new(AtomicU64::new(1));
    let (now, asked) = (Arc::clone(&version), Arc::clone(&version));
    let mut scene = Scene::altering(
        move |request, _| {
            // They change when all files are there.
            let is_send = request.path.ends_with("/send");
            (is_send && now.swap(2, Ordering::SeqCst) == 1)
                .then(|| Fault::Refuse(Answer::problem("409 Conflict", "statement_outdated")))
        },
        move |request, answer| {
            if !request.path.ends_with("/bootstrap") {
                return answer;
            }
            let policy =
                json!({"zero_knowledge": "allow", "types": {}, "version": asked.load(Ordering::SeqCst)});
            Answer::json(&json!({ "policy": policy }))
        },
    )
    .await;
    scene.look = Some(Arc::new(Text));
    let small = scene.file("a", 70_000);
    let big = scene.file("b", 70 << 20);
    let link = scene.send(&["a", "b"]).await.unwrap();
    let stated: Vec<_> = {
        let asked = scene.kept.asked.lock().unwrap();
        let of_files = asked.iter().filter(|one| one.method == "PUT" && one.path.contains("/files/"));
        of_files.map(|one| serde_json::from_slice::<Value>(&one.body).unwrap()["stated"].clone()).collect()
    };
    let by = |version: u64| json!({"kinds": ["text"], "policy_version": version});
    assert_eq!(stated, [by(1), by(1), by(2), by(2)]);
    let patched = {
        let asked = scene.kept.asked.lock().unwrap();
        asked.iter().filter(|one| one.method == "PATCH").map(|one| one.body.len()).sum::<usize>()
    };
    assert!(patched < 71 << 20, "{patched}");
    scene.arrives(&link, &[("a", &small), ("b", &big)]).await;
}

#[tokio::test]
async fn what_rules_refuse_is_refused_before_a_draft_is_made() {
    let mut scene = Scene::new(|_, _| None).await;
    scene.look = Some(Arc::new(Text));
    scene.kept.keeper.lock().unwrap().policy =
        json!({"zero_knowledge": "allow", "types": {"kinds": ["text"]}, "version": 3});
    scene.file("a", 10);
    let refused = scene.send(&["a"]).await.unwrap_err();
    assert!(refused.to_string().contains("files of the kind text are not accepted"), "{refused}");
    assert!(matches!(refused, Error::TypeRefused { .. }));
    assert!(scene.kept.keeper.lock().unwrap().created.is_empty());
    // Rules that cannot be read here are the service's to keep: nothing is stated.
    scene.kept.keeper.lock().unwrap().policy["types"]["learned_later"] = json!(true);
    scene.send(&["a"]).await.unwrap();
    let described = scene.kept.keeper.lock().unwrap().described.clone();
    assert!(described.values().all(|told| told["stated"].is_null()));
}
