//! `GET` and `HEAD /api/v1/deliveries/{delivery_id}/files/{file_id}/content`

use std::time::Duration;

use futures_util::StreamExt as _;
use sealpost_auth::{Carried, Shown};
use sealpost_domain::Clock as _;
use sealpost_test_support::{
    app::{App, DAY, HOUR, Method, eventually},
    claims,
};
use sealpost_transfer::Download;
use serde_json::json;

use crate::support::{MIB, http_date, pattern};

claims![
    a_file_is_served_so_that_no_browser_runs_it,
    a_head_is_a_get_without_the_bytes,
    a_name_is_written_so_that_every_program_reads_it,
    nobody_fetches_without_a_grant_for_this_delivery,
    a_grant_ends,
    a_grant_does_not_outlive_its_transfer,
    what_is_not_in_the_delivery_is_not_there,
    a_version_that_is_known_is_not_sent_again,
    a_download_counts_when_its_last_byte_was_delivered,
    a_download_counts_also_for_those_who_hang_up_at_once,
    a_download_that_breaks_off_does_not_count,
    what_was_read_ahead_does_not_outlive_a_block,
    expiry_counts_whatever_the_scheduler_does,
    a_clock_that_jumps_back_gives_nothing_back_that_was_purged,
];

async fn a_file_is_served_so_that_no_browser_runs_it(app: &App) {
    let bytes = pattern(2 * MIB + 100);
    let sent_at = app.clock.now();
    let sent = app.anna.sent(&[("plan.pdf", &bytes)]).await;
    let content = sent.link().enter().await.content(0).await.expect(200);
    assert!(content.body == bytes);
    for (name, value) in [
        ("content-length", bytes.len().to_string().as_str()),
        ("accept-ranges", "bytes"),
        ("cache-control", "no-store"),
        ("content-disposition", "attachment; filename=\"plan.pdf\"; filename*=UTF-8''plan.pdf"),
        ("content-security-policy", "default-src 'none'; sandbox; frame-ancestors 'none'"),
        ("content-type", "application/octet-stream"),
        ("cross-origin-resource-policy", "same-origin"),
        ("last-modified", &http_date(sent_at)),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(content.header(name), Some(value), "{name}");
    }
    let etag = content.header("etag").unwrap();
    assert!(etag.starts_with('"') && etag.ends_with('"') && etag.len() > 10, "{etag}");
    for absent in ["server", "transfer-encoding", "content-encoding", "content-range", "set-cookie"] {
        assert_eq!(content.header(absent), None, "{absent}");
    }
}

async fn a_head_is_a_get_without_the_bytes(app: &App) {
    let sent = app.anna.sent(&[("a.txt", b"hello")]).await;
    let visit = sent.link().enter().await;
    for path in [visit.content_path(0), visit.archive_path()] {
        let head = visit.request(Method::HEAD, &path).await.expect(200);
        let get = visit.request(Method::GET, &path).await.expect(200);
        assert!(head.body.is_empty() && !get.body.is_empty());
        for name in get.headers.keys().filter(|name| !["date", "x-request-id"].contains(&name.as_str())) {
            assert_eq!(head.header(name.as_str()), get.header(name.as_str()), "{name}");
        }
        let part = visit.request(Method::HEAD, &path).header("range", "bytes=1-2").await.expect(200);
        assert_eq!(part.header("content-length"), get.header("content-length"), "a range is for GET only");
    }
}

async fn a_name_is_written_so_that_every_program_reads_it(app: &App) {
    let names = [
        ("Über \"uns\".pdf", "\"_ber _uns_.pdf\"", "%C3%9Cber%20%22uns%22.pdf"),
        ("folder/inner/a.txt", "\"a.txt\"", "a.txt"),
        ("100%.txt", "\"100_.txt\"", "100%25.txt"),
        ("a;b=c.txt", "\"a;b=c.txt\"", "a%3Bb%3Dc.txt"),
        ("日本.txt", "\"__.txt\"", "%E6%97%A5%E6%9C%AC.txt"),
    ];
    let files: Vec<_> = names.iter().map(|(name, ..)| (*name, b"x".as_slice())).collect();
    let visit = app.anna.sent(&files).await.link().enter().await;
    for (name, plain, extended) in names {
        let content = visit.content(visit.place_of(name)).await.expect(200);
        let expected = format!("attachment; filename={plain}; filename*=UTF-8''{extended}");
        assert_eq!(content.header("content-disposition"), Some(expected.as_str()));
    }
}

