//! Sends audit entries on to where tenants want them.

use sealpost_domain::{ForwardingTargetId, TenantId, UserId};
use sealpost_mail::{ForwardingFails, Message};

use crate::{JobError, Running, Work};

/// Queues a job for each target to which something is to be sent.
pub(crate) async fn due(work: &Work) -> Result<(), JobError> {
    let targets = work.tenancy.queue_forwarding().await?;
    tracing::debug!(targets, "audit entries to be forwarded");
    Ok(())
}

/// Sends to one target what it has not. That it fails is noted with the target, which is then due later.
pub(crate) async fn audit(work: &Work, tenant: TenantId, target: ForwardingTargetId) -> Result<(), JobError> {
    Ok(work.tenancy.forward_audit(tenant, target).await?)
}

/// Tells an admin that nothing arrives.
pub(crate) async fn notify(
    work: &Work,
    running: &Running,
    tenant: TenantId,
    target: ForwardingTargetId,
    admin: UserId,
) -> Result<(), JobError> {
    let Some(notice) = work.tenancy.forwarding_notice(tenant, target, admin).await? else {
        return Ok(());
    };
    let fails = ForwardingFails { label: notice.label, since: notice.since };
    work.send(running, notice.to, Message::ForwardingFails(fails)).await
}
