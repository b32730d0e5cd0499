//! `/api/v1/account/key-pairs`

use std::time::Duration;

use data_encoding::HEXLOWER;
use sealpost_domain::{Scope, Scopes};
use sealpost_sealed::{PrivateKey, SystemRandom};
use sealpost_test_support::{
    app::{App, HOUR, Method},
    claims,
};
use serde_json::{Value, json};

use crate::{
    clients::acting_as,
    key_holder::{KeyHolder, PATH, bytes, passkey_key, public, text},
    people::{Device, audited},
};

claims![
    a_pair_that_its_owner_has_made_opens_with_his_passphrase,
    a_new_pair_takes_the_place_of_the_one_that_it_names_and_of_no_other,
    a_passphrase_is_changed_once_for_each_revision,
    a_passkey_opens_a_pair_until_it_goes,
    what_cannot_be_a_pair_changes_nothing,
    nobody_else_sees_or_changes_a_pair,
    a_token_of_ones_own_sees_pairs_and_changes_none,
    a_stolen_database_has_nothing_to_try_passphrases_on,
];

async fn a_pair_that_its_owner_has_made_opens_with_his_passphrase(app: &App) {
    let anna = KeyHolder::of(app, &app.anna, "Quitte im Nebel 7").await;
    assert_eq!(anna.list().await["key_pairs"], json!([]));
    let public = anna.make(None).await;
    let list = anna.list().await;
    let pair = &list["key_pairs"][0];
    assert_eq!(bytes(&pair["public_key"]), public.as_bytes());
    assert_eq!((&pair["revision"], &pair["passkeys"]), (&json!(1), &json!([])));
    assert!(pair["retired_at"].is_null() && pair["created_at"].is_string());
    assert_eq!(bytes(&list["prf_input"]), anna.place.passkey_prf_input());
    assert_eq!(anna.open(public.fingerprint()).await.public_key(), public);
    assert_eq!(audited(app, &app.acme, "key_pair.created").await, 1);
    app.run_jobs().await;
    let mails = app.mails_to(app.anna.email());
    assert!(mails.iter().any(|mail| mail.text.contains("A new key pair was made")), "{mails:?}");
}

async fn a_new_pair_takes_the_place_of_the_one_that_it_names_and_of_no_other(app: &App) {
    let anna = KeyHolder::of(app, &app.anna, "Quitte im Nebel 7").await;
    let first = anna.make(None).await;
    let second = PrivateKey::generate(&SystemRandom);
    let unknown = PrivateKey::generate(&SystemRandom).public_key().fingerprint();
    for replaces in [None, Some(unknown), Some(second.public_key().fingerprint())] {
        anna.post(&second, replaces).await.problem(409, "key_changed");
    }
    // Those of one moment are in no order.
    app.clock.advance(Duration::from_secs(1));
    let named = Some(first.fingerprint());
    anna.post(&anna.open(first.fingerprint()).await, named).await.problem(409, "key_changed");
    anna.post(&second, named).await.expect(201);
    anna.post(&second, named).await.problem(409, "key_changed");
    let again = Some(second.public_key().fingerprint());
    anna.post(&second, again).await.problem(409, "key_changed");
    let list = anna.list().await;
    let pairs = list["key_pairs"].as_array().unwrap();
    assert_eq!(pairs.len(), 2);
    assert_eq!(public(&pairs[0]["public_key"]), second.public_key());
    assert!(pairs[0]["retired_at"].is_null() && pairs[1]["retired_at"].is_string());
    // The one before opens as it did.
    assert_eq!(anna.open(first.fingerprint()).await.public_key(), first);
    // A public key that is somebody else's is nobody's to have.
    let otto = KeyHolder::of(app, &app.otto, "Otters love water 9").await;
    otto.post(&second, None).await.problem(409, "key_changed");
    assert_eq!(audited(app, &app.acme, "key_pair.created").await, 2);
    // To the old one nothing was sealed: it goes after a day, and the one that counts stays.
    app.clock.advance(25 * HOUR);
    app.run(sealpost_domain::Job::AbandonUploads).await;
    let anna = anna.signed_in_again(app, &app.anna).await;
    let list = anna.list().await;
    assert_eq!(list["key_pairs"].as_array().unwrap().len(), 1);
    assert_eq!(public(&list["key_pairs"][0]["public_key"]), second.public_key());
}

