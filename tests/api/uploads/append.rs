//! `PATCH /api/v1/uploads/{upload_id}`

use std::time::Duration;

use sealpost_domain::{Clock as _, Job, Policy};
use sealpost_test_support::{
    app::{App, DAY, HOUR, Method, Options, eventually},
    claims,
    faulty_store::{Effect, Gate, Operation, When},
};
use sealpost_transfer::Limits;
use serde_json::json;

use crate::support::{MIB, free, http_date, pattern};

claims![
    bytes_go_on_where_they_ended,
    the_last_byte_makes_a_file,
    a_wrong_offset_is_refused_and_changes_nothing,
    more_bytes_than_declared_are_refused_and_change_nothing,
    headers_that_are_missing_or_malformed_are_refused,
    an_upload_that_is_not_there_takes_nothing,
    small_pieces_are_merged_into_parts,
    every_piece_gives_the_upload_another_day,
    what_came_before_a_connection_broke_is_kept,
    two_writers_are_one_too_many,
    a_client_that_stalls_is_told_and_keeps_what_it_sent with short_patience(),
    a_client_that_drips_is_no_better with short_patience(),
    a_stall_limit_of_the_use_cases_ends_a_body_too with short_stall(),
    a_writer_who_hangs_is_replaced_when_his_lease_is_over,
    a_client_that_missed_the_last_answer_is_told_that_all_is_there,
    a_body_in_chunks_is_as_good_as_one_of_known_length,
    a_file_may_not_grow_beyond_the_tenants_bound_unannounced with small_tenant(),
];

fn short_patience() -> Options {
    Options { body_patience: Duration::from_millis(300), ..Options::default() }
}

fn short_stall() -> Options {
    let limits = Limits { stall: Duration::from_millis(300), ..Limits::default() };
    Options { limits, ..Options::default() }
}

fn small_tenant() -> Options {
    Options { policy: Policy { max_file_bytes: 100, ..Policy::default() }, ..Options::default() }
}

async fn bytes_go_on_where_they_ended(app: &App) {
    let (id, bytes) = (app.anna.draft().await, pattern(3 * MIB + 17));
    let upload = app.anna.upload(&id, "a", bytes.len()).await;
    let mut offset = 0;
    for size in [1, 15, 16_383, 16_384, 16_385, MIB - 1, MIB, 2 * MIB] {
        let end = (offset + size).min(bytes.len());
        let stored = app.anna.patch(&upload, offset, bytes[offset..end].to_vec()).await.expect(204);
        assert_eq!(stored.number("upload-offset"), end as u64);
        assert_eq!(app.anna.offset(&upload).await, end);
        offset = end;
    }
    assert_eq!(offset, bytes.len());
    assert!(app.anna.send(&id).await.link().enter().await.fetch(0).await == bytes);
}

async fn the_last_byte_makes_a_file(app: &App) {
    let id = app.anna.draft().await;
    let upload = app.anna.upload(&id, "a.txt", 5).await;
    app.anna.patch(&upload, 0, "hell").await.expect(204);
    let last = app.anna.patch(&upload, 4, "o").await.expect(204);
    assert_eq!((last.number("upload-offset"), last.header("upload-expires")), (5, None));
    let shown = app.anna.transfer(&id).await;
    assert_eq!(shown["uploads"], json!([]));
    let expected = json!([{
        "id": upload.rsplit('/').next(),
        "name": "a.txt",
        "media_type": "application/octet-stream",
        "size": 5,
        "crc32": crc32fast::hash(b"hello"),
        "kind": "text",
        "scan": null,
    }]);
    assert_eq!(shown["files"], expected);
    assert_eq!(app.objects().await.len(), 1, "what was merged is gone");
}

async fn a_wrong_offset_is_refused_and_changes_nothing(app: &App) {
    let id = app.anna.draft().await;
    let upload = app.anna.upload(&id, "a", 10).await;
    app.anna.patch(&upload, 0, "01234").await.expect(204);
    let before = app.objects().await;
    for offset in [0, 4, 6, 10, 11, 1 << 40] {
        let detail = app.anna.patch(&upload, offset, "x").await.problem(409, "offset_mismatch");
        assert!(detail.contains('5'), "{detail}");
        assert_eq!(app.anna.offset(&upload).await, 5);
    }
    app.anna.patch(&upload, 4, "").await.problem(409, "offset_mismatch");
    assert_eq!(app.objects().await, before);
    app.anna.patch(&upload, 5, "56789").await.expect(204);
    assert_eq!(app.anna.send(&id).await.link().enter().await.fetch(0).await, "0123456789");
}

