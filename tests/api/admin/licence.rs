//! `/api/v1/admin/licence`, and what needs one

use std::time::Duration;

use sealpost_auth::{LicenceKeys, NewLicence, issue_licence};
use sealpost_domain::{Clock as _, LicensedTenant, Role, Timestamp};
use sealpost_sealed::{SigningKey, SystemRandom};
use sealpost_test_support::{
    app::{Answer, App, Client, DAY, HOUR, Method, Options},
    claims,
};
use serde_json::{Value, json};

use crate::support::from_now;

claims![
    without_keys_no_licence_is_asked_for,
    a_tenant_without_a_licence_does_not_send with licensed(),
    a_licence_lets_the_tenant_send with licensed(),
    a_licence_that_has_ended_counts_until_its_grace_is_over with licensed(),
    an_expired_licence_holds_up_nothing_but_sending with licensed(),
    what_is_no_licence_of_the_tenant_is_refused_and_logged with licensed(),
    an_earlier_licence_does_not_come_back with licensed(),
    a_key_that_was_taken_away_takes_its_licences_along with licensed(),
    installing_takes_an_admin_who_has_stepped_up with licensed(),
    what_a_licence_says_is_shown_to_those_who_run_the_tenant with licensed(),
    nothing_is_said_in_the_log_that_a_licence_says_of_people with licensed(),
];

pub(crate) fn key() -> SigningKey {
    SigningKey::from_secret(&[7; 32]).unwrap()
}

/// An installation that asks for licences.
pub(crate) fn licensed() -> Options {
    Options { licences: LicenceKeys::new([key().verifying_key()]), ..Options::default() }
}

pub(crate) struct Wish {
    pub(crate) tenant: LicensedTenant,
    pub(crate) seats: u32,
    pub(crate) issued_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    pub(crate) grace_days: u32,
    pub(crate) key: SigningKey,
}

impl Wish {
    pub(crate) fn of(app: &App) -> Self {
        let now = app.clock.now();
        Self {
            tenant: "acme".parse().unwrap(),
            seats: 50,
            issued_at: now,
            expires_at: now + 30 * DAY,
            grace_days: 14,
            key: key(),
        }
    }

    pub(crate) fn issue(self) -> String {
        let new = NewLicence {
            tenant: self.tenant,
            customer: "Acme Corporation".to_owned(),
            seats: self.seats,
            features: vec!["portal".parse().unwrap()],
            expires_at: self.expires_at,
            grace_days: self.grace_days,
        };
        issue_licence(&self.key, new, self.issued_at, &SystemRandom).unwrap()
    }
}

const PATH: &str = "/api/v1/admin/licence";

pub(crate) async fn put(admin: &Client, licence: &str) -> Answer {
    admin.request(Method::PUT, PATH).json(&json!({ "licence": licence })).await
}

pub(crate) async fn install(app: &App, wish: Wish) -> Value {
    put(&app.signed_in(&app.admin).await, &wish.issue()).await.expect(200).json()
}

async fn state(app: &App) -> String {
    let report = app.admin.get(PATH).await.expect(200).json();
    report["state"].as_str().unwrap().to_owned()
}

async fn without_keys_no_licence_is_asked_for(app: &App) {
    assert_eq!(state(app).await, "not_required");
    app.anna.sent(&[("a", b"a")]).await;
    let admin = app.signed_in(&app.admin).await;
    let detail = put(&admin, &Wish::of(app).issue()).await.problem(422, "licence_refused_not_asked");
    assert!(detail.contains("public_keys"), "{detail}");
    let report = app.admin.get(PATH).await.expect(200).json();
    assert_eq!(report.get("seats"), None, "there is no bound");
}

