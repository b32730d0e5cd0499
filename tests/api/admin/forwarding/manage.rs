//! Who says where entries go.

use sealpost_test_support::{
    app::{App, Method},
    claims,
    receivers::{Authority, WebhookReceiver},
};
use serde_json::{Value, json};

use super::{PATH, added, collector, hook};

claims![
    a_place_is_added_changed_and_removed_and_all_of_it_is_in_the_log,
    its_secrets_are_shown_to_nobody,
    owners_alone_say_where_entries_go,
    what_cannot_be_a_place_is_refused,
    a_test_says_what_happened,
];

async fn kinds(app: &App) -> Vec<String> {
    let kinds = super::log(app).await.into_iter().map(|entry| entry.kind);
    kinds.filter(|kind| kind.starts_with("forwarding.")).collect()
}

fn simple() -> Value {
    json!({ "label": "x", "webhook": { "url": "https://127.0.0.1:9/x" } })
}

async fn a_place_is_added_changed_and_removed_and_all_of_it_is_in_the_log(app: &App) {
    let owner = app.signed_in(&app.admin).await;
    let answer = owner.post_json(PATH, &simple()).await.expect(201);
    let added = answer.json()["target"].clone();
    let path = format!("{PATH}/{}", added["id"].as_str().unwrap());
    assert_eq!(answer.header("location"), Some(format!("{}{path}", owner.base()).as_str()));
    assert_eq!(
        (&added["kinds"], &added["include_personal"], &added["enabled"]),
        (&json!([]), &json!(false), &json!(true))
    );
    let change = json!({ "label": "y", "kinds": ["session."], "include_personal": true, "enabled": false });
    let changed = owner.request(Method::PATCH, &path).json(&change).await.expect(200).json();
    for (name, value) in change.as_object().unwrap() {
        assert_eq!(&changed[name], value);
    }
    assert_eq!(owner.get(PATH).await.expect(200).json()["forwarding"][0]["label"], "y");
    // Nothing of it is there for another tenant.
    let rival = app.signed_in(&app.rival).await;
    assert_eq!(rival.get(PATH).await.expect(200).json()["forwarding"], json!([]));
    rival.get(&path).await.problem(404, "not_found");
    rival.request(Method::PATCH, &path).json(&change).await.problem(404, "not_found");
    for verb in ["test", "secret"] {
        rival.post(&format!("{path}/{verb}")).await.problem(404, "not_found");
    }
    rival.delete(&path).await.problem(404, "not_found");
    owner.post(&format!("{path}/secret")).await.expect(200);
    owner.post(&format!("{path}/test")).await.expect(200);
    owner.delete(&path).await.expect(204);
    owner.get(&path).await.problem(404, "not_found");
    let noted: Vec<_> = ["added", "changed", "rotated", "tested", "removed"]
        .iter()
        .map(|what| format!("forwarding.{what}"))
        .collect();
    assert_eq!(kinds(app).await, noted);
}

async fn its_secrets_are_shown_to_nobody(app: &App) {
    let authority = Authority::default();
    let receiver = WebhookReceiver::start(&authority).await;
    let owner = app.signed_in(&app.admin).await;
    let (path, secret) = added(&owner, &hook(&authority, &receiver)).await;
    assert!(secret.starts_with("whsec_") && secret.len() > 40, "{secret}");
    let own = authority.issue(&["sealpost"]);
    let syslog = json!({
        "host": "127.0.0.1", "client_certificate": own.certificate, "client_key": own.key, "ca": authority.pem(),
    });
    let (second, _) = added(&owner, &json!({ "label": "x", "syslog": syslog })).await;
    let bare = secret.trim_start_matches("whsec_");
    let key: String = own.key.lines().filter(|line| !line.starts_with('-')).collect();
    for path in [PATH, &path, &second] {
        let text = owner.get(path).await.expect(200).text();
        assert!(!text.contains(bare) && !text.contains("PRIVATE KEY"), "{text}");
        assert!(!text.contains(&key[..40]), "{text}");
    }
    assert_eq!(owner.get(&second).await.expect(200).json()["syslog"]["has_client_key"], true);
    for row in app.db.read().await.unwrap().forwarding_targets(app.acme.id).await.unwrap() {
        let stored = String::from_utf8_lossy(&row.destination).into_owned();
        assert!(!stored.contains(bare) && !stored.contains("PRIVATE") && !stored.contains("127.0.0.1"));
    }
}

