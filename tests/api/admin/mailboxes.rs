//! `/api/v1/admin/mailboxes`: shared mailboxes, who may send for them, and sending.

use std::time::Duration;

use sealpost_test_support::{
    app::{Answer, App, Client, Sender, eventually},
    claims,
};
use serde_json::{Value, json};

claims![
    mailboxes_are_added_listed_and_taken_away,
    what_is_sent_for_a_mailbox_is_sent_in_its_name,
    whoever_may_not_send_for_it_learns_nothing_of_it,
    what_was_taken_away_is_sent_no_more,
    a_mailbox_that_is_a_users_address_is_refused,
    only_admins_keep_mailboxes_and_only_their_own,
    a_table_is_taken_whole_or_not_at_all,
    a_table_may_be_taken_in_part,
    what_is_no_table_is_refused,
];

const PATH: &str = "/api/v1/admin/mailboxes";

async fn made(by: &Client, email: &str) -> String {
    let wish = json!({ "email": email, "name": "The Office" });
    by.post_json(PATH, &wish).await.expect(201).json()["id"].as_str().unwrap().to_owned()
}

async fn delegate(app: &App, mailbox: &str, to: &Sender) -> Answer {
    let wish = json!({ "user_id": app.user_id(to).await });
    app.admin.post_json(&format!("{PATH}/{mailbox}/delegates"), &wish).await
}

async fn undelegate(app: &App, mailbox: &str, from: &Sender) -> Answer {
    app.admin.delete(&format!("{PATH}/{mailbox}/delegates/{}", app.user_id(from).await)).await
}

/// The office, for which Anna sends.
async fn office(app: &App) -> String {
    let mailbox = made(&app.admin, "office@acme.example").await;
    delegate(app, &mailbox, &app.anna).await.expect(204);
    mailbox
}

fn for_office() -> Value {
    json!({ "recipients": [{ "email": "bert@example.org" }], "subject": "Plans", "send_as": "Office@acme.example" })
}

async fn addresses(by: &Client, path: &str) -> Vec<String> {
    let list = by.get(path).await.expect(200).json();
    let emails =
        list["mailboxes"].as_array().unwrap().iter().map(|m| m["email"].as_str().unwrap().to_owned());
    // Those of the same millisecond are in no order.
    let mut emails: Vec<_> = emails.collect();
    emails.sort();
    emails
}

async fn mailboxes_are_added_listed_and_taken_away(app: &App) {
    let mailbox = office(app).await;
    delegate(app, &mailbox, &app.anna).await.expect(204);
    assert_eq!(addresses(&app.admin, PATH).await, ["office@acme.example"]);
    assert_eq!(addresses(&app.anna, "/api/v1/mailboxes").await, ["office@acme.example"]);
    assert_eq!(addresses(&app.otto, "/api/v1/mailboxes").await, Vec::<String>::new());
    let list = app.admin.get(&format!("{PATH}/{mailbox}/delegates")).await.expect(200).json();
    assert_eq!(list["delegates"][0]["email"], "anna@acme.example");
    let twin = json!({ "email": "OFFICE@acme.example" });
    app.admin.post_json(PATH, &twin).await.problem(409, "already_exists");
    app.admin.delete(&format!("{PATH}/{mailbox}")).await.expect(204);
    app.admin.delete(&format!("{PATH}/{mailbox}")).await.problem(404, "not_found");
    assert_eq!(addresses(&app.anna, "/api/v1/mailboxes").await, Vec::<String>::new());
    assert_eq!(made(&app.admin, "office@acme.example").await, mailbox, "it is itself again");
    assert_eq!(addresses(&app.anna, "/api/v1/mailboxes").await, Vec::<String>::new(), "and nobody's");
}

