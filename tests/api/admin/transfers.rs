//! `/api/v1/admin/transfers`: the log of transfers.

use sealpost_test_support::{
    app::{App, eventually},
    claims,
};
use serde_json::{Value, json};

use crate::{
    portals,
    requests::{Uploader, asked},
};

claims![
    every_filter_finds_what_it_names_and_nothing_else,
    pages_of_every_filter_have_every_transfer_once,
    files_of_a_kind_are_found_and_nothing_else,
    what_has_come_in_is_found_by_its_request_or_portal,
    a_page_without_a_line_leads_on_to_what_is_further_back,
    a_record_says_who_had_what_after_what_and_from_where,
    what_was_purged_stays_in_the_log_without_anybodys_name,
    an_address_that_no_mail_server_takes_is_marked,
    the_table_has_a_line_for_each_recipient_and_no_formulas,
    senders_and_other_tenants_see_nothing_of_it,
];

const PATH: &str = "/api/v1/admin/transfers";

async fn log(app: &App, query: &str) -> Value {
    app.admin.get(&format!("{PATH}{query}")).await.expect(200).json()
}

fn ids(page: &Value) -> Vec<String> {
    let lines = page["transfers"].as_array().unwrap();
    lines.iter().map(|line| line["id"].as_str().unwrap().to_owned()).collect()
}

async fn every_filter_finds_what_it_names_and_nothing_else(app: &App) {
    let to = |email: &str| json!({ "recipients": [{ "email": email }], "subject": "Plans" });
    let bert = app.anna.sent_as(&to("berta@example.net"), &[("a", b"a")]).await.id.clone();
    let between = crate::support::rfc3339(sealpost_domain::Clock::now(&app.clock));
    app.clock.advance(std::time::Duration::from_secs(60));
    let later = crate::support::rfc3339(sealpost_domain::Clock::now(&app.clock));
    let carl = app.otto.sent_as(&to("carl@example.org"), &[("b", b"b")]).await.id.clone();
    app.clock.advance(std::time::Duration::from_secs(1));
    let draft = app.anna.draft().await;
    app.otto.act(&carl, "block").await.expect(200);
    app.gina.sent_as(&to("berta@example.net"), &[("c", b"c")]).await;
    let draft: &str = &draft;
    for (query, found) in [
        ("".to_owned(), vec![draft, &carl, &bert]),
        ("?sender=anna@acme.example".to_owned(), vec![draft, &bert]),
        ("?sender=ANNA@acme.example".to_owned(), vec![draft, &bert]),
        ("?sender=nobody@acme.example".to_owned(), vec![]),
        ("?recipient=berta@example.net".to_owned(), vec![&bert]),
        ("?recipient=Carl@Example.org".to_owned(), vec![&carl]),
        ("?recipient=dora@example.org".to_owned(), vec![]),
        ("?state=blocked".to_owned(), vec![&carl]),
        ("?state=draft".to_owned(), vec![draft]),
        ("?state=available".to_owned(), vec![&bert]),
        ("?state=available&sender=anna@acme.example".to_owned(), vec![&bert]),
        ("?state=available&sender=otto@acme.example".to_owned(), vec![]),
        ("?recipient=carl@example.org&state=blocked".to_owned(), vec![&carl]),
        ("?recipient=carl@example.org&state=available".to_owned(), vec![]),
        ("?recipient=berta@example.net&sender=anna@acme.example".to_owned(), vec![&bert]),
        ("?recipient=berta@example.net&sender=otto@acme.example".to_owned(), vec![]),
        (format!("?from={later}"), vec![draft, &carl]),
        (format!("?to={later}"), vec![&bert]),
        (format!("?from={between}&to={later}&recipient=berta@example.net"), vec![&bert]),
        (format!("?from={later}&recipient=berta@example.net"), vec![]),
    ] {
        assert_eq!(ids(&log(app, &query).await), found, "{query}");
    }
    let line = &log(app, "?recipient=berta@example.net").await["transfers"][0];
    assert_eq!((&line["sender"], &line["subject"]), (&json!("anna@acme.example"), &json!("Plans")));
    for query in [
        "?state=open",
        "?state=expired",
        "?sender=x",
        "?limit=0",
        "?who=x",
        "?state=purged&sender=anna@acme.example",
    ] {
        app.admin.get(&format!("{PATH}{query}")).await.expect(400);
    }
}

