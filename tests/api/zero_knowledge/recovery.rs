//! A tenant's recovery key: set by an owner, sealed to by programs, used by two.

use std::time::Duration;

use sealpost_domain::{Role, TransferId};
use sealpost_sealed::{PrivateKey, PublicKey, SystemRandom};
use sealpost_test_support::{
    app::{App, Client, DAY, HOUR, Method, Request},
    claims,
};
use serde_json::{Value, json};

use super::client::{Opened, PART, Sealing, text, to_bert};
use crate::{
    key_holder::KeyHolder,
    requests::{Uploader, asked, open},
    support::pattern,
};

claims![
    what_is_sealed_to_the_key_opens_when_two_agree,
    nobody_uses_the_key_alone,
    it_is_for_admins_with_a_fresh_credential,
    what_comes_too_late_counts_for_nothing,
    what_is_refused_is_not_handed_out,
    everybody_whom_it_concerns_is_told_and_the_log_has_every_step,
    an_owner_sets_the_key_and_all_owners_are_told,
    a_key_that_is_none_is_not_set,
    what_is_not_sealed_to_the_key_that_counts_is_not_sent,
    what_outsiders_send_in_is_sealed_to_the_key_too,
    what_cannot_be_recovered_is_not_asked_for,
    what_is_gone_takes_what_was_asked_of_it_along,
    another_tenants_are_not_there,
];

const PATH: &str = "/api/v1/admin/recoveries";
const REASON: &str = "The link is lost";

/// Sets the tenant's recovery key, or none.
fn set(owner: &Client, key: Option<&PublicKey>) -> Request {
    let recovery = key.map(|key| json!({ "public_key": text(key.as_bytes()) }));
    owner
        .request(Method::PATCH, "/api/v1/admin/policy")
        .json(&json!({ "settings": { "recovery": recovery } }))
}

/// A recovery key that the tenant has from now on.
async fn with_key(app: &App) -> PrivateKey {
    let key = PrivateKey::generate(&SystemRandom);
    let owner = app.signed_in(&app.admin).await;
    set(&owner, Some(&key.public_key())).await.expect(200);
    key
}

/// Somebody new with this role, who has just signed in.
async fn somebody(app: &App, name: &str, role: Role) -> Client {
    let email = format!("{name}@acme.example");
    let new = json!({ "email": email, "role": role });
    app.admin.post_json("/api/v1/admin/users", &new).await.expect(201);
    app.client_of(&app.acme, &email).await
}

/// What Anna's program has sealed to the recovery key, and sent.
async fn sent(app: &App, key: &PrivateKey, files: &[(&str, &[u8])]) -> Sealing {
    let mut draft = Sealing::begin(&app.anna, &to_bert()).await;
    draft.recovery = Some(key.public_key());
    draft.seal(Some(("Pläne", "wie gewünscht"))).await;
    for (name, content) in files {
        draft.put(name, content).await;
    }
    app.anna.send(&draft.id).await;
    draft
}

fn request(who: &Client, transfer: &str) -> Request {
    who.post_json(PATH, &json!({ "transfer_id": transfer, "reason": REASON }))
}

fn step(who: &Client, recovery: &Value, step: &str) -> Request {
    who.post(&format!("{PATH}/{}/{step}", recovery["id"].as_str().expect("an id")))
}

fn material(who: &Client, recovery: &Value) -> Request {
    who.get(&format!("{PATH}/{}/material", recovery["id"].as_str().expect("an id")))
}

/// The first line, and what stands behind it.
fn apart(material: &[u8]) -> (Value, &[u8]) {
    let end = material.iter().position(|byte| *byte == b'\n').expect("a line");
    (serde_json::from_slice(&material[..end]).expect("JSON"), &material[end + 1..])
}

/// What a wish of the owner's looks like, and the client of another admin.
async fn asked_for(app: &App, transfer: &str) -> (Client, Client, Value) {
    let owner = app.signed_in(&app.admin).await;
    let ada = somebody(app, "ada", Role::Admin).await;
    let wish = request(&owner, transfer).await.expect(201).json();
    (owner, ada, wish)
}

