//! What outsiders seal to the keys of who gets it.

use std::time::Duration;

use data_encoding::HEXLOWER;
use sealpost_domain::TransferId;
use sealpost_sealed::{PrivateKey, PublicKey, RecoveryKeyFile, SystemRandom};
use sealpost_test_support::{
    app::{App, HOUR, Method, Sender},
    claims,
};
use serde_json::{Value, json};

use super::client::{Opened, PART, SEALED_PART, Sealing, bytes, sealed_length, text};
use crate::{
    admin::export::portals_and_transfer,
    key_holder::{KeyHolder, public},
    requests::{Uploader, asked, begin, link_of, open},
    support::pattern,
};

claims![
    what_an_outsider_seals_opens_with_the_receivers_key_alone,
    an_upload_goes_on_after_it_broke_off,
    a_changed_key_is_told,
    what_came_before_a_new_pair_or_passphrase_opens_as_it_did,
    what_is_missing_or_not_sealed_is_refused,
    nobody_but_the_uploader_seals,
    who_has_no_pair_or_is_not_allowed_to_asks_for_nothing_sealed,
    what_the_service_has_opens_nothing,
    a_purge_takes_what_was_sealed_to_keys,
    a_tenant_takes_along_what_was_sealed_to_keys,
];

pub(super) const PASSPHRASE: &str = "Quitte im Nebel 7";

/// A request of Anna's for something sealed.
pub(super) async fn request(app: &App, anna: &KeyHolder) -> (String, PublicKey) {
    let key = anna.make(None).await;
    let (made, token) = asked(app, &json!({ "mode": "zero_knowledge", "max_uses": 9 })).await;
    assert_eq!(made["mode"], "zero_knowledge");
    (token, key)
}

/// The outsider's program, which has begun, and the key that it was told.
async fn begun(app: &App, token: &str) -> (Uploader, Sealing, PublicKey) {
    let opened = open(app, token).await.expect(200).json();
    assert_eq!(opened["mode"], "zero_knowledge");
    let uploader = Uploader::begun(app, token).await;
    let sealing = Sealing::of_submission(&uploader.sender, &uploader.id, &opened["sealing"]["tenant"]);
    let key = public(&opened["sealing"]["receiver"]["public_key"]);
    assert_eq!(opened["sealing"]["receiver"]["fingerprint"], key.fingerprint().to_string());
    (uploader, sealing, key)
}

/// One that has sent a file.
pub(super) async fn sent(app: &App, token: &str) -> Uploader {
    let (uploader, sealing, key) = begun(app, token).await;
    sealing.put_sealing(&sealing.sealed_to(&key, Some(("Plans", "as you wished")))).await.expect(204);
    sealing.put("plan.txt", b"hello").await;
    uploader.send().await.expect(200);
    uploader
}

/// What has come in to Anna, with this private key.
async fn received(app: &App, uploader: &Uploader, key: &PrivateKey) -> Option<Opened> {
    let visit = link_of(app, uploader).await.link().enter().await;
    Opened::received(app, &visit, key)
}

async fn what_an_outsider_seals_opens_with_the_receivers_key_alone(app: &App) {
    let anna = KeyHolder::of(app, &app.anna, PASSPHRASE).await;
    let (token, annas) = request(app, &anna).await;
    let (uploader, sealing, key) = begun(app, &token).await;
    assert_eq!(key, annas);
    let shown = uploader.shown().await;
    assert_eq!(
        (&shown["mode"], public(&shown["sealing"]["receiver"]["public_key"])),
        (&json!("zero_knowledge"), annas)
    );
    let long = pattern(PART + 100_000);
    sealing.put_sealing(&sealing.sealed_to(&key, Some(("Pläne", "wie gewünscht")))).await.expect(204);
    sealing.put("folder/plan.bin", &long).await;
    sealing.put("empty.txt", b"").await;
    let done = uploader.send().await.expect(200).json();
    assert!(done["files"][0]["name"].is_null() && done["sealing"].is_null(), "{done}");
    uploader.send().await.expect(200);
    app.run_jobs().await;
    let [mail] = app
        .mails_to("anna@acme.example")
        .into_iter()
        .filter(|mail| mail.text.contains("/t/"))
        .collect::<Vec<_>>()
        .try_into()
        .expect("one mail");
    assert!(!mail.text.contains("begins with #") && !mail.text.contains("plan.bin"), "{}", mail.text);
    let sent = link_of(app, &uploader).await;
    assert!(mail.text.contains(&sent.link().url));
    // No proof is asked for, and no password: what is handed out opens for who has the private key alone.
    let opened = sent.link().open().await.expect(200).json();
    assert_eq!(opened["mode"], "zero_knowledge");
    assert!(opened["needed"].is_null(), "{opened}");
    let visit = sent.link().enter().await;
    assert!(visit.delivery["sealing"].is_null() && visit.delivery["archive_size"].is_null());
    assert_eq!(visit.delivery["subject"], "Plans for the new wing", "the request's title is Anna's own");
    let strange = PrivateKey::generate(&SystemRandom);
    assert!(Opened::received(app, &visit, &strange).is_none());
    let own = anna.open(annas.fingerprint()).await;
    let opened = Opened::received(app, &visit, &own).expect("it is sealed to her");
    assert_eq!(opened.words(), (Some("Pläne".to_owned()), Some("wie gewünscht".to_owned())));
    let names: Vec<_> = (0..2).map(|file| opened.manifest(file).name().to_owned()).collect();
    let place = names.iter().position(|name| name == "folder/plan.bin").expect("the file");
    assert!(opened.fetch(place).await.1 == long);
    assert_eq!(opened.fetch(1 - place).await, ("empty.txt".to_owned(), Vec::new()));
    // Ranges are those of the sealed bytes.
    let whole = opened.content(place).await.expect(200).body;
    assert_eq!(whole.len(), sealed_length(long.len()));
    let part = opened.content(place).header("range", "bytes=56-16455").await.expect(206).body;
    assert!(part == whole.slice(56..16_456));
}

