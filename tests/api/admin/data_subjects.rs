//! `/api/v1/admin/data-subjects`

use sealpost_domain::TransferId;
use sealpost_test_support::{
    app::{Answer, App, HOUR, Method},
    claims,
};
use serde_json::{Value, json};

const FIND: &str = "/api/v1/admin/data-subjects/find";
const ERASE: &str = "/api/v1/admin/data-subjects/erase";

claims![
    all_that_is_known_of_a_recipient_is_found,
    a_recipient_is_erased_and_others_are_not,
    what_a_crash_has_left_is_erased_when_it_is_asked_for_again,
    rules_that_name_him_are_found_and_left,
    a_user_is_erased_once_he_is_disabled,
    only_admins_who_have_shown_a_credential_ask,
];

async fn ask(app: &App, path: &str, email: &str) -> Answer {
    app.signed_in(&app.admin).await.post_json(path, &json!({ "email": email })).await
}

async fn all_that_is_known_of_a_recipient_is_found(app: &App) {
    let to = json!({"recipients": [{"email": "bert@example.org"}, {"email": "carl@example.org"}]});
    let sent = app.anna.sent_as(&to, &[("a", b"a")]).await;
    app.anna.sent_as(&json!({"recipients": [{"email": "carl@example.org"}]}), &[("b", b"b")]).await;
    app.gina.sent_as(&to, &[("c", b"c")]).await;
    let bert = sent.links.iter().find(|link| link.email == "bert@example.org").unwrap();
    bert.enter().await.fetch(0).await;
    // However it is spelled.
    let found = ask(app, FIND, "Bert@EXAMPLE.org").await.expect(200).json();
    let places = found["recipient_of"].as_array().unwrap();
    assert_eq!(places.len(), 1, "and nothing of another tenant: {found}");
    assert_eq!(places[0]["transfer"], *sent.id);
    assert_eq!(places[0]["downloads"][0]["times"], 1);
    let kinds: Vec<_> =
        places[0]["audit"].as_array().unwrap().iter().map(|entry| entry["kind"].clone()).collect();
    assert_eq!(kinds, ["transfer.sent", "delivery.opened", "file.downloaded"]);
    assert!(found["user"].is_null() && found["mailbox"].is_null());
    let user = ask(app, FIND, "anna@acme.example").await.expect(200).json();
    assert_eq!(user["user"]["role"], "sender");
    // That it was asked for is in the log, and whom for is not to be read there.
    let log = app.admin.get("/api/v1/admin/audit?limit=5").await.expect(200).json();
    let requests: Vec<_> = log["entries"].as_array().unwrap().iter().map(Value::to_string).collect();
    let requests: Vec<_> = requests.iter().filter(|text| text.contains("data_subject.found")).collect();
    assert_eq!(requests.len(), 2);
    assert!(requests.iter().all(|text| !text.to_lowercase().contains("bert")), "{requests:?}");
}

async fn a_recipient_is_erased_and_others_are_not(app: &App) {
    let to = json!({"recipients": [{"email": "bert@example.org"}, {"email": "carl@example.org"}]});
    let sent = app.anna.sent_as(&to, &[("a", b"a")]).await;
    let (bert, carl) = (&sent.links[0], &sent.links[1]);
    assert_eq!(bert.email, "bert@example.org");
    let visit = bert.enter().await;
    visit.fetch(0).await;
    let erased = ask(app, ERASE, "bert@example.org").await.expect(200).json();
    // The sending, the opening and the download.
    assert_eq!((&erased["recipients"], &erased["entries"]), (&1.into(), &3.into()));
    bert.is_unavailable().await;
    visit.content(0).await.problem(404, "not_found");
    carl.enter().await.fetch(0).await;
    let left = app.anna.transfer(&sent.id).await;
    assert_eq!(left["recipients"].as_array().unwrap().len(), 1);
    assert_eq!(left["recipients_removed_at_own_wish"], 1);
    let log = app.admin.get(&format!("/api/v1/admin/audit?transfer={}", sent.id)).await.expect(200).text();
    assert!(log.contains("carl@") && !log.contains("bert@") && log.contains("recipient.erased"), "{log}");
    let found = ask(app, FIND, "bert@example.org").await.expect(200).json();
    assert_eq!(found["recipient_of"], json!([]));
    assert_eq!(ask(app, ERASE, "bert@example.org").await.expect(200).json()["recipients"], 0, "once more");
    app.run_jobs().await;
    assert!(app.verify_audit(app.acme.id).await > 0, "the chain holds");
}

