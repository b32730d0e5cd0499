//! What somebody tries who gives a recipient's program something else than what its sender has sealed: the service itself, whoever has
//! taken it over, or whoever writes to its database and its stores. The review in docs/security.md names these tests.

use sealpost_domain::Job;
use sealpost_sealed::{ContentKey, PasswordKey, PasswordParameters, SystemRandom};
use sealpost_test_support::{
    app::{App, Method, Options},
    claims,
};
use serde_json::{Value, json};

use super::{
    client::{Opened, PART, SEALED_PART, Sealing, bytes, text, to_bert},
    deceit::{Deceit, told_of},
};
use crate::support::pattern;

claims![
    sealings_that_change_places_do_not_open,
    what_another_transfer_has_does_not_open_in_this_one,
    bytes_of_another_file_or_in_another_order_do_not_open,
    bytes_that_are_cut_off_or_too_many_are_noticed,
    an_earlier_sealing_with_another_secret_does_not_open,
    a_password_that_the_service_makes_cheap_makes_another_proof,
    a_wrong_proof_has_one_answer_however_near_it_is,
    who_is_added_by_the_service_has_nothing_without_the_second_part,
    a_curious_admin_is_told_no_half_and_no_sealing,
    who_is_blocked_gets_no_bytes_whatever_he_has_kept,
    a_stored_part_does_not_open_with_what_the_link_opens,
    a_leaked_copy_has_neither_the_half_nor_what_is_sealed with Options::with_copies(),
    halves_and_sealed_keys_stay_in_no_cache,
    a_file_that_the_service_leaves_out_is_missed,
    a_file_that_was_taken_out_again_is_not_taken_for_one_that_was_sent,
    a_subject_or_message_that_the_service_leaves_out_is_missed,
    words_and_manifests_from_before_are_not_taken_for_what_was_sent,
    without_the_sealed_list_nothing_is_opened,
    with_the_list_of_another_transfer_nothing_is_opened,
];

const PASSWORD: &str = "correct horse battery";

/// Whether the service's answer opens to this recipient, when it reads so.
fn opens(opened: &Opened, delivery: &Value) -> bool {
    let told = opened.told(delivery.clone());
    let words = told.try_words().is_some();
    words && (0..delivery["files"].as_array().unwrap().len()).all(|index| told.try_manifest(index).is_some())
}

/// A transfer of two files with both words, opened by its recipient.
async fn two_files(app: &App) -> (Sealing, Opened) {
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    let links = draft.sent(Some(("Plans", "For you.")), &[("a", b"aaa"), ("b", b"bbbb")]).await;
    let opened = draft.opening(app, &links[0]).open().await;
    (draft, opened)
}

async fn sealings_that_change_places_do_not_open(app: &App) {
    let (_, opened) = two_files(app).await;
    let good = opened.delivery.clone();
    assert!(opens(&opened, &good));
    let swapped = |one: &str, other: &str| {
        let mut bad = good.clone();
        let (was, is) = (good.pointer(one).unwrap().clone(), good.pointer(other).unwrap().clone());
        *bad.pointer_mut(one).unwrap() = is;
        *bad.pointer_mut(other).unwrap() = was;
        bad
    };
    for (one, other) in [
        ("/sealing/subject", "/sealing/message"),
        ("/files/0/sealing/manifest", "/files/1/sealing/manifest"),
        ("/files/0/sealing/file_key", "/files/1/sealing/file_key"),
        ("/files/0/sealing", "/files/1/sealing"),
        ("/files/0/id", "/files/1/id"),
    ] {
        assert!(!opens(&opened, &swapped(one, other)), "{one} and {other}");
    }
    // A file twice is no two files.
    let mut twice = good.clone();
    twice["files"][1] = good["files"][0].clone();
    twice["files"][1]["id"] = good["files"][1]["id"].clone();
    assert!(!opens(&opened, &twice));
}

