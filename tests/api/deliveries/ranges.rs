//! `Range` and `If-Range`, in every shape of RFC 9110, section 14.

use std::ops::Range;

use sealpost_test_support::{
    app::{App, CHUNK, Method, Visit},
    claims,
};

use crate::support::{MIB, pattern};

claims![
    a_range_of_a_file_is_that_slice_of_it,
    a_range_of_an_archive_is_that_slice_of_it,
    a_range_of_nothing_is_answered_as_there_being_nothing,
    a_range_is_honoured_for_the_version_that_it_is_meant_for,
];

/// A file whose parts and chunks end at uneven places, and the request for it.
async fn uneven(app: &App) -> (Visit, Vec<u8>) {
    let (id, bytes) = (app.anna.draft().await, pattern(2 * MIB + 70_001));
    let mut pieces = Vec::new();
    let mut start = 0_usize;
    for length in [1, CHUNK - 1, CHUNK, CHUNK + 1, 50_000, MIB, usize::MAX] {
        let end = start.saturating_add(length).min(bytes.len());
        let piece = app.anna.partial(&id, end - start).await;
        app.anna.patch(&piece, 0, bytes[start..end].to_vec()).await.expect(204);
        pieces.push(piece);
        start = end;
    }
    let pieces: Vec<_> = pieces.iter().map(String::as_str).collect();
    app.anna.join(&id, &pieces).await.expect(201);
    (app.anna.send(&id).await.link().enter().await, bytes)
}

async fn satisfied(visit: &Visit, path: &str, whole: &[u8], range: &str, expected: Range<usize>) {
    let part = visit.request(Method::GET, path).header("range", range).await.expect(206);
    let content_range = format!("bytes {}-{}/{}", expected.start, expected.end - 1, whole.len());
    assert_eq!(part.header("content-range"), Some(content_range.as_str()), "{range}");
    assert_eq!(part.number("content-length"), expected.len() as u64, "{range}");
    assert!(part.body == whole[expected], "{range}");
    assert!(part.header("etag").is_some() && part.header("content-disposition").is_some());
}

/// Every shape, against something of at least 100 bytes.
async fn every_shape(visit: &Visit, path: &str, whole: &[u8]) {
    let n = whole.len();
    let last = n - 1;
    for (range, expected) in [
        ("bytes=0-0".to_owned(), 0..1),
        ("bytes=0-9".to_owned(), 0..10),
        ("bytes=10-10".to_owned(), 10..11),
        ("bytes=0-".to_owned(), 0..n),
        (format!("bytes=0-{last}"), 0..n),
        (format!("bytes=0-{n}"), 0..n),
        ("bytes=5-18446744073709551615".to_owned(), 5..n),
        ("bytes=5-99999999999999999999999999".to_owned(), 5..n),
        (format!("bytes={last}-"), last..n),
        (format!("bytes={last}-{last}"), last..n),
        ("bytes=-1".to_owned(), last..n),
        ("bytes=-20".to_owned(), n - 20..n),
        (format!("bytes=-{n}"), 0..n),
        (format!("bytes=-{}", n + 1), 0..n),
        ("bytes=-99999999999999999999999999".to_owned(), 0..n),
        ("BYTES=3-4".to_owned(), 3..5),
        ("bytes=0000-0004".to_owned(), 0..5),
        ("bytes= 3-4".to_owned(), 3..5),
    ] {
        satisfied(visit, path, whole, &range, expected).await;
    }
    for range in [
        format!("bytes={n}-"),
        format!("bytes={n}-{}", n + 5),
        "bytes=99999999999999999999-".to_owned(),
        "bytes=-0".to_owned(),
    ] {
        let refused = visit.request(Method::GET, path).header("range", &range).await;
        refused.problem(416, "range_not_satisfiable");
        assert_eq!(refused.header("content-range"), Some(format!("bytes */{n}").as_str()), "{range}");
    }
    // What is no range, and several of them, which nobody needs who resumes a download, are as if they were not there.
    let many = format!("bytes=0-0{}", ",0-".repeat(1_000));
    for range in [
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=x-",
        "bytes=5-4",
        "bytes=-5-",
        "bytes=1-2-3",
        "bytes=+1-2",
        "bytes=1.5-2",
        "lines=0-1",
        "bytes:0-1",
        "bytes=0x1-0x2",
        "bytes=0-0,2-2",
        "bytes=0-0, 5-",
        "bytes=0 - 1",
        &many,
    ] {
        let all = visit.request(Method::GET, path).header("range", range).await.expect(200);
        assert!(all.body == whole, "{range}");
        assert_eq!(all.header("content-range"), None);
    }
    let twice =
        visit.request(Method::GET, path).header("range", "bytes=0-1").header("range", "bytes=0-1").await;
    assert_eq!(twice.status, 200);
}

