//! `GET /api/v1/admin/retention`

use std::time::Duration;

use sealpost_domain::{Clock as _, Job, Role};
use sealpost_test_support::{
    app::{App, Client, DAY, HOUR},
    claims,
    faulty_store::{Effect, Operation, When},
};
use serde_json::{Value, json};

use crate::support::{from_now, rfc3339};

claims![
    who_has_nothing_hears_that_nothing_is_left,
    what_is_kept_is_told_with_its_end_and_its_keys,
    what_should_be_gone_and_is_not_is_told_until_it_is_gone,
    a_key_that_outlives_its_day_is_told,
    keys_that_were_destroyed_are_told_by_their_days,
    a_vault_that_does_not_answer_is_part_of_the_answer,
    a_job_that_does_not_come_is_late,
    purges_are_counted_by_day_with_their_delay,
    orphans_are_counted_by_the_look_through_the_store,
    auditors_read_it_senders_and_other_tenants_do_not,
];

const PATH: &str = "/api/v1/admin/retention";
const REMOVE: [Job; 6] = [
    Job::PurgeExpired,
    Job::DestroyEpochs,
    Job::AbandonUploads,
    Job::ReconcileOrphans,
    Job::Sweep,
    Job::TrimAudit,
];

async fn seen(client: &Client) -> Value {
    client.get(PATH).await.expect(200).json()
}

/// As the clock does.
async fn run_all(app: &App) {
    for job in REMOVE {
        app.run(job).await;
    }
}

fn findings(report: &Value) -> Vec<&str> {
    report["findings"].as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect()
}

async fn who_has_nothing_hears_that_nothing_is_left(app: &App) {
    run_all(app).await;
    let report = seen(&app.admin).await;
    assert_eq!((&report["standing"], findings(&report)), (&json!("clear"), vec![]));
    assert_eq!(report["epoch_keys"], json!({ "count": 0, "overdue_days": [] }));
    assert_eq!((&report["vault"]["kind"], &report["vault"]["answers"]), (&json!("local"), &json!(true)));
    assert!(report["vault"]["root_key"].as_str().unwrap().starts_with("local:v1:"));
    let none =
        json!({ "draft": 0, "sealed": 0, "available": 0, "blocked": 0, "being_purged": 0, "past_end": 0 });
    assert_eq!(report["transfers"], none);
    assert_eq!(report["purges"]["days"], json!([]));
    assert_eq!(report["uploads"], json!({ "count": 0, "bytes": 0, "leftovers": 0 }));
    let days = |count: u64| json!(count * 24 * 3_600);
    assert_eq!(report["kept_for"]["transfer_default_seconds"], days(14));
    assert_eq!(report["kept_for"]["transfer_max_seconds"], days(30));
    assert_eq!(report["kept_for"]["audit_seconds"], days(365));
    assert!(
        report["jobs"]
            .as_array()
            .unwrap()
            .iter()
            .all(|job| job["late"] == false && job["done_at"].is_string())
    );
}

async fn what_is_kept_is_told_with_its_end_and_its_keys(app: &App) {
    let until = |days: u32| json!({ "recipients": [{ "email": "bert@example.org" }], "expires_at": from_now(app, days * DAY) });
    let soon = app.anna.sent_as(&until(2), &[("a", b"a")]).await;
    app.otto.sent_as(&until(5), &[("b", b"b")]).await;
    app.gina.sent_as(&until(1), &[("c", b"c")]).await;
    let draft = app.anna.draft_of(&json!({ "expires_at": from_now(app, 3 * DAY) })).await;
    let upload = app.anna.upload(&draft, "d", 5).await;
    app.anna.patch(&upload, 0, "abc").await.expect(204);
    run_all(app).await;
    let report = seen(&app.admin).await;
    assert_eq!(report["standing"], "clear", "{report}");
    let transfers = &report["transfers"];
    assert_eq!((&transfers["available"], &transfers["draft"]), (&json!(2), &json!(1)));
    assert_eq!(transfers["next_end"]["id"], json!(*soon.id));
    assert_eq!(transfers["next_end"]["expires_at"], until(2)["expires_at"]);
    assert_eq!((&report["uploads"]["count"], &report["uploads"]["bytes"]), (&json!(1), &json!(3)));
    assert_eq!(report["uploads"]["next_end"], json!(from_now(app, DAY)));
    let (now, keys) = (app.clock.now(), &report["epoch_keys"]);
    let (first, last) = ((now + 2 * DAY).epoch(), (now + 5 * DAY).epoch());
    assert_eq!(keys["count"], json!(3));
    assert_eq!((&keys["first_day"], &keys["last_day"]), (&json!(first.date()), &json!(last.date())));
    assert_eq!(keys["copies_open_until"], json!(rfc3339(last.end() + HOUR / 4)));
}

