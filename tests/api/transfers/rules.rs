//! Rules about addresses, locked choices and quotas, where something is sent.

use sealpost_domain::{Clock as _, EmailAddress, GroupId, Protection};
use sealpost_sealed::{SystemRandom, random_bytes};
use sealpost_test_support::{
    app::{App, DAY, Method},
    claims,
};
use serde_json::{Value, json};

use crate::support::from_now;

claims![
    whoever_is_refused_is_named_with_the_reason_and_nothing_is_made,
    nobody_who_is_refused_is_added,
    rules_that_changed_since_the_draft_was_made_count_when_it_is_sent,
    a_rule_asks_for_more_and_says_so_in_time,
    trusted_recipients_need_nothing_but_the_link,
    a_password_that_was_given_is_never_left_out_by_a_rule,
    a_rule_may_be_about_groups_and_about_what_is_internal,
    in_a_mailboxs_name_the_rules_are_about_the_mailbox,
    what_a_tenant_has_locked_is_not_for_senders,
    quotas_hold_for_a_sender_and_for_the_tenant,
    of_a_quota_what_was_purged_is_free_again,
];

fn to(emails: &[&str]) -> Value {
    json!({ "recipients": emails.iter().map(|email| json!({ "email": email })).collect::<Vec<_>>() })
}

fn partners_only() -> Value {
    json!([
        { "name": "partners", "recipients": ["partner.example"], "effect": "allow" },
        { "name": "the rest", "effect": { "deny": "Only to partners." } },
    ])
}

/// The refusals of the log: policy's version, rules, how many recipients.
async fn refusals(app: &App) -> Vec<(u64, Value, u64)> {
    let entries = app.db.read().await.unwrap().audit_after(app.acme.id, 0, 1_000).await.unwrap();
    let refused = entries.iter().filter(|entry| entry.kind == "recipients.refused");
    let payloads = refused.map(|entry| serde_json::from_str::<Value>(&entry.payload).unwrap());
    payloads
        .map(|p| {
            (p["policy_version"].as_u64().unwrap(), p["rules"].clone(), p["recipients"].as_u64().unwrap())
        })
        .collect()
}

async fn transfers(app: &App) -> usize {
    app.anna.get("/api/v1/transfers").await.expect(200).json()["transfers"].as_array().unwrap().len()
}

async fn whoever_is_refused_is_named_with_the_reason_and_nothing_is_made(app: &App) {
    app.set_address_rules(partners_only()).await;
    let answer = app.anna.create(&to(&["a@partner.example", "bert@example.org", "carl@example.org"])).await;
    answer.problem(403, "recipient_refused");
    assert_eq!(
        answer.json()["recipients"],
        json!([
            { "email": "bert@example.org", "reason": "Only to partners." },
            { "email": "carl@example.org", "reason": "Only to partners." },
        ])
    );
    assert_eq!(transfers(app).await, 0);
    assert_eq!(refusals(app).await, [(1, json!([2]), 2)]);
    app.anna.sent_as(&to(&["a@partner.example", "b@sub.partner.example"]), &[("a", b"a")]).await;
}

async fn nobody_who_is_refused_is_added(app: &App) {
    app.set_address_rules(partners_only()).await;
    let draft = app.anna.draft_of(&to(&["a@partner.example"])).await;
    let add = async |email: &str| app.anna.act(&draft, "recipients").json(&json!({ "email": email })).await;
    add("bert@example.org").await.problem(403, "recipient_refused");
    add("b@partner.example").await.expect(201);
    app.anna.put(&draft, "a", b"a").await;
    app.anna.send(&draft).await;
    add("bert@example.org").await.problem(403, "recipient_refused");
    add("c@partner.example").await.expect(201);
    let seen = app.anna.transfer(&draft).await["recipients"].as_array().unwrap().len();
    assert_eq!((seen, refusals(app).await.len()), (3, 2));
}

async fn rules_that_changed_since_the_draft_was_made_count_when_it_is_sent(app: &App) {
    let draft = app.anna.draft().await;
    app.anna.put(&draft, "a", b"a").await;
    app.set_address_rules(partners_only()).await;
    let answer = app.anna.act(&draft, "send").await;
    answer.problem(403, "recipient_refused");
    assert_eq!(answer.json()["recipients"][0]["email"], "bert@example.org");
    assert_eq!(app.anna.transfer(&draft).await["state"], "draft");
    assert_eq!(app.next_job_at().await, None, "nobody is told");
    let more = json!([{ "name": "all", "effect": { "require": ["email_code"] } }]);
    app.set_address_rules(more).await;
    app.anna.act(&draft, "send").await.problem(400, "invalid_request");
    app.set_address_rules(json!([])).await;
    app.anna.send(&draft).await;
    // What is available stays so: who was sent to yesterday is not taken back by a rule of today.
    app.set_address_rules(partners_only()).await;
    app.anna.act(&draft, "send").await.expect(200);
}