async fn an_upload_goes_on_after_it_broke_off(app: &App) {
    let anna = KeyHolder::of(app, &app.anna, PASSPHRASE).await;
    let (token, annas) = request(app, &anna).await;
    let (uploader, sealing, key) = begun(app, &token).await;
    sealing.put_sealing(&sealing.sealed_to(&key, None)).await.expect(204);
    let content = pattern(2 * PART);
    let mut upload = sealing.upload(content.len(), false).await;
    let first = upload.seal(&content[..PART]);
    sealing.sender.patch(&upload.path, 0, first).await.expect(204);
    let second = upload.seal(&content[PART..]);
    sealing
        .sender
        .patch(&upload.path, SEALED_PART, second.slice(..1_000))
        .await
        .problem(400, "invalid_request");
    // Somewhere else, later: where it stands a part begins, which is sealed anew.
    assert_eq!(sealing.sender.offset(&upload.path).await, SEALED_PART);
    assert_eq!(uploader.shown().await["uploads"][0]["received"], SEALED_PART);
    upload.forget_last();
    let again = upload.seal(&content[PART..]);
    sealing.sender.patch(&upload.path, SEALED_PART, again).await.expect(204);
    let file = upload.path.rsplit('/').next().unwrap().to_owned();
    let manifest = sealing.manifest(&file, ("long.bin", &content[..]), &[&upload]);
    sealing.put_manifest(&file, &manifest).await.expect(204);
    uploader.send().await.problem(409, "not_sealed_yet");
    sealing.bind().await;
    uploader.send().await.expect(200);
    let own = anna.open(annas.fingerprint()).await;
    let opened = received(app, &uploader, &own).await.expect("it is sealed to her");
    assert!(opened.fetch(0).await.1 == content && opened.is_what_was_sealed());
}

async fn a_changed_key_is_told(app: &App) {
    let anna = KeyHolder::of(app, &app.anna, PASSPHRASE).await;
    let (token, first) = request(app, &anna).await;
    let (uploader, sealing, key) = begun(app, &token).await;
    sealing.put_sealing(&sealing.sealed_to(&key, None)).await.expect(204);
    sealing.put("a.txt", b"aaa").await;
    let second = anna.make(Some(first.fingerprint())).await;
    // What is sealed to the key before is not sent, and not kept.
    uploader.send().await.problem(409, "key_changed");
    sealing.put_sealing(&sealing.sealed_to(&first, None)).await.problem(409, "key_changed");
    assert_eq!(
        public(&open(app, &token).await.expect(200).json()["sealing"]["receiver"]["public_key"]),
        second
    );
    let told = uploader.shown().await;
    assert_eq!(public(&told["sealing"]["receiver"]["public_key"]), second);
    // Nor is what is sealed to somebody else beside her.
    let strange = PrivateKey::generate(&SystemRandom).public_key();
    sealing.put_sealing(&sealing.sealed_to(&strange, None)).await.problem(409, "key_changed");
    let mut both = sealing.sealed_to(&second, None);
    let more = sealing.sealed_to(&strange, None)["content_key_to"][0].clone();
    both["content_key_to"].as_array_mut().unwrap().push(more);
    sealing.put_sealing(&both).await.problem(409, "key_changed");
    uploader.send().await.problem(409, "key_changed");
    // The files are there already: the content key alone is sealed anew.
    sealing.put_sealing(&sealing.sealed_to(&second, None)).await.expect(204);
    uploader.send().await.expect(200);
    let before = anna.open(first.fingerprint()).await;
    assert!(received(app, &uploader, &before).await.is_none());
    let now = anna.open(second.fingerprint()).await;
    assert_eq!(received(app, &uploader, &now).await.unwrap().fetch(0).await.1, b"aaa");
}

