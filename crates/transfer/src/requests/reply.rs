//! Answering with files what was sent: an upload request of its sender, for its recipient alone and for one use.

use std::time::Duration;

use sealpost_auth::{LimitKey, Limits, LinkToken, Rate, ReplyGrant, RequestColumns};
use sealpost_db::{AuditEvent, Transfer, UploadRequest};
use sealpost_domain::{Language, Policy, Replies, TransferMode, UploadRequestId};
use serde_json::json;

use super::RequestView;
use crate::{Service, TransferError, get::subject, judge::Asked};

/// Longest title, in characters.
const MAX_TITLE_CHARS: usize = 200;
/// How many requests are made for a recipient in a day.
const A_DAY: (u32, Duration) = (5, Duration::from_secs(24 * 3_600));

impl Service {
    /// Where a recipient answers with files: the request that is open for him and unused, or a new one. If he has not shown
    /// that his address is his, a code is asked for there, so that the link alone answers in nobody's name.
    ///
    /// # Errors
    /// [`TransferError::NotFound`] unless it can be fetched now; [`TransferError::NotReady`] if it is not to be answered, or
    /// nothing could come in by the tenant's rules; [`TransferError::TooMany`].
    pub async fn reply(&self, limits: &Limits, grant: &ReplyGrant) -> Result<RequestView, TransferError> {
        let opened = self.open_delivery(grant.delivery().read()).await?;
        let (session, transfer, now) = (grant.session(), &opened.transfer, self.now());
        let (tenant, recipient, proved) = (grant.tenant(), grant.recipient(), grant.proved());
        if !takes_replies(session.policy(), &transfer.row) {
            return Err(TransferError::NotReady("it is not to be answered with files: write to its sender"));
        }
        let open = self.db().read().await?.open_reply((tenant, recipient), proved, now).await?;
        if let Some(row) = open {
            return self.request_view(session, &row);
        }
        self.protection_of_submission(session, &Asked::BySettings).await?;
        let (most, day) = A_DAY;
        limits
            .count([LimitKey::link("deliveries.reply", tenant, recipient).at(Rate::new(most, day))])
            .await?;
        let (id, address) = (self.new_id(UploadRequestId::new), transfer.address(&opened.recipient)?);
        let (key, random) = (session.tenant_key(), self.random());
        let (columns, token) = (RequestColumns::of(tenant, id), LinkToken::generate(random));
        let title = title(subject(transfer)?.as_deref(), session.policy().mail_language);
        let seal = |place, text: &str| key.seal_column(place, text.as_bytes(), random);
        let row = UploadRequest {
            id,
            tenant_id: tenant,
            user_id: session.user(),
            token_hash: *token.hash().as_bytes(),
            token: key.seal_column(columns.token(), token.as_bytes(), random),
            title: seal(columns.title(), &title),
            message: None,
            address: Some(seal(columns.address(), address.as_str())),
            address_hmac: Some(RequestColumns::address_hmac(key, &address)),
            asks_code: !proved,
            max_uses: 1,
            uses: 0,
            max_files: None,
            max_bytes: None,
            kinds: None,
            created_at: now,
            expires_at: session.policy().expiry(now, None)?,
            closed_at: None,
            reply_to: Some(grant.transfer()),
            reply_recipient: Some(recipient),
            proved,
            mode: TransferMode::Standard,
        };
        let payload = json!({
            "by": "recipient", "recipient": recipient, "request": id, "max_uses": 1, "asks_code": !proved,
            "bound": true, "expires_at": row.expires_at, "reply_to": grant.transfer(),
        });
        let mut tx = self.db().write().await?;
        // Locked first, as everywhere; whoever was faster has made one.
        tx.transfer_for_update(tenant, grant.transfer()).await?.ok_or(TransferError::NotFound)?;
        if let Some(row) = tx.open_reply((tenant, recipient), proved, now).await? {
            return self.request_view(session, &row);
        }
        tx.insert_upload_request(&row).await?;
        let event = AuditEvent {
            at: now,
            kind: "request.created",
            transfer_id: Some(grant.transfer()),
            payload: &payload,
            sealed: None,
        };
        tx.append_audit(tenant, &[event]).await?;
        tx.commit().await?;
        self.request_view(session, &row)
    }
}

/// Whether recipients may answer a transfer: its sender and his tenant let them. What was sent in a mailbox's name is
/// answered to nobody, because it would show who has sent it; nor is what has come in itself.
pub(crate) fn takes_replies(policy: &Policy, row: &Transfer) -> bool {
    let wanted = policy.replies == Replies::Allow && row.allow_reply.unwrap_or(true);
    wanted && row.mailbox_id.is_none() && row.source().is_none()
}

/// What an answer is called.
fn title(subject: Option<&str>, language: Option<Language>) -> String {
    let subject = subject.map(str::trim).filter(|subject| !subject.is_empty());
    let words = match (subject, language.unwrap_or(Language::English)) {
        (Some(subject), _) if subject.starts_with("Re: ") => subject.to_owned(),
        (Some(subject), _) => format!("Re: {subject}"),
        (None, Language::English) => "Reply".to_owned(),
        (None, Language::German) => "Antwort".to_owned(),
        (None, Language::Dutch) => "Antwoord".to_owned(),
    };
    words.chars().take(MAX_TITLE_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_called_by_what_it_answers() {
        assert_eq!(title(Some("Plans"), None), "Re: Plans");
        assert_eq!(title(Some("Re: Plans"), None), "Re: Plans");
        assert_eq!(title(Some(" "), Some(Language::German)), "Antwort");
        assert_eq!(title(None, None), "Reply");
        let long = title(Some(&"ü".repeat(998)), None);
        assert_eq!(long.chars().count(), MAX_TITLE_CHARS);
    }
}
