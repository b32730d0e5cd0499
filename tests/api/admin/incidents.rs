//! `/api/v1/admin/incidents`, `/incident/{token}`, and the mails that lead there

use sealpost_domain::{Job, Role};
use sealpost_tenancy::{Given, IncidentText};
use sealpost_test_support::{
    app::{Answer, App, DAY, HOUR, Method, Request},
    claims,
};
use serde_json::{Value, json};

use crate::support::operator;

const LIST: &str = "/api/v1/admin/incidents";

claims![
    owners_and_whom_the_policy_names_are_told_once,
    a_person_acknowledges_it_on_the_page_and_a_look_does_not,
    an_admin_acknowledges_it_who_got_no_mail,
    a_tenant_is_reminded_daily_seven_times_at_most,
    a_tenant_that_has_acknowledged_it_is_reminded_no_more,
    a_link_that_is_none_and_a_form_of_another_site_do_nothing,
    what_is_known_of_a_contact_is_found_and_erased,
];

fn text() -> IncidentText {
    IncidentText::new(
        "A disk was lost",
        "A disk with <b>sealed</b> parts was lost.\n\nNothing has to be done.",
    )
    .unwrap()
}

async fn tell(app: &App) -> Given {
    let operator = operator(app, &app.acme).await;
    let given = app.tenancy().notify_incident(&operator, &text()).await.unwrap();
    app.run_jobs().await;
    given
}

async fn name_contacts(app: &App, addresses: Value) -> Answer {
    let owner = app.signed_in(&app.admin).await;
    let change = json!({ "contacts": { "incidents": addresses } });
    owner.request(Method::PATCH, "/api/v1/admin/policy").json(&change).await
}

async fn listed(app: &App) -> Value {
    app.admin.get(LIST).await.expect(200).json()["incidents"].clone()
}

/// The path of the page that a mail leads to.
fn page_in(app: &App, address: &str) -> String {
    let mail = app.mails_to(address).pop().expect("a mail");
    let (_, rest) = mail.text.split_once("/incident/").expect("a link");
    format!("/incident/{}", rest.split_whitespace().next().expect("a token"))
}

fn press(app: &App, path: &str, site: &str) -> Request {
    let request = app.anybody.post(path).header("content-type", "application/x-www-form-urlencoded");
    request.header("sec-fetch-site", site).body(String::new())
}

async fn owners_and_whom_the_policy_names_are_told_once(app: &App) {
    let owner = app.admin.email().to_owned();
    // One of them is an owner, too, and gets one mail.
    name_contacts(app, json!(["security@partner.example", owner])).await.expect(200);
    let Given::Now(id, 2) = tell(app).await else { panic!("two are told") };
    assert_eq!(tell(app).await, Given::Before, "the same notice is given once");
    for address in [owner.as_str(), "security@partner.example"] {
        let [mail] = app.mails_to(address).try_into().expect("one mail");
        assert_eq!(mail.subject, "Security notice: A disk was lost");
        assert!(mail.text.contains("A disk with <b>sealed</b> parts was lost."), "{}", mail.text);
        assert!(mail.html.contains("&lt;b&gt;sealed") && !mail.html.contains("<b>sealed"), "{}", mail.html);
    }
    assert!(app.mails_to(app.anna.email()).is_empty() && app.mails_to(app.rival.email()).is_empty());
    let incidents = listed(app).await;
    assert_eq!(incidents[0]["id"], id.to_string());
    assert_eq!(incidents[0]["contacts"].as_array().unwrap().len(), 2);
    assert!(incidents[0]["contacts"].as_array().unwrap().iter().all(|one| one["notified_at"].is_string()));
    assert_eq!(incidents[0].get("acknowledged_at"), None);
    assert_eq!(app.rival.get(LIST).await.expect(200).json(), json!({ "incidents": [] }));
    app.anna.get(LIST).await.problem(403, "forbidden");
    let log = app.admin.get("/api/v1/admin/audit?limit=5").await.expect(200).text();
    assert!(log.contains("incident.notified") && !log.contains("security@"), "{log}");
    let many: Vec<_> = (0..21).map(|n| format!("c{n}@partner.example")).collect();
    name_contacts(app, json!(many)).await.problem(400, "invalid_request");
}

