//! `GET /api/v1/transfers`

use std::time::Duration;

use sealpost_test_support::{
    app::{App, DAY, Sender, eventually},
    claims,
};
use serde_json::json;

use crate::requests::{Uploader, asked};

claims![
    one_that_does_not_open_hides_no_other,
    transfers_are_listed_newest_first_in_pages,
    a_sender_sees_his_own_an_admin_all_of_his_tenant,
    a_page_has_bounds,
    a_line_says_how_far_a_transfer_has_come,
    a_line_says_who_has_sent_it_in,
    transfers_are_found_by_state_recipient_and_subject,
    a_subject_far_back_is_found_page_after_page,
    of_what_was_purged_its_times_and_numbers_are_listed_to_its_sender_alone,
];

async fn one_that_does_not_open_hides_no_other(app: &App) {
    let draft = async |subject: &str| {
        app.clock.advance(Duration::from_secs(1));
        app.anna.draft_of(&json!({"subject": subject})).await
    };
    let (sound, broken) = (draft("sound").await, draft("broken").await);
    let id = broken.parse().unwrap();
    let mut tx = app.db.write().await.unwrap();
    let row = tx.transfer_for_update(app.acme.id, id).await.unwrap().unwrap();
    let mut key = row.transfer_key.unwrap();
    key[50] ^= 1;
    assert!(tx.set_expiry(id, row.epoch, &key, row.expires_at).await.unwrap());
    tx.commit().await.unwrap();
    let listed = app.anna.get("/api/v1/transfers").await.expect(200).json();
    assert_eq!(
        (&listed["transfers"][0]["id"], listed["transfers"][0].get("subject")),
        (&json!(broken), None)
    );
    assert_eq!(listed["transfers"][1]["id"], json!(sound));
    assert_eq!(listed["transfers"][1]["subject"], "sound");
    // It can still be removed.
    app.anna.purge(&broken).await.expect(204);
}

async fn ids(sender: &Sender, query: &str) -> (Vec<String>, Option<String>) {
    let list = sender.get(&format!("/api/v1/transfers{query}")).await.expect(200).json();
    let ids = list["transfers"].as_array().unwrap().iter();
    let ids = ids.map(|line| line["id"].as_str().unwrap().to_owned()).collect();
    (ids, list["next"].as_str().map(str::to_owned))
}

async fn transfers_are_listed_newest_first_in_pages(app: &App) {
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(app.anna.draft().await);
        app.clock.advance(Duration::from_millis(1));
    }
    made.reverse();
    let (all, next) = ids(&app.anna, "").await;
    assert_eq!((all.as_slice(), next), (made.as_slice(), None));
    let mut paged = Vec::new();
    let mut query = "?limit=2".to_owned();
    for _ in 0..3 {
        let (page, next) = ids(&app.anna, &query).await;
        assert!(page.len() <= 2);
        paged.extend(page);
        let Some(next) = next else { break };
        query = format!("?limit=2&before={next}");
    }
    assert_eq!(paged, made);
}

async fn a_sender_sees_his_own_an_admin_all_of_his_tenant(app: &App) {
    let (anna, otto, gina) = (app.anna.draft().await, app.otto.draft().await, app.gina.draft().await);
    assert_eq!(ids(&app.anna, "").await.0, [anna.as_str()]);
    assert_eq!(ids(&app.otto, "").await.0, [otto.as_str()]);
    let mut all = ids(&app.admin, "").await.0;
    all.sort();
    let mut of_acme = [anna, otto];
    of_acme.sort();
    assert_eq!(all, of_acme);
    assert_eq!(ids(&app.rival, "").await.0, [gina]);
}

async fn a_page_has_bounds(app: &App) {
    app.anna.draft().await;
    for query in [
        "?limit=0",
        "?limit=201",
        "?limit=-1",
        "?limit=x",
        "?limit=",
        "?before=x",
        "?after=x",
        "?limit=1&limit=2",
    ] {
        app.anna.get(&format!("/api/v1/transfers{query}")).await.problem(400, "invalid_request");
    }
    assert_eq!(ids(&app.anna, "?limit=200").await.0.len(), 1);
    assert_eq!(ids(&app.anna, "?before=ffffffff-ffff-ffff-ffff-ffffffffffff").await.0.len(), 1);
    assert_eq!(ids(&app.anna, "?before=00000000-0000-0000-0000-000000000000").await.0.len(), 0);
}

async fn a_line_says_how_far_a_transfer_has_come(app: &App) {
    let new = json!({
        "recipients": [{"email": "bert@example.org"}, {"email": "carl@example.org"}], "subject": "Plans",
    });
    let sent = app.anna.sent_as(&new, &[("a", b"12345"), ("b", b"678")]).await;
    sent.links[0].enter().await.fetch(0).await;
    let line = async || app.anna.get("/api/v1/transfers").await.json()["transfers"][0].clone();
    let shown = line().await;
    let parts =
        ["state", "mode", "subject", "password_protected", "file_count", "byte_count", "recipient_count"];
    let shown: Vec<_> = parts.iter().map(|part| shown[*part].clone()).collect();
    assert_eq!(json!(shown), json!(["available", "standard", "Plans", false, 2, 8, 2]));
    eventually("the download counts", async || line().await["downloaded_count"] == 1).await;
    app.clock.advance(14 * DAY);
    assert_eq!(line().await["state"], "expired");
}

