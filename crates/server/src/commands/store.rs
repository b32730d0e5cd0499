//! `sealpost store`

use std::time::Duration;

use anyhow::bail;
use clap::Subcommand;
use sealpost_domain::TenantSlug;
use sealpost_transfer::Verified;

use crate::{cli::ConfigArgs, wiring};

/// Longer than anybody waits.
const TO_THE_END: Duration = Duration::from_secs(365 * 24 * 3_600);

#[derive(Debug, Subcommand)]
pub(crate) enum StoreCommand {
    /// Look for everything that the files of tenants are made of, and put back from copies what is lost, and into them what they have lost
    Verify {
        /// One tenant's alone
        #[arg(long, value_name = "SHORT_NAME")]
        tenant: Option<TenantSlug>,
        #[command(flatten)]
        config: ConfigArgs,
    },
}

pub(crate) async fn run(command: StoreCommand) -> anyhow::Result<()> {
    let StoreCommand::Verify { tenant: only, config } = command;
    let wiring = wiring::open(&config.load_quietly()?).await?;
    let tenants = wiring.db.read().await?.tenants().await?;
    if let Some(slug) = &only
        && !tenants.iter().any(|tenant| tenant.slug == *slug)
    {
        bail!("there is no tenant {slug}");
    }
    let mut all = Verified::default();
    for tenant in tenants.iter().filter(|tenant| only.as_ref().is_none_or(|slug| tenant.slug == *slug)) {
        let found = wiring.service.verify_store(tenant.id, None, TO_THE_END).await?;
        let Verified { transfers, parts, healed, copies_healed, damaged, failed } = found;
        println!(
            "{}: {transfers} transfers, {parts} parts; {healed} healed, {copies_healed} put back into copies, {damaged} lost, {failed} transfers not looked at",
            tenant.slug
        );
        all += found;
    }
    if all.damaged > 0 {
        bail!("{} parts are lost, and no copy has them: the audit log says of which transfers", all.damaged);
    }
    if all.failed > 0 {
        bail!("{} transfers could not be looked at, or not in all copies: the log says why", all.failed);
    }
    Ok(())
}
