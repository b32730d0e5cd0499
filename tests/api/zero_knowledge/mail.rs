//! What its sender's program has sealed goes with a mail that he writes himself.

use sealpost_test_support::{
    app::{Answer, App, Link},
    claims,
};
use serde_json::{Value, json};

use super::client::Sealing;
use crate::transfers::mail::{Mail, recipients};

claims![
    a_mail_leads_each_of_its_recipients_to_what_opens_with_its_second_part,
    the_mail_s_sending_adds_and_takes_out_without_the_secret,
    what_is_not_sealed_whole_is_not_released_with_its_mail,
    who_is_added_with_the_mail_is_asked_for_the_password_as_all_are,
    a_code_stands_before_the_half_of_who_came_with_the_mail,
    nobody_is_mailed_of_it,
];

fn to(addresses: &[&str]) -> Value {
    let recipients: Vec<_> = addresses.iter().map(|email| json!({ "email": email })).collect();
    json!({ "mode": "zero_knowledge", "recipients": recipients })
}

/// A draft with one file that its sender's program seals, and how it goes with a mail.
async fn draft(app: &App, wish: &Value, password: Option<&str>) -> (Sealing, Mail) {
    let draft = Sealing::begin(&app.anna, wish).await;
    let draft = match password {
        Some(password) => draft.with_password(password),
        None => draft,
    };
    draft.put("plan.txt", b"the plan").await;
    draft.seal(None).await;
    let mail = Mail::of(&app.anna, &draft.id).await;
    (draft, mail)
}

/// The mail is sent to these.
async fn send(app: &App, mail: &Mail, to: &[&str]) -> Answer {
    let addin = app.addin_id(&app.acme).await;
    let path = format!("/api/v1/addin/events/{addin}/transfers/{}/send", mail.id);
    app.anybody.post_json(&path, &json!({ "ticket": mail.ticket, "recipients": to })).await
}

/// Where the mail leads somebody, as his program reads it.
async fn led(app: &App, mail: &Mail, address: &str) -> Link {
    let path = mail.leads(app, address).await;
    let token = path.strip_prefix("/t/").expect("his own link").to_owned();
    let all = app.anna.send(&mail.id).await;
    all.links.iter().find(|link| link.token == token).expect("a link of this transfer").clone()
}

async fn a_mail_leads_each_of_its_recipients_to_what_opens_with_its_second_part(app: &App) {
    let people = ["bert@example.org", "carl@example.org"];
    let (draft, mail) = draft(app, &to(&people), None).await;
    assert!(!mail.url.contains('#'), "the service does not know the second part");
    assert_eq!(send(app, &mail, &people).await.expect(200).json()["state"], "available");
    for person in people {
        let link = led(app, &mail, person).await;
        let opened = draft.opening(app, &link).open().await;
        assert_eq!(opened.fetch(0).await, ("plan.txt".to_owned(), b"the plan".to_vec()));
    }
    // One alone is led on at once.
    let (alone, mail) = self::draft(app, &to(&people[..1]), None).await;
    send(app, &mail, &people[..1]).await.expect(200);
    let link = app.anna.send(&mail.id).await.link().clone();
    let location = mail.page(app).await.expect(303);
    assert_eq!(location.header("location"), Some(format!("/t/{}", link.token).as_str()));
    assert_eq!(alone.opening(app, &link).open().await.fetch(0).await.1, b"the plan");
}

async fn the_mail_s_sending_adds_and_takes_out_without_the_secret(app: &App) {
    let (draft, mail) = draft(app, &to(&["bert@example.org", "carl@example.org"]), None).await;
    let sent = send(app, &mail, &["carl@example.org", "dora@example.org"]).await.expect(200).json();
    assert_eq!(
        (&sent["added"], &sent["removed"]),
        (&json!(["dora@example.org"]), &json!(["bert@example.org"]))
    );
    mail.submit(app, "bert@example.org").await.expect(403);
    let dora = led(app, &mail, "dora@example.org").await;
    assert_eq!(draft.opening(app, &dora).open().await.fetch(0).await.1, b"the plan");
    // And once more, after it was sent.
    let again = send(app, &mail, &["bert@example.org", "dora@example.org"]).await.expect(200).json();
    assert_eq!(again["added"], json!(["bert@example.org"]));
    mail.submit(app, "carl@example.org").await.expect(403);
    let bert = led(app, &mail, "bert@example.org").await;
    assert_eq!(draft.opening(app, &bert).open().await.fetch(0).await.1, b"the plan");
}

async fn what_is_not_sealed_whole_is_not_released_with_its_mail(app: &App) {
    let draft = Sealing::begin(&app.anna, &to(&["bert@example.org"])).await;
    let (file, manifest) = draft.parts("plan.txt", b"the plan").await;
    let mail = Mail::of(&app.anna, &draft.id).await;
    send(app, &mail, &["bert@example.org", "dora@example.org"]).await.problem(409, "not_sealed_yet");
    draft.seal(None).await;
    send(app, &mail, &["bert@example.org"]).await.problem(409, "not_sealed_yet");
    let now = recipients(&app.anna, &mail.id).await;
    assert_eq!(now.len(), 1, "nobody was added by what was refused");
    assert!(mail.page(app).await.expect(200).text().contains("not released"));
    draft.put_manifest(&file, &manifest).await.expect(204);
    draft.seal(None).await;
    send(app, &mail, &["bert@example.org"]).await.expect(200);
}

async fn who_is_added_with_the_mail_is_asked_for_the_password_as_all_are(app: &App) {
    let mut wish = to(&["bert@example.org"]);
    wish["protection"] = "password".into();
    let (draft, mail) = draft(app, &wish, Some("correct horse battery")).await;
    send(app, &mail, &["bert@example.org", "dora@example.org"]).await.expect(200);
    let dora = led(app, &mail, "dora@example.org").await;
    let opening = draft.opening(app, &dora);
    assert_eq!(opening.open().await.fetch(0).await.1, b"the plan");
    let told = opening.verify().await.expect(200).json();
    assert!(told["sealing"]["password_parameters"].is_string(), "she is asked for it");
}

async fn a_code_stands_before_the_half_of_who_came_with_the_mail(app: &App) {
    let mut wish = to(&["bert@example.org"]);
    wish["protection"] = "email_code".into();
    let (draft, mail) = draft(app, &wish, None).await;
    send(app, &mail, &["bert@example.org", "dora@example.org"]).await.expect(200);
    let dora = led(app, &mail, "dora@example.org").await;
    let refused = draft.opening(app, &dora).verify().await;
    assert!(refused.status == 403 && !refused.text().contains("server_half"), "{}", refused.text());
}

async fn nobody_is_mailed_of_it(app: &App) {
    let (_, mail) = draft(app, &to(&["bert@example.org"]), None).await;
    send(app, &mail, &["bert@example.org", "dora@example.org"]).await.expect(200);
    app.run_jobs().await;
    assert!(app.mails.letters().is_empty(), "the sender's own mail has the whole link");
}
