//! What the service leans on goes away for a while, and nothing that was acknowledged is lost.

mod table;
mod world;

use std::time::Duration;

use sealpost_test_support::{
    app::{App, HOUR, Options, eventually, spawn_app},
    claims,
    engines::Engine,
};

use crate::support::{MIB, pattern};

claims![while_the_vault_is_away_answers_say_so_and_nothing_is_lost];

async fn while_the_vault_is_away_answers_say_so_and_nothing_is_lost(app: &App) {
    let sent = app.anna.sent(&[("a", b"before")]).await;
    let visit = sent.link().enter().await;
    let upload = app.anna.upload(&app.anna.draft().await, "half", 4).await;
    app.anna.patch(&upload, 0, "ab").await.expect(204);

    app.vault.pull();
    app.anybody.get("/healthz").await.expect(200);
    app.anybody.get("/readyz").await.problem(503, "unavailable");
    assert_eq!(visit.fetch(0).await, "before", "keys that are in memory go on");
    app.clock.advance(HOUR);
    for refused in
        [visit.content(0).await, app.anna.patch(&upload, 2, "cd").await, sent.link().verify().await]
    {
        refused.problem(503, "unavailable");
        assert!(refused.header("retry-after").is_some(), "{}", refused.asked);
    }

    app.vault.plug();
    app.anybody.get("/readyz").await.expect(200);
    assert_eq!(app.anna.offset(&upload).await, 2);
    app.anna.patch(&upload, 2, "cd").await.expect(204);
    assert_eq!(visit.fetch(0).await, "before");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_cuts_its_connections_loses_nothing_that_was_acknowledged() {
    let app = spawn_app(Engine::Postgres, Options::default()).await;
    let bytes = pattern(6 * MIB);
    let id = app.anna.draft().await;
    let upload = app.anna.upload(&id, "a", bytes.len()).await;
    let (mut offset, mut cuts) = (0, 0);
    while offset < bytes.len() {
        let end = bytes.len().min(offset + MIB / 2);
        let patch = app.anna.patch(&upload, offset, bytes[offset..end].to_vec()).attempt();
        let cut = async {
            // At another moment of the request each time.
            tokio::time::sleep(Duration::from_millis(3 * cuts)).await;
            app.cut_database_connections();
        };
        let (answer, ()) = tokio::join!(patch, cut);
        let answer = answer.expect("an answer, whatever happens behind it");
        cuts += 1;
        match answer.status {
            204 => assert_eq!(answer.number("upload-offset") as usize, end),
            // The hold of an earlier request could not be given back; it ends by itself.
            423 => drop(answer.problem(423, "upload_locked")),
            // Cut while it is being committed, nobody knows whether it counted: the next HEAD does.
            _ => drop(answer.problem(503, "unavailable")),
        }
        let before = offset;
        eventually("the database is asked again", async || {
            let head = app.anna.status(&upload).await;
            app.clock.advance(Duration::from_secs(30));
            if head.status == 200 {
                offset = head.number("upload-offset") as usize;
            }
            head.status == 200
        })
        .await;
        assert!(offset == before || offset == end, "{before}, then {offset}");
        assert!(answer.status != 204 || offset == end, "what was acknowledged is there");
        assert!(cuts < 200, "it gets nowhere");
    }
    // That a connection was cut is noticed when it is used.
    for _ in 0..16 {
        app.anybody.get("/readyz").await;
    }
    let sent = app.anna.send(&id).await;
    assert!(sent.link().enter().await.fetch(0).await == bytes);
    app.finish().await;
}
