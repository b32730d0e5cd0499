//! `POST /api/v1/transfers/{transfer_id}/files`

use sealpost_domain::{Clock as _, Policy};
use sealpost_test_support::{
    app::{App, DAY, HOUR, Options, Request, eventually, metadata},
    claims,
};
use serde_json::json;

use crate::support::{MIB, from_now, http_date, pattern};

claims![
    a_creation_says_where_the_upload_is_and_when_it_is_forgotten,
    a_file_of_no_bytes_is_complete_at_once,
    a_file_that_comes_along_whole_is_one_object,
    bytes_that_come_along_are_the_first_of_the_upload,
    a_file_over_a_part_that_comes_along_whole_is_whole,
    a_small_file_whose_body_breaks_off_leaves_nothing,
    lengths_that_cannot_be_meant_are_refused,
    more_than_the_tenant_allows_is_refused_and_takes_no_room with small_tenant(),
    more_bytes_than_declared_are_refused_and_leave_nothing,
    a_body_of_another_type_is_refused,
    nothing_is_begun_in_what_is_not_there,
    an_upload_is_never_longer_there_than_its_transfer,
];

fn small_tenant() -> Options {
    let policy = Policy { max_files: 3, max_file_bytes: 100, max_transfer_bytes: 250, ..Policy::default() };
    Options { policy, ..Options::default() }
}

/// Nothing was begun, nothing is stored.
async fn untouched(app: &App, transfer: &str) {
    let shown = app.anna.transfer(transfer).await;
    assert_eq!((&shown["file_count"], &shown["byte_count"]), (&json!(0), &json!(0)));
    assert_eq!((&shown["files"], &shown["uploads"]), (&json!([]), &json!([])));
    assert!(app.objects().await.is_empty());
}

async fn a_creation_says_where_the_upload_is_and_when_it_is_forgotten(app: &App) {
    let id = app.anna.draft().await;
    let begun =
        app.anna.begin(&id).header("upload-length", "10").header("upload-metadata", metadata("a.txt"));
    let begun = begun.await.expect(201);
    let location = begun.header("location").unwrap();
    assert!(location.starts_with(&format!("{}/api/v1/uploads/", app.anna.base())), "{location}");
    assert_eq!(begun.header("upload-expires"), Some(http_date(app.clock.now() + DAY).as_str()));
    assert_eq!(begun.header("upload-offset"), None, "no bytes came along");
    let shown = app.anna.transfer(&id).await;
    let upload = location.rsplit('/').next().unwrap();
    assert_eq!(shown["uploads"], json!([{"id": upload, "size": 10, "received": 0}]));
    assert_eq!((&shown["file_count"], &shown["byte_count"]), (&json!(1), &json!(10)));
}

async fn a_file_of_no_bytes_is_complete_at_once(app: &App) {
    let id = app.anna.draft().await;
    let upload = app.anna.upload(&id, "empty.txt", 0).await;
    app.anna.put(&id, "also empty.txt", b"").await;
    let status = app.anna.status(&upload).await.expect(200);
    assert_eq!((status.number("upload-offset"), status.number("upload-length")), (0, 0));
    assert_eq!(status.header("upload-expires"), None, "what is complete is not forgotten");
    assert!(app.objects().await.is_empty());
    let sent = app.anna.send(&id).await;
    let visit = sent.link().enter().await;
    let content = visit.content(visit.place_of("empty.txt")).await.expect(200);
    assert_eq!((content.body.len(), content.number("content-length")), (0, 0));
    eventually("all of nothing was fetched", async || {
        app.anna.transfer(&id).await["recipients"][0]["state"] == "downloaded"
    })
    .await;
}

async fn a_file_that_comes_along_whole_is_one_object(app: &App) {
    let id = app.anna.draft().await;
    let put = app.anna.begin_with(&id, b"hello").header("upload-length", "5").await.expect(201);
    assert_eq!(put.number("upload-offset"), 5);
    assert_eq!(put.header("upload-expires"), None);
    assert_eq!(app.objects().await.len(), 1);
    let shown = app.anna.transfer(&id).await;
    assert_eq!(shown["uploads"], json!([]));
    let file = &shown["files"][0];
    assert_eq!(
        (&file["name"], &file["size"]),
        (&json!("file"), &json!(5)),
        "without a name it is called file"
    );
    assert_eq!(file["media_type"], "application/octet-stream");
    assert_eq!(file["crc32"], crc32fast::hash(b"hello"));
}

async fn bytes_that_come_along_are_the_first_of_the_upload(app: &App) {
    let id = app.anna.draft().await;
    let begun = app.anna.begin_with(&id, b"hel").header("upload-length", "5").await.expect(201);
    assert_eq!(begun.number("upload-offset"), 3);
    assert_eq!(begun.header("upload-expires"), Some(http_date(app.clock.now() + DAY).as_str()));
    let upload = begun.header("location").unwrap();
    assert_eq!(app.anna.offset(upload).await, 3);
    app.anna.patch(upload, 3, "lo").await.expect(204);
    assert_eq!(app.anna.send(&id).await.link().enter().await.fetch(0).await, "hello");
}

async fn a_file_over_a_part_that_comes_along_whole_is_whole(app: &App) {
    let (id, bytes) = (app.anna.draft().await, pattern(8 * MIB + 12_345));
    app.anna.put(&id, "a", &bytes).await;
    assert_eq!(app.objects().await.len(), 2);
    assert!(app.anna.send(&id).await.link().enter().await.fetch(0).await == bytes);
}