async fn what_is_sent_for_a_mailbox_is_sent_in_its_name(app: &App) {
    let mailbox = office(app).await;
    let sent = app.anna.sent_as(&for_office(), &[("a.txt", b"a")]).await;
    assert_eq!(sent.transfer["send_as"], "office@acme.example");
    app.run_jobs().await;
    let [mail] = app.mails_to("bert@example.org").try_into().expect("one mail");
    let raw = String::from_utf8(mail.bytes.clone()).unwrap();
    assert!(raw.contains("Reply-To") && raw.contains("office@acme.example"), "{raw}");
    assert!(!raw.contains("anna") && !mail.text.contains("anna") && mail.text.contains("The Office"));
    let page = sent.link().page().await.expect(200).text();
    assert!(page.contains("office@acme.example") && !page.contains("anna@"), "{page}");
    let visit = sent.link().enter().await;
    visit.fetch(0).await;
    eventually("the download counts", async || {
        app.anna.transfer(&sent.id).await["recipients"][0]["state"] == "downloaded"
    })
    .await;
    app.clock.advance(Duration::from_secs(60));
    app.run_jobs().await;
    assert_eq!(app.mails_to("office@acme.example").len(), 1, "the receipt goes to the mailbox");
    assert!(app.mails_to("anna@acme.example").is_empty());
    let transfer = sent.id.parse().unwrap();
    let entries = app.db.read().await.unwrap().audit_of_transfer(app.acme.id, transfer).await.unwrap();
    let anna = app.user_id(&app.anna).await.to_string();
    for kind in ["transfer.created", "transfer.sent"] {
        let entry = entries.iter().find(|entry| entry.kind == kind).unwrap();
        assert!(entry.payload.contains(&anna) && entry.payload.contains(&mailbox), "{}", entry.payload);
    }
    app.admin.delete(&format!("{PATH}/{mailbox}")).await.expect(204);
    assert!(sent.link().page().await.expect(200).text().contains("office@acme.example"), "it keeps its name");
}

async fn whoever_may_not_send_for_it_learns_nothing_of_it(app: &App) {
    office(app).await;
    made(&app.rival, "office@globex.example").await;
    let mut answers = Vec::new();
    for (sender, address) in [
        (&app.otto, "office@acme.example"),
        (&app.otto, "nobody@acme.example"),
        (&app.otto, "anna@acme.example"),
        (&app.anna, "office@globex.example"),
        (&app.admin, "office@acme.example"),
        (&app.gina, "office@acme.example"),
    ] {
        let answer = sender.create(&json!({ "send_as": address })).await;
        answer.problem(403, "forbidden");
        answers.push(answer.unnamed());
    }
    answers.dedup();
    assert_eq!(answers.len(), 1);
    app.anna.create(&json!({ "send_as": "office" })).await.problem(400, "invalid_request");
}

async fn what_was_taken_away_is_sent_no_more(app: &App) {
    let mailbox = office(app).await;
    let draft = app.anna.draft_of(&for_office()).await;
    app.anna.put(&draft, "a.txt", b"a").await;
    let sent = app.anna.sent_as(&for_office(), &[("b.txt", b"b")]).await;
    undelegate(app, &mailbox, &app.anna).await.expect(204);
    undelegate(app, &mailbox, &app.anna).await.problem(404, "not_found");
    app.anna.act(&draft, "send").await.problem(403, "forbidden");
    app.anna.create(&for_office()).await.problem(403, "forbidden");
    let carl = json!({ "email": "carl@example.org" });
    let more = app.anna.post_json(&format!("/api/v1/transfers/{}/recipients", sent.id), &carl).await;
    more.problem(403, "forbidden");
    // What was sent is hers to see, and to take back.
    app.anna.transfer(&sent.id).await;
    app.anna.act(&sent.id, "block").await.expect(200);
    delegate(app, &mailbox, &app.anna).await.expect(204);
    app.anna.act(&draft, "send").await.expect(200);
}

async fn a_mailbox_that_is_a_users_address_is_refused(app: &App) {
    app.admin.post_json(PATH, &json!({ "email": "anna@acme.example" })).await.problem(409, "already_exists");
    let path = format!("/api/v1/admin/users/{}", app.user_id(&app.otto).await);
    let disable = app.admin.request(sealpost_test_support::app::Method::PATCH, &path);
    disable.json(&json!({ "disabled": true })).await.expect(200);
    // As directories have shared mailboxes: users who cannot sign in.
    made(&app.admin, "otto@acme.example").await;
    for wish in [json!({ "email": "x" }), json!({}), json!({ "email": "a@b.example", "name": "a\nb" })] {
        app.admin.post_json(PATH, &wish).await.problem(400, "invalid_request");
    }
}