async fn what_is_sealed_to_the_key_opens_when_two_agree(app: &App) {
    let key = with_key(app).await;
    let long = pattern(PART + 100_000);
    let draft = sent(app, &key, &[("folder/plan.bin", &long), ("empty.txt", b""), ("a.txt", b"aaa")]).await;
    let (owner, ada, wish) = asked_for(app, &draft.id).await;
    assert_eq!((&wish["state"], &wish["reason"]), (&json!("pending"), &json!(REASON)));
    assert!(wish["fetch_until"].is_null(), "{wish}");
    let approved = step(&ada, &wish, "approve").await.expect(200).json();
    assert_eq!(approved["state"], "approved");
    assert!(approved["fetch_until"].is_string());
    let listed = ada.get(PATH).await.expect(200).json();
    assert_eq!(listed, json!({ "recoveries": [approved] }));

    // It can be fetched again, for a day.
    for _ in 0..2 {
        let fetched = material(&owner, &wish).await.expect(200);
        assert!(fetched.header("content-disposition").unwrap().contains("attachment"));
        let (head, mut rest) = apart(&fetched.body);
        assert_eq!(head["fingerprint"], key.public_key().fingerprint().to_string());
        let strange = PrivateKey::generate(&SystemRandom);
        assert!(Opened::recovered(app, &head, &strange).is_none(), "another key opens nothing");
        let opened = Opened::recovered(app, &head, &key).expect("it opens");
        assert!(opened.is_what_was_sealed(), "the list of files comes along");
        assert_eq!(opened.words(), (Some("Pläne".to_owned()), Some("wie gewünscht".to_owned())));
        let mut found = Vec::new();
        for (index, file) in head["files"].as_array().unwrap().iter().enumerate() {
            let (sealed, behind) = rest.split_at(file["size"].as_u64().unwrap() as usize);
            let manifest = opened.manifest(index);
            found.push((
                manifest.name().to_owned(),
                opened.try_open(&manifest, sealed).expect("it opens, whole"),
            ));
            rest = behind;
        }
        assert!(rest.is_empty(), "nothing stands behind the files");
        found.sort();
        let expected =
            [("a.txt", b"aaa".to_vec()), ("empty.txt", Vec::new()), ("folder/plan.bin", long.clone())];
        assert!(found == expected.map(|(name, content)| (name.to_owned(), content)));
    }
    // Recipients are told nothing of it, and open what was sent as ever.
    let links = app.anna.send(&draft.id).await.links;
    let opened = draft.opening(app, &links[0]).open().await;
    assert!(opened.delivery["sealed_to"].is_null() && opened.delivery["sealing"]["recovery"].is_null());
}

async fn nobody_uses_the_key_alone(app: &App) {
    let key = with_key(app).await;
    let draft = sent(app, &key, &[("a", b"aaa")]).await;
    let (owner, ada, wish) = asked_for(app, &draft.id).await;
    material(&owner, &wish).await.problem(409, "state_conflict");
    step(&owner, &wish, "approve").await.problem(403, "forbidden");
    // Not with another session of the same person either.
    let again = app.signed_in(&app.admin).await;
    step(&again, &wish, "approve").await.problem(403, "forbidden");
    material(&owner, &wish).await.problem(409, "state_conflict");
    step(&ada, &wish, "approve").await.expect(200);
    // Who has approved fetches nothing; nobody decides twice.
    material(&ada, &wish).await.problem(403, "forbidden");
    step(&ada, &wish, "approve").await.problem(409, "state_conflict");
    step(&ada, &wish, "refuse").await.problem(409, "state_conflict");
    material(&owner, &wish).await.expect(200);
    request(&ada, &draft.id).await.problem(409, "already_exists");
}

