//! `GET /api/v1/addin/bootstrap`

use sealpost_auth::NewApiClient;
use sealpost_domain::{Clock as _, Scope, Scopes, SessionKind};
use sealpost_test_support::{
    app::{App, Client, DAY, HOUR, Method, Options},
    claims,
};
use serde_json::{Value, json};

use crate::{
    admin::licence::{Wish, install, licensed},
    people::audited,
    support::operator,
};

claims![
    whoever_may_send_is_told_within_which_rules,
    each_state_is_told_in_words with licensed(),
    the_words_are_in_the_callers_language with licensed(),
    a_suspended_tenant_is_told_so_and_nothing_else with licensed(),
    those_who_run_the_tenant_are_told_of_its_seats with licensed(),
    a_token_that_cannot_send_is_told_so,
    nobody_is_told_anything_without_a_credential with licensed(),
    whoever_has_the_answer_is_told_whether_it_has_changed with licensed(),
    what_recipients_may_be_asked_for_is_told_in_the_tenants_order,
    what_cannot_be_done_here_is_not_offered with without_sms(),
    an_api_client_of_a_suspended_tenant_is_told_so_and_nothing_else,
];

const PATH: &str = "/api/v1/addin/bootstrap";

/// An installation that has no gateway for text messages.
fn without_sms() -> Options {
    let mut options = Options::default();
    options.limits.sms = false;
    options
}

async fn told(client: &Client) -> Value {
    client.get(PATH).await.expect(200).json()
}

async fn whoever_may_send_is_told_within_which_rules(app: &App) {
    let answer = app.anna.get(PATH).await.expect(200);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let told = answer.json();
    assert_eq!((&told["state"], &told["may_send"]), (&json!("active"), &json!(true)));
    assert_eq!(told.get("message"), None);
    assert_eq!(told["user"]["email"], "anna@acme.example");
    assert_eq!(told["user"]["role"], "sender");
    assert_eq!(told["branding"]["name"], "acme");
    let policy = app.acme.policy.clone();
    assert_eq!(told["limits"]["max_files"], json!(policy.max_files));
    assert_eq!(told["policy"]["retention_max_seconds"], json!(policy.retention_max_seconds));
    assert_eq!(told.get("licence"), None, "that is for those who run the tenant");
    // An add-in's session is told the same, and so is a browser's.
    for kind in [SessionKind::Addin, SessionKind::Browser] {
        let session = app.session_of(&app.anna, kind).await;
        assert_eq!(self::told(&app.anybody.with_bearer(&session.bearer)).await, told);
    }
}

async fn each_state_is_told_in_words(app: &App) {
    let state = async |expected: &str, may_send: bool| {
        let told = told(&app.anna).await;
        assert_eq!((&told["state"], &told["may_send"]), (&json!(expected), &json!(may_send)));
        assert_eq!(told.get("message").is_some(), expected != "active", "{expected}");
        assert_eq!(told.get("grace_ends_at").is_some(), expected == "grace", "{expected}");
        told["message"].as_str().unwrap_or_default().to_owned()
    };
    let mut words = vec![state("not_activated", false).await];
    install(app, Wish { expires_at: app.clock.now() + DAY, grace_days: 1, ..Wish::of(app) }).await;
    state("active", true).await;
    let seat = format!("/api/v1/admin/users/{}/seat", app.user_id(&app.anna).await);
    app.admin.delete(&seat).await.expect(200);
    words.push(state("no_seat", false).await);
    app.admin.request(Method::PUT, &seat).await.expect(200);
    app.clock.advance(DAY + HOUR);
    words.push(state("grace", true).await);
    assert!(!words[2].contains('{'), "{}", words[2]);
    app.clock.advance(DAY);
    words.push(state("expired", false).await);
    words.sort();
    words.dedup();
    assert_eq!(words.len(), 4, "each is told in its own words: {words:?}");
}

async fn the_words_are_in_the_callers_language(app: &App) {
    let mut words = std::collections::BTreeSet::new();
    for (language, word) in
        [("en", "organisation"), ("de-AT, en;q=0.5", "Organisation"), ("nl", "organisatie")]
    {
        let told = app.anna.get(PATH).header("accept-language", language).await.expect(200).json();
        let message = told["message"].as_str().unwrap().to_owned();
        assert!(message.contains(word), "{language}: {message}");
        words.insert(message);
    }
    assert_eq!(words.len(), 3);
}

async fn a_suspended_tenant_is_told_so_and_nothing_else(app: &App) {
    let anna = app.user_id(&app.anna).await;
    let session = app.session_of(&app.anna, SessionKind::Addin).await;
    let addin = app.anybody.with_bearer(&session.bearer);
    app.tenancy().suspend(&operator(app, &app.acme).await).await.unwrap();
    for client in [&addin, &*app.anna] {
        let told = told(client).await;
        assert_eq!((&told["state"], &told["may_send"]), (&json!("suspended"), &json!(false)));
        client.get("/api/v1/transfers").await.problem(401, "unauthorized");
    }
    app.anybody.with_bearer("ss_nobody").get(PATH).await.problem(401, "unauthorized");
    // Whoever was disabled is nobody, whatever has become of his tenant.
    let mut tx = app.db.write().await.unwrap();
    tx.set_user_disabled(app.acme.id, anna, Some(app.clock.now())).await.unwrap();
    tx.commit().await.unwrap();
    addin.get(PATH).await.problem(401, "unauthorized");
}