async fn a_passphrase_is_changed_once_for_each_revision(app: &App) {
    let mut anna = KeyHolder::of(app, &app.anna, "Quitte im Nebel 7").await;
    let public = anna.make(None).await;
    let (pair, key) = (anna.listed(public.fingerprint()).await, anna.open(public.fingerprint()).await);
    anna.learn("Birne im Nebel 8");
    assert!(anna.try_open(public.fingerprint()).await.is_none(), "the passphrase before counts still");
    anna.put_passphrase(&pair, &key).await.expect(204);
    assert_eq!(anna.open(public.fingerprint()).await.public_key(), public);
    anna.put_passphrase(&pair, &key).await.problem(409, "key_changed");
    let now = anna.listed(public.fingerprint()).await;
    assert_eq!(now["revision"], 2);
    anna.put_passphrase(&now, &key).await.expect(204);
    assert_eq!(audited(app, &app.acme, "key_pair.changed").await, 2);
    app.run_jobs().await;
    let mails = app.mails_to(app.anna.email());
    assert!(mails.iter().any(|mail| mail.text.contains("What opens the private key")), "{mails:?}");
}

async fn a_passkey_opens_a_pair_until_it_goes(app: &App) {
    let anna = KeyHolder::of(app, &app.anna, "Quitte im Nebel 7").await;
    let public = anna.make(None).await;
    let key = anna.open(public.fingerprint()).await;
    let pair = anna.listed(public.fingerprint()).await["id"].as_str().unwrap().to_owned();
    let (device, added) = Device::enrol(app, &anna.client, "telephone").await;
    let (_, second) = Device::enrol(app, &anna.client, "key").await;
    let path = |passkey: &Value| format!("{PATH}/{pair}/passkeys/{}", passkey["id"].as_str().unwrap());
    let under = passkey_key(anna.place, 7);
    let sealed = under.seal_private_key(&key, anna.place, &SystemRandom);
    let body = json!({ "private_key": text(&sealed) });
    let put = |passkey: &Value| anna.client.request(Method::PUT, &path(passkey)).json(&body);
    put(&added).await.expect(204);
    put(&added).await.expect(204);
    put(&second).await.expect(204);
    let listed = anna.listed(public.fingerprint()).await;
    let passkeys = listed["passkeys"].as_array().unwrap();
    assert_eq!(passkeys.len(), 2);
    let own = passkeys.iter().find(|own| own["passkey_id"] == added["id"]).unwrap();
    assert_eq!(bytes(&own["credential_id"]), device.id);
    let opened = under.open_private_key(anna.place, &public, &bytes(&own["private_key"])).unwrap();
    assert_eq!(opened.public_key(), public);
    // Another's passkey opens nothing, and nobody else says what does.
    let rival = KeyHolder::of(app, &app.rival, "x").await;
    let otto = KeyHolder::of(app, &app.otto, "x").await;
    let (_, ottos) = Device::enrol(app, &otto.client, "his").await;
    put(&ottos).await.problem(404, "not_found");
    for other in [&rival, &otto] {
        other.client.request(Method::PUT, &path(&added)).json(&body).await.problem(404, "not_found");
        other.client.delete(&path(&added)).await.problem(404, "not_found");
    }
    anna.client.delete(&path(&second)).await.expect(204);
    anna.client.delete(&path(&second)).await.problem(404, "not_found");
    // When the passkey goes, so does what it opens; the passphrase stays.
    let passkey = format!("/api/v1/account/passkeys/{}", added["id"].as_str().unwrap());
    anna.client.delete(&passkey).await.expect(204);
    assert_eq!(anna.listed(public.fingerprint()).await["passkeys"], json!([]));
    anna.open(public.fingerprint()).await;
    assert_eq!(audited(app, &app.acme, "key_pair.changed").await, 4);
}