async fn what_another_transfer_has_does_not_open_in_this_one(app: &App) {
    let (_, opened) = two_files(app).await;
    // The same sender, recipient and content key: what differs is the transfer.
    let mut other = Sealing::begin(&app.anna, &to_bert()).await;
    other.content_key = opened.content_key.clone();
    let links = other.sent(Some(("Plans", "For you.")), &[("a", b"aaa"), ("b", b"bbbb")]).await;
    let of_other = other.opening(app, &links[0]).open().await.delivery;
    for place in ["/sealing/subject", "/sealing/message", "/files/0", "/files/0/sealing"] {
        let mut bad = opened.delivery.clone();
        *bad.pointer_mut(place).unwrap() = of_other.pointer(place).unwrap().clone();
        assert!(!opens(&opened, &bad), "{place}");
    }
}

async fn bytes_of_another_file_or_in_another_order_do_not_open(app: &App) {
    let content = pattern(2 * PART);
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    let links = draft.sent(None, &[("a", &content), ("b", &content)]).await;
    let opened = draft.opening(app, &links[0]).open().await;
    let (manifest, sealed) = (opened.manifest(0), opened.content(0).await.expect(200).body);
    let of_other = opened.content(1).await.expect(200).body;
    let (first, second) = sealed.split_at(SEALED_PART);
    assert!(opened.try_open(&manifest, &sealed) == Some(content.clone()));
    // The same plaintext, sealed for another file; parts in another order, one of them twice, one of an attempt that did not count.
    for bad in [
        of_other.to_vec(),
        [second, first].concat(),
        [first, first].concat(),
        [first, &of_other[SEALED_PART..]].concat(),
    ] {
        assert!(opened.try_open(&manifest, &bad).is_none());
    }
    for at in [0, 24, 56, SEALED_PART - 1, SEALED_PART + 56, 2 * SEALED_PART - 1] {
        let mut bad = sealed.to_vec();
        bad[at] ^= 1;
        assert!(opened.try_open(&manifest, &bad).is_none(), "{at}");
    }
}

async fn bytes_that_are_cut_off_or_too_many_are_noticed(app: &App) {
    let content = pattern(PART + 20_000);
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    let links = draft.sent(None, &[("a", &content)]).await;
    let opened = draft.opening(app, &links[0]).open().await;
    let (manifest, sealed) = (opened.manifest(0), opened.content(0).await.expect(200).body);
    // At the borders of parts and chunks, too: nothing that is left is a file.
    for length in [0, 56, SEALED_PART - 16_400, SEALED_PART, SEALED_PART + 56 + 16_400, sealed.len() - 1] {
        assert!(opened.try_open(&manifest, &sealed[..length]).is_none(), "{length}");
    }
    assert!(opened.try_open(&manifest, &[&sealed[..], b"x"].concat()).is_none());
    // Nor does a manifest that somebody has shortened open.
    let place = "/files/0/sealing/manifest";
    let whole = bytes(opened.delivery.pointer(place).unwrap());
    let mut bad = opened.delivery.clone();
    *bad.pointer_mut(place).unwrap() = text(&whole[..whole.len() - 38]).into();
    assert!(!opens(&opened, &bad));
}

async fn an_earlier_sealing_with_another_secret_does_not_open(app: &App) {
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    // The sender has closed his program and begun again, with another fragment and another content key.
    let earlier = Sealing::of(&app.anna, &app.anna.transfer(&draft.id).await);
    let replayed = earlier.sealing(Some(("Plans", "Withdrawn.")));
    earlier.put_sealing(&replayed).await.expect(204);
    let links = draft.sent(Some(("Plans", "For you.")), &[("a", b"aaa")]).await;
    let opening = draft.opening(app, &links[0]);
    let told = opening.verify().await.expect(200).json();
    let proved = opening.prove(&told).await.expect(200);
    let opened = opening.open_with(&told, &proved);
    for word in ["subject", "message"] {
        let mut bad = opened.delivery.clone();
        bad["sealing"][word] = replayed[word].clone();
        assert!(!opens(&opened, &bad), "{word}");
    }
    let (access, place) = opening.access(&told);
    let key = bytes(&replayed["content_key"]);
    assert!(access.key.open_content_key(place.content_key(), &key).is_err());
}

