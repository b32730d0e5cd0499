//! `POST /api/v1/transfers`

use sealpost_domain::{Clock as _, Policy, Scope, Scopes};
use sealpost_test_support::{
    app::{App, DAY, HOUR, Options},
    claims,
};
use serde_json::{Value, json};

use crate::support::{from_now, rfc3339};

claims![
    a_draft_shows_what_it_was_made_of,
    a_draft_needs_nothing_but_an_empty_object,
    an_address_counts_once_however_it_is_spelled,
    what_is_no_transfer_is_refused_and_makes_none,
    the_longest_message_is_taken_however_it_is_written,
    a_body_that_is_no_json_is_refused,
    more_recipients_than_allowed_are_refused with few_recipients(),
    the_end_lies_within_the_tenants_bounds,
    whoever_has_no_valid_token_makes_nothing,
    a_token_to_read_with_makes_nothing,
    template_text_stays_text,
];

fn few_recipients() -> Options {
    Options { policy: Policy { max_recipients: 2, ..Policy::default() }, ..Options::default() }
}

async fn a_draft_shows_what_it_was_made_of(app: &App) {
    let expires_at = from_now(app, 3 * DAY);
    let new = json!({
        "recipients": [{"email": "Bert@Example.org"}, {"email": "carl@bücher.example"}],
        "subject": "Quarterly report",
        "message": "Two pages.\nPlease read both.",
        "expires_at": expires_at,
        "max_downloads": 3,
    });
    let created = app.anna.create(&new).await.expect(201);
    let draft = created.json();
    let (id, recipients) = (draft["id"].as_str().unwrap(), draft["recipients"].as_array().unwrap());
    let location = format!("{}/api/v1/transfers/{id}", app.anna.base());
    assert_eq!(created.header("location"), Some(location.as_str()));
    let mut shown = draft.clone();
    shown.as_object_mut().unwrap().retain(|name, _| name != "id" && name != "recipients");
    let expected = json!({
        "state": "draft",
        "mode": "standard",
        "subject": "Quarterly report",
        "message": "Two pages.\nPlease read both.",
        "password_protected": false,
        "protection": "none",
        "locked": false,
        "max_downloads": 3,
        "created_at": rfc3339(app.clock.now()),
        "expires_at": expires_at,
        "file_count": 0,
        "byte_count": 0,
        "files": [],
        "uploads": [],
        "allow_reply": true,
    });
    assert_eq!(shown, expected);
    let people: Vec<_> = recipients.iter().map(|r| (&r["email"], &r["state"], &r["downloads"])).collect();
    let (pending, none) = (json!("pending"), json!([]));
    let addresses = (json!("Bert@example.org"), json!("carl@xn--bcher-kva.example"));
    assert_eq!(people, [(&addresses.0, &pending, &none), (&addresses.1, &pending, &none)]);
    assert_eq!(app.anna.transfer(id).await, draft);
    assert_eq!(app.audit(app.acme.id, id).await, ["transfer.created"]);
    assert_eq!(app.next_job_at().await, None, "nobody is told of a draft");
}

async fn a_draft_needs_nothing_but_an_empty_object(app: &App) {
    let draft = app.anna.create(&json!({})).await.expect(201).json();
    assert_eq!(draft["expires_at"], from_now(app, 14 * DAY));
    assert_eq!(draft["recipients"], json!([]));
    for absent in ["subject", "message", "max_downloads", "sent_at", "blocked_at"] {
        assert_eq!(draft[absent], Value::Null, "{absent}");
    }
}

async fn an_address_counts_once_however_it_is_spelled(app: &App) {
    let spellings = ["bert@bücher.example", "BERT@BÜCHER.example", " bert@xn--bcher-kva.example "];
    let recipients: Vec<_> = spellings.iter().map(|email| json!({"email": email})).collect();
    let draft = app.anna.create(&json!({"recipients": recipients})).await.expect(201).json();
    assert_eq!(draft["recipients"].as_array().unwrap().len(), 1);
}

async fn what_is_no_transfer_is_refused_and_makes_none(app: &App) {
    let long = |length| "x".repeat(length);
    let before = app.verify_audit(app.acme.id).await;
    for bad in [
        json!([]),
        json!("x"),
        json!({"unknown": 1}),
        json!({"state": "available"}),
        json!({"recipients": [{"email": "no address"}]}),
        json!({"recipients": [{"email": "bert@example.org\r\nBcc: eve@example.org"}]}),
        json!({"recipients": [{"email": "bert@example.org", "state": "downloaded"}]}),
        json!({"recipients": "bert@example.org"}),
        json!({"subject": 1}),
        json!({"subject": "two\nlines"}),
        json!({"subject": "nul \u{0}"}),
        json!({"subject": long(999)}),
        json!({"subject": "pay \u{202e}fdp.exe"}),
        json!({"message": long(65_537 - 20_000), "subject": long(10_000)}),
        json!({"message": long(65_537)}),
        json!({"max_downloads": 0}),
        json!({"max_downloads": -1}),
        json!({"max_downloads": 1.5}),
        json!({"max_downloads": 1_000_001}),
        json!({"max_downloads": 18_446_744_073_709_551_615_u64}),
        json!({"expires_at": "tomorrow"}),
        json!({"expires_at": 1_800_000_000}),
        json!({"expires_at": "9999-12-31T23:59:59Z"}),
        json!({"expires_at": "0000-01-01T00:00:00Z"}),
    ] {
        app.anna.create(&bad).await.problem(400, "invalid_request");
    }
    for weak in ["short", "", "Passwort2026!", &long(1_025)] {
        app.anna.create(&json!({"password": weak})).await.problem(400, "password_weak");
    }
    app.anna.create(&json!({"message": long(1 << 20)})).await.problem(413, "too_large");
    let list = app.anna.get("/api/v1/transfers").await.expect(200).json();
    assert_eq!(list, json!({"transfers": []}));
    assert_eq!(app.verify_audit(app.acme.id).await, before);
}

