//! Connections on which nothing moves.

use std::time::Duration;

use sealpost_test_support::{
    app::{App, Options, Raw, ServerSettings},
    claims,
};

use crate::support::{MIB, pattern};

claims![
    a_second_request_that_never_begins_in_earnest_is_not_waited_for with short_pause(),
    a_body_that_nobody_reads_any_more_does_not_drip_for_ever with short_pause(),
    who_goes_on_after_a_pause_is_served,
    a_download_that_nobody_takes_is_thrown_away with short_stall(),
];

fn short_pause() -> Options {
    let mut server = ServerSettings::default();
    // Long enough for a first request on a busy machine.
    let pause = Duration::from_secs(2);
    [server.keep_alive, server.request_head_timeout] = [pause, pause];
    Options { server, ..Options::default() }
}

fn short_stall() -> Options {
    let mut server = ServerSettings::default();
    server.stall = Duration::from_millis(500);
    Options { server, ..Options::default() }
}

const HEALTH: &str = "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";

/// Waits until the service closes the connection.
async fn is_closed(raw: &mut Raw) {
    tokio::time::timeout(Duration::from_secs(60), raw.hear_all()).await.expect("an end of the connection");
}

async fn a_second_request_that_never_begins_in_earnest_is_not_waited_for(app: &App) {
    let mut raw = app.connect().await;
    raw.say(HEALTH).await;
    assert!(raw.hear_head().await.starts_with("HTTP/1.1 200 "));
    raw.say("G").await;
    is_closed(&mut raw).await;
}

async fn a_body_that_nobody_reads_any_more_does_not_drip_for_ever(app: &App) {
    let mut raw = app.connect().await;
    raw.say("POST /nothing HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n").await;
    assert!(raw.hear_head().await.starts_with("HTTP/1.1 404 "));
    let dripping = async {
        while raw.try_say("1\r\nx\r\n").await {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), dripping).await.expect("an end of the connection");
}

async fn who_goes_on_after_a_pause_is_served(app: &App) {
    let mut raw = app.connect().await;
    for piece in [HEALTH, HEALTH] {
        let (begin, end) = piece.split_at(10);
        raw.say(begin).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        raw.say(end).await;
        assert!(raw.hear_head().await.starts_with("HTTP/1.1 200 "));
    }
}

async fn downloading(app: &App, bytes: &[u8]) -> Raw {
    let visit = app.anna.sent(&[("a", bytes)]).await.link().enter().await;
    let mut raw = app.anybody.connect_narrowly().await;
    let head = format!(
        "GET {} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n\r\n",
        visit.content_path(0),
        visit.grant,
    );
    raw.say(head).await;
    raw
}

async fn a_download_that_nobody_takes_is_thrown_away(app: &App) {
    let length = 16 * MIB;
    let mut raw = downloading(app, &pattern(length)).await;
    assert!(raw.hear_head().await.starts_with("HTTP/1.1 200 "));
    raw.is_thrown_away().await;
    assert!(raw.hear_all().await.len() < length);
}
