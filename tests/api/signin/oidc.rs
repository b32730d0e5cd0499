//! `/signin/oidc`: browsers at a real provider, and whatever else comes back.

use std::time::Duration;

use sealpost_auth::NewIdentityProvider;
use sealpost_domain::{Clock as _, ProviderKind, SystemClock};
use sealpost_test_support::{
    app::{Answer, App, HOUR, Method},
    claims,
    provider::OpenIdProvider,
};
use serde_json::{Value, json};

use super::place::{PROVIDERS, Place, begin, come_back, log, refusals, session};

claims![
    a_user_signs_in_by_the_address_that_his_provider_vouches_for,
    an_account_stays_its_users_whatever_its_address,
    somebody_new_becomes_a_user_only_where_the_tenant_wants_it,
    nobody_is_known_by_an_address_that_is_not_vouched_for,
    what_comes_back_counts_once_and_from_whom_it_was_given_to,
    a_token_that_is_wrong_signs_nobody_in,
    a_provider_that_is_down_is_no_fault_of_ours,
    a_provider_may_change_its_keys,
    nobody_is_sent_elsewhere,
    where_nobody_signs_in_there_is_nothing,
    somebody_signs_in_at_entra_by_directory_and_object,
];

const TENANT: &str = "aaaaaaaa-0000-4000-8000-00000000000a";
const OBJECT: &str = "0b000000-0000-4000-8000-000000000001";

async fn who(app: &App, answer: Answer) -> Value {
    let cookie = format!("sealpost-session={}", session(answer));
    app.anybody.get("/api/v1/session").header("cookie", cookie).await.expect(200).json()
}

/// The one page for all that is wrong.
#[track_caller]
fn refused(answer: &Answer) -> String {
    assert_eq!(answer.status, 401, "{}: {}", answer.asked, answer.text());
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
    let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().collect();
    assert_eq!(
        cookies.len(),
        1,
        "the cookie of the sign-in is taken back, and there is no other: {cookies:?}"
    );
    answer.text()
}

async fn a_user_signs_in_by_the_address_that_his_provider_vouches_for(app: &App) {
    let place = Place::new(app, json!({})).await;
    place.account("alice", "Anna@ACME.example", true).await;
    let begun = place.begin(app, "?return_to=/account%3Fx=1").await;
    let back = place.visit(app, &begun, "alice").await;
    let answer = come_back(app, &back, &begun.cookie).await;
    assert_eq!(answer.header("location"), Some("/account?x=1"));
    let session = who(app, answer).await;
    assert_eq!(session["user"]["email"], "anna@acme.example");
    assert_eq!((&session["method"], &session["kind"]), (&json!("oidc"), &json!("browser")));
    assert_eq!((&session["stage"], &session["second_factor"]), (&json!("full"), &json!(false)));
    let kinds: Vec<_> = log(app).await.into_iter().map(|entry| entry.kind).collect();
    assert!(kinds.ends_with(&["user.linked".to_owned(), "session.begun".to_owned()]), "{kinds:?}");
    for entry in log(app).await {
        assert!(
            !entry.payload.contains("acme.example") && !entry.payload.contains("alice"),
            "{}",
            entry.payload
        );
    }
}

async fn an_account_stays_its_users_whatever_its_address(app: &App) {
    let place = Place::new(app, json!({})).await;
    place.account("alice", "anna@acme.example", true).await;
    who(app, place.sign_in(app, "alice").await).await;
    for email in ["otto@acme.example", "somebody@elsewhere.example"] {
        place.account("alice", email, true).await;
        let session = who(app, place.sign_in(app, "alice").await).await;
        assert_eq!(session["user"]["email"], "anna@acme.example", "{email}");
    }
    // Whoever has the address now is not who had it then.
    place.account("mallory", "anna@acme.example", true).await;
    refused(&place.sign_in(app, "mallory").await);
    assert_eq!(refusals(app).await, ["another_account"]);
    // Nor is anybody signed in who was disabled.
    let anna = app.user_id(&app.anna).await;
    let path = format!("/api/v1/admin/users/{anna}");
    place.owner.request(Method::PATCH, &path).json(&json!({ "disabled": true })).await.expect(200);
    refused(&place.sign_in(app, "alice").await);
    assert_eq!(refusals(app).await, ["another_account", "disabled"]);
}

