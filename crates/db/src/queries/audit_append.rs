//! Appending to the audit log: one statement for an entry, and few for many.
//!
//! PostgreSQL moves the log's head and inserts the entry in one statement, which computes the hash from the head as it
//! finds it: whoever comes at the same time waits for its row lock and goes on from there. SQLite has no SHA-256, but one
//! writer at a time: the entry is computed from what this process remembers of the head, its insertion does nothing if
//! that is not the head, and a trigger moves the head.

use data_encoding::HEXLOWER;
use sealpost_domain::{AUDIT_KINDS, Job, JobId, TenantId, Timestamp, canonical_json};
use serde_json::json;

use super::{
    audit::{AuditEvent, ChainPoint, HashText},
    jobs::NewJob,
};
use crate::{conn::Tx, error::DbError, options::Engine, sql::statements, value::binds};

/// After so many entries the log's tree is signed at once; else by the clock.
const ENTRIES_UNDER_CHECKPOINT: u64 = 1_000;

macro_rules! columns {
    () => {
        "tenant_id, seq, at, kind, transfer_id, payload, sealed, prev_hash, hash"
    };
}

statements! {
    HEAD = locking "SELECT seq, hash FROM audit_heads WHERE tenant_id = $1";
    APPEND = {
        postgres: concat!(
            "WITH head AS (UPDATE audit_heads SET seq = seq + 1, prev_hash = hash, \
             hash = sha256($2 || hash || $3 || int8send(seq + 1) || $4) WHERE tenant_id = $1 \
             RETURNING seq, prev_hash, hash) \
             INSERT INTO audit (", columns!(), ") SELECT $1, seq, CAST($5 AS BIGINT), CAST($6 AS TEXT), \
             CAST($7 AS UUID), CAST($8 AS TEXT), CAST($9 AS BYTEA), prev_hash, hash FROM head RETURNING seq, hash"
        ),
        sqlite: "SELECT 1",
    };
    APPEND_AFTER = {
        postgres: "SELECT 1",
        sqlite: concat!(
            "INSERT INTO audit (", columns!(), ") SELECT $1, seq + 1, $4, $5, $6, $7, $8, hash, $9 FROM audit_heads \
             WHERE tenant_id = $1 AND seq = $2 AND hash = $3"
        ),
    };
    APPEND_MANY = {
        postgres: concat!(
            "WITH head AS (UPDATE audit_heads SET seq = $3, prev_hash = $4, hash = $5 WHERE tenant_id = $1) \
             INSERT INTO audit (", columns!(), ") SELECT $1, e.seq, e.at, e.kind, e.transfer, e.payload, \
             decode(e.sealed, 'hex'), decode(e.prev, 'hex'), decode(e.hash, 'hex') \
             FROM json_to_recordset(CAST($2 AS JSON)) AS e(seq BIGINT, at BIGINT, kind TEXT, transfer UUID, payload TEXT, \
             sealed TEXT, prev TEXT, hash TEXT)"
        ),
        sqlite: concat!(
            "INSERT INTO audit (", columns!(), ") SELECT $1, e.value ->> 'seq', e.value ->> 'at', e.value ->> 'kind', \
             unhex(replace(e.value ->> 'transfer', '-', '')), e.value ->> 'payload', unhex(e.value ->> 'sealed'), \
             unhex(e.value ->> 'prev'), unhex(e.value ->> 'hash') FROM json_each($2) AS e ORDER BY e.key"
        ),
    };
}

/// An event as it will be stored.
struct Text<'a> {
    event: &'a AuditEvent<'a>,
    payload: String,
    hash: HashText,
}

impl<'a> Text<'a> {
    fn of(tenant: TenantId, event: &'a AuditEvent<'a>) -> Result<Self, DbError> {
        debug_assert!(
            AUDIT_KINDS.contains(&event.kind),
            "{}: to be added to AUDIT_KINDS and docs/audit.md",
            event.kind
        );
        let payload = canonical_json(event.payload).map_err(|error| DbError::Corrupt(error.into()))?;
        let hash = HashText::new(tenant, event.at, event.kind, event.transfer_id, &payload);
        Ok(Self { event, payload, hash })
    }

    /// The point that the log has reached when this follows `head`.
    fn after(&self, head: &ChainPoint) -> ChainPoint {
        let seq = head.seq + 1;
        ChainPoint { seq, hash: self.hash.hash(&head.hash, seq) }
    }
}

