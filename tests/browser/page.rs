use std::{
    env, fs,
    path::{Path, PathBuf},
};

use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::{
    sent::Sent,
    support::{Content, Service, node, run},
};

const PASSWORD: &str = "correct horse battery";
const LETTER: Content = Content::new(80, 70_001);
const PICTURE: Content = Content::new(81, 3 << 20);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recipient_gets_everything_with_the_keyboard_alone_and_without_scripts() {
    let service = Service::start().await;
    let files = [("letter.txt", LETTER), ("picture.png", PICTURE)];
    let sent = Sent::new(&service, json!({"password": PASSWORD}), &files).await;
    let (file, archive) = (service.home().join("file"), service.home().join("all.zip"));
    let order = json!({
        "link": sent.link,
        "password": PASSWORD,
        "downloads": [["letter.txt", "letter.txt", file], ["ZIP", ".zip", archive]],
    });
    travel(&service, "password.mjs", order).await;
    assert!(fs::read(&file).unwrap() == LETTER.all(), "the file is what was sent");
    for (name, content) in files {
        assert!(unzipped(&archive, name).await == content.all(), "{name} in the ZIP is what was sent");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recipient_shows_a_code_with_the_keyboard_alone_and_is_remembered() {
    let service = Service::start().await;
    let bert = json!([{"email": "bert@example.org", "phone": "+49 151 23456789"}]);
    let both = json!({"recipients": bert, "protection": "sms_code_and_password", "password": PASSWORD});
    let first = Sent::new(&service, both, &[("letter.txt", LETTER)]).await;
    let code = json!({"recipients": bert, "protection": "sms_code"});
    let next = Sent::new(&service, code, &[("letter.txt", LETTER)]).await;
    let sms = service.mail_dir().with_file_name("sms");
    let order = json!({
        "link": first.link, "next": next.link, "password": PASSWORD, "sms": sms, "screenshots": screenshots(),
    });
    travel(&service, "code.mjs", order).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recipient_finds_where_to_answer_with_files() {
    let service = Service::start().await;
    let plans = Sent::new(&service, json!({"subject": "The plans"}), &[("letter.txt", LETTER)]).await;
    let no_answer = Sent::new(&service, json!({"allow_reply": false}), &[("letter.txt", LETTER)]).await;
    let order = json!({
        "link": plans.link, "unanswerable": no_answer.link, "title": "Re: The plans", "screenshots": screenshots(),
    });
    travel(&service, "reply.mjs", order).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recipient_whose_disk_is_full_loses_nothing() {
    let service = Service::start().await;
    let content = Content::new(83, 24 << 20);
    let sent = Sent::new(&service, json!({"max_downloads": 1}), &[("year.bin", content)]).await;
    let disk = service.home().join("disk");
    fs::create_dir(&disk).unwrap();
    let order = json!({
        "link": sent.link, "disk": disk, "sha256": content.sha256(), "base_url": service.base_url(),
    });
    let script = node("../browser/full_disk.mjs");
    // A file system of 8 MiB that only the browser sees; in a namespace of his own for who is not root.
    let user: &[&str] =
        if rustix::process::getuid().is_root() { &[] } else { &["--user", "--map-root-user"] };
    let mut apart = Command::new("unshare");
    apart.arg("--mount").args(user).args([
        "sh",
        "-c",
        "mount -t tmpfs -o size=8m none \"$0\" && exec \"$@\"",
    ]);
    apart
        .arg(&disk)
        .arg(script.as_std().get_program())
        .args(script.as_std().get_args())
        .arg(order.to_string());
    let variables = script.as_std().get_envs().filter_map(|(name, value)| Some((name, value?)));
    let ended = run(apart.envs(variables)).await;
    let not_mounted = ["unshare:", "mount:"].iter().any(|name| ended.stderr.starts_with(name));
    if not_mounted && env::var_os("SEALPOST_TESTS_MAY_SKIP").is_some() {
        return;
    }
    assert!(ended.code == Some(0), "{}{}", ended.stdout, ended.stderr);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recipient_ticks_files_and_changes_the_language_with_the_keyboard_alone() {
    let service = Service::start().await;
    let files = [("letter.txt", LETTER), ("picture.png", PICTURE), ("notes.md", Content::new(83, 12))];
    let sent = Sent::new(&service, json!({}), &files).await;
    let archive = service.home().join("some.zip");
    let order = json!({ "link": sent.link, "archive": archive, "screenshots": screenshots() });
    travel(&service, "choice.mjs", order).await;
    for (name, content) in [files[0], files[2]] {
        assert!(unzipped(&archive, name).await == content.all(), "{name} in the ZIP is what was sent");
    }
    let listed = Command::new("unzip").arg("-Z1").arg(&archive).kill_on_drop(true).output().await.unwrap();
    assert!(
        !String::from_utf8_lossy(&listed.stdout).contains("picture.png"),
        "what was not ticked is not there"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_link_of_a_mail_leads_each_to_his_own_page_with_the_keyboard_alone() {
    let service = Service::start().await;
    let api = service.api();
    let to = json!({ "recipients": [{ "email": "anna@example.org" }, { "email": "bert@example.org" }] });
    let mut mails = Vec::new();
    for _ in 0..2 {
        let made = api.post("/api/v1/transfers", &to).await;
        let id = made["id"].as_str().unwrap().to_owned();
        api.file(&id, "letter.txt", LETTER).await;
        let mail = api.post(&format!("/api/v1/transfers/{id}/mail"), &json!({})).await;
        mails.push((id, mail["url"].clone()));
    }
    let sent = api.post(&format!("/api/v1/transfers/{}/send", mails[0].0), &json!({})).await;
    let own = sent["links"].as_array().unwrap().iter().find(|link| link["email"] == "bert@example.org");
    let order = json!({
        "several": mails[0].1, "draft": mails[1].1, "own": own.unwrap()["url"], "screenshots": screenshots(),
    });
    travel(&service, "mail.mjs", order).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_deliveries_are_open_side_by_side() {
    let service = Service::start().await;
    let first = Sent::new(&service, json!({"password": PASSWORD}), &[("letter.txt", LETTER)]).await;
    let second = Sent::new(&service, json!({}), &[("picture.png", PICTURE)]).await;
    let paths = ["first", "second"].map(|name| service.home().join(name));
    let order = json!({"deliveries": [
        {"link": first.link, "password": PASSWORD, "file": "letter.txt", "path": paths[0]},
        {"link": second.link, "file": "picture.png", "path": paths[1]},
    ]});
    travel(&service, "side_by_side.mjs", order).await;
    for (path, content) in paths.iter().zip([LETTER, PICTURE]) {
        assert!(fs::read(path).unwrap() == content.all(), "{}", path.display());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_state_is_for_everybody_in_english() {
    every_state("en").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_state_is_for_everybody_in_german() {
    every_state("de").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_state_is_for_everybody_in_dutch() {
    every_state("nl").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_that_leads_nowhere_does_not_say_why() {
    let service = Service::start().await;
    let api = service.api();
    let never = unknown(&service);
    let blocked = Sent::new(&service, json!({}), &[("letter.txt", LETTER)]).await;
    api.post(&format!("/api/v1/transfers/{}/block", blocked.id), &json!({})).await;
    let purged = Sent::new(&service, json!({"password": PASSWORD}), &[("letter.txt", LETTER)]).await;
    assert!(api.purge(&purged.id).await.unwrap().is_success());

    let page = async |link: &str| {
        let answer = reqwest::Client::builder().no_proxy().build().unwrap().get(link).send().await.unwrap();
        (answer.status(), answer.text().await.unwrap())
    };
    let expected = page(&never).await;
    assert_eq!(expected.0, StatusCode::NOT_FOUND);
    assert_eq!(page(&blocked.link).await, expected);
    assert_eq!(page(&purged.link).await, expected);
}

/// Texts and names of the kind that break layouts.
async fn every_state(language: &str) {
    let service = Service::start().await;
    let long = "Donaudampfschifffahrtsgesellschaftskapitaenspatent".repeat(3) + ".tar.gz";
    let files = [
        ("Jahresbericht 2026.pdf", LETTER),
        (long.as_str(), PICTURE),
        ("\u{5d3}\u{5d5}\u{5d7} 2026 (סופי).docx", Content::new(82, 0)),
    ];
    let said = json!({
        "subject": "The annual report and its appendices, as discussed on the telephone last Tuesday",
        "message": "Dear Anna,\n\nhere is what you asked for.\n\nhttps://intranet.example.org/a/path/that/is/long/enough/to/need/a/break/somewhere?and=more\n\nKind regards",
    });
    let several = Sent::new(&service, said, &files).await;
    let one = Sent::new(&service, json!({"max_downloads": 3}), &[("letter.txt", LETTER)]).await;
    let locked = Sent::new(&service, json!({"password": PASSWORD}), &[("letter.txt", LETTER)]).await;
    let used_up = Sent::new(&service, json!({"max_downloads": 1}), &[("letter.txt", LETTER)]).await;
    let api = service.api();
    let delivery = api.open(&used_up.link).await;
    assert_eq!(api.sha256(&delivery, 0).await, LETTER.sha256());
    // A code is sent to each of them once: three visitors, three states.
    let mut coded = Vec::new();
    for _ in 0..9 {
        coded.push(
            Sent::new(&service, json!({"protection": "email_code"}), &[("letter.txt", LETTER)]).await.link,
        );
    }
    let (blocked, deleted) = (opened(&service).await, opened(&service).await);
    api.post(&format!("/api/v1/transfers/{}/block", blocked.0.id), &json!({})).await;
    assert!(api.purge(&deleted.0.id).await.unwrap().is_success());
    let ended = |(sent, kept): (Sent, String)| json!({ "link": sent.link, "kept": kept });
    let order = json!({
        "ended": { "blocked": ended(blocked), "deleted": ended(deleted) },
        "coded": coded,
        "language": language,
        "screenshots": screenshots(),
        "several": several.link,
        "one": one.link,
        "locked": locked.link,
        "used_up": used_up.link,
        "unknown": unknown(&service),
    });
    travel(&service, "states.mjs", order).await;
}

/// Something sent that was opened, and what the browser keeps of that for its page.
async fn opened(service: &Service) -> (Sent, String) {
    let sent = Sent::new(service, json!({}), &[("letter.txt", LETTER)]).await;
    let policy = reqwest::redirect::Policy::none();
    let client = reqwest::Client::builder().no_proxy().redirect(policy).build().unwrap();
    let form = client.post(&sent.link).header("content-type", "application/x-www-form-urlencoded");
    let answer = form.send().await.unwrap();
    let set = answer.headers().get_all("set-cookie").iter().map(|set| set.to_str().unwrap());
    let kept = set.filter_map(|set| set.split(';').next()).find(|pair| pair.starts_with("sealpost-opened="));
    let kept = kept.expect("the browser keeps that it was opened").to_owned();
    (sent, kept)
}

/// A link of the right form that was never given to anybody.
fn unknown(service: &Service) -> String {
    format!("{}/t/{}", service.base_url(), "A".repeat(43))
}

/// Runs a script of this directory. With `SEALPOST_SCREENSHOTS=all` it looks at everything by day and by night on both screens, which
/// takes minutes and is for people who look: `make screenshots`.
pub(crate) async fn travel(service: &Service, script: &str, order: Value) {
    travel_at(service.base_url(), script, order).await;
}

/// The same of a service at `base`.
pub(crate) async fn travel_at(base: &str, script: &str, mut order: Value) {
    order["base_url"] = base.into();
    order["all"] = env::var("SEALPOST_SCREENSHOTS").is_ok_and(|what| what == "all").into();
    let ended = run(node(&format!("../browser/{script}")).arg(order.to_string())).await;
    assert!(ended.code == Some(0), "{script}:\n{}{}", ended.stdout, ended.stderr);
    // What it has measured, for who asks for it with `--nocapture`.
    print!("{}", ended.stdout);
}

pub(crate) async fn unzipped(archive: &Path, name: &str) -> Vec<u8> {
    let unzip = Command::new("unzip").arg("-p").arg(archive).arg(name).kill_on_drop(true).output().await;
    let unzip = unzip.unwrap();
    assert!(unzip.status.success(), "{unzip:?}");
    unzip.stdout
}

pub(crate) fn screenshots() -> PathBuf {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/screenshots");
    fs::create_dir_all(&directory).unwrap();
    directory
}