async fn a_range_of_a_file_is_that_slice_of_it(app: &App) {
    let (visit, bytes) = uneven(app).await;
    let path = visit.content_path(0);
    every_shape(&visit, &path, &bytes).await;
    // Around every place where chunks or parts meet.
    let mut starts =
        vec![0, 1, CHUNK, 2 * CHUNK, 3 * CHUNK + 1, 3 * CHUNK + 50_001, 3 * CHUNK + 50_001 + MIB];
    starts.extend((1..4).map(|n| 3 * CHUNK + 1 + n * CHUNK));
    for edge in starts {
        for (start, end) in
            [(edge.saturating_sub(1), edge + 1), (edge, edge + 1), (edge.saturating_sub(3), edge + CHUNK + 3)]
        {
            satisfied(&visit, &path, &bytes, &format!("bytes={start}-{}", end - 1), start..end).await;
        }
    }
}

async fn a_range_of_an_archive_is_that_slice_of_it(app: &App) {
    let (one, two) = (pattern(50_000), pattern(70_000));
    let visit = app.anna.sent(&[("one", &one), ("nothing", b""), ("two", &two)]).await.link().enter().await;
    let whole = visit.archive().await.expect(200).body;
    assert_eq!(visit.delivery["archive_size"], whole.len());
    let path = visit.archive_path();
    every_shape(&visit, &path, &whole).await;
    let mut slices = Vec::new();
    while slices.len() < whole.len() {
        let end = (slices.len() + 7_919).min(whole.len());
        let range = format!("bytes={}-{}", slices.len(), end - 1);
        slices.extend(visit.archive().header("range", range).await.expect(206).body);
    }
    assert!(slices == whole, "what is fetched in pieces is the whole");
}

async fn a_range_of_nothing_is_answered_as_there_being_nothing(app: &App) {
    let visit = app.anna.sent(&[("nothing", b"")]).await.link().enter().await;
    for range in ["bytes=0-", "bytes=0-0", "bytes=-0"] {
        let refused = visit.content(0).header("range", range).await;
        refused.problem(416, "range_not_satisfiable");
        assert_eq!(refused.header("content-range"), Some("bytes */0"));
    }
    let all = visit.content(0).header("range", "bytes=-1").await.expect(200);
    assert!(all.body.is_empty());
}

async fn a_range_is_honoured_for_the_version_that_it_is_meant_for(app: &App) {
    let visit = app.anna.sent(&[("a", b"0123456789")]).await.link().enter().await;
    for path in [visit.content_path(0), visit.archive_path()] {
        let first = visit.request(Method::GET, &path).await.expect(200);
        let (etag, modified) = (first.header("etag").unwrap(), first.header("last-modified").unwrap());
        let part = |if_range: &str| {
            visit.request(Method::GET, &path).header("range", "bytes=2-4").header("if-range", if_range)
        };
        for same in [etag, modified] {
            assert_eq!(part(same).await.expect(206).body, first.body[2..5]);
        }
        let weak = format!("W/{etag}");
        for other in ["\"x\"", &weak, "x", "", "Sat, 01 Jan 2000 00:00:00 GMT", "*"] {
            assert_eq!(part(other).await.expect(200).body, first.body, "{other}");
        }
        // A precondition is looked at before the range.
        part(etag).header("if-none-match", etag).await.bare(304);
        part(etag).header("if-match", "\"x\"").await.problem(412, "precondition_failed");
        // Beyond the end there is nothing to send, unless the whole is sent.
        let beyond = |if_range: &str| {
            visit.request(Method::GET, &path).header("range", "bytes=99999-").header("if-range", if_range)
        };
        beyond(etag).await.problem(416, "range_not_satisfiable");
        beyond("\"x\"").await.expect(200);
    }
}
