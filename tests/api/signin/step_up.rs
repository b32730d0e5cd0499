//! `/signin/oidc/{id}?step_up=true`: somebody who is signed in shows himself again at his provider.

use sealpost_domain::{Clock as _, SystemClock};
use sealpost_test_support::{
    app::{Answer, App, Client, HOUR, Request},
    claims,
};
use serde_json::{Value, json};

use super::place::{Begun, PROVIDERS, Place, begun, come_back, log, refusals, session};

claims![
    whoever_shows_himself_again_at_his_provider_may_do_dangerous_things,
    what_proves_nothing_leaves_the_session_as_it_is,
    nobody_begins_for_himself_what_is_anothers,
];

const DANGEROUS: &str = "/api/v1/account/totp/begin";

/// Anna at Acme's provider, and a session of hers in which she has shown nothing for an hour.
async fn anna(app: &App, place: &Place) -> String {
    place.account("alice", app.anna.email(), true).await;
    let session = session(place.sign_in(app, "alice").await);
    shown_long_ago(app, &session).await;
    session
}

async fn shown_long_ago(app: &App, session: &str) {
    let own = app.anybody.with_bearer(session).get("/api/v1/session").await.expect(200).json();
    let id = own["id"].as_str().unwrap().parse().unwrap();
    let mut tx = app.db.write().await.unwrap();
    tx.set_session_proved(id, app.clock.now() - HOUR, false).await.unwrap();
    tx.commit().await.unwrap();
}

fn cookie(session: &str) -> String {
    format!("sealpost-session={session}")
}

fn ask(app: &App, place: &Place, session: &str) -> Request {
    let path = format!("/signin/oidc/{}?step_up=true", place.id);
    app.anybody.get(&path).header("cookie", cookie(session)).header("sec-fetch-site", "same-origin")
}

async fn begin(app: &App, place: &Place, session: &str) -> Begun {
    begun(ask(app, place, session).await)
}

/// The whole way of somebody with this account, and what is answered at its end in the browser of this session.
async fn show(app: &App, place: &Place, session: &str, who: &str) -> Answer {
    let begun = begin(app, place, session).await;
    let back = place.visit(app, &begun, who).await;
    come_back(app, &back, &format!("{}; {}", begun.cookie, cookie(session))).await
}

fn cookies(answer: &Answer) -> Vec<&str> {
    let set = answer.headers.get_all("set-cookie").iter().map(|set| set.to_str().unwrap());
    set.map(|set| set.split(';').next().unwrap()).collect()
}

async fn whoever_shows_himself_again_at_his_provider_may_do_dangerous_things(app: &App) {
    let place = Place::new(app, json!({})).await;
    let session = anna(app, &place).await;
    let client = app.anybody.with_bearer(&session);
    let before = client.get("/api/v1/session").await.expect(200).json();
    client.post(DANGEROUS).await.problem(403, "step_up_needed");
    let url = format!("{}/signin/oidc/{}?step_up=true", app.anybody.base(), place.id);
    let account = client.get("/api/v1/account").await.expect(200).json();
    assert_eq!(account["providers"], json!([{ "id": place.id, "label": "Acme", "url": url }]));
    for (language, label) in
        [("en", "Confirm with Acme"), ("de", "Mit Acme bestätigen"), ("nl", "Bevestigen met Acme")]
    {
        let page = app.anybody.get("/account").header("cookie", cookie(&session));
        let page = page.header("accept-language", language).await.expect(200).text();
        assert!(page.contains(label) && page.contains("step_up=true"), "{page}");
    }
    let begun = begin(app, &place, &session).await;
    assert!(begun.url.contains("prompt=login&max_age=0"), "{}", begun.url);
    let back = place.visit(app, &begun, "alice").await;
    let both = format!("{}; {}", begun.cookie, cookie(&session));
    let answer = come_back(app, &back, &both).await.expect(303);
    assert_eq!((answer.header("location"), cookies(&answer)), (Some("/account"), vec!["sealpost-signin="]));
    let after = client.get("/api/v1/session").await.expect(200).json();
    assert_eq!((&after["id"], &after["method"]), (&before["id"], &json!("oidc")));
    assert_ne!(after["stepped_up_until"], before["stepped_up_until"]);
    client.post(DANGEROUS).await.expect(200);
    let page = app.anybody.get("/account").header("cookie", cookie(&session)).await.expect(200).text();
    assert!(!page.contains("Confirm with"), "{page}");
    let sessions = client.get("/api/v1/account/sessions").await.expect(200).json();
    assert_eq!(sessions["sessions"].as_array().unwrap().len(), 1, "none has begun");
    let kinds: Vec<_> = log(app).await.into_iter().map(|entry| entry.kind).collect();
    assert!(kinds.contains(&"session.stepped_up".to_owned()), "{kinds:?}");
    // Once.
    shown_long_ago(app, &session).await;
    come_back(app, &back, &both).await.expect(401);
    client.post(DANGEROUS).await.problem(403, "step_up_needed");
}