async fn pages_of_every_filter_have_every_transfer_once(app: &App) {
    let mut sent = Vec::new();
    for _ in 0..5 {
        app.clock.advance(std::time::Duration::from_millis(2));
        let new = json!({ "recipients": [{ "email": "bert@example.org" }] });
        sent.insert(0, app.anna.sent_as(&new, &[("a", b"a")]).await.id.clone());
    }
    for filter in ["", "&sender=anna@acme.example", "&state=available", "&recipient=bert@example.org"] {
        let (mut seen, mut before) = (Vec::new(), String::new());
        loop {
            let page = log(app, &format!("?limit=2{filter}{before}")).await;
            seen.extend(ids(&page));
            match page["next"].as_str() {
                Some(next) => before = format!("&before={next}"),
                None => break,
            }
        }
        assert_eq!(seen, sent, "{filter}");
    }
}

async fn files_of_a_kind_are_found_and_nothing_else(app: &App) {
    let to = |email: &str| json!({ "recipients": [{ "email": email }] });
    let document: &[u8] = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n";
    let one = app.anna.sent_as(&to("bert@example.org"), &[("a.pdf", document), ("b.pdf", document)]).await;
    app.clock.advance(std::time::Duration::from_millis(2));
    let two = app.otto.sent_as(&to("carl@example.org"), &[("c.pdf", document), ("d.txt", b"text")]).await;
    app.clock.advance(std::time::Duration::from_millis(2));
    app.anna.sent_as(&to("bert@example.org"), &[("e.txt", b"text")]).await;
    app.gina.sent_as(&to("bert@example.org"), &[("f.pdf", document)]).await;
    for (query, found) in [
        ("?kind=pdf", vec![&two.id, &one.id]),
        ("?kind=executable", vec![]),
        ("?kind=pdf&sender=anna@acme.example", vec![&one.id]),
        ("?kind=pdf&recipient=carl@example.org", vec![&two.id]),
        ("?kind=pdf&recipient=carl@example.org&state=draft", vec![]),
        ("?kind=pdf&state=available", vec![&two.id, &one.id]),
        ("?kind=pdf&state=blocked", vec![]),
    ] {
        assert_eq!(ids(&log(app, query).await).iter().collect::<Vec<_>>(), found, "{query}");
    }
    let first = log(app, "?kind=pdf&limit=1").await;
    let second = log(app, &format!("?kind=pdf&limit=1&before={}", first["next"].as_str().unwrap())).await;
    assert_eq!((ids(&first), ids(&second)), (vec![two.id.clone()], vec![one.id.clone()]));
    for query in ["?kind=x", "?kind=pdf&state=purged"] {
        app.admin.get(&format!("{PATH}{query}")).await.expect(400);
    }
}