async fn the_longest_message_is_taken_however_it_is_written(app: &App) {
    let message = "\"\u{1}".repeat(32_768);
    let created = app.anna.create(&json!({"message": message})).await.expect(201);
    assert_eq!(created.json()["message"], message);
}

async fn a_body_that_is_no_json_is_refused(app: &App) {
    let create = || app.anna.post("/api/v1/transfers");
    create().await.problem(415, "unsupported_media_type");
    create().header("content-type", "text/plain").body("{}").await.problem(415, "unsupported_media_type");
    let json = |body: &'static str| create().header("content-type", "application/json").body(body);
    json("").await.problem(400, "invalid_request");
    json("{").await.problem(400, "invalid_request");
    json("{} {}").await.problem(400, "invalid_request");
    json("{\"subject\":\"a\",\"subject\":\"b\"}").await.problem(400, "invalid_request");
    let nested = "[".repeat(20_000);
    create().header("content-type", "application/json").body(nested).await.problem(400, "invalid_request");
}

async fn more_recipients_than_allowed_are_refused(app: &App) {
    let to = |count: usize| {
        let recipients: Vec<_> = (0..count).map(|n| json!({"email": format!("r{n}@example.org")})).collect();
        app.anna.create(&json!({"recipients": recipients}))
    };
    let id = to(2).await.expect(201).json()["id"].as_str().unwrap().to_owned();
    to(3).await.problem(409, "limit_reached");
    let third = app.anna.act(&id, "recipients").json(&json!({"email": "r3@example.org"})).await;
    third.problem(409, "limit_reached");
    let known = app.anna.act(&id, "recipients").json(&json!({"email": "R1@example.org"})).await;
    known.expect(201);
}

async fn the_end_lies_within_the_tenants_bounds(app: &App) {
    let until = |duration| app.anna.create(&json!({"expires_at": from_now(app, duration)}));
    until(HOUR).await.expect(201);
    until(30 * DAY).await.expect(201);
    until(HOUR - HOUR / 3_600).await.problem(400, "invalid_request");
    until(30 * DAY + HOUR).await.problem(400, "invalid_request");
}

async fn whoever_has_no_valid_token_makes_nothing(app: &App) {
    let valid = app.anna.bearer();
    let flipped = format!("{}{}", &valid[..valid.len() - 2], if valid.ends_with("AA") { "BA" } else { "AA" });
    for authorization in [
        String::new(),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        format!("Basic {valid}"),
        format!("bearer {valid} {valid}"),
        format!("Bearer {}", valid.trim_start_matches("sp_")),
        format!("Bearer {}", &valid[..valid.len() - 1]),
        format!("Bearer {flipped}"),
        format!("Bearer {valid}x"),
        format!("Bearer {}", "A".repeat(5_000)),
        "Bearer sp_' OR '1'='1".to_owned(),
        "Bearer sp_\u{fc}".to_owned(),
    ] {
        let request = app.anybody.post_json("/api/v1/transfers", &json!({}));
        let request =
            if authorization.is_empty() { request } else { request.header("authorization", authorization) };
        let answer = request.await;
        answer.problem(401, "unauthorized");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
    }
    app.clock.advance(11 * 365 * DAY);
    app.anna.create(&json!({})).await.problem(401, "unauthorized");
}

async fn a_token_to_read_with_makes_nothing(app: &App) {
    let id = app.anna.draft().await;
    let reader = app.token_of(&app.anna, Scopes::new([Scope::Read])).await;
    reader.transfer(&id).await;
    reader.create(&json!({})).await.problem(403, "forbidden");
    reader.begin(&id).header("upload-length", "1").await.problem(403, "forbidden");
    for verb in ["send", "block", "unblock"] {
        reader.act(&id, verb).await.problem(403, "forbidden");
    }
    reader
        .act(&id, "extend")
        .json(&json!({"expires_at": from_now(app, DAY)}))
        .await
        .problem(403, "forbidden");
    reader.act(&id, "recipients").json(&json!({"email": "eve@example.org"})).await.problem(403, "forbidden");
    reader.purge(&id).await.problem(403, "forbidden");
    // A scope that the role does not carry is worth nothing.
    let pretender = app.token_of(&app.otto, Scopes::new([Scope::Admin])).await;
    pretender.create(&json!({})).await.problem(403, "forbidden");
    pretender.get(&format!("/api/v1/transfers/{id}")).await.problem(403, "forbidden");
}

async fn template_text_stays_text(app: &App) {
    // Some of it would be a stream beside a file on Windows.
    app.set_type_rules(json!({"disguises": "allow"})).await;
    for text in
        ["{{ 7*7 }}", "{% raw %}", "<script>alert(1)</script>", "' OR 1=1 --", "${jndi:ldap://x}", "%s%n"]
    {
        let new = json!({"recipients": [{"email": "bert@example.org"}], "subject": text, "message": text});
        let sent = app.anna.sent_as(&new, &[(&text.replace('/', "-"), b"x")]).await;
        let delivery = sent.link().enter().await.delivery;
        assert_eq!((&delivery["subject"], &delivery["message"]), (&json!(text), &json!(text)));
    }
}
