//! What each of those learns who has one of the places where something of a sealed transfer lies.

use data_encoding::HEXLOWER;
use sealpost_domain::TransferId;
use sealpost_sealed::{Access, ContentKeyContext, FragmentSecret, ServerHalf, SystemRandom};
use sealpost_test_support::{app::App, claims};
use serde_json::Value;

use super::client::{Opening, Sealing, bytes, text, to_bert, uuid};

claims![
    nothing_planted_is_found_anywhere,
    a_forwarded_mail_opens_nothing,
    a_leaked_database_opens_nothing_not_even_with_the_services_keys,
    a_link_with_both_parts_does_not_do_without_the_password,
    what_is_purged_leaves_no_half_to_anybody,
];

const PASSWORD: &str = "canary-password-1";

/// All that the database has of a transfer.
async fn rows(app: &App, id: &str) -> String {
    let id: TransferId = id.parse().unwrap();
    let rows = app.db.read().await.unwrap().record_of_transfer(id).await.unwrap();
    rows.into_iter().map(|row| row.content).collect()
}

/// Whether a text has these bytes in it, in any spelling that rows and answers have.
fn tells(haystack: &str, secret: &[u8]) -> bool {
    let raw = haystack.as_bytes().windows(secret.len()).any(|window| window == secret);
    raw || haystack.contains(&HEXLOWER.encode(secret)) || haystack.contains(&text(secret))
}

async fn nothing_planted_is_found_anywhere(app: &App) {
    let mut new = to_bert();
    new["protection"] = "password".into();
    let draft = Sealing::begin(&app.anna, &new).await.with_password(PASSWORD);
    let content = "canary-content ".repeat(3_000);
    let words = Some(("canary-subject", "canary-message"));
    let links = draft.sent(words, &[("canary-name.txt", content.as_bytes())]).await;
    app.run_jobs().await;
    let opening = draft.opening(app, &links[0]);
    let opened = opening.open().await;
    assert_eq!(opened.fetch(0).await, ("canary-name.txt".to_owned(), content.clone().into_bytes()));
    assert_eq!(opened.words(), (Some("canary-subject".to_owned()), Some("canary-message".to_owned())));
    let access = draft.access();
    let fragment = draft.fragment.to_fragment();
    let fragment_bytes = data_encoding::BASE64URL_NOPAD.decode(fragment.as_bytes()).unwrap();
    let manifest = opened.manifest(0);
    let mut secrets: Vec<(&str, Vec<u8>)> = vec![
        ("planted words", b"canary-".to_vec()),
        ("the fragment", fragment_bytes),
        ("the fragment's text", fragment.as_bytes().to_vec()),
        ("the proof", access.proof.expose_secret().to_vec()),
    ];
    secrets.extend(draft.random.keys().iter().map(|key| ("a key", key.to_vec())));
    let mut places: Vec<(String, String)> = vec![("rows".to_owned(), rows(app, &draft.id).await)];
    for letter in app.mails.letters() {
        places.push(("a mail".to_owned(), format!("{}\n{}", letter.subject, letter.text)));
    }
    for (client, path) in [
        (&app.anna, format!("/api/v1/transfers/{}", draft.id)),
        (&app.admin, format!("/api/v1/admin/transfers/{}", draft.id)),
        (&app.admin, "/api/v1/admin/audit".to_owned()),
    ] {
        places.push((path.clone(), client.get(&path).await.expect(200).text()));
    }
    for (place, has) in &places {
        for (what, secret) in &secrets {
            assert!(!tells(has, secret), "{what} in {place}");
        }
    }
    let files = app.files_on_disk();
    assert!(files.iter().any(|(_, has)| has.len() > content.len()), "the sealed file is among them");
    for (path, has) in &files {
        for (what, secret) in &secrets {
            assert!(
                !has.windows(secret.len()).any(|window| window == secret.as_slice()),
                "{what} in {}",
                path.display()
            );
        }
    }
    assert_eq!(manifest.name(), "canary-name.txt");
}

