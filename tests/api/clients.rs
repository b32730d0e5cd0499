//! `/api/v1/admin/clients` and `/api/v1/oauth/token`: programs that sign in by themselves.

use std::time::Duration;

use data_encoding::BASE64;
use sealpost_domain::{Role, Scope, Scopes};
use sealpost_test_support::{
    app::{Answer, App, Client, DAY, HOUR, Options, Sender},
    claims,
};
use serde_json::{Value, json};

claims![
    a_client_gets_a_token_and_acts_as_its_user,
    the_secret_is_shown_in_the_header_or_in_the_form_and_not_in_both,
    a_token_is_worth_what_client_and_user_are_worth_now,
    a_token_ends_after_an_hour,
    two_secrets_count_for_a_while_and_then_one,
    whoever_is_taken_back_is_nobody_at_once,
    whatever_is_wrong_with_a_client_the_answer_is_the_same,
    whatever_is_wrong_with_an_access_token_the_answer_is_the_same,
    requests_that_are_none_are_answered_as_oauth_says,
    an_admin_makes_no_client_that_is_worth_more_than_he_is,
    only_who_has_shown_a_credential_makes_clients,
    clients_of_another_tenant_are_not_there,
    attempts_are_limited_by_network with Options {
        auth: sealpost_auth::AuthLimits {
            rates: sealpost_auth::Rates { network: sealpost_auth::Rate::per_minute(5), ..sealpost_auth::Rates::unlimited() },
            ..Options::default().auth
        },
        ..Options::default()
    },
];

const TOKEN: &str = "/api/v1/oauth/token";

/// A client and its secret.
struct Made {
    id: String,
    secret: String,
}

async fn create(app: &App, by: &Client, acts_as: &Sender, scopes: &str) -> Answer {
    let wish = json!({ "name": "Robot", "user_id": app.user_id(acts_as).await, "scopes": scopes });
    by.post_json("/api/v1/admin/clients", &wish).await
}

async fn made(app: &App, acts_as: &Sender, scopes: &str) -> Made {
    let owner = app.signed_in(&app.admin).await;
    read(&create(app, &owner, acts_as, scopes).await.expect(201))
}

fn read(answer: &Answer) -> Made {
    let made = answer.json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    Made { id: text(&made["client"]["id"]), secret: text(&made["secret"]) }
}

async fn ask(app: &App, body: &str) -> Answer {
    let form = app.anybody.post(TOKEN).header("content-type", "application/x-www-form-urlencoded");
    form.body(body.to_owned()).await
}

async fn show(app: &App, made: &Made) -> Answer {
    ask(app, &format!("grant_type=client_credentials&client_id={}&client_secret={}", made.id, made.secret))
        .await
}

async fn token(app: &App, made: &Made) -> Client {
    let answer = show(app, made).await.expect(200).json();
    app.anybody.with_bearer(answer["access_token"].as_str().unwrap())
}

/// A client that acts as somebody, with a token.
pub(crate) async fn acting_as(app: &App, who: &Sender, scopes: &str) -> Client {
    token(app, &made(app, who, scopes).await).await
}

async fn a_client_gets_a_token_and_acts_as_its_user(app: &App) {
    let robot = made(app, &app.anna, "send read").await;
    let answer = show(app, &robot).await.expect(200);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let access = answer.json();
    assert_eq!((&access["token_type"], &access["expires_in"]), (&json!("Bearer"), &json!(3_600)));
    assert_eq!(access["scope"], "send read");
    assert!(access["access_token"].as_str().unwrap().starts_with("sc_") && robot.secret.starts_with("cs_"));
    let robot = app.anybody.with_bearer(access["access_token"].as_str().unwrap());
    let transfer = robot.post_json("/api/v1/transfers", &json!({})).await.expect(201).json();
    let path = format!("/api/v1/transfers/{}", transfer["id"].as_str().unwrap());
    app.anna.get(&path).await.expect(200);
    app.otto.get(&path).await.expect(404);
    // It is no person: it has no account, and no admin's rights.
    robot.get("/api/v1/account/tokens").await.problem(403, "forbidden");
    robot.get("/api/v1/admin/users").await.problem(403, "forbidden");
    robot.get("/scim/v2/Users").await.expect(403);
    let list = app.admin.get("/api/v1/admin/clients").await.expect(200).json();
    assert_eq!(list["clients"][0]["scopes"], "send read");
    assert!(!list.to_string().contains("cs_"));
}

