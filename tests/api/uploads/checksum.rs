//! `Upload-Checksum`

use std::time::Duration;

use sealpost_test_support::{
    app::{App, Options, Raw},
    claims,
};
use serde_json::json;

use crate::support::{MIB, free, pattern, sha1, sha256, written_to};

claims![
    bytes_with_their_checksum_are_taken,
    bytes_with_another_checksum_change_nothing,
    many_parts_with_another_checksum_change_nothing,
    a_creation_with_another_checksum_leaves_nothing,
    a_checksum_that_is_none_is_refused,
    a_body_that_breaks_off_before_it_was_checked_counts_for_nothing,
    a_client_that_stalls_is_not_told_of_a_wrong_checksum with short_patience(),
];

fn short_patience() -> Options {
    Options { body_patience: Duration::from_millis(300), ..Options::default() }
}

/// Says the head of a PATCH of ten bytes with a checksum, and the first five of them.
async fn halfway(app: &App, upload: &str) -> Raw {
    let mut raw = app.connect().await;
    raw.say(format!(
        "PATCH {upload} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ntus-resumable: 1.0.0\r\n\
         content-type: application/offset+octet-stream\r\nupload-offset: 0\r\nupload-checksum: {}\r\n\
         content-length: 10\r\n\r\n01234",
        app.anna.bearer(),
        sha1(b"0123456789"),
    ))
    .await;
    raw
}

async fn bytes_with_their_checksum_are_taken(app: &App) {
    let (id, bytes) = (app.anna.draft().await, pattern(9 * MIB));
    let upload = app.anna.upload(&id, "a", bytes.len()).await;
    let (first, rest) = bytes.split_at(1_000);
    let patch = app.anna.patch(&upload, 0, first.to_vec()).header("upload-checksum", sha1(first));
    patch.await.expect(204);
    let patch = app.anna.patch(&upload, 1_000, rest.to_vec()).header("upload-checksum", sha256(rest));
    patch.await.expect(204);
    let along = app.anna.begin_with(&id, b"along").header("upload-length", "5");
    along.header("upload-checksum", sha1(b"along")).await.expect(201);
    let visit = app.anna.send(&id).await.link().enter().await;
    assert!(visit.fetch(visit.place_of("a")).await == bytes);
    assert_eq!(visit.fetch(visit.place_of("file")).await, "along");
}

async fn bytes_with_another_checksum_change_nothing(app: &App) {
    let id = app.anna.draft().await;
    let upload = app.anna.upload(&id, "a", 10).await;
    app.anna.patch(&upload, 0, "0123").await.expect(204);
    let objects = app.objects().await;
    for checksum in [sha1(b"other"), sha256(b"other"), sha1(b""), sha256(b"45678")] {
        let patch = app.anna.patch(&upload, 4, "456789").header("upload-checksum", checksum).await;
        patch.problem(460, "checksum_mismatch");
        assert_eq!(app.anna.offset(&upload).await, 4);
        assert_eq!(app.objects().await, objects);
    }
    app.anna.patch(&upload, 4, "456789").header("upload-checksum", sha1(b"456789")).await.expect(204);
    assert_eq!(app.anna.send(&id).await.link().enter().await.fetch(0).await, "0123456789");
}

async fn many_parts_with_another_checksum_change_nothing(app: &App) {
    let (id, bytes) = (app.anna.draft().await, pattern(17 * MIB));
    let upload = app.anna.upload(&id, "a", bytes.len()).await;
    let patch = app.anna.patch(&upload, 0, bytes).header("upload-checksum", sha1(b"other")).await;
    patch.problem(460, "checksum_mismatch");
    assert_eq!(app.anna.offset(&upload).await, 0);
    assert!(app.objects().await.is_empty());
}

async fn a_creation_with_another_checksum_leaves_nothing(app: &App) {
    let id = app.anna.draft().await;
    for (bytes, length) in [("whole", 5), ("part", 10)] {
        let begun = app.anna.begin_with(&id, bytes.as_bytes()).header("upload-length", length.to_string());
        begun.header("upload-checksum", sha1(b"other")).await.problem(460, "checksum_mismatch");
        let shown = app.anna.transfer(&id).await;
        // Nobody could go on with what he was given no address of.
        assert_eq!((&shown["file_count"], &shown["uploads"]), (&json!(0), &json!([])), "{bytes}");
        assert!(app.objects().await.is_empty());
    }
}

async fn a_checksum_that_is_none_is_refused(app: &App) {
    let id = app.anna.draft().await;
    let upload = app.anna.upload(&id, "a", 10).await;
    let long = format!("sha1 {}", "A".repeat(10_000));
    for checksum in [
        "",
        "sha1",
        "sha1 ",
        "sha1 !",
        "md5 1B2M2Y8AsgTpgAmY7PhCfg==",
        "SHA1 2jmj7l5rSw0yVb/vlWAYkK/YBwk=",
        "sha1  2jmj7l5rSw0yVb/vlWAYkK/YBwk=",
        "sha1 2jmj7l5rSw0yVb/vlWAYkK/YBwk",
        "sha256 2jmj7l5rSw0yVb/vlWAYkK/YBwk=",
        &long,
    ] {
        let patch = app.anna.patch(&upload, 0, "x").header("upload-checksum", checksum).await;
        patch.problem(400, "invalid_request");
        let begun = app.anna.begin_with(&id, b"x").header("upload-length", "1");
        begun.header("upload-checksum", checksum).await.problem(400, "invalid_request");
    }
    assert_eq!(app.anna.offset(&upload).await, 0);
    assert_eq!(app.anna.transfer(&id).await["file_count"], 1);
}

async fn a_body_that_breaks_off_before_it_was_checked_counts_for_nothing(app: &App) {
    let id = app.anna.draft().await;
    let upload = app.anna.upload(&id, "a", 10).await;
    let raw = halfway(app, &upload).await;
    written_to(app, &upload).await;
    raw.hang_up();
    assert_eq!(free(app, &upload).await, 0);
    assert!(app.objects().await.is_empty());
}

async fn a_client_that_stalls_is_not_told_of_a_wrong_checksum(app: &App) {
    let id = app.anna.draft().await;
    let upload = app.anna.upload(&id, "a", 10).await;
    let head = halfway(app, &upload).await.hear_head().await;
    assert!(head.starts_with("HTTP/1.1 408 "), "{head}");
    assert_eq!(app.anna.offset(&upload).await, 0);
}