/// The service tells a recipient salt and costs. With cheap ones it gets a proof that does not fit, so the recipient hears that something is
/// wrong; but whoever also has both parts of the link could try passwords on that proof at that price. So clients refuse them
/// ([`PasswordParameters::are_outdated`]), and below the format's own bounds nothing is derived at all.
async fn a_password_that_the_service_makes_cheap_makes_another_proof(app: &App) {
    let mut new = to_bert();
    new["protection"] = "password".into();
    let draft = Sealing::begin(&app.anna, &new).await.with_password(PASSWORD);
    let links = draft.sent(None, &[("a", b"aaa")]).await;
    let opening = draft.opening(app, &links[0]);
    let mut told = opening.verify().await.expect(200).json();
    let true_one = bytes(&told["sealing"]["password_parameters"]);
    let salt: [u8; 16] = true_one[1..17].try_into().unwrap();
    let cheap = PasswordParameters::new(salt, 19 * 1024, 1, 1);
    assert!(cheap.are_outdated() && !PasswordParameters::decode(&true_one).unwrap().are_outdated());
    told["sealing"]["password_parameters"] = text(&cheap.encode()).into();
    opening.prove(&told).await.problem(403, "wrong_proof");
    // Cheaper than the format lets nobody have it: what is below its bounds is brought within them.
    let too_cheap =
        [&[1][..], &salt, &8_u32.to_be_bytes(), &1_u32.to_be_bytes(), &1_u32.to_be_bytes()].concat();
    let read = PasswordParameters::decode(&too_cheap).unwrap();
    assert_eq!(read.encode(), cheap.encode());
    assert!(PasswordKey::derive(PASSWORD, &read).is_ok());
}

async fn a_wrong_proof_has_one_answer_however_near_it_is(app: &App) {
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    let links = draft.sent(None, &[("a", b"aaa")]).await;
    let opening = draft.opening(app, &links[0]);
    let told = opening.verify().await.expect(200).json();
    let (access, _) = opening.access(&told);
    let right = *access.proof.expose_secret();
    let mut answers = Vec::new();
    // As near as can be at its beginning and its end, far away, and what the service itself stores.
    for wrong in [flipped(right, 0), flipped(right, 31), [0; 32], *access.proof.hash().as_bytes()] {
        let shown = json!({"ticket": told["ticket"], "proof": text(&wrong)});
        let mut answer = app.anybody.post_json("/api/v1/links/prove", &shown).await.expect(403).json();
        answer["request_id"] = Value::Null;
        answers.push(answer);
    }
    assert!(
        answers.iter().all(|answer| *answer == answers[0] && answer["code"] == "wrong_proof"),
        "{answers:?}"
    );
    opening.prove(&told).await.expect(200);
}

fn flipped(mut bytes: [u8; 32], at: usize) -> [u8; 32] {
    bytes[at] ^= 1;
    bytes
}

async fn who_is_added_by_the_service_has_nothing_without_the_second_part(app: &App) {
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    draft.sent(Some(("Plans", "x")), &[("a", b"aaa")]).await;
    // The service can give itself a link, and a grant without a proof: so it has everything that recipients are given.
    let path = format!("/api/v1/transfers/{}/recipients", draft.id);
    app.anna.post_json(&path, &json!({"email": "mallory@example.org"})).await.expect(201);
    let sent = app.anna.send(&draft.id).await;
    let opened = draft.opening(app, sent.link_of("mallory@example.org")).open().await;
    let without = Sealing::of(
        &app.anna,
        &json!({
            "mode": "zero_knowledge",
            "id": draft.id,
            "sealing": {"tenant": uuid::Uuid::from_bytes(draft.place.tenant).to_string(), "server_half": text(&draft.half_bytes())},
        }),
    );
    let sealed = bytes(&opened.delivery["sealing"]["content_key"]);
    assert!(without.access().key.open_content_key(draft.place.content_key(), &sealed).is_err());
    let guessed = opened.with_key(ContentKey::generate(&SystemRandom));
    assert!(guessed.try_words().is_none() && guessed.try_manifest(0).is_none());
}