async fn what_came_before_a_new_pair_or_passphrase_opens_as_it_did(app: &App) {
    let mut anna = KeyHolder::of(app, &app.anna, PASSPHRASE).await;
    let (token, first) = request(app, &anna).await;
    let uploader = sent(app, &token).await;
    anna.make(Some(first.fingerprint())).await;
    let (pair, key) = (anna.listed(first.fingerprint()).await, anna.open(first.fingerprint()).await);
    anna.learn("Birne im Nebel 8");
    anna.put_passphrase(&pair, &key).await.expect(204);
    app.clock.advance(25 * HOUR);
    app.run(sealpost_domain::Job::AbandonUploads).await;
    let anna = anna.signed_in_again(app, &app.anna).await;
    let own = anna.open(first.fingerprint()).await;
    assert_eq!(received(app, &uploader, &own).await.unwrap().fetch(0).await.1, b"hello");
    // With the last transfer that is sealed to it the old pair goes.
    app.anna.purge(&uploader.id).await.expect(204);
    app.run(sealpost_domain::Job::AbandonUploads).await;
    assert_eq!(anna.list().await["key_pairs"].as_array().unwrap().len(), 1);
}

async fn what_is_missing_or_not_sealed_is_refused(app: &App) {
    let anna = KeyHolder::of(app, &app.anna, PASSPHRASE).await;
    let (token, _) = request(app, &anna).await;
    let (uploader, sealing, key) = begun(app, &token).await;
    // Neither its name nor its bytes in the clear.
    uploader
        .sender
        .begin(&uploader.id)
        .header("upload-length", sealed_length(5).to_string())
        .header("upload-metadata", "filename cGxhbi50eHQ=")
        .await
        .problem(422, "sealed_by_sender");
    uploader.sender.begin(&uploader.id).header("upload-length", "5").await.problem(422, "not_sealed");
    let upload = sealing.upload(100_000, false).await;
    let plain = vec![b'a'; sealed_length(100_000)];
    uploader.sender.patch(&upload.path, 0, plain).await.problem(422, "not_sealed");
    uploader.sender.terminate(&upload.path).await.expect(204);
    let mut sealed = sealing.upload(5, false).await;
    let bytes_of_file = sealed.seal(b"hello");
    uploader.sender.patch(&sealed.path, 0, bytes_of_file).await.expect(204);
    let file = sealed.path.rsplit('/').next().unwrap().to_owned();
    let send = || async { uploader.send().await };
    send().await.problem(409, "not_sealed_yet");
    let good = sealing.sealed_to(&key, Some(("s", "m")));
    let with = |change: &dyn Fn(&mut Value)| {
        let mut body = good.clone();
        change(&mut body);
        body
    };
    let one = &good["content_key_to"][0];
    for body in [
        json!({}),
        with(&|body| body["content_key_to"] = json!([])),
        with(&|body| body["content_key_to"] = json!([one, one])),
        with(&|body| body["content_key_to"][0]["content_key"] = text(&[0; 79]).into()),
        with(&|body| body["content_key_to"][0]["content_key"] = text(&[0; 104]).into()),
        with(&|body| body["content_key_to"][0]["fingerprint"] = "0123".into()),
        with(&|body| body["subject"] = text(b"in the clear").into()),
        with(&|body| body["subject"] = text(&[0; 3_000]).into()),
        with(&|body| body["message"] = text(&[0; 72]).into()),
        with(&|body| body["contents"] = text(&[0; 108]).into()),
        with(&|body| body["proof_hash"] = text(&[0; 32]).into()),
    ] {
        sealing.put_sealing(&body).await.problem(400, "invalid_request");
    }
    sealing
        .put_sealing(&with(&|body| body["message"] = "A".repeat(2 << 20).into()))
        .await
        .problem(413, "too_large");
    send().await.problem(409, "not_sealed_yet");
    sealing.put_sealing(&good).await.expect(204);
    send().await.problem(409, "not_sealed_yet");
    let manifest = sealing.manifest(&file, ("a", &b"hello"[..]), &[&sealed]);
    let mut wrong = manifest.clone();
    wrong["manifest"] = text(&[0; 73]).into();
    sealing.put_manifest(&file, &wrong).await.problem(422, "not_sealed");
    wrong["file_key"] = text(&[0; 103]).into();
    sealing.put_manifest(&file, &wrong).await.problem(400, "invalid_request");
    sealing.put_manifest(&file, &manifest).await.expect(204);
    send().await.problem(409, "not_sealed_yet");
    sealing.bind().await;
    send().await.expect(200);
    // What was handed over is nobody's to change.
    sealing.put_sealing(&good).await.problem(409, "state_conflict");
    sealing.put_manifest(&file, &manifest).await.problem(409, "state_conflict");
}

