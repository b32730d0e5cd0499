//! `Upload-Concat`: partial uploads, and the files that they are joined into.

use futures_util::future::join_all;
use sealpost_domain::Policy;
use sealpost_test_support::{
    app::{App, DAY, Options, Sender, metadata},
    claims,
};
use serde_json::json;

use crate::support::{MIB, pattern};

claims![
    pieces_are_joined_in_the_order_that_is_named,
    pieces_are_uploaded_side_by_side,
    a_joined_file_has_a_name_of_its_own,
    what_is_no_finished_piece_of_the_transfer_is_not_joined,
    a_piece_becomes_part_of_one_file_only,
    what_names_no_pieces_is_refused,
    a_joined_file_takes_no_bytes,
    a_head_tells_pieces_from_files,
    pieces_that_are_not_joined_keep_a_draft_from_being_sent,
    pieces_of_nothing_can_be_joined,
    pieces_take_the_room_of_their_bytes_and_the_place_of_one_file with small_tenant(),
];

fn small_tenant() -> Options {
    let policy = Policy { max_files: 1, max_file_bytes: 6, max_transfer_bytes: 9, ..Policy::default() };
    Options { policy, ..Options::default() }
}

async fn piece(sender: &Sender, transfer: &str, bytes: &[u8]) -> String {
    let piece = sender.partial(transfer, bytes.len()).await;
    sender.patch(&piece, 0, bytes.to_vec()).await.expect(204);
    piece
}

async fn pieces_are_joined_in_the_order_that_is_named(app: &App) {
    let id = app.anna.draft().await;
    let (one, two, three) = (
        piece(&app.anna, &id, b"one,").await,
        piece(&app.anna, &id, b"two,").await,
        piece(&app.anna, &id, b"three").await,
    );
    let absolute = format!("{}{three}", app.anna.base());
    let objects = app.objects().await;
    let joined = app.anna.join(&id, &[&absolute, &one, &two]).await.expect(201);
    assert_eq!(app.objects().await, objects, "no byte moves");
    let file = joined.header("location").unwrap().rsplit('/').next().unwrap();
    let shown = app.anna.transfer(&id).await;
    assert_eq!(shown["files"].as_array().unwrap().len(), 1);
    assert_eq!((&shown["files"][0]["id"], &shown["files"][0]["size"]), (&json!(file), &json!(13)));
    assert_eq!(shown["files"][0]["crc32"], crc32fast::hash(b"threeone,two,"));
    assert_eq!((&shown["file_count"], &shown["byte_count"]), (&json!(1), &json!(13)));
    let visit = app.anna.send(&id).await.link().enter().await;
    assert_eq!(visit.fetch(0).await, "threeone,two,");
    let part = visit.content(0).header("range", "bytes=3-10").await.expect(206);
    assert_eq!(part.body, "eeone,tw");
}

async fn pieces_are_uploaded_side_by_side(app: &App) {
    let (id, bytes) = (app.anna.draft().await, pattern(8 * MIB + 3));
    let slices: Vec<_> = bytes.chunks(bytes.len().div_ceil(4)).collect();
    let pieces = join_all(slices.iter().map(|slice| async {
        let upload = app.anna.partial(&id, slice.len()).await;
        for (n, part) in slice.chunks(MIB).enumerate() {
            app.anna.patch(&upload, n * MIB, part.to_vec()).await.expect(204);
        }
        upload
    }))
    .await;
    let pieces: Vec<_> = pieces.iter().map(String::as_str).collect();
    app.anna.join(&id, &pieces).await.expect(201);
    let visit = app.anna.send(&id).await.link().enter().await;
    assert!(visit.fetch(0).await == bytes);
    let middle = bytes.len() / 4;
    let part =
        visit.content(0).header("range", format!("bytes={}-{}", middle - 10, middle + 9)).await.expect(206);
    assert_eq!(part.body, bytes[middle - 10..middle + 10]);
}

async fn a_joined_file_has_a_name_of_its_own(app: &App) {
    let id = app.anna.draft().await;
    let begun = app.anna.begin(&id).header("upload-length", "1").header("upload-concat", "partial");
    let begun = begun.header("upload-metadata", metadata("a piece")).await.expect(201);
    let one = begun.header("location").unwrap();
    app.anna.patch(one, 0, "1").await.expect(204);
    let joined =
        app.anna.join(&id, &[one]).header("upload-metadata", metadata("whole.txt")).await.expect(201);
    assert_eq!(app.anna.transfer(&id).await["files"][0]["name"], "whole.txt");
    let status = app.anna.status(joined.header("location").unwrap()).await.expect(200);
    assert_eq!(status.header("upload-metadata"), Some(metadata("whole.txt").as_str()));
}

