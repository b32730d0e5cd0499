//! `/api/v1/admin/reports`, and the mails

use chrono::{DateTime, NaiveDate};
use sealpost_domain::{Clock as _, Job, Role, UserId};
use sealpost_test_support::{
    app::{Answer, App, DAY, HOUR, Method, metadata},
    claims,
};
use serde_json::{Value, json};

use crate::{
    scim::{Directory, GROUP},
    support::operator,
};

const REPORTS: &str = "/api/v1/admin/reports";

claims![
    what_was_sent_is_counted_once_and_outlives_its_transfers,
    what_rules_refused_is_counted,
    what_each_rule_refused_is_counted_also_when_it_is_no_more,
    what_was_blocked_for_a_listed_file_is_counted_by_itself,
    who_counts_on_two_nodes_at_once_counts_each_entry_once,
    a_department_of_a_few_people_is_not_shown_by_itself,
    a_tenant_of_a_few_people_has_no_days,
    a_report_is_a_table_too,
    who_may_not_read_reports_reads_none,
    a_report_is_mailed_when_its_week_is_over,
    only_users_who_may_read_reports_are_sent_any,
];

fn today(app: &App) -> NaiveDate {
    DateTime::from_timestamp_millis(app.clock.now().unix_millis()).unwrap().date_naive()
}

async fn report(app: &App, query: &str) -> Value {
    app.admin.get(&format!("{REPORTS}{query}")).await.expect(200).json()
}

/// So many more users; there are an owner and two senders.
async fn more_users(app: &App, prefix: &str, many: usize) -> Vec<UserId> {
    let operator = operator(app, &app.acme).await;
    let mut ids = Vec::new();
    for n in 0..many {
        let email = format!("{prefix}{n}@acme.example").parse().unwrap();
        let user = app.tenancy().create_user(&operator, &email, "", Role::Sender).await.unwrap();
        ids.push(user.id);
    }
    ids
}

async fn change_policy(app: &App, change: Value) -> Answer {
    let owner = app.signed_in(&app.admin).await;
    owner.request(Method::PATCH, "/api/v1/admin/policy").json(&change).await
}

/// A group of these users, as a directory makes it.
async fn group(app: &App, name: &str, members: &[UserId]) -> String {
    let members: Vec<_> = members.iter().map(|id| json!({ "value": id })).collect();
    let group = json!({ "schemas": [GROUP], "displayName": name, "members": members });
    let made = Directory::acme(app).await.post("/Groups", &group).await.expect(201).json();
    made["id"].as_str().unwrap().to_owned()
}

