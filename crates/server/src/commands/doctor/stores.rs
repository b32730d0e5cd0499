//! The vault with its root key, and the blob store with its copies.

use anyhow::{Context as _, ensure};
use sealpost_keys::UnderVersion;

use super::report::Report;
use crate::{commands::backup, wiring::Wiring};

/// In seconds. An answer's date is that of its second, and it takes a moment to come.
const MOST_APART: i64 = 60;

pub(super) async fn look(report: &mut Report, wiring: &Wiring) {
    let vault = wiring.keys.vault();
    let health = vault
        .health()
        .await
        .context("it cannot wrap and unwrap; without it nothing is read for longer than minutes");
    let found = format!("{}, root key {}, wraps and unwraps", vault.kind(), vault.key_id());
    report.line("vault", health.map(|()| found));
    report.line("root key", root_key(wiring).await);
    let blobs =
        wiring.blobs.health().await.context("it does not answer; nothing is stored or fetched without it");
    report.line("blob store", blobs.map(|()| "answers".to_owned()));
    for store in wiring.stores.look_at(&wiring.db).await {
        let found = store.found.with_context(|| store.name.clone());
        report.line("store", found.map(|found| format!("{}: {found}", store.name)));
        if let Some(ahead) = store.ahead.filter(|seconds| seconds.abs() > MOST_APART) {
            let (seconds, stands) = (ahead.abs(), if ahead > 0 { "behind" } else { "ahead of" });
            report.warn(
                "store",
                format!(
                    "{}: this machine's clock is {seconds} s {stands} the store's, which refuses everything at 15 minutes; see to NTP",
                    store.name
                ),
            );
        }
        for kept in store.kept {
            report.warn("store", format!("{}: {kept} (docs/operations.md, Stores)", store.name));
        }
    }
    report.line("copies", backup::standing(wiring).await);
}

/// Whether the vault has every version of the root key under which something is wrapped.
async fn root_key(wiring: &Wiring) -> anyhow::Result<String> {
    let vault = wiring.keys.vault();
    let versions = vault.versions().await?;
    let wrapped = wiring.keys.wrapped_under(&wiring.db).await?;
    for under in &wrapped {
        ensure!(
            versions.iter().any(|version| version.id.as_str() == under.id),
            "{} keys are wrapped under {}, which the vault does not have: bring it back (docs/keys.md)",
            under.total(),
            under.id
        );
    }
    let current = vault.key_id();
    let old: u64 = wrapped.iter().filter(|under| under.id != current.as_str()).map(UnderVersion::total).sum();
    Ok(format!("{current}, {old} keys are under older versions"))
}