async fn somebody_new_becomes_a_user_only_where_the_tenant_wants_it(app: &App) {
    let place = Place::new(app, json!({})).await;
    place.account("nora", "nora@acme.example", true).await;
    refused(&place.sign_in(app, "nora").await);
    assert_eq!(refusals(app).await, ["unknown_user"]);
    place.change(json!({ "provisions": true })).await;
    let session = who(app, place.sign_in(app, "nora").await).await;
    assert_eq!(
        (&session["user"]["email"], &session["user"]["name"], &session["user"]["role"]),
        (&json!("nora@acme.example"), &json!("nora"), &json!("sender"))
    );
    let again = who(app, place.sign_in(app, "nora").await).await;
    assert_eq!(again["user"]["id"], session["user"]["id"]);
    place.account("olga", "olga@elsewhere.example", true).await;
    refused(&place.sign_in(app, "olga").await);
    place.account("olga", "olga@acme.example", false).await;
    refused(&place.sign_in(app, "olga").await);
    // Who is who is forgotten with the provider; who is a user stays one.
    place.owner.delete(&format!("{PROVIDERS}/{}", place.id)).await.expect(204);
    app.anybody.get(&format!("/signin/oidc/{}", place.id)).await.expect(404);
    let user = session["user"]["id"].as_str().unwrap();
    place.owner.get(&format!("/api/v1/admin/users/{user}")).await.expect(200);
}

async fn nobody_is_known_by_an_address_that_is_not_vouched_for(app: &App) {
    let place = Place::new(app, json!({})).await;
    for (email, verified) in [
        ("anna@acme.example", false),
        ("anna@sub.acme.example", true),
        ("gina@globex.example", true),
        ("anna", true),
        ("", true),
    ] {
        place.account("eve", email, verified).await;
        refused(&place.sign_in(app, "eve").await);
    }
    assert_eq!(refusals(app).await, ["unknown_account"; 5]);
    // It can be said whose an account is.
    let anna = app.user_id(&app.anna).await;
    let link = json!({ "user_id": anna, "subject": "eve" });
    let path = format!("{PROVIDERS}/{}/links", place.id);
    place.owner.post_json(&path, &link).await.expect(204);
    let session = who(app, place.sign_in(app, "eve").await).await;
    assert_eq!(session["user"]["email"], "anna@acme.example");
    place.owner.post_json(&path, &link).await.problem(409, "already_exists");
    let foreign = json!({ "user_id": app.user_id(&app.gina).await, "subject": "x" });
    place.owner.post_json(&path, &foreign).await.problem(404, "not_found");
}

