//! `/api/v1/admin/audit`

use sealpost_domain::{Clock as _, Job, Role};
use sealpost_tenancy::FileVerifier;
use sealpost_test_support::{
    app::{App, eventually},
    claims,
};
use serde_json::{Value, json};

claims![
    auditors_read_what_happened_to_whom_and_from_where,
    pages_have_every_entry_once_newest_first,
    entries_are_found_by_kind_and_time_each_of_them_once,
    what_was_purged_leaves_its_entries_and_nobodys_name,
    senders_and_other_tenants_read_nothing,
    an_export_verifies_with_the_key_that_the_service_shows,
];

async fn page(app: &App, query: &str) -> Value {
    app.admin.get(&format!("/api/v1/admin/audit{query}")).await.expect(200).json()
}

fn kinds(page: &Value) -> Vec<&str> {
    page["entries"].as_array().unwrap().iter().map(|entry| entry["kind"].as_str().unwrap()).collect()
}

async fn auditors_read_what_happened_to_whom_and_from_where(app: &App) {
    let sent = app.anna.sent(&[("plan.pdf", b"the plan")]).await;
    sent.link().enter().await.fetch(0).await;
    eventually("the download is noted", async || app.audit(app.acme.id, &sent.id).await.len() == 4).await;
    let new = json!({ "email": "alba@acme.example", "role": Role::Auditor });
    app.admin.post_json("/api/v1/admin/users", &new).await.expect(201);
    let auditor = app.client_of(&app.acme, "alba@acme.example").await;
    let path = format!("/api/v1/admin/audit?transfer={}", sent.id);
    let page = auditor.get(&path).await.expect(200).json();
    let expected = ["file.downloaded", "delivery.opened", "transfer.sent", "transfer.created"];
    assert_eq!(kinds(&page), expected);
    let downloaded = &page["entries"][0];
    assert_eq!(downloaded["personal"]["address"][0], *sent.link().email);
    assert_eq!(downloaded["personal"]["network"][0], "127.0.0.1");
    assert_eq!((&downloaded["details"]["times"], &downloaded["transfer"]), (&1.into(), &(*sent.id).into()));
    assert_eq!(downloaded["details"].get("personal"), None);
    assert_eq!(page.get("next"), None);
}

async fn pages_have_every_entry_once_newest_first(app: &App) {
    for _ in 0..3 {
        app.anna.draft().await;
    }
    let head = app.db.read().await.unwrap().audit_head(app.acme.id).await.unwrap().unwrap().seq;
    let (mut seen, mut query) = (Vec::new(), "?limit=2".to_owned());
    loop {
        let page = page(app, &query).await;
        seen.extend(page["entries"].as_array().unwrap().iter().map(|entry| entry["seq"].as_u64().unwrap()));
        match page.get("next") {
            Some(next) => query = format!("?limit=2&before={next}"),
            None => break,
        }
    }
    assert_eq!(seen, (1..=head).rev().collect::<Vec<_>>());
    for query in ["?limit=0", "?limit=201", "?before=x", "?transfer=x", "?who=x"] {
        app.admin.get(&format!("/api/v1/admin/audit{query}")).await.expect(400);
    }
}