async fn it_is_for_admins_with_a_fresh_credential(app: &App) {
    let key = with_key(app).await;
    let draft = sent(app, &key, &[("a", b"aaa")]).await;
    let auditor = somebody(app, "audit", Role::Auditor).await;
    let (owner, ada, wish) = asked_for(app, &draft.id).await;
    for nobody in [&auditor, &app.signed_in(&app.anna).await] {
        request(nobody, &draft.id).await.problem(403, "forbidden");
        step(nobody, &wish, "approve").await.problem(403, "forbidden");
        step(nobody, &wish, "refuse").await.problem(403, "forbidden");
        material(nobody, &wish).await.problem(403, "forbidden");
    }
    auditor.get(PATH).await.expect(200);
    app.anna.get(PATH).await.problem(403, "forbidden");
    app.anybody.get(PATH).await.problem(401, "unauthorized");
    // An API token shows no credential, whoever's it is.
    app.admin
        .post_json(PATH, &json!({ "transfer_id": draft.id, "reason": "x" }))
        .await
        .problem(403, "step_up_needed");
    for verb in ["approve", "refuse"] {
        let path = format!("{PATH}/{}/{verb}", wish["id"].as_str().unwrap());
        app.admin.post_json(&path, &json!({})).await.problem(403, "step_up_needed");
    }
    app.clock.advance(Duration::from_secs(601));
    step(&ada, &wish, "approve").await.problem(403, "step_up_needed");
    step(&app.client_of(&app.acme, "ada@acme.example").await, &wish, "approve").await.expect(200);
    material(&owner, &wish).await.problem(403, "step_up_needed");
}

async fn what_comes_too_late_counts_for_nothing(app: &App) {
    let key = with_key(app).await;
    let draft = sent(app, &key, &[("a", b"aaa")]).await;
    let (_, _, wish) = asked_for(app, &draft.id).await;
    app.clock.advance(7 * DAY);
    let owner = app.signed_in(&app.admin).await;
    let ada = app.client_of(&app.acme, "ada@acme.example").await;
    assert_eq!(owner.get(PATH).await.json()["recoveries"][0]["state"], "over");
    step(&ada, &wish, "approve").await.problem(409, "state_conflict");
    // It is asked for anew, and allowed; a day later that is over, too.
    let wish = request(&owner, &draft.id).await.expect(201).json();
    step(&ada, &wish, "approve").await.expect(200);
    app.clock.advance(23 * HOUR);
    material(&app.signed_in(&app.admin).await, &wish).await.expect(200);
    app.clock.advance(HOUR);
    material(&app.signed_in(&app.admin).await, &wish).await.problem(409, "state_conflict");
}

async fn what_is_refused_is_not_handed_out(app: &App) {
    let key = with_key(app).await;
    let draft = sent(app, &key, &[("a", b"aaa")]).await;
    let (owner, ada, wish) = asked_for(app, &draft.id).await;
    assert_eq!(step(&ada, &wish, "refuse").await.expect(200).json()["state"], "refused");
    step(&ada, &wish, "approve").await.problem(409, "state_conflict");
    material(&owner, &wish).await.problem(409, "state_conflict");
    // Who has asked takes it back himself.
    let wish = request(&ada, &draft.id).await.expect(201).json();
    assert_eq!(step(&ada, &wish, "refuse").await.expect(200).json()["state"], "refused");
    step(&owner, &wish, "approve").await.problem(409, "state_conflict");
}

async fn everybody_whom_it_concerns_is_told_and_the_log_has_every_step(app: &App) {
    let key = with_key(app).await;
    let draft = sent(app, &key, &[("a", b"aaa")]).await;
    let olga = somebody(app, "olga", Role::Owner).await;
    let (owner, ada, refused) = asked_for(app, &draft.id).await;
    step(&olga, &refused, "refuse").await.expect(200);
    let wish = request(&owner, &draft.id).await.expect(201).json();
    step(&ada, &wish, "approve").await.expect(200);
    material(&owner, &wish).await.expect(200);
    app.run_jobs().await;
    for address in ["admin@acme.example", "olga@acme.example", "anna@acme.example"] {
        let mails: Vec<_> =
            app.mails_to(address).into_iter().filter(|mail| mail.text.contains(&draft.id)).collect();
        let told = |words: &str| mails.iter().filter(|mail| mail.text.contains(words)).count();
        assert_eq!(told("has asked on"), 2, "{address}");
        assert_eq!(
            (told("has refused on"), told("has approved on"), told("has fetched on")),
            (1, 1, 1),
            "{address}"
        );
        assert!(mails.iter().any(|mail| mail.text.contains("ada@acme.example")), "who approves is named");
    }
    assert!(app.mails_to("bert@example.org").iter().all(|mail| !mail.text.contains("recovery key")));
    let entries = app.db.read().await.unwrap().audit_after(app.acme.id, 0, 1_000).await.unwrap();
    let own: Vec<_> = entries.iter().filter(|entry| entry.kind.starts_with("recovery.")).collect();
    let kinds: Vec<_> = own.iter().map(|entry| entry.kind.as_str()).collect();
    let expected = [
        "recovery.requested",
        "recovery.refused",
        "recovery.requested",
        "recovery.approved",
        "recovery.fetched",
    ];
    assert_eq!(kinds, expected);
    for entry in own {
        assert_eq!(entry.transfer_id.map(|id| id.to_string()), Some(draft.id.clone()));
        assert!(!entry.payload.contains("lost"), "the reason may name people");
    }
}