async fn those_who_run_the_tenant_are_told_of_its_seats(app: &App) {
    install(app, Wish { seats: 2, ..Wish::of(app) }).await;
    let licence = told(&app.admin).await["licence"].clone();
    assert_eq!((&licence["seats_assigned"], &licence["seats_over"]), (&json!(3), &json!(1)));
    assert_eq!(licence, app.admin.get("/api/v1/admin/licence").await.expect(200).json());
}

async fn a_token_that_cannot_send_is_told_so(app: &App) {
    let reader = app.token_of(&app.anna, Scopes::new([Scope::Read])).await;
    let told = told(&reader).await;
    assert_eq!((&told["state"], &told["may_send"]), (&json!("active"), &json!(false)));
}

async fn nobody_is_told_anything_without_a_credential(app: &App) {
    let answers = [
        app.anybody.get(PATH).await,
        app.anybody.with_bearer("x").get(PATH).await,
        app.anybody.with_bearer(&app.anna.bearer()[..20]).get(PATH).await,
        app.anybody.with_bearer("su_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").get(PATH).await,
    ];
    for answer in &answers {
        answer.problem(401, "unauthorized");
        assert_eq!(answer.unnamed(), answers[0].unnamed());
    }
    app.anna.post(PATH).await.problem(405, "method_not_allowed");
}

async fn whoever_has_the_answer_is_told_whether_it_has_changed(app: &App) {
    let first = app.anna.get(PATH).await.expect(200);
    let etag = first.header("etag").expect("it is named").to_owned();
    assert_eq!(first.header("vary"), Some("Accept-Language"));
    for known in [etag.clone(), format!("W/{etag}"), format!("\"x\", {etag}"), "*".to_owned()] {
        let answer = app.anna.get(PATH).header("if-none-match", &known).await.expect(304);
        assert_eq!((answer.header("etag"), answer.body.len()), (Some(etag.as_str()), 0), "{known}");
    }
    let with = |name: &'static str, value: &'static str| {
        app.anna.get(PATH).header("if-none-match", &etag).header(name, value)
    };
    // In another language, for somebody else, by other rules, it is another answer.
    assert_ne!(with("accept-language", "de").await.expect(200).header("etag"), Some(etag.as_str()));
    app.otto.get(PATH).header("if-none-match", &etag).await.expect(200);
    app.anna.get(PATH).header("if-none-match", "\"x\"").await.expect(200);
    install(app, Wish::of(app)).await;
    let changed = with("accept", "*/*").await.expect(200);
    assert_eq!(
        (&changed.json()["state"], changed.header("etag") == Some(etag.as_str())),
        (&json!("active"), false)
    );
    // Nobody learns from a name whether it is somebody's.
    app.anybody.get(PATH).header("if-none-match", &etag).await.problem(401, "unauthorized");
}

async fn what_recipients_may_be_asked_for_is_told_in_the_tenants_order(app: &App) {
    let policy = &told(&app.anna).await["policy"];
    assert_eq!(policy["protections"], json!(app.acme.policy.protections));
    assert_eq!(policy["password_min_score"], json!(app.acme.policy.password_min_score));
    let offered = json!(["email_code", "password"]);
    app.change_settings(json!({ "protections": offered })).await;
    assert_eq!(told(&app.anna).await["policy"]["protections"], offered);
    let sent = app.anna.draft().await;
    assert_eq!(app.anna.transfer(&sent).await["protection"], "email_code", "the first is what counts");
}

async fn what_cannot_be_done_here_is_not_offered(app: &App) {
    let offered = told(&app.anna).await["policy"]["protections"].clone();
    assert_eq!(offered, json!(["none", "email_code", "password", "email_code_and_password"]));
}

async fn an_api_client_of_a_suspended_tenant_is_told_so_and_nothing_else(app: &App) {
    let client = of_client(app).await;
    assert_eq!(told(&client).await["state"], "active");
    let refused = audited(app, &app.acme, "client.refused").await;
    app.tenancy().suspend(&operator(app, &app.acme).await).await.unwrap();
    let told = told(&client).await;
    assert_eq!((&told["state"], &told["may_send"]), (&json!("suspended"), &json!(false)));
    client.get("/api/v1/transfers").await.problem(401, "unauthorized");
    assert_eq!(audited(app, &app.acme, "client.refused").await, refused + 1);
}

/// A program that has signed in as Anna.
async fn of_client(app: &App) -> Client {
    let new = NewApiClient {
        name: "import".to_owned(),
        user: app.user_id(&app.anna).await,
        scopes: Scopes::new([Scope::Send, Scope::Read]),
    };
    let operator = operator(app, &app.acme).await;
    let made = app.auth.create_api_client(&operator, new).await.unwrap();
    let access = app.auth.issue_access(&made.client.id.to_string(), &made.secret, None).await.unwrap();
    app.anybody.with_bearer(&access.bearer)
}
