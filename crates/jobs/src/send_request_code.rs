//! Sends an uploader the code that he has asked for.

use sealpost_domain::{CodeId, TenantId};
use sealpost_mail::{LinkCode, Message};

use crate::{JobError, Running, Work};

/// The code is removed only after it was handed over: a crash in between repeats the message and loses none.
pub(crate) async fn run(
    work: &Work,
    running: &Running,
    tenant: TenantId,
    code: CodeId,
) -> Result<(), JobError> {
    let Some(notice) = work.service.request_code_notice(tenant, code).await? else {
        return Ok(());
    };
    let message = LinkCode {
        code: notice.code.as_str().to_owned(),
        sender: notice.requester,
        sender_name: notice.requester_name,
        minutes: notice.minutes,
    };
    let language = notice.language.unwrap_or(work.language);
    work.send_in(language, running, notice.to, Message::RequestCode(message)).await?;
    Ok(work.service.mark_request_code_sent(code).await?)
}