async fn what_has_come_in_is_found_by_its_request_or_portal(app: &App) {
    let (request, token) = asked(app, &json!({ "max_uses": 3 })).await;
    let portal = portals::portal(app, &json!({})).await;
    let (request, portal) = (request["id"].as_str().unwrap(), portal["id"].as_str().unwrap());
    app.anna.sent(&[("a", b"a")]).await;
    let mut by_request = Vec::new();
    for _ in 0..3 {
        app.clock.advance(std::time::Duration::from_millis(2));
        by_request.insert(0, Uploader::begun(app, &token).await.id);
    }
    let by_portal = portals::begun(app, &json!({})).await.id;
    for (query, found) in [
        (format!("?request={request}"), by_request.clone()),
        (format!("?request={request}&state=draft"), by_request.clone()),
        (format!("?request={request}&state=available"), vec![]),
        (format!("?request={request}&sender=anna@acme.example"), by_request.clone()),
        (format!("?request={request}&sender=otto@acme.example"), vec![]),
        (format!("?request={request}&recipient=anna@acme.example"), by_request.clone()),
        (format!("?request={request}&recipient=bert@example.org"), vec![]),
        (format!("?request={request}&kind=pdf"), vec![]),
        (format!("?request={request}&rule=none"), vec![]),
        (format!("?request={portal}"), vec![]),
        (format!("?portal={portal}"), vec![by_portal.clone()]),
        (format!("?portal={portal}&state=draft"), vec![by_portal]),
        (format!("?portal={request}"), vec![]),
    ] {
        assert_eq!(ids(&log(app, &query).await), found, "{query}");
    }
    let (mut seen, mut before) = (Vec::new(), String::new());
    loop {
        let page = log(app, &format!("?limit=2&request={request}{before}")).await;
        seen.extend(ids(&page));
        match page["next"].as_str() {
            Some(next) => before = format!("&before={next}"),
            None => break,
        }
    }
    assert_eq!(seen, by_request);
    let table = app.admin.get(&format!("{PATH}/export?format=jsonl&request={request}")).await.expect(200);
    assert_eq!(table.text().lines().count(), 3);
    // That somebody else's are asked for finds nothing, and no more than that is said.
    let theirs = app.rival.get(&format!("{PATH}?request={request}")).await.expect(200).json();
    assert_eq!(ids(&theirs), [""; 0]);
    for query in [
        format!("?request={request}&portal={portal}"),
        format!("?state=purged&request={request}"),
        "?request=x".to_owned(),
        "?portal=".to_owned(),
    ] {
        app.admin.get(&format!("{PATH}{query}")).await.problem(400, "invalid_request");
    }
}

async fn a_page_without_a_line_leads_on_to_what_is_further_back(app: &App) {
    let new = json!({ "recipients": [{ "email": "bert@example.org" }] });
    let blocked = app.anna.sent_as(&new, &[("a", b"a")]).await.id.clone();
    app.anna.act(&blocked, "block").await.expect(200);
    app.clock.advance(std::time::Duration::from_millis(2));
    for _ in 0..33 {
        futures_util::future::join_all((0..16).map(|_| app.anna.draft_of(&new))).await;
    }
    let query = "?recipient=bert@example.org&state=blocked";
    let first = log(app, query).await;
    assert_eq!(ids(&first), [] as [String; 0]);
    let second = log(app, &format!("{query}&before={}", first["next"].as_str().unwrap())).await;
    assert_eq!((ids(&second), second.get("next")), (vec![blocked.clone()], None));
    // What is handed out is not cut off there.
    let export = app.admin.get(&format!("{PATH}/export{query}&format=jsonl")).await.expect(200).text();
    assert!(export.contains(&blocked), "{export}");
    assert_eq!(
        log(app, "?recipient=bert@example.org&limit=200").await["transfers"].as_array().unwrap().len(),
        200
    );
}

async fn a_record_says_who_had_what_after_what_and_from_where(app: &App) {
    let new = json!({ "recipients": [{ "email": "bert@example.org" }], "password": "correct horse" });
    let sent = app.anna.sent_as(&new, &[("plan.pdf", b"the plan")]).await;
    sent.link().enter_with("correct horse").await.fetch(0).await;
    eventually("the download is noted", async || {
        app.audit(app.acme.id, &sent.id).await.contains(&"file.downloaded".to_owned())
    })
    .await;
    let record = app.admin.get(&format!("{PATH}/{}", sent.id)).await.expect(200).json();
    let bert = &record["recipients"][0];
    assert_eq!((&bert["email"], &bert["protection"]), (&json!("bert@example.org"), &json!("password")));
    assert!(bert["opened_at"].is_string() && bert["downloaded_at"].is_string());
    let entry = |kind: &str| {
        let entries = record["entries"].as_array().unwrap();
        entries.iter().find(|entry| entry["kind"] == kind).unwrap_or_else(|| panic!("{kind}")).clone()
    };
    assert_eq!(entry("delivery.opened")["details"]["protection"], "password");
    assert_eq!(entry("file.downloaded")["personal"]["network"], json!(["127.0.0.1"]));
    assert!(!record.to_string().contains("plan.pdf"), "no file's name");
}