async fn a_curious_admin_is_told_no_half_and_no_sealing(app: &App) {
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    let half = text(&draft.half_bytes());
    let tell = async |when: &str| {
        for path in [
            format!("/api/v1/transfers/{}", draft.id),
            format!("/api/v1/admin/transfers/{}", draft.id),
            "/api/v1/admin/transfers".to_owned(),
            "/api/v1/admin/transfers/export?format=jsonl".to_owned(),
            "/api/v1/admin/audit".to_owned(),
            "/api/v1/admin/audit/export".to_owned(),
        ] {
            let told = app.admin.get(&path).await.expect(200).text();
            let names_none = !told.contains("server_half") && !told.contains("\"content_key\"");
            assert!(!told.contains(&half) && names_none, "{when}, {path}: {told}");
        }
    };
    tell("as a draft").await;
    let links = draft.sent(Some(("Plans", "x")), &[("a", b"aaa")]).await;
    tell("as sent").await;
    let opened = draft.opening(app, &links[0]).open().await;
    tell("as opened").await;
    // Nor does he get the sealed bytes, nor a link to them.
    assert!(opened.as_client(&app.admin).content(0).await.status >= 400);
    let again = app.admin.act(&draft.id, "send").await;
    assert!(again.status >= 400, "{}", again.text());
}

async fn who_is_blocked_gets_no_bytes_whatever_he_has_kept(app: &App) {
    let new = json!({
        "mode": "zero_knowledge",
        "recipients": [{"email": "bert@example.org"}, {"email": "carl@example.org"}],
    });
    let draft = Sealing::begin(&app.anna, &new).await;
    let links = draft.sent(None, &[("a", b"aaa")]).await;
    let of = |email: &str| links.iter().find(|link| link.email == email).unwrap();
    let (bert, carl) =
        (draft.opening(app, of("bert@example.org")), draft.opening(app, of("carl@example.org")));
    let (told, opened) = (bert.verify().await.expect(200).json(), bert.open().await);
    let of_carl = carl.open().await;
    app.anna.act_on(&draft.id, &of("bert@example.org").recipient, "block").await.expect(200);
    // Link, half, ticket, proof and grant: none of them counts any more, and the file is carl's alone.
    bert.verify().await.problem(404, "link_unavailable");
    bert.prove(&told).await.problem(404, "link_unavailable");
    assert!(opened.content(0).await.status >= 400);
    assert_eq!(of_carl.fetch(0).await.1, b"aaa");
    // What he keeps would open it, if he had the bytes: the secret is one for all recipients.
    assert_eq!(opened.manifest(0).name(), of_carl.manifest(0).name());
}

async fn a_stored_part_does_not_open_with_what_the_link_opens(app: &App) {
    let content = pattern(20_000);
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    let links = draft.sent(None, &[("a", &content)]).await;
    let opened = draft.opening(app, &links[0]).open().await;
    let manifest = opened.manifest(0);
    let sealed = opened.content(0).await.expect(200).body;
    assert!(opened.try_open(&manifest, &sealed) == Some(content));
    // Whoever has the stores has the same bytes, sealed once more: the link's end is the end of its bytes, too.
    let objects = app.objects().await;
    assert!(!objects.is_empty());
    for object in &objects {
        let stored = std::fs::read(app.object_path(object)).unwrap();
        assert!(!contains(&stored, &sealed[..56]) && !contains(&stored, &sealed[sealed.len() - 64..]));
        assert!(opened.try_open(&manifest, &stored).is_none());
    }
}