async fn what_comes_back_counts_once_and_from_whom_it_was_given_to(app: &App) {
    let place = Place::new(app, json!({})).await;
    let other = Place::new(app, json!({ "label": "Other" })).await;
    place.account("alice", "anna@acme.example", true).await;
    let begun = place.begin(app, "").await;
    let elsewhere = place.begin(app, "").await;
    let back = place.visit(app, &begun, "alice").await;
    let (path, query) = back.split_once('?').unwrap();
    let without = |name: &str| {
        let kept: Vec<_> = query.split('&').filter(|pair| !pair.starts_with(&format!("{name}="))).collect();
        format!("{path}?{}", kept.join("&"))
    };
    let with = |name: &str, value: &str| format!("{}&{name}={value}", without(name));
    let state = query.split('&').find_map(|pair| pair.strip_prefix("state=")).unwrap();
    let cookie = begun.cookie.as_str();
    let long = "A".repeat(3_000);
    let cut = &cookie[..cookie.len() - 8];
    let mut pages = Vec::new();
    for (what, back, cookie, audited) in [
        ("no cookie", back.clone(), "x=y", true),
        ("an empty cookie", back.clone(), "sealpost-signin=", true),
        ("another browser's cookie", back.clone(), elsewhere.cookie.as_str(), true),
        ("a cookie cut off", back.clone(), cut, true),
        ("no state", without("state"), cookie, false),
        ("an empty state", with("state", ""), cookie, false),
        ("a state cut off", with("state", &state[..state.len() - 4]), cookie, false),
        ("a state with more", with("state", &format!("{state}A")), cookie, false),
        ("a long state", with("state", &long), cookie, false),
        ("two states", format!("{back}&state={state}"), cookie, false),
        ("the address of another provider", back.replace(&place.id, &other.id), cookie, true),
        ("the address of Entra", back.replace(&format!("oidc/{}", place.id), "entra"), cookie, true),
    ] {
        let before = refusals(app).await.len();
        pages.push(refused(&come_back(app, &back, cookie).await));
        assert_eq!(refusals(app).await.len() - before, usize::from(audited), "{what}");
    }
    // None of that has used it up.
    let answer = come_back(app, &back, cookie).await;
    assert_eq!(who(app, answer).await["user"]["email"], "anna@acme.example");
    // From now on it is.
    pages.push(refused(&come_back(app, &back, cookie).await));
    assert_eq!(refusals(app).await.last().unwrap(), "replayed");
    for (what, change, reason) in [
        ("no code", None, "denied"),
        ("another code", Some(("code", "x")), "denied"),
        ("a long code", Some(("code", long.as_str())), "denied"),
        ("sent by another provider", Some(("iss", "https%3A%2F%2Fother.example")), "issuer"),
    ] {
        let begun = place.begin(app, "").await;
        let back = place.visit(app, &begun, "alice").await;
        let (path, query) = back.split_once('?').unwrap();
        let name = change.map_or("code", |(name, _)| name);
        let mut kept: Vec<_> = query
            .split('&')
            .filter(|pair| !pair.starts_with(&format!("{name}=")))
            .map(str::to_owned)
            .collect();
        kept.extend(change.map(|(name, value)| format!("{name}={value}")));
        let back = format!("{path}?{}&error=access_denied&error_description=x", kept.join("&"));
        pages.push(refused(&come_back(app, &back, &begun.cookie).await));
        assert_eq!(refusals(app).await.last().unwrap(), reason, "{what}");
    }
    let begun = place.begin(app, "").await;
    let back = place.visit(app, &begun, "alice").await;
    app.clock.advance(Duration::from_secs(601));
    pages.push(refused(&come_back(app, &back, &begun.cookie).await));
    assert_eq!(refusals(app).await.last().unwrap(), "state", "too late");
    let begun = place.begin(app, "").await;
    let back = place.visit(app, &begun, "alice").await;
    place.change(json!({ "enabled": false })).await;
    pages.push(refused(&come_back(app, &back, &begun.cookie).await));
    pages.dedup();
    assert_eq!(pages.len(), 1, "one page for all of it");
}

