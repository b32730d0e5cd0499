//! A tenant that was terminated, and is removed.

use futures_util::future::join_all;
use sealpost_certificate::Statement;
use sealpost_db::KEPT_OF_TENANTS;
use sealpost_domain::{Job, TenantId};
use sealpost_tenancy::{EXPORT_TIME, TenancyError};
use sealpost_test_support::{
    app::{App, DAY, HOUR},
    claims,
    engines::Engine,
    faulty_store::{Effect, Operation, When},
};
use serde_json::json;

use crate::{database::Database, support::operator, walk::Belongings};

claims![
    nothing_is_left_of_a_removed_tenant_in_any_table_or_store,
    its_removal_is_certified,
    it_has_thirty_days_and_then_no_way_back,
    a_store_that_fails_delays_its_removal_and_no_others,
    schedulers_at_once_remove_it_once,
    a_removal_that_was_cut_short_is_finished_from_wherever_it_stands,
    the_removal_knows_every_table_that_names_tenants,
];

/// Globex with something in every corner, and a good deal of transfers.
async fn full(app: &App) -> Belongings {
    let of = Belongings::of_globex(app).await;
    for name in ["a", "b", "c"] {
        app.gina.sent(&[(name, b"bytes")]).await;
    }
    let purged = app.gina.sent(&[("p", b"purged")]).await;
    app.gina.purge(&purged.id).await.expect(204);
    app.run(Job::CheckpointAudit).await;
    of
}

async fn terminate(app: &App) {
    assert!(app.tenancy().terminate(&operator(app, &app.globex).await).await.unwrap());
}

async fn remove(app: &App) {
    terminate(app).await;
    app.clock.advance(EXPORT_TIME);
    app.run(Job::RemoveTenants).await;
}

/// Tables in which the id is, in any column.
async fn tables_with(app: &App, tenant: TenantId) -> Vec<String> {
    let mut database = Database::of(app).await;
    let (id, text) = (database.id(tenant.as_uuid()), tenant.to_string());
    let mut found = Vec::new();
    for table in database.tables().await {
        if KEPT_OF_TENANTS.contains(&table.as_str()) {
            continue;
        }
        for column in database.columns(&table).await {
            let quoted = format!("\"{column}\"");
            let is_it = match app.engine() {
                Engine::Sqlite => format!("{quoted} = {id} OR {quoted} LIKE '%{text}%'"),
                Engine::Postgres => {
                    let hex = text.replace('-', "");
                    format!("{quoted}::text LIKE '%{text}%' OR {quoted}::text LIKE '%{hex}%'")
                }
            };
            if database.count(&format!("SELECT COUNT(*) FROM {table} WHERE {is_it}")).await > 0 {
                found.push(format!("{table}.{column}"));
            }
        }
    }
    found
}

fn is_on_disk(app: &App) -> bool {
    let root = app.object_path(&app_object(app));
    root.exists()
}

fn app_object(app: &App) -> sealpost_blob::ObjectInfo {
    sealpost_blob::ObjectInfo {
        key: None,
        raw: format!("../{}", app.globex.container),
        size: 0,
        modified: sealpost_domain::Clock::now(&app.clock),
    }
}

async fn nothing_is_left_of_a_removed_tenant_in_any_table_or_store(app: &App) {
    full(app).await;
    let acme = app.anna.sent(&[("kept", b"kept")]).await;
    app.queue
        .enqueue(&Job::NotifyLock { tenant: app.globex.id, transfer: acme.id.parse().unwrap() })
        .await
        .unwrap();
    assert!(tables_with(app, app.globex.id).await.len() > 20);
    assert!(is_on_disk(app));
    remove(app).await;
    assert_eq!(tables_with(app, app.globex.id).await, [""; 0]);
    assert!(!is_on_disk(app));
    assert_eq!(app.keys.count_epochs_of(app.globex.id, 1).await.unwrap(), 0);
    // Of others everything is still there, and the short name is free.
    assert!(tables_with(app, app.acme.id).await.len() > 5);
    assert!(app.verify_audit(app.acme.id).await > 0);
    let again = app.globex.slug.clone();
    app.tenancy().create_tenant(again, "Globex".into(), sealpost_domain::Policy::default()).await.unwrap();
}

async fn its_removal_is_certified(app: &App) {
    full(app).await;
    let slug = app.globex.slug.clone();
    terminate(app).await;
    assert!(matches!(app.tenancy().removal_certificate(&slug).await, Err(TenancyError::NotFound)));
    app.clock.advance(EXPORT_TIME);
    app.run(Job::RemoveTenants).await;
    let signed = app.tenancy().removal_certificate(&slug).await.unwrap();
    let key = app.tenancy().audit_signer(app.globex.id).await.unwrap();
    assert_eq!(signed.signer().unwrap(), key);
    let certificate = signed.verify().unwrap();
    let Statement::Tenant(about) = &certificate.about else { panic!("{certificate:?}") };
    assert_eq!(
        (certificate.tenant.id, about.container.as_str()),
        (app.globex.id, app.globex.container.as_str())
    );
    assert!(about.rows["users"] >= 3 && about.rows["transfers"] >= 4 && about.epoch_keys >= 1);
    assert!(about.terminated_at + EXPORT_TIME <= about.began_at && about.began_at <= about.removed_at);
    assert!(certificate.checked.unwrap().stores.iter().all(|store| store.left == 0));
    // The log ended with it, under a checkpoint that was handed out.
    let last = certificate.entries.last().unwrap();
    assert_eq!(last.kind, "tenant.removal_began");
    let note = certificate.checkpoint.unwrap();
    assert_eq!(note.lines().nth(1).unwrap(), last.seq.to_string());
    let file = app.checkpoints_dir().join(format!("{}.checkpoints", app.globex.id));
    assert!(std::fs::read_to_string(file).unwrap().ends_with(&note));
    for language in sealpost_domain::Language::ALL {
        let pages = sealpost_certificate::to_pdf(&signed, language).unwrap();
        assert!(String::from_utf8_lossy(&pages).contains(app.globex.container.as_str()));
    }
}