async fn nobody_fetches_without_a_grant_for_this_delivery(app: &App) {
    let to = json!({"recipients": [{"email": "bert@example.org"}, {"email": "carl@example.org"}]});
    let sent = app.anna.sent_as(&to, &[("a", b"a")]).await;
    let (bert, carl) = (sent.links[0].enter().await, sent.links[1].enter().await);
    let other = app.anna.sent(&[("b", b"b")]).await.link().enter().await;
    let grant = &bert.grant;
    let flipped = format!("{}{}", if grant.starts_with('A') { "B" } else { "A" }, &grant[1..]);
    for path in [bert.content_path(0), bert.archive_path()] {
        app.anybody.get(&path).await.problem(401, "unauthorized");
        for wrong in [
            carl.grant.as_str(),
            &other.grant,
            app.anna.bearer(),
            &sent.links[0].token,
            &flipped,
            &grant[..grant.len() - 1],
            &format!("{grant}A"),
            &"A".repeat(401),
            "x",
        ] {
            app.anybody.with_bearer(wrong).get(&path).await.problem(401, "unauthorized");
            app.anybody.with_bearer(wrong).head(&path).await.bare(401);
        }
        let cookie =
            |name: String, value: &str| app.anybody.get(&path).header("cookie", format!("{name}={value}"));
        let (own, others) =
            (sent.links[0].recipient.replace('-', ""), sent.links[1].recipient.replace('-', ""));
        cookie(format!("sealpost-{own}"), grant).await.expect(200);
        cookie(format!("sealpost-{own}"), &carl.grant).await.problem(401, "unauthorized");
        cookie(format!("sealpost-{others}"), grant).await.problem(401, "unauthorized");
        cookie("sealpost".to_owned(), grant).await.problem(401, "unauthorized");
        // A grant is a grant: nothing that a sender may do is done with it.
        app.anybody.with_bearer(grant).get("/api/v1/transfers").await.problem(401, "unauthorized");
    }
}

async fn a_grant_ends(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    let visit = sent.link().enter().await;
    app.clock.advance(12 * HOUR - HOUR / 60);
    visit.fetch(0).await;
    app.clock.advance(HOUR / 60);
    visit.content(0).await.problem(401, "unauthorized");
    visit.archive().await.problem(401, "unauthorized");
    assert_eq!(sent.link().enter().await.fetch(0).await, "a");
}

async fn a_grant_does_not_outlive_its_transfer(app: &App) {
    let short = json!({
        "recipients": [{"email": "bert@example.org"}], "expires_at": crate::support::from_now(app, 2 * HOUR),
    });
    let sent = app.anna.sent_as(&short, &[("a", b"a")]).await;
    let verified = sent.link().verify().await.expect(200).json();
    assert_eq!(verified["expires_at"], crate::support::from_now(app, 2 * HOUR));
    let visit = sent.link().enter().await;
    app.clock.advance(2 * HOUR);
    visit.content(0).await.problem(401, "unauthorized");
}

async fn what_is_not_in_the_delivery_is_not_there(app: &App) {
    let (one, other) = (app.anna.sent(&[("a", b"a")]).await, app.anna.sent(&[("b", b"b")]).await);
    let (visit, foreign) = (one.link().enter().await, other.link().enter().await);
    let content = |file: &str| {
        visit.request(
            Method::GET,
            &format!("/api/v1/deliveries/{}/files/{file}/content", one.link().recipient),
        )
    };
    for file in [foreign.delivery["files"][0]["id"].as_str().unwrap(), &one.id, "x", "..", "%00"] {
        content(file).await.problem(404, "not_found");
    }
    let unknown =
        visit.content_path(0).replace(&one.link().recipient, "0190a000-0000-7000-8000-000000000000");
    visit.request(Method::GET, &unknown).await.problem(401, "unauthorized");
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS] {
        let refused = visit.request(method, &visit.content_path(0)).await;
        refused.problem(405, "method_not_allowed");
        assert_eq!(refused.header("allow"), Some("GET, HEAD"));
    }
}

async fn a_version_that_is_known_is_not_sent_again(app: &App) {
    let sent = app.anna.sent(&[("a", b"hello")]).await;
    let visit = sent.link().enter().await;
    for path in [visit.content_path(0), visit.archive_path()] {
        let get = || visit.request(Method::GET, &path);
        let first = get().await.expect(200);
        let (etag, modified) = (first.header("etag").unwrap(), first.header("last-modified").unwrap());
        assert_eq!(get().await.header("etag"), Some(etag), "the same bytes have the same tag");
        let weak = format!("W/{etag}");
        let list = format!("\"x\", {etag} , W/\"y\"");
        for known in [etag, &weak, &list, "*"] {
            let again = get().header("if-none-match", known).await;
            again.bare(304);
            assert_eq!(again.header("etag"), Some(etag));
        }
        get().header("if-none-match", "\"x\"").await.expect(200);
        get().header("if-modified-since", modified).await.bare(304);
        get().header("if-modified-since", "Sat, 01 Jan 2000 00:00:00 GMT").await.expect(200);
        get().header("if-modified-since", "nonsense").await.expect(200);
        for meant in [etag, &list, "*"] {
            get().header("if-match", meant).await.expect(200);
        }
        for other in ["\"x\"", &weak, ""] {
            get().header("if-match", other).await.problem(412, "precondition_failed");
        }
        get().header("if-unmodified-since", modified).await.expect(200);
        let refused = get().header("if-unmodified-since", "Sat, 01 Jan 2000 00:00:00 GMT").await;
        refused.problem(412, "precondition_failed");
    }
}

