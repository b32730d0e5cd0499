//! The table of `docs/availability.md`, cell by cell.

use sealpost_test_support::{
    app::{App, HOUR},
    claims,
    engines::Engine,
    faulty_store::{Effect, When},
};

use super::world::{Outcome, World};

claims![
    while_the_database_is_away_the_table_holds with World::options(),
    while_the_keyring_is_away_the_table_holds with World::options(),
    while_the_blob_store_is_away_the_table_holds with World::options(),
    while_the_blob_store_is_away_that_has_a_replica_the_table_holds with World::with_copies(),
    while_the_replica_is_away_the_table_holds with World::with_copies(),
    while_the_vault_is_away_the_table_holds with World::options(),
    while_the_mail_server_is_away_the_table_holds with World::options(),
    while_the_malware_scanner_is_away_the_table_holds with World::options(),
    while_the_identity_provider_is_away_the_table_holds with World::options(),
];

const DOCUMENT: &str = include_str!("../../../docs/availability.md");

/// What the document says of a dependency: rows and their cells, in its order.
fn column(dependency: &str) -> Vec<(&'static str, Outcome)> {
    let mut rows = DOCUMENT.lines().filter(|line| line.starts_with('|')).map(cells);
    let at = rows.next().unwrap().iter().position(|cell| *cell == dependency).expect("a column");
    let rules = rows.next().unwrap();
    assert!(rules.iter().all(|cell| *cell == "---"));
    rows.map(|row| (row[0], row[at].parse().unwrap())).collect()
}

fn cells(line: &'static str) -> Vec<&'static str> {
    line.trim_matches('|').split('|').map(str::trim).collect()
}

/// Takes a dependency away, and compares what happens with what the document says; brings it back, and everything is done.
async fn holds(app: &App, dependency: &str, set_away: impl AsyncFn(&World<'_>, bool)) {
    let world = Box::pin(World::prepare(app)).await;
    // One of the transfers has expired then, and no key is in memory any more.
    app.clock.advance(HOUR * 31 / 60);
    set_away(&world, true).await;
    let (mut wrong, mut left) = (Vec::new(), Vec::new());
    for (what, expected) in column(dependency) {
        let found = Box::pin(world.perform(what, dependency == "database")).await;
        if found != expected {
            wrong.push(format!("{what}: {found:?}, and not {expected:?}"));
        }
        if matches!(found, Outcome::Refused | Outcome::Waits) {
            left.push(what);
        }
    }
    assert!(wrong.is_empty(), "while the {dependency} is away:\n{}", wrong.join("\n"));
    set_away(&world, false).await;
    world.settle().await;
    for what in left {
        assert_eq!(
            world.perform(what, false).await,
            Outcome::GoesOn,
            "{what}, once the {dependency} is back"
        );
    }
    Box::pin(world.is_whole()).await;
}

async fn while_the_database_is_away_the_table_holds(app: &App) {
    if app.engine() == Engine::Postgres {
        holds(app, "database", async |world, away| world.app.database_place().set_away(away)).await;
    }
}

async fn while_the_keyring_is_away_the_table_holds(app: &App) {
    if app.engine() == Engine::Postgres {
        holds(app, "keyring", async |world, away| world.app.keyring_place().set_away(away)).await;
    }
}

async fn set_store_away(world: &World<'_>, away: bool) {
    match away {
        true => world.app.blobs.inject(None, When::Always, Effect::Fail),
        false => world.app.blobs.clear(),
    }
}

async fn while_the_blob_store_is_away_the_table_holds(app: &App) {
    holds(app, "blob store", set_store_away).await;
}

async fn while_the_blob_store_is_away_that_has_a_replica_the_table_holds(app: &App) {
    holds(app, "blob store that has a replica", set_store_away).await;
}

async fn while_the_replica_is_away_the_table_holds(app: &App) {
    let set_away = async |world: &World<'_>, away| match away {
        true => world.app.copies().replica.faults.inject(None, When::Always, Effect::Fail),
        false => world.app.copies().replica.faults.clear(),
    };
    holds(app, "replica", set_away).await;
}

async fn while_the_vault_is_away_the_table_holds(app: &App) {
    let set_away = async |world: &World<'_>, away| match away {
        true => world.app.vault.pull(),
        false => world.app.vault.plug(),
    };
    holds(app, "vault", set_away).await;
}

async fn while_the_mail_server_is_away_the_table_holds(app: &App) {
    holds(app, "mail server", async |world, away| world.app.mails.set_away(away)).await;
}

async fn while_the_malware_scanner_is_away_the_table_holds(app: &App) {
    let set_away = async |world: &World<'_>, away| match away {
        true => world.app.scanner().kill(),
        false => world.app.scanner().start_again(),
    };
    holds(app, "malware scanner", set_away).await;
}

async fn while_the_identity_provider_is_away_the_table_holds(app: &App) {
    holds(app, "identity provider", async |world, away| world.set_provider_away(away).await).await;
}
