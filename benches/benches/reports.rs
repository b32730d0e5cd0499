//! What reports ask the database, on both of them, beside a million transfers: reading what was counted, and how a tenant
//! stands, with the plans.
//!
//! `TRANSFERS` says how many (a million).

use std::{env, time::Instant};

use sealpost_db::{CountedRule, Db, ReportCounts, Tenant};
use sealpost_domain::{GroupId, Policy, TenantId, Timestamp, rules::RuleKind};
use sealpost_test_support::engines::{Engine, TestDatabase, database};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _, SqliteConnection};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const BEGIN: i64 = 1_790_000_000_000;
const ROUNDS: usize = 20;
const DAYS: i64 = 366;
const DEPARTMENTS: u128 = 100;
/// Rules that refuse something every day.
const RULES: u8 = 20;
const SENDERS: u64 = 1_000;

fn id<I: From<uuid::Uuid>>(number: u128) -> I {
    uuid::Uuid::from_u128(number).into()
}

fn tenant() -> TenantId {
    id(1)
}

async fn counted(db: &Db) {
    let mut tx = db.write().await.expect("a transaction");
    let row = Tenant {
        id: tenant(),
        slug: "bench".parse().expect("a short name"),
        name: "Bench".to_owned(),
        container: "bench".to_owned(),
        policy: Policy::default(),
        tenant_key: vec![1],
        created_at: Timestamp::from_unix_millis(BEGIN),
        suspended_at: None,
    };
    tx.insert_tenant(&row).await.expect("a tenant");
    for day in 0..DAYS {
        for department in 0..DEPARTMENTS {
            let department: GroupId = id(0x100 + department);
            let counts = ReportCounts { transfers: 7, bytes: 7_000_000, ..ReportCounts::default() };
            tx.add_to_report(tenant(), (day, department), &counts).await.expect("a row");
        }
        for rule in 0..RULES {
            let counted = CountedRule { kind: RuleKind::Address, rule_hmac: [rule; 32], refused: 3 };
            tx.add_to_report_of_rule(tenant(), day, &counted).await.expect("a row");
        }
    }
    tx.commit().await.expect("committed");
}

/// Users, and a transfer a millisecond of one of them.
async fn fill(db: &TestDatabase, count: u64) {
    let columns = "(id, tenant_id, sender_id, state, epoch, latest_epoch, created_at, expires_at, file_count, byte_count)";
    let users = "(id, tenant_id, address, address_hmac, name, role, created_at, seat_at)";
    let (tenant, last, last_user) = ("00000000000000000000000000000001", count - 1, SENDERS - 1);
    match db.engine() {
        Engine::Postgres => {
            let mut raw = PgConnection::connect(db.place().url()).await.expect("a connection");
            let user = |n: &str| format!("lpad(to_hex({n} + 4096), 32, '0')::uuid");
            let sql = format!(
                "INSERT INTO users {users} SELECT {}, '{tenant}', '\\x00', decode(lpad(to_hex(i), 64, '0'), 'hex'), '\\x00', \
                 'sender', {BEGIN}, {BEGIN} FROM generate_series(0::bigint, {last_user}) AS i; \
                 INSERT INTO transfers {columns} SELECT (lpad(to_hex({BEGIN} + i), 12, '0') || '70008000' || \
                 lpad(to_hex(i), 12, '0'))::uuid, '{tenant}', {}, 'available', 1, 1, {BEGIN} + i, {BEGIN} + i + 1209600000, 3, \
                 1000 FROM generate_series(0::bigint, {last}) AS i; ANALYZE",
                user("i"),
                user(&format!("(i % {SENDERS})"))
            );
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut raw).await.expect("SQL");
        }
        Engine::Sqlite => {
            let mut raw = SqliteConnection::connect(db.place().url()).await.expect("a connection");
            let all = |last: u64| {
                format!("WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {last})")
            };
            let user = |n: &str| format!("unhex(printf('%032x', {n} + 4096))");
            let sql = format!(
                "INSERT INTO users {users} {} SELECT {}, x'{tenant}', x'00', unhex(printf('%064x', i)), x'00', 'sender', \
                 {BEGIN}, {BEGIN} FROM n; INSERT INTO transfers {columns} {} SELECT \
                 unhex(printf('%012x70008000%012x', {BEGIN} + i, i)), x'{tenant}', {}, 'available', 1, 1, {BEGIN} + i, \
                 {BEGIN} + i + 1209600000, 3, 1000 FROM n; ANALYZE",
                all(last_user),
                user("i"),
                all(last),
                user(&format!("(i % {SENDERS})"))
            );
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut raw).await.expect("SQL");
        }
    }
}

