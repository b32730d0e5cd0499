//! Sends an uploader the code that he has asked for.

use sealpost_domain::{CodeId, TenantId};
use sealpost_mail::{Message, RequestCode};

use crate::{JobError, Running, Work, notify_uploader::requester};

/// The code is removed only after it was handed over: a crash in between repeats the message and loses none.
pub(crate) async fn run(
    work: &Work,
    running: &Running,
    tenant: TenantId,
    code: CodeId,
) -> Result<(), JobError> {
    let Some(notice) = work.service.submission_code_notice(tenant, code).await? else {
        return Ok(());
    };
    let message = RequestCode {
        code: notice.code.as_str().to_owned(),
        requester: requester(notice.requester),
        minutes: notice.minutes,
    };
    let language = notice.language.unwrap_or(work.language);
    work.send_in(language, running, notice.to, Message::RequestCode(message)).await?;
    Ok(work.service.mark_submission_code_sent(code).await?)
}