/// Every request that brings something new out of the house, asked by Anna about a draft of hers.
async fn sendings(app: &App, draft: &str, upload: &str) -> Vec<Answer> {
    let recipient = json!({ "email": "bob@example.org" });
    let upload = upload.rsplit('/').next().unwrap();
    let bytes = "application/offset+octet-stream";
    let patch = |request: sealpost_test_support::app::Request| {
        request
            .header("tus-resumable", "1.0.0")
            .header("upload-offset", "0")
            .header("content-type", bytes)
            .body("x")
    };
    vec![
        app.anna.post_json("/api/v1/transfers", &json!({})).await,
        app.anna.post_json(&format!("/api/v1/transfers/{draft}/recipients"), &recipient).await,
        app.anna.post(&format!("/api/v1/transfers/{draft}/send")).json(&json!({})).await,
        app.anna
            .post(&format!("/api/v1/transfers/{draft}/files"))
            .header("tus-resumable", "1.0.0")
            .header("upload-length", "1")
            .await,
        patch(app.anna.request(Method::PATCH, &format!("/api/v1/uploads/{upload}"))).await,
        patch(app.anna.post(&format!("/api/v1/uploads/{upload}")).header("x-http-method-override", "PATCH"))
            .await,
    ]
}

pub(crate) async fn does_not_send(app: &App, (draft, upload): &(String, String), code: &str) {
    for answer in sendings(app, draft, upload).await {
        answer.problem(403, code);
    }
}

pub(crate) async fn begun(app: &App) -> (String, String) {
    let draft = app.anna.draft().await;
    let upload = app.anna.upload(&draft, "a", 5).await;
    (draft, upload)
}

async fn a_tenant_without_a_licence_does_not_send(app: &App) {
    assert_eq!(state(app).await, "missing");
    app.anna.post_json("/api/v1/transfers", &json!({})).await.problem(403, "licence_missing");
    app.anna.get("/api/v1/transfers").await.expect(200);
    // Nor does what is written into the database by somebody who has no key.
    let forged = Wish { key: SigningKey::from_secret(&[8; 32]).unwrap(), ..Wish::of(app) }.issue();
    let mut tx = app.db.write().await.unwrap();
    tx.set_licence(app.acme.id, &forged).await.unwrap();
    tx.commit().await.unwrap();
    app.anna.post_json("/api/v1/transfers", &json!({})).await.problem(403, "licence_missing");
    let report = app.admin.get(PATH).await.expect(200).json();
    assert_eq!((&report["state"], &report["refused"]), (&json!("missing"), &json!("not_genuine")));
}

async fn a_licence_lets_the_tenant_send(app: &App) {
    let report = install(app, Wish::of(app)).await;
    assert_eq!(report["state"], "active");
    app.anna.sent(&[("a", b"a")]).await;
    // It is Acme's alone.
    app.gina.post_json("/api/v1/transfers", &json!({})).await.problem(403, "licence_missing");
    // By its id a tenant is named for good.
    let by_id = Wish { tenant: app.globex.id.to_string().parse().unwrap(), ..Wish::of(app) };
    put(&app.signed_in(&app.rival).await, &by_id.issue()).await.expect(200);
    app.gina.sent(&[("a", b"a")]).await;
}

async fn a_licence_that_has_ended_counts_until_its_grace_is_over(app: &App) {
    install(app, Wish { expires_at: app.clock.now() + DAY, grace_days: 2, ..Wish::of(app) }).await;
    app.clock.advance(DAY + HOUR);
    assert_eq!(state(app).await, "grace");
    let begun = begun(app).await;
    app.clock.advance(2 * DAY);
    assert_eq!(state(app).await, "expired");
    let draft = &begun.0;
    app.anna
        .post(&format!("/api/v1/transfers/{draft}/send"))
        .json(&json!({}))
        .await
        .problem(403, "licence_expired");
    install(app, Wish::of(app)).await;
    app.anna.draft().await;
}

