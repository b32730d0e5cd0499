//! What outsiders seal to the key of somebody who has to show more than the link.

use std::fs;

use sealpost_client::{
    AskPassword, Connection, Error, FetchOptions, Link as Address, NoPassword, Secret, Server, fetch,
};
use sealpost_domain::{Policy, Protection};
use sealpost_test_support::{
    app::{App, Link, Options, Visit},
    claims,
};
use serde_json::{Value, json};
use tokio::sync::{Mutex, oneshot};

use super::{
    client::{Opened, Sealing, to_bert},
    receive::{PASSPHRASE, request, sent},
};
use crate::{
    key_holder::KeyHolder,
    links::code::{ask, digits, verify},
    requests::{Uploader, asked, link_of},
    signin::place::{Place, come_back},
};

claims![
    an_account_and_then_the_key_open_what_was_sealed_to_it with asking(Protection::Account),
    a_code_and_then_the_key_open_what_was_sealed_to_it with asking(Protection::EmailCode),
    the_command_line_shows_a_code_and_then_the_passphrase with asking(Protection::EmailCode),
    the_command_line_sends_who_has_to_show_an_account_to_a_browser with asking(Protection::Account),
    that_a_key_opens_it_is_told_before_anything_is_shown_and_of_nothing_else with asking(Protection::Account),
];

const ANNA: &str = "anna@acme.example";

/// A tenant whose people have to show this to get what comes in.
fn asking(protection: Protection) -> Options {
    let protections = vec![protection, Protection::None];
    Options { policy: Policy { protections, ..Policy::default() }, ..Options::default() }
}

async fn provider(app: &App) -> Place {
    Place::new(app, json!({ "for_users": false, "for_recipients": true, "domains": [] })).await
}

/// Fails the test unless it opens with her key alone.
async fn assert_hers(app: &App, anna: &KeyHolder, verified: &Value) {
    let visit = Visit::of(&app.anybody, verified);
    let pairs = anna.list().await;
    let fingerprint = pairs["key_pairs"][0]["fingerprint"].as_str().unwrap().parse().unwrap();
    let own = anna.open(fingerprint).await;
    let opened = Opened::received(app, &visit, &own).expect("it is sealed to her");
    assert_eq!(opened.fetch(0).await, ("plan.txt".to_owned(), b"hello".to_vec()));
}

/// What the link is told to be: who has sealed, whether to a key, and what has to be shown next.
async fn told(link: &Link) -> (Value, Value, Value) {
    let opened = link.open().await.expect(200).json();
    (opened["mode"].clone(), opened["sealed_to_key"].clone(), opened["needed"].clone())
}

async fn an_account_and_then_the_key_open_what_was_sealed_to_it(app: &App) {
    let place = provider(app).await;
    place.account("anna", ANNA, true).await;
    let anna = KeyHolder::of(app, &app.anna, PASSPHRASE).await;
    let (token, _) = request(app, &anna).await;
    let came_in = link_of(app, &sent(app, &token).await).await;
    let link = came_in.link();
    assert_eq!(told(link).await, (json!("zero_knowledge"), json!(true), json!("account")));
    let opened = link.open().await.expect(200).json();
    assert_eq!(opened["providers"][0]["id"], place.id.as_str());
    assert!(opened["transfer"].is_null(), "{opened}");
    link.verify().await.problem(403, "account_needed");
    let begun = place.begin(app, &format!("?return_to=/t/{}", link.token)).await;
    let back = place.visit(app, &begun, "anna").await;
    let answer = come_back(app, &back, &begun.cookie).await.expect(303);
    assert_eq!(answer.header("location"), Some(format!("/t/{}", link.token).as_str()));
    let set = answer.headers.get_all("set-cookie").iter().map(|set| set.to_str().unwrap());
    let cookies = set.map(|set| set.split(';').next().unwrap()).collect::<Vec<_>>().join("; ");
    let opened = link.open().header("cookie", &cookies).await.expect(200).json();
    assert!(opened["sealed_to_key"] == true && opened["needed"].is_null(), "{opened}");
    let verified = link.verify().header("cookie", &cookies).await.expect(200).json();
    // The provider's time is the machine's: her session is over by it.
    let anna = anna.signed_in_again(app, &app.anna).await;
    assert_hers(app, &anna, &verified).await;
}

async fn a_code_and_then_the_key_open_what_was_sealed_to_it(app: &App) {
    let anna = KeyHolder::of(app, &app.anna, PASSPHRASE).await;
    let (token, _) = request(app, &anna).await;
    let came_in = link_of(app, &sent(app, &token).await).await;
    let link = came_in.link();
    assert_eq!(told(link).await, (json!("zero_knowledge"), json!(true), json!("code")));
    link.verify().await.problem(403, "code_needed");
    app.run_jobs().await;
    let challenge = ask(app, link).await.expect(202).json()["challenge"].clone();
    app.run_jobs().await;
    let mails = app.mails_to(ANNA);
    let code = digits(&mails.last().expect("a mail").text);
    let shown = json!({ "code": code, "challenge": challenge });
    let verified = verify(app, link, &shown).await.expect(200).json();
    assert_hers(app, &anna, &verified).await;
}

