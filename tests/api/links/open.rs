//! `POST /api/v1/links/open`

use sealpost_domain::{Clock as _, Job};
use sealpost_test_support::{
    app::{App, DAY},
    claims,
};
use serde_json::{Value, json};

use crate::support::rfc3339;

claims![
    a_link_says_what_is_inside_if_nothing_more_is_needed,
    a_link_with_a_password_says_nothing_but_that,
    opening_changes_nothing,
    links_that_lead_nowhere_answer_alike,
    what_is_no_token_is_a_link_that_leads_nowhere,
    what_is_no_request_is_refused,
];

async fn a_link_says_what_is_inside_if_nothing_more_is_needed(app: &App) {
    let new = json!({
        "recipients": [{"email": "bert@example.org"}], "subject": "Plans", "message": "Two of them.", "max_downloads": 5,
    });
    let sent = app.anna.sent_as(&new, &[("plan.pdf", b"the plan")]).await;
    let opened = sent.link().open().await.expect(200).json();
    assert_eq!(
        (&opened["delivery_id"], &opened["protection"]),
        (&json!(sent.link().recipient), &json!("none"))
    );
    let mut transfer = opened["transfer"].clone();
    let archive_size = transfer.as_object_mut().unwrap().remove("archive_size").unwrap();
    assert!(archive_size.as_u64().unwrap() > 8);
    let expected = json!({
        "id": sent.link().recipient,
        "mode": "standard",
        "sender": {"email": "anna@acme.example", "name": "anna"},
        "subject": "Plans",
        "message": "Two of them.",
        "expires_at": rfc3339(app.clock.now() + 14 * DAY),
        "takes_replies": true,
        "downloads_left": 5,
        "files": [{
            "id": sent.transfer["files"][0]["id"],
            "name": "plan.pdf",
            "media_type": "application/octet-stream",
            "size": 8,
            "crc32": crc32fast::hash(b"the plan"),
        }],
        "byte_count": 8,
    });
    assert_eq!(transfer, expected);
}

async fn a_link_with_a_password_says_nothing_but_that(app: &App) {
    let new = json!({
        "recipients": [{"email": "bert@example.org"}], "subject": "Plans", "message": "secret", "password": "correct horse",
    });
    let sent = app.anna.sent_as(&new, &[("plan.pdf", b"the plan")]).await;
    let opened = sent.link().open().await.expect(200).json();
    assert_eq!(
        opened,
        json!({
            "delivery_id": sent.link().recipient, "mode": "standard", "sealed_to_key": false,
            "protection": "password", "needed": "password", "branding": opened["branding"], "remember_days": 30,
        })
    );
}

async fn opening_changes_nothing(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    app.run_jobs().await;
    let (before, log) = (app.anna.transfer(&sent.id).await, app.audit(app.acme.id, &sent.id).await);
    for _ in 0..5 {
        sent.link().open().await.expect(200);
        sent.link().page().await.expect(200);
        app.anybody.head(&sent.link().url).await.expect(200);
    }
    assert_eq!(app.anna.transfer(&sent.id).await, before);
    assert_eq!(app.audit(app.acme.id, &sent.id).await, log);
    assert_eq!(app.next_job_at().await, None);
}

/// Everything of an answer that a stranger could tell links apart by. The name of the request grows longer now and then.
fn seen(answer: &sealpost_test_support::app::Answer) -> (u16, String, Vec<(String, String)>) {
    let mut headers: Vec<_> = answer
        .headers
        .iter()
        .filter(|(name, _)| !["content-length", "date", "x-request-id"].contains(&name.as_str()))
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    headers.sort();
    (answer.status, answer.unnamed(), headers)
}

async fn links_that_lead_nowhere_answer_alike(app: &App) {
    let fresh = || app.anna.sent(&[("a", b"a")]);
    let (expired, purged, gone, blocked, cut_off) =
        (fresh().await, fresh().await, fresh().await, fresh().await, fresh().await);
    let password = json!({"recipients": [{"email": "bert@example.org"}], "password": "correct horse"});
    let locked_away = app.anna.sent_as(&password, &[("a", b"a")]).await;
    app.clock.advance(14 * DAY);
    let (blocked, cut_off, locked_away) = {
        // Those of the first round have expired; these are taken back in time.
        drop((blocked, cut_off, locked_away));
        (fresh().await, fresh().await, app.anna.sent_as(&password, &[("a", b"a")]).await)
    };
    app.anna.purge(&purged.id).await.expect(204);
    app.anna.act(&blocked.id, "block").await.expect(200);
    app.anna.act(&locked_away.id, "block").await.expect(200);
    app.anna.act_on(&cut_off.id, &cut_off.link().recipient, "block").await.expect(200);
    let unknown = "A".repeat(43);
    let open = |token: &str| app.anybody.post_json("/api/v1/links/open", &json!({"token": token}));
    let verify = |token: &str, password: Value| {
        app.anybody.post_json("/api/v1/links/verify", &json!({"token": token, "password": password}))
    };
    let page = |token: &str| app.anybody.get(&format!("/t/{token}"));
    let (opened, verified, shown) = (
        seen(&open(&unknown).await),
        seen(&verify(&unknown, "correct horse".into()).await),
        seen(&page(&unknown).await),
    );
    assert_eq!((opened.0, verified.0, shown.0), (404, 404, 404));
    for round in 0..2 {
        for sent in [&expired, &purged, &gone, &blocked, &cut_off, &locked_away] {
            let token = &sent.link().token;
            assert_eq!(seen(&open(token).await), opened, "{round}");
            for password in [Value::Null, "correct horse".into(), "wrong".into()] {
                assert_eq!(seen(&verify(token, password).await), verified, "{round}");
            }
            assert_eq!(seen(&page(token).await), shown, "{round}");
        }
        // What was only expired is purged for the second round.
        app.run(Job::PurgeExpired).await;
    }
}

async fn what_is_no_token_is_a_link_that_leads_nowhere(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    let token = &sent.link().token;
    let long = "A".repeat(50_000);
    for other in [
        "",
        " ",
        "x",
        &token[..42],
        &format!("{token}A"),
        &format!("{token}="),
        &format!(" {token}"),
        &token.to_lowercase().replace(|c: char| c.is_lowercase(), "a"),
        "../../etc/passwd",
        "\u{0}",
        "' OR 1=1 --",
        app.anna.bearer(),
        &long,
    ] {
        let open = app.anybody.post_json("/api/v1/links/open", &json!({"token": other})).await;
        open.problem(404, "link_unavailable");
    }
}

async fn what_is_no_request_is_refused(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    let token = &sent.link().token;
    for (path, bad) in [
        ("open", json!({})),
        ("open", json!({"token": null})),
        ("open", json!({"token": 1})),
        ("open", json!({"token": token, "password": "x"})),
        ("verify", json!({})),
        ("verify", json!({"token": token, "password": 1})),
        ("verify", json!({"token": token, "email": "bert@example.org"})),
        ("verify", json!({"token": [token]})),
    ] {
        app.anybody.post_json(&format!("/api/v1/links/{path}"), &bad).await.problem(400, "invalid_request");
    }
    let large = json!({"token": "A".repeat(70_000)});
    app.anybody.post_json("/api/v1/links/open", &large).await.problem(413, "too_large");
    for path in ["open", "verify"] {
        let refused = app.anybody.get(&format!("/api/v1/links/{path}?token={token}")).await;
        refused.problem(405, "method_not_allowed");
        assert_eq!(refused.header("allow"), Some("POST"));
    }
}