async fn what_proves_nothing_leaves_the_session_as_it_is(app: &App) {
    let place = Place::new(app, json!({})).await;
    let session = anna(app, &place).await;
    let client = app.anybody.with_bearer(&session);
    let left_alone = async |answer: Answer, client: &Client| {
        assert_eq!((answer.status, cookies(&answer)), (401, vec!["sealpost-signin="]), "{}", answer.asked);
        client.post(DANGEROUS).await.problem(403, "step_up_needed");
        answer.text()
    };
    let mut pages = Vec::new();
    // Another user's account, and nobody's, also with her address.
    place.account("otto", app.otto.email(), true).await;
    let ottos = self::session(place.sign_in(app, "otto").await);
    shown_long_ago(app, &ottos).await;
    place.account("mallory", app.anna.email(), true).await;
    for who in ["otto", "mallory"] {
        pages.push(left_alone(show(app, &place, &session, who).await, &client).await);
    }
    // From another session, or none.
    for other in [cookie(&ottos), "x=y".to_owned()] {
        let begun = begin(app, &place, &session).await;
        let back = place.visit(app, &begun, "alice").await;
        let answer = come_back(app, &back, &format!("{}; {other}", begun.cookie)).await;
        pages.push(left_alone(answer, &client).await);
    }
    app.anybody.with_bearer(&ottos).post(DANGEROUS).await.problem(403, "step_up_needed");
    // What the provider remembers from before, or does not say.
    let seconds = SystemClock.now().unix_millis() / 1_000;
    for shown_at in [Value::Null, json!(seconds - 3_600), json!(seconds + 3_600), json!(seconds.to_string())]
    {
        let claims = json!({
            "iss": place.process.issuer(), "aud": place.registration.client_id, "sub": "alice", "nonce": "$nonce",
            "iat": seconds, "exp": seconds + 3_600, "auth_time": shown_at,
        });
        place
            .process
            .next_token(&place.registration.client_id, json!({ "mint": { "claims": claims } }))
            .await;
        pages.push(left_alone(show(app, &place, &session, "alice").await, &client).await);
    }
    let mut expected = vec!["another_account"; 2];
    expected.extend(["session"; 2]);
    expected.extend(["auth_time"; 4]);
    assert_eq!(refusals(app).await, expected);
    pages.dedup();
    assert_eq!(pages.len(), 1, "one page for all of it");
    let linked = log(app).await.into_iter().filter(|entry| entry.kind == "user.linked").count();
    assert_eq!(linked, 2, "Anna and Otto, by signing in");
    show(app, &place, &session, "alice").await.expect(303);
    client.post(DANGEROUS).await.expect(200);
}

async fn nobody_begins_for_himself_what_is_anothers(app: &App) {
    let place = Place::new(app, json!({})).await;
    let session = anna(app, &place).await;
    let refused = |answer: Answer, status: u16| {
        assert_eq!((answer.status, answer.header("set-cookie")), (status, None), "{}", answer.asked);
        answer
    };
    // Nobody is signed in.
    let nobody = refused(ask(app, &place, "ss_x").await, 303);
    assert_eq!(nobody.header("location"), Some("/signin"));
    // Another site sends her there.
    let path = format!("/signin/oidc/{}?step_up=true", place.id);
    let from_elsewhere = app.anybody.get(&path).header("cookie", cookie(&session));
    refused(from_elsewhere.header("sec-fetch-site", "cross-site").await, 403);
    // A program shows nothing.
    refused(app.anna.get(&path).await, 403);
    // A user without an account there, another tenant's provider, a link's page, one that was switched off.
    let otto = app.session_of(&app.otto, sealpost_domain::SessionKind::Browser).await;
    refused(ask(app, &place, &otto.bearer).await, 404);
    let theirs = Place::of(app, &app.rival, json!({ "domains": ["globex.example"] })).await;
    refused(ask(app, &theirs, &session).await, 404);
    let link = format!("{path}&return_to=/t/{}", "A".repeat(43));
    refused(app.anybody.get(&link).header("cookie", cookie(&session)).await, 404);
    place.change(json!({ "enabled": false })).await;
    refused(ask(app, &place, &session).await, 404);
    let account = app.anybody.with_bearer(&session).get("/api/v1/account").await.expect(200).json();
    assert_eq!(account["providers"], json!([]));
    place.owner.delete(&format!("{PROVIDERS}/{}", place.id)).await.expect(204);
    refused(ask(app, &place, &session).await, 404);
}
