//! The audit log and the log of transfers, on both databases: how many entries 64 writers append to one log, and how long a
//! page takes among a million transfers, with the plans.
//!
//! `TRANSFERS` and `ENTRIES` say how many (a million; 100 for each writer).

use std::{
    env,
    time::{Duration, Instant},
};

use sealpost_db::{AuditEvent, Db, Tenant, TransferFilter, User};
use sealpost_domain::{Policy, Role, TenantId, Timestamp, TransferState, UserId, rules::FileKind};
use sealpost_test_support::{
    engines::{Engine, TestDatabase, database},
    million::Million,
};
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _, SqliteConnection};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// When the first transfer was made; each a millisecond after the one before it.
const BEGIN: i64 = 1_790_000_000_000;
const WRITERS: u64 = 64;
const ROUNDS: usize = 20;
const PAGE: u64 = 50;

fn id<I: From<uuid::Uuid>>(number: u128) -> I {
    uuid::Uuid::from_u128(number).into()
}

fn tenant() -> TenantId {
    id(1)
}

fn sender() -> UserId {
    id(0x10)
}

/// The address that every thousandth transfer goes to.
fn address() -> [u8; 32] {
    let mut hmac = [0; 32];
    hmac[31] = 7;
    hmac
}

async fn people(db: &Db) {
    let mut tx = db.write().await.expect("a transaction");
    let at = Timestamp::from_unix_millis(BEGIN);
    let row = Tenant {
        id: tenant(),
        slug: "bench".parse().expect("a short name"),
        name: "Bench".to_owned(),
        container: "bench".to_owned(),
        policy: Policy::default(),
        tenant_key: vec![1],
        created_at: at,
        suspended_at: None,
    };
    tx.insert_tenant(&row).await.expect("a tenant");
    for number in 0..10 {
        let user = User {
            id: id(0x10 + number),
            tenant_id: tenant(),
            address: vec![1],
            address_hmac: [u8::try_from(number).expect("small"); 32],
            name: vec![1],
            role: Role::Sender,
            created_at: at,
            disabled_at: None,
            seat_at: None,
            sending_suspended_at: None,
        };
        tx.insert_user(&user).await.expect("a user");
    }
    tx.commit().await.expect("committed");
}

async fn append(db: &TestDatabase, name: &str, each: u64) {
    let begun = Instant::now();
    let writers: Vec<_> = (0..WRITERS)
        .map(|_| {
            let db = Db::clone(db);
            tokio::spawn(async move {
                let (payload, mut statements) = (json!({ "by": "bench", "files": 3 }), 0);
                for _ in 0..each {
                    let mut tx = db.write().await.expect("a transaction");
                    let at = Timestamp::from_unix_millis(BEGIN);
                    let event = AuditEvent {
                        at,
                        kind: "transfer.sent",
                        transfer_id: None,
                        payload: &payload,
                        sealed: None,
                    };
                    tx.append_audit(tenant(), &[event]).await.expect("an entry");
                    statements += tx.statements();
                    tx.commit().await.expect("committed");
                }
                statements
            })
        })
        .collect();
    let mut statements = 0;
    for writer in writers {
        statements += writer.await.expect("a writer");
    }
    let (entries, took) = (WRITERS * each, begun.elapsed());
    let head = db.read().await.expect("a connection").audit_head(tenant()).await.expect("a head");
    assert_eq!(head.expect("a log").seq, entries);
    println!(
        "append/{name}: {:.0} entries/s by {WRITERS} writers, {:.3} statements an entry",
        entries as f64 / took.as_secs_f64(),
        statements as f64 / entries as f64
    );
}

enum Raw {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

impl Raw {
    async fn open(db: &TestDatabase) -> Self {
        let url = db.place().url();
        match db.engine() {
            Engine::Postgres => Self::Postgres(PgConnection::connect(url).await.expect("a connection")),
            Engine::Sqlite => Self::Sqlite(SqliteConnection::connect(url).await.expect("a connection")),
        }
    }

    async fn run(&mut self, sql: String) {
        match self {
            Self::Postgres(connection) => {
                sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await.map(|_| ()).expect("SQL")
            }
            Self::Sqlite(connection) => {
                sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await.map(|_| ()).expect("SQL")
            }
        }
    }

