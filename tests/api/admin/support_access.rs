//! `/api/v1/admin/support-access`, and what the operator's support may do with it

use std::time::Duration;

use sealpost_auth::SupportToken;
use sealpost_domain::Role;
use sealpost_test_support::{
    app::{App, Client, HOUR},
    claims,
};
use serde_json::{Value, json};

use crate::support::operator;

claims![
    without_an_owners_leave_support_has_nothing,
    support_reads_what_auditors_read_and_changes_nothing,
    a_leave_ends_with_its_time_and_so_does_what_rests_on_it,
    a_leave_that_is_withdrawn_ends_at_once,
    every_use_and_every_refusal_is_in_the_log,
    only_owners_who_have_stepped_up_give_leave,
    leaves_of_another_tenant_are_not_there,
    what_is_no_leave_is_refused,
    a_token_is_good_for_its_tenant_alone,
];

const PATH: &str = "/api/v1/admin/support-access";
const LICENCE: &str = "/api/v1/admin/licence";

async fn allow(app: &App, hours: u32) -> Value {
    let owner = app.signed_in(&app.admin).await;
    let wish = json!({ "hours": hours, "reason": "Ticket 17: uploads stall" });
    owner.post_json(PATH, &wish).await.expect(201).json()
}

async fn open(app: &App, lifetime: Duration) -> Option<SupportToken> {
    app.auth.open_support(&operator(app, &app.acme).await, lifetime).await.unwrap()
}

async fn support(app: &App) -> Client {
    app.anybody.with_bearer(&open(app, HOUR).await.expect("a leave").bearer)
}

async fn kinds(app: &App) -> Vec<String> {
    let entries = app.db.read().await.unwrap().audit_after(app.acme.id, 0, 1_000).await.unwrap();
    entries.into_iter().map(|entry| entry.kind).filter(|kind| kind.starts_with("support.")).collect()
}

async fn without_an_owners_leave_support_has_nothing(app: &App) {
    assert!(open(app, HOUR).await.is_none());
    // That another tenant's owner has given his does not help.
    let rival = app.signed_in(&app.rival).await;
    rival.post_json(PATH, &json!({ "hours": 1, "reason": "x" })).await.expect(201);
    assert!(open(app, HOUR).await.is_none());
    assert_eq!(kinds(app).await, ["support.refused", "support.refused"]);
}

async fn support_reads_what_auditors_read_and_changes_nothing(app: &App) {
    allow(app, 1).await;
    let support = support(app).await;
    support.get(LICENCE).await.expect(200);
    // Every route that asks for a user's token, but those for auditors.
    let description = app.anybody.get("/api/v1/openapi.json").await.expect(200).json();
    let auditors = [
        LICENCE,
        "/api/v1/admin/addin",
        "/api/v1/admin/audit",
        "/api/v1/admin/audit/export",
        "/api/v1/admin/audit/key",
        "/api/v1/admin/incidents",
        "/api/v1/admin/policy",
        "/api/v1/admin/policy/versions",
        "/api/v1/admin/portals",
        "/api/v1/admin/recoveries",
        "/api/v1/admin/reports",
        "/api/v1/admin/retention",
        "/api/v1/admin/transfers",
        "/api/v1/admin/transfers/export",
    ];
    let mut asked = 0;
    for (path, item) in description["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let asks = operation["security"].as_array().is_some_and(|all| {
                all.iter().any(|one| one.get("token").is_some() || one.get("session").is_some())
            });
            if !asks || (method == "get" && auditors.contains(&path.as_str())) {
                continue;
            }
            let mut path = path.clone();
            while let (Some(begin), Some(end)) = (path.find('{'), path.find('}')) {
                path.replace_range(begin..=end, "01980000-0000-7000-8000-000000000000");
            }
            let answer = support
                .request(method.to_uppercase().parse().unwrap(), &path)
                .header("tus-resumable", "1.0.0")
                .json(&json!({}))
                .await;
            let own = method == "get" && path == "/api/v1/transfers";
            assert!((400..=405).contains(&answer.status) || own, "{answer:?}");
            asked += 1;
        }
    }
    assert!(asked > 25, "{asked}");
}

async fn a_leave_ends_with_its_time_and_so_does_what_rests_on_it(app: &App) {
    let given = allow(app, 2).await;
    let long = open(app, 8 * HOUR).await.unwrap();
    let (short, long) = (support(app).await, app.anybody.with_bearer(&long.bearer));
    app.clock.advance(HOUR);
    short.get(LICENCE).await.problem(401, "unauthorized");
    long.get(LICENCE).await.expect(200);
    app.clock.advance(HOUR);
    long.get(LICENCE).await.problem(401, "unauthorized");
    assert!(open(app, HOUR).await.is_none());
    let id = given["id"].as_str().unwrap();
    app.admin.delete(&format!("{PATH}/{id}")).await.problem(404, "not_found");
}

