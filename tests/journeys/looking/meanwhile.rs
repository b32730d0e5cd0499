//! Looks into memory while something goes on.

use std::{cell::Cell, collections::BTreeSet, future::Future, time::Duration};

use tokio::time::sleep;

use super::{Hunt, OUR_NAME, Secret, in_memory};
use crate::support::Installed;

/// Between two looks, in which the service stands still.
const ROOM: Duration = Duration::from_millis(700);

/// Looks again and again into the memory of the service until `work` is done, and once more. Gives what came of it, and the names of the
/// secrets that were ever there. Every look must find [`OUR_NAME`]: one that can find nothing proves nothing.
pub(crate) async fn meanwhile<T>(
    installed: &Installed,
    secrets: &[Secret],
    work: impl Future<Output = T>,
) -> (T, BTreeSet<String>) {
    let secrets = secrets.iter().map(|(name, secret)| (name.as_str(), secret.as_slice()));
    let hunt = Hunt::new(secrets.chain([OUR_NAME]));
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
            if let Some(found) = in_memory(installed, &hunt).await {
                assert!(found.iter().any(|name| name == OUR_NAME.0), "it is always there: {found:?}");
                seen.extend(found.into_iter().filter(|name| name != OUR_NAME.0));
            }
            if was_last {
                return seen;
            }
            sleep(ROOM).await;
        }
    };
    tokio::join!(work, look)
}
