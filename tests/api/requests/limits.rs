//! What a request takes: so many files and bytes, also if they come at once, and what the tenant's rules let pass.

use std::future::IntoFuture as _;

use futures_util::future::join_all;
use sealpost_domain::Policy;
use sealpost_test_support::{
    app::{App, Method, Options, metadata},
    claims, corpus,
};
use serde_json::json;

use super::{Uploader, asked};

claims![
    files_and_bytes_hold_under_parallel_uploads,
    bytes_hold_for_uploads_whose_length_is_not_known,
    what_was_taken_out_makes_room,
    a_request_is_never_wider_than_its_tenant with narrow(),
    the_room_that_is_used_is_the_requesters with little_room(),
    types_are_refused_by_name_and_by_content,
    rules_that_change_count_when_it_is_sent,
];

fn narrow() -> Options {
    Options {
        policy: Policy { max_files: 2, max_transfer_bytes: 100, max_file_bytes: 50, ..Policy::default() },
        ..Options::default()
    }
}

fn little_room() -> Options {
    Options { policy: Policy { sender_quota_bytes: Some(10), ..Policy::default() }, ..Options::default() }
}

fn put(uploader: &Uploader, name: &str, bytes: &[u8]) -> sealpost_test_support::app::Request {
    let put =
        uploader.sender.begin_with(&uploader.id, bytes).header("upload-length", bytes.len().to_string());
    put.header("upload-metadata", metadata(name))
}

async fn files_and_bytes_hold_under_parallel_uploads(app: &App) {
    let (_, token) = asked(app, &json!({"max_files": 3, "max_bytes": 1_000, "max_uses": 2})).await;
    let uploader = Uploader::begun(app, &token).await;
    let answers =
        join_all((0..10).map(|n| put(&uploader, &format!("{n}.txt"), b"12345").into_future())).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 3);
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        refused.problem(409, "limit_reached");
    }
    let shown = uploader.shown().await;
    assert_eq!((&shown["files_left"], &shown["bytes_left"]), (&json!(0), &json!(985)));
    let uploader = Uploader::begun(app, &token).await;
    let upload = |n: usize| {
        let begun = uploader.sender.begin(&uploader.id).header("upload-length", "400");
        begun.header("upload-metadata", metadata(&format!("{n}.txt"))).into_future()
    };
    let answers = join_all((0..6).map(upload)).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 2, "800 of 1,000 bytes");
    put(&uploader, "big.txt", &[b'x'; 1_001]).await.problem(413, "too_large");
}

async fn bytes_hold_for_uploads_whose_length_is_not_known(app: &App) {
    let (_, token) = asked(app, &json!({"max_bytes": 100})).await;
    let uploader = Uploader::begun(app, &token).await;
    let one = uploader.sender.deferred(&uploader.id, "one.txt").await;
    let two = uploader.sender.deferred(&uploader.id, "two.txt").await;
    uploader.sender.patch(&one, 0, vec![b'x'; 60]).await.expect(204);
    uploader.sender.patch(&two, 0, vec![b'x'; 60]).await.problem(413, "too_large");
    uploader.sender.patch(&two, 0, vec![b'x'; 40]).await.expect(204);
    assert_eq!(uploader.shown().await["bytes_left"], 0);
}

async fn what_was_taken_out_makes_room(app: &App) {
    let (_, token) = asked(app, &json!({"max_files": 1})).await;
    let uploader = Uploader::begun(app, &token).await;
    let file = uploader.sender.put(&uploader.id, "a.txt", b"a").await;
    put(&uploader, "b.txt", b"b").await.problem(409, "limit_reached");
    let path = format!("{}/files/{file}", uploader.path());
    uploader.sender.delete(&path).await.expect(204);
    uploader.sender.delete(&path).await.problem(404, "not_found");
    let upload = uploader.sender.upload(&uploader.id, "c.txt", 5).await;
    uploader.sender.terminate(&upload).await.expect(204);
    put(&uploader, "b.txt", b"b").await.expect(201);
    let log = app.db.read().await.unwrap().audit_after(app.acme.id, 0, 1_000).await.unwrap();
    let removed: Vec<_> = log.iter().filter(|entry| entry.kind == "file.removed").collect();
    assert_eq!(removed.len(), 2);
    assert!(removed.iter().all(|entry| entry.payload.contains(r#""by":"uploader""#)));
}

async fn a_request_is_never_wider_than_its_tenant(app: &App) {
    let (_, token) = asked(app, &json!({"max_files": 9, "max_bytes": 1_000})).await;
    let uploader = Uploader::begun(app, &token).await;
    let shown = uploader.shown().await;
    assert_eq!(
        (&shown["files_left"], &shown["bytes_left"], &shown["max_file_bytes"]),
        (&json!(2), &json!(100), &json!(50))
    );
    put(&uploader, "a.txt", &[b'x'; 51]).await.problem(413, "too_large");
}

async fn the_room_that_is_used_is_the_requesters(app: &App) {
    let (_, token) = asked(app, &json!({})).await;
    app.anna.put(&app.anna.draft().await, "own.txt", b"12345678").await;
    let uploader = Uploader::begun(app, &token).await;
    let detail = put(&uploader, "a.txt", b"123").await.problem(409, "quota_used_up");
    assert_eq!(detail, "it is the recipient's");
    put(&uploader, "a.txt", b"12").await.expect(201);
}

async fn types_are_refused_by_name_and_by_content(app: &App) {
    let (_, token) = asked(app, &json!({})).await;
    let uploader = Uploader::begun(app, &token).await;
    put(&uploader, "setup.exe", b"x").await.problem(403, "type_refused");
    put(&uploader, "picture.jpg", &corpus::pe()).await.problem(403, "type_refused");
    assert_eq!(uploader.shown().await["files"], json!([]));
    let log = app.db.read().await.unwrap().audit_after(app.acme.id, 0, 1_000).await.unwrap();
    let refused: Vec<_> = log.iter().filter(|entry| entry.kind == "file.refused").collect();
    assert_eq!(refused.len(), 2);
    assert!(refused.iter().all(|entry| entry.payload.contains(r#""by":"uploader""#)));
}

async fn rules_that_change_count_when_it_is_sent(app: &App) {
    let (_, token) = asked(app, &json!({})).await;
    let uploader = Uploader::begun(app, &token).await;
    put(&uploader, "a.txt", b"hello").await.expect(201);
    let owner = app.signed_in(&app.admin).await;
    let rules = json!({"types": {"extensions": ["txt"]}});
    owner.request(Method::PATCH, "/api/v1/admin/policy").json(&rules).await.expect(200);
    uploader.send().await.problem(403, "type_refused");
    let rules = json!({"types": {"extensions": []}});
    owner.request(Method::PATCH, "/api/v1/admin/policy").json(&rules).await.expect(200);
    uploader.send().await.expect(200);
}