async fn more_bytes_than_declared_are_refused_and_change_nothing(app: &App) {
    let id = app.anna.draft().await;
    let upload = app.anna.upload(&id, "a", 10).await;
    app.anna.patch(&upload, 0, "01234").await.expect(204);
    let before = app.objects().await;
    app.anna.patch(&upload, 5, "567890").await.problem(413, "too_large");
    app.anna.patch(&upload, 5, vec![7; 3 * MIB]).await.problem(413, "too_large");
    let unannounced = vec!["56".into(), "789".into(), "0".into()];
    app.anna.patch_head(&upload, 5).chunked(unannounced).await.problem(413, "too_large");
    assert_eq!(app.anna.offset(&upload).await, 5);
    assert_eq!(app.objects().await, before);
    // Many parts' worth of it, too.
    let large = app.anna.upload(&id, "b", 9 * MIB).await;
    let chunks: Vec<_> = (0..10).map(|_| vec![7; MIB].into()).collect();
    app.anna.patch_head(&large, 0).chunked(chunks).await.problem(413, "too_large");
    let stored = app.anna.offset(&large).await;
    assert!(stored == 0 || stored == 8 * MIB, "whole parts count, the rest does not: {stored}");
    app.anna.patch(&upload, 5, "56789").await.expect(204);
}

async fn headers_that_are_missing_or_malformed_are_refused(app: &App) {
    let id = app.anna.draft().await;
    let upload = app.anna.upload(&id, "a", 10).await;
    let patch = || app.anna.tus(Method::PATCH, &upload).body("x");
    let of_type = |kind: &str| patch().header("upload-offset", "0").header("content-type", kind);
    patch().header("upload-offset", "0").await.problem(415, "unsupported_media_type");
    for kind in ["", "text/plain", "application/octet-stream", "application/offset+octet-stream; x=y"] {
        of_type(kind).await.problem(415, "unsupported_media_type");
    }
    let typed = || patch().header("content-type", "application/offset+octet-stream");
    typed().await.problem(400, "invalid_request");
    for offset in
        ["-1", "+0", "0.0", "x", "", " ", "0 0", "0x0", "18446744073709551616", "9223372036854775808"]
    {
        typed().header("upload-offset", offset).await.problem(400, "invalid_request");
    }
    typed().header("upload-offset", "0").header("upload-offset", "0").await.problem(400, "invalid_request");
    typed().header("upload-offset", "9223372036854775807").await.problem(409, "offset_mismatch");
    for length in ["-1", "x", "", "9223372036854775808"] {
        typed()
            .header("upload-offset", "0")
            .header("upload-length", length)
            .await
            .problem(400, "invalid_request");
    }
    assert_eq!(app.anna.offset(&upload).await, 0);
    assert!(app.objects().await.is_empty());
}

async fn an_upload_that_is_not_there_takes_nothing(app: &App) {
    let id = app.anna.draft().await;
    let upload = app.anna.upload(&id, "a", 10).await;
    for stranger in [&app.otto, &app.gina, &app.rival] {
        let refused = stranger.patch(&upload, 0, "x").await;
        refused.problem(404, "not_found");
        assert_eq!(refused.header("upload-offset"), None);
    }
    for path in ["0190a000-0000-7000-8000-000000000000", "x", id.as_str()] {
        app.anna.patch(&format!("/api/v1/uploads/{path}"), 0, "x").await.problem(404, "not_found");
    }
    app.anybody
        .request(Method::PATCH, &upload)
        .header("tus-resumable", "1.0.0")
        .await
        .problem(401, "unauthorized");
    assert_eq!(app.anna.offset(&upload).await, 0);
    // Forgotten after a day, whether or not anybody has removed it.
    app.clock.advance(DAY);
    app.anna.patch(&upload, 0, "x").await.problem(404, "not_found");
    app.anna.status(&upload).await.bare(404);
}

