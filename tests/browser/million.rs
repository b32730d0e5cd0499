//! The console of a tenant that has sent a million times.

use sealpost_domain::{TenantId, UserId};
use sealpost_test_support::{engines::Engine, million::Million};
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};
use uuid::Uuid;

use crate::{
    page::{screenshots, travel},
    people::{first_password, set_password},
    sent::Sent,
    support::{Content, Service},
};

const PASSWORD: &str = "gravel-Sunday-otter-97-lantern";
const LETTER: Content = Content::new(96, 70_001);
const COUNT: u64 = 1_000_000;
/// One after the other in a hundred days, as long as the demo tenant may have them.
const APART: i64 = 8_640;
const LASTS: i64 = 200 * 86_400_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "minutes, and 1 GB of disk; make test-long runs it"]
async fn the_console_is_at_ease_with_a_million_transfers() {
    with_a_million(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "minutes, and 1 GB of disk; make test-long runs it"]
async fn the_console_is_at_ease_with_a_million_transfers_on_postgresql() {
    with_a_million(Engine::Postgres).await;
}

async fn with_a_million(engine: Engine) {
    let mut service = Service::start_on(engine).await;
    set_password(&service, &first_password(&service).await, PASSWORD).await;
    service.kill().await;
    fill(engine, &service.database_url()).await;
    service.restart().await;
    let newest =
        Sent::new(&service, json!({ "subject": "The newest of all" }), &[("letter.txt", LETTER)]).await;
    let order = json!({
        "email": "admin@demo.example", "password": PASSWORD, "engine": format!("{engine:?}"), "transfer": newest.id,
        "screenshots": screenshots(),
    });
    travel(&service, "million.mjs", order).await;
}

/// Puts them in as somebody who has the database: the demo tenant's, by its first user.
async fn fill(engine: Engine, url: &str) {
    let whose = "SELECT tenant_id, id, created_at FROM users ORDER BY created_at LIMIT 1";
    let million = |(tenant, sender, now): (Uuid, Uuid, i64)| Million {
        tenant: TenantId::from(tenant),
        senders: vec![UserId::from(sender)],
        begin: now - i64::try_from(COUNT).unwrap() * APART,
        apart: APART,
        lasts: LASTS,
        count: COUNT,
    };
    match engine {
        Engine::Postgres => {
            let mut connection = PgConnection::connect(url).await.unwrap();
            let sql = million(sqlx::query_as(whose).fetch_one(&mut connection).await.unwrap()).sql(engine);
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
        }
        Engine::Sqlite => {
            let mut connection = SqliteConnection::connect(url).await.unwrap();
            let sql = million(sqlx::query_as(whose).fetch_one(&mut connection).await.unwrap()).sql(engine);
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
        }
    }
}
