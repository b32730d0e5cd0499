//! Transfers by the million, as rows: past the service, which would take an hour to seal them. Nothing of them can be read.

use sealpost_db::Engine;
use sealpost_domain::{TenantId, UserId};

/// How many there are, whose, and when.
#[derive(Debug, Clone)]
pub struct Million {
    /// Whose they are.
    pub tenant: TenantId,
    /// Who has sent them, in turn; at least one.
    pub senders: Vec<UserId>,
    /// When the first was made, in unix milliseconds.
    pub begin: i64,
    /// Milliseconds from one to the next.
    pub apart: i64,
    /// For how many milliseconds each is there.
    pub lasts: i64,
    /// How many.
    pub count: u64,
}

impl Million {
    /// SQL that writes them: to a thousand addresses in turn (the HMAC of each its number), with a file each, every second one a PDF,
    /// under one rule (whose HMAC is ones); one of a thousand is blocked; one of a hundred thousand has a program and has met another
    /// rule (of twos). Every second one was fetched.
    pub fn sql(&self, engine: Engine) -> String {
        let Self { begin, apart, lasts, count, .. } = self;
        let last = count.saturating_sub(1);
        let (id, other, tenant, sender) = (
            id(engine, *begin, *apart, "000"),
            id(engine, *begin, *apart, "001"),
            uuid(engine, &self.tenant.as_uuid().simple().to_string()),
            self.sender(engine),
        );
        let (numbers, before) = match engine {
            Engine::Postgres => (format!("generate_series(0::bigint, {last}) AS i"), String::new()),
            Engine::Sqlite => (
                format!(
                    "(WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {last}) SELECT i FROM n)"
                ),
                "PRAGMA foreign_keys = OFF; ".to_owned(),
            ),
        };
        let (address, seen, rule, one) = match engine {
            Engine::Postgres => (
                "decode(lpad(to_hex(i % 1000), 64, '0'), 'hex')",
                "decode(repeat('00', 90), 'hex')",
                "decode(repeat(CASE WHEN i % 100000 = 5 THEN '02' ELSE '01' END, 32), 'hex')",
                "'x'",
            ),
            Engine::Sqlite => (
                "unhex(printf('%064x', i % 1000))",
                "zeroblob(90)",
                "unhex(replace(printf('%032d', 0), '0', CASE WHEN i % 100000 = 5 THEN '02' ELSE '01' END))",
                "x'00'",
            ),
        };
        format!(
            "{before}INSERT INTO transfers (id, tenant_id, sender_id, state, epoch, latest_epoch, created_at, expires_at, file_count, \
             byte_count) SELECT {id}, {tenant}, {sender}, CASE WHEN i % 1000 = 13 THEN 'blocked' ELSE 'available' END, 1, 1, \
             {begin} + i * {apart}, {begin} + i * {apart} + {lasts}, 3, 1000 FROM {numbers}; \
             INSERT INTO recipients (id, tenant_id, transfer_id, address, address_hmac, downloaded_at) SELECT {other}, {tenant}, {id}, \
             {seen}, {address}, CASE WHEN i % 2 = 0 THEN 1 END FROM {numbers}; \
             INSERT INTO files (id, tenant_id, transfer_id, file_key, manifest, metadata, length, objects, created_at, kind) \
             SELECT {other}, {tenant}, {id}, {one}, {one}, {one}, 1, 1, 1, CASE WHEN i % 100000 = 5 THEN 'executable' \
             WHEN i % 2 = 0 THEN 'pdf' ELSE 'office' END FROM {numbers}; \
             INSERT INTO rule_hits (tenant_id, rule_hmac, transfer_id, kind, effect, policy_version, number, at) SELECT {tenant}, {rule}, \
             {id}, 'address', 'allowed', 1, 1, 1 FROM {numbers}; ANALYZE"
        )
    }

    fn sender(&self, engine: Engine) -> String {
        let mut sql = format!("CASE i % {}", self.senders.len());
        for (number, sender) in self.senders.iter().enumerate() {
            sql += &format!(" WHEN {number} THEN {}", uuid(engine, &sender.as_uuid().simple().to_string()));
        }
        sql + " END"
    }
}

fn uuid(engine: Engine, hex: &str) -> String {
    match engine {
        Engine::Postgres => format!("'{hex}'::uuid"),
        Engine::Sqlite => format!("x'{hex}'"),
    }
}

/// A `UUIDv7` of its time, with its number at the end.
fn id(engine: Engine, begin: i64, apart: i64, salt: &str) -> String {
    match engine {
        Engine::Postgres => format!(
            "(lpad(to_hex({begin} + i * {apart}), 12, '0') || '7{salt}8000' || lpad(to_hex(i), 12, '0'))::uuid"
        ),
        Engine::Sqlite => format!("unhex(printf('%012x7{salt}8000%012x', {begin} + i * {apart}, i))"),
    }
}