async fn an_owner_sets_the_key_and_all_owners_are_told(app: &App) {
    let key = PrivateKey::generate(&SystemRandom).public_key();
    let fingerprint = key.fingerprint().to_string();
    somebody(app, "olga", Role::Owner).await;
    let ada = somebody(app, "ada", Role::Admin).await;
    set(&ada, Some(&key)).await.problem(403, "forbidden");
    // Nor whoever runs the service, at the machine.
    let operator = app.auth.danger_operator(&app.acme).await.unwrap();
    let mut document = app.tenancy().policy(&(&*operator).into()).await.unwrap().document;
    document.settings.recovery = Some(sealpost_domain::RecoveryKey { public_key: text(key.as_bytes()) });
    app.tenancy().set_policy(&operator, document, None).await.unwrap_err();
    let told = async || app.anna.get("/api/v1/addin/bootstrap").await.json()["policy"]["recovery"].clone();
    assert!(told().await.is_null());

    let owner = app.signed_in(&app.admin).await;
    set(&owner, Some(&key)).await.expect(200);
    assert_eq!(told().await, json!({ "public_key": text(key.as_bytes()), "fingerprint": fingerprint }));
    // Admins go on changing the rest.
    let rest = json!({ "settings": { "max_files": 7 } });
    ada.request(Method::PATCH, "/api/v1/admin/policy").json(&rest).await.expect(200);
    set(&ada, None).await.problem(403, "forbidden");
    set(&owner, None).await.expect(200);
    assert!(told().await.is_null());
    app.run_jobs().await;
    for address in ["admin@acme.example", "olga@acme.example"] {
        let mails = app.mails_to(address);
        let told = |words: &str| {
            mails.iter().filter(|mail| mail.text.contains(words) && mail.text.contains(&fingerprint)).count()
        };
        assert_eq!(
            (told("has set a recovery key"), told("has removed the recovery key")),
            (1, 1),
            "{address}"
        );
    }
    let entries = app.db.read().await.unwrap().audit_after(app.acme.id, 0, 1_000).await.unwrap();
    let own: Vec<_> = entries.iter().filter(|entry| entry.kind.starts_with("recovery_key.")).collect();
    assert_eq!(
        own.iter().map(|entry| entry.kind.as_str()).collect::<Vec<_>>(),
        ["recovery_key.set", "recovery_key.removed"]
    );
    assert!(own.iter().all(|entry| entry.payload.contains(&fingerprint)));
}

async fn a_key_that_is_none_is_not_set(app: &App) {
    let owner = app.signed_in(&app.admin).await;
    let zeros = "A".repeat(43);
    for recovery in [
        json!({ "public_key": "" }),
        json!({ "public_key": "A".repeat(42) }),
        json!({ "public_key": format!("{}B", "A".repeat(42)) }),
        json!({ "public_key": format!("{}=", "A".repeat(42)) }),
        // A point to which everybody agrees upon the same secret.
        json!({ "public_key": zeros }),
        json!({ "public_key": zeros, "more": 1 }),
        json!({}),
        json!("x"),
    ] {
        let change = json!({ "settings": { "recovery": recovery } });
        let refused = owner.request(Method::PATCH, "/api/v1/admin/policy").json(&change).await;
        refused.problem(400, "invalid_request");
    }
}

