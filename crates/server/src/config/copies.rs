//! Which stores have the copies of which, and what is done while those are behind.

use std::{collections::BTreeMap, time::Duration};

use anyhow::{Context as _, ensure};
use sealpost_blob::{StoreName, Targets};
use serde::Deserialize;

/// MiB that a node copies in a second.
const RATE: u64 = 50;
/// Seconds; less would refuse uploads for the ordinary pace of copying.
const SHORTEST_LAG: u64 = 60;
const LAG: u64 = 3_600;

/// The copies that a store is to have, as the file says it, and where the store is.
#[derive(Debug, Clone, Default)]
pub(super) struct Wish {
    pub(super) replica: Option<String>,
    pub(super) offsite: Option<String>,
    /// The same for two stores that are one.
    pub(super) place: String,
}

/// How copies are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ReplicaConfig {
    /// Bytes a second of each node; 0: without a bound.
    pub(crate) rate: u64,
    /// How long something may wait to be copied before uploads are refused; `None`: they never are.
    pub(crate) longest_lag: Option<Duration>,
}

impl Default for ReplicaConfig {
    fn default() -> Self {
        Self { rate: RATE << 20, longest_lag: None }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Replica {
    rate_mib_per_second: Option<u64>,
    #[serde(default)]
    when_behind: WhenBehind,
    max_lag_seconds: Option<u64>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WhenBehind {
    #[default]
    GoOn,
    Refuse,
}

impl Replica {
    pub(super) fn check(
        self,
        copies: &BTreeMap<Option<StoreName>, Targets>,
    ) -> anyhow::Result<ReplicaConfig> {
        let rate = self.rate_mib_per_second.unwrap_or(RATE);
        ensure!(rate <= 1 << 20, "replica.rate_mib_per_second: at most {}; 0 is without a bound", 1 << 20);
        let lag = self.max_lag_seconds.unwrap_or(LAG);
        ensure!(lag >= SHORTEST_LAG, "replica.max_lag_seconds: at least {SHORTEST_LAG}");
        let refuses = self.when_behind == WhenBehind::Refuse;
        ensure!(
            !refuses || copies.values().any(|targets| targets.replica.is_some()),
            "replica.when_behind: there is nothing to refuse for, because no store has a replica"
        );
        let longest_lag = refuses.then(|| Duration::from_secs(lag));
        Ok(ReplicaConfig { rate: rate << 20, longest_lag })
    }
}

/// Who has whose copies, if that can be meant.
///
/// # Errors
/// Naming the key that is wrong.
pub(super) fn check(
    stores: &BTreeMap<Option<StoreName>, Wish>,
) -> anyhow::Result<BTreeMap<Option<StoreName>, Targets>> {
    let mut all = BTreeMap::new();
    for (name, wish) in stores {
        let section = name.as_ref().map_or_else(|| "blob".to_owned(), |name| format!("stores.{name}"));
        let target = |role: &str, wished: &Option<String>| -> anyhow::Result<Option<StoreName>> {
            let Some(wished) = wished else { return Ok(None) };
            let key = format!("{section}.{role}");
            let target: StoreName = wished.parse().with_context(|| format!("{key}: {wished:?}"))?;
            let found = stores.get(&Some(target.clone()));
            let found = found.with_context(|| format!("{key}: there is no [stores.{target}]"))?;
            ensure!(
                found.replica.is_none() && found.offsite.is_none(),
                "{key}: {target} has copies of its own; a copy is not copied"
            );
            ensure!(found.place != wish.place, "{key}: {target} is the same place, {}", wish.place);
            Ok(Some(target))
        };
        let (replica, offsite) = (target("replica", &wish.replica)?, target("offsite", &wish.offsite)?);
        ensure!(
            replica.is_none() || replica != offsite,
            "{section}.offsite: it is the replica already; name another store"
        );
        if replica.is_some() || offsite.is_some() {
            all.insert(name.clone(), Targets { replica, offsite });
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(name: &str) -> Option<StoreName> {
        Some(name.parse().unwrap())
    }

    fn wish(replica: &str, offsite: &str, place: &str) -> Wish {
        let wished = |name: &str| Some(name.to_owned()).filter(|name| !name.is_empty());
        Wish { replica: wished(replica), offsite: wished(offsite), place: place.to_owned() }
    }

    fn stores(default: Wish, west: Wish) -> BTreeMap<Option<StoreName>, Wish> {
        [(None, default), (name("west"), west), (name("vault"), wish("", "", "c"))].into()
    }

    #[test]
    fn a_store_names_those_that_have_its_copies() {
        let all = check(&stores(wish("west", "vault", "a"), wish("", "", "b"))).unwrap();
        assert_eq!(all, [(None, Targets { replica: name("west"), offsite: name("vault") })].into());
        let all = check(&stores(wish("", "", "a"), wish("", "vault", "b"))).unwrap();
        assert_eq!(all, [(name("west"), Targets { replica: None, offsite: name("vault") })].into());
        assert!(check(&stores(wish("", "", "a"), wish("", "", "a"))).unwrap().is_empty());
    }

    #[test]
    fn copies_that_are_none_are_refused_with_their_key() {
        for (default, west, key) in [
            (wish("east", "", "a"), wish("", "", "b"), "blob.replica: there is no [stores.east]"),
            (wish("default", "", "a"), wish("", "", "b"), "blob.replica"),
            (wish("West", "", "a"), wish("", "", "b"), "blob.replica"),
            (wish("west", "west", "a"), wish("", "", "b"), "blob.offsite"),
            (wish("west", "", "a"), wish("", "", "a"), "blob.replica: west is the same place, a"),
            (wish("west", "", "a"), wish("", "vault", "b"), "blob.replica: west has copies of its own"),
            (wish("", "", "a"), wish("west", "", "b"), "stores.west.replica"),
        ] {
            let complaint = format!("{:#}", check(&stores(default, west)).unwrap_err());
            assert!(complaint.starts_with(key), "{complaint}");
        }
    }

    #[test]
    fn uploads_are_refused_only_if_that_is_wanted_and_there_is_a_replica() {
        let with = check(&stores(wish("west", "", "a"), wish("", "", "b"))).unwrap();
        let none = BTreeMap::new();
        let read = |text: &str, copies| replica(text).check(copies).map_err(|error| error.to_string());
        assert_eq!(read("{}", &with).unwrap(), ReplicaConfig::default());
        let wanted = r#"{"when_behind": "refuse", "max_lag_seconds": 60, "rate_mib_per_second": 0}"#;
        let expected = ReplicaConfig { rate: 0, longest_lag: Some(Duration::from_secs(60)) };
        assert_eq!(read(wanted, &with).unwrap(), expected);
        assert!(read(wanted, &none).unwrap_err().starts_with("replica.when_behind"));
        let short = r#"{"max_lag_seconds": 59}"#;
        assert!(read(short, &with).unwrap_err().starts_with("replica.max_lag_seconds"));
    }

    fn replica(text: &str) -> Replica {
        serde_json::from_str(text).unwrap()
    }
}
