//! Tells somebody that a user asks him for files.

use sealpost_domain::{TenantId, UploadRequestId};
use sealpost_mail::{Message, UploadRequest};

use crate::{JobError, Running, Work};

pub(crate) async fn run(
    work: &Work,
    running: &Running,
    tenant: TenantId,
    request: UploadRequestId,
) -> Result<(), JobError> {
    let Some(notice) = work.service.upload_request_notice(tenant, request).await? else {
        return Ok(());
    };
    let message = UploadRequest {
        requester: notice.requester,
        requester_name: notice.requester_name,
        title: notice.title,
        text: notice.message.unwrap_or_default(),
        link: notice.url,
        asks_code: notice.asks_code,
        expires_at: notice.expires_at,
    };
    work.send(running, notice.to, Message::UploadRequest(message)).await
}