async fn what_was_sent_is_counted_once_and_outlives_its_transfers(app: &App) {
    more_users(app, "u", 3).await;
    let to = json!({"recipients": [{"email": "bert@example.org"}, {"email": "carl@example.org"}]});
    let sent = app.anna.sent_as(&to, &[("a", b"12345"), ("b", b"678")]).await;
    app.otto.sent(&[("c", b"c")]).await;
    app.gina.sent(&[("d", b"of another tenant")]).await;
    app.anna.act(&sent.id, "block").await.expect(200);
    for _ in 0..3 {
        app.run(Job::CollectReports).await;
    }
    app.anna.purge(&sent.id).await.expect(204);
    app.run(Job::CollectReports).await;
    let found = report(app, "").await;
    let rows = found["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["day"], today(app).to_string());
    for numbers in [&rows[0], &found["total"]] {
        let expected = [("transfers", 2), ("files", 3), ("bytes", 9), ("recipients", 3), ("blocked", 1)];
        for (name, expected) in expected {
            assert_eq!(numbers[name], expected, "{name}: {found}");
        }
        assert_eq!((&numbers["people"], &numbers["stored_bytes"]), (&6.into(), &1.into()), "{found}");
    }
    app.clock.advance(40 * DAY);
    app.run(Job::PurgeExpired).await;
    app.run(Job::CollectReports).await;
    let earlier = today(app) - chrono::Days::new(40);
    let later = report(app, &format!("?from={earlier}&to={earlier}")).await;
    assert_eq!(later["rows"], found["rows"]);
    assert_eq!(report(app, "").await["total"]["transfers"], 0);
}

async fn what_rules_refused_is_counted(app: &App) {
    app.set_address_rules(json!([
        {"name": "not there", "recipients": ["rival.example"], "effect": {"deny": "No."}},
    ]))
    .await;
    let to = json!({"recipients": [{"email": "bert@rival.example"}]});
    app.anna.create(&to).await.problem(403, "recipient_refused");
    app.anna.create(&to).await.problem(403, "recipient_refused");
    app.run(Job::CollectReports).await;
    let total = report(app, "").await["total"].clone();
    assert_eq!((&total["refused_by_address_rules"], &total["transfers"]), (&2.into(), &0.into()), "{total}");
}

async fn what_each_rule_refused_is_counted_also_when_it_is_no_more(app: &App) {
    let deny =
        |name: &str, domain: &str| json!({"name": name, "recipients": [domain], "effect": {"deny": "No."}});
    app.set_address_rules(json!([deny("=rivals", "rival.example"), deny("others", "other.example")])).await;
    let to = |email: &str| json!({"recipients": [{ "email": email }]});
    app.anna.create(&to("bert@rival.example")).await.problem(403, "recipient_refused");
    app.otto.create(&to("bert@rival.example")).await.problem(403, "recipient_refused");
    app.anna.create(&to("carl@other.example")).await.problem(403, "recipient_refused");
    let begun = app.anna.begin(&app.anna.draft().await).header("upload-length", "2");
    begun.header("upload-metadata", metadata("setup.exe")).await.problem(403, "type_refused");
    for _ in 0..2 {
        app.run(Job::CollectReports).await;
    }
    let rule = |kind: &str, name: &str, refused: u64| json!({"kind": kind, "name": name, "refused": refused});
    let found = report(app, "?by=rule").await;
    assert_eq!(found["rows"], json!([]));
    let expected = [rule("address", "=rivals", 2), rule("address", "others", 1), rule("type", "kinds", 1)];
    let mut rules = found["rules"].as_array().unwrap().clone();
    rules[1..].sort_by_key(|rule| rule["kind"].to_string());
    assert_eq!(rules, expected, "{found}");
    let table = app.admin.get(&format!("{REPORTS}?by=rule&format=csv")).await.expect(200).text();
    assert!(table.starts_with("kind,rule,refused\r\naddress,'=rivals,2\r\n"), "{table}");
    app.set_address_rules(json!([])).await;
    assert_eq!(report(app, "").await["rules"][0], json!({"kind": "address", "refused": 2}));
}

async fn what_was_blocked_for_a_listed_file_is_counted_by_itself(app: &App) {
    let sent = app.anna.sent(&[("a", b"12345")]).await;
    let block =
        json!({ "transfer_id": sent.id, "file_id": app.anna.transfer(&sent.id).await["files"][0]["id"] });
    app.admin.post_json("/api/v1/admin/blocked-files", &block).await.expect(201);
    app.run_jobs().await;
    app.run(Job::CollectReports).await;
    let total = report(app, "").await["total"].clone();
    assert_eq!((&total["blocked_by_list"], &total["blocked_by_scan"]), (&1.into(), &0.into()), "{total}");
}

async fn who_counts_on_two_nodes_at_once_counts_each_entry_once(app: &App) {
    app.another_node().await;
    for round in 1..=4 {
        app.anna.sent(&[("a", b"12345")]).await;
        let count = || app.run(Job::CollectReports);
        tokio::join!(count(), count(), count(), count());
        let total = report(app, "").await["total"].clone();
        assert_eq!((&total["transfers"], &total["bytes"]), (&round.into(), &(5 * round).into()), "{total}");
    }
}

async fn a_department_of_a_few_people_is_not_shown_by_itself(app: &App) {
    let (law, lab) = (more_users(app, "law", 6).await, more_users(app, "lab", 4).await);
    let anna = app.user_id(&app.anna).await;
    let law = group(app, "Law", &[law, vec![anna]].concat()).await;
    let lab = group(app, "Lab", &lab).await;
    change_policy(app, json!({ "reports": { "departments": [law, lab] } })).await.expect(200);
    app.anna.sent(&[("a", b"a")]).await;
    app.otto.sent(&[("b", b"b")]).await;
    app.run(Job::CollectReports).await;
    let found = report(app, "?by=department").await;
    let [of_law, others] = found["rows"].as_array().unwrap().as_slice() else { panic!("{found}") };
    assert_eq!(of_law["department"], json!({ "id": law, "name": "Law" }));
    assert_eq!((&of_law["transfers"], &of_law["people"]), (&1.into(), &7.into()));
    // The lab, the owner and Otto.
    assert_eq!(others.get("department"), None);
    assert_eq!((&others["transfers"], &others["people"]), (&1.into(), &6.into()));
    assert_eq!(found["total"]["people"], 13);
}

async fn a_tenant_of_a_few_people_has_no_days(app: &App) {
    app.anna.sent(&[("a", b"a")]).await;
    app.run(Job::CollectReports).await;
    let found = report(app, "").await;
    assert_eq!((&found["rows"], &found["too_few_people"]), (&json!([]), &true.into()));
    assert_eq!(found["total"]["transfers"], 1);
}

async fn a_report_is_a_table_too(app: &App) {
    let users = more_users(app, "law", 6).await;
    let group = group(app, "=1+1", &users).await;
    change_policy(app, json!({ "reports": { "departments": [group] } })).await.expect(200);
    more_users(app, "u", 2).await;
    app.anna.sent(&[("a", b"a")]).await;
    app.run(Job::CollectReports).await;
    let answer = app.admin.get(&format!("{REPORTS}?by=department&format=csv")).await.expect(200);
    assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8"));
    let text = answer.text();
    let lines: Vec<_> = text.split("\r\n").collect();
    assert!(lines[0].starts_with("department,transfers,files,bytes,recipients,"), "{text}");
    assert!(lines[1].starts_with("'=1+1,0,") && lines[2].starts_with("others,1,1,1,1,"), "{text}");
    assert!(lines[3].starts_with("total,1,1,1,1,0,0,0,0,0,0,11,"), "{text}");
    let by_day = app.admin.get(&format!("{REPORTS}?format=csv")).await.expect(200).text();
    assert!(by_day.contains(&format!("\r\n{},1,1,1,1,", today(app))), "{by_day}");
    let by_rule = app.admin.get(&format!("{REPORTS}?by=rule&format=csv")).await.expect(200).text();
    assert_eq!(by_rule, "kind,rule,refused\r\n");
}

async fn who_may_not_read_reports_reads_none(app: &App) {
    app.anna.get(REPORTS).await.problem(403, "forbidden");
    app.anybody.get(REPORTS).await.problem(401, "unauthorized");
    let new = json!({ "email": "alba@acme.example", "role": Role::Auditor });
    app.admin.post_json("/api/v1/admin/users", &new).await.expect(201);
    app.client_of(&app.acme, "alba@acme.example").await.get(REPORTS).await.expect(200);
    for wrong in ["?from=x", "?by=user", "?format=pdf", "?from=2026-01-02&to=2026-01-01", "?from=2020-01-01"]
    {
        app.admin.get(&format!("{REPORTS}{wrong}")).await.problem(400, "invalid_request");
    }
}

async fn a_report_is_mailed_when_its_week_is_over(app: &App) {
    more_users(app, "u", 3).await;
    let (owner, mails) = (app.user_id(&app.admin).await, || app.mails_to(app.admin.email()));
    change_policy(app, json!({ "reports": { "schedule": "weekly", "recipients": [owner] } }))
        .await
        .expect(200);
    app.run(Job::CollectReports).await;
    assert_eq!(mails().len(), 0, "the week before it was turned on is not mailed");
    app.anna.sent(&[("a", &[0; 2_000])]).await;
    app.run_jobs().await;
    for _ in 0..7 * 24 {
        app.clock.advance(HOUR);
        app.run(Job::CollectReports).await;
    }
    let [mail] = mails().try_into().expect("one mail");
    assert!(mail.subject.starts_with("Report from "), "{}", mail.subject);
    for text in ["Total", "2.0 kB", "People", "6"] {
        assert!(mail.text.contains(text), "{text}: {}", mail.text);
    }
    assert!(mail.html.contains("<table") && mail.html.contains("<td"), "{}", mail.html);
    assert!(!mail.text.contains(app.anna.email()) && !mail.html.contains("anna"), "{}", mail.text);
    assert!(!String::from_utf8_lossy(&mail.bytes).contains("attachment"));
    change_policy(app, json!({ "reports": { "schedule": "off" } })).await.expect(200);
    app.clock.advance(14 * DAY);
    app.run(Job::CollectReports).await;
    assert_eq!(mails().len(), 1);
}

async fn only_users_who_may_read_reports_are_sent_any(app: &App) {
    let (anna, gina) = (app.user_id(&app.anna).await, app.user_id(&app.rival).await);
    for wrong in [anna, gina] {
        let change = json!({ "reports": { "schedule": "weekly", "recipients": [wrong] } });
        change_policy(app, change).await.problem(400, "invalid_request");
    }
    let new = json!({ "email": "ada@acme.example", "role": Role::Admin });
    let ada = app.admin.post_json("/api/v1/admin/users", &new).await.expect(201).json()["id"].clone();
    let change = json!({ "reports": { "schedule": "weekly", "recipients": [ada] } });
    change_policy(app, change).await.expect(200);
    app.run(Job::CollectReports).await;
    app.clock.advance(7 * DAY);
    app.run(Job::CollectReports).await;
    assert_eq!(app.mails_to("ada@acme.example").len(), 1);
    let path = format!("/api/v1/admin/users/{}", ada.as_str().unwrap());
    let owner = app.signed_in(&app.admin).await;
    owner.request(Method::PATCH, &path).json(&json!({ "role": "sender" })).await.expect(200);
    app.clock.advance(7 * DAY);
    app.run(Job::CollectReports).await;
    assert_eq!(app.mails_to("ada@acme.example").len(), 1, "he is no admin any more");
}