/// Somebody at a terminal, who reads his mails when he is asked for what stands there.
struct Person {
    asked: Mutex<Option<oneshot::Sender<()>>>,
    code: Mutex<Option<oneshot::Receiver<String>>>,
}

#[async_trait::async_trait]
impl AskPassword for Person {
    async fn password(&self, _: u32) -> Option<Secret> {
        panic!("asked for a password")
    }

    async fn code(&self, _: &str, _: u32) -> Option<Secret> {
        self.asked.lock().await.take()?.send(()).ok()?;
        self.code.lock().await.take()?.await.ok().map(Secret::from)
    }

    async fn passphrase(&self, _: &str, attempt: u32) -> Option<Secret> {
        (attempt == 1).then(|| PASSPHRASE.into())
    }
}

async fn the_command_line_shows_a_code_and_then_the_passphrase(app: &App) {
    let anna = KeyHolder::of(app, &app.anna, PASSPHRASE).await;
    let (token, _) = request(app, &anna).await;
    let came_in = link_of(app, &sent(app, &token).await).await;
    app.run_jobs().await;
    let address: Address = came_in.link().url.parse().unwrap();
    let directory = tempfile::tempdir().unwrap();
    let own = Connection { token: Some(app.anna.bearer().into()), ..Connection::default() };
    let options = FetchOptions {
        directory: directory.path().to_owned(),
        connections: sealpost_client::CONNECTIONS,
        overwrite: false,
        key_keeper: Some(Server::new(address.base(), own).unwrap()),
    };
    let (asked, is_asked) = oneshot::channel();
    let (tell, told) = oneshot::channel();
    let person = Person { asked: Mutex::new(Some(asked)), code: Mutex::new(Some(told)) };
    let reads = async {
        is_asked.await.expect("a code is asked for");
        app.run_jobs().await;
        tell.send(digits(&app.mails_to(ANNA).last().expect("a mail").text)).expect("it is waited for");
    };
    let (fetched, ()) = tokio::join!(fetch(&address, Connection::default(), &options, &person, &()), reads);
    assert_eq!(fetched.unwrap().files.len(), 1);
    assert_eq!(fs::read(directory.path().join("plan.txt")).unwrap(), b"hello");
}

async fn the_command_line_sends_who_has_to_show_an_account_to_a_browser(app: &App) {
    let _place = provider(app).await;
    let anna = KeyHolder::of(app, &app.anna, PASSPHRASE).await;
    let (token, _) = request(app, &anna).await;
    let came_in = link_of(app, &sent(app, &token).await).await;
    let directory = tempfile::tempdir().unwrap();
    let options = FetchOptions {
        directory: directory.path().to_owned(),
        connections: sealpost_client::CONNECTIONS,
        overwrite: false,
        key_keeper: None,
    };
    let address: Address = came_in.link().url.parse().unwrap();
    let refused = fetch(&address, Connection::default(), &options, &NoPassword, &()).await.unwrap_err();
    assert!(matches!(refused, Error::AccountNeeded), "{refused}");
    assert!(refused.to_string().contains("open it in a browser"), "{refused}");
}

async fn that_a_key_opens_it_is_told_before_anything_is_shown_and_of_nothing_else(app: &App) {
    let _place = provider(app).await;
    let (mode, word) = (|of: &str| json!(of), |to_key: bool| json!(to_key));
    for (protection, asked_first, needed) in
        [("account", json!("account"), json!("account")), ("none", json!("proof"), Value::Null)]
    {
        let mut new = to_bert();
        new["protection"] = protection.into();
        let sealed = Sealing::begin(&app.anna, &new).await.sent(None, &[("a", b"aaa")]).await;
        assert_eq!(told(&sealed[0]).await, (mode("zero_knowledge"), word(false), asked_first));
        new["mode"] = "standard".into();
        let plain = app.anna.sent_as(&new, &[("a", b"a")]).await;
        assert_eq!(told(plain.link()).await, (mode("standard"), word(false), needed));
    }
    // What comes in and is sealed by the service has no key either.
    let (_, token) = asked(app, &json!({})).await;
    let uploader = Uploader::begun(app, &token).await;
    uploader.sender.put(&uploader.id, "plan.txt", b"hello").await;
    uploader.send().await.expect(200);
    let came_in = link_of(app, &uploader).await;
    assert_eq!(told(came_in.link()).await, (mode("standard"), word(false), json!("account")));
}