async fn what_should_be_gone_and_is_not_is_told_until_it_is_gone(app: &App) {
    run_all(app).await;
    let end = from_now(app, 2 * HOUR);
    let new = json!({ "recipients": [{ "email": "bert@example.org" }], "expires_at": end });
    let sent = app.anna.sent_as(&new, &[("a", b"a")]).await;
    app.clock.advance(2 * HOUR + Duration::from_secs(60));
    for job in [Job::DestroyEpochs, Job::AbandonUploads, Job::Sweep] {
        app.run(job).await;
    }
    // Within what is promised; but the job that should have come has not.
    let report = seen(&app.admin).await;
    assert_eq!((&report["standing"], findings(&report)), (&json!("attention"), vec!["job_late"]));
    assert_eq!(
        (&report["transfers"]["past_end"], &report["transfers"]["first_past_end"]["id"]),
        (&json!(1), &json!(*sent.id))
    );
    app.clock.advance(Duration::from_secs(15 * 60));
    let report = seen(&app.admin).await;
    assert_eq!((&report["standing"], findings(&report)[0]), (&json!("overdue"), "transfers_overdue"));
    assert_eq!(report["transfers"]["first_past_end"]["expires_at"], json!(end));
    // A store that fails leaves it half removed: unreadable, and still overdue.
    app.blobs.inject(Operation::DeletePrefix, When::Always, Effect::Fail);
    app.run(Job::PurgeExpired).await;
    app.clock.advance(Duration::from_secs(16 * 60));
    let report = seen(&app.admin).await;
    assert_eq!((&report["standing"], findings(&report)[0]), (&json!("overdue"), "transfers_overdue"));
    assert_eq!(report["transfers"]["being_purged"], json!(1));
    assert!(report["transfers"]["first_purge_began_at"].is_string());
    assert!(findings(&report).contains(&"job_failing"), "{report}");
    app.blobs.clear();
    run_all(app).await;
    let report = seen(&app.admin).await;
    assert_eq!(
        (&report["standing"], &report["transfers"]["past_end"]),
        (&json!("clear"), &json!(0)),
        "{report}"
    );
}

async fn a_key_that_outlives_its_day_is_told(app: &App) {
    let new = json!({ "recipients": [{ "email": "bert@example.org" }], "expires_at": from_now(app, DAY) });
    let day = (app.clock.now() + DAY).epoch();
    app.anna.sent_as(&new, &[("a", b"a")]).await;
    let run = async || {
        for job in REMOVE.into_iter().filter(|job| *job != Job::DestroyEpochs) {
            app.run(job).await;
        }
    };
    app.clock.set(day.end() + 2 * HOUR);
    run().await;
    let report = seen(&app.admin).await;
    assert_eq!(report["epoch_keys"]["overdue_days"], json!([]), "it may still come");
    app.clock.set(day.end() + 3 * HOUR);
    run().await;
    let report = seen(&app.admin).await;
    assert_eq!(
        (&report["standing"], findings(&report)),
        (&json!("overdue"), vec!["keys_overdue", "job_late"])
    );
    assert_eq!(report["epoch_keys"]["overdue_days"], json!([day.date()]));
    app.run(Job::DestroyEpochs).await;
    let report = seen(&app.admin).await;
    assert_eq!(
        (&report["standing"], &report["epoch_keys"]["count"]),
        (&json!("clear"), &json!(0)),
        "{report}"
    );
}

async fn keys_that_were_destroyed_are_told_by_their_days(app: &App) {
    let (until, mut days) = (|days: u32| json!({ "expires_at": from_now(app, days * DAY) }), Vec::new());
    for count in [1, 2] {
        app.anna.draft_of(&until(count)).await;
        days.push((app.clock.now() + count * DAY).epoch());
    }
    app.gina.draft_of(&until(1)).await;
    for day in &days {
        app.clock.set(day.end() + HOUR);
        app.run(Job::DestroyEpochs).await;
    }
    let report = seen(&app.admin).await;
    let told = [days[1], days[0]].map(|day| json!({ "day": day.date(), "at": rfc3339(day.end() + HOUR) }));
    assert_eq!(report["destroyed_days"], json!(told));
    let entries = app.admin.get("/api/v1/admin/audit?kind=epoch.destroyed").await.expect(200).json();
    assert_eq!(entries["entries"][0]["details"], json!({ "by": "service", "day": days[1].date() }));
    assert_eq!(seen(&app.rival).await["destroyed_days"].as_array().unwrap().len(), 1);
}

