//! `Upload-Defer-Length`

use sealpost_db::File;
use sealpost_domain::{Clock as _, Policy};
use sealpost_test_support::{
    app::{App, Options},
    claims,
};
use serde_json::json;

claims![
    a_length_is_declared_once_and_counts_from_then_on,
    a_length_that_does_not_fit_is_refused,
    a_length_can_come_with_the_last_bytes_or_after_them,
    a_length_that_ends_an_upload_counts_with_the_file_or_not_at_all,
    what_has_no_length_keeps_a_draft_from_being_sent,
    bytes_of_unknown_length_can_come_along_with_the_creation,
    bytes_of_unknown_length_take_room_as_they_come with small_tenant(),
];

fn small_tenant() -> Options {
    Options { policy: Policy { max_transfer_bytes: 100, ..Policy::default() }, ..Options::default() }
}

async fn a_length_is_declared_once_and_counts_from_then_on(app: &App) {
    let id = app.anna.draft().await;
    let upload = app.anna.deferred(&id, "a").await;
    let status = app.anna.status(&upload).await.expect(200);
    assert_eq!((status.header("upload-defer-length"), status.header("upload-length")), (Some("1"), None));
    app.anna.patch(&upload, 0, "01").await.expect(204);
    app.anna.patch(&upload, 2, "23").header("upload-length", "6").await.expect(204);
    let status = app.anna.status(&upload).await.expect(200);
    assert_eq!((status.header("upload-defer-length"), status.header("upload-length")), (None, Some("6")));
    assert_eq!(app.anna.transfer(&id).await["byte_count"], 6);
    for length in ["5", "7", "0"] {
        let changed = app.anna.patch(&upload, 4, "4").header("upload-length", length).await;
        changed.problem(409, "state_conflict");
    }
    app.anna.patch(&upload, 4, "456").await.problem(413, "too_large");
    app.anna.patch(&upload, 4, "45").header("upload-length", "6").await.expect(204);
    assert_eq!(app.anna.send(&id).await.link().enter().await.fetch(0).await, "012345");
}

async fn a_length_that_does_not_fit_is_refused(app: &App) {
    let id = app.anna.draft().await;
    let upload = app.anna.deferred(&id, "a").await;
    app.anna.patch(&upload, 0, "0123").await.expect(204);
    let declare = |length: &str, bytes: &str| {
        app.anna.patch(&upload, 4, bytes.to_owned()).header("upload-length", length)
    };
    declare("3", "").await.problem(400, "invalid_request");
    declare("5", "45").await.problem(413, "too_large");
    declare("1099511627777", "").await.problem(413, "too_large");
    declare("9223372036854775807", "").await.problem(413, "too_large");
    let status = app.anna.status(&upload).await.expect(200);
    assert_eq!((status.header("upload-defer-length"), status.number("upload-offset")), (Some("1"), 4));
    declare("5", "4").await.expect(204);
}

async fn a_length_can_come_with_the_last_bytes_or_after_them(app: &App) {
    let id = app.anna.draft().await;
    let with = app.anna.deferred(&id, "with").await;
    app.anna.patch(&with, 0, "012").await.expect(204);
    app.anna.patch(&with, 3, "34").header("upload-length", "5").await.expect(204);
    let after = app.anna.deferred(&id, "after").await;
    app.anna.patch(&after, 0, "01234").await.expect(204);
    app.anna.patch(&after, 5, "").header("upload-length", "5").await.expect(204);
    let never = app.anna.deferred(&id, "nothing").await;
    app.anna.patch(&never, 0, "").header("upload-length", "0").await.expect(204);
    let visit = app.anna.send(&id).await.link().enter().await;
    for (name, bytes) in [("with", "01234"), ("after", "01234"), ("nothing", "")] {
        assert_eq!(visit.fetch(visit.place_of(name)).await, bytes, "{name}");
    }
}