async fn owners_alone_say_where_entries_go(app: &App) {
    let owner = app.signed_in(&app.admin).await;
    let (path, _) = added(&owner, &simple()).await;
    for role in ["admin", "auditor", "sender"] {
        let email = format!("new-{role}@acme.example");
        let new = json!({ "email": email, "name": role, "role": role });
        owner.post_json("/api/v1/admin/users", &new).await.expect(201);
        let client = app.client_of(&app.acme, &email).await;
        client.get(PATH).await.problem(403, "forbidden");
        client.post_json(PATH, &simple()).await.problem(403, "forbidden");
        client.delete(&path).await.problem(403, "forbidden");
    }
    // An owner's token has not shown a credential a moment ago.
    app.admin.get(PATH).await.expect(200);
    app.admin.request(Method::POST, PATH).json(&simple()).await.problem(403, "step_up_needed");
}

async fn what_cannot_be_a_place_is_refused(app: &App) {
    let owner = app.signed_in(&app.admin).await;
    let url = |url: &str| json!({ "label": "x", "webhook": { "url": url } });
    let with = |name: &str, value: Value| {
        let mut wish = simple();
        wish[name] = value;
        wish
    };
    for wish in [
        json!({ "label": "x" }),
        url("http://127.0.0.1/x"),
        url("ftp://example.org/x"),
        url("https://user:secret@example.org/x"),
        url("x"),
        with("label", json!("")),
        with("label", json!("a\nb")),
        with("kinds", json!(["Transfer."])),
        with("kinds", json!([""])),
        with("from", json!(0)),
        with("from", json!(1_000_000)),
        with("syslog", json!({ "host": "example.org" })),
        json!({ "label": "x", "syslog": { "host": "a b" } }),
        json!({ "label": "x", "syslog": { "host": "example.org", "port": 0 } }),
        json!({ "label": "x", "syslog": { "host": "example.org", "ca": "none" } }),
        json!({ "label": "x", "syslog": { "host": "example.org", "client_key": "none" } }),
    ] {
        let answer = owner.post_json(PATH, &wish).await;
        assert!([400, 422].contains(&answer.status), "{wish}: {answer:?}");
    }
    let (path, _) = added(&owner, &simple()).await;
    let syslog = json!({ "syslog": { "host": "example.org" } });
    owner.request(Method::PATCH, &path).json(&syslog).await.problem(400, "invalid_request");
    for _ in 1..10 {
        added(&owner, &simple()).await;
    }
    owner.post_json(PATH, &simple()).await.problem(400, "invalid_request");
}

async fn a_test_says_what_happened(app: &App) {
    let authority = Authority::default();
    let receiver = WebhookReceiver::start(&authority).await;
    let rsyslogd = sealpost_test_support::receivers::Rsyslogd::start(&authority).await;
    let owner = app.signed_in(&app.admin).await;
    let (path, _) = added(&owner, &hook(&authority, &receiver)).await;
    let test = owner.post(&format!("{path}/test")).await.expect(200).json();
    assert_eq!((&test["arrived"], test.get("error")), (&json!(true), None));
    let request = receiver.requests().pop().unwrap();
    let body: Value = serde_json::from_str(request["body"].as_str().unwrap()).unwrap();
    assert_eq!((&body["type"], &body["data"]["entries"][0]["seq"]), (&json!("forwarding.test"), &json!(0)));
    receiver.answer(500);
    let test = owner.post(&format!("{path}/test")).await.expect(200).json();
    assert_eq!((&test["arrived"], &test["error"]), (&json!(false), &json!("the receiver answered 500")));
    // It is no failure of what is sent by itself.
    assert_eq!(owner.get(&path).await.expect(200).json().get("failing_since"), None);
    let (path, _) = added(&owner, &collector(&authority, &rsyslogd)).await;
    assert_eq!(owner.post(&format!("{path}/test")).await.expect(200).json()["arrived"], true);
    let (path, _) = added(&owner, &simple()).await;
    let test = owner.post(&format!("{path}/test")).await.expect(200).json();
    assert!(test["error"].as_str().unwrap().starts_with("no connection"), "{test}");
}
