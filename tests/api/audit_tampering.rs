//! Somebody who can write to the database rewrites the log: the last checkpoint that was handed out shows it.

use sealpost_domain::Job;
use sealpost_sealed::split_notes;
use sealpost_tenancy::{AuditBreak, ExportRange, FileError, FileVerifier, Verified};
use sealpost_test_support::{
    app::{App, DAY},
    claims,
    engines::Engine,
};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};

claims![
    an_untouched_log_verifies_live_and_from_its_export,
    an_edited_entry_is_found,
    an_entry_edited_with_its_hash_and_all_that_follow_is_found,
    a_removed_entry_is_found,
    a_removed_entry_with_all_that_follow_made_anew_is_found,
    an_inserted_entry_is_found,
    two_entries_that_changed_places_are_found,
    a_log_that_was_cut_off_is_found,
    an_older_copy_that_was_brought_back_is_found,
    an_older_copy_that_went_on_otherwise_is_found,
    a_checkpoint_of_another_key_or_log_is_none,
    an_exported_file_that_was_changed_is_found,
    a_log_whose_old_end_was_cut_off_in_time_still_proves_itself,
    the_service_signs_no_log_that_was_tampered_with,
];

/// Somebody who has the database.
enum Intruder {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

impl Intruder {
    async fn new(app: &App) -> Self {
        app.expect_broken_logs();
        let url = app.database_place().url();
        match app.engine() {
            Engine::Postgres => Self::Postgres(PgConnection::connect(url).await.unwrap()),
            Engine::Sqlite => {
                let mut connection = SqliteConnection::connect(url).await.unwrap();
                // What could stand in his way he removes.
                sqlx::query("DROP TRIGGER audit_moves_head").execute(&mut connection).await.unwrap();
                Self::Sqlite(connection)
            }
        }
    }

    /// Runs a statement on Acme's log, which it calls `ACME`.
    async fn run(&mut self, app: &App, sql: &str) {
        let id = app.acme.id.to_string();
        match self {
            Self::Postgres(connection) => {
                let sql = AssertSqlSafe(sql.replace("ACME", &format!("'{id}'")));
                sqlx::raw_sql(sql).execute(connection).await.unwrap();
            }
            Self::Sqlite(connection) => {
                let id = format!("x'{}'", id.replace('-', ""));
                sqlx::raw_sql(AssertSqlSafe(sql.replace("ACME", &id))).execute(connection).await.unwrap();
            }
        }
    }

    /// Makes all hashes from entry `from` on anew, and the head: the chain holds again.
    async fn chain_anew(&mut self, app: &App, from: u64) {
        let entries = app.db.read().await.unwrap().audit_after(app.acme.id, 0, 1_000).await.unwrap();
        let (mut prev, mut last) = ([0; 32], 0);
        for (seq, mut entry) in (1..).zip(entries) {
            if seq >= from {
                let old = entry.seq;
                (entry.seq, entry.prev_hash) = (seq, prev);
                entry.hash = entry.compute_hash();
                let bytes = |bytes: &[u8]| match app.engine() {
                    Engine::Postgres => format!("'\\x{}'", data_encoding::HEXLOWER.encode(bytes)),
                    Engine::Sqlite => format!("x'{}'", data_encoding::HEXLOWER.encode(bytes)),
                };
                let (prev, hash) = (bytes(&entry.prev_hash), bytes(&entry.hash));
                self.run(
                    app,
                    &format!(
                        "UPDATE audit SET seq = {seq}, prev_hash = {prev}, hash = {hash} \
                         WHERE tenant_id = ACME AND seq = {old}; \
                         UPDATE audit_heads SET seq = {seq}, hash = {hash} WHERE tenant_id = ACME"
                    ),
                )
                .await;
            }
            (prev, last) = (entry.hash, seq);
        }
        assert!(last >= from, "there is something to make anew");
    }

    /// The log as it is now, kept aside.
    async fn copy(&mut self, app: &App) {
        for table in ["audit", "audit_heads", "audit_trees", "audit_checkpoints"] {
            self.run(app, &format!("CREATE TABLE copy_of_{table} AS SELECT * FROM {table}")).await;
        }
    }

