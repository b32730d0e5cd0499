//! Which shards' directory entries are known to be on the disk.
//!
//! That a shard exists does not say so: who made it may not have come to its fsync yet, or may have been killed before.
//! So every process syncs the entry of every shard once, and again after making it anew.

use std::{
    collections::HashSet,
    io,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::Container;

/// How many shards are remembered. Forgetting one costs a needless fsync, no more.
const REMEMBERED: usize = 4096;

/// How many shards had been made at some moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment(u64);

#[derive(Default)]
pub(super) struct Durable(Mutex<State>);

#[derive(Default)]
struct State {
    shards: HashSet<(Container, String)>,
    made: u64,
}

impl Durable {
    /// To be asked before the file is created that then holds the shard in place.
    pub(super) fn moment(&self) -> Moment {
        Moment(self.state().made)
    }

    /// Makes a shard with `make`, after forgetting what was known about one that had its name.
    pub(super) fn make(
        &self,
        container: &Container,
        shard: &str,
        make: impl FnOnce() -> io::Result<()>,
    ) -> io::Result<()> {
        // Locked until it exists: whoever finds it finds it forgotten.
        let mut state = self.state();
        state.shards.remove(&(container.clone(), shard.to_owned()));
        state.made += 1;
        make()
    }

    /// Runs `sync` unless the entry of the shard, which holds a file that was created since `moment`, is known to be
    /// on the disk.
    pub(super) fn ensure(
        &self,
        container: &Container,
        shard: &str,
        moment: Moment,
        sync: impl FnOnce() -> io::Result<()>,
    ) -> io::Result<()> {
        let entry = (container.clone(), shard.to_owned());
        if self.state().shards.contains(&entry) {
            return Ok(());
        }
        sync()?;
        let mut state = self.state();
        // If any shard was made meanwhile, it may be this one, after the one that was synced was removed.
        if state.made == moment.0 {
            if state.shards.len() >= REMEMBERED {
                state.shards.clear();
            }
            state.shards.insert(entry);
        }
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Neither field can be left half changed by a panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ensure_syncs(durable: &Durable, shard: &str, moment: Moment) -> bool {
        let mut synced = false;
        let sync = || {
            synced = true;
            Ok(())
        };
        durable.ensure(&"t-1".parse().unwrap(), shard, moment, sync).unwrap();
        synced
    }

    fn make(durable: &Durable, shard: &str) {
        durable.make(&"t-1".parse().unwrap(), shard, || Ok(())).unwrap();
    }

    #[test]
    fn an_entry_is_synced_once() {
        let durable = Durable::default();
        make(&durable, "a");
        assert!(ensure_syncs(&durable, "a", durable.moment()));
        assert!(!ensure_syncs(&durable, "a", durable.moment()));
        assert!(ensure_syncs(&durable, "b", durable.moment()));
    }

    #[test]
    fn a_shard_that_was_there_before_the_process_is_synced() {
        assert!(ensure_syncs(&Durable::default(), "a", Moment(0)));
    }

    #[test]
    fn a_shard_that_is_made_anew_is_synced_again() {
        let durable = Durable::default();
        make(&durable, "a");
        assert!(ensure_syncs(&durable, "a", durable.moment()));
        make(&durable, "a");
        assert!(ensure_syncs(&durable, "a", durable.moment()));
    }

    #[test]
    fn what_was_synced_while_a_shard_was_made_is_synced_again() {
        let durable = Durable::default();
        make(&durable, "a");
        let before = durable.moment();
        // The file of this put was deleted, its shard removed and made again by another put.
        make(&durable, "a");
        assert!(ensure_syncs(&durable, "a", before));
        assert!(ensure_syncs(&durable, "a", durable.moment()));
    }

    #[test]
    fn a_failed_sync_proves_nothing() {
        let durable = Durable::default();
        let failed = durable.ensure(&"t-1".parse().unwrap(), "a", durable.moment(), || {
            Err(io::ErrorKind::StorageFull.into())
        });
        assert!(failed.is_err());
        assert!(ensure_syncs(&durable, "a", durable.moment()));
    }

    #[test]
    fn memory_is_bounded() {
        let durable = Durable::default();
        for shard in 0..2 * REMEMBERED {
            ensure_syncs(&durable, &shard.to_string(), durable.moment());
        }
        assert!(durable.state().shards.len() <= REMEMBERED);
    }
}
