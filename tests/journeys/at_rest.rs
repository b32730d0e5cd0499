//! Nothing that was sent lies readable anywhere: not in the stores, not in the keys, not in the log.

use std::{fs, path::PathBuf};

use serde_json::json;

use crate::support::{Service, eventually, files_below, link_token, run_ok};

/// What must not be found, each in the place that names it.
const CANARIES: [&str; 7] = [
    "canary-in-the-bytes",
    "canary-in-the-file-name",
    "canary-in-the-subject",
    "canary-in-the-message",
    "canary.recipient@example.org",
    "canary-in-the-password",
    "canary-in-the-late-name",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_store_no_key_and_no_log_holds_what_was_sent() {
    let mut service = Service::start().await;
    let api = service.api();
    let mut secrets: Vec<String> = CANARIES.iter().map(|canary| (*canary).to_owned()).collect();

    // Small files are one short part, big ones have whole chunks and several parts.
    let small = CANARIES[0].repeat(10);
    let big = CANARIES[0].repeat(500_000);
    for (protection, text) in [(json!(null), &small), (json!(CANARIES[5]), &big)] {
        let mut draft = json!({
            "recipients": [{"email": CANARIES[4]}],
            "subject": CANARIES[2],
            "message": CANARIES[3],
        });
        if !protection.is_null() {
            draft["password"] = protection.clone();
        }
        let made = api.post("/api/v1/transfers", &draft).await;
        let transfer = made["id"].as_str().unwrap();
        let upload = api.begin(transfer, CANARIES[1], text.len() as u64).await;
        let answer = api.patch(&upload, 0, text.clone().into()).await.unwrap();
        assert!(answer.status().is_success());
        let link = api.send(transfer).await;
        let mut token = json!({"token": link_token(&link)});
        if !protection.is_null() {
            token["password"] = protection;
        }
        api.post("/api/v1/links/open", &json!({"token": link_token(&link)})).await;
        let verified = api.post("/api/v1/links/verify", &token).await;
        let grant = verified["grant"].as_str().unwrap().to_owned();
        let (delivery, file) = (&verified["delivery"], &verified["delivery"]["files"][0]["id"]);
        let content = format!(
            "/api/v1/deliveries/{}/files/{}/content",
            delivery["id"].as_str().unwrap(),
            file.as_str().unwrap()
        );
        let fetched = api.fetch(&grant, &content, 0).await.unwrap().text().await.unwrap();
        assert!(fetched == *text, "what is sealed opens");
        // The page shows names; the log must not.
        let page =
            api.request(reqwest::Method::GET, &format!("/t/{}", link_token(&link))).send().await.unwrap();
        assert!(page.status().is_success());
        secrets.extend([link_token(&link).to_owned(), grant]);
    }
    // An upload that is never finished lies there too.
    let draft = api.draft(&["anna@example.org"]).await;
    let unfinished = api.begin(&draft, CANARIES[6], 10_000_000).await;
    assert!(api.patch(&unfinished, 0, small.into()).await.unwrap().status().is_success());
    secrets.push(service.token().to_owned());
    eventually("both mails", async || (service.mails().len() >= 2).then_some(())).await;

    assert_clean(&service, &secrets);
    // What SQLite keeps in its log while it runs goes to the database file when it stops.
    service.signal(rustix::process::Signal::TERM);
    service.ended().await;
    assert_clean(&service, &secrets);
}

/// The search finds what is there: otherwise it would prove nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_search_finds_what_lies_in_the_clear() {
    let service = Service::start().await;
    let text = CANARIES[0].repeat(100_000);
    fs::write(service.data_dir().join("planted"), &text).unwrap();
    assert_eq!(found(&service, CANARIES[0]).len(), 1);
    let words = ["send", "dev/data/planted", "--dev", "dev", "--to", CANARIES[4]];
    run_ok(&mut service.command(words)).await;
    eventually("the mail", async || {
        service.mails().iter().any(|mail| mail.contains(CANARIES[4])).then_some(())
    })
    .await;
}

fn assert_clean(service: &Service, secrets: &[String]) {
    for secret in [CANARIES[1], CANARIES[3], CANARIES[5]] {
        assert!(service.mails().iter().all(|mail| !mail.contains(secret)), "a mail: {secret}");
    }
    for secret in secrets {
        assert_eq!(found(service, secret), Vec::<PathBuf>::new(), "{secret}");
        assert!(!service.log().contains(secret.as_str()), "the log: {secret}");
    }
}

/// The files of the installation that hold this text; mails may, because that is what they are for, and so may the
/// file with which the service for trying out hands its tokens over.
fn found(service: &Service, text: &str) -> Vec<PathBuf> {
    let mut files = files_below(&service.dev_dir());
    assert!(files.len() > 3, "{files:?}");
    files.retain(|path| !path.starts_with(service.mail_dir()) && !path.ends_with("dev.json"));
    let needles = [text.as_bytes().to_vec(), text.encode_utf16().flat_map(u16::to_le_bytes).collect()];
    files.retain(|path| {
        let bytes = fs::read(path).unwrap_or_default();
        needles.iter().any(|needle| contains(&bytes, needle))
    });
    files
}

fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    // Debug builds compare windows slowly: look for the first byte first.
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| *byte == needle[0]) {
        if rest[at..].starts_with(needle) {
            return true;
        }
        rest = &rest[at + 1..];
    }
    false
}