async fn a_line_says_who_has_sent_it_in(app: &App) {
    let own = app.anna.draft().await;
    app.clock.advance(Duration::from_secs(1));
    let (request, token) = asked(app, &json!({})).await;
    let sent_in = Uploader::begun(app, &token).await.id;
    let listed = app.anna.get("/api/v1/transfers").await.expect(200).json();
    let (line, other) = (&listed["transfers"][0], &listed["transfers"][1]);
    assert_eq!((&line["id"], &line["request_id"]), (&json!(sent_in), &request["id"]));
    let uploader = json!({ "email": "ute@builder.example", "name": "Ute Bauer", "proved": false });
    assert_eq!(line["uploader"], uploader);
    assert_eq!((&other["id"], other.get("uploader")), (&json!(own), None));
    let path = format!("/api/v1/requests/{}", request["id"].as_str().unwrap());
    let request = app.anna.get(&path).await.expect(200).json();
    assert_eq!(request["submissions"][0]["uploader"], uploader);
}

async fn transfers_are_found_by_state_recipient_and_subject(app: &App) {
    let to = |email: &str, subject: &str| json!({ "recipients": [{ "email": email }], "subject": subject });
    let plans = app.anna.sent_as(&to("bert@example.org", "Plans for the Wing"), &[("a", b"a")]).await;
    app.clock.advance(Duration::from_secs(1));
    let bills = app.anna.sent_as(&to("carl@example.org", "Rechnung für März"), &[("b", b"b")]).await;
    app.clock.advance(Duration::from_secs(1));
    let draft = app.anna.draft_of(&json!({ "subject": "More plans" })).await;
    app.clock.advance(Duration::from_secs(1));
    let others = app.otto.sent_as(&to("bert@example.org", "Plans"), &[("c", b"c")]).await;
    app.anna.act(&bills.id, "block").await.expect(200);
    let (plans, bills, draft): (&str, &str, &str) = (&plans.id, &bills.id, &draft);
    for (query, found) in [
        ("?state=available", vec![plans]),
        ("?state=blocked", vec![bills]),
        ("?state=draft", vec![draft]),
        ("?state=sealed", vec![]),
        ("?state=purged", vec![]),
        ("?recipient=Bert@example.org", vec![plans]),
        ("?recipient=dora@example.org", vec![]),
        ("?recipient=carl@example.org&state=blocked", vec![bills]),
        ("?recipient=carl@example.org&state=available", vec![]),
        ("?subject=PLANS", vec![draft, plans]),
        ("?subject=f%C3%BCr+m%C3%84rz", vec![bills]),
        ("?subject=plans&state=available", vec![plans]),
        ("?subject=plans&recipient=carl@example.org", vec![]),
        ("?subject=plans&limit=1", vec![draft]),
        ("?subject=100%25", vec![]),
    ] {
        assert_eq!(ids(&app.anna, query).await.0, found, "{query}");
    }
    let (first, next) = ids(&app.anna, "?subject=plans&limit=1").await;
    assert_eq!(first, [draft]);
    let rest = ids(&app.anna, &format!("?subject=plans&limit=1&before={}", next.unwrap())).await;
    assert_eq!(rest, (vec![plans.to_owned()], None));
    assert_eq!(ids(&app.admin, "?subject=plans").await.0, [&others.id, draft, plans]);
    for query in [
        "?state=open",
        "?state=expired",
        "?state=",
        "?recipient=x",
        "?subject=",
        "?subject=+",
        "?state=purged&recipient=bert@example.org",
        "?state=purged&subject=plans",
    ] {
        app.anna.get(&format!("/api/v1/transfers{query}")).await.problem(400, "invalid_request");
    }
}

async fn a_subject_far_back_is_found_page_after_page(app: &App) {
    let wanted = app.anna.draft_of(&json!({ "subject": "the one" })).await;
    // More than are looked at for a page.
    for number in 0..520 {
        app.clock.advance(Duration::from_millis(2));
        app.anna.draft_of(&json!({ "subject": format!("another {number}") })).await;
    }
    let (page, next) = ids(&app.anna, "?subject=the+one").await;
    assert_eq!(page, [""; 0]);
    let next = next.expect("there are more to be looked at");
    let rest = ids(&app.anna, &format!("?subject=the+one&before={next}")).await;
    assert_eq!(rest, (vec![wanted], None));
}

async fn of_what_was_purged_its_times_and_numbers_are_listed_to_its_sender_alone(app: &App) {
    let mut gone = Vec::new();
    for _ in 0..3 {
        app.clock.advance(Duration::from_secs(1));
        let sent = app.anna.sent(&[("a", b"12345")]).await;
        app.anna.purge(&sent.id).await.expect(204);
        gone.insert(0, sent.id.clone());
    }
    app.otto.purge(&app.otto.draft().await).await.expect(204);
    assert_eq!(ids(&app.anna, "").await.0, [""; 0]);
    let (first, next) = ids(&app.anna, "?state=purged&limit=2").await;
    let (rest, none) = ids(&app.anna, &format!("?state=purged&limit=2&before={}", next.unwrap())).await;
    assert_eq!((first.as_slice(), rest.as_slice(), none), (&gone[..2], &gone[2..], None));
    let line = &app.anna.get("/api/v1/transfers?state=purged").await.json()["transfers"][0];
    assert_eq!(
        (&line["state"], &line["file_count"], &line["byte_count"]),
        (&json!("purged"), &json!(1), &json!(5))
    );
    assert!(line["purged_at"].is_string() && line["created_at"].is_string());
    for unknown in ["mode", "subject", "downloaded_count", "password_protected", "sent_at", "uploader"] {
        assert_eq!(line.get(unknown), None, "{unknown}");
    }
    assert_eq!(ids(&app.admin, "?state=purged").await.0.len(), 4);
    assert_eq!(ids(&app.rival, "?state=purged").await.0, [""; 0]);
}
