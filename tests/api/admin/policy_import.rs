//! `POST /api/v1/admin/policy/addresses/import`

use sealpost_test_support::{
    app::{Answer, App, Client},
    claims,
};
use serde_json::{Value, json};

claims![
    a_table_becomes_rules_behind_those_that_there_are_or_in_their_place,
    a_bad_line_is_named_and_nothing_is_changed,
    a_dry_run_says_what_would_be,
    what_is_no_table_is_refused,
];

const TABLE: &str = "name,senders,recipients,effect,detail\n\
    partners,,partner.example other.example,require,email_code password\n\
    \"the rest\",,,deny,\"Only to partners, please.\"\n";

async fn import(client: &Client, query: &str, table: &str) -> Answer {
    let path = format!("/api/v1/admin/policy/addresses/import{query}");
    client.post(&path).header("content-type", "text/csv; charset=utf-8").body(table.to_owned()).await
}

async fn names(app: &App) -> Vec<String> {
    let policy = app.admin.get("/api/v1/admin/policy").await.expect(200).json();
    let rules = policy["policy"]["addresses"].as_array().unwrap();
    rules.iter().map(|rule| rule["name"].as_str().unwrap().to_owned()).collect()
}

async fn a_table_becomes_rules_behind_those_that_there_are_or_in_their_place(app: &App) {
    app.set_address_rules(json!([{ "name": "first", "recipients": ["first.example"], "effect": "allow" }]))
        .await;
    let admin = app.signed_in(&app.admin).await;
    let answer = import(&admin, "", TABLE).await.expect(200).json();
    assert_eq!((&answer["rules"], &answer["bad_lines"]), (&json!(2), &json!([])));
    assert_eq!(names(app).await, ["first", "partners", "the rest"]);
    let created = app.anna.create(&json!({ "recipients": [{ "email": "bert@example.org" }] })).await;
    created.problem(403, "recipient_refused");
    import(&admin, "?replace=true", "only,,,allow,\n").await.expect(200);
    assert_eq!(names(app).await, ["only"]);
    import(&app.admin, "", TABLE).await.problem(403, "step_up_needed");
}

async fn a_bad_line_is_named_and_nothing_is_changed(app: &App) {
    let admin = app.signed_in(&app.admin).await;
    let table = format!("{TABLE}evil,nobody,,allow,\n=cmd,,,maybe,\n");
    let answer = import(&admin, "", &table).await;
    answer.problem(400, "invalid_request");
    let bad = answer.json()["bad_lines"].clone();
    let lines: Vec<_> = bad.as_array().unwrap().iter().map(|bad| bad["line"].clone()).collect();
    assert_eq!(lines, [json!(4), json!(5)]);
    assert!(!bad.to_string().contains("=cmd"));
    assert_eq!(names(app).await, Vec::<String>::new());
    let answer = import(&admin, "?partial=true", &table).await.expect(200).json();
    assert_eq!((&answer["rules"], answer["bad_lines"].as_array().unwrap().len()), (&json!(2), 2));
    assert_eq!(names(app).await, ["partners", "the rest"]);
}

async fn a_dry_run_says_what_would_be(app: &App) {
    let admin = app.signed_in(&app.admin).await;
    let answer = import(&admin, "?dry_run=true", TABLE).await.expect(200).json();
    assert_eq!(answer["policy"]["policy"]["addresses"].as_array().unwrap().len(), 2);
    assert_ne!(answer["policy"]["warnings"], Value::Null);
    assert_eq!(names(app).await, Vec::<String>::new());
}

async fn what_is_no_table_is_refused(app: &App) {
    let admin = app.signed_in(&app.admin).await;
    let path = "/api/v1/admin/policy/addresses/import";
    admin.post(path).body(TABLE).await.problem(415, "unsupported_media_type");
    let bytes = admin.post(path).header("content-type", "text/csv").body(vec![0xff_u8, 0xfe]).await;
    bytes.problem(400, "invalid_request");
    import(&admin, "?later=true", TABLE).await.problem(400, "invalid_request");
}
