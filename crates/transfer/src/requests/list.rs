//! What a user sees of his requests.

use sealpost_auth::{LinkToken, RequestColumns, SenderSession};
use sealpost_db::{AuditEvent, Tx, UploadRequest};
use sealpost_domain::{
    EmailAddress, TenantId, Timestamp, TransferId, TransferMode, UploadRequestId, UserId, rules::FileKinds,
};
use serde_json::Value;

use super::texts;
use crate::{Service, TransferError, TransferSummary};

/// Longest page.
const MAX_PAGE: u32 = 200;
/// Most submissions that are shown of a request; it has no more uses than that.
const SUBMISSIONS: u64 = 1_000;

/// A request as its user sees it.
#[derive(Debug, Clone)]
pub struct RequestView {
    /// Which.
    pub id: UploadRequestId,
    /// Who asks.
    pub user: UserId,
    /// Its link, to him alone.
    pub url: Option<String>,
    /// What it is about.
    pub title: String,
    /// What he has written.
    pub message: Option<String>,
    /// Who alone may use it.
    pub address: Option<EmailAddress>,
    /// Whether an uploader must show that his address is his.
    pub asks_code: bool,
    /// How often it may be used.
    pub max_uses: u64,
    /// How often it is used.
    pub uses: u64,
    /// Most files of each use, if it says so.
    pub max_files: Option<u64>,
    /// Most bytes of each use, if it says so.
    pub max_bytes: Option<u64>,
    /// Kinds of files that it takes, if it says so.
    pub kinds: Option<FileKinds>,
    /// Whether it takes something now.
    pub open: bool,
    /// Who seals what comes in.
    pub mode: TransferMode,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// The transfer that it answers, which may be gone; `None`: the user asks by himself.
    pub reply_to: Option<TransferId>,
}

/// A page of requests, newest first.
#[derive(Debug, Clone)]
pub struct RequestPage {
    /// The requests.
    pub requests: Vec<RequestView>,
    /// What to ask for next, if there are more.
    pub next: Option<UploadRequestId>,
}

impl Service {
    /// A page of the user's requests, newest first; to admins, of all requests of the tenant, without their links.
    ///
    /// # Errors
    /// [`TransferError::Forbidden`].
    pub async fn requests(
        &self,
        session: &SenderSession,
        before: Option<UploadRequestId>,
        limit: u32,
    ) -> Result<RequestPage, TransferError> {
        session.require_read()?;
        let limit = limit.clamp(1, MAX_PAGE);
        let user = (!session.sees_all()).then(|| session.user());
        let rows =
            self.db().read().await?.upload_requests(session.tenant(), user, before, u64::from(limit)).await?;
        let next = rows.last().filter(|_| rows.len() == limit as usize).map(|row| row.id);
        let requests = rows.iter().map(|row| self.request_view(session, row)).collect::<Result<_, _>>()?;
        Ok(RequestPage { requests, next })
    }

    /// One request, and what has come in by it, newest first; drafts are what is still being uploaded.
    ///
    /// # Errors
    /// [`TransferError::Forbidden`], [`TransferError::NotFound`].
    pub async fn request(
        &self,
        session: &SenderSession,
        id: UploadRequestId,
    ) -> Result<(RequestView, Vec<TransferSummary>), TransferError> {
        session.require_read()?;
        let row = self.seen_request(session, id).await?;
        let found = self.db().read().await?.submissions(session.tenant(), id, SUBMISSIONS).await?;
        let mut submissions = Vec::with_capacity(found.len());
        for summary in found {
            submissions.push(self.summary(summary).await?);
        }
        Ok((self.request_view(session, &row)?, submissions))
    }

    /// The request's row, if the session may see it.
    pub(super) async fn seen_request(
        &self,
        session: &SenderSession,
        id: UploadRequestId,
    ) -> Result<UploadRequest, TransferError> {
        let row = self.db().read().await?.upload_request(session.tenant(), id).await?;
        row.filter(|row| session.sees(row.tenant_id, row.user_id)).ok_or(TransferError::NotFound)
    }

    pub(super) fn request_view(
        &self,
        session: &SenderSession,
        row: &UploadRequest,
    ) -> Result<RequestView, TransferError> {
        let key = session.tenant_key();
        let said = texts(key, row)?;
        let own = row.user_id == session.user();
        let url = own.then(|| {
            let place = RequestColumns::of(row.tenant_id, row.id).token();
            let token = LinkToken::from_bytes(&key.open_column(place, &row.token)?);
            Ok::<_, TransferError>(self.request_url(&token.ok_or(TransferError::Damaged)?))
        });
        Ok(RequestView {
            id: row.id,
            user: row.user_id,
            url: url.transpose()?,
            title: said.title,
            message: said.message,
            address: said.address,
            asks_code: row.asks_code,
            max_uses: row.max_uses,
            uses: row.uses,
            max_files: row.max_files,
            max_bytes: row.max_bytes,
            kinds: row.kinds.clone(),
            open: row.closed_at.is_none() && self.now() < row.expires_at && row.uses < row.max_uses,
            mode: row.mode,
            created_at: row.created_at,
            expires_at: row.expires_at,
            closed_at: row.closed_at,
            reply_to: row.reply_to,
        })
    }

    /// Writes into the tenant's log what became of a request. Call it last: it locks the log.
    pub(super) async fn record_request_event(
        &self,
        tx: &mut Tx,
        tenant: TenantId,
        kind: &str,
        payload: &Value,
    ) -> Result<(), TransferError> {
        let event = AuditEvent { at: self.now(), kind, transfer_id: None, payload, sealed: None };
        tx.append_audit(tenant, &[event]).await?;
        Ok(())
    }
}