    async fn bring_back_the_copy(&mut self, app: &App) {
        for table in ["audit", "audit_heads", "audit_trees", "audit_checkpoints"] {
            let sql = format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM copy_of_{table}");
            self.run(app, &sql).await;
        }
    }
}

/// Signs what there is, what jobs write included.
async fn sign(app: &App) {
    app.run_jobs().await;
    app.run(Job::CheckpointAudit).await;
}

/// A log of at least twelve entries, the last checkpoint of which was handed out.
async fn a_signed_log(app: &App) {
    for name in ["one", "two", "three"] {
        app.anna.sent(&[(name, b"bytes")]).await;
    }
    sign(app).await;
}

fn notes(app: &App) -> Vec<String> {
    let path = app.checkpoints_dir().join(format!("{}.checkpoints", app.acme.id));
    let file = std::fs::read_to_string(path).unwrap();
    split_notes(&file).into_iter().map(str::to_owned).collect()
}

/// What `sealpost audit verify --live` finds, holding the log against what was handed out.
async fn verify(app: &App) -> Result<Verified, AuditBreak> {
    let operator = app.auth.danger_operator(&app.acme).await.unwrap();
    app.tenancy().verify_audit(&operator, &notes(app)).await.unwrap()
}

async fn export(app: &App, range: ExportRange) -> Vec<String> {
    let operator = app.auth.danger_operator(&app.acme).await.unwrap();
    let mut export = app.tenancy().export_audit_at_machine(&operator, range).await.unwrap();
    let mut text = String::new();
    while let Some(page) = export.next().await.unwrap() {
        text.push_str(&page);
    }
    text.lines().map(str::to_owned).collect()
}

fn verify_file(lines: &[String], known: Vec<String>) -> Result<Verified, FileError> {
    let mut file = FileVerifier::new().against(known);
    lines.iter().try_for_each(|line| file.line(line))?;
    file.finish()
}

async fn head(app: &App) -> u64 {
    app.db.read().await.unwrap().audit_head(app.acme.id).await.unwrap().unwrap().seq
}

async fn an_untouched_log_verifies_live_and_from_its_export(app: &App) {
    a_signed_log(app).await;
    app.anna.sent(&[("four", b"bytes")]).await;
    sign(app).await;
    let signed = head(app).await;
    let verified = verify(app).await.unwrap();
    assert_eq!((verified.first, verified.last.seq, verified.signed), (1, signed, signed));
    assert_eq!((verified.fitting, verified.older, notes(app).len()), (2, 0, 2));
    let lines = export(app, ExportRange::default()).await;
    let verified = verify_file(&lines, notes(app)).unwrap();
    assert_eq!((verified.last.seq, verified.signed), (signed + 1, signed), "that it was exported is in it");
    sign(app).await;
    sign(app).await;
    assert_eq!(notes(app).len(), 3, "what has not grown is not signed again");
}

async fn an_edited_entry_is_found(app: &App) {
    a_signed_log(app).await;
    let mut intruder = Intruder::new(app).await;
    let sql = "UPDATE audit SET kind = 'transfer.blocked' WHERE tenant_id = ACME AND seq = 5";
    intruder.run(app, sql).await;
    assert_eq!(verify(app).await, Err(AuditBreak::Chain { seq: 5 }));
}

async fn an_entry_edited_with_its_hash_and_all_that_follow_is_found(app: &App) {
    a_signed_log(app).await;
    let mut intruder = Intruder::new(app).await;
    intruder.run(app, "UPDATE audit SET at = at + 1 WHERE tenant_id = ACME AND seq = 5").await;
    intruder.chain_anew(app, 5).await;
    assert_eq!(verify(app).await, Err(AuditBreak::Root { size: head(app).await }));
}

async fn a_removed_entry_is_found(app: &App) {
    a_signed_log(app).await;
    let mut intruder = Intruder::new(app).await;
    intruder.run(app, "DELETE FROM audit WHERE tenant_id = ACME AND seq = 5").await;
    assert_eq!(verify(app).await, Err(AuditBreak::Chain { seq: 5 }));
}

async fn a_removed_entry_with_all_that_follow_made_anew_is_found(app: &App) {
    a_signed_log(app).await;
    let signed = head(app).await;
    let mut intruder = Intruder::new(app).await;
    intruder.run(app, "DELETE FROM audit WHERE tenant_id = ACME AND seq = 5").await;
    intruder.chain_anew(app, 5).await;
    // The service's own rows say that more was signed than is there.
    assert_eq!(verify(app).await, Err(AuditBreak::Truncated { signed, present: signed - 1 }));
}

async fn an_inserted_entry_is_found(app: &App) {
    a_signed_log(app).await;
    let mut intruder = Intruder::new(app).await;
    let next = head(app).await + 1;
    let sql = "UPDATE audit SET seq = seq + 1000 WHERE tenant_id = ACME AND seq > 5; \
         INSERT INTO audit (tenant_id, seq, at, kind, payload, prev_hash, hash) \
         SELECT tenant_id, 6, at, kind, payload, prev_hash, hash FROM audit WHERE tenant_id = ACME AND seq = 5";
    intruder.run(app, sql).await;
    assert_eq!(verify(app).await, Err(AuditBreak::Chain { seq: 6 }));
    intruder.chain_anew(app, 6).await;
    assert_eq!(head(app).await, next);
    assert_eq!(verify(app).await, Err(AuditBreak::Root { size: next - 1 }));
}

async fn two_entries_that_changed_places_are_found(app: &App) {
    a_signed_log(app).await;
    let mut intruder = Intruder::new(app).await;
    for (from, to) in [(5, 1_005), (6, 5), (1_005, 6)] {
        let sql = format!("UPDATE audit SET seq = {to} WHERE tenant_id = ACME AND seq = {from}");
        intruder.run(app, &sql).await;
    }
    assert_eq!(verify(app).await, Err(AuditBreak::Chain { seq: 5 }));
    intruder.chain_anew(app, 5).await;
    assert_eq!(verify(app).await, Err(AuditBreak::Root { size: head(app).await }));
}

async fn a_log_that_was_cut_off_is_found(app: &App) {
    a_signed_log(app).await;
    let signed = head(app).await;
    let mut intruder = Intruder::new(app).await;
    let sql = format!("DELETE FROM audit WHERE tenant_id = ACME AND seq > {}", signed - 2);
    intruder.run(app, &sql).await;
    assert_eq!(verify(app).await, Err(AuditBreak::Chain { seq: signed - 1 }), "the head shows it");
    intruder.chain_anew(app, signed - 2).await;
    assert_eq!(verify(app).await, Err(AuditBreak::Truncated { signed, present: signed - 2 }));
    intruder.run(app, "DELETE FROM audit_checkpoints; DELETE FROM audit_trees").await;
    assert_eq!(verify(app).await, Err(AuditBreak::Truncated { signed, present: signed - 2 }));
}

async fn an_older_copy_that_was_brought_back_is_found(app: &App) {
    a_signed_log(app).await;
    let mut intruder = Intruder::new(app).await;
    intruder.copy(app).await;
    let present = head(app).await;
    // Without the trigger that he has dropped nothing could be appended.
    restore_trigger(&mut intruder, app).await;
    app.anna.sent(&[("what shall not have been", b"bytes")]).await;
    sign(app).await;
    let signed = head(app).await;
    intruder.bring_back_the_copy(app).await;
    assert_eq!(verify(app).await, Err(AuditBreak::Truncated { signed, present }));
}

async fn an_older_copy_that_went_on_otherwise_is_found(app: &App) {
    a_signed_log(app).await;
    let mut intruder = Intruder::new(app).await;
    intruder.copy(app).await;
    restore_trigger(&mut intruder, app).await;
    app.anna.sent(&[("what shall not have been", b"bytes")]).await;
    sign(app).await;
    let size = head(app).await;
    intruder.bring_back_the_copy(app).await;
    app.anna.sent(&[("what is told instead", b"bytes")]).await;
    app.anna.sent(&[("and more", b"bytes")]).await;
    assert_eq!(verify(app).await, Err(AuditBreak::Root { size }));
    app.run_jobs().await;
    // Also where the service itself has signed the other story, and of just as many entries.
    intruder.bring_back_the_copy(app).await;
    app.anna.sent(&[("what is told instead", b"bytes")]).await;
    sign(app).await;
    assert_eq!(head(app).await, size);
    assert_eq!(verify(app).await, Err(AuditBreak::Fork { size }));
}

async fn restore_trigger(intruder: &mut Intruder, app: &App) {
    if matches!(intruder, Intruder::Sqlite(_)) {
        let sql = "CREATE TRIGGER audit_moves_head AFTER INSERT ON audit WHEN NEW.hash <> x'00' BEGIN \
             UPDATE audit_heads SET seq = NEW.seq, prev_hash = NEW.prev_hash, hash = NEW.hash \
             WHERE tenant_id = NEW.tenant_id; END";
        intruder.run(app, sql).await;
    }
}

async fn a_checkpoint_of_another_key_or_log_is_none(app: &App) {
    a_signed_log(app).await;
    app.gina.sent(&[("one", b"bytes")]).await;
    sign(app).await;
    let operator = app.auth.danger_operator(&app.globex).await.unwrap();
    let found = app.tenancy().verify_audit(&operator, &notes(app)).await.unwrap();
    assert_eq!(found, Err(AuditBreak::Note), "Acme's");
    let lines = export(app, ExportRange::default()).await;
    let forged = notes(app)[0].replacen("at 1", "at 2", 1);
    assert_eq!(verify_file(&lines, vec![forged]), Err(AuditBreak::Note.into()));
    let other = app.tenancy().audit_signer(app.globex.id).await.unwrap();
    let mut file = FileVerifier::new().signed_by(other);
    assert_eq!(file.line(&lines[0]), Err(FileError::OtherKey));
}

async fn an_exported_file_that_was_changed_is_found(app: &App) {
    a_signed_log(app).await;
    let (lines, known) = (export(app, ExportRange::default()).await, notes(app));
    let end = lines.len() - 1;
    assert!(verify_file(&lines, known.clone()).is_ok());
    assert_eq!(verify_file(&lines[..end], known.clone()), Err(FileError::CutOff));
    let mut shorter = lines.clone();
    shorter.drain(end - 3..end);
    assert!(matches!(
        verify_file(&shorter, known.clone()),
        Err(FileError::Broken(AuditBreak::Truncated { .. }))
    ));
    for change in 1..end {
        let mut removed = lines.clone();
        removed.remove(change);
        let is_note = lines[change].contains(r#""type":"checkpoint""#);
        let is_tail = lines[change..].iter().all(|line| !line.contains(r#""type":"checkpoint""#));
        assert_eq!(verify_file(&removed, known.clone()).is_ok(), is_note || is_tail, "{}", lines[change]);
        let mut edited = lines.clone();
        edited[change] = lines[change].replacen(":1", ":2", 1);
        assert!(verify_file(&edited, known.clone()).is_err() || edited == lines, "{}", lines[change]);
    }
}

async fn a_log_whose_old_end_was_cut_off_in_time_still_proves_itself(app: &App) {
    a_signed_log(app).await;
    let old = notes(app);
    let cut = head(app).await;
    app.clock.advance(366 * DAY);
    app.admin.sent(&[("a year later", b"bytes")]).await;
    sign(app).await;
    app.run(Job::TrimAudit).await;
    let verified = verify(app).await.unwrap();
    assert_eq!(
        (verified.first, verified.older),
        (cut + 1, 0),
        "the checkpoint of what was cut off is the start"
    );
    let entries = app.db.read().await.unwrap().audit_after(app.acme.id, 0, 1_000).await.unwrap();
    assert_eq!(entries.first().unwrap().seq, cut + 1);
    assert_eq!(entries.last().unwrap().kind, "audit.trimmed");
    let lines = export(app, ExportRange::default()).await;
    assert_eq!(verify_file(&lines, old.clone()).unwrap().first, cut + 1);
    // From a day on: the file begins after a checkpoint, and proves itself, too.
    sign(app).await;
    app.clock.advance(DAY);
    let before = head(app).await;
    let lines = export(app, ExportRange { from: Some(sealpost_domain::Clock::now(&app.clock)) }).await;
    let verified = verify_file(&lines, notes(app)).unwrap();
    assert_eq!(verified.first, before + 1, "the entry that says of the export");
    // Whoever removes more than that, and says that it was its time, has no checkpoint for it.
    let mut intruder = Intruder::new(app).await;
    intruder.run(app, &format!("DELETE FROM audit WHERE tenant_id = ACME AND seq = {}", cut + 1)).await;
    let sql = format!("UPDATE audit_trees SET start_seq = {} WHERE tenant_id = ACME", cut + 1);
    intruder.run(app, &sql).await;
    assert!(matches!(
        verify(app).await,
        Err(AuditBreak::Start | AuditBreak::Chain { .. } | AuditBreak::Root { .. })
    ));
    app.clock.advance(DAY);
}

async fn the_service_signs_no_log_that_was_tampered_with(app: &App) {
    a_signed_log(app).await;
    let (signed, given) = (head(app).await, notes(app).len());
    app.anna.sent(&[("four", b"bytes")]).await;
    let mut intruder = Intruder::new(app).await;
    let sql = format!("UPDATE audit SET at = at + 1 WHERE tenant_id = ACME AND seq = {}", signed + 1);
    intruder.run(app, &sql).await;
    sign(app).await;
    assert_eq!(notes(app).len(), given);
}