async fn what_a_crash_has_left_is_erased_when_it_is_asked_for_again(app: &App) {
    let to = json!({"recipients": [{"email": "bert@example.org"}]});
    let (one, other) =
        (app.anna.sent_as(&to, &[("a", b"a")]).await, app.anna.sent_as(&to, &[("b", b"b")]).await);
    // As if it had stopped behind the first of two.
    let mut tx = app.db.write().await.unwrap();
    let transfer: TransferId = one.id.parse().unwrap();
    let row = tx.recipients_of_transfer(transfer).await.unwrap().remove(0);
    assert!(tx.erase_recipient(app.acme.id, transfer, row.id).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(ask(app, ERASE, "bert@example.org").await.expect(200).json()["recipients"], 1);
    other.link().is_unavailable().await;
    // What was queued for him finds nobody.
    app.run_jobs().await;
}

async fn rules_that_name_him_are_found_and_left(app: &App) {
    app.set_address_rules(json!([
        {"name": "not to Bert", "recipients": ["bert@example.org"], "effect": {"deny": "No."}},
        {"name": "all of it", "recipients": ["example.org"], "effect": "allow"},
    ]))
    .await;
    let found = ask(app, FIND, "bert+x@example.org").await.expect(200).json();
    assert_eq!(found["policy_rules"], json!(["not to Bert"]));
    for _ in 0..2 {
        let erased = ask(app, ERASE, "bert@example.org").await.expect(200).json();
        assert_eq!(erased["rules_kept"], json!(["not to Bert"]));
    }
}

async fn a_user_is_erased_once_he_is_disabled(app: &App) {
    let otto = app.user_id(&app.otto).await;
    let sent = app.otto.sent(&[("a", b"a")]).await;
    ask(app, ERASE, "otto@acme.example").await.problem(409, "state_conflict");
    let owner = app.signed_in(&app.admin).await;
    let path = format!("/api/v1/admin/users/{otto}");
    owner.request(Method::PATCH, &path).json(&json!({ "disabled": true })).await.expect(200);
    let erased = ask(app, ERASE, "otto@acme.example").await.expect(200).json();
    assert_eq!(erased["user"], otto.to_string());
    let user = owner.get(&path).await.expect(200).text();
    let log = app.admin.get("/api/v1/admin/audit?limit=100").await.expect(200).text();
    assert!(!log.contains("otto@"), "{log}");
    assert!(!user.contains("otto@") && !user.to_lowercase().contains("otto"), "{user}");
    assert!(ask(app, FIND, "otto@acme.example").await.expect(200).json()["user"].is_null());
    // What he has sent is the tenant's.
    app.admin.transfer(&sent.id).await;
}

async fn only_admins_who_have_shown_a_credential_ask(app: &App) {
    let body = json!({ "email": "bert@example.org" });
    for path in [FIND, ERASE] {
        app.anybody.post_json(path, &body).await.problem(401, "unauthorized");
        app.signed_in(&app.anna).await.post_json(path, &body).await.problem(403, "forbidden");
        let owner = app.signed_in(&app.admin).await;
        owner.post_json(path, &json!({ "email": "nobody" })).await.problem(400, "invalid_request");
        app.clock.advance(HOUR);
        owner.post_json(path, &body).await.problem(403, "step_up_needed");
    }
}