async fn the_secret_is_shown_in_the_header_or_in_the_form_and_not_in_both(app: &App) {
    let robot = made(app, &app.anna, "send").await;
    let line = format!("Basic {}", BASE64.encode(format!("{}:{}", robot.id, robot.secret).as_bytes()));
    let ask = async |body: &str| {
        let form = app
            .anybody
            .post(TOKEN)
            .header("content-type", "application/x-www-form-urlencoded; charset=utf-8");
        form.header("authorization", &line).body(body.to_owned()).await
    };
    ask("grant_type=client_credentials").await.expect(200);
    ask(&format!("grant_type=client_credentials&client_id={}", robot.id)).await.expect(200);
    let both = format!("grant_type=client_credentials&client_id={}&client_secret={}", robot.id, robot.secret);
    assert_eq!(ask(&both).await.expect(400).json()["error"], "invalid_request");
}

async fn a_token_is_worth_what_client_and_user_are_worth_now(app: &App) {
    let robot = made(app, &app.anna, "send read").await;
    let only_read = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}&scope=read",
        robot.id, robot.secret
    );
    let reader = ask(app, &only_read).await.expect(200).json();
    assert_eq!(reader["scope"], "read");
    let reader = app.anybody.with_bearer(reader["access_token"].as_str().unwrap());
    reader.post_json("/api/v1/transfers", &json!({})).await.problem(403, "forbidden");
    reader.get("/api/v1/transfers").await.expect(200);
    for scope in ["admin", "send admin", "root", "%20"] {
        let wish = only_read.replace("scope=read", &format!("scope={scope}"));
        assert_eq!(ask(app, &wish).await.expect(400).json()["error"], "invalid_scope", "{scope}");
    }
    let sender = token(app, &robot).await;
    let grant = app.auth.danger_operator(&app.acme).await.unwrap();
    let anna = app.user_id(&app.anna).await;
    let change = sealpost_tenancy::UserChange { role: Some(Role::Auditor), ..Default::default() };
    app.tenancy().change_user(&grant, anna, change).await.unwrap();
    sender.get("/api/v1/transfers").await.problem(403, "forbidden");
    sender.post_json("/api/v1/transfers", &json!({})).await.problem(403, "forbidden");
    let change = sealpost_tenancy::UserChange { disabled: Some(true), ..Default::default() };
    app.tenancy().change_user(&grant, anna, change).await.unwrap();
    sender.get("/api/v1/transfers").await.problem(401, "unauthorized");
    assert_eq!(show(app, &robot).await.expect(401).json()["error"], "invalid_client");
}

async fn a_token_ends_after_an_hour(app: &App) {
    let robot = made(app, &app.anna, "read").await;
    let access = token(app, &robot).await;
    app.clock.advance(HOUR - Duration::from_secs(1));
    access.get("/api/v1/transfers").await.expect(200);
    app.clock.advance(Duration::from_secs(1));
    access.get("/api/v1/transfers").await.problem(401, "unauthorized");
    token(app, &robot).await.get("/api/v1/transfers").await.expect(200);
}

