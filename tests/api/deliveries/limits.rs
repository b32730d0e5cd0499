//! `max_downloads`

use std::time::Duration;

use futures_util::future::join_all;
use sealpost_test_support::{
    app::{Answer, App, HOUR, Link, Sent, Visit, eventually},
    claims,
    faulty_store::{Effect, Gate, Operation, When},
};
use serde_json::{Value, json};

use crate::support::{MIB, pattern};

claims![
    fifty_clients_at_once_get_what_was_allowed_and_no_more,
    a_visit_that_has_its_place_fetches_as_often_as_it_likes,
    each_recipient_has_his_own_number,
    a_place_that_was_not_used_goes_to_somebody_else_after_an_hour,
    of_those_who_come_back_late_one_gets_the_place,
    a_download_that_takes_hours_keeps_its_place,
    who_comes_back_with_his_grant_goes_on_with_his_visit,
    a_grant_of_somebody_else_goes_on_with_nothing,
    looking_uses_nothing_up,
];

async fn limited(app: &App, most: u64, bytes: &[u8]) -> Sent {
    let new = json!({"recipients": [{"email": "bert@example.org"}], "max_downloads": most});
    app.anna.sent_as(&new, &[("a", bytes), ("b", b"b")]).await
}

async fn left(sent: &Sent) -> Value {
    sent.link().open().await.expect(200).json()["transfer"]["downloads_left"].clone()
}