async fn a_forwarded_mail_opens_nothing(app: &App) {
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    let links = draft.sent(Some(("Plans", "x")), &[("a", b"aaa")]).await;
    app.run_jobs().await;
    let [mail] = app.mails_to("bert@example.org").try_into().expect("one mail");
    let token = mail.text.split("/t/").nth(1).unwrap().split_whitespace().next().unwrap();
    assert_eq!(token, links[0].token, "all that the mail has of the link");
    // Whoever has it gets the service's half, where nothing else is asked for, and with it nothing that he could open or
    // try anything on.
    let with_mail = Opening {
        anybody: app.anybody.clone(),
        token: token.to_owned(),
        fragment: FragmentSecret::generate(&SystemRandom),
        password: None,
    };
    let told = with_mail.verify().await.expect(200).json();
    let answers = told.to_string() + &links[0].open().await.expect(200).text();
    let opened = draft.opening(app, &links[0]).open().await;
    for sealed in [
        &opened.delivery["sealing"]["content_key"],
        &opened.delivery["sealing"]["subject"],
        &opened.delivery["files"][0]["sealing"]["file_key"],
        &opened.delivery["files"][0]["sealing"]["manifest"],
        &opened.delivery["files"][0]["id"],
    ] {
        assert!(!answers.contains(sealed.as_str().unwrap()));
    }
    with_mail.prove(&told).await.problem(403, "wrong_proof");
}

async fn a_leaked_database_opens_nothing_not_even_with_the_services_keys(app: &App) {
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    let links = draft.sent(Some(("Plans", "x")), &[("a", b"aaa")]).await;
    let leaked = rows(app, &draft.id).await;
    let opening = draft.opening(app, &links[0]);
    let told = opening.verify().await.expect(200).json();
    let proved = opening.prove(&told).await.expect(200).json();
    // By itself it has neither the half nor what the sender has sealed: the service's own layer is around both.
    let half = bytes(&told["sealing"]["server_half"]);
    let sealed = bytes(&proved["delivery"]["sealing"]["content_key"]);
    for inside in [&half, &sealed, &bytes(&proved["delivery"]["files"][0]["sealing"]["manifest"])] {
        assert!(!tells(&leaked, inside));
    }
    // With the service's keys somebody has all that the service has: half, sealed content key and the proof's hash.
    let place = ContentKeyContext { tenant: draft.place.tenant, transfer: uuid(&draft.id) };
    let half = ServerHalf::from_secret(&half).unwrap();
    let hash = draft.access().proof.hash();
    assert!(tells(&leaked, hash.as_bytes()));
    let guesses = [[0; 32], *hash.as_bytes(), *half.expose_secret()];
    for guess in guesses {
        let fragment = FragmentSecret::parse(&text(&guess)).unwrap();
        let access = Access::derive(&fragment, &half, None, place);
        assert!(access.key.open_content_key(place, &sealed).is_err() && !hash.admits(&access.proof));
    }
    assert!(draft.access().key.open_content_key(place, &sealed).is_ok(), "the fragment is what was missing");
}

async fn a_link_with_both_parts_does_not_do_without_the_password(app: &App) {
    let mut new = to_bert();
    new["protection"] = "password".into();
    let draft = Sealing::begin(&app.anna, &new).await.with_password(PASSWORD);
    let links = draft.sent(None, &[("a", b"aaa")]).await;
    let mut opening = draft.opening(app, &links[0]);
    let told = opening.verify().await.expect(200).json();
    assert!(told["sealing"]["password_parameters"].is_string());
    for guess in ["canary-password-2", ""] {
        opening.password = Some(guess.to_owned());
        opening.prove(&told).await.problem(403, "wrong_proof");
    }
    let mut without = told.clone();
    without["sealing"]["password_parameters"] = Value::Null;
    opening.password = None;
    opening.prove(&without).await.problem(403, "wrong_proof");
}

async fn what_is_purged_leaves_no_half_to_anybody(app: &App) {
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    let links = draft.sent(None, &[("a", b"aaa")]).await;
    let opening = draft.opening(app, &links[0]);
    opening.open().await;
    app.anna.purge(&draft.id).await.expect(204);
    opening.verify().await.problem(404, "link_unavailable");
    let id: TransferId = draft.id.parse().unwrap();
    assert_eq!(app.db.read().await.unwrap().record_of_transfer(id).await.unwrap().len(), 0);
    assert_eq!(app.objects().await.len(), 0);
}