async fn only_admins_keep_mailboxes_and_only_their_own(app: &App) {
    let mailbox = office(app).await;
    app.anna.get(PATH).await.problem(403, "forbidden");
    app.anna.post_json(PATH, &json!({ "email": "x@acme.example" })).await.problem(403, "forbidden");
    app.anybody.get(PATH).await.problem(401, "unauthorized");
    let of = format!("{PATH}/{mailbox}");
    app.rival.delete(&of).await.problem(404, "not_found");
    app.rival.get(&format!("{of}/delegates")).await.problem(404, "not_found");
    let gina = json!({ "user_id": app.user_id(&app.gina).await });
    app.rival.post_json(&format!("{of}/delegates"), &gina).await.problem(404, "not_found");
    app.admin.post_json(&format!("{of}/delegates"), &gina).await.problem(404, "not_found");
    let anna = app.user_id(&app.anna).await;
    app.rival.delete(&format!("{of}/delegates/{anna}")).await.problem(404, "not_found");
    assert_eq!(addresses(&app.anna, "/api/v1/mailboxes").await, ["office@acme.example"]);
}

async fn import(by: &Client, query: &str, table: &str) -> Answer {
    let request = by.post(&format!("{PATH}/import{query}")).header("content-type", "text/csv; charset=utf-8");
    request.body(table.to_owned()).await
}

async fn a_table_is_taken_whole_or_not_at_all(app: &App) {
    let good = "mailbox,user\r\noffice@acme.example,anna@acme.example\r\noffice@acme.example,otto@acme.example\r\n\
        sales@acme.example,otto@acme.example\r\n";
    let bad = format!(
        "{good}x,y\r\nsales@acme.example,gina@globex.example\r\n=A1,anna@acme.example\r\nanna@acme.example,otto@acme.example\r\n"
    );
    let answer = import(&app.admin, "", &bad).await;
    answer.problem(400, "invalid_request");
    let lines = answer.json()["bad_lines"].clone();
    let lines: Vec<_> = lines.as_array().unwrap().iter().map(|bad| bad["line"].as_u64().unwrap()).collect();
    assert_eq!(lines, [5, 6, 7]);
    assert!(!answer.text().contains("=A1") && !answer.text().contains("gina"));
    assert_eq!(addresses(&app.admin, PATH).await, Vec::<String>::new());
    // Nor if the fault is found while it is being written.
    let last = format!("{good}anna@acme.example,otto@acme.example\r\n");
    assert_eq!(import(&app.admin, "", &last).await.expect(400).json()["bad_lines"][0]["line"], 5);
    assert_eq!(addresses(&app.admin, PATH).await, Vec::<String>::new());
    let done = import(&app.admin, "", good).await.expect(200).json();
    assert_eq!(
        (&done["mailboxes"], &done["delegations"], &done["unchanged"]),
        (&json!(2), &json!(3), &json!(0))
    );
    let again = import(&app.admin, "", good).await.expect(200).json();
    assert_eq!(
        (&again["mailboxes"], &again["delegations"], &again["unchanged"]),
        (&json!(0), &json!(0), &json!(3))
    );
    assert_eq!(
        addresses(&app.otto, "/api/v1/mailboxes").await,
        ["office@acme.example", "sales@acme.example"]
    );
}

async fn a_table_may_be_taken_in_part(app: &App) {
    let table = "office@acme.example,anna@acme.example\nx\nanna@acme.example,otto@acme.example\n";
    let done = import(&app.admin, "?partial=true", table).await.expect(200).json();
    assert_eq!((&done["mailboxes"], &done["delegations"]), (&json!(1), &json!(1)));
    assert_eq!(done["bad_lines"].as_array().unwrap().len(), 2);
}

async fn what_is_no_table_is_refused(app: &App) {
    import(&app.admin, "?partial=perhaps", "").await.problem(400, "invalid_request");
    let path = format!("{PATH}/import");
    app.admin.post_json(&path, &json!({})).await.problem(415, "unsupported_media_type");
    let csv = |body: Vec<u8>| app.admin.post(&path).header("content-type", "text/csv").body(body);
    csv(vec![b'x'; (1 << 20) + 1]).await.problem(413, "too_large");
    csv(vec![0xff, 0xfe]).await.problem(400, "invalid_request");
    csv(b"x\n".repeat(20_001)).await.problem(400, "invalid_request");
    import(&app.anna, "", "").await.problem(403, "forbidden");
}