async fn what_was_purged_stays_in_the_log_without_anybodys_name(app: &App) {
    let sent = app.anna.sent(&[("plan.pdf", b"the plan")]).await;
    app.anna.purge(&sent.id).await.expect(204);
    assert_eq!(ids(&log(app, "").await), [""; 0]);
    let page = log(app, "?state=purged").await;
    assert_eq!(ids(&page), [sent.id.to_string()]);
    let line = &page["transfers"][0];
    assert_eq!((&line["file_count"], &line["recipient_count"]), (&json!(1), &json!(1)));
    assert!(line["purged_at"].is_string() && line["created_at"].is_string());
    let record = app.admin.get(&format!("{PATH}/{}", sent.id)).await.expect(200).json();
    assert_eq!((&record["state"], &record["recipients"]), (&json!("purged"), &json!([])));
    assert!(!record.to_string().contains("@example."), "{record}");
}

async fn an_address_that_no_mail_server_takes_is_marked(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    app.mails.fail_next(sealpost_mail::MailError::Refused("SMTP 550".into()));
    app.run_jobs().await;
    assert_eq!(app.take_failed_jobs().await.len(), 1);
    let record = app.admin.get(&format!("{PATH}/{}", sent.id)).await.expect(200).json();
    let recipient = &record["recipients"][0];
    assert!(recipient["bounced_at"].is_string() && recipient.get("notified_at").is_none(), "{recipient}");
    assert_eq!(record["entries"][0]["kind"], "recipient.unreachable");
}

async fn the_table_has_a_line_for_each_recipient_and_no_formulas(app: &App) {
    let new = json!({
        "recipients": [{ "email": "bert@example.org" }, { "email": "+carl@example.org" }],
        "subject": "=cmd|' /C calc'!A0",
    });
    app.anna.sent_as(&new, &[("a", b"a")]).await;
    app.clock.advance(std::time::Duration::from_secs(1));
    app.anna.draft().await;
    let table = app.admin.get(&format!("{PATH}/export")).await.expect(200).text();
    let lines: Vec<_> = table.lines().collect();
    assert_eq!(lines.len(), 4, "{table}");
    assert!(lines[0].starts_with("transfer,state,sender,subject,"));
    assert!(lines[1].contains(",draft,anna@acme.example,"));
    assert!(lines[2].contains(",'=cmd|' /C calc'!A0,") && lines[2].contains(",bert@example.org,"), "{table}");
    assert!(lines[3].contains(",'+carl@example.org,"), "{table}");
    let json = app.admin.get(&format!("{PATH}/export?format=jsonl&state=available")).await.expect(200).text();
    let line: Value = serde_json::from_str(json.trim()).unwrap();
    assert_eq!(line["recipients"].as_array().unwrap().len(), 2);
    for query in ["?format=xml", "?limit=1", "?state=expired"] {
        app.admin.get(&format!("{PATH}/export{query}")).await.expect(400);
    }
}

async fn senders_and_other_tenants_see_nothing_of_it(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    for path in [PATH.to_owned(), format!("{PATH}/export"), format!("{PATH}/{}", sent.id)] {
        app.anna.get(&path).await.expect(403);
        app.anybody.get(&path).await.expect(401);
    }
    assert_eq!(ids(&app.rival.get(PATH).await.expect(200).json()), [""; 0]);
    app.rival.get(&format!("{PATH}/{}", sent.id)).await.expect(404);
}
