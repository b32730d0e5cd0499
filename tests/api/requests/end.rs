//! What was begun and never sent gives its use back; what people ask for whose addresses are known; what a tenant takes along.

use std::time::Duration;

use sealpost_domain::Job;
use sealpost_test_support::{
    app::{App, DAY, HOUR},
    claims,
};
use serde_json::json;

use super::{Uploader, asked, begin, begin_as, uses};

claims![
    what_nobody_goes_on_with_gives_its_use_back,
    what_somebody_goes_on_with_keeps_it,
    what_its_requester_deletes_before_it_is_sent_gives_its_use_back,
    what_was_sent_keeps_its_use_whatever_becomes_of_it,
    an_uploader_is_found_and_forgotten_by_his_address,
    a_bound_address_is_found_and_forgotten,
];

async fn what_nobody_goes_on_with_gives_its_use_back(app: &App) {
    let (made, token) =
        asked(app, &json!({"max_uses": 2, "expires_at": crate::support::from_now(app, 20 * DAY)})).await;
    let with_file = Uploader::begun(app, &token).await;
    with_file.sender.put(&with_file.id, "a.txt", b"a").await;
    let empty = Uploader::begun(app, &token).await;
    begin(app, &token).await.problem(404, "link_unavailable");
    app.clock.advance(DAY - Duration::from_secs(1));
    app.run(Job::AbandonUploads).await;
    assert_eq!(uses(app, &made).await, 2);
    app.clock.advance(Duration::from_secs(1));
    app.run(Job::AbandonUploads).await;
    assert_eq!(uses(app, &made).await, 0);
    assert!(app.objects().await.is_empty());
    empty.sender.get(&empty.path()).await.problem(410, "gone");
    with_file.send().await.problem(410, "gone");
    begin(app, &token).await.expect(201);
    app.run(Job::AbandonUploads).await;
    assert_eq!(uses(app, &made).await, 1, "given back once");
}

async fn what_somebody_goes_on_with_keeps_it(app: &App) {
    let (made, token) = asked(app, &json!({})).await;
    let uploader = Uploader::begun(app, &token).await;
    let upload = uploader.sender.upload(&uploader.id, "a.txt", 10).await;
    app.clock.advance(20 * HOUR);
    uploader.sender.patch(&upload, 0, "12345").await.expect(204);
    app.clock.advance(20 * HOUR);
    app.run(Job::AbandonUploads).await;
    assert_eq!(uses(app, &made).await, 1, "20 hours after its last byte");
    uploader.sender.patch(&upload, 5, "67890").await.expect(204);
    app.clock.advance(20 * HOUR);
    app.run(Job::AbandonUploads).await;
    uploader.send().await.expect(200);
    app.clock.advance(30 * HOUR);
    app.run(Job::AbandonUploads).await;
    assert_eq!(uses(app, &made).await, 1);
    assert_eq!(app.anna.transfer(&uploader.id).await["state"], "available");
}

async fn what_its_requester_deletes_before_it_is_sent_gives_its_use_back(app: &App) {
    let (made, token) = asked(app, &json!({})).await;
    let uploader = Uploader::begun(app, &token).await;
    uploader.sender.put(&uploader.id, "a.txt", b"a").await;
    app.anna.purge(&uploader.id).await.expect(204);
    assert_eq!(uses(app, &made).await, 0);
    uploader.send().await.problem(410, "gone");
    begin(app, &token).await.expect(201);
}

async fn what_was_sent_keeps_its_use_whatever_becomes_of_it(app: &App) {
    let (made, token) = asked(app, &json!({})).await;
    let uploader = Uploader::begun(app, &token).await;
    uploader.sender.put(&uploader.id, "a.txt", b"a").await;
    uploader.send().await.expect(200);
    app.anna.purge(&uploader.id).await.expect(204);
    assert_eq!(uses(app, &made).await, 1);
    begin(app, &token).await.problem(404, "link_unavailable");
}

async fn an_uploader_is_found_and_forgotten_by_his_address(app: &App) {
    let (_, token) = asked(app, &json!({})).await;
    let uploader = Uploader::begun(app, &token).await;
    uploader.sender.put(&uploader.id, "a.txt", b"a").await;
    uploader.send().await.expect(200);
    app.run_jobs().await;
    let owner = app.signed_in(&app.admin).await;
    let whom = json!({"email": "UTE@builder.example"});
    let found = owner.post_json("/api/v1/admin/data-subjects/find", &whom).await.expect(200).json();
    assert_eq!(found["uploader_of"][0]["transfer"], uploader.id.as_str());
    assert_eq!(found["uploader_of"][0]["name"], "Ute Bauer");
    let erased = owner.post_json("/api/v1/admin/data-subjects/erase", &whom).await.expect(200).json();
    assert_eq!((&erased["uploads"], &erased["entries"]), (&json!(1), &json!(1)));
    let found = owner.post_json("/api/v1/admin/data-subjects/find", &whom).await.expect(200).json();
    assert_eq!(found["uploader_of"], json!([]));
    let shown = app.anna.transfer(&uploader.id).await;
    assert!(!shown.to_string().contains("ute@") && !shown.to_string().contains("Ute"), "{shown}");
    let visit = app.anna.send(&uploader.id).await.link().enter().await;
    assert_eq!(visit.fetch(0).await, "a", "what was sent stays with whom it was sent to");
}

async fn a_bound_address_is_found_and_forgotten(app: &App) {
    let (made, token) = asked(app, &json!({"email": "ute@builder.example"})).await;
    let owner = app.signed_in(&app.admin).await;
    let whom = json!({"email": "ute@builder.example"});
    let found = owner.post_json("/api/v1/admin/data-subjects/find", &whom).await.expect(200).json();
    assert_eq!(found["asked_for_files"][0]["request"], made["id"]);
    let erased = owner.post_json("/api/v1/admin/data-subjects/erase", &whom).await.expect(200).json();
    assert_eq!(erased["requests"], 1);
    // Nobody else gets in by it.
    begin(app, &token).await.problem(404, "link_unavailable");
    begin_as(app, &token, &json!({"email": "eve@builder.example"})).await.problem(404, "link_unavailable");
    let path = format!("/api/v1/requests/{}", made["id"].as_str().unwrap());
    let shown = app.anna.get(&path).await.expect(200).json();
    assert!(shown["request"]["closed_at"].is_string() && !shown.to_string().contains("ute@"), "{shown}");
}
