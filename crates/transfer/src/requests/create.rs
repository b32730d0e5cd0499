//! A new upload request.

use std::fmt;

use sealpost_auth::{Limits, LinkToken, RequestColumns, SendGrant, SenderSession};
use sealpost_db::UploadRequest;
use sealpost_domain::{
    EmailAddress, KeyOwner, SenderChoice, Timestamp, TransferMode, UploadRequestId, rules::FileKinds,
};
use serde_json::json;

use super::RequestView;
use crate::{
    Service, TransferError,
    judge::Asked,
    submissions::{check_message, check_title},
    zero_knowledge::Known,
};

/// Most uses.
const MAX_USES: u64 = 1_000;

/// What a user asks for.
#[derive(Clone)]
pub struct NewUploadRequest {
    /// What it is about: one line. It becomes the subject of what comes in.
    pub title: String,
    /// What the uploader reads.
    pub message: Option<String>,
    /// Who alone may use it; whoever has the link if absent.
    pub address: Option<EmailAddress>,
    /// Whether an uploader must show that his address is his.
    pub asks_code: bool,
    /// How often it may be used: 1 to 1,000.
    pub max_uses: u64,
    /// Most files of each use, within the tenant's bounds.
    pub max_files: Option<u64>,
    /// Most bytes of each use, within the tenant's bounds.
    pub max_bytes: Option<u64>,
    /// Kinds of files that it takes; whatever the policy lets pass if absent.
    pub kinds: Option<FileKinds>,
    /// When it ends; the tenant's default for transfers if absent.
    pub expires_at: Option<Timestamp>,
    /// Whether the address is sent the link; there must be one then.
    pub notify: bool,
    /// Who seals what comes in. It is sealed to the user's key pair, unless the service seals.
    pub mode: TransferMode,
}

/// Without anybody's words or address.
impl fmt::Debug for NewUploadRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewUploadRequest").field("max_uses", &self.max_uses).finish_non_exhaustive()
    }
}

impl Service {
    /// Makes a request, and its link.
    ///
    /// # Errors
    /// [`TransferError::Invalid`], [`TransferError::Locked`], [`TransferError::Retention`]; [`TransferError::NotReady`] if
    /// nothing could come in by the tenant's rules; [`TransferError::Refused`] and [`TransferError::TooMany`] if the link
    /// cannot be mailed.
    pub async fn create_request(
        &self,
        limits: &Limits,
        grant: &SendGrant,
        new: NewUploadRequest,
    ) -> Result<RequestView, TransferError> {
        let (session, now): (&SenderSession, _) = (grant, self.now());
        check(&new)?;
        if new.expires_at.is_some() && session.policy().locks(SenderChoice::Expiry) {
            return Err(TransferError::Locked(SenderChoice::Expiry));
        }
        let expires_at = session.policy().expiry(now, new.expires_at)?;
        self.check_mode(session, new.mode, (&[], Known::Recipients), None).await?;
        if new.mode.is_zero_knowledge() {
            self.check_sealed_entrance(session, Some(KeyOwner::User(session.user()))).await?;
        }
        // Better heard now than by whoever uploads.
        let rules = self
            .policies()
            .current(&mut self.db().read().await?, session.tenant(), session.tenant_key())
            .await?;
        if new.kinds.as_ref().and_then(|kinds| kinds.refused_by(rules.types())).is_some() {
            return Err(TransferError::Invalid(
                "the organisation's rules let no files of one of these kinds pass",
            ));
        }
        self.protection_of_submission(session, &Asked::BySettings).await?;
        let (tenant, key, random) = (session.tenant(), session.tenant_key(), self.random());
        let id = self.new_id(UploadRequestId::new);
        if let Some(address) = new.address.as_ref().filter(|_| new.notify) {
            self.check_mailing(limits, session, id, address).await?;
        }
        let (columns, token) = (RequestColumns::of(tenant, id), LinkToken::generate(random));
        let seal = |place, text: &str| key.seal_column(place, text.as_bytes(), random);
        let message = new.message.as_deref().filter(|text| !text.trim().is_empty());
        let row = UploadRequest {
            id,
            tenant_id: tenant,
            user_id: session.user(),
            token_hash: *token.hash().as_bytes(),
            token: key.seal_column(columns.token(), token.as_bytes(), random),
            title: seal(columns.title(), new.title.trim()),
            message: message.map(|text| seal(columns.message(), text)),
            address: new.address.as_ref().map(|address| seal(columns.address(), address.as_str())),
            address_hmac: new.address.as_ref().map(|address| RequestColumns::address_hmac(key, address)),
            asks_code: new.asks_code,
            max_uses: new.max_uses,
            uses: 0,
            max_files: new.max_files,
            max_bytes: new.max_bytes,
            kinds: new.kinds.clone(),
            created_at: now,
            expires_at,
            closed_at: None,
            reply_to: None,
            reply_recipient: None,
            proved: false,
            mode: new.mode,
        };
        let payload = json!({
            "by": session.user(), "request": id, "max_uses": new.max_uses, "asks_code": new.asks_code,
            "bound": new.address.is_some(), "kinds": new.kinds.as_ref().map(FileKinds::as_slice),
            "expires_at": expires_at, "mode": new.mode.as_str(),
        });
        let mut tx = self.db().write().await?;
        tx.insert_upload_request(&row).await?;
        self.record_request_event(&mut tx, tenant, "request.created", &payload).await?;
        if new.notify {
            self.mail_request(&mut tx, session, id).await?;
        }
        tx.commit().await?;
        self.request_view(session, &row)
    }
}

fn check(new: &NewUploadRequest) -> Result<(), TransferError> {
    check_title(&new.title)?;
    check_message(new.message.as_deref().unwrap_or_default())?;
    if new.notify && new.address.is_none() {
        return Err(TransferError::Invalid("notify needs an email"));
    }
    if new.mode.is_zero_knowledge() && new.kinds.is_some() {
        return Err(TransferError::Invalid("of what is sealed nobody here sees the kind: leave kinds out"));
    }
    if !(1..=MAX_USES).contains(&new.max_uses) {
        return Err(TransferError::Invalid("max_uses is 1 to 1000"));
    }
    if new.max_files == Some(0) || new.max_bytes == Some(0) {
        return Err(TransferError::Invalid("max_files and max_bytes are at least 1"));
    }
    Ok(())
}