async fn fifty_clients_at_once_get_what_was_allowed_and_no_more(app: &App) {
    let sent = limited(app, 7, &pattern(100_000)).await;
    let visits: Vec<Visit> = join_all((0..50).map(|_| sent.link().enter())).await;
    let answers = join_all(visits.iter().map(|visit| async { visit.content(0).await })).await;
    let (fetched, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    assert_eq!((fetched.len(), refused.len()), (7, 43));
    for answer in refused {
        answer.problem(403, "downloads_used_up");
    }
    assert_eq!(left(&sent).await, 0);
    // Nor does the archive get one through.
    let late = join_all(visits.iter().map(|visit| async { visit.archive().await.status })).await;
    assert_eq!(late.iter().filter(|status| **status == 200).count(), 7);
    sent.link().enter().await.content(0).await.problem(403, "downloads_used_up");
}

async fn a_visit_that_has_its_place_fetches_as_often_as_it_likes(app: &App) {
    let sent = limited(app, 1, &pattern(100_000)).await;
    let visit = sent.link().enter().await;
    for _ in 0..3 {
        visit.fetch(0).await;
        visit.fetch(1).await;
        visit.archive().await.expect(200);
        visit.content(visit.place_of("a")).header("range", "bytes=5-9").await.expect(206);
    }
    assert_eq!(left(&sent).await, 0);
    sent.link().enter().await.content(0).await.problem(403, "downloads_used_up");
    visit.fetch(0).await;
}

async fn each_recipient_has_his_own_number(app: &App) {
    let new = json!({"recipients": [{"email": "bert@example.org"}, {"email": "carl@example.org"}], "max_downloads": 1});
    let sent = app.anna.sent_as(&new, &[("a", b"a")]).await;
    for link in &sent.links {
        link.enter().await.fetch(0).await;
        link.enter().await.content(0).await.problem(403, "downloads_used_up");
    }
}

async fn a_place_that_was_not_used_goes_to_somebody_else_after_an_hour(app: &App) {
    let sent = limited(app, 1, &pattern(100_000)).await;
    let (first, second) = (sent.link().enter().await, sent.link().enter().await);
    first.content(first.place_of("a")).header("range", "bytes=0-9").await.expect(206);
    second.content(0).await.problem(403, "downloads_used_up");
    app.clock.advance(HOUR - Duration::from_secs(1));
    second.content(0).await.problem(403, "downloads_used_up");
    first.content(first.place_of("a")).header("range", "bytes=10-19").await.expect(206);
    app.clock.advance(HOUR);
    second.fetch(0).await;
    first.content(0).await.problem(403, "downloads_used_up");
}

async fn of_those_who_come_back_late_one_gets_the_place(app: &App) {
    let sent = limited(app, 1, &pattern(100_000)).await;
    let mut visits = Vec::new();
    for _ in 0..10 {
        let visit = sent.link().enter().await;
        visit.content(visit.place_of("a")).header("range", "bytes=0-9").await.expect(206);
        visits.push(visit);
        app.clock.advance(HOUR);
    }
    let answers = join_all(visits.iter().map(|visit| async { visit.content(0).await.status })).await;
    assert_eq!(answers.iter().filter(|status| **status == 200).count(), 1, "{answers:?}");
}

async fn a_download_that_takes_hours_keeps_its_place(app: &App) {
    let bytes = pattern(6 * MIB);
    let sent = limited(app, 1, &bytes).await;
    let (slow, quick) = (sent.link().enter().await, sent.link().enter().await);
    let gates: Vec<_> = (0..3).map(|_| Gate::closed()).collect();
    for (n, gate) in (3..).zip(&gates) {
        app.blobs.inject(Operation::Get, When::Nth(n), Effect::Hold(gate.clone()));
    }
    let slow = tokio::spawn(slow.content(slow.place_of("a")).attempt());
    for gate in &gates {
        gate.arrival().await;
        app.clock.advance(HOUR / 2);
        quick.content(0).await.problem(403, "downloads_used_up");
        gate.open();
    }
    let slow = slow.await.unwrap().expect("it comes to its end");
    assert!(slow.expect(200).body == bytes);
    eventually("it counts", async || {
        app.anna.transfer(&sent.id).await["recipients"][0]["state"] == "downloaded"
    })
    .await;
    app.clock.advance(2 * HOUR);
    quick.content(0).await.problem(403, "downloads_used_up");
}

/// Verifies once more, and asks for the first file with what comes of it.
async fn again(app: &App, link: &Link, path: &str, header: &str, value: String) -> Answer {
    let verified = link.verify().header(header, value).await.expect(200).json();
    let bearer = format!("Bearer {}", verified["grant"].as_str().unwrap());
    app.anybody.get(path).header("authorization", bearer).await
}

async fn who_comes_back_with_his_grant_goes_on_with_his_visit(app: &App) {
    let sent = limited(app, 1, &pattern(100_000)).await;
    let link = sent.link();
    let visit = link.enter().await;
    visit.fetch(visit.place_of("b")).await;
    let path = visit.content_path(visit.place_of("a"));
    let bearer = || format!("Bearer {}", visit.grant);
    let cookie = || format!("sealpost-{}={}", link.recipient.replace('-', ""), visit.grant);
    again(app, link, &path, "authorization", bearer()).await.expect(200);
    again(app, link, &path, "cookie", cookie()).await.expect(200);
    // Its time may be over: it is no right to anything here.
    app.clock.advance(13 * HOUR);
    visit.content(0).await.problem(401, "unauthorized");
    again(app, link, &path, "authorization", bearer()).await.expect(200);
    again(app, link, &path, "cookie", cookie()).await.expect(200);
    link.enter().await.content(0).await.problem(403, "downloads_used_up");
}

async fn a_grant_of_somebody_else_goes_on_with_nothing(app: &App) {
    let new = json!({"recipients": [{"email": "bert@example.org"}, {"email": "carl@example.org"}], "max_downloads": 1});
    let sent = app.anna.sent_as(&new, &[("a", b"a")]).await;
    let [bert, carl] = sent.links.as_slice() else { panic!("two links") };
    let (berts, carls) = (bert.enter().await, carl.enter().await);
    berts.fetch(0).await;
    carls.fetch(0).await;
    let path = berts.content_path(0);
    let tampered = format!("{}{}", &carls.grant[..20], &berts.grant[20..]);
    for none in [&carls.grant, &tampered, &bert.token, "x", "", &"x".repeat(5_000)] {
        let refused = again(app, bert, &path, "authorization", format!("Bearer {none}")).await;
        refused.problem(403, "downloads_used_up");
    }
}

async fn looking_uses_nothing_up(app: &App) {
    let sent = limited(app, 2, b"a").await;
    for _ in 0..3 {
        sent.link().page().await.expect(200);
        sent.link().open().await.expect(200);
        sent.link().enter().await;
        assert_eq!(left(&sent).await, 2);
    }
    let visit = sent.link().enter().await;
    app.anybody.get(&visit.content_path(0)).await.problem(401, "unauthorized");
    assert_eq!(left(&sent).await, 2);
    visit.fetch(0).await;
    assert_eq!(left(&sent).await, 1);
}