async fn nobody_but_the_uploader_seals(app: &App) {
    let anna = KeyHolder::of(app, &app.anna, PASSPHRASE).await;
    let (token, _) = request(app, &anna).await;
    let (uploader, sealing, key) = begun(app, &token).await;
    let body = sealing.sealed_to(&key, None);
    let other = Uploader::begun(app, &token).await;
    let path = format!("{}/sealing", uploader.path());
    for (who, status, code) in [
        (&other.sender, 404, "not_found"),
        (&app.anna, 401, "unauthorized"),
        (&app.admin, 401, "unauthorized"),
        (&app.rival, 401, "unauthorized"),
    ] {
        who.request(Method::PUT, &path).json(&body).await.problem(status, code);
    }
    // Not by the way of a sender's own drafts either, whose sender she is.
    let file = sealing.put("a", b"a").await;
    let of_sender = json!({ "content_key": text(&[0; 104]), "proof_hash": text(&[0; 32]) });
    for (who, status) in [(&app.anna, 409), (&app.admin, 403), (&app.rival, 404), (&uploader.sender, 401)] {
        let path = format!("/api/v1/transfers/{}/sealing", uploader.id);
        assert_eq!(who.request(Method::PUT, &path).json(&of_sender).await.status, status);
        let path = format!("/api/v1/transfers/{}/files/{file}/sealing", uploader.id);
        let of_file = json!({ "file_key": text(&[0; 104]), "manifest": text(&[0; 200]) });
        assert_eq!(who.request(Method::PUT, &path).json(&of_file).await.status, status);
    }
    // And of what the service seals nobody does.
    let (_, token) = asked(app, &json!({})).await;
    let plain = Uploader::begun(app, &token).await;
    assert_eq!(plain.shown().await["mode"], "standard");
    let path = format!("{}/sealing", plain.path());
    plain.sender.request(Method::PUT, &path).json(&body).await.problem(409, "state_conflict");
    plain.sender.put(&plain.id, "plan.txt", b"hello").await;
    plain.send().await.expect(200);
}

async fn who_has_no_pair_or_is_not_allowed_to_asks_for_nothing_sealed(app: &App) {
    let wish = json!({ "title": "x", "mode": "zero_knowledge" });
    let ask = |wish: &Value| app.anna.post_json("/api/v1/requests", wish);
    ask(&wish).await.problem(409, "state_conflict");
    let anna = KeyHolder::of(app, &app.anna, PASSPHRASE).await;
    let (token, _) = request(app, &anna).await;
    let kinds = json!({ "title": "x", "mode": "zero_knowledge", "kinds": ["pdf"] });
    ask(&kinds).await.problem(400, "invalid_request");
    for (word, sealed, plain) in
        [("allow", true, true), ("forbid", false, true), ("prefer", true, true), ("require", true, false)]
    {
        app.change_settings(json!({ "zero_knowledge": word })).await;
        for (wish, allowed) in [(&wish, sealed), (&json!({ "title": "x" }), plain)] {
            let answer = ask(wish).await;
            if allowed {
                answer.expect(201);
            } else {
                answer.problem(403, "choice_locked");
            }
        }
    }
    // What a tenant says counts when it begins, and when it is handed over.
    let (uploader, sealing, key) = begun(app, &token).await;
    sealing.put_sealing(&sealing.sealed_to(&key, None)).await.expect(204);
    sealing.put("a", b"a").await;
    app.change_settings(json!({ "zero_knowledge": "forbid" })).await;
    begin(app, &token).await.problem(403, "choice_locked");
    uploader.send().await.problem(403, "choice_locked");
    app.change_settings(json!({ "zero_knowledge": "allow" })).await;
    uploader.send().await.expect(200);
}