async fn entries_are_found_by_kind_and_time_each_of_them_once(app: &App) {
    let now = || crate::support::rfc3339(app.clock.now());
    let mut times = Vec::new();
    for _ in 0..3 {
        app.clock.advance(std::time::Duration::from_secs(60));
        times.push(now());
        app.anna.draft().await;
        app.otto.draft().await;
    }
    let sent = app.anna.sent(&[("a", b"a")]).await;
    let (second, third) = (&times[1], &times[2]);
    for (query, found) in [
        ("?kind=transfer.created".to_owned(), 7),
        ("?kind=transfer.sent".to_owned(), 1),
        ("?kind=transfer.purged".to_owned(), 0),
        (format!("?kind=transfer.created&from={second}"), 5),
        (format!("?kind=transfer.created&to={second}"), 2),
        (format!("?kind=transfer.created&from={second}&to={third}"), 2),
        (format!("?from={second}&to={third}"), 2),
        (format!("?from={third}&to={second}"), 0),
        (format!("?transfer={}&kind=transfer.sent", sent.id), 1),
        (format!("?transfer={}&from={third}", sent.id), 2),
        (format!("?transfer={}&to={third}", sent.id), 0),
    ] {
        let page = page(app, &query).await;
        assert_eq!(kinds(&page).len(), found, "{query}");
    }
    // Pages go on where the one before has ended, and a number beyond the log's end begins at its end.
    for filter in ["kind=transfer.created".to_owned(), format!("from={second}"), format!("to={third}")] {
        let all = page(app, &format!("?{filter}&before=1000000&limit=200")).await;
        let seqs = |page: &Value| {
            let entries = page["entries"].as_array().unwrap().iter();
            entries.map(|entry| entry["seq"].as_u64().unwrap()).collect::<Vec<_>>()
        };
        let (mut seen, mut query) = (Vec::new(), format!("?{filter}&limit=2"));
        loop {
            let page = page(app, &query).await;
            seen.extend(seqs(&page));
            match page.get("next") {
                Some(next) => query = format!("?{filter}&limit=2&before={next}"),
                None => break,
            }
        }
        assert_eq!(seen, seqs(&all), "{filter}");
        assert!(seen.len() > 2 && seen.is_sorted_by(|a, b| a > b), "{filter}: {seen:?}");
    }
    for query in [
        "?kind=transfer.stolen",
        "?kind=",
        "?from=yesterday",
        "?to=1",
        "?rule=x&kind=transfer.sent",
        "?rule=x&from=2026-01-01T00:00:00Z",
    ] {
        app.admin.get(&format!("/api/v1/admin/audit{query}")).await.problem(400, "invalid_request");
    }
}

async fn what_was_purged_leaves_its_entries_and_nobodys_name(app: &App) {
    let sent = app.anna.sent(&[("plan.pdf", b"the plan")]).await;
    app.anna.purge(&sent.id).await.expect(204);
    let page = page(app, &format!("?transfer={}", sent.id)).await;
    assert_eq!(
        kinds(&page),
        ["transfer.purged", "transfer.purge_started", "transfer.sent", "transfer.created"]
    );
    assert!(page["entries"].as_array().unwrap().iter().all(|entry| entry.get("personal").is_none()));
}

async fn senders_and_other_tenants_read_nothing(app: &App) {
    let sent = app.anna.sent(&[("plan.pdf", b"the plan")]).await;
    for path in ["/api/v1/admin/audit", "/api/v1/admin/audit/export", "/api/v1/admin/audit/key"] {
        app.anna.get(path).await.expect(403);
        app.anybody.get(path).await.expect(401);
    }
    let path = format!("/api/v1/admin/audit?transfer={}", sent.id);
    assert_eq!(kinds(&app.rival.get(&path).await.expect(200).json()), [""; 0]);
}

async fn an_export_verifies_with_the_key_that_the_service_shows(app: &App) {
    app.anna.sent(&[("plan.pdf", b"the plan")]).await;
    app.run_jobs().await;
    app.run(Job::CheckpointAudit).await;
    let export = app.admin.get("/api/v1/admin/audit/export").await.expect(200).text();
    let key = app.admin.get("/api/v1/admin/audit/key").await.expect(200).json();
    let key = key["key"].as_str().unwrap().parse().unwrap();
    let mut file = FileVerifier::new().signed_by(key);
    for line in export.lines() {
        file.line(line).unwrap();
    }
    let verified = file.finish().unwrap();
    assert_eq!((verified.signed, verified.fitting), (verified.last.seq - 1, 1));
    assert_eq!(kinds(&page(app, "?limit=1").await), ["audit.exported"]);
    app.admin.get("/api/v1/admin/audit/export?from=yesterday").await.expect(400);
}
