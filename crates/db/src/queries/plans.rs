//! What lists and numbers of a tenant cost does not grow with how much there is: on both engines they are searched by an index that
//! gives their order.

use sealpost_test_support::engines::{Engine, database};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _, SqliteConnection};

use super::{audit, retention, transfer_log};
use crate::sql::Sql;

/// Statements, and the index by which each searches.
const SEARCHES: [(&str, &str); 15] = [
    ("BY_REQUEST", "transfers_by_request"),
    ("BY_PORTAL", "transfers_by_portal"),
    ("LAST_BY_REQUEST", "transfers_by_request"),
    ("LAST_BY_PORTAL", "transfers_by_portal"),
    ("PURGED_OF_SENDER", "purges_of_sender"),
    ("OF_TIME", "audit_by_time"),
    ("OF_KIND", "audit_by_kind"),
    ("OF_STATE", "transfers_by_state"),
    ("NEXT_END", "transfers_by_end"),
    ("PAST_END", "transfers_by_end"),
    ("FIRST_PAST_END", "transfers_by_end"),
    ("FIRST_PURGE_BEGUN", "transfers_by_purge"),
    ("UNFINISHED", "uploads_unfinished"),
    ("LEFTOVERS", "removed_uploads_by_tenant"),
    ("PURGE_DAYS", "purge_days"),
];

fn statement(name: &str) -> &'static Sql {
    let all = [retention::STATEMENTS, transfer_log::STATEMENTS, audit::STATEMENTS];
    let found = all.into_iter().flatten().find(|(known, _)| *known == name);
    &found.unwrap_or_else(|| panic!("no statement is called {name}")).1
}

async fn sqlite_plan(raw: &mut SqliteConnection, sql: &Sql) -> String {
    let rows = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {}", sql.sqlite)));
    let lines: Vec<String> =
        rows.fetch_all(raw).await.expect("a plan").iter().map(|row| row.get(3)).collect();
    lines.join("\n")
}

/// The plan for all values, of tables in which reading all of them would be cheapest: there is nothing in them.
async fn postgres_plan(raw: &mut PgConnection, sql: &Sql) -> String {
    let prepare = format!("DEALLOCATE ALL; PREPARE asked AS {}", sql.postgres);
    sqlx::raw_sql(AssertSqlSafe(prepare)).execute(&mut *raw).await.expect("a statement");
    let count = "SELECT cardinality(parameter_types) FROM pg_prepared_statements WHERE name = 'asked'";
    let row = sqlx::raw_sql(count).fetch_one(&mut *raw).await.expect("it is prepared");
    let parameters = row.try_get_unchecked::<&str, _>(0).expect("text").parse::<usize>().expect("a number");
    let execute = format!("EXPLAIN (COSTS OFF) EXECUTE asked({})", vec!["NULL"; parameters].join(", "));
    let rows = sqlx::raw_sql(AssertSqlSafe(execute)).fetch_all(raw).await.expect("a plan");
    let lines: Vec<&str> = rows.iter().map(|row| row.try_get_unchecked(0).expect("text")).collect();
    lines.join("\n")
}

#[tokio::test]
async fn each_is_searched_by_its_index_on_sqlite() {
    let db = database(Engine::Sqlite).await;
    let mut raw = SqliteConnection::connect(db.place().url()).await.unwrap();
    for (name, index) in SEARCHES {
        let plan = sqlite_plan(&mut raw, statement(name)).await;
        // A table in the order of its primary key has no index of another name.
        let by = [format!("INDEX {index} "), format!("SEARCH {index} USING PRIMARY KEY")];
        assert!(by.iter().any(|by| plan.contains(by)), "{name}:\n{plan}");
        assert!(!plan.contains("SCAN ") || plan.contains("SCAN counted"), "{name}:\n{plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{name}:\n{plan}");
    }
}

#[tokio::test]
async fn each_can_be_searched_by_its_index_on_postgres() {
    let db = database(Engine::Postgres).await;
    let mut raw = PgConnection::connect(db.place().url()).await.unwrap();
    let settings = "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_bitmapscan = off; \
                    SET enable_sort = off";
    sqlx::raw_sql(settings).execute(&mut raw).await.unwrap();
    for (name, index) in SEARCHES {
        let plan = postgres_plan(&mut raw, statement(name)).await;
        assert!(plan.contains(&format!("using {index}")), "{name}:\n{plan}");
        assert!(!plan.contains("Seq Scan"), "{name}:\n{plan}");
        assert!(!plan.contains("Sort"), "{name}:\n{plan}");
    }
}
