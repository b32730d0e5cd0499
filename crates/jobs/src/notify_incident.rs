//! Tells somebody of an incident, and reminds tenants that have not acknowledged one.

use sealpost_domain::{IncidentContactId, TenantId};
use sealpost_mail::{IncidentNotice, Message};

use crate::{JobError, Running, Work};

/// A mail to one person.
pub(crate) async fn run(
    work: &Work,
    running: &Running,
    tenant: TenantId,
    contact: IncidentContactId,
) -> Result<(), JobError> {
    let Some(mail) = work.tenancy.incident_mail(tenant, contact).await? else {
        return Ok(());
    };
    let notice = IncidentNotice {
        subject: mail.subject,
        text: mail.text,
        link: work.auth.incident_page(&mail.token),
        reminder: mail.reminder,
    };
    work.send(running, mail.to, Message::IncidentNotice(notice)).await?;
    // If this is lost, a reminder is worded as the first mail.
    Ok(work.tenancy.incident_mailed(contact).await?)
}

/// Queues the mails of reminders that are due.
pub(crate) async fn remind(work: &Work) -> Result<(), JobError> {
    let queued = work.tenancy.remind_of_incidents().await?;
    if queued > 0 {
        tracing::info!(queued, "reminders of incidents");
    }
    Ok(())
}