async fn small_pieces_are_merged_into_parts(app: &App) {
    let (id, bytes) = (app.anna.draft().await, pattern(4 * MIB));
    let upload = app.anna.upload(&id, "a", bytes.len()).await;
    let piece = 64 << 10;
    for offset in (0..bytes.len()).step_by(piece) {
        app.anna.patch(&upload, offset, bytes[offset..offset + piece].to_vec()).await.expect(204);
        let (stored, whole) = (app.objects().await.len(), (offset + piece).div_ceil(MIB));
        assert_eq!(stored, whole, "of {} pieces", offset / piece + 1);
    }
    assert!(app.anna.send(&id).await.link().enter().await.fetch(0).await == bytes);
}

async fn every_piece_gives_the_upload_another_day(app: &App) {
    let id = app.anna.draft().await;
    let upload = app.anna.upload(&id, "a", 5).await;
    for offset in 0..4 {
        app.clock.advance(20 * HOUR);
        let stored = app.anna.patch(&upload, offset, "x").await.expect(204);
        let expires = http_date(app.clock.now() + DAY);
        assert_eq!(stored.header("upload-expires"), Some(expires.as_str()));
        assert_eq!(app.anna.status(&upload).await.header("upload-expires"), Some(expires.as_str()));
    }
    app.run(Job::AbandonUploads).await;
    assert_eq!(app.anna.offset(&upload).await, 4);
}

async fn what_came_before_a_connection_broke_is_kept(app: &App) {
    let (id, bytes) = (app.anna.draft().await, pattern(9 * MIB));
    let upload = app.anna.upload(&id, "a", bytes.len()).await;
    let mut raw = app.anna.patching(&upload, 0, bytes.len()).await;
    raw.say(&bytes[..bytes.len() - 1]).await;
    // A part that is full is stored and told of while the body still comes in.
    eventually("the first part counts", async || app.anna.offset(&upload).await == 8 * MIB).await;
    raw.hang_up();
    let offset = free(app, &upload).await;
    assert!((8 * MIB..bytes.len()).contains(&offset), "{offset}");
    app.anna.patch(&upload, offset, bytes[offset..].to_vec()).await.expect(204);
    assert!(app.anna.send(&id).await.link().enter().await.fetch(0).await == bytes);
}

async fn two_writers_are_one_too_many(app: &App) {
    let id = app.anna.draft().await;
    let upload = app.anna.upload(&id, "a", 10).await;
    let (gate, anna, path) = (Gate::closed(), app.anna.clone(), upload.clone());
    app.blobs.inject(Operation::Put, When::Nth(1), Effect::Hold(gate.clone()));
    let first = tokio::spawn(async move { anna.patch(&path, 0, "01234").await });
    gate.arrival().await;
    for _ in 0..3 {
        let second = app.anna.patch(&upload, 0, "abcde").await;
        second.problem(423, "upload_locked");
        assert_eq!(second.header("retry-after"), Some("1"));
    }
    app.anna.terminate(&upload).await.problem(423, "upload_locked");
    assert_eq!(app.anna.offset(&upload).await, 0, "asking is always allowed");
    gate.open();
    first.await.unwrap().expect(204);
    assert_eq!(app.anna.offset(&upload).await, 5);
    app.anna.patch(&upload, 5, "56789").await.expect(204);
    assert_eq!(app.anna.send(&id).await.link().enter().await.fetch(0).await, "0123456789");
}

async fn a_client_that_stalls_is_told_and_keeps_what_it_sent(app: &App) {
    let id = app.anna.draft().await;
    let upload = app.anna.upload(&id, "a", 10).await;
    let mut raw = app.anna.patching(&upload, 0, 10).await;
    raw.say("01234").await;
    let head = raw.hear_head().await;
    assert!(head.starts_with("HTTP/1.1 408 "), "{head}");
    assert!(head.contains("request_timeout"), "{head}");
    assert_eq!(app.anna.offset(&upload).await, 5);
    app.anna.patch(&upload, 5, "56789").await.expect(204);
    assert_eq!(app.anna.send(&id).await.link().enter().await.fetch(0).await, "0123456789");
}