async fn a_length_that_ends_an_upload_counts_with_the_file_or_not_at_all(app: &App) {
    let id = app.anna.draft().await;
    let upload = app.anna.deferred(&id, "a").await;
    app.anna.patch(&upload, 0, "0123").await.expect(204);
    // What makes the file fails, as when the process dies at this moment.
    let in_the_way = File {
        id: upload.rsplit('/').next().unwrap().parse().unwrap(),
        tenant_id: app.acme.id,
        transfer_id: id.parse().unwrap(),
        file_key: vec![0],
        manifest: vec![0],
        metadata: vec![0],
        length: 1,
        objects: 1,
        created_at: app.clock.now(),
        kind: None,
        findings: None,
        scan: None,
        sender_file_key: None,
        sender_manifest: None,
        stated_kinds: None,
        stated_policy: None,
    };
    let mut tx = app.db.write().await.unwrap();
    tx.insert_file(&in_the_way).await.unwrap();
    tx.commit().await.unwrap();
    app.anna.patch(&upload, 4, "").header("upload-length", "4").await.problem(500, "internal");
    let mut tx = app.db.write().await.unwrap();
    assert!(tx.delete_file(in_the_way.transfer_id, in_the_way.id).await.unwrap());
    tx.commit().await.unwrap();
    let status = app.anna.status(&upload).await.expect(200);
    assert_eq!((status.header("upload-defer-length"), status.number("upload-offset")), (Some("1"), 4));
    app.anna.patch(&upload, 4, "").header("upload-length", "4").await.expect(204);
    assert_eq!(app.anna.send(&id).await.link().enter().await.fetch(0).await, "0123");
}

async fn what_has_no_length_keeps_a_draft_from_being_sent(app: &App) {
    let id = app.anna.draft().await;
    let upload = app.anna.deferred(&id, "a").await;
    app.anna.patch(&upload, 0, "0123").await.expect(204);
    app.anna.act(&id, "send").await.problem(409, "state_conflict");
    let shown = app.anna.transfer(&id).await["uploads"][0].clone();
    assert_eq!((shown.get("size"), &shown["received"]), (None, &json!(4)));
    app.anna.patch(&upload, 4, "").header("upload-length", "4").await.expect(204);
    app.anna.send(&id).await;
}

async fn bytes_of_unknown_length_can_come_along_with_the_creation(app: &App) {
    let id = app.anna.draft().await;
    let begun = app.anna.begin_with(&id, b"012").header("upload-defer-length", "1").await.expect(201);
    assert_eq!(begun.number("upload-offset"), 3);
    let upload = begun.header("location").unwrap();
    app.anna.patch(upload, 3, "34").header("upload-length", "5").await.expect(204);
    assert_eq!(app.anna.send(&id).await.link().enter().await.fetch(0).await, "01234");
}

async fn bytes_of_unknown_length_take_room_as_they_come(app: &App) {
    let id = app.anna.draft().await;
    let (one, two) = (app.anna.deferred(&id, "one").await, app.anna.deferred(&id, "two").await);
    app.anna.patch(&one, 0, vec![7; 60]).await.expect(204);
    app.anna.patch(&two, 0, vec![7; 41]).await.problem(413, "too_large");
    app.anna.patch(&two, 0, vec![7; 30]).await.expect(204);
    assert_eq!(app.anna.transfer(&id).await["byte_count"], 90);
    // Declaring what is there takes no more; giving up gives all of it back.
    app.anna.patch(&one, 60, "").header("upload-length", "60").await.expect(204);
    assert_eq!(app.anna.transfer(&id).await["byte_count"], 90);
    app.anna.terminate(&two).await.expect(204);
    assert_eq!(app.anna.transfer(&id).await["byte_count"], 60);
    app.anna.put(&id, "three", &[7; 40]).await;
    assert_eq!(app.anna.transfer(&id).await["byte_count"], 100);
    app.anna.send(&id).await;
}