impl Tx {
    /// Writes events in the tenant's log, in the transaction of their effect, and gives the point reached. One event is
    /// one statement; on SQLite two if another process has written since this one looked, or this one has undone what
    /// it had written. Any number of them is two statements.
    ///
    /// Locks the log until the transaction ends, so call it last. [`DbError::MissingReference`]: no such
    /// tenant.
    pub async fn append_audit(
        &mut self,
        tenant: TenantId,
        events: &[AuditEvent<'_>],
    ) -> Result<ChainPoint, DbError> {
        let texts = events.iter().map(|event| Text::of(tenant, event)).collect::<Result<Vec<_>, _>>()?;
        let head = match (texts.as_slice(), self.engine()) {
            ([], _) => return self.locked_head(tenant).await,
            ([text], Engine::Postgres) => self.append_on_postgres(tenant, text).await?,
            ([text], Engine::Sqlite) => self.append_on_sqlite(tenant, text).await?,
            (texts, _) => self.append_many(tenant, texts).await?,
        };
        if let Some(heads) = self.heads() {
            heads.put(tenant, head.clone());
        }
        let before = head.seq - events.len() as u64;
        if before / ENTRIES_UNDER_CHECKPOINT != head.seq / ENTRIES_UNDER_CHECKPOINT {
            self.want_checkpoint(&head, events[0].at).await?;
        }
        Ok(head)
    }

    async fn locked_head(&mut self, tenant: TenantId) -> Result<ChainPoint, DbError> {
        let head = self.optional(&HEAD, binds![tenant]).await?;
        head.ok_or_else(|| DbError::MissingReference("no such tenant".into()))
    }

    async fn append_on_postgres(&mut self, tenant: TenantId, text: &Text<'_>) -> Result<ChainPoint, DbError> {
        let (event, hash) = (text.event, &text.hash);
        let row = binds![
            tenant,
            &hash.before_hash,
            &hash.before_seq,
            &hash.after_seq,
            event.at,
            event.kind,
            event.transfer_id,
            &text.payload,
            event.sealed,
        ];
        let head = self.optional(&APPEND, row).await?;
        head.ok_or_else(|| DbError::MissingReference("no such tenant".into()))
    }

    async fn append_on_sqlite(&mut self, tenant: TenantId, text: &Text<'_>) -> Result<ChainPoint, DbError> {
        if let Some(guess) = self.heads().and_then(|heads| heads.get(tenant))
            && let Some(head) = self.append_after(tenant, &guess, text).await?
        {
            return Ok(head);
        }
        let head = self.locked_head(tenant).await?;
        let appended = self.append_after(tenant, &head, text).await?;
        appended.ok_or_else(|| DbError::Corrupt("the log's head is none".into()))
    }

    /// `None`, and nothing is done, if the log does not end there.
    async fn append_after(
        &mut self,
        tenant: TenantId,
        head: &ChainPoint,
        text: &Text<'_>,
    ) -> Result<Option<ChainPoint>, DbError> {
        let (event, next) = (text.event, text.after(head));
        let row = binds![
            tenant,
            head.seq,
            &head.hash,
            event.at,
            event.kind,
            event.transfer_id,
            &text.payload,
            event.sealed,
            &next.hash,
        ];
        Ok(self.changes(&APPEND_AFTER, row).await?.then_some(next))
    }

    async fn append_many(&mut self, tenant: TenantId, texts: &[Text<'_>]) -> Result<ChainPoint, DbError> {
        let mut head = self.locked_head(tenant).await?;
        let (mut rows, mut prev) = (Vec::with_capacity(texts.len()), head.hash);
        for text in texts {
            (prev, head) = (head.hash, text.after(&head));
            rows.push(json!({
                "seq": head.seq,
                "at": text.event.at.unix_millis(),
                "kind": text.event.kind,
                "transfer": text.event.transfer_id,
                "payload": text.payload,
                "sealed": text.event.sealed.map(|sealed| HEXLOWER.encode(sealed)),
                "prev": HEXLOWER.encode(&prev),
                "hash": HEXLOWER.encode(&head.hash),
            }));
        }
        let rows = serde_json::Value::from(rows).to_string();
        match self.engine() {
            Engine::Postgres => {
                self.execute(&APPEND_MANY, binds![tenant, &rows, head.seq, &prev, &head.hash]).await?
            }
            Engine::Sqlite => self.execute(&APPEND_MANY, binds![tenant, &rows]).await?,
        };
        Ok(head)
    }

    /// Queues the job that signs, in the transaction that makes it due.
    async fn want_checkpoint(&mut self, head: &ChainPoint, at: Timestamp) -> Result<(), DbError> {
        let job = Job::CheckpointAudit;
        let payload = serde_json::to_string(&job).map_err(|error| DbError::Other(error.into()))?;
        let (dice, _) = head.hash.split_first_chunk().expect("32 bytes are more than 10");
        self.enqueue(&NewJob {
            id: JobId::new(at, *dice),
            kind: job.kind(),
            payload: &payload,
            dedupe_key: Some(&job.dedupe_key()),
            run_at: at,
            created_at: at,
        })
        .await
        .map(drop)
    }
}