async fn a_client_that_drips_is_no_better(app: &App) {
    let id = app.anna.draft().await;
    let upload = app.anna.upload(&id, "a", 10_000).await;
    let mut raw = app.anna.patching(&upload, 0, 10_000).await;
    let mut said = 0;
    while said < 10_000 && raw.try_say("x").await {
        said += 1;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let offset = app.anna.offset(&upload).await;
    assert!(offset <= said && offset < 10_000, "{offset} of {said}");
    app.anna.patch(&upload, offset, vec![b'x'; 10_000 - offset]).await.expect(204);
}

async fn a_stall_limit_of_the_use_cases_ends_a_body_too(app: &App) {
    let id = app.anna.draft().await;
    let upload = app.anna.upload(&id, "a", 10).await;
    let mut raw = app.anna.patching(&upload, 0, 10).await;
    raw.say("01234").await;
    let head = raw.hear_head().await;
    assert!(head.starts_with("HTTP/1.1 400 ") && head.contains("incomplete_body"), "{head}");
    assert_eq!(app.anna.offset(&upload).await, 5);
    app.anna.patch(&upload, 5, "56789").await.expect(204);
}

async fn a_writer_who_hangs_is_replaced_when_his_lease_is_over(app: &App) {
    let id = app.anna.draft().await;
    let upload = app.anna.upload(&id, "a", 10).await;
    let (gate, anna, path) = (Gate::closed(), app.anna.clone(), upload.clone());
    app.blobs.inject(Operation::Put, When::Nth(1), Effect::Hold(gate.clone()));
    let first = tokio::spawn(async move { anna.patch(&path, 0, "XXXXX").await });
    gate.arrival().await;
    app.anna.patch(&upload, 0, "01234").await.problem(423, "upload_locked");
    app.clock.advance(Duration::from_secs(91));
    app.anna.patch(&upload, 0, "01234").await.expect(204);
    gate.open();
    first.await.unwrap().problem(423, "upload_locked");
    assert_eq!(app.anna.offset(&upload).await, 5);
    app.anna.patch(&upload, 5, "56789").await.expect(204);
    assert_eq!(app.anna.send(&id).await.link().enter().await.fetch(0).await, "0123456789");
    assert_eq!(app.objects().await.len(), 1, "nothing of the late writer is left");
}

async fn a_client_that_missed_the_last_answer_is_told_that_all_is_there(app: &App) {
    let id = app.anna.draft().await;
    let upload = app.anna.upload(&id, "a", 5).await;
    app.anna.patch(&upload, 0, "hello").await.expect(204);
    let repeated = app.anna.patch(&upload, 0, "hello").await;
    repeated.problem(409, "offset_mismatch");
    assert_eq!(app.anna.offset(&upload).await, 5);
    assert_eq!(app.anna.patch(&upload, 5, "").await.expect(204).number("upload-offset"), 5);
    app.anna.patch(&upload, 5, "x").await.problem(413, "too_large");
    assert_eq!(app.objects().await.len(), 1);
}

async fn a_body_in_chunks_is_as_good_as_one_of_known_length(app: &App) {
    let (id, bytes) = (app.anna.draft().await, pattern(2 * MIB + 5));
    let upload = app.anna.upload(&id, "a", bytes.len()).await;
    let chunks = bytes.chunks(77_777).map(|chunk| chunk.to_vec().into()).collect();
    let stored = app.anna.patch_head(&upload, 0).chunked(chunks).await.expect(204);
    assert_eq!(stored.number("upload-offset"), bytes.len() as u64);
    assert!(app.anna.send(&id).await.link().enter().await.fetch(0).await == bytes);
}

async fn a_file_may_not_grow_beyond_the_tenants_bound_unannounced(app: &App) {
    let id = app.anna.draft().await;
    let upload = app.anna.deferred(&id, "a").await;
    app.anna.patch(&upload, 0, vec![7; 60]).await.expect(204);
    app.anna.patch(&upload, 60, vec![7; 41]).await.problem(413, "too_large");
    let unannounced = vec![vec![7; 40].into(), vec![7; 1].into()];
    app.anna.patch_head(&upload, 60).chunked(unannounced).await.problem(413, "too_large");
    assert_eq!(app.anna.offset(&upload).await, 60);
    app.anna.patch(&upload, 60, vec![7; 40]).await.expect(204);
}
