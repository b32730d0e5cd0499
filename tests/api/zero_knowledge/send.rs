//! From a draft to its recipient.

use sealpost_test_support::{app::App, claims, tools};
use serde_json::{Value, json};

use super::client::{PART, SealedUpload, Sealing, text, to_bert};
use crate::{
    links::code::{ask, coded},
    support::pattern,
};

claims![
    what_a_sender_seals_opens_at_its_recipient,
    a_sender_sees_of_what_he_has_sealed_how_much_it_is,
    what_is_to_be_secret_is_not_taken_in_the_clear,
    a_password_is_asked_for_and_never_shown,
    who_is_asked_for_a_password_is_everybody_or_nobody,
    a_code_stands_before_the_half,
    nothing_that_could_be_guessed_against_leaves_before_the_proof,
    a_draft_that_is_not_sealed_whole_is_not_sent,
    contents_are_dropped_when_files_change_after_them,
    what_cannot_be_a_sealing_is_refused,
    the_half_is_told_to_the_sender_of_a_draft_alone,
    slices_that_are_sealed_apart_become_one_file,
    ranges_of_sealed_bytes_are_served_and_an_archive_is_not,
    the_mail_says_that_the_sender_gives_the_second_part,
    its_page_is_one_that_opens_it_in_the_browser_and_says_that_it_needs_scripts,
    who_has_opened_it_here_is_told_how_it_ended,
    a_link_says_whose_it_is_and_how_long_a_browser_is_remembered,
    a_range_to_the_end_of_what_is_sealed_counts_as_a_download,
    who_is_added_later_gets_a_link_to_the_same,
];

const PASSWORD: &str = "correct horse battery";

async fn what_a_sender_seals_opens_at_its_recipient(app: &App) {
    let (long, short) = (pattern(PART + 100), pattern(16_384));
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    let files: [(&str, &[u8]); 3] = [("long.bin", &long), ("folder/short.bin", &short), ("empty", b"")];
    let links = draft.sent(Some(("Plans", "For you alone.")), &files).await;
    let opened = draft.opening(app, &links[0]).open().await;
    assert_eq!(opened.delivery["mode"], "zero_knowledge");
    assert_eq!(opened.words(), (Some("Plans".to_owned()), Some("For you alone.".to_owned())));
    // They are listed by their ids, which of one moment are in no order.
    for index in 0..files.len() {
        let (name, plain) = opened.fetch(index).await;
        assert!(files.contains(&(name.as_str(), plain.as_slice())), "{name}");
    }
    for file in opened.delivery["files"].as_array().unwrap() {
        assert!(["name", "media_type", "crc32"].iter().all(|word| file[word].is_null()), "{file}");
    }
    assert!(opened.delivery["subject"].is_null() && opened.delivery["message"].is_null());
}

