//! To whom it goes: whom an uploader chooses, and whom he types without hearing who is there.

use sealpost_test_support::{
    app::{App, Method},
    claims,
};
use serde_json::{Value, json};

use super::{begin, begun, change, goes_to, open, portal};

claims![
    without_anything_to_choose_the_owner_gets_it,
    one_is_chosen_unless_several_may_be,
    nobody_is_chosen_who_is_not_offered,
    whoever_is_disabled_is_not_offered,
    an_address_that_is_nobodys_is_answered_as_one_that_is_somebodys,
    rules_do_not_tell_who_is_there_either,
    whoever_is_erased_is_no_choice_any_more,
];

fn choices() -> Value {
    json!([
        { "email": "otto@acme.example", "label": "Dr Otto" },
        { "email": "admin@acme.example", "label": "The office" },
    ])
}

fn ids(portal: &Value) -> Vec<Value> {
    portal["recipients"].as_array().unwrap().iter().map(|choice| choice["user_id"].clone()).collect()
}

async fn without_anything_to_choose_the_owner_gets_it(app: &App) {
    portal(app, &json!({})).await;
    assert_eq!(goes_to(app, &begun(app, &json!({})).await).await, ["anna@acme.example"]);
    let named = json!({"recipients": ["otto@acme.example"]});
    begin(app, &named).await.problem(400, "invalid_request");
}

async fn one_is_chosen_unless_several_may_be(app: &App) {
    let made = portal(app, &json!({"recipients": choices()})).await;
    let all = ids(&made);
    begin(app, &json!({})).await.problem(400, "invalid_request");
    begin(app, &json!({"recipients": all})).await.problem(400, "invalid_request");
    let one = begun(app, &json!({"recipients": [all[1]]})).await;
    assert_eq!(goes_to(app, &one).await, ["admin@acme.example"]);
    change(app, &made, &json!({"several": true})).await.expect(200);
    let both = begun(app, &json!({"recipients": [all[1], all[0], all[1]]})).await;
    assert_eq!(goes_to(app, &both).await, ["admin@acme.example", "otto@acme.example"]);
    let many: Vec<_> = (0..21).map(|_| all[0].clone()).collect();
    begin(app, &json!({"recipients": many})).await.problem(400, "invalid_request");
}

async fn nobody_is_chosen_who_is_not_offered(app: &App) {
    portal(app, &json!({"recipients": choices()})).await;
    let anna = app.user_id(&app.anna).await.to_string();
    let gina = app.user_id(&app.gina).await.to_string();
    for text in [anna.as_str(), &gina, "otto@acme.example", "x", "", "01980000-0000-7000-8000-000000000000"] {
        begin(app, &json!({"recipients": [text]})).await.problem(400, "invalid_request");
    }
}

async fn whoever_is_disabled_is_not_offered(app: &App) {
    portal(app, &json!({"name": "other", "recipients": [choices()[0]]})).await;
    let made = portal(app, &json!({"recipients": choices()})).await;
    let otto = format!("/api/v1/admin/users/{}", app.user_id(&app.otto).await);
    app.admin.request(Method::PATCH, &otto).json(&json!({"disabled": true})).await.expect(200);
    let opened = open(app).await.expect(200).json();
    assert_eq!(opened["choices"].as_array().unwrap().len(), 1);
    begin(app, &json!({"recipients": [ids(&made)[0]]})).await.problem(400, "invalid_request");
    let shown = app.admin.get(&super::path_of(&made)).await.expect(200).json();
    assert_eq!(shown["recipients"][0]["disabled"], true, "whoever runs it sees why");
    // Where nobody is left, the owner gets it.
    let uploader = begun(app, &json!({"name": "other"})).await;
    assert_eq!(goes_to(app, &uploader).await, ["anna@acme.example"]);
}

async fn an_address_that_is_nobodys_is_answered_as_one_that_is_somebodys(app: &App) {
    portal(app, &json!({"domains": ["acme.example"]})).await;
    let mut sent = Vec::new();
    for email in ["otto@acme.example", "OTTO@acme.example", "nobody@acme.example"] {
        let answer = begin(app, &json!({"recipients": [email]})).await.expect(201).json();
        let uploader = crate::requests::Uploader::of(app, &answer);
        uploader.sender.put(&uploader.id, "a.txt", b"a").await;
        let handed = uploader.send().await.expect(200).json();
        assert_eq!(handed["files"][0]["name"], "a.txt");
        assert_eq!(answer.as_object().unwrap().len(), 3, "{answer}");
        sent.push(uploader);
    }
    assert_eq!(goes_to(app, &sent[0]).await, ["otto@acme.example"]);
    assert_eq!(goes_to(app, &sent[1]).await, ["otto@acme.example"]);
    assert_eq!(goes_to(app, &sent[2]).await, ["anna@acme.example"], "nothing is lost: the owner gets it");
    app.run_jobs().await;
    assert!(app.mails_to("nobody@acme.example").is_empty());
    for email in ["gina@globex.example", "otto@acme.example.evil.example", "otto@sub.acme.example"] {
        begin(app, &json!({"recipients": [email]})).await.problem(400, "invalid_request");
    }
}

async fn rules_do_not_tell_who_is_there_either(app: &App) {
    let rules = json!({ "addresses": [
        { "name": "not to him", "recipients": ["otto@acme.example"], "effect": { "deny": "Not to him." } },
    ]});
    let owner = app.signed_in(&app.admin).await;
    owner.request(Method::PATCH, "/api/v1/admin/policy").json(&rules).await.expect(200);
    portal(app, &json!({"domains": ["acme.example"]})).await;
    let uploader = begun(app, &json!({"recipients": ["otto@acme.example"]})).await;
    assert_eq!(goes_to(app, &uploader).await, ["anna@acme.example"]);
}

async fn whoever_is_erased_is_no_choice_any_more(app: &App) {
    let made = portal(app, &json!({"recipients": choices()})).await;
    let owner = app.signed_in(&app.admin).await;
    let otto = format!("/api/v1/admin/users/{}", app.user_id(&app.otto).await);
    app.admin.request(Method::PATCH, &otto).json(&json!({"disabled": true})).await.expect(200);
    let who = json!({"email": "otto@acme.example"});
    owner.post_json("/api/v1/admin/data-subjects/erase", &who).await.expect(200);
    let shown = app.admin.get(&super::path_of(&made)).await.expect(200).json();
    assert_eq!(shown["recipients"].as_array().unwrap().len(), 1, "his label goes with him: {shown}");
}
