//! The operator's support looks in: allowed by an owner, opened at the machine, used, withdrawn.

use reqwest::{Method, StatusCode};
use sealpost_db::{AuditEntry, Db};
use serde_json::{Value, json};

use crate::support::{Api, Service, run, run_ok};

const PASSWORD: &str = "Quitte im Nebel 7";
const LEAVES: &str = "/api/v1/admin/support-access";
const LICENCE: &str = "/api/v1/admin/licence";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn support_gets_in_as_far_and_as_long_as_an_owner_lets_it() {
    let service = Service::start().await;
    let open =
        || service.command(["support", "open", "--tenant", "demo", "--expires-in", "2h", "--dev", "dev"]);
    let refused = run(&mut open()).await;
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(refused.stderr.contains("no owner has allowed") && refused.stdout.is_empty(), "{refused:?}");

    let sent = service.api().draft(&["anna@example.org"]).await;
    let owner = owner(&service).await;
    let leave = owner.post(LEAVES, &json!({ "hours": 1, "reason": "Ticket 17" })).await;
    let opened = run(&mut open()).await;
    assert_eq!(opened.code, Some(0), "{opened:?}");
    // Two hours were asked for; the leave lasts one.
    let ends = leave["expires_at"].as_str().unwrap();
    assert!(opened.stderr.contains(&ends[..16]), "{ends}: {}", opened.stderr);
    let token = opened.stdout.trim().to_owned();
    assert!(token.starts_with("su_"), "{token}");

    let support = Api::new(service.base_url(), &token);
    assert_eq!(status(&support, Method::GET, LICENCE).await, StatusCode::OK);
    assert_eq!(status(&support, Method::GET, "/api/v1/admin/policy").await, StatusCode::OK);
    for (method, path) in [
        (Method::GET, "/api/v1/admin/users"),
        (Method::GET, LEAVES),
        (Method::POST, "/api/v1/transfers"),
        (Method::GET, "/api/v1/account/tokens"),
    ] {
        assert_eq!(status(&support, method, path).await, StatusCode::FORBIDDEN, "{path}");
    }
    let of_sender = format!("/api/v1/transfers/{sent}");
    let answer = status(&support, Method::GET, &of_sender).await;
    assert!(matches!(answer, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND), "{answer}");

    let path = format!("{LEAVES}/{}", leave["id"].as_str().unwrap());
    assert_eq!(status(&owner, Method::DELETE, &path).await, StatusCode::NO_CONTENT);
    assert_eq!(status(&support, Method::GET, LICENCE).await, StatusCode::UNAUTHORIZED);
    assert_eq!(run(&mut open()).await.code, Some(1));

    let log = log(&service).await;
    let kinds: Vec<_> = log.iter().map(|entry| entry.kind.as_str()).collect();
    let used = ["support.used"; 7];
    let expected = [
        &["support.refused", "support.allowed", "support.opened"][..],
        &used,
        &["support.withdrawn", "support.refused", "support.refused"],
    ];
    assert_eq!(kinds, expected.concat());
    for entry in &log {
        let payload: Value = serde_json::from_str(&entry.payload).unwrap();
        let by_owner = matches!(entry.kind.as_str(), "support.allowed" | "support.withdrawn");
        assert_eq!(payload["by"] == "operator", !by_owner, "{}: {payload}", entry.kind);
        assert!(!entry.payload.contains("Ticket") && !entry.payload.contains(&token[3..]), "{payload}");
    }
}

/// The demo tenant's owner, who has just shown her password.
async fn owner(service: &Service) -> Api {
    let words = ["user", "password-reset", "admin@demo.example", "--tenant", "demo", "--dev", "dev"];
    let link = run_ok(&mut service.command(words)).await;
    let token = link.trim().rsplit('/').next().unwrap();
    let nobody = Api::new(service.base_url(), "none");
    let reset = json!({ "token": token, "password": PASSWORD });
    let set = nobody.request(Method::POST, "/api/v1/signin/reset").json(&reset).send().await.unwrap();
    assert_eq!(set.status(), StatusCode::NO_CONTENT);
    let shown = json!({ "tenant": "demo", "email": "admin@demo.example", "password": PASSWORD });
    let begun = nobody.post("/api/v1/signin", &shown).await;
    Api::new(service.base_url(), begun["session"].as_str().unwrap())
}

async fn status(api: &Api, method: Method, path: &str) -> StatusCode {
    api.request(method, path).json(&json!({})).send().await.unwrap().status()
}

/// What the demo tenant's log says of support.
async fn log(service: &Service) -> Vec<AuditEntry> {
    let db = Db::open(&service.database_url().parse().unwrap()).await.unwrap();
    let mut conn = db.read().await.unwrap();
    let demo = conn.tenant_by_slug(&"demo".parse().unwrap()).await.unwrap().unwrap();
    let mut entries = conn.audit_after(demo.id, 0, 10_000).await.unwrap();
    entries.retain(|entry| entry.kind.starts_with("support."));
    entries
}