async fn two_secrets_count_for_a_while_and_then_one(app: &App) {
    let first = made(app, &app.anna, "read").await;
    let owner = app.signed_in(&app.admin).await;
    let path = format!("/api/v1/admin/clients/{}/secret", first.id);
    let second = read(&owner.post_json(&path, &json!({})).await.expect(200));
    assert_eq!(second.id, first.id);
    show(app, &first).await.expect(200);
    show(app, &second).await.expect(200);
    app.clock.advance(DAY);
    show(app, &first).await.expect(401);
    show(app, &second).await.expect(200);
    let owner = app.signed_in(&app.admin).await;
    let third = read(&owner.post_json(&path, &json!({ "overlap_seconds": 0 })).await.expect(200));
    show(app, &second).await.expect(401);
    show(app, &third).await.expect(200);
    owner.post_json(&path, &json!({ "overlap_seconds": 604_801 })).await.problem(400, "invalid_request");
}

async fn whoever_is_taken_back_is_nobody_at_once(app: &App) {
    let robot = made(app, &app.anna, "read").await;
    let access = token(app, &robot).await;
    let path = format!("/api/v1/admin/clients/{}", robot.id);
    app.admin.delete(&path).await.expect(204);
    app.admin.delete(&path).await.problem(404, "not_found");
    access.get("/api/v1/transfers").await.problem(401, "unauthorized");
    show(app, &robot).await.expect(401);
    let list = app.admin.get("/api/v1/admin/clients").await.expect(200).json();
    assert!(list["clients"][0]["revoked_at"].is_string());
}

async fn refusals(app: &App) -> usize {
    let entries = app.db.read().await.unwrap().audit_after(app.acme.id, 0, 10_000).await.unwrap();
    entries.iter().filter(|entry| entry.kind == "client.refused").count()
}