async fn what_is_not_sealed_to_the_key_that_counts_is_not_sent(app: &App) {
    let other = PrivateKey::generate(&SystemRandom).public_key();
    let mut draft = Sealing::begin(&app.anna, &to_bert()).await;
    // There is none yet.
    draft.recovery = Some(other);
    draft.put_sealing(&draft.sealing(None)).await.problem(409, "key_changed");
    draft.recovery = None;
    draft.seal(None).await;
    draft.put("a", b"aaa").await;
    let key = with_key(app).await;
    app.anna.act(&draft.id, "send").await.problem(409, "not_sealed_yet");
    draft.recovery = Some(other);
    draft.put_sealing(&draft.sealing(None)).await.problem(409, "key_changed");
    for broken in [json!({}), json!({ "fingerprint": "x", "content_key": "x" }), json!("x")] {
        let mut sealing = draft.sealing(None);
        sealing["recovery"] = broken;
        draft.put_sealing(&sealing).await.problem(400, "invalid_request");
    }
    draft.recovery = Some(key.public_key());
    draft.seal(None).await;
    // The key is another one by now, and then none.
    let owner = app.signed_in(&app.admin).await;
    set(&owner, Some(&other)).await.expect(200);
    app.anna.act(&draft.id, "send").await.problem(409, "key_changed");
    set(&owner, None).await.expect(200);
    app.anna.act(&draft.id, "send").await.problem(409, "key_changed");
    draft.recovery = None;
    draft.seal(None).await;
    app.anna.send(&draft.id).await;
    // What was sent under a key stays sealed to it, whichever counts later.
    set(&owner, Some(&key.public_key())).await.expect(200);
    let draft = sent(app, &key, &[("a", b"aaa")]).await;
    set(&owner, Some(&other)).await.expect(200);
    let (owner, ada, wish) = asked_for(app, &draft.id).await;
    step(&ada, &wish, "approve").await.expect(200);
    let fetched = material(&owner, &wish).await.expect(200).body;
    assert!(Opened::recovered(app, &apart(&fetched).0, &key).is_some());
}

async fn what_outsiders_send_in_is_sealed_to_the_key_too(app: &App) {
    let key = with_key(app).await;
    let anna = KeyHolder::of(app, &app.anna, "Quitte im Nebel 7").await;
    let annas = anna.make(None).await;
    let (_, token) = asked(app, &json!({ "mode": "zero_knowledge" })).await;
    let opened = open(app, &token).await.expect(200).json();
    let told = &opened["sealing"]["recovery"];
    assert_eq!(told["fingerprint"], key.public_key().fingerprint().to_string());
    let uploader = Uploader::begun(app, &token).await;
    let mut sealing = Sealing::of_submission(&uploader.sender, &uploader.id, &opened["sealing"]["tenant"]);
    let words = Some(("Plans", "x"));
    sealing.put_sealing(&sealing.sealed_to(&annas, words)).await.expect(204);
    sealing.put("plan.txt", b"hello").await;
    uploader.send().await.problem(409, "not_sealed_yet");
    // The recovery key does not do without the receiver's.
    sealing.put_sealing(&sealing.sealed_to(&key.public_key(), words)).await.expect(204);
    uploader.send().await.problem(409, "not_sealed_yet");
    sealing.recovery = Some(key.public_key());
    sealing.put_sealing(&sealing.sealed_to(&annas, words)).await.expect(204);
    uploader.send().await.expect(200);
    let (owner, ada, wish) = asked_for(app, &uploader.id).await;
    step(&ada, &wish, "approve").await.expect(200);
    let fetched = material(&owner, &wish).await.expect(200).body;
    let (head, bytes) = apart(&fetched);
    let opened = Opened::recovered(app, &head, &key).expect("it opens");
    assert_eq!(opened.try_open(&opened.manifest(0), bytes).expect("whole"), b"hello");
    // Who receives it is handed what is sealed to him alone.
    let visit = crate::requests::link_of(app, &uploader).await.link().enter().await;
    let to = visit.delivery["sealed_to"]["content_key_to"].as_array().unwrap();
    assert_eq!(to.len(), 1, "{to:?}");
    assert_eq!(to[0]["fingerprint"], annas.fingerprint().to_string());
}

