//! Tenants that are suspended, resumed, terminated.

use sealpost_auth::{AuthError, Authenticated};
use sealpost_domain::{SessionKind, SignIn};
use sealpost_tenancy::TenancyError;
use sealpost_test_support::{
    app::{App, DAY, HOUR},
    claims,
};
use serde_json::json;

use crate::support::operator;

claims![
    nobody_of_a_suspended_tenant_is_anybody,
    recipients_of_a_suspended_tenant_are_told_to_come_back,
    a_download_that_is_under_way_is_broken_off,
    a_tenant_resumes_as_it_was,
    what_ends_while_a_tenant_is_suspended_ends,
    a_terminated_tenant_does_not_resume_by_itself,
    others_do_not_notice,
    what_becomes_of_a_tenant_is_in_its_log,
];

async fn nobody_of_a_suspended_tenant_is_anybody(app: &App) {
    let session = app.signed_in(&app.anna).await;
    let draft = app.anna.draft().await;
    let before = app.anybody.get("/api/v1/transfers").await;
    app.tenancy().suspend(&operator(app, &app.acme).await).await.unwrap();
    for client in [&*app.anna, &*app.admin, &session] {
        let asked = [
            client.get("/api/v1/transfers").await,
            client.post_json("/api/v1/transfers", &json!({})).await,
            client.get(&format!("/api/v1/transfers/{draft}")).await,
            client.post(&format!("/api/v1/transfers/{draft}/send")).json(&json!({})).await,
            client.get("/api/v1/admin/licence").await,
        ];
        for answer in asked {
            answer.problem(401, "unauthorized");
            assert_eq!(answer.unnamed(), before.unnamed(), "as without any token");
        }
    }
    // Nor does anybody sign in.
    let anna = draft_owner(app, &draft).await;
    let who = Authenticated::danger_without_credential(app.acme.id, anna, SignIn::Password);
    let refused = app.auth.begin_session(who, SessionKind::Browser, "a test").await.unwrap_err();
    assert!(matches!(refused, AuthError::CredentialsWrong), "{refused:?}");
}

async fn draft_owner(app: &App, draft: &str) -> sealpost_domain::UserId {
    let id = draft.parse().unwrap();
    app.db.read().await.unwrap().transfer(app.acme.id, id).await.unwrap().unwrap().sender_id
}

async fn recipients_of_a_suspended_tenant_are_told_to_come_back(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    let blocked = app.anna.sent(&[("b", b"b")]).await;
    app.anna.post(&format!("/api/v1/transfers/{}/block", blocked.id)).json(&json!({})).await.expect(200);
    let visit = sent.link().enter().await;
    app.tenancy().suspend(&operator(app, &app.acme).await).await.unwrap();
    let link = sent.link();
    for answer in [link.open().await, link.verify().await, visit.content(0).await, visit.archive().await] {
        let detail = answer.problem(503, "not_available_now");
        assert_eq!(detail, "", "why is nobody's business but the tenant's");
        assert!(answer.number("retry-after") >= 600);
    }
    visit.describe(0).await.bare(503);
    for (language, word) in [("en", "moment"), ("de", "Augenblick"), ("nl", "moment")] {
        let page = app.anybody.get(&format!("/t/{}", link.token)).header("accept-language", language).await;
        let text = page.expect(503).text();
        assert!(text.contains(word) && !text.contains("suspend"), "{language}: {text}");
    }
    link.submit("").await.expect(503);
    // What is not there without the suspension is not there with it.
    blocked.link().is_unavailable().await;
    let unknown = format!("/t/{}", "A".repeat(43));
    app.anybody.get(&unknown).await.expect(404);
}

async fn a_download_that_is_under_way_is_broken_off(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    let visit = sent.link().enter().await;
    let grant = app.auth.download_grant(&visit.grant, sent.link().recipient.parse().unwrap()).await.unwrap();
    app.tenancy().suspend(&operator(app, &app.acme).await).await.unwrap();
    // What every running download asks again and again.
    let refused = app.service.delivery(grant.read()).await.unwrap_err();
    assert!(matches!(refused, sealpost_transfer::TransferError::Suspended), "{refused:?}");
}