async fn a_leave_that_is_withdrawn_ends_at_once(app: &App) {
    let given = allow(app, 72).await;
    let support = support(app).await;
    support.get(LICENCE).await.expect(200);
    let path = format!("{PATH}/{}", given["id"].as_str().unwrap());
    app.admin.delete(&path).await.expect(204);
    support.get(LICENCE).await.problem(401, "unauthorized");
    assert!(open(app, HOUR).await.is_none());
    app.admin.delete(&path).await.problem(404, "not_found");
    let listed = app.admin.get(PATH).await.expect(200).json();
    let listed = &listed["support_access"][0];
    assert_eq!((&listed["id"], &listed["reason"]), (&given["id"], &json!("Ticket 17: uploads stall")));
    assert!(listed["withdrawn_at"].is_string());
}

async fn every_use_and_every_refusal_is_in_the_log(app: &App) {
    let given = allow(app, 1).await;
    let support = support(app).await;
    support.get(LICENCE).await.expect(200);
    support.get("/api/v1/admin/users").await;
    app.clock.advance(HOUR);
    support.get(LICENCE).await.problem(401, "unauthorized");
    let expected = ["support.allowed", "support.opened", "support.used", "support.used", "support.refused"];
    assert_eq!(kinds(app).await, expected);
    let entries = app.db.read().await.unwrap().audit_after(app.acme.id, 0, 1_000).await.unwrap();
    for entry in entries.iter().filter(|entry| entry.kind.starts_with("support.")) {
        let payload: Value = serde_json::from_str(&entry.payload).unwrap();
        assert_eq!(payload["grant"], given["id"], "{}", entry.kind);
        assert!(!entry.payload.contains("Ticket"), "the reason may name people");
    }
}

async fn only_owners_who_have_stepped_up_give_leave(app: &App) {
    let wish = json!({ "hours": 1, "reason": "x" });
    app.anybody.post_json(PATH, &wish).await.problem(401, "unauthorized");
    app.anna.post_json(PATH, &wish).await.problem(403, "forbidden");
    app.admin.post_json(PATH, &wish).await.problem(403, "step_up_needed");
    let admin = json!({ "email": "mere@acme.example", "role": Role::Admin });
    app.admin.post_json("/api/v1/admin/users", &admin).await.expect(201);
    let mere = app.client_of(&app.acme, "mere@acme.example").await;
    mere.post_json(PATH, &wish).await.problem(403, "forbidden");
    mere.get(PATH).await.problem(403, "forbidden");
    let owner = app.signed_in(&app.admin).await;
    app.clock.advance(Duration::from_secs(601));
    owner.post_json(PATH, &wish).await.problem(403, "step_up_needed");
    assert!(kinds(app).await.is_empty());
}

async fn leaves_of_another_tenant_are_not_there(app: &App) {
    let given = allow(app, 1).await;
    let path = format!("{PATH}/{}", given["id"].as_str().unwrap());
    app.rival.delete(&path).await.problem(404, "not_found");
    let listed = app.rival.get(PATH).await.expect(200).json();
    assert_eq!(listed, json!({ "support_access": [] }));
    support(app).await.get(LICENCE).await.expect(200);
}

async fn what_is_no_leave_is_refused(app: &App) {
    let owner = app.signed_in(&app.admin).await;
    for wish in [
        json!({}),
        json!({ "hours": 1 }),
        json!({ "hours": 0, "reason": "x" }),
        json!({ "hours": 73, "reason": "x" }),
        json!({ "hours": -1, "reason": "x" }),
        json!({ "hours": 1.5, "reason": "x" }),
        json!({ "hours": 1, "reason": "  " }),
        json!({ "hours": 1, "reason": "two\nlines" }),
        json!({ "hours": 1, "reason": "x".repeat(501) }),
        json!({ "hours": 1, "reason": "x", "role": "owner" }),
    ] {
        owner.post_json(PATH, &wish).await.problem(400, "invalid_request");
    }
}

async fn a_token_is_good_for_its_tenant_alone(app: &App) {
    allow(app, 1).await;
    let token = open(app, HOUR).await.unwrap().bearer;
    let told = app.anybody.with_bearer(&token).get(LICENCE).await.expect(200).json();
    assert_eq!(told["seats_assigned"], 3, "Acme's, not Globex's");
    let wrong = [
        token[..token.len() - 1].to_owned(),
        format!("{token}A"),
        token.replace("su_", "sp_"),
        token.replace("su_", "ss_"),
        token.to_uppercase(),
        format!("su_{}", "A".repeat(43)),
        format!("su_{}", "A".repeat(4_000)),
    ];
    let nobody = app.anybody.get(LICENCE).await;
    for wrong in wrong {
        let answer = app.anybody.with_bearer(&wrong).get(LICENCE).await;
        answer.problem(401, "unauthorized");
        assert_eq!(answer.unnamed(), nobody.unnamed(), "one answer for all");
    }
}
