//! `POST /api/v1/addin/token`

use sealpost_auth::NewIdentityProvider;
use sealpost_db::Tenant;
use sealpost_domain::{Clock as _, ProviderKind, SystemClock};
use sealpost_test_support::{
    app::{Answer, App, Method},
    claims,
    provider::OpenIdProvider,
};
use serde_json::{Value, json};

claims![
    a_token_of_the_directory_becomes_a_session_of_the_addin,
    whatever_is_wrong_with_a_token_the_answer_is_the_same,
    a_directory_speaks_for_its_own_tenant_only,
    only_the_operator_says_whose_a_directory_is,
];

const ACME: &str = "aaaaaaaa-0000-4000-8000-00000000000a";
const GLOBEX: &str = "bbbbbbbb-0000-4000-8000-00000000000b";
const OBJECT: &str = "0b000000-0000-4000-8000-000000000001";
const CLIENT: &str = "c1000000-0000-4000-8000-000000000001";
const PATH: &str = "/api/v1/addin/token";

fn provider(process: &OpenIdProvider, directory: &str, domain: &str) -> NewIdentityProvider {
    NewIdentityProvider {
        kind: ProviderKind::Entra,
        label: "Entra".to_owned(),
        issuer: Some(process.issuer().to_owned()),
        client_id: CLIENT.to_owned(),
        client_secret: None,
        entra_tenant: Some(directory.parse().unwrap()),
        for_users: false,
        for_recipients: false,
        for_addin: true,
        provisions: true,
        domains: domain.parse().unwrap(),
    }
}

async fn add(app: &App, tenant: &Tenant, new: NewIdentityProvider) {
    let grant = app.auth.danger_operator(tenant).await.unwrap();
    app.auth.add_identity_provider(&grant, new).await.unwrap();
}

fn good(process: &OpenIdProvider, directory: &str, email: &str) -> Value {
    let seconds = SystemClock.now().unix_millis() / 1_000;
    json!({
        "iss": format!("{}/{directory}/v2.0", process.issuer()), "aud": CLIENT, "tid": directory, "oid": OBJECT,
        "ver": "2.0", "azp": CLIENT, "scp": "Transfers.Send", "iat": seconds, "nbf": seconds, "exp": seconds + 4_000,
        "email": email, "xms_edov": true, "name": "Anna",
    })
}

async fn show(app: &App, process: &OpenIdProvider, mint: Value) -> Answer {
    let token = process.mint(mint).await;
    app.clock.set(SystemClock.now());
    app.anybody.post_json(PATH, &json!({ "token": token })).await
}

fn minted(claims: &Value) -> Value {
    json!({ "alg": "RS256", "key": "entra-templated", "claims": claims })
}

async fn refusals(app: &App) -> usize {
    let log = app.db.read().await.unwrap().audit_after(app.acme.id, 0, 10_000).await.unwrap();
    log.iter().filter(|entry| entry.kind == "session.refused").count()
}

async fn a_token_of_the_directory_becomes_a_session_of_the_addin(app: &App) {
    let process = OpenIdProvider::start().await;
    add(app, &app.acme, provider(&process, ACME, "acme.example")).await;
    let answer = show(app, &process, minted(&good(&process, ACME, "anna@acme.example"))).await.expect(201);
    assert_eq!(answer.header("set-cookie"), None);
    let session = answer.json()["session"].as_str().unwrap().to_owned();
    assert!(session.starts_with("ss_") && session.len() == 46, "{session}");
    let anna = app.anybody.with_bearer(&session);
    let known = anna.get("/api/v1/session").await.expect(200).json();
    assert_eq!((&known["kind"], &known["method"]), (&json!("addin"), &json!("entra")));
    assert_eq!(known["user"]["email"], "anna@acme.example");
    anna.get("/api/v1/transfers").await.expect(200);
    // No browser carries it.
    let cookie = format!("sealpost-session={session}");
    app.anybody.get("/api/v1/session").header("cookie", cookie).await.problem(401, "unauthorized");
    // Without an address the directory's object still says who it is; somebody new becomes a user by his.
    let nameless = json!({ "alg": "RS256", "key": "entra-templated", "claims": good(&process, ACME, "x") });
    let again = show(app, &process, nameless).await.expect(201).json();
    let again = app.anybody.with_bearer(again["session"].as_str().unwrap());
    assert_eq!(again.get("/api/v1/session").await.expect(200).json()["user"], known["user"]);
    let mut nora = good(&process, ACME, "nora@acme.example");
    nora["oid"] = json!(ACME);
    let nora = show(app, &process, minted(&nora)).await.expect(201).json();
    let nora = app.anybody.with_bearer(nora["session"].as_str().unwrap());
    assert_eq!(nora.get("/api/v1/session").await.expect(200).json()["user"]["role"], "sender");
}