async fn what_cannot_be_a_pair_changes_nothing(app: &App) {
    let anna = KeyHolder::of(app, &app.anna, "Quitte im Nebel 7").await;
    let key = PrivateKey::generate(&SystemRandom);
    let good = json!({ "public_key": text(key.public_key().as_bytes()), "passphrase": anna.sealed(&key) });
    let with = |change: &dyn Fn(&mut Value)| {
        let mut body = good.clone();
        change(&mut body);
        body
    };
    let mut cheap = bytes(&good["passphrase"]["parameters"]);
    cheap[17..21].copy_from_slice(&(19_u32 << 10).to_be_bytes());
    for body in [
        json!({}),
        with(&|body| body["public_key"] = text(&[9; 31]).into()),
        with(&|body| body["public_key"] = text(&[9; 33]).into()),
        // To these everybody would get the same secret.
        with(&|body| body["public_key"] = text(&[0; 32]).into()),
        with(&|body| body["public_key"] = format!("AQ{}", "A".repeat(41)).into()),
        with(&|body| body["public_key"] = format!("{}=", text(&[9; 32])).into()),
        with(&|body| body["passphrase"]["private_key"] = text(key.public_key().as_bytes()).into()),
        with(&|body| body["passphrase"]["private_key"] = text(&[0; 105]).into()),
        with(&|body| body["passphrase"]["parameters"] = text(&cheap).into()),
        with(&|body| body["passphrase"]["parameters"] = "".into()),
        with(&|body| body["passphrase"] = Value::Null),
        with(&|body| body["replaces"] = "0123".into()),
        with(&|body| body["private_key"] = "AA".into()),
    ] {
        anna.client.post_json(PATH, &body).await.problem(400, "invalid_request");
    }
    let long = with(&|body| body["passphrase"]["private_key"] = "A".repeat(100_000).into());
    anna.client.post_json(PATH, &long).await.problem(413, "too_large");
    assert_eq!(anna.list().await["key_pairs"], json!([]));
    anna.client.post_json(PATH, &good).await.expect(201);
}

async fn nobody_else_sees_or_changes_a_pair(app: &App) {
    let anna = KeyHolder::of(app, &app.anna, "Quitte im Nebel 7").await;
    let public = anna.make(None).await;
    let pair = anna.listed(public.fingerprint()).await;
    let key = anna.open(public.fingerprint()).await;
    // Not the tenant's owner, not a colleague, not another tenant.
    for who in [&app.admin, &app.otto, &app.rival] {
        let other = KeyHolder::of(app, who, "x").await;
        assert_eq!(other.list().await["key_pairs"], json!([]));
        other.put_passphrase(&pair, &key).await.problem(404, "not_found");
    }
    for token in [&app.admin, &app.otto, &app.rival] {
        assert_eq!(token.get(PATH).await.expect(200).json()["key_pairs"], json!([]));
    }
    // And nobody who has found a session that was left open.
    app.clock.advance(HOUR);
    anna.list().await;
    anna.put_passphrase(&pair, &key).await.problem(403, "step_up_needed");
    anna.post(&PrivateKey::generate(&SystemRandom), Some(public.fingerprint()))
        .await
        .problem(403, "step_up_needed");
    assert_eq!(anna.listed(public.fingerprint()).await["revision"], 1);
}

async fn a_token_of_ones_own_sees_pairs_and_changes_none(app: &App) {
    let anna = KeyHolder::of(app, &app.anna, "Quitte im Nebel 7").await;
    let public = anna.make(None).await;
    let pair = anna.listed(public.fingerprint()).await;
    assert_eq!(app.anna.get(PATH).await.expect(200).json(), anna.list().await);
    // One that may not read sees nothing.
    let blind = app.token_of(&app.anna, Scopes::new([Scope::Send])).await;
    blind.get(PATH).await.problem(403, "forbidden");
    // Nor does a client that an admin has made to act as her.
    let robot = acting_as(app, &app.anna, "send read").await;
    robot.get(PATH).await.problem(403, "forbidden");
    // And none changes any.
    let one = format!("{PATH}/{}/passphrase", pair["id"].as_str().unwrap());
    for token in [&*app.anna, &*app.admin, &robot] {
        token.post_json(PATH, &json!({})).await.problem(403, "forbidden");
        token.request(Method::PUT, &one).json(&json!({})).await.problem(403, "forbidden");
    }
    assert_eq!(anna.listed(public.fingerprint()).await, pair);
}

async fn a_stolen_database_has_nothing_to_try_passphrases_on(app: &App) {
    let anna = KeyHolder::of(app, &app.anna, "Quitte im Nebel 7").await;
    let public = anna.make(None).await;
    let pair = anna.listed(public.fingerprint()).await;
    let rows = app.db.read().await.unwrap().record_of_tenant(app.acme.id).await.unwrap();
    let leaked: String = rows.into_iter().map(|row| row.content).collect();
    assert!(leaked.contains(&HEXLOWER.encode(public.as_bytes())), "the public half is in it");
    for name in ["parameters", "private_key"] {
        let inside = bytes(&pair["passphrase"][name]);
        assert!(!leaked.contains(&HEXLOWER.encode(&inside)), "{name}");
    }
}