async fn an_expired_licence_holds_up_nothing_but_sending(app: &App) {
    install(app, Wish { expires_at: app.clock.now() + HOUR, grace_days: 0, ..Wish::of(app) }).await;
    let begun = begun(app).await;
    let (first, second) = (app.anna.sent(&[("a", b"hello")]).await, app.anna.sent(&[("b", b"there")]).await);
    app.clock.advance(HOUR);
    does_not_send(app, &begun, "licence_expired").await;
    // Recipients fetch.
    assert_eq!(first.link().enter().await.fetch(0).await, "hello");
    // Senders read, block, extend, delete, and clear away what they have begun.
    app.anna.get("/api/v1/transfers").await.expect(200);
    let of = |id: &str, verb: &str| format!("/api/v1/transfers/{id}/{verb}");
    for verb in ["block", "unblock"] {
        app.anna.post(&of(&first.id, verb)).json(&json!({})).await.expect(200);
        let recipient = format!("recipients/{}/{verb}", first.link().recipient);
        app.anna.post(&of(&first.id, &recipient)).json(&json!({})).await.expect(200);
    }
    let later = json!({ "expires_at": from_now(app, 20 * DAY) });
    app.anna.post_json(&of(&first.id, "extend"), &later).await.expect(200);
    app.anna.delete(&format!("/api/v1/transfers/{}", second.id)).await.expect(204);
    let upload = begun.1.clone();
    app.anna.head(&upload).header("tus-resumable", "1.0.0").await.expect(200);
    app.anna.delete(&upload).header("tus-resumable", "1.0.0").await.expect(204);
    // Admins administer.
    app.admin.post_json("/api/v1/admin/users", &json!({ "email": "new@acme.example" })).await.expect(201);
    app.admin.get("/api/v1/admin/policy").await.expect(200);
}

async fn audited(app: &App, kind: &str) -> Vec<Value> {
    let entries = app.db.read().await.unwrap().audit_after(app.acme.id, 0, 1_000).await.unwrap();
    entries
        .iter()
        .filter(|entry| entry.kind == kind)
        .map(|entry| serde_json::from_str(&entry.payload).unwrap())
        .collect()
}

async fn what_is_no_licence_of_the_tenant_is_refused_and_logged(app: &App) {
    let now = app.clock.now();
    let good = Wish::of(app).issue();
    let wish = || Wish::of(app);
    let changed = good.replacen(&good[100..101], if &good[100..101] == "A" { "B" } else { "A" }, 1);
    let huge = format!("{good}{}", "A".repeat(20_000));
    let cases = [
        (String::new(), "not_genuine"),
        ("x".to_owned(), "not_genuine"),
        ("{}".to_owned(), "not_genuine"),
        ("ünï\u{0}".to_owned(), "not_genuine"),
        (good[..good.len() - 1].to_owned(), "not_genuine"),
        (good[1..].to_owned(), "not_genuine"),
        (good[..40].to_owned(), "not_genuine"),
        (changed, "not_genuine"),
        (huge, "not_genuine"),
        (format!("{good}\n{good}"), "not_genuine"),
        (app.admin.bearer().to_owned(), "not_genuine"),
        (Wish { key: SigningKey::from_secret(&[8; 32]).unwrap(), ..wish() }.issue(), "not_genuine"),
        (Wish { tenant: "globex".parse().unwrap(), ..wish() }.issue(), "other_tenant"),
        (Wish { tenant: app.globex.id.to_string().parse().unwrap(), ..wish() }.issue(), "other_tenant"),
        (Wish { issued_at: now - 60 * DAY, expires_at: now - 30 * DAY, ..wish() }.issue(), "ended"),
        (Wish { issued_at: now - DAY, expires_at: now, grace_days: 0, ..wish() }.issue(), "ended"),
        (Wish { issued_at: now + DAY, ..wish() }.issue(), "future"),
    ];
    let admin = app.signed_in(&app.admin).await;
    let mut details = std::collections::BTreeMap::new();
    for (text, reason) in &cases {
        let detail = put(&admin, text).await.problem(422, &format!("licence_refused_{reason}"));
        // What is not genuine is one answer, whatever is wrong with it.
        assert_eq!(details.entry(*reason).or_insert_with(|| detail.clone()), &detail, "{text:?}");
    }
    assert_eq!(details.len(), 4);
    let logged = audited(app, "licence.refused").await;
    let reasons: Vec<_> = logged.iter().map(|entry| entry["reason"].as_str().unwrap()).collect();
    assert_eq!(reasons, cases.iter().map(|(_, reason)| *reason).collect::<Vec<_>>());
    assert_eq!(state(app).await, "missing");
    // What is no JSON of a licence does not get that far.
    for body in [json!({}), json!({ "licence": 1 }), json!({ "licence": good, "force": true }), json!([good])]
    {
        admin.request(Method::PUT, PATH).json(&body).await.problem(400, "invalid_request");
    }
    let flood = json!({ "licence": "A".repeat(100_000) });
    admin.request(Method::PUT, PATH).json(&flood).await.problem(413, "too_large");
    put(&admin, &format!("\r\n  {good}\r\n")).await.expect(200);
}