async fn what_cannot_be_recovered_is_not_asked_for(app: &App) {
    let owner = app.signed_in(&app.admin).await;
    let before = Sealing::begin(&app.anna, &to_bert()).await;
    before.sent(None, &[("a", b"a")]).await;
    request(&owner, &before.id).await.problem(409, "state_conflict");
    let key = with_key(app).await;
    request(&owner, &before.id).await.problem(409, "state_conflict");
    let plain = app.anna.sent(&[("a", b"a")]).await;
    request(&owner, &plain.id).await.problem(409, "state_conflict");
    let draft = app.anna.draft().await;
    request(&owner, &draft).await.problem(409, "state_conflict");
    request(&owner, "01980000-0000-7000-8000-000000000000").await.problem(404, "not_found");
    let sealed = sent(app, &key, &[("a", b"aaa")]).await;
    for reason in ["", "  ", "two\nlines", &"x".repeat(501)] {
        let wish = json!({ "transfer_id": sealed.id, "reason": reason });
        owner.post_json(PATH, &wish).await.problem(400, "invalid_request");
    }
    owner.post_json(PATH, &json!({ "transfer_id": sealed.id })).await.problem(400, "invalid_request");
    assert_eq!(owner.get(PATH).await.json(), json!({ "recoveries": [] }));
    // What is blocked can be opened so: somebody has to see why.
    app.anna.act(&sealed.id, "block").await.expect(200);
    request(&owner, &sealed.id).await.expect(201);
    request(&owner, &sealed.id).await.problem(409, "already_exists");
}

async fn what_is_gone_takes_what_was_asked_of_it_along(app: &App) {
    let key = with_key(app).await;
    let draft = sent(app, &key, &[("a", b"aaa")]).await;
    let (owner, ada, wish) = asked_for(app, &draft.id).await;
    step(&ada, &wish, "approve").await.expect(200);
    app.anna.purge(&draft.id).await.expect(204);
    app.run_jobs().await;
    material(&owner, &wish).await.problem(404, "not_found");
    assert_eq!(owner.get(PATH).await.json(), json!({ "recoveries": [] }));
    let id: TransferId = draft.id.parse().unwrap();
    let remains = app.db.read().await.unwrap().remains_of_transfer(id).await.unwrap();
    for table in ["recoveries", "content_keys"] {
        assert!(remains.iter().any(|of| of.table_name == table && of.row_count == 0), "{table}");
    }
    // Nor is what has ended handed out before it is purged.
    let key = with_key(app).await;
    let draft = sent(app, &key, &[("a", b"aaa")]).await;
    let wish = request(&owner, &draft.id).await.expect(201).json();
    app.clock.advance(6 * DAY);
    step(&app.client_of(&app.acme, "ada@acme.example").await, &wish, "approve").await.expect(200);
    let soon = json!({ "expires_at": crate::support::from_now(app, HOUR) });
    app.anna.post_json(&format!("/api/v1/transfers/{}/extend", draft.id), &soon).await.expect(200);
    app.clock.advance(HOUR);
    material(&app.signed_in(&app.admin).await, &wish).await.problem(409, "state_conflict");
}

async fn another_tenants_are_not_there(app: &App) {
    let key = with_key(app).await;
    let draft = sent(app, &key, &[("a", b"aaa")]).await;
    let (_, ada, wish) = asked_for(app, &draft.id).await;
    let rival = app.signed_in(&app.rival).await;
    request(&rival, &draft.id).await.problem(404, "not_found");
    step(&rival, &wish, "approve").await.problem(404, "not_found");
    step(&rival, &wish, "refuse").await.problem(404, "not_found");
    material(&rival, &wish).await.problem(404, "not_found");
    assert_eq!(rival.get(PATH).await.json(), json!({ "recoveries": [] }));
    step(&ada, &wish, "approve").await.expect(200);
}