    /// How the database goes about it.
    async fn plan(&mut self, sql: &str) -> Vec<String> {
        match self {
            Self::Postgres(connection) => {
                let rows = sqlx::query(AssertSqlSafe(format!("EXPLAIN (COSTS OFF) {sql}")));
                let rows = rows.fetch_all(connection).await.expect("a plan");
                rows.iter().map(|row| row.get(0)).collect()
            }
            Self::Sqlite(connection) => {
                let rows = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")));
                let rows = rows.fetch_all(connection).await.expect("a plan");
                rows.iter().map(|row| row.get(3)).collect()
            }
        }
    }
}

/// A transfer a millisecond, of ten senders.
async fn fill(db: &TestDatabase, count: u64) {
    let senders = (0..10).map(|number| id(0x10 + number)).collect();
    let million =
        Million { tenant: tenant(), senders, begin: BEGIN, apart: 1, lasts: 14 * 86_400_000, count };
    Raw::open(db).await.run(million.sql(db.engine())).await;
}

async fn pages(db: &TestDatabase, name: &str, count: u64) {
    let middle = Timestamp::from_unix_millis(BEGIN + i64::try_from(count / 2).expect("fits"));
    let all = TransferFilter::default();
    let (blocked, available) = (Some(TransferState::Blocked), Some(TransferState::Available));
    let cases = [
        ("all", all),
        ("middle", TransferFilter { to: Some(middle), ..all }),
        ("sender", TransferFilter { sender: Some(sender()), ..all }),
        ("sender, middle", TransferFilter { sender: Some(sender()), to: Some(middle), ..all }),
        ("state", TransferFilter { state: available, ..all }),
        ("rare state", TransferFilter { state: blocked, ..all }),
        ("sender and state", TransferFilter { sender: Some(id(0x13)), state: blocked, ..all }),
        ("sender without that state", TransferFilter { sender: Some(sender()), state: blocked, ..all }),
        ("recipient", TransferFilter { recipient: Some(address()), ..all }),
        ("recipient, middle", TransferFilter { recipient: Some(address()), to: Some(middle), ..all }),
        ("recipient and state", TransferFilter { recipient: Some(address()), state: blocked, ..all }),
        ("kind", TransferFilter { kind: Some(FileKind::Pdf), ..all }),
        ("rare kind", TransferFilter { kind: Some(FileKind::Executable), ..all }),
        ("kind and state", TransferFilter { kind: Some(FileKind::Pdf), state: blocked, ..all }),
        (
            "rare kind and sender",
            TransferFilter { kind: Some(FileKind::Executable), sender: Some(sender()), ..all },
        ),
        (
            "kind and recipient",
            TransferFilter { kind: Some(FileKind::Pdf), recipient: Some(address()), ..all },
        ),
        ("rule", TransferFilter { rule: Some([1; 32]), ..all }),
        ("rule, middle", TransferFilter { rule: Some([1; 32]), to: Some(middle), ..all }),
        ("rare rule", TransferFilter { rule: Some([2; 32]), ..all }),
        ("rule and state", TransferFilter { rule: Some([1; 32]), state: blocked, ..all }),
        (
            "rule, kind and recipient",
            TransferFilter {
                rule: Some([1; 32]),
                kind: Some(FileKind::Pdf),
                recipient: Some(address()),
                ..all
            },
        ),
        ("nobody", TransferFilter { recipient: Some([9; 32]), ..all }),
        ("no time", TransferFilter { to: Some(Timestamp::from_unix_millis(BEGIN)), ..all }),
    ];
    for (case, filter) in cases {
        let (mut times, mut rows) = (Vec::new(), 0);
        for _ in 0..ROUNDS {
            let begun = Instant::now();
            let mut conn = db.read().await.expect("a connection");
            rows = conn.transfer_log(tenant(), &filter, PAGE).await.expect("a page").transfers.len();
            times.push(begun.elapsed());
        }
        times.sort_unstable();
        let (median, worst) = (times[ROUNDS / 2], times[ROUNDS - 1]);
        println!("page/{name}/{case}: {rows} lines, median {median:.2?}, worst {worst:.2?}");
        assert!(
            worst < Duration::from_millis(50) || env::var_os("STRICT").is_none(),
            "{case} takes too long"
        );
    }
}

/// The shapes of the filters, with values in place of parameters.
async fn plans(db: &TestDatabase, name: &str) {
    let mut raw = Raw::open(db).await;
    let (uuid, hmac): (fn(&str) -> String, _) = match db.engine() {
        Engine::Postgres => (|hex| format!("'{hex}'::uuid"), "decode(lpad('7', 64, '0'), 'hex')"),
        Engine::Sqlite => {
            (|hex| format!("x'{hex}'"), "x'0000000000000000000000000000000000000000000000000000000000000007'")
        }
    };
    let rule = match db.engine() {
        Engine::Postgres => "decode(repeat('01', 32), 'hex')".to_owned(),
        Engine::Sqlite => format!("x'{}'", "01".repeat(32)),
    };
    let tenant = uuid("00000000000000000000000000000001");
    let sender = uuid("00000000000000000000000000000010");
    let (low, high) = (uuid("00000000000000000000000000000000"), uuid("ffffffffffffffffffffffffffffffff"));
    let span = |column: &str| {
        format!("AND {column} >= {low} AND {column} < {high} ORDER BY {column} DESC LIMIT {PAGE}")
    };
    let of = |rest: String| format!("SELECT t.* FROM transfers t WHERE t.tenant_id = {tenant} {rest}");
    let shapes = [
        ("all", of(span("t.id"))),
        ("sender", of(format!("AND t.sender_id = {sender} {}", span("t.id")))),
        ("state", of(format!("AND t.state = 'blocked' {}", span("t.id")))),
        (
            "sender and state",
            of(format!("AND t.sender_id = {sender} AND t.state = 'blocked' {}", span("t.id"))),
        ),
        (
            "recipient",
            format!(
                "SELECT t.* FROM recipients r JOIN transfers t ON t.id = r.transfer_id WHERE r.tenant_id = {tenant} \
                 AND r.address_hmac = {hmac} {}",
                span("r.transfer_id")
            ),
        ),
        (
            "rule",
            of(format!(
                "AND t.id IN (SELECT h.transfer_id FROM rule_hits h WHERE h.tenant_id = {tenant} AND h.rule_hmac = {rule} \
                 AND h.transfer_id >= {low} AND h.transfer_id < {high}) {}",
                span("t.id")
            )),
        ),
    ];
    for (shape, sql) in shapes {
        for line in raw.plan(&sql).await {
            println!("plan/{name}/{shape}: {line}");
        }
    }
}

fn number(variable: &str, default: u64) -> u64 {
    env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[tokio::main]
async fn main() {
    let (transfers, entries) = (number("TRANSFERS", 1_000_000), number("ENTRIES", 100));
    for (name, engine) in [("sqlite", Engine::Sqlite), ("postgres", Engine::Postgres)] {
        let db = database(engine).await;
        people(&db).await;
        append(&db, name, entries).await;
        let begun = Instant::now();
        fill(&db, transfers).await;
        println!("fill/{name}: {transfers} transfers in {:.0?}", begun.elapsed());
        pages(&db, name, transfers).await;
        plans(&db, name).await;
    }
}