async fn a_tenant_resumes_as_it_was(app: &App) {
    let session = app.signed_in(&app.anna).await;
    let draft = app.anna.draft().await;
    app.anna.upload(&draft, "a", 5).await;
    let sent = app.anna.sent(&[("a", b"a")]).await;
    let visit = sent.link().enter().await;
    let before = (app.anna.transfer(&draft).await, app.anna.transfer(&sent.id).await);
    let operator = operator(app, &app.acme).await;
    assert!(app.tenancy().suspend(&operator).await.unwrap());
    assert!(!app.tenancy().suspend(&operator).await.unwrap(), "it is suspended already");
    app.clock.advance(HOUR);
    assert!(app.tenancy().resume(&operator, false).await.unwrap());
    assert!(!app.tenancy().resume(&operator, false).await.unwrap());
    assert_eq!((app.anna.transfer(&draft).await, app.anna.transfer(&sent.id).await), before);
    session.get("/api/v1/transfers").await.expect(200);
    assert_eq!(visit.fetch(0).await, "a");
}

async fn what_ends_while_a_tenant_is_suspended_ends(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    let operator = operator(app, &app.acme).await;
    app.tenancy().suspend(&operator).await.unwrap();
    app.clock.advance(15 * DAY);
    app.service.purge_expired().await.unwrap();
    app.tenancy().resume(&operator, false).await.unwrap();
    sent.link().is_unavailable().await;
    let row = app.db.read().await.unwrap().transfer(app.acme.id, sent.id.parse().unwrap()).await.unwrap();
    assert!(row.is_none(), "it was purged");
}

async fn a_terminated_tenant_does_not_resume_by_itself(app: &App) {
    let operator = operator(app, &app.acme).await;
    assert!(app.tenancy().terminate(&operator).await.unwrap());
    assert!(!app.tenancy().terminate(&operator).await.unwrap());
    app.anna.get("/api/v1/transfers").await.problem(401, "unauthorized");
    let found = app.tenancy().lifecycle(app.acme.id).await.unwrap();
    assert_eq!(found.suspended_at, found.terminated_at);
    let refused = app.tenancy().resume(&operator, false).await.unwrap_err();
    assert!(matches!(refused, TenancyError::Terminated), "{refused:?}");
    assert!(app.tenancy().resume(&operator, true).await.unwrap());
    app.anna.get("/api/v1/transfers").await.expect(200);
    assert_eq!(app.tenancy().lifecycle(app.acme.id).await.unwrap().terminated_at, None);
}

async fn others_do_not_notice(app: &App) {
    let sent = app.gina.sent(&[("a", b"a")]).await;
    app.tenancy().suspend(&operator(app, &app.acme).await).await.unwrap();
    app.gina.draft().await;
    assert_eq!(sent.link().enter().await.fetch(0).await, "a");
}

async fn what_becomes_of_a_tenant_is_in_its_log(app: &App) {
    let operator = operator(app, &app.acme).await;
    app.tenancy().suspend(&operator).await.unwrap();
    app.tenancy().terminate(&operator).await.unwrap();
    app.tenancy().resume(&operator, true).await.unwrap();
    let entries = app.db.read().await.unwrap().audit_after(app.acme.id, 0, 1_000).await.unwrap();
    let of_tenant: Vec<_> = entries.iter().filter(|entry| entry.kind.starts_with("tenant.")).collect();
    let kinds: Vec<_> = of_tenant.iter().map(|entry| entry.kind.as_str()).collect();
    assert_eq!(kinds, ["tenant.created", "tenant.suspended", "tenant.terminated", "tenant.resumed"]);
    for entry in of_tenant {
        assert!(entry.payload.contains(r#""by":"operator""#), "{}", entry.payload);
    }
}
