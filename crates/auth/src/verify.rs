//! Showing what a link asks for.

use std::fmt;

use sealpost_db::{AuditEvent, Delivery, NewJob};
use sealpost_domain::{Job, JobId, RecipientId, Timestamp, VisitId};
use sealpost_sealed::{
    ContentKeyContext, Error, PasswordKey, PasswordParameters, TransferKeyContext, random_bytes,
};
use serde_json::json;

use crate::{
    Auth, AuthError, DownloadGrant, LimitKey, Protection,
    link::{protection, read_grant},
    sealed_grant,
};

/// What a recipient gets for having shown what was asked of him.
#[derive(Clone)]
pub struct Verified {
    /// The right to fetch.
    pub grant: DownloadGrant,
    /// The same as text, for a cookie or a bearer.
    pub sealed: String,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When there is nothing left that it could be good for, not even for going on with the visit: the transfer's end.
    pub visit_ends_at: Timestamp,
}

impl fmt::Debug for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verified").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

impl Auth {
    /// Checks what a recipient shows, and gives him the right to fetch. Done by a person's POST, never by a GET.
    ///
    /// Attempts are counted before the password is derived, so that many at once cannot outrun the limit; a right one
    /// sets the count back. When the limit is reached the transfer is locked until its sender unblocks it, and he is
    /// told. A locked transfer answers as to a wrong password, after the same work.
    ///
    /// `earlier` gives the grant that the recipient carries from before, if there is one: he then goes on with the visit
    /// of it, also if its time is over. Downloads are counted by visits, so whoever comes back to a download that broke
    /// off does not need another one. What is no grant for this recipient counts as none.
    ///
    /// # Errors
    /// [`AuthError::LinkUnavailable`], [`AuthError::PasswordNeeded`], [`AuthError::WrongPassword`],
    /// [`AuthError::TooMany`], [`AuthError::Busy`].
    pub async fn verify_link(
        &self,
        token: &str,
        password: Option<&str>,
        earlier: impl FnOnce(RecipientId) -> Option<String>,
    ) -> Result<Verified, AuthError> {
        let delivery = self.delivery(token).await?;
        let (tenant, recipient) = (delivery.transfer.tenant_id, delivery.recipient.id);
        // A locked transfer has to answer as any other, so it takes as much work for ever: it counts here, too.
        let counted =
            [LimitKey::link("links.verify", tenant, recipient), LimitKey::tenant("links.verify", tenant)];
        self.limits.count(counted).await?;
        let password_key = match (protection(&delivery), password) {
            (Protection::None, _) => None,
            (Protection::Password, None | Some("")) => return Err(AuthError::PasswordNeeded),
            (Protection::Password, Some(password)) => Some(self.check_password(&delivery, password).await?),
        };
        self.record_opening(&delivery).await?;
        let lifetime = std::time::Duration::from_secs(delivery.policy.grant_seconds);
        let visit_ends_at = delivery.transfer.expires_at;
        let expires_at = (self.now() + lifetime).min(visit_ends_at);
        let visit = match earlier(recipient) {
            Some(sealed) => self.earlier_visit(&sealed, recipient).await?,
            None => None,
        };
        let visit = visit.unwrap_or_else(|| VisitId::new(self.now(), random_bytes(&*self.random)));
        let grant = DownloadGrant { read: read_grant(&delivery, password_key), visit, expires_at };
        let sealed = sealed_grant::seal(&*self.keys.grant_key().await?, &grant, &*self.random);
        Ok(Verified { grant, sealed, expires_at, visit_ends_at })
    }

    async fn check_password(&self, delivery: &Delivery, password: &str) -> Result<PasswordKey, AuthError> {
        // Before anything else: a locked transfer has to answer as any other, so it takes as much work for ever.
        self.shown.count(delivery.recipient.id, self.now()).map_err(AuthError::TooMany)?;
        let most = delivery.policy.password_attempts;
        let attempt = self.count_attempt(delivery).await?;
        let (key, opens) = match self.try_password(delivery, password).await {
            Ok(tried) => tried,
            Err(error) => {
                // Nothing was checked, so nothing counts.
                if attempt.is_some() {
                    self.uncount_attempt(delivery).await?;
                }
                return Err(error);
            }
        };
        if opens && attempt.is_some_and(|number| number <= most) && self.forget_attempts(delivery).await? {
            return Ok(key);
        }
        // Also by one that is too many: the last that was allowed may never have come to its end.
        if attempt.is_some_and(|number| number >= most) {
            self.lock(delivery).await?;
        }
        Err(AuthError::WrongPassword)
    }

    /// What the password becomes, and whether that opens the transfer.
    async fn try_password(
        &self,
        delivery: &Delivery,
        password: &str,
    ) -> Result<(PasswordKey, bool), AuthError> {
        let parameters = delivery.transfer.password_parameters.as_ref().ok_or(AuthError::LinkUnavailable)?;
        let parameters =
            PasswordParameters::decode(parameters).map_err(|error| AuthError::Internal(error.into()))?;
        let key = self.passwords.derive(password, parameters).await?;
        let opens = self.opens(delivery, &key).await?;
        Ok((key, opens))
    }