async fn a_sender_sees_of_what_he_has_sealed_how_much_it_is(app: &App) {
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    draft.sent(Some(("Plans", "x")), &[("a", b"aaa")]).await;
    let shown = app.anna.transfer(&draft.id).await;
    assert_eq!((&shown["mode"], &shown["state"]), (&json!("zero_knowledge"), &json!("available")));
    assert!(shown["subject"].is_null() && shown["message"].is_null() && shown["sealing"].is_null());
    let file = &shown["files"][0];
    assert_eq!(
        (&file["name"], &file["media_type"], &file["crc32"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    assert_eq!((&file["size"], &file["kind"]), (&json!(75), &Value::Null));
    assert_eq!(shown["inspection"]["state"], "sealed_by_sender");
    let entries = app.db.read().await.unwrap().audit_after(app.acme.id, 0, 1_000).await.unwrap();
    let of = |kind: &str| entries.iter().find(|entry| entry.kind == kind).map(|entry| &entry.payload);
    assert!(of("transfer.created").unwrap().contains("\"mode\":\"zero_knowledge\""));
    assert!(of("transfer.inspected").unwrap().contains("\"inspection\":\"sealed_by_sender\""));
}

async fn what_is_to_be_secret_is_not_taken_in_the_clear(app: &App) {
    for secret in [
        json!({"subject": "Plans"}),
        json!({"message": "For you alone."}),
        json!({"password": PASSWORD}),
        json!({"password": {"generate": true}}),
        json!({"recipients": [{"email": "bert@example.org", "password": PASSWORD}]}),
    ] {
        let mut new = to_bert();
        new.as_object_mut().unwrap().extend(secret.as_object().unwrap().clone());
        app.anna.create(&new).await.problem(422, "sealed_by_sender");
    }
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    let path = format!("/api/v1/transfers/{}", draft.id);
    for secret in [json!({"subject": "Plans"}), json!({"message": "x"}), json!({"password": PASSWORD})] {
        let revised = app.anna.request(sealpost_test_support::app::Method::PATCH, &path).json(&secret);
        revised.await.problem(422, "sealed_by_sender");
    }
    let eve = json!({"email": "eve@example.org", "password": PASSWORD});
    let added = app.anna.post_json(&format!("{path}/recipients"), &eve);
    added.await.problem(422, "sealed_by_sender");
}

async fn a_password_is_asked_for_and_never_shown(app: &App) {
    let mut new = to_bert();
    new["protection"] = "password".into();
    let draft = Sealing::begin(&app.anna, &new).await.with_password(PASSWORD);
    let links = draft.sent(None, &[("a", b"aaa")]).await;
    let shown = app.anna.transfer(&draft.id).await;
    assert_eq!((&shown["password_protected"], &shown["protection"]), (&json!(true), &json!("password")));
    let listed = app.anna.get("/api/v1/transfers").await.json();
    assert_eq!(listed["transfers"][0]["mode"], "zero_knowledge");
    let mut opening = draft.opening(app, &links[0]);
    links[0].verify_with(PASSWORD).await.problem(422, "sealed_by_sender");
    let told = opening.verify().await.expect(200).json();
    opening.password = Some("correct horse".to_owned());
    opening.prove(&told).await.problem(403, "wrong_proof");
    opening.password = Some(PASSWORD.to_owned());
    let opened = opening.open_with(&told, &opening.prove(&told).await.expect(200));
    assert_eq!(opened.fetch(0).await, ("a".to_owned(), b"aaa".to_vec()));
}

async fn who_is_asked_for_a_password_is_everybody_or_nobody(app: &App) {
    let mixed = json!({
        "mode": "zero_knowledge",
        "protection": "none",
        "recipients": [{"email": "bert@example.org"}, {"email": "carl@example.org", "protection": "password"}],
    });
    app.anna.create(&mixed).await.problem(400, "invalid_request");
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    // Nobody is asked for one, so nothing is sealed with one.
    let with_password = Sealing::of(&app.anna, &app.anna.transfer(&draft.id).await).with_password(PASSWORD);
    with_password.put_sealing(&with_password.sealing(None)).await.problem(400, "invalid_request");
    let links = draft.sent(None, &[("a", b"a")]).await;
    assert_eq!(links.len(), 1);
    let later = json!({"email": "carl@example.org", "protection": "password"});
    let path = format!("/api/v1/transfers/{}/recipients", draft.id);
    app.anna.post_json(&path, &later).await.problem(400, "invalid_request");
}

async fn a_code_stands_before_the_half(app: &App) {
    let mut new = to_bert();
    new["protection"] = "email_code_and_password".into();
    let draft = Sealing::begin(&app.anna, &new).await.with_password(PASSWORD);
    let links = draft.sent(None, &[("a", b"aaa")]).await;
    app.run_jobs().await;
    let opening = draft.opening(app, &links[0]);
    assert_eq!(links[0].open().await.expect(200).json()["needed"], "code");
    opening.verify().await.problem(403, "code_needed");
    let (challenge, code) = coded(app, &links[0]).await;
    let shown = |code: &str| json!({"token": links[0].token, "code": code, "challenge": challenge});
    let wrong = if code.starts_with('9') { "812345" } else { "912345" };
    app.anybody.post_json("/api/v1/links/verify", &shown(wrong)).await.problem(403, "wrong_code");
    let told = app.anybody.post_json("/api/v1/links/verify", &shown(&code)).await.expect(200);
    // Whoever comes again within the next minutes needs no other code.
    let again = opening.verify().header("cookie", told.cookies()).await.expect(200).json();
    assert_eq!(again["sealing"], told.json()["sealing"]);
    let opened = opening.open_with(&again, &opening.prove(&again).await.expect(200));
    assert_eq!(opened.fetch(0).await.1, b"aaa");
    ask(app, &links[0]).await;
}

async fn nothing_that_could_be_guessed_against_leaves_before_the_proof(app: &App) {
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    let links = draft.sent(Some(("Plans", "x")), &[("a", b"aaa")]).await;
    let opened = links[0].open().await.expect(200).json();
    assert_eq!(
        opened,
        json!({
            "delivery_id": links[0].recipient, "mode": "zero_knowledge", "protection": "none", "needed": "proof",
            "sealed_to_key": false, "branding": opened["branding"], "remember_days": 30,
        })
    );
    let told = links[0].verify().await.expect(200);
    let mut words: Vec<_> = told.json().as_object().unwrap().keys().cloned().collect();
    words.sort();
    assert_eq!(words, ["expires_at", "sealing", "ticket"]);
    let mut words: Vec<_> = told.json()["sealing"].as_object().unwrap().keys().cloned().collect();
    words.sort();
    assert_eq!(words, ["password_parameters", "server_half", "tenant", "transfer"]);
    // The ticket is no grant, and the form of the page gives none.
    let ticket = told.json()["ticket"].as_str().unwrap().to_owned();
    let files = app.anna.transfer(&draft.id).await["files"].clone();
    let path = format!(
        "/api/v1/deliveries/{}/files/{}/content",
        links[0].recipient,
        files[0]["id"].as_str().unwrap()
    );
    app.anybody.with_bearer(&ticket).get(&path).await.problem(401, "unauthorized");
    let submitted = links[0].submit("").await.expect(303);
    app.anybody.get(&path).header("cookie", submitted.cookies()).await.problem(401, "unauthorized");
}

async fn a_draft_that_is_not_sealed_whole_is_not_sent(app: &App) {
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    let mut upload = draft.upload(3, false).await;
    let sealed = upload.seal(b"aaa");
    app.anna.patch(&upload.path, 0, sealed).await.expect(204);
    let file = upload.path.rsplit('/').next().unwrap().to_owned();
    app.anna.act(&draft.id, "send").await.problem(409, "not_sealed_yet");
    draft.seal(None).await;
    app.anna.act(&draft.id, "send").await.problem(409, "not_sealed_yet");
    let manifest = draft.manifest(&file, ("a", b"aaa"), &[&upload]);
    draft.put_manifest(&file, &manifest).await.expect(204);
    // What was said before of which files there are does not hold of this one.
    app.anna.act(&draft.id, "send").await.problem(409, "not_sealed_yet");
    draft.bind().await;
    // Who is asked for a password now needs a content key that is sealed with one.
    let path = format!("/api/v1/transfers/{}", draft.id);
    let revise = |protection: &str| {
        let change = json!({"protection": protection});
        app.anna.request(sealpost_test_support::app::Method::PATCH, &path).json(&change)
    };
    revise("password").await.expect(200);
    app.anna.act(&draft.id, "send").await.problem(409, "not_sealed_yet");
    revise("none").await.expect(200);
    let sent = app.anna.send(&draft.id).await;
    // From now on nothing of it is sealed anew.
    draft.put_sealing(&draft.sealing(None)).await.problem(409, "state_conflict");
    draft.put_manifest(&file, &manifest).await.problem(409, "state_conflict");
    assert_eq!(draft.opening(app, &sent.links[0]).open().await.fetch(0).await.1, b"aaa");
}

/// Said of other files than there are now, the contents would open to nobody.
async fn contents_are_dropped_when_files_change_after_them(app: &App) {
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    draft.seal(None).await;
    let not_yet = async |why: &str| {
        let refused = app.anna.act(&draft.id, "send").await;
        refused.problem(409, "not_sealed_yet");
        let detail = refused.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains("contents"), "{why}: {detail}");
    };
    let (kept, taken_out) = (draft.put("kept", b"aaa").await, draft.put("taken out", b"bbbb").await);
    app.anna.terminate(&format!("/api/v1/uploads/{taken_out}")).await.expect(204);
    draft.forget(&taken_out);
    not_yet("a file was taken out").await;
    draft.bind().await;
    let (added, manifest) = draft.parts("added", b"cc").await;
    let refused = app.anna.act(&draft.id, "send").await;
    refused.problem(409, "not_sealed_yet");
    assert!(refused.json()["detail"].as_str().unwrap().contains("manifest"));
    draft.put_manifest(&added, &manifest).await.expect(204);
    not_yet("a file was added").await;
    draft.bind().await;
    draft.put_manifest(&added, &manifest).await.expect(204);
    not_yet("a manifest was sealed anew").await;
    // Sealed without them, what was there is gone, too.
    draft.bind().await;
    let mut without = draft.bound().unwrap();
    without.as_object_mut().unwrap().remove("contents");
    draft.put_sealing(&without).await.expect(204);
    not_yet("they were left out").await;
    draft.bind().await;
    let links = app.anna.send(&draft.id).await.links;
    let opened = draft.opening(app, &links[0]).open().await;
    let files = opened.delivery["files"].as_array().unwrap();
    assert!(files.len() == 2 && files.iter().any(|file| file["id"] == kept.as_str()));
    assert_eq!(opened.delivery["sealing"]["contents"].as_str().unwrap().len(), 146);
    assert!(opened.is_what_was_sealed());
}

async fn what_cannot_be_a_sealing_is_refused(app: &App) {
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    let good = draft.sealing(Some(("Plans", "x")));
    for (word, value) in [
        ("content_key", json!("AAAA")),
        ("proof_hash", json!("AAAA")),
        ("proof_hash", json!("not base64url!")),
        ("subject", json!("AAAA")),
        ("subject", json!("A".repeat(96))), // an empty one
        ("message", json!("A".repeat(100_000))),
        ("password_parameters", json!("AAAA")),
        ("contents", json!("")),
        ("contents", json!("A".repeat(144))), // 108 bytes
        ("contents", json!("A".repeat(147))), // 110 bytes
        ("name", json!("a")),
    ] {
        let mut bad = good.clone();
        bad[word] = value;
        draft.put_sealing(&bad).await.problem(400, "invalid_request");
    }
    let mut protected = to_bert();
    protected["protection"] = "password".into();
    let protected = Sealing::begin(&app.anna, &protected).await.with_password(PASSWORD);
    let mut cheap = protected.sealing(None);
    let parameters = sealpost_sealed::PasswordParameters::new([1; 16], 32 * 1024, 3, 1);
    cheap["password_parameters"] = text(&parameters.encode()).into();
    protected.put_sealing(&cheap).await.problem(400, "invalid_request");
    let file = draft.put("a", b"aaa").await;
    for (file_key, manifest, status, code) in [
        ("A".repeat(8), "A".repeat(200), 400, "invalid_request"),
        ("A".repeat(139), "A".repeat(100), 422, "not_sealed"),
        ("A".repeat(139), "A".repeat(200_000), 422, "not_sealed"),
    ] {
        let sealing = json!({"file_key": file_key, "manifest": manifest});
        draft.put_manifest(&file, &sealing).await.problem(status, code);
    }
    let of_service = app.anna.draft().await;
    let path = format!("/api/v1/transfers/{of_service}/sealing");
    let put = app.anna.request(sealpost_test_support::app::Method::PUT, &path).json(&good);
    put.await.problem(409, "state_conflict");
}

async fn the_half_is_told_to_the_sender_of_a_draft_alone(app: &App) {
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    assert!(app.anna.transfer(&draft.id).await["sealing"]["server_half"].is_string());
    assert!(app.admin.transfer(&draft.id).await["sealing"].is_null());
    app.otto.get(&format!("/api/v1/transfers/{}", draft.id)).await.problem(404, "not_found");
    let of_admin = Sealing::of(&app.admin, &app.anna.transfer(&draft.id).await);
    of_admin.put_sealing(&of_admin.sealing(None)).await.problem(403, "forbidden");
}

async fn slices_that_are_sealed_apart_become_one_file(app: &App) {
    let content = pattern(PART + 5_000);
    let slices = [&content[..PART + 1_000], &content[PART + 1_000..]];
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    draft.seal(None).await;
    let mut uploads: Vec<SealedUpload> = Vec::new();
    for slice in slices {
        let mut upload = draft.upload(slice.len(), true).await;
        let mut offset = 0;
        for part in slice.chunks(PART) {
            let sealed = upload.seal(part);
            app.anna.patch(&upload.path, offset, sealed.clone()).await.expect(204);
            offset += sealed.len();
        }
        uploads.push(upload);
    }
    let paths: Vec<_> = uploads.iter().map(|upload| upload.path.as_str()).collect();
    let joined = app.anna.join(&draft.id, &paths).await.expect(201);
    let file = joined.header("location").unwrap().rsplit('/').next().unwrap().to_owned();
    let uploads: Vec<_> = uploads.iter().collect();
    draft.put_manifest(&file, &draft.manifest(&file, ("joined", &content), &uploads)).await.expect(204);
    draft.bind().await;
    let sent = app.anna.send(&draft.id).await;
    let (name, plain) = draft.opening(app, &sent.links[0]).open().await.fetch(0).await;
    assert!(name == "joined" && plain == content);
}

async fn ranges_of_sealed_bytes_are_served_and_an_archive_is_not(app: &App) {
    let content = pattern(100_000);
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    let links = draft.sent(None, &[("a", &content)]).await;
    let opened = draft.opening(app, &links[0]).open().await;
    let whole = opened.content(0).await.expect(200).body;
    let part = opened.content(0).header("range", "bytes=56-16455").await.expect(206).body;
    assert!(part == whole.slice(56..16_456));
    let archive = format!("/api/v1/deliveries/{}/archive.zip", links[0].recipient);
    opened.client.get(&archive).await.problem(409, "state_conflict");
    assert!(opened.delivery["archive_size"].is_null());
}

async fn the_mail_says_that_the_sender_gives_the_second_part(app: &App) {
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    let links = draft.sent(Some(("Plans", "x")), &[("a", b"a")]).await;
    app.run_jobs().await;
    let [mail] = app.mails_to("bert@example.org").try_into().expect("one mail");
    assert!(mail.text.contains(&links[0].url) && mail.text.contains("begins with #"), "{}", mail.text);
    assert!(!mail.text.contains("Plans") && !mail.text.contains(&*draft.fragment.to_fragment()));
    app.anna.sent(&[("b", b"b")]).await;
    app.run_jobs().await;
    assert!(!app.mails_to("bert@example.org")[1].text.contains("begins with #"));
}

async fn its_page_is_one_that_opens_it_in_the_browser_and_says_that_it_needs_scripts(app: &App) {
    tools::web();
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    let links = draft.sent(None, &[("a", b"a")]).await;
    let page = links[0].page().await.expect(200);
    for words in ["needs scripts", "braucht diese Seite Skripte", "scripts nodig"] {
        assert!(page.text().contains(words), "{words}");
    }
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(
        policy.contains("trusted-types sealpost-worker sealpost-download")
            && policy.contains("frame-src 'self'")
    );
    // Also to somebody whose browser has a grant.
    let opening = draft.opening(app, &links[0]);
    let told = opening.verify().await.expect(200).json();
    let proved = opening.prove(&told).await.expect(200);
    let page = links[0].page().header("cookie", proved.cookies()).await.expect(200);
    assert!(page.text().contains("needs scripts"));
    // A link that leads nowhere has the plain page, as ever.
    app.anna.post_json(&format!("/api/v1/transfers/{}/block", draft.id), &json!({})).await.expect(200);
    let blocked = links[0].page().await.expect(404);
    assert!(!blocked.text().contains("<script") && blocked.text().contains("This link is not available"));
}

async fn who_has_opened_it_here_is_told_how_it_ended(app: &App) {
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    let links = draft.sent(None, &[("a", b"a")]).await;
    let opening = draft.opening(app, &links[0]);
    let told = opening.verify().await.expect(200).json();
    let proof = text(opening.access(&told).0.proof.expose_secret());
    let shown = json!({"token": links[0].token, "ticket": told["ticket"], "proof": proof});
    let proved = app.anybody.post_json("/api/v1/links/prove", &shown).await.expect(200);
    app.anna.post_json(&format!("/api/v1/transfers/{}/block", draft.id), &json!({})).await.expect(200);
    let ended = links[0].page().header("cookie", proved.cookies()).await.expect(403);
    assert!(ended.text().contains("This delivery has been taken back"));
    links[0].page().await.expect(404);
}

async fn a_link_says_whose_it_is_and_how_long_a_browser_is_remembered(app: &App) {
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    let links = draft.sent(None, &[("a", b"a")]).await;
    let opened = app.anybody.post_json("/api/v1/links/open", &json!({"token": links[0].token})).await;
    let opened = opened.expect(200).json();
    assert!(opened["branding"]["name"].is_string(), "{opened}");
    assert_eq!(opened["remember_days"], 30);
    assert!(opened.get("remembered_until").is_none());
}

async fn a_range_to_the_end_of_what_is_sealed_counts_as_a_download(app: &App) {
    let content = vec![7; 100_000];
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    let links = draft.sent(None, &[("a", &content)]).await;
    let opened = draft.opening(app, &links[0]).open().await;
    let downloaded = async || {
        let transfer = app.anna.get(&format!("/api/v1/transfers/{}", draft.id)).await.expect(200).json();
        !transfer["recipients"][0]["downloaded_at"].is_null()
    };
    opened.content(0).header("range", "bytes=0-90000").await.expect(206);
    assert!(!downloaded().await, "not its end");
    opened.content(0).header("range", "bytes=90001-").await.expect(206);
    assert!(downloaded().await);
}

async fn who_is_added_later_gets_a_link_to_the_same(app: &App) {
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    draft.sent(None, &[("a", b"aaa")]).await;
    let path = format!("/api/v1/transfers/{}/recipients", draft.id);
    app.anna.post_json(&path, &json!({"email": "carl@example.org"})).await.expect(201);
    let sent = app.anna.send(&draft.id).await;
    let opened = draft.opening(app, sent.link_of("carl@example.org")).open().await;
    assert_eq!(opened.fetch(0).await.1, b"aaa");
}