async fn a_vault_that_does_not_answer_is_part_of_the_answer(app: &App) {
    run_all(app).await;
    app.admin.get(PATH).await.expect(200);
    app.vault.pull();
    let report = seen(&app.admin).await;
    assert_eq!((&report["standing"], findings(&report)), (&json!("attention"), vec!["vault_away"]));
    assert_eq!(report["vault"]["answers"], false);
    app.vault.plug();
    assert_eq!(seen(&app.admin).await["standing"], "clear");
}

async fn a_job_that_does_not_come_is_late(app: &App) {
    let late = |report: &Value| {
        let jobs = report["jobs"].as_array().unwrap().iter().filter(|job| job["late"] == true);
        jobs.map(|job| job["kind"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let report = seen(&app.admin).await;
    assert_eq!(late(&report), REMOVE.map(|job| job.kind().to_owned()), "nobody has ever run one");
    run_all(app).await;
    let done = rfc3339(app.clock.now());
    for (minutes, expected) in [
        (15, vec![]),
        (16, vec!["purge_expired"]),
        (31, vec!["purge_expired", "sweep"]),
        (61, vec!["purge_expired", "destroy_epochs", "abandon_uploads", "sweep"]),
    ] {
        let begun = app.clock.now();
        app.clock.advance(Duration::from_secs(minutes * 60));
        let report = seen(&app.admin).await;
        assert_eq!(late(&report), expected, "{minutes}");
        assert_eq!(report["jobs"][0]["done_at"], json!(done));
        assert_eq!(findings(&report), if expected.is_empty() { vec![] } else { vec!["job_late"] });
        app.clock.set(begun);
    }
}

async fn purges_are_counted_by_day_with_their_delay(app: &App) {
    app.clock.set(app.clock.now().epoch().end());
    let new = json!({ "recipients": [{ "email": "bert@example.org" }], "expires_at": from_now(app, HOUR) });
    app.anna.sent_as(&new, &[("a", b"12345")]).await;
    app.otto.sent_as(&new, &[("b", b"678")]).await;
    let deleted = app.anna.sent(&[("c", b"90")]).await;
    app.anna.purge(&deleted.id).await.expect(204);
    app.clock.advance(HOUR + Duration::from_secs(90));
    app.run(Job::PurgeExpired).await;
    let day = app.clock.now().epoch();
    let counted = json!([{
        "day": day.date(), "expired": 2, "deleted": 1, "files": 3, "bytes": 10, "longest_delay_ms": 90_000,
    }]);
    assert_eq!(seen(&app.admin).await["purges"]["days"], counted);
    assert_eq!(seen(&app.rival).await["purges"]["days"], json!([]));
    app.clock.advance(29 * DAY);
    assert_eq!(seen(&app.admin).await["purges"], json!({ "from": day.date(), "days": counted }));
    app.clock.advance(DAY);
    assert_eq!(seen(&app.admin).await["purges"]["days"], json!([]));
}

async fn orphans_are_counted_by_the_look_through_the_store(app: &App) {
    assert_eq!(seen(&app.admin).await.get("store_check"), None);
    let id = app.anna.draft().await;
    app.anna.put(&id, "kept", b"kept").await;
    app.blobs.inject(Operation::Put, When::Nth(1), Effect::LoseResponse);
    app.anna.begin_with(&id, b"lost").header("upload-length", "4").await.problem(503, "unavailable");
    app.blobs.clear();
    app.clock.advance(DAY + HOUR);
    app.run(Job::ReconcileOrphans).await;
    let first = json!({ "at": rfc3339(app.clock.now()), "objects": 2, "removed": 1, "unknown": 0 });
    assert_eq!(seen(&app.admin).await["store_check"], first);
    // One that breaks off is no look through the whole.
    app.clock.advance(HOUR);
    app.blobs.inject(Operation::List, When::Always, Effect::Fail);
    app.run(Job::ReconcileOrphans).await;
    app.blobs.clear();
    assert_eq!(seen(&app.admin).await["store_check"], first);
    app.run(Job::ReconcileOrphans).await;
    assert_eq!(seen(&app.admin).await["store_check"]["objects"], 1);
}

async fn auditors_read_it_senders_and_other_tenants_do_not(app: &App) {
    let new = json!({ "email": "alba@acme.example", "role": Role::Auditor });
    app.admin.post_json("/api/v1/admin/users", &new).await.expect(201);
    app.anna.draft().await;
    let auditor = app.client_of(&app.acme, "alba@acme.example").await;
    assert_eq!(seen(&auditor).await["transfers"]["draft"], 1);
    assert_eq!(seen(&app.rival).await["transfers"]["draft"], 0);
    app.anna.get(PATH).await.problem(403, "forbidden");
    app.anybody.get(PATH).await.problem(401, "unauthorized");
}