async fn it_has_thirty_days_and_then_no_way_back(app: &App) {
    let sent =
        app.gina.sent_as(&json!({"recipients": [{"email": "bert@example.org"}]}), &[("a", b"a")]).await;
    terminate(app).await;
    app.clock.advance(EXPORT_TIME - HOUR);
    app.run(Job::RemoveTenants).await;
    let owner = operator(app, &app.globex).await;
    assert!(app.tenancy().resume(&owner, true).await.unwrap());
    // Whoever resumes begins anew.
    app.clock.advance(2 * HOUR);
    app.run(Job::RemoveTenants).await;
    drop(sent);
    terminate(app).await;
    app.clock.advance(EXPORT_TIME);
    app.blobs.inject(Operation::DeleteContainer, When::From(1), Effect::Fail);
    assert_eq!(app.tenancy().remove_terminated().await.unwrap().postponed, 1);
    assert!(matches!(app.tenancy().resume(&owner, true).await, Err(TenancyError::RemovalBegan)));
    app.blobs.clear();
    assert_eq!(app.tenancy().remove_terminated().await.unwrap().removed, 1);
    assert_eq!(app.tenancy().remove_terminated().await.unwrap(), sealpost_tenancy::Removals::default());
}

async fn a_store_that_fails_delays_its_removal_and_no_others(app: &App) {
    full(app).await;
    terminate(app).await;
    assert!(app.tenancy().terminate(&operator(app, &app.acme).await).await.unwrap());
    app.clock.advance(EXPORT_TIME);
    app.blobs.inject(Operation::DeleteContainer, When::Nth(1), Effect::Fail);
    let counts = app.tenancy().remove_terminated().await.unwrap();
    assert_eq!((counts.removed, counts.postponed), (1, 1));
    let counts = app.tenancy().remove_terminated().await.unwrap();
    assert_eq!((counts.removed, counts.postponed), (1, 0));
    for tenant in [app.acme.id, app.globex.id] {
        assert_eq!(tables_with(app, tenant).await, [""; 0]);
    }
}

async fn schedulers_at_once_remove_it_once(app: &App) {
    full(app).await;
    terminate(app).await;
    app.clock.advance(EXPORT_TIME + DAY);
    let runs = join_all((0..4).map(|_| app.tenancy().remove_terminated())).await;
    assert!(runs.iter().all(Result::is_ok), "{runs:?}");
    app.run(Job::RemoveTenants).await;
    assert_eq!(tables_with(app, app.globex.id).await, [""; 0]);
    let certificate = app.tenancy().removal_certificate(&app.globex.slug).await.unwrap().verify().unwrap();
    let began = certificate.entries.iter().filter(|entry| entry.kind == "tenant.removal_began");
    assert_eq!(began.count(), 1);
}

/// Whatever a process that was killed has left behind: every step is broken off once, and the next run goes on.
async fn a_removal_that_was_cut_short_is_finished_from_wherever_it_stands(app: &App) {
    full(app).await;
    terminate(app).await;
    app.clock.advance(EXPORT_TIME);
    // The container is gone, and nobody has heard of it.
    app.blobs.inject(Operation::DeleteContainer, When::Nth(1), Effect::LoseResponse);
    assert_eq!(app.tenancy().remove_terminated().await.unwrap().postponed, 1);
    assert!(!tables_with(app, app.globex.id).await.is_empty());
    // Somewhere among the rows: dropped after a growing number of steps.
    for milliseconds in [0, 1, 3, 9, 27] {
        let patience = std::time::Duration::from_millis(milliseconds);
        drop(tokio::time::timeout(patience, app.tenancy().remove_terminated()).await);
    }
    app.run(Job::RemoveTenants).await;
    assert_eq!(tables_with(app, app.globex.id).await, [""; 0]);
    app.tenancy().removal_certificate(&app.globex.slug).await.unwrap().verify().unwrap();
}

async fn the_removal_knows_every_table_that_names_tenants(app: &App) {
    let counted = app.db.read().await.unwrap().rows_of_tenant(app.acme.id).await.unwrap();
    let mut known: Vec<_> = counted.into_iter().map(|table| table.table_name).collect();
    known.extend(KEPT_OF_TENANTS.iter().map(|&table| table.to_owned()));
    let mut database = Database::of(app).await;
    for table in database.tables().await {
        let names_them = database.columns(&table).await.iter().any(|column| column == "tenant_id");
        assert!(!names_them || known.contains(&table), "db/src/queries/tenant_rows.rs does not know {table}");
    }
}
