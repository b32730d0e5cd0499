//! `GET /api/v1/transfers`

use std::time::Duration;

use sealpost_test_support::{
    app::{App, DAY, Sender, eventually},
    claims,
};
use serde_json::json;

claims![
    one_that_does_not_open_hides_no_other,
    transfers_are_listed_newest_first_in_pages,
    a_sender_sees_his_own_an_admin_all_of_his_tenant,
    a_page_has_bounds,
    a_line_says_how_far_a_transfer_has_come,
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
    let parts = ["state", "subject", "password_protected", "file_count", "byte_count", "recipient_count"];
    let shown: Vec<_> = parts.iter().map(|part| shown[*part].clone()).collect();
    assert_eq!(json!(shown), json!(["available", "Plans", false, 2, 8, 2]));
    eventually("the download counts", async || line().await["downloaded_count"] == 1).await;
    app.clock.advance(14 * DAY);
    assert_eq!(line().await["state"], "expired");
}
