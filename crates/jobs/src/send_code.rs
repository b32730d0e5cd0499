//! Sends a recipient the code that he has asked for.

use sealpost_domain::{CodeId, TenantId};
use sealpost_mail::{LinkCode, Message};

use crate::{JobError, Running, Work, work::handed};

/// The code is removed only after it was handed over: a crash in between repeats the message and loses none.
pub(crate) async fn run(
    work: &Work,
    running: &Running,
    tenant: TenantId,
    code: CodeId,
) -> Result<(), JobError> {
    let Some(notice) = work.service.code_notice(tenant, code).await? else {
        return Ok(());
    };
    let message = LinkCode {
        code: notice.code.as_str().to_owned(),
        sender: notice.sender,
        sender_name: notice.sender_name,
        minutes: notice.minutes,
    };
    let language = notice.language.unwrap_or(work.language);
    match notice.phone {
        None => work.send_in(language, running, notice.to, Message::LinkCode(message)).await?,
        Some(phone) => {
            let sms = work.sms.as_ref();
            let sms = sms.ok_or_else(|| JobError::Permanent("there is no SMS gateway".to_owned()))?;
            let sent = sms.send_code(running.id, phone, language, &message).await;
            work.service.metrics().text_message(handed(&sent));
            sent?;
        }
    }
    Ok(work.service.mark_code_sent(code).await?)
}