async fn a_leaked_copy_has_neither_the_half_nor_what_is_sealed(app: &App) {
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    let links = draft.sent(Some(("Plans", "x")), &[("a", &pattern(20_000))]).await;
    app.run(Job::Replicate).await;
    let opening = draft.opening(app, &links[0]);
    let told = opening.verify().await.expect(200).json();
    let opened = opening.open().await;
    let secrets = [
        bytes(&told["sealing"]["server_half"]),
        bytes(&opened.delivery["sealing"]["content_key"]),
        bytes(&opened.delivery["sealing"]["subject"]),
        bytes(&opened.delivery["files"][0]["sealing"]["manifest"]),
        draft.access().proof.hash().as_bytes().to_vec(),
        opened.content(0).await.expect(200).body[..56].to_vec(),
    ];
    for copy in app.copies().both() {
        let objects = copy.objects(&app.acme).await;
        // A record of the transfer beside the parts.
        assert!(objects.len() > app.objects().await.len(), "{objects:?}");
        for object in &objects {
            let stored = std::fs::read(copy.object_path(&app.acme, object)).unwrap();
            assert!(secrets.iter().all(|secret| !contains(&stored, secret)), "{object:?}");
        }
    }
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

async fn halves_and_sealed_keys_stay_in_no_cache(app: &App) {
    let draft = app.anna.create(&to_bert()).await.expect(201);
    assert_eq!(draft.header("cache-control"), Some("no-store"));
    let draft = Sealing::of(&app.anna, &draft.json());
    let path = format!("/api/v1/transfers/{}", draft.id);
    let put = draft.put_sealing(&draft.sealing(None)).await.expect(204);
    let shown = app.anna.request(Method::GET, &path).await.expect(200);
    draft.put("a", b"aaa").await;
    let links = app.anna.send(&draft.id).await.links;
    let opening = draft.opening(app, &links[0]);
    let told = opening.verify().await.expect(200);
    let proved = opening.prove(&told.json()).await.expect(200);
    let opened = opening.open_with(&told.json(), &proved);
    for answer in [put, shown, told, proved] {
        let kept = answer.header("cache-control").unwrap_or_default();
        assert!(kept.contains("no-store"), "{kept}");
    }
    let kept = opened.content(0).await.expect(200);
    let kept = kept.header("cache-control").unwrap_or_default().to_owned();
    assert!(kept.contains("no-store") || kept.contains("private"), "{kept}");
}

/// A draft of two files, of which the first stays, with its ids.
async fn two_in_a_draft(app: &App) -> (Sealing, [String; 2]) {
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    draft.seal(Some(("Plans", "For you."))).await;
    let files = [draft.put("kept", b"aaa").await, draft.put("other", b"bbbb").await];
    (draft, files)
}

async fn a_file_that_the_service_leaves_out_is_missed(app: &App) {
    let (draft, files) = two_in_a_draft(app).await;
    let links = app.anna.send(&draft.id).await.links;
    let deceit = Deceit::new(app, &draft, &links[0]);
    assert_eq!(deceit.fetch().await.unwrap().len(), 2, "untouched, it opens");
    deceit.run(&format!("DELETE FROM files WHERE id = {}", deceit.id(&files[1]))).await;
    assert_eq!(told_of(&deceit).await, "1 of 2 files are here");
}

async fn a_file_that_was_taken_out_again_is_not_taken_for_one_that_was_sent(app: &App) {
    let (draft, files) = two_in_a_draft(app).await;
    let before = Deceit::before(app);
    before
        .run(&format!("CREATE TABLE hoard AS SELECT * FROM files WHERE id = {}", before.id(&files[1])))
        .await;
    app.anna.terminate(&format!("/api/v1/uploads/{}", files[1])).await.expect(204);
    draft.forget(&files[1]);
    draft.bind().await;
    let links = app.anna.send(&draft.id).await.links;
    let deceit = Deceit::new(app, &draft, &links[0]);
    deceit.run("INSERT INTO files SELECT * FROM hoard; DROP TABLE hoard").await;
    assert_eq!(told_of(&deceit).await, "2 files are here, and the sender sealed 1");
}

async fn a_subject_or_message_that_the_service_leaves_out_is_missed(app: &App) {
    for word in ["subject", "message"] {
        let (draft, _) = two_in_a_draft(app).await;
        let links = app.anna.send(&draft.id).await.links;
        let deceit = Deceit::new(app, &draft, &links[0]);
        let id = deceit.id(&draft.id);
        deceit.run(&format!("UPDATE transfers SET sender_{word} = NULL WHERE id = {id}")).await;
        assert_eq!(told_of(&deceit).await, "a file, the subject or the message is another, or missing");
    }
}

/// Sealed twice under one content key, of one transfer: each by itself opens.
async fn words_and_manifests_from_before_are_not_taken_for_what_was_sent(app: &App) {
    for (table, column) in
        [("transfers", "sender_subject"), ("transfers", "sender_message"), ("files", "sender_manifest")]
    {
        let draft = Sealing::begin(&app.anna, &to_bert()).await;
        draft.seal(Some(("Withdrawn", "Not these."))).await;
        let mut upload = draft.upload(3, false).await;
        let sealed = upload.seal(b"aaa");
        app.anna.patch(&upload.path, 0, sealed).await.expect(204);
        let file = upload.path.rsplit('/').next().unwrap().to_owned();
        draft
            .put_manifest(&file, &draft.manifest(&file, ("withdrawn", b"aaa"), &[&upload]))
            .await
            .expect(204);
        let before = Deceit::before(app);
        let of = if table == "files" { before.id(&file) } else { before.id(&draft.id) };
        // What belongs to a manifest from before is its key.
        let columns = if table == "files" { "sender_manifest, sender_file_key" } else { column };
        before.run(&format!("CREATE TABLE hoard AS SELECT {columns} FROM {table} WHERE id = {of}")).await;
        draft.put_manifest(&file, &draft.manifest(&file, ("plan", b"aaa"), &[&upload])).await.expect(204);
        draft.seal(Some(("Plans", "For you."))).await;
        let links = app.anna.send(&draft.id).await.links;
        let deceit = Deceit::new(app, &draft, &links[0]);
        for column in columns.split(", ") {
            let set = format!("UPDATE {table} SET {column} = (SELECT {column} FROM hoard) WHERE id = {of}");
            deceit.run(&set).await;
        }
        deceit.run("DROP TABLE hoard").await;
        // Each of them opens: that they are of one state nothing but the list says.
        let opened = draft.opening(app, &links[0]).open().await;
        assert!(opens(&opened, &opened.delivery), "{column}");
        let said = told_of(&deceit).await;
        assert_eq!(said, "a file, the subject or the message is another, or missing", "{column}");
    }
}

async fn without_the_sealed_list_nothing_is_opened(app: &App) {
    let (draft, _) = two_in_a_draft(app).await;
    let links = app.anna.send(&draft.id).await.links;
    let deceit = Deceit::new(app, &draft, &links[0]);
    let id = deceit.id(&draft.id);
    deceit.run(&format!("UPDATE transfers SET sender_contents = NULL WHERE id = {id}")).await;
    assert!(told_of(&deceit).await.contains("does not give the list"));
}

async fn with_the_list_of_another_transfer_nothing_is_opened(app: &App) {
    // The same content key: what differs is the transfer.
    let (first, _) = two_in_a_draft(app).await;
    let mut draft = Sealing::begin(&app.anna, &to_bert()).await;
    draft.content_key = first.content_key.clone();
    draft.seal(Some(("Plans", "For you."))).await;
    draft.put("kept", b"aaa").await;
    let mut of_other = draft.bound().unwrap();
    of_other["contents"] = first.bound().unwrap()["contents"].clone();
    draft.put_sealing(&of_other).await.expect(204);
    let links = app.anna.send(&draft.id).await.links;
    let deceit = Deceit::new(app, &draft, &links[0]);
    assert!(told_of(&deceit).await.contains("does not give the list"));
}