async fn a_download_counts_when_its_last_byte_was_delivered(app: &App) {
    let sent = app.anna.sent(&[("a", &pattern(100_000))]).await;
    let visit = sent.link().enter().await;
    let downloads = async || app.anna.transfer(&sent.id).await["recipients"][0]["downloads"].clone();
    visit.describe(0).await.expect(200);
    visit.content(0).header("range", "bytes=0-99998").await.expect(206);
    visit.content(0).header("range", "bytes=100000-").await.expect(416);
    assert_eq!(downloads().await, json!([]));
    visit.content(0).header("range", "bytes=99999-").await.expect(206);
    eventually("the last byte counts", async || downloads().await[0]["times"] == 1).await;
    visit.archive().await.expect(200);
    eventually("the archive counts for each of its files", async || downloads().await[0]["times"] == 2).await;
    let log = app.audit(app.acme.id, &sent.id).await;
    assert_eq!(log.iter().filter(|kind| *kind == "file.downloaded").count(), 2);
}

async fn a_download_counts_also_for_those_who_hang_up_at_once(app: &App) {
    let bytes = pattern(3 * MIB);
    let sent = app.anna.sent(&[("a", &bytes)]).await;
    let visit = sent.link().enter().await;
    for times in 1..=10 {
        let mut raw = app.connect().await;
        raw.say(format!(
            "GET {} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\nconnection: close\r\n\r\n",
            visit.content_path(0),
            visit.grant
        ))
        .await;
        raw.hear_body(bytes.len()).await;
        raw.hang_up();
        eventually("the download counts", async || {
            app.anna.transfer(&sent.id).await["recipients"][0]["downloads"][0]["times"] == times
        })
        .await;
    }
}

async fn a_download_that_breaks_off_does_not_count(app: &App) {
    let bytes = pattern(20 * MIB);
    let sent = app.anna.sent(&[("a", &bytes)]).await;
    let visit = sent.link().enter().await;
    let mut raw = app.connect().await;
    raw.say(format!(
        "GET {} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n\r\n",
        visit.content_path(0),
        visit.grant
    ))
    .await;
    raw.hear_body(MIB).await;
    raw.hang_up();
    let rest = visit.content(0).header("range", format!("bytes={MIB}-{}", bytes.len() - 2)).await.expect(206);
    assert!(rest.body == bytes[MIB..bytes.len() - 1]);
    assert_eq!(app.anna.transfer(&sent.id).await["recipients"][0]["state"], "opened");
}

async fn what_was_read_ahead_does_not_outlive_a_block(app: &App) {
    let bytes = pattern(MIB);
    let sent = app.anna.sent(&[("a", &bytes)]).await;
    let verified =
        app.auth.verify_link(&sent.link().token, &Shown::default(), &Carried::default()).await.unwrap();
    let verified = verified.done().unwrap();
    let file = app.service.delivery(verified.grant.read()).await.unwrap().files[0].id;
    let download = app.service.file(&verified.grant, file).await.unwrap();
    let mut stream = std::pin::pin!(download.stream(0..bytes.len() as u64));
    let first = stream.next().await.unwrap().unwrap();
    assert!(first.len() <= Download::PIECE && bytes.starts_with(&first));
    app.anna.post_json(&format!("/api/v1/transfers/{}/block", sent.id), &json!({})).await.expect(200);
    assert!(stream.next().await.unwrap().is_ok(), "it was asked a moment ago");
    app.clock.advance(Duration::from_secs(5));
    assert!(stream.next().await.unwrap().is_err());
    assert!(stream.next().await.is_none());
}

async fn expiry_counts_whatever_the_scheduler_does(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    app.clock.advance(14 * DAY - HOUR);
    let visit = sent.link().enter().await;
    visit.fetch(0).await;
    app.clock.advance(HOUR);
    sent.link().is_unavailable().await;
    visit.content(0).await.problem(401, "unauthorized");
    assert_eq!(app.anna.transfer(&sent.id).await["state"], "expired");
    assert_eq!(app.objects().await.len(), 1, "nobody has purged it yet");
    // A clock that goes back makes it readable again for as long as it is wrong, and not for longer.
    app.clock.set(app.clock.now() - HOUR);
    sent.link().enter().await;
    app.clock.advance(HOUR);
    sent.link().is_unavailable().await;
}

async fn a_clock_that_jumps_back_gives_nothing_back_that_was_purged(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    let visit = sent.link().enter().await;
    app.clock.advance(14 * DAY);
    app.run(sealpost_domain::Job::PurgeExpired).await;
    app.clock.set(app.clock.now() - 14 * DAY);
    sent.link().is_unavailable().await;
    visit.content(0).await.problem(404, "not_found");
    app.anna.get(&format!("/api/v1/transfers/{}", sent.id)).await.problem(410, "gone");
}