async fn questions(db: &TestDatabase, name: &str) {
    let year = (0, DAYS - 1);
    let cases =
        ["30 days", "366 days", "366 days by department", "366 days by rule", "stored bytes", "users"];
    for case in cases {
        let (mut times, mut rows) = (Vec::new(), 0);
        for _ in 0..ROUNDS {
            let begun = Instant::now();
            let mut conn = db.read().await.expect("a connection");
            rows = match case {
                "30 days" => conn.report_by_day(tenant(), (100, 129)).await.expect("rows").len(),
                "366 days" => conn.report_by_day(tenant(), year).await.expect("rows").len(),
                "366 days by department" => {
                    conn.report_by_department(tenant(), year).await.expect("rows").len()
                }
                "366 days by rule" => conn.report_by_rule(tenant(), year).await.expect("rows").len(),
                "stored bytes" => conn.stored_bytes(tenant()).await.expect("rows").len(),
                _ => conn.users_to_count(tenant()).await.expect("rows").len(),
            };
            times.push(begun.elapsed());
        }
        times.sort_unstable();
        let (median, worst) = (times[ROUNDS / 2], times[ROUNDS - 1]);
        println!("report/{name}/{case}: {rows} rows, median {median:.2?}, worst {worst:.2?}");
    }
}

async fn plans(db: &TestDatabase, name: &str) {
    let (explain, column, tenant) = match db.engine() {
        Engine::Postgres => ("EXPLAIN (COSTS OFF)", 0, "'00000000000000000000000000000001'::uuid"),
        Engine::Sqlite => ("EXPLAIN QUERY PLAN", 3, "x'00000000000000000000000000000001'"),
    };
    let shapes = [
        (
            "days",
            format!(
                "SELECT day, SUM(transfers) FROM report_days WHERE tenant_id = {tenant} AND day >= 100 AND day <= 129 GROUP BY day ORDER BY day"
            ),
        ),
        (
            "stored bytes",
            format!(
                "SELECT sender_id, SUM(byte_count) FROM transfers WHERE tenant_id = {tenant} GROUP BY sender_id"
            ),
        ),
    ];
    for (shape, sql) in shapes {
        let sql = AssertSqlSafe(format!("{explain} {sql}"));
        let url = db.place().url();
        let lines: Vec<String> = match db.engine() {
            Engine::Postgres => {
                let mut raw = PgConnection::connect(url).await.expect("a connection");
                let rows = sqlx::query(sql).fetch_all(&mut raw).await.expect("a plan");
                rows.iter().map(|row| row.get(column)).collect()
            }
            Engine::Sqlite => {
                let mut raw = SqliteConnection::connect(url).await.expect("a connection");
                let rows = sqlx::query(sql).fetch_all(&mut raw).await.expect("a plan");
                rows.iter().map(|row| row.get(column)).collect()
            }
        };
        for line in lines {
            println!("plan/{name}/{shape}: {line}");
        }
    }
}

#[tokio::main]
async fn main() {
    let transfers = env::var("TRANSFERS").ok().and_then(|text| text.parse().ok()).unwrap_or(1_000_000);
    for (name, engine) in [("sqlite", Engine::Sqlite), ("postgres", Engine::Postgres)] {
        let db = database(engine).await;
        counted(&db).await;
        fill(&db, transfers).await;
        questions(&db, name).await;
        plans(&db, name).await;
    }
}