async fn a_rule_asks_for_more_and_says_so_in_time(app: &App) {
    app.set_address_rules(json!([
        { "name": "partners", "recipients": ["partner.example"], "effect": "allow" },
        { "name": "the rest", "effect": { "require": ["email_code_and_password", "email_code"] } },
    ]))
    .await;
    let draft = app.anna.draft_of(&to(&["a@partner.example", "bert@example.org"])).await;
    let needed = async |draft: &str| {
        let seen = app.anna.transfer(draft).await;
        let of = |at: usize| seen["recipients"][at]["protection"].clone();
        (seen["protection"].clone(), of(0), of(1))
    };
    // No password is there: the first that lacks nothing.
    assert_eq!(needed(&draft).await, (json!("none"), json!("none"), json!("email_code")));
    let mut said = to(&["a@partner.example", "bert@example.org"]);
    said["password"] = json!("correct horse battery");
    let draft = app.anna.draft_of(&said).await;
    assert_eq!(
        needed(&draft).await,
        (json!("password"), json!("password"), json!("email_code_and_password"))
    );
    let mut said = to(&["bert@example.org"]);
    said["protection"] = json!("none");
    let answer = app.anna.create(&said).await;
    answer.problem(400, "protection_required");
    let expected = json!([
        { "email": "bert@example.org", "protections": ["email_code_and_password", "email_code"] }
    ]);
    assert_eq!(answer.json()["recipients"], expected);
    let own = json!({ "recipients": [{ "email": "bert@example.org", "protection": "password", "password": "correct horse" }] });
    app.anna.create(&own).await.problem(400, "invalid_request");
    let own = json!({ "recipients": [{ "email": "bert@example.org", "protection": "email_code" }] });
    app.anna.create(&own).await.expect(201);
}

async fn trusted_recipients_need_nothing_but_the_link(app: &App) {
    app.change_settings(json!({ "protections": ["email_code"] })).await;
    app.set_address_rules(json!([
        { "name": "trusted", "recipients": ["partner.example"], "effect": { "require": ["none", "email_code"] } },
    ]))
    .await;
    let sent = app.anna.sent_as(&to(&["a@partner.example", "bert@example.org"]), &[("a", b"a")]).await;
    assert_eq!(sent.transfer["protection"], "email_code");
    let mut said = to(&["a@partner.example"]);
    said["protection"] = json!("none");
    let sent = app.anna.sent_as(&said, &[("a", b"a")]).await;
    assert_eq!(sent.link().enter().await.fetch(0).await, "a");
    said = to(&["bert@example.org"]);
    said["protection"] = json!("none");
    app.anna.create(&said).await.problem(400, "invalid_request");
    // Who is asked for something else may be added later, too.
    let answer = app.anna.act(&sent.id, "recipients").json(&json!({ "email": "carl@example.org" })).await;
    answer.problem(400, "invalid_request");
}

async fn a_password_that_was_given_is_never_left_out_by_a_rule(app: &App) {
    app.set_address_rules(json!([
        { "name": "trusted", "recipients": ["partner.example"], "effect": { "require": ["none", "email_code"] } },
    ]))
    .await;
    let with_password =
        json!({ "recipients": [{ "email": "bert@example.org" }], "password": "correct horse battery" });
    let draft = app.anna.draft_of(&with_password).await;
    let answer = app.anna.act(&draft, "recipients").json(&json!({ "email": "a@partner.example" })).await;
    answer.problem(400, "protection_required");
    let own =
        json!({ "recipients": [{ "email": "a@partner.example", "password": "correct horse battery" }] });
    app.anna.create(&own).await.problem(400, "protection_required");
}