async fn what_is_no_finished_piece_of_the_transfer_is_not_joined(app: &App) {
    let (id, other, foreign) = (app.anna.draft().await, app.anna.draft().await, app.gina.draft().await);
    let good = piece(&app.anna, &id, b"good").await;
    let unfinished = app.anna.partial(&id, 2).await;
    let whole = app.anna.upload(&id, "whole", 2).await;
    let file = format!("/api/v1/uploads/{}", app.anna.put(&id, "file", b"x").await);
    let elsewhere = piece(&app.anna, &other, b"else").await;
    let ottos = piece(&app.otto, &app.otto.draft().await, b"otto").await;
    let ginas = piece(&app.gina, &foreign, b"gina").await;
    let unknown = "/api/v1/uploads/0190a000-0000-7000-8000-000000000000".to_owned();
    let before = app.anna.transfer(&id).await;
    for bad in [&unfinished, &whole] {
        app.anna.join(&id, &[&good, bad]).await.problem(409, "state_conflict");
    }
    for bad in [&file, &elsewhere, &ottos, &ginas, &unknown] {
        app.anna.join(&id, &[&good, bad]).await.problem(404, "not_found");
    }
    for stranger in [&app.otto, &app.gina, &app.rival] {
        stranger.join(&id, &[&good]).await.problem(404, "not_found");
    }
    app.gina.join(&foreign, &[&good]).await.problem(404, "not_found");
    assert_eq!(app.anna.transfer(&id).await, before);
    app.anna.join(&id, &[&good]).await.expect(201);
}

async fn a_piece_becomes_part_of_one_file_only(app: &App) {
    let id = app.anna.draft().await;
    let (one, two) = (piece(&app.anna, &id, b"one").await, piece(&app.anna, &id, b"two").await);
    app.anna.join(&id, &[&one, &one]).await.problem(400, "invalid_request");
    let all = join_all((0..8).map(|_| async { app.anna.join(&id, &[&one, &two]).await.status })).await;
    assert_eq!(all.iter().filter(|status| **status == 201).count(), 1, "{all:?}");
    assert!(all.iter().all(|status| [201, 409].contains(status)), "{all:?}");
    app.anna.join(&id, &[&two]).await.problem(409, "state_conflict");
    let shown = app.anna.transfer(&id).await;
    assert_eq!((shown["files"].as_array().unwrap().len(), &shown["file_count"]), (1, &json!(1)));
    // A piece is no upload of its own any more.
    app.anna.status(&one).await.bare(404);
    app.anna.patch(&one, 3, "").await.problem(404, "not_found");
    app.anna.terminate(&one).await.problem(404, "not_found");
    assert_eq!(app.anna.send(&id).await.link().enter().await.fetch(0).await, "onetwo");
}

async fn what_names_no_pieces_is_refused(app: &App) {
    let id = app.anna.draft().await;
    let good = piece(&app.anna, &id, b"good").await;
    let concat = |value: &str| app.anna.begin(&id).header("upload-concat", value);
    for bad in [
        "final",
        "final;",
        "final; ",
        "Final;x",
        "whole",
        "",
        "partial;x",
        "final;x",
        "final;/api/v1/uploads/x",
        "final;/api/v1/uploads/../uploads/x",
        "final;/etc/passwd",
        "final;https://evil.example/api/v1/uploads/0190a000-0000-7000-8000-000000000000",
    ] {
        concat(bad).await.problem(400, "invalid_request");
    }
    concat(&format!("final;{good},{good}")).await.problem(400, "invalid_request");
    concat(&format!("final;{good}/x")).await.problem(400, "invalid_request");
    concat(&format!("final;{good}")).header("upload-length", "4").await.problem(400, "invalid_request");
    concat(&format!("final;{good}")).header("upload-defer-length", "1").await.problem(400, "invalid_request");
    concat("partial").await.problem(400, "invalid_request");
    let with_bytes =
        concat(&format!("final;{good}")).header("content-type", "application/offset+octet-stream");
    with_bytes.body("x").await.problem(400, "invalid_request");
    let many: Vec<_> =
        (0..1_001).map(|n| format!("/api/v1/uploads/0190a000-0000-7000-8000-{n:012}")).collect();
    let many: Vec<_> = many.iter().map(String::as_str).collect();
    app.anna.join(&id, &many).await.problem(400, "invalid_request");
    app.anna.join(&id, &[&good]).await.expect(201);
}

