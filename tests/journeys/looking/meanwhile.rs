//! Looks into memory while something goes on.

use std::{cell::Cell, collections::BTreeSet, future::Future, time::Duration};

use tokio::time::sleep;

use super::{Hunt, in_memory};
use crate::support::Installed;

/// Between two looks, in which the service stands still.
const ROOM: Duration = Duration::from_millis(700);

/// Looks again and again into the memory of the service until `work` is done, and once more. Gives what came of it, and the names of what
/// was ever there.
pub(crate) async fn meanwhile<T>(
    installed: &Installed,
    hunt: &Hunt,
    work: impl Future<Output = T>,
) -> (T, BTreeSet<String>) {
    let is_over = Cell::new(false);
    let work = async {
        let done = work.await;
        is_over.set(true);
        done
    };
    let look = async {
        let mut seen = BTreeSet::new();
        loop {
            let was_last = is_over.get();
            seen.extend(in_memory(installed, hunt).await.unwrap_or_default());
            if was_last {
                return seen;
            }
            sleep(ROOM).await;
        }
    };
    tokio::join!(work, look)
}