async fn whatever_is_wrong_with_a_client_the_answer_is_the_same(app: &App) {
    let robot = made(app, &app.anna, "read").await;
    let other = made(app, &app.anna, "read").await;
    let revoked = made(app, &app.anna, "read").await;
    app.admin.delete(&format!("/api/v1/admin/clients/{}", revoked.id)).await.expect(204);
    let wrong = |id: &str, secret: &str| Made { id: id.to_owned(), secret: secret.to_owned() };
    let cases = [
        (wrong(&robot.id, &other.secret), 1),
        (wrong(&robot.id, ""), 0),
        (wrong(&robot.id, "x"), 1),
        (wrong(&robot.id, &robot.secret[..robot.secret.len() - 1]), 1),
        (wrong(&robot.id, &format!("{}A", robot.secret)), 1),
        (wrong(&robot.id, &"A".repeat(6_000)), 1),
        (wrong(&robot.id, app.anna.bearer()), 1),
        (wrong(&revoked.id, &revoked.secret), 1),
        (wrong("0190a000-0000-7000-8000-000000000001", &robot.secret), 0),
        (wrong("anna@acme.example", &robot.secret), 0),
        (wrong("%00", &robot.secret), 0),
    ];
    let mut answers = Vec::new();
    for (shown, noted) in cases {
        let before = refusals(app).await;
        let answer = show(app, &shown).await.expect(401);
        assert!(answer.header("www-authenticate").unwrap().starts_with("Basic"));
        answers.push(answer.unnamed());
        assert_eq!(refusals(app).await - before, noted, "{} {}", shown.id, shown.secret.len());
    }
    answers.dedup();
    assert_eq!(answers, [r#"{"error":"invalid_client"}"#]);
}

async fn whatever_is_wrong_with_an_access_token_the_answer_is_the_same(app: &App) {
    let robot = made(app, &app.anna, "read").await;
    let good = token(app, &robot).await.bearer().to_owned();
    let mut answers = Vec::new();
    for text in [
        "sc_",
        "sc_AAAA",
        &good[..good.len() - 1],
        &format!("{good}A"),
        &good.replacen("sc_", "sp_", 1),
        &good.replacen("sc_", "ss_", 1),
        &format!("sc_{}", "A".repeat(4_000)),
        robot.secret.as_str(),
    ] {
        let answer = app.anybody.with_bearer(text).get("/api/v1/transfers").await;
        answer.problem(401, "unauthorized");
        answers.push(answer.unnamed());
    }
    answers.dedup();
    assert_eq!(answers.len(), 1);
    // Nor does a browser's cookie carry one.
    let cookie = format!("sealpost-session={good}");
    app.anybody.get("/api/v1/transfers").header("cookie", cookie).await.problem(401, "unauthorized");
    app.anybody.with_bearer(&good).get("/api/v1/transfers").await.expect(200);
}

async fn requests_that_are_none_are_answered_as_oauth_says(app: &App) {
    for (body, error) in [
        ("", "invalid_request"),
        ("grant_type=", "invalid_request"),
        ("grant_type=password&username=a&password=b", "unsupported_grant_type"),
        ("grant_type=client_credentials&grant_type=client_credentials", "invalid_request"),
        (&format!("grant_type=client_credentials&client_secret={}", "A".repeat(9_000)), "invalid_request"),
    ] {
        assert_eq!(ask(app, body).await.expect(400).json()["error"], error, "{}", body.len());
    }
    assert_eq!(ask(app, "grant_type=client_credentials").await.expect(401).json()["error"], "invalid_client");
    let json = app.anybody.post_json(TOKEN, &json!({ "grant_type": "client_credentials" })).await;
    assert_eq!(json.expect(400).json()["error"], "invalid_request");
    app.anybody.get(TOKEN).await.problem(405, "method_not_allowed");
}

async fn an_admin_makes_no_client_that_is_worth_more_than_he_is(app: &App) {
    let wish = json!({ "email": "ada@acme.example", "role": "admin" });
    app.admin.post_json("/api/v1/admin/users", &wish).await.expect(201);
    let ada = app.client_of(&app.acme, "ada@acme.example").await;
    create(app, &ada, &app.admin, "admin").await.problem(403, "forbidden");
    let own = json!({ "name": "Own", "user_id": ada.get("/api/v1/session").await.expect(200).json()["user"]["id"], "scopes": "scim" });
    ada.post_json("/api/v1/admin/clients", &own).await.expect(201);
    // And no client is given what its user may not do.
    for scopes in ["admin", "scim", "audit", "send admin"] {
        create(app, &ada, &app.anna, scopes).await.problem(403, "forbidden");
    }
    for scopes in ["", "root"] {
        create(app, &ada, &app.anna, scopes).await.problem(400, "invalid_request");
    }
}

async fn only_who_has_shown_a_credential_makes_clients(app: &App) {
    create(app, &app.admin, &app.anna, "read").await.problem(403, "step_up_needed");
    let robot = made(app, &app.admin, "admin").await;
    let robot = token(app, &robot).await;
    create(app, &robot, &app.anna, "read").await.problem(403, "step_up_needed");
    create(app, &app.signed_in(&app.anna).await, &app.anna, "read").await.problem(403, "forbidden");
    let read = app.token_of(&app.admin, Scopes::new([Scope::Read])).await;
    read.get("/api/v1/admin/clients").await.problem(403, "forbidden");
}

async fn clients_of_another_tenant_are_not_there(app: &App) {
    let robot = made(app, &app.anna, "read").await;
    let rival = app.signed_in(&app.rival).await;
    rival.delete(&format!("/api/v1/admin/clients/{}", robot.id)).await.problem(404, "not_found");
    let path = format!("/api/v1/admin/clients/{}/secret", robot.id);
    rival.post_json(&path, &json!({})).await.problem(404, "not_found");
    create(app, &rival, &app.anna, "read").await.problem(404, "not_found");
    assert_eq!(rival.get("/api/v1/admin/clients").await.expect(200).json(), json!({ "clients": [] }));
    token(app, &robot).await.get("/api/v1/transfers").await.expect(200);
}

async fn attempts_are_limited_by_network(app: &App) {
    for _ in 0..5 {
        ask(app, "grant_type=client_credentials&client_id=a&client_secret=b").await.expect(401);
    }
    let answer = ask(app, "grant_type=client_credentials&client_id=a&client_secret=b").await.expect(429);
    assert_eq!(answer.json()["error"], "temporarily_unavailable");
    assert!(answer.number("retry-after") >= 1);
}