async fn a_small_file_whose_body_breaks_off_leaves_nothing(app: &App) {
    let id = app.anna.draft().await;
    let mut raw = app.connect().await;
    raw.say(format!(
        "POST /api/v1/transfers/{id}/files HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ntus-resumable: 1.0.0\r\n\
         content-type: application/offset+octet-stream\r\nupload-length: 10\r\ncontent-length: 10\r\n\r\n01234",
        app.anna.bearer()
    ))
    .await;
    raw.hang_up();
    // Another request of the same worker comes after it; then nothing is under way any more.
    for _ in 0..4 {
        app.anna.put(&app.anna.draft().await, "b", b"b").await;
    }
    let shown = app.anna.transfer(&id).await;
    assert_eq!((&shown["file_count"], &shown["uploads"]), (&json!(0), &json!([])));
    eventually("only the others are stored", async || app.objects().await.len() == 4).await;
}

async fn lengths_that_cannot_be_meant_are_refused(app: &App) {
    let id = app.anna.draft().await;
    let begin = |length: &str| app.anna.begin(&id).header("upload-length", length);
    for length in [
        "-1",
        "+1",
        "1.5",
        "1e3",
        "0x10",
        "",
        " ",
        "1 2",
        "1,2",
        "NaN",
        "9223372036854775808",
        "18446744073709551616",
        "999999999999999999999999999999",
        "\u{661}",
    ] {
        begin(length).await.problem(400, "invalid_request");
    }
    begin("9223372036854775807").await.problem(413, "too_large");
    begin("1099511627777").await.problem(413, "too_large");
    let twice = begin("1").header("upload-length", "1").await;
    twice.problem(400, "invalid_request");
    app.anna.begin(&id).await.problem(400, "invalid_request");
    begin("1").header("upload-defer-length", "1").await.problem(400, "invalid_request");
    for deferred in ["0", "2", "true", "", "1 "] {
        let answer = app.anna.begin(&id).header("upload-defer-length", deferred).await;
        if deferred.trim() != "1" {
            answer.problem(400, "invalid_request");
        }
    }
    app.anna.purge(&id).await.expect(204);
}

async fn more_than_the_tenant_allows_is_refused_and_takes_no_room(app: &App) {
    let id = app.anna.draft().await;
    let begin = |length: usize| app.anna.begin(&id).header("upload-length", length.to_string());
    let along = |length: usize| {
        app.anna.begin_with(&id, &vec![7; length]).header("upload-length", length.to_string())
    };
    begin(101).await.problem(413, "too_large");
    along(101).await.problem(413, "too_large");
    untouched(app, &id).await;
    begin(100).await.expect(201);
    along(100).await.expect(201);
    begin(51).await.problem(413, "too_large");
    along(51).await.problem(413, "too_large");
    let last = begin(50).await.expect(201);
    begin(0).await.problem(409, "limit_reached");
    along(0).await.problem(409, "limit_reached");
    let shown = app.anna.transfer(&id).await;
    assert_eq!((&shown["file_count"], &shown["byte_count"]), (&json!(3), &json!(250)));
    assert_eq!(app.objects().await.len(), 1);
    // What is given up gives its room back.
    app.anna.terminate(last.header("location").unwrap()).await.expect(204);
    along(50).await.expect(201);
}

async fn more_bytes_than_declared_are_refused_and_leave_nothing(app: &App) {
    let id = app.anna.draft().await;
    let begin = |length: usize| {
        let begun = app.anna.begin(&id).header("content-type", "application/offset+octet-stream");
        begun.header("upload-length", length.to_string())
    };
    begin(4).body("12345").await.problem(413, "too_large");
    begin(0).body("1").await.problem(413, "too_large");
    untouched(app, &id).await;
    // Chunks do not announce how many they are.
    let chunks = || vec!["123".into(), "45".into()];
    begin(4).chunked(chunks()).await.problem(413, "too_large");
    untouched(app, &id).await;
    begin(5).chunked(chunks()).await.expect(201);
}

async fn a_body_of_another_type_is_refused(app: &App) {
    let id = app.anna.draft().await;
    let begin = |kind: Option<&str>| {
        let begun = app.anna.begin(&id).header("upload-length", "5").body("hello");
        begun.header_if("content-type", kind)
    };
    for kind in
        [None, Some("text/plain"), Some("application/octet-stream"), Some("multipart/form-data; boundary=x")]
    {
        begin(kind).await.problem(415, "unsupported_media_type");
    }
    untouched(app, &id).await;
}

async fn nothing_is_begun_in_what_is_not_there(app: &App) {
    let id = app.anna.draft().await;
    let length = |begun: Request| begun.header("upload-length", "1");
    for stranger in [&app.otto, &app.gina, &app.rival] {
        length(stranger.begin(&id)).await.problem(404, "not_found");
        length(stranger.begin_with(&id, b"x")).await.problem(404, "not_found");
    }
    for unknown in ["0190a000-0000-7000-8000-000000000000", "x", "%2e%2e"] {
        length(app.anna.begin(unknown)).await.problem(404, "not_found");
    }
    untouched(app, &id).await;
    length(app.admin.begin(&id)).await.expect(201);
    app.clock.advance(14 * DAY);
    length(app.anna.begin(&id)).await.problem(409, "state_conflict");
    app.anna.purge(&id).await.expect(204);
    length(app.anna.begin(&id)).await.problem(404, "not_found");
}

async fn an_upload_is_never_longer_there_than_its_transfer(app: &App) {
    let id = app.anna.draft_of(&json!({"expires_at": from_now(app, 2 * HOUR)})).await;
    let begun = app.anna.begin(&id).header("upload-length", "1").await.expect(201);
    assert_eq!(begun.header("upload-expires"), Some(http_date(app.clock.now() + 2 * HOUR).as_str()));
}