    /// Whether the password's key opens the content key: there is no other, cheaper check of it anywhere.
    async fn opens(&self, delivery: &Delivery, key: &PasswordKey) -> Result<bool, AuthError> {
        let transfer = &delivery.transfer;
        let (tenant, id) = (transfer.tenant_id.into_bytes(), transfer.id.into_bytes());
        let epoch_key = self.keys.existing_epoch_key(transfer.tenant_id, transfer.epoch).await?;
        let rows = transfer.transfer_key.as_ref().zip(transfer.locked_content_key.as_ref());
        let ((wrapped, locked), epoch_key) = rows.zip(epoch_key).ok_or(AuthError::LinkUnavailable)?;
        let damaged = |error: Error| AuthError::Internal(error.into());
        let transfer_key = epoch_key
            .unwrap_transfer_key(TransferKeyContext { tenant, transfer: id }, wrapped)
            .map_err(damaged)?;
        match transfer_key.unlock_content_key(key, ContentKeyContext { tenant, transfer: id }, locked) {
            Ok(_) => Ok(true),
            Err(Error::WrongPassword) => Ok(false),
            Err(error) => Err(damaged(error)),
        }
    }

    /// Counts an attempt and gives its number; `None`, and nothing is counted, if the transfer is locked.
    async fn count_attempt(&self, delivery: &Delivery) -> Result<Option<u64>, AuthError> {
        if delivery.transfer.locked_at.is_some() {
            return Ok(None);
        }
        let mut tx = self.db.write().await?;
        let count = tx.count_failed_attempt(delivery.transfer.id).await?.ok_or(AuthError::LinkUnavailable)?;
        tx.commit().await?;
        Ok(Some(count))
    }

    async fn uncount_attempt(&self, delivery: &Delivery) -> Result<(), AuthError> {
        let mut tx = self.db.write().await?;
        tx.uncount_failed_attempt(delivery.transfer.id).await?;
        Ok(tx.commit().await?)
    }

    /// After a right password. `false` if the transfer was locked while it was checked: only its sender unlocks it.
    async fn forget_attempts(&self, delivery: &Delivery) -> Result<bool, AuthError> {
        let mut tx = self.db.write().await?;
        let forgotten = tx.forget_failed_attempts(delivery.transfer.id).await?;
        tx.commit().await?;
        Ok(forgotten)
    }

    /// Locks the transfer against every password, and tells its sender; unless a right one came meanwhile.
    async fn lock(&self, delivery: &Delivery) -> Result<(), AuthError> {
        let (transfer, now) = (&delivery.transfer, self.now());
        let attempts = delivery.policy.password_attempts;
        let mut tx = self.db.write().await?;
        if tx.lock_transfer(transfer.id, now, attempts).await? {
            self.enqueue_notice(&mut tx, delivery, now).await?;
            let payload = json!({ "recipient": delivery.recipient.id, "attempts": attempts });
            let event = AuditEvent {
                at: now,
                kind: "transfer.locked",
                transfer_id: Some(transfer.id),
                payload: &payload,
            };
            tx.append_audit(transfer.tenant_id, &[event]).await?;
        }
        Ok(tx.commit().await?)
    }

    async fn enqueue_notice(
        &self,
        tx: &mut sealpost_db::Tx,
        delivery: &Delivery,
        now: Timestamp,
    ) -> Result<(), AuthError> {
        let job = Job::NotifyLock { tenant: delivery.transfer.tenant_id, transfer: delivery.transfer.id };
        let payload = serde_json::to_string(&job).map_err(|error| AuthError::Internal(error.into()))?;
        tx.enqueue(&NewJob {
            id: JobId::new(now, random_bytes(&*self.random)),
            kind: job.kind(),
            payload: &payload,
            dedupe_key: Some(&job.dedupe_key()),
            run_at: now,
            created_at: now,
        })
        .await?;
        Ok(())
    }

    /// Notes the opening: the first time in the row, every time in the log. Checking a password takes a while, so what
    /// the link leads to is asked for again.
    async fn record_opening(&self, delivery: &Delivery) -> Result<(), AuthError> {
        let (transfer, now) = (&delivery.transfer, self.now());
        let mut tx = self.db.write().await?;
        // Locked first, as everywhere.
        let row = tx.transfer_for_update(transfer.tenant_id, transfer.id).await?;
        let recipient = tx.recipient(transfer.id, delivery.recipient.id).await?;
        let available = row.zip(recipient).is_some_and(|(row, recipient)| {
            row.state.at(now, row.expires_at).is_readable() && recipient.blocked_at.is_none()
        });
        if !available {
            return Err(AuthError::LinkUnavailable);
        }
        tx.set_opened(delivery.recipient.id, now).await?;
        let payload = json!({ "recipient": delivery.recipient.id, "password": protection(delivery) == Protection::Password });
        let event = AuditEvent {
            at: now,
            kind: "delivery.opened",
            transfer_id: Some(delivery.transfer.id),
            payload: &payload,
        };
        tx.append_audit(delivery.transfer.tenant_id, &[event]).await?;
        Ok(tx.commit().await?)
    }
}
