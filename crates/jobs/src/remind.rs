//! Reminds a recipient who has not fetched that the end is near.

use sealpost_domain::{RecipientId, TenantId};
use sealpost_mail::{ExpiryReminder, Message};

use crate::{JobError, Running, Work};

/// Noted only after the mail server has taken the mail: a crash in between repeats the message and loses none.
pub(crate) async fn run(
    work: &Work,
    running: &Running,
    tenant: TenantId,
    recipient: RecipientId,
) -> Result<(), JobError> {
    let Some(notification) = work.service.reminder(tenant, recipient).await? else {
        return Ok(());
    };
    let reminder = ExpiryReminder {
        sender: notification.sender,
        sender_name: notification.sender_name,
        unproved: notification.sender_proved == Some(false),
        subject: notification.subject,
        link: notification.url,
        file_count: notification.file_count,
        byte_count: notification.byte_count,
        expires_at: notification.expires_at,
        password_needed: notification.password_needed,
        sealed_by_sender: notification.sealed_by_sender,
        sealed_to_key: notification.sealed_to_key,
    };
    work.send(running, notification.to, Message::ExpiryReminder(reminder)).await?;
    Ok(work.service.mark_reminded(recipient).await?)
}
