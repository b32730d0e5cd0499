//! Tells a recipient that files wait for him.

use sealpost_domain::{RecipientId, TenantId};
use sealpost_mail::{Message, TransferNotice};
use sealpost_transfer::Notification;

use crate::{JobError, Running, Work};

/// Noted only after the mail server has taken the mail: a crash in between repeats the message and loses none.
pub(crate) async fn run(
    work: &Work,
    running: &Running,
    tenant: TenantId,
    recipient: RecipientId,
) -> Result<(), JobError> {
    match work.service.notification(tenant, recipient).await? {
        Some(notification) => tell(work, running, recipient, notification).await,
        None => Ok(()),
    }
}

/// The same once more.
pub(crate) async fn again(
    work: &Work,
    running: &Running,
    tenant: TenantId,
    recipient: RecipientId,
) -> Result<(), JobError> {
    match work.service.notification_again(tenant, recipient).await? {
        Some(notification) => tell(work, running, recipient, notification).await,
        None => Ok(()),
    }
}

async fn tell(
    work: &Work,
    running: &Running,
    recipient: RecipientId,
    notification: Notification,
) -> Result<(), JobError> {
    let notice = TransferNotice {
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
    let sent = work.send(running, notification.to, Message::TransferNotice(notice)).await;
    if let Err(JobError::Permanent(_)) = sent {
        work.service.mark_unreachable(recipient).await?;
    }
    sent?;
    Ok(work.service.mark_notified(recipient).await?)
}