async fn a_token_that_is_wrong_signs_nobody_in(app: &App) {
    let place = Place::new(app, json!({})).await;
    let client = place.registration.client_id.clone();
    let seconds = SystemClock.now().unix_millis() / 1_000;
    let good = json!({
        "iss": place.process.issuer(), "aud": client, "sub": "alice", "nonce": "$nonce",
        "iat": seconds, "exp": seconds + 3_600, "email": "anna@acme.example", "email_verified": true,
    });
    let claims = |name: &str, value: Value| {
        let mut claims = good.clone();
        claims[name] = value;
        json!({ "mint": { "claims": claims } })
    };
    let signed = |alg: &str, key: &str, header: Value| json!({ "mint": { "alg": alg, "key": key, "header": header, "claims": good } });
    let mut pages = Vec::new();
    for (answer, reason) in [
        (signed("RS256", "RS256", json!({})), None),
        (signed("none", "RS256", json!({})), Some("algorithm")),
        (signed("HS256", "RS256", json!({})), Some("algorithm")),
        (signed("RS256", "other", json!({})), Some("signature")),
        (signed("RS256", "RS256", json!({ "kid": null })), Some("key")),
        (signed("RS256", "RS256", json!({ "kid": "unknown" })), Some("key")),
        (signed("RS256", "RS256", json!({ "typ": "at+jwt" })), Some("type")),
        (claims("aud", json!("another")), Some("audience")),
        (claims("iss", json!("https://id.example.org")), Some("issuer")),
        (claims("exp", json!(seconds - 3_600)), Some("expired")),
        (claims("iat", json!(seconds + 3_600)), Some("not_yet")),
        (claims("nonce", json!("replayed")), Some("nonce")),
        (claims("nonce", json!(null)), Some("nonce")),
        (claims("sub", json!(null)), Some("subject")),
        (claims("email_verified", json!(false)), None),
        (json!({ "body": r#"{"id_token": "x", "access_token": "y"}"# }), Some("malformed")),
        (json!({ "status": 400, "body": r#"{"error": "invalid_grant"}"# }), Some("denied")),
    ] {
        place.process.next_token(&client, answer.clone()).await;
        // The account is known by then; the user info, which is asked for a verified address, refuses the opaque token.
        let answered = place.sign_in(app, "alice").await;
        match reason {
            None => assert_eq!(who(app, answered).await["user"]["email"], "anna@acme.example"),
            Some(reason) => {
                pages.push(refused(&answered));
                assert_eq!(refusals(app).await.last().unwrap(), reason, "{answer}");
            }
        }
    }
    pages.dedup();
    assert_eq!(pages.len(), 1, "one page for all of it");
}

async fn a_provider_that_is_down_is_no_fault_of_ours(app: &App) {
    let place = Place::new(app, json!({})).await;
    let client = place.registration.client_id.clone();
    place.account("alice", "anna@acme.example", true).await;
    for answer in [
        json!({ "status": 500, "body": "{}" }),
        json!({ "status": 200, "body": "<html>" }),
        json!({ "status": 302, "body": "" }),
        json!({ "body": "x".repeat(1 << 20) }),
        json!({ "body": "{}" }),
    ] {
        place.process.next_token(&client, answer).await;
        let answered = place.sign_in(app, "alice").await;
        assert_eq!(answered.status, 503, "{}", answered.asked);
        assert!(!answered.text().contains(place.process.issuer()), "nobody is told where it is");
    }
    place.process.break_paths(&["/.well-known/openid-configuration"]).await;
    app.clock.advance(30 * 24 * HOUR);
    let answer = app.anybody.get(&format!("/signin/oidc/{}", place.id)).await;
    assert_eq!(answer.status, 503);
    assert!(answer.header("retry-after").is_some());
    app.clock.set(SystemClock.now());
}

async fn a_provider_may_change_its_keys(app: &App) {
    let place = Place::new(app, json!({})).await;
    place.account("alice", "anna@acme.example", true).await;
    who(app, place.sign_in(app, "alice").await).await;
    place.process.rotate().await;
    let begun = place.begin(app, "").await;
    let back = place.visit(app, &begun, "alice").await;
    app.clock.advance(Duration::from_secs(31));
    who(app, come_back(app, &back, &begun.cookie).await).await;
}

async fn nobody_is_sent_elsewhere(app: &App) {
    let place = Place::new(app, json!({})).await;
    for return_to in
        ["https://evil.example", "//evil.example", "/%5Cevil.example", "%2F%09%2Fevil.example", "account", ""]
    {
        let answer = app.anybody.get(&format!("/signin/oidc/{}?return_to={return_to}", place.id)).await;
        assert_eq!((answer.status, answer.header("location")), (400, None), "{return_to}");
    }
}

async fn where_nobody_signs_in_there_is_nothing(app: &App) {
    let place = Place::new(app, json!({ "for_users": false, "for_recipients": true })).await;
    for id in [place.id.as_str(), "0190a000-0000-7000-8000-000000000001", "x", "..%2F..", &"x".repeat(5_000)]
    {
        // Recipients neither, where no link of theirs asks for an account.
        let link = format!("/signin/oidc/{id}?return_to=/t/{}", "A".repeat(43));
        for path in [format!("/signin/oidc/{id}"), format!("/signin/oidc/{id}?return_to=/t/x"), link] {
            let answer = app.anybody.get(&path).await;
            assert_eq!(answer.status, 404, "{path:.60}");
            assert_eq!(answer.header("set-cookie"), None);
        }
    }
    place.change(json!({ "for_users": true })).await;
    place.begin(app, "").await;
    app.change_settings(json!({ "signins": ["password"] })).await;
    app.anybody.get(&format!("/signin/oidc/{}", place.id)).await.expect(404);
}

async fn somebody_signs_in_at_entra_by_directory_and_object(app: &App) {
    let process = OpenIdProvider::start().await;
    let grant = app.auth.danger_operator(&app.acme).await.unwrap();
    let new = NewIdentityProvider {
        kind: ProviderKind::Entra,
        label: "Acme".to_owned(),
        issuer: Some(process.issuer().to_owned()),
        client_id: "client".to_owned(),
        client_secret: Some("secret".to_owned()),
        entra_tenant: Some(TENANT.parse().unwrap()),
        for_users: true,
        for_recipients: false,
        for_addin: false,
        provisions: false,
        domains: "acme.example".parse().unwrap(),
    };
    let id = app.auth.add_identity_provider(&grant, new).await.unwrap().row.id.to_string();
    let seconds = SystemClock.now().unix_millis() / 1_000;
    let good = json!({
        "iss": format!("{}/{TENANT}/v2.0", process.issuer()), "aud": "client", "sub": "pairwise", "nonce": "$nonce",
        "tid": TENANT, "oid": OBJECT, "ver": "2.0", "iat": seconds, "exp": seconds + 3_600,
        "email": "anna@acme.example", "preferred_username": "anna@acme.example",
    });
    let sign_in = async |changes: Value| {
        let mut claims = good.clone();
        claims.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        let mint = json!({ "alg": "RS256", "key": "entra-templated", "claims": claims });
        process.next_token("client", json!({ "mint": mint })).await;
        let begun = begin(app, &id, "").await;
        assert!(begun.url.starts_with(&format!("{}/{TENANT}/oauth2/v2.0/authorize?", process.issuer())));
        let back = process.sign_in(&begun.url).await;
        assert!(back.contains("/signin/entra/callback?"), "{back}");
        app.clock.set(SystemClock.now());
        come_back(app, &back, &begun.cookie).await
    };
    // Entra vouches for no address, unless it says that the domain is the directory's.
    refused(&sign_in(json!({})).await);
    refused(&sign_in(json!({ "email_verified": true })).await);
    refused(&sign_in(json!({ "tid": OBJECT })).await);
    assert_eq!(refusals(app).await, ["unknown_account", "unknown_account", "tenant"]);
    let session = who(app, sign_in(json!({ "xms_edov": true, "amr": ["pwd", "mfa"] })).await).await;
    assert_eq!(session["user"]["email"], "anna@acme.example");
    assert_eq!(session["second_factor"], true);
    let later =
        sign_in(json!({ "email": null, "sub": "another", "preferred_username": "changed@acme.example" }));
    assert_eq!(who(app, later.await).await["user"]["email"], "anna@acme.example");
}