async fn an_earlier_licence_does_not_come_back(app: &App) {
    let now = app.clock.now();
    let big = Wish { issued_at: now - 2 * DAY, seats: 500, ..Wish::of(app) }.issue();
    let small = Wish { issued_at: now - DAY, seats: 5, ..Wish::of(app) }.issue();
    let twin = Wish { issued_at: now - DAY, seats: 500, ..Wish::of(app) }.issue();
    let admin = app.signed_in(&app.admin).await;
    put(&admin, &big).await.expect(200);
    put(&admin, &small).await.expect(200);
    put(&admin, &big).await.problem(422, "licence_refused_older");
    put(&admin, &twin).await.problem(422, "licence_refused_older");
    // The one that is installed may be shown again: nothing changes.
    let report = put(&admin, &small).await.expect(200).json();
    assert_eq!(report["seats"], 5);
    assert_eq!(audited(app, "licence.installed").await.len(), 2);
    assert_eq!(audited(app, "licence.refused").await.len(), 2);
}

async fn a_key_that_was_taken_away_takes_its_licences_along(app: &App) {
    install(app, Wish::of(app)).await;
    app.anna.draft().await;
    // Another node has the new key only.
    let other = SigningKey::from_secret(&[9; 32]).unwrap();
    let keys = LicenceKeys::new([other.verifying_key()]);
    let strict = app.auth.clone().with_licences(keys);
    let session = strict.sender(app.anna.bearer()).await.unwrap();
    let refused = strict.send_grant(&session).await.unwrap_err();
    assert!(matches!(refused, sealpost_auth::AuthError::LicenceMissing), "{refused:?}");
    // With both, the licences of both count.
    let both = LicenceKeys::new([other.verifying_key(), key().verifying_key()]);
    let lenient = app.auth.clone().with_licences(both);
    let session = lenient.sender(app.anna.bearer()).await.unwrap();
    lenient.send_grant(&session).await.unwrap();
}

async fn installing_takes_an_admin_who_has_stepped_up(app: &App) {
    let licence = Wish::of(app).issue();
    put(&app.anybody, &licence).await.problem(401, "unauthorized");
    put(&app.anna, &licence).await.problem(403, "forbidden");
    put(&app.admin, &licence).await.problem(403, "step_up_needed");
    let admin = app.signed_in(&app.admin).await;
    app.clock.advance(Duration::from_secs(601));
    put(&admin, &licence).await.problem(403, "step_up_needed");
    assert_eq!(state(app).await, "missing");
}

async fn what_a_licence_says_is_shown_to_those_who_run_the_tenant(app: &App) {
    install(app, Wish { seats: 2, ..Wish::of(app) }).await;
    let report = app.admin.get(PATH).await.expect(200).json();
    assert_eq!(
        (&report["seats"], &report["seats_assigned"], &report["seats_over"]),
        (&json!(2), &json!(3), &json!(1))
    );
    assert_eq!(report["licence"]["customer"], "Acme Corporation");
    assert_eq!(report["licence"]["features"], json!(["portal"]));
    assert_eq!(report["licence"]["tenant"], "acme");
    assert!(report["licence"]["grace_ends_at"].as_str() > report["licence"]["expires_at"].as_str());
    app.anna.get(PATH).await.problem(403, "forbidden");
    app.anybody.get(PATH).await.problem(401, "unauthorized");
    assert_eq!(app.rival.get(PATH).await.expect(200).json()["state"], "missing");
    let auditor = json!({ "email": "audit@acme.example", "role": Role::Auditor });
    app.admin.post_json("/api/v1/admin/users", &auditor).await.expect(201);
    let auditor = app.client_of(&app.acme, "audit@acme.example").await;
    auditor.get(PATH).await.expect(200);
}

async fn nothing_is_said_in_the_log_that_a_licence_says_of_people(app: &App) {
    install(app, Wish::of(app)).await;
    let logged = audited(app, "licence.installed").await;
    assert_eq!(logged.len(), 1);
    assert_eq!(logged[0]["by"], json!(app.user_id(&app.admin).await));
    assert!(!logged[0].to_string().contains("Acme Corporation"));
}