async fn a_joined_file_takes_no_bytes(app: &App) {
    let id = app.anna.draft().await;
    let one = piece(&app.anna, &id, b"one").await;
    let joined = app.anna.join(&id, &[&one]).await.expect(201);
    let path = joined.header("location").unwrap();
    for (offset, bytes) in [(3, "x"), (3, ""), (0, "x")] {
        app.anna.patch(path, offset, bytes).await.problem(403, "forbidden");
    }
    assert_eq!(app.anna.offset(path).await, 3);
}

async fn a_head_tells_pieces_from_files(app: &App) {
    let id = app.anna.draft().await;
    let (one, two) = (piece(&app.anna, &id, b"one").await, app.anna.partial(&id, 3).await);
    for (path, offset) in [(&one, 3), (&two, 0)] {
        let status = app.anna.status(path).await.expect(200);
        assert_eq!(
            (status.header("upload-concat"), status.number("upload-offset")),
            (Some("partial"), offset)
        );
        assert!(status.header("upload-expires").is_some(), "a piece that nobody joins is forgotten");
    }
    app.anna.patch(&two, 0, "two").await.expect(204);
    let joined = app.anna.join(&id, &[&one, &two]).await.expect(201);
    let status = app.anna.status(joined.header("location").unwrap()).await.expect(200);
    assert_eq!(status.header("upload-concat"), Some(format!("final;{one} {two}").as_str()));
    assert_eq!((status.number("upload-offset"), status.number("upload-length")), (6, 6));
    assert_eq!(status.header("upload-expires"), None);
}

async fn pieces_that_are_not_joined_keep_a_draft_from_being_sent(app: &App) {
    let id = app.anna.draft().await;
    app.anna.put(&id, "a", b"a").await;
    let one = piece(&app.anna, &id, b"one").await;
    app.anna.act(&id, "send").await.problem(409, "state_conflict");
    app.anna.terminate(&one).await.expect(204);
    app.anna.send(&id).await;
}

async fn pieces_of_nothing_can_be_joined(app: &App) {
    let id = app.anna.draft().await;
    let (none, one) = (app.anna.partial(&id, 0).await, piece(&app.anna, &id, b"one").await);
    app.anna.join(&id, &[&none, &one]).header("upload-metadata", metadata("one")).await.expect(201);
    let nothing = app.anna.partial(&id, 0).await;
    app.anna.join(&id, &[&nothing]).header("upload-metadata", metadata("nothing")).await.expect(201);
    let visit = app.anna.send(&id).await.link().enter().await;
    assert_eq!(visit.fetch(visit.place_of("one")).await, "one");
    assert_eq!(visit.fetch(visit.place_of("nothing")).await, "");
}

async fn pieces_take_the_room_of_their_bytes_and_the_place_of_one_file(app: &App) {
    let id = app.anna.draft().await;
    let (one, two, three) = (
        piece(&app.anna, &id, b"123").await,
        piece(&app.anna, &id, b"456").await,
        piece(&app.anna, &id, b"789").await,
    );
    let tenth = app.anna.begin(&id).header("upload-length", "1").header("upload-concat", "partial").await;
    tenth.problem(413, "too_large");
    app.anna.join(&id, &[&one, &two, &three]).await.problem(413, "too_large");
    app.anna.join(&id, &[&one, &two]).await.expect(201);
    app.anna.join(&id, &[&three]).await.problem(409, "limit_reached");
    app.anna.terminate(&three).await.expect(204);
    let shown = app.anna.transfer(&id).await;
    assert_eq!((&shown["file_count"], &shown["byte_count"]), (&json!(1), &json!(6)));
    app.clock.advance(DAY);
    app.run(sealpost_domain::Job::AbandonUploads).await;
    assert_eq!(app.anna.send(&id).await.link().enter().await.fetch(0).await, "123456");
}