/// A group of Acme with these users, by its id.
async fn group(app: &App, members: &[&str]) -> GroupId {
    let now = app.clock.now();
    let id = GroupId::new(now, random_bytes(&SystemRandom));
    let grant = app.auth.danger_operator(&app.acme).await.unwrap();
    let mut users = Vec::new();
    for email in members {
        let email: EmailAddress = email.parse().unwrap();
        users.push(app.tenancy().user_by_address(&grant, &email).await.unwrap().id);
    }
    let mut tx = app.db.write().await.unwrap();
    let group = sealpost_db::Group {
        id,
        tenant_id: app.acme.id,
        name: b"sealed".to_vec(),
        name_hmac: [7; 32],
        external_id: None,
        external_id_hmac: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    tx.insert_group(&group).await.unwrap();
    for user in users {
        assert!(tx.add_group_member(app.acme.id, id, user).await.unwrap());
    }
    tx.commit().await.unwrap();
    id
}

async fn a_rule_may_be_about_groups_and_about_what_is_internal(app: &App) {
    let ward = group(app, &[app.anna.email()]).await;
    app.set_address_rules(json!([
        { "name": "among us", "recipients": ["internal"], "effect": "allow" },
        { "name": "the ward", "senders": [format!("group:{ward}")], "recipients": ["clinic.example"], "effect": "allow" },
        { "name": "the rest", "effect": { "deny": "Not outside." } },
    ]))
    .await;
    let otto = app.otto.email().to_owned();
    app.anna.create(&to(&[&otto])).await.expect(201);
    app.otto.create(&to(&[app.anna.email()])).await.expect(201);
    app.anna.create(&to(&["doctor@clinic.example"])).await.expect(201);
    app.otto.create(&to(&["doctor@clinic.example"])).await.problem(403, "recipient_refused");
    // Nobody has that address: it is none of the tenant's own by its domain alone, unless that is among its domains.
    app.anna.create(&to(&["nobody@acme-group.example"])).await.problem(403, "recipient_refused");
    let admin = app.signed_in(&app.admin).await;
    let change = json!({ "domains": ["acme-group.example"] });
    admin.request(Method::PATCH, "/api/v1/admin/policy").json(&change).await.expect(200);
    app.anna.create(&to(&["nobody@acme-group.example"])).await.expect(201);
}

async fn in_a_mailboxs_name_the_rules_are_about_the_mailbox(app: &App) {
    let mailbox =
        app.admin.post_json("/api/v1/admin/mailboxes", &json!({ "email": "press@acme.example" })).await;
    let id = mailbox.expect(201).json()["id"].as_str().unwrap().to_owned();
    let anna = json!({ "user_id": app.user_id(&app.anna).await });
    app.admin.post_json(&format!("/api/v1/admin/mailboxes/{id}/delegates"), &anna).await.expect(204);
    app.set_address_rules(json!([
        { "name": "press", "senders": ["press@acme.example"], "effect": "allow" },
        { "name": "the rest", "effect": { "deny": "Ask the press office." } },
    ]))
    .await;
    app.anna.create(&to(&["bert@example.org"])).await.problem(403, "recipient_refused");
    let mut as_press = to(&["bert@example.org"]);
    as_press["send_as"] = json!("press@acme.example");
    let sent = app.anna.sent_as(&as_press, &[("a", b"a")]).await;
    app.anna.act(&sent.id, "recipients").json(&json!({ "email": "carl@example.org" })).await.expect(201);
}

async fn what_a_tenant_has_locked_is_not_for_senders(app: &App) {
    app.change_settings(json!({
        "locked": ["expiry", "protection", "max_downloads"],
        "protections": ["email_code", "password"],
        "max_downloads_default": 2,
    }))
    .await;
    let told = app.anna.get("/api/v1/addin/bootstrap").await.expect(200).json()["policy"].clone();
    assert_eq!(told["locked"], json!(["expiry", "protection", "max_downloads"]));
    for (name, value) in [
        ("expires_at", json!(from_now(app, 3 * DAY))),
        ("protection", json!("email_code")),
        ("max_downloads", json!(3)),
    ] {
        let mut said = to(&["bert@example.org"]);
        said[name] = value;
        app.anna.create(&said).await.problem(403, "choice_locked");
    }
    for own in [
        json!({ "email": "bert@example.org", "protection": "email_code" }),
        json!({ "email": "bert@example.org", "password": "correct horse battery" }),
    ] {
        app.anna.create(&json!({ "recipients": [own] })).await.problem(403, "choice_locked");
    }
    let sent = app.anna.sent(&[("a", b"a")]).await;
    assert_eq!(
        (&sent.transfer["protection"], &sent.transfer["max_downloads"]),
        (&json!(Protection::EmailCode), &json!(2))
    );
    assert_eq!(sent.transfer["expires_at"], from_now(app, 14 * DAY));
    let later = json!({ "expires_at": from_now(app, 20 * DAY) });
    app.anna.act(&sent.id, "extend").json(&later).await.problem(403, "choice_locked");
}

async fn quotas_hold_for_a_sender_and_for_the_tenant(app: &App) {
    app.change_settings(json!({ "sender_quota_bytes": 10, "quota_bytes": 15 })).await;
    let (annas, ottos) = (app.anna.draft().await, app.otto.draft().await);
    app.anna.put(&annas, "a", b"ten bytes.").await;
    let answer = app.anna.begin(&annas).header("upload-length", "1").await;
    assert!(answer.problem(409, "quota_used_up").contains("yours"));
    let answer = app.otto.begin(&ottos).header("upload-length", "6").await;
    assert!(answer.problem(409, "quota_used_up").contains("organisation"));
    app.otto.put(&ottos, "a", b"five!").await;
    let seen = app.anna.transfer(&annas).await;
    assert_eq!((&seen["file_count"], &seen["byte_count"]), (&json!(1), &json!(10)), "nothing of it is left");
}

async fn of_a_quota_what_was_purged_is_free_again(app: &App) {
    app.change_settings(json!({ "sender_quota_bytes": 10 })).await;
    let sent = app.anna.sent(&[("a", b"ten bytes.")]).await;
    let draft = app.anna.draft().await;
    app.anna.begin(&draft).header("upload-length", "1").await.problem(409, "quota_used_up");
    app.anna.purge(&sent.id).await.expect(204);
    app.anna.put(&draft, "a", b"ten bytes.").await;
}
