//! `/healthz`, `/readyz`, and what is answered everywhere.

use sealpost_test_support::{
    app::{App, Method},
    claims,
    faulty_store::{Effect, Operation, When},
};
use serde_json::json;

claims![
    a_service_says_that_it_lives_and_whether_it_can_work,
    a_head_is_answered_wherever_a_get_is,
    what_is_not_there_is_a_problem_like_any_other,
    every_answer_carries_what_keeps_browsers_in_line,
    the_description_is_served_as_it_is_in_the_repository,
    requests_that_are_no_http_are_refused,
];

async fn a_service_says_that_it_lives_and_whether_it_can_work(app: &App) {
    for path in ["/healthz", "/readyz"] {
        assert_eq!(app.anybody.get(path).await.expect(200).json(), json!({"status": "ok"}));
    }
    app.blobs.inject(Operation::Health, When::Always, Effect::Fail);
    app.anybody.get("/healthz").await.expect(200);
    let refused = app.anybody.get("/readyz").await;
    refused.problem(503, "unavailable");
    assert!(!refused.text().contains("injected"), "causes are for the log");
    app.blobs.clear();
    app.anybody.get("/readyz").await.expect(200);
}

async fn a_head_is_answered_wherever_a_get_is(app: &App) {
    let id = app.anna.draft().await;
    let transfer = format!("/api/v1/transfers/{id}");
    for path in
        ["/healthz", "/readyz", "/api/v1/openapi.json", "/assets/page.css", "/api/v1/transfers", &transfer]
    {
        let (get, head) = (app.anna.get(path).await.expect(200), app.anna.head(path).await.expect(200));
        assert!(head.body.is_empty(), "{path}");
        for name in ["content-type", "content-length", "cache-control"] {
            assert_eq!(head.header(name), get.header(name), "{path} {name}");
        }
    }
    app.anybody.head("/api/v1/transfers").await.bare(401);
    app.anna.head("/api/v1/links/open").await.bare(405);
    app.anna.head("/nothing").await.bare(404);
}

async fn what_is_not_there_is_a_problem_like_any_other(app: &App) {
    for path in [
        "/index.html",
        "/web/",
        "/web/nothing.js",
        "/api",
        "/api/v1",
        "/api/v1/transfers/",
        "/api/v1/nothing",
        "/.env",
        "/metrics",
        "/t/",
        "/%00",
    ] {
        app.anna.get(path).await.problem(404, "not_found");
    }
    for (method, path, allowed) in [
        (Method::PUT, "/api/v1/transfers", "GET, HEAD, POST"),
        (Method::GET, "/api/v1/links/open", "POST"),
        (Method::TRACE, "/healthz", "GET, HEAD"),
        (Method::POST, "/readyz", "GET, HEAD"),
        (Method::DELETE, "/api/v1/openapi.json", "GET, HEAD"),
    ] {
        let refused = app.anna.request(method, path).await;
        refused.problem(405, "method_not_allowed");
        assert_eq!(refused.header("allow"), Some(allowed), "{path}");
    }
}

async fn every_answer_carries_what_keeps_browsers_in_line(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    let answers = [
        app.anybody.get("/healthz").await,
        app.anybody.get("/nothing").await,
        app.anna.get("/api/v1/transfers").await,
        app.anybody.get("/api/v1/transfers").await,
        sent.link().page().await,
        sent.link().open().await,
        sent.link().enter().await.content(0).await,
        app.anybody.get("/assets/page.css").await,
    ];
    for answer in answers {
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{}", answer.asked);
        }
        let policy = answer.header("content-security-policy").unwrap();
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
        let public = answer.asked.contains("/assets/");
        assert_eq!(answer.header("cache-control") == Some("no-store"), !public, "{}", answer.asked);
        assert!(answer.header("x-request-id").is_some());
        assert_eq!(answer.header("server"), None);
        assert_eq!(answer.header("access-control-allow-origin"), None);
    }
}

async fn the_description_is_served_as_it_is_in_the_repository(app: &App) {
    let served = app.anybody.get("/api/v1/openapi.json").await.expect(200);
    assert_eq!(served.header("content-type"), Some("application/json"));
    let snapshot = include_str!("../../docs/openapi.json");
    assert_eq!(served.text(), snapshot);
}

async fn requests_that_are_no_http_are_refused(app: &App) {
    for request in [
        "GET\r\n\r\n".to_owned(),
        "\u{0}\u{1}\u{2}\r\n\r\n".to_owned(),
        format!("GET /healthz HTTP/1.1\r\nhost: x\r\nx: {}\r\n\r\n", "y".repeat(200_000)),
        "POST /api/v1/transfers HTTP/1.1\r\nhost: x\r\ncontent-length: -5\r\n\r\n".to_owned(),
        "POST /api/v1/transfers HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n".to_owned(),
        "POST /api/v1/transfers HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"
            .to_owned(),
    ] {
        let mut raw = app.connect().await;
        raw.try_say(request).await;
        let heard = raw.hear_head().await;
        assert!(heard.is_empty() || heard.starts_with("HTTP/1.1 4"), "{heard}");
    }
    app.anybody.get("/healthz").await.expect(200);
}
