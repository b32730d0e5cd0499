//! Several nodes on the same stores: whichever is asked, the answer is the same.

use futures_util::future::join_all;
use sealpost_domain::{Job, Policy};
use sealpost_test_support::{
    app::{App, DAY, HOUR, Options},
    claims,
    faulty_store::{Effect, Gate, Operation, When},
};
use serde_json::json;

use crate::support::{MIB, from_now, pattern};

claims![
    what_one_node_begins_another_ends,
    two_writers_on_two_nodes_are_one_too_many,
    what_one_node_takes_back_no_other_gives,
    a_limit_holds_for_all_nodes_together,
    guesses_on_all_nodes_are_counted_together with eight_attempts(),
    who_sends_on_two_nodes_at_once_sends_once,
    a_day_that_is_over_is_over_everywhere,
    what_the_policy_says_from_now_on_counts_on_every_node_at_once,
];

fn eight_attempts() -> Options {
    Options { policy: Policy { password_attempts: 8, ..Policy::default() }, ..Options::default() }
}

async fn what_one_node_begins_another_ends(app: &App) {
    let (one, two) = (&app.anna, &app.anna.at(&app.another_node().await));
    let bytes = pattern(3 * MIB);
    let id = one.draft().await;
    let upload = one.upload(&id, "a", bytes.len()).await;
    for (n, piece) in bytes.chunks(700_000).enumerate() {
        let node = if n % 2 == 0 { one } else { two };
        assert_eq!(node.offset(&upload).await, n * 700_000);
        node.patch(&upload, n * 700_000, piece.to_vec()).await.expect(204);
    }
    let sent = two.send(&id).await;
    assert!(sent.link().url.starts_with(one.base()), "links lead where the service is reached");
    // A right that one node has given, the other honours.
    let visit = sent.link().enter().await;
    let other = app.anybody.with_bearer(&visit.grant);
    assert!(other.get(&visit.content_path(0)).await.expect(200).body == bytes);
}

async fn two_writers_on_two_nodes_are_one_too_many(app: &App) {
    let two = app.anna.at(&app.another_node().await);
    let id = app.anna.draft().await;
    let upload = app.anna.upload(&id, "a", 10).await;
    let (gate, anna, path) = (Gate::closed(), app.anna.clone(), upload.clone());
    app.blobs.inject(Operation::Put, When::Nth(1), Effect::Hold(gate.clone()));
    let first = tokio::spawn(async move { anna.patch(&path, 0, "01234").await });
    gate.arrival().await;
    two.patch(&upload, 0, "abcde").await.problem(423, "upload_locked");
    two.terminate(&upload).await.problem(423, "upload_locked");
    gate.open();
    first.await.unwrap().expect(204);
    two.patch(&upload, 5, "56789").await.expect(204);
    assert_eq!(app.anna.send(&id).await.link().enter().await.fetch(0).await, "0123456789");
}

async fn what_one_node_takes_back_no_other_gives(app: &App) {
    let node = app.another_node().await;
    let sent = app.anna.sent(&[("a", b"a")]).await;
    let (here, there) = (sent.link(), sent.link().at(&node));
    // Both nodes have read it, and hold its keys in memory.
    let (visit, other) = (here.enter().await, there.enter().await);
    assert_eq!((visit.fetch(0).await, other.fetch(0).await), ("a".into(), "a".into()));
    app.anna.act(&sent.id, "block").await.expect(200);
    there.is_unavailable().await;
    other.content(0).await.problem(404, "not_found");
    app.anna.at(&node).act(&sent.id, "unblock").await.expect(200);
    assert_eq!(here.enter().await.fetch(0).await, "a");
    app.anna.purge(&sent.id).await.expect(204);
    there.is_unavailable().await;
    other.content(0).await.problem(404, "not_found");
}

async fn a_limit_holds_for_all_nodes_together(app: &App) {
    let node = app.another_node().await;
    let new = json!({"recipients": [{"email": "bert@example.org"}], "max_downloads": 5});
    let sent = app.anna.sent_as(&new, &[("a", &pattern(50_000))]).await;
    let links = [sent.link().clone(), sent.link().at(&node)];
    let visits = join_all((0..24).map(|n| links[n % 2].enter())).await;
    let answers = join_all(visits.iter().map(|visit| async { visit.content(0).await.status })).await;
    assert_eq!(answers.iter().filter(|status| **status == 200).count(), 5, "{answers:?}");
    assert!(answers.iter().all(|status| [200, 403].contains(status)), "{answers:?}");
}

async fn guesses_on_all_nodes_are_counted_together(app: &App) {
    let node = app.another_node().await;
    let new = json!({"recipients": [{"email": "bert@example.org"}], "password": "correct horse"});
    let sent = app.anna.sent_as(&new, &[("a", b"a")]).await;
    let links = [sent.link().clone(), sent.link().at(&node)];
    let guess = |n: usize| {
        let link = links[n % 2].clone();
        async move { link.verify_with(&format!("guess number {n}")).await.problem(403, "wrong_password") }
    };
    join_all((0..7).map(guess)).await;
    assert_eq!(app.anna.transfer(&sent.id).await["locked"], false);
    join_all((7..10).map(guess)).await;
    for link in &links {
        link.verify_with("correct horse").await.problem(403, "wrong_password");
    }
    let log = app.audit(app.acme.id, &sent.id).await;
    assert_eq!(log.iter().filter(|kind| *kind == "transfer.locked").count(), 1);
}

async fn who_sends_on_two_nodes_at_once_sends_once(app: &App) {
    let two = app.anna.at(&app.another_node().await);
    let id = app.anna.draft().await;
    app.anna.put(&id, "a", b"a").await;
    let all = join_all((0..8).map(|n| if n % 2 == 0 { app.anna.send(&id) } else { two.send(&id) })).await;
    assert!(all.iter().all(|sent| sent.link().token == all[0].link().token));
    app.run_jobs().await;
    assert_eq!(app.mails_to("bert@example.org").len(), 1);
}

async fn a_day_that_is_over_is_over_everywhere(app: &App) {
    let node = app.another_node().await;
    let new = json!({"recipients": [{"email": "bert@example.org"}], "expires_at": from_now(app, DAY)});
    let sent = app.anna.sent_as(&new, &[("a", b"a")]).await;
    let there = sent.link().at(&node);
    there.enter().await.fetch(0).await;
    app.clock.advance(2 * DAY + HOUR);
    app.run(Job::DestroyEpochs).await;
    there.is_unavailable().await;
    // What the other node held in memory is no way around it, even with a clock that was put back.
    app.clock.set(sealpost_domain::Clock::now(&app.clock) - 2 * DAY);
    there.open().await.problem(404, "link_unavailable");
}

async fn what_the_policy_says_from_now_on_counts_on_every_node_at_once(app: &App) {
    let other = app.another_node().await;
    let two = app.anna.at(&other);
    let to = json!({"recipients": [{"email": "bert@rival.example"}]});
    for round in 0..3 {
        // Both nodes know the policy that counted so far.
        app.anna.create(&to).await.expect(201);
        let draft = two.draft_of(&to).await;
        two.put(&draft, "a", b"a").await;
        app.set_address_rules(json!([
            {"name": format!("round {round}"), "recipients": ["rival.example"], "effect": {"deny": "No."}},
        ]))
        .await;
        two.create(&to).await.problem(403, "recipient_refused");
        two.act(&draft, "send").await.problem(403, "recipient_refused");
        app.set_address_rules(json!([])).await;
        two.act(&draft, "send").await.expect(200);
    }
}