async fn what_the_service_has_opens_nothing(app: &App) {
    let anna = KeyHolder::of(app, &app.anna, PASSPHRASE).await;
    let (token, annas) = request(app, &anna).await;
    let (uploader, sealing, key) = begun(app, &token).await;
    let content = "canary-content ".repeat(3_000);
    sealing
        .put_sealing(&sealing.sealed_to(&key, Some(("canary-subject", "canary-message"))))
        .await
        .expect(204);
    sealing.put("canary-name.txt", content.as_bytes()).await;
    uploader.send().await.expect(200);
    app.run_jobs().await;
    let own = anna.open(annas.fingerprint()).await;
    let opened = received(app, &uploader, &own).await.unwrap();
    assert_eq!(opened.fetch(0).await, ("canary-name.txt".to_owned(), content.into_bytes()));
    let id: TransferId = uploader.id.parse().unwrap();
    let mut conn = app.db.read().await.unwrap();
    let rows = conn.record_of_transfer(id).await.unwrap();
    let of_tenant = conn.record_of_tenant(app.acme.id).await.unwrap();
    drop(conn);
    let leaked: String = rows.into_iter().chain(of_tenant).map(|row| row.content).collect();
    // Without the service's keys not even what was sealed to hers is in it.
    let to_her = bytes(&opened.delivery["sealed_to"]["content_key_to"][0]["content_key"]);
    let secret = secret_of(&own);
    let private = HEXLOWER.encode(&secret);
    for secret in [HEXLOWER.encode(b"canary-"), "canary-".to_owned(), HEXLOWER.encode(&to_her), private] {
        assert!(!leaked.contains(&secret), "{secret}");
    }
    for (path, has) in app.files_on_disk() {
        assert!(!has.windows(7).any(|window| window == b"canary-"), "{}", path.display());
        assert!(!has.windows(32).any(|window| window == secret), "{}", path.display());
    }
    for letter in app.mails.letters() {
        assert!(!letter.text.contains("canary-") && !letter.subject.contains("canary-"));
    }
    // With all keys of the service somebody has what she is given: it opens with her private key, and with no other.
    assert_eq!(
        opened.delivery["sealed_to"]["content_key_to"][0]["fingerprint"],
        annas.fingerprint().to_string()
    );
    assert!(received(app, &uploader, &PrivateKey::generate(&SystemRandom)).await.is_none());
}

/// The bytes of a private key, as its file has them.
fn secret_of(key: &PrivateKey) -> Vec<u8> {
    let file = RecoveryKeyFile::Private(key.clone()).to_text();
    let line = file.lines().find_map(|line| line.strip_prefix("private ")).expect("a line");
    bytes(&line.into())
}

async fn a_purge_takes_what_was_sealed_to_keys(app: &App) {
    let anna = KeyHolder::of(app, &app.anna, PASSPHRASE).await;
    let (token, _) = request(app, &anna).await;
    let uploader = sent(app, &token).await;
    let id: TransferId = uploader.id.parse().unwrap();
    assert_eq!(app.db.read().await.unwrap().content_keys(id).await.unwrap().len(), 1);
    purge(app, &app.anna, &uploader).await;
    assert_eq!(app.db.read().await.unwrap().content_keys(id).await.unwrap(), []);
    // And so does that of a draft that nobody goes on with.
    let (uploader, sealing, key) = begun(app, &token).await;
    sealing.put_sealing(&sealing.sealed_to(&key, None)).await.expect(204);
    app.clock.advance(25 * HOUR + Duration::from_secs(1));
    app.run(sealpost_domain::Job::AbandonUploads).await;
    let id: TransferId = uploader.id.parse().unwrap();
    assert_eq!(app.db.read().await.unwrap().content_keys(id).await.unwrap(), []);
}

async fn a_tenant_takes_along_what_was_sealed_to_keys(app: &App) {
    let anna = KeyHolder::of(app, &app.anna, PASSPHRASE).await;
    let (token, annas) = request(app, &anna).await;
    let uploader = sent(app, &token).await;
    let (_, about) = portals_and_transfer(app, &uploader.id).await;
    let visit = link_of(app, &uploader).await.link().enter().await;
    let to = &visit.delivery["sealed_to"]["content_key_to"][0];
    let taken = &about["sealed_to"];
    assert_eq!(taken["content_key_to"][0]["content_key"], to["content_key"]);
    assert_eq!(taken["content_key_to"][0]["fingerprint"], annas.fingerprint().to_string());
    assert_eq!(taken["message"], visit.delivery["sealed_to"]["message"]);
    assert_eq!(about["files"][0]["sealing"], visit.delivery["files"][0]["sealing"]);
    assert!(about["sealing"].is_null() && about["files"][0]["name"].is_null(), "{about}");
}

async fn purge(app: &App, who: &Sender, uploader: &Uploader) {
    who.purge(&uploader.id).await.expect(204);
    app.run_jobs().await;
}