async fn a_person_acknowledges_it_on_the_page_and_a_look_does_not(app: &App) {
    name_contacts(app, json!(["security@partner.example"])).await.expect(200);
    tell(app).await;
    let path = page_in(app, "security@partner.example");
    for _ in 0..3 {
        let page = app.anybody.get(&path).await.expect(200);
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        let html = page.text();
        assert!(html.contains("A disk was lost") && html.contains("I have read this"), "{html}");
        assert!(!html.contains("<b>sealed") && !html.contains("<script"), "{html}");
    }
    assert_eq!(listed(app).await[0].get("acknowledged_at"), None);
    for _ in 0..2 {
        let pressed = press(app, &path, "same-origin").await.expect(303);
        assert_eq!(pressed.header("location"), Some(path.as_str()));
    }
    let html = app.anybody.get(&path).await.expect(200).text();
    assert!(html.contains("You have confirmed on") && !html.contains("<button"), "{html}");
    let incident = listed(app).await[0].clone();
    assert!(incident["acknowledged_at"].is_string());
    let by: Vec<_> = incident["contacts"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one.get("acknowledged_at").is_some())
        .map(|one| one["email"].clone())
        .collect();
    assert_eq!(by, ["security@partner.example"]);
    let log = app.admin.get("/api/v1/admin/audit?limit=50").await.expect(200).text();
    assert_eq!(log.matches("incident.acknowledged").count(), 1, "{log}");
}

async fn an_admin_acknowledges_it_who_got_no_mail(app: &App) {
    let Given::Now(id, 1) = tell(app).await else { panic!("the owner is told") };
    let new = json!({ "email": "ada@acme.example", "role": Role::Admin });
    app.admin.post_json("/api/v1/admin/users", &new).await.expect(201);
    let admin = app.client_of(&app.acme, "ada@acme.example").await;
    let path = format!("{LIST}/{id}/acknowledge");
    app.rival.post(&path).await.problem(404, "not_found");
    app.anna.post(&path).await.problem(403, "forbidden");
    for _ in 0..2 {
        let incident = admin.post(&path).await.expect(200).json();
        assert!(incident["acknowledged_at"].is_string());
        let contacts = incident["contacts"].as_array().unwrap();
        let mut told: Vec<_> = contacts.iter().map(|one| one["email"].as_str().unwrap()).collect();
        told.sort_unstable();
        assert_eq!(told, ["ada@acme.example", app.admin.email()]);
    }
    // The owner says so for himself, too.
    press(app, &page_in(app, app.admin.email()), "same-origin").await.expect(303);
    let contacts = listed(app).await[0]["contacts"].clone();
    assert!(contacts.as_array().unwrap().iter().all(|one| one["acknowledged_at"].is_string()), "{contacts}");
}

async fn a_tenant_is_reminded_daily_seven_times_at_most(app: &App) {
    tell(app).await;
    let mails = || app.mails_to(app.admin.email());
    app.clock.advance(DAY - HOUR);
    app.run(Job::RemindIncidents).await;
    assert_eq!(mails().len(), 1, "not before a day is over");
    app.clock.advance(HOUR);
    for day in 1..=9 {
        for _ in 0..3 {
            app.run(Job::RemindIncidents).await;
        }
        assert_eq!(mails().len(), 1 + day.min(7), "day {day}");
        app.clock.advance(DAY);
    }
    assert_eq!(mails()[1].subject, "Reminder, security notice: A disk was lost");
    assert_eq!(listed(app).await[0]["reminders"], 7);
}

async fn a_tenant_that_has_acknowledged_it_is_reminded_no_more(app: &App) {
    name_contacts(app, json!(["security@partner.example"])).await.expect(200);
    tell(app).await;
    app.clock.advance(DAY);
    app.run(Job::RemindIncidents).await;
    // The link of the first mail and that of the reminder are one.
    press(app, &page_in(app, "security@partner.example"), "same-origin").await.expect(303);
    app.clock.advance(3 * DAY);
    app.run(Job::RemindIncidents).await;
    assert_eq!(app.mails_to(app.admin.email()).len(), 2);
    assert_eq!(app.mails_to("security@partner.example").len(), 2);
}

async fn a_link_that_is_none_and_a_form_of_another_site_do_nothing(app: &App) {
    tell(app).await;
    let path = page_in(app, app.admin.email());
    assert_eq!(press(app, &path, "cross-site").await.status, 403);
    for wrong in ["/incident/x", "/incident/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
        assert_eq!(app.anybody.get(wrong).await.status, 404);
        assert_eq!(press(app, wrong, "same-origin").await.status, 404);
    }
    assert_eq!(listed(app).await[0].get("acknowledged_at"), None);
}

async fn what_is_known_of_a_contact_is_found_and_erased(app: &App) {
    name_contacts(app, json!(["security@partner.example"])).await.expect(200);
    let Given::Now(id, 2) = tell(app).await else { panic!("two are told") };
    let path = page_in(app, "security@partner.example");
    let ask = async |verb: &str| {
        let path = format!("/api/v1/admin/data-subjects/{verb}");
        let email = json!({ "email": "security@partner.example" });
        app.signed_in(&app.admin).await.post_json(&path, &email).await.expect(200).json()
    };
    let found = ask("find").await;
    assert_eq!(found["told_of_incidents"], json!([id]));
    assert_eq!(found["policy_rules"], json!(["contacts.incidents"]));
    ask("erase").await;
    assert_eq!(app.anybody.get(&path).await.status, 404);
    assert_eq!(listed(app).await[0]["contacts"].as_array().unwrap().len(), 1);
}