async fn whatever_is_wrong_with_a_token_the_answer_is_the_same(app: &App) {
    let process = OpenIdProvider::start().await;
    add(app, &app.acme, provider(&process, ACME, "acme.example")).await;
    let good = good(&process, ACME, "anna@acme.example");
    let seconds = SystemClock.now().unix_millis() / 1_000;
    let claims = |name: &str, value: Value| {
        let mut claims = good.clone();
        claims[name] = value;
        minted(&claims)
    };
    let signed = |alg: &str, key: &str, header: Value| json!({ "alg": alg, "key": key, "header": header, "claims": good });
    let mut bodies = Vec::new();
    // Whether the tenant is known whose log it can be written in.
    for (mint, audited) in [
        (claims("exp", json!(seconds - 70)), true),
        (claims("nbf", json!(seconds + 3_600)), true),
        (claims("iss", json!("https://sts.windows.net/x")), true),
        (claims("aud", json!("another")), false),
        (claims("aud", json!([CLIENT])), false),
        (claims("tid", json!(GLOBEX)), false),
        (claims("tid", json!(null)), false),
        (claims("oid", json!(null)), true),
        (claims("ver", json!("1.0")), true),
        (claims("scp", json!(null)), true),
        (claims("scp", json!("User.Read")), true),
        (claims("azp", json!(OBJECT)), true),
        (claims("idtyp", json!("app")), true),
        (claims("xms_edov", json!(false)), true),
        (claims("email", json!("anna@globex.example")), true),
        (claims("padding", json!("x".repeat(30_000))), false),
        (signed("none", "entra-templated", json!({})), false),
        (signed("HS256", "entra-templated", json!({})), false),
        (signed("PS256", "entra-templated", json!({})), true),
        (signed("RS256", "entra-msa", json!({})), true),
        (signed("RS256", "entra-exact", json!({})), true),
        (signed("RS256", "other", json!({ "kid": "entra-templated" })), true),
        (signed("RS256", "entra-templated", json!({ "kid": null })), true),
    ] {
        let before = refusals(app).await;
        let answer = show(app, &process, mint.clone()).await;
        answer.problem(401, "credentials_wrong");
        assert_eq!(refusals(app).await - before, usize::from(audited), "{mint:.300}");
        bodies.push(answer.unnamed());
    }
    let token = process.mint(minted(&good)).await;
    for text in ["", "x", "a.b.c", &token[..token.len() - 1], &format!("{token}x"), app.anna.bearer()] {
        let answer = app.anybody.post_json(PATH, &json!({ "token": text })).await;
        answer.problem(401, "credentials_wrong");
        bodies.push(answer.unnamed());
    }
    bodies.dedup();
    assert_eq!(bodies.len(), 1);
    for body in [json!({}), json!({ "token": 7 }), json!({ "token": token, "more": 1 }), json!([])] {
        app.anybody.post_json(PATH, &body).await.problem(400, "invalid_request");
    }
    app.anybody.post_json(PATH, &json!({ "token": token })).await.expect(201);
    // Nobody's keys: the caller can do nothing about it, and it is no fault of his.
    process.break_paths(&["/common/discovery/v2.0/keys"]).await;
    app.anybody.post_json(PATH, &json!({ "token": token })).await.expect(201);
}

async fn a_directory_speaks_for_its_own_tenant_only(app: &App) {
    let process = OpenIdProvider::start().await;
    add(app, &app.acme, provider(&process, ACME, "acme.example globex.example")).await;
    add(app, &app.globex, provider(&process, GLOBEX, "globex.example acme.example")).await;
    for (directory, tenant) in [(ACME, "acme"), (GLOBEX, "globex")] {
        // The same object, with the address of somebody of the other tenant.
        let claims = good(&process, directory, "gina@globex.example");
        let session = show(app, &process, minted(&claims)).await.expect(201).json();
        let client = app.anybody.with_bearer(session["session"].as_str().unwrap());
        let known = client.get("/api/v1/session").await.expect(200).json();
        assert_eq!(known["tenant"]["slug"], tenant);
    }
    let grant = app.auth.danger_operator(&app.globex).await.unwrap();
    let taken = app.auth.add_identity_provider(&grant, provider(&process, ACME, "globex.example")).await;
    assert!(matches!(taken, Err(sealpost_auth::AuthError::Exists)), "{taken:?}");
}

async fn only_the_operator_says_whose_a_directory_is(app: &App) {
    let process = OpenIdProvider::start().await;
    let owner = app.signed_in(&app.admin).await;
    let path = "/api/v1/admin/identity-providers";
    let mut new = json!({
        "kind": "entra", "label": "x", "client_id": CLIENT, "entra_tenant": GLOBEX, "for_users": true,
        "domains": ["globex.example"], "provisions": true,
    });
    let added = owner.post_json(path, &new).await.expect(201).json();
    assert_eq!(added["for_addin"], false);
    assert_eq!(added["issuer"], "https://login.microsoftonline.com");
    show(app, &process, minted(&good(&process, GLOBEX, "gina@globex.example")))
        .await
        .problem(401, "credentials_wrong");
    new["issuer"] = json!(process.issuer());
    owner.post_json(path, &new).await.problem(403, "forbidden");
    new["issuer"] = json!(null);
    new["for_addin"] = json!(true);
    owner.post_json(path, &new).await.problem(400, "invalid_request");
    let change = json!({ "for_addin": true });
    let path = format!("{path}/{}", added["id"].as_str().unwrap());
    owner.request(Method::PATCH, &path).json(&change).await.problem(400, "invalid_request");
}
