//! Showing what a link asks for.

use std::fmt;

use sealpost_db::{AuditEvent, Delivery, LinkCode, User};
use sealpost_domain::{Job, Protection, Timestamp, VisitId};
use sealpost_sealed::{ContentKeyContext, Error, PasswordKey, PasswordParameters, random_bytes};
use serde_json::json;

use crate::{
    Auth, AuthError, Carried, DownloadGrant, HalfTold, LimitKey, NewDevice, Proven,
    link::{protection, read_grant},
    proof::Showed,
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
    /// The browser is remembered from now on.
    pub device: Option<NewDevice>,
}

impl fmt::Debug for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verified").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// What a recipient types.
#[derive(Clone, Default)]
pub struct Shown {
    /// The password.
    pub password: Option<String>,
    /// The code.
    pub code: Option<String>,
    /// Whether this browser shall need no code for a while, if the tenant allows that.
    pub remember: bool,
}

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shown").field("remember", &self.remember).finish_non_exhaustive()
    }
}

/// What comes of showing something that is right.
#[derive(Debug, Clone)]
pub enum Verification {
    /// It was all that is asked for.
    Done(Box<Verified>),
    /// It was all but the proof that one can open what its sender has sealed.
    HalfTold(Box<HalfTold>),
    /// The code was right, and the password is still to come.
    PasswordNext(Proven),
}

impl Shown {
    /// A password and nothing else; `None` for nothing at all.
    pub fn password(password: Option<&str>) -> Self {
        Self { password: password.map(str::to_owned), ..Self::default() }
    }
}

impl Verification {
    /// The right to fetch, if everything was shown.
    pub fn done(self) -> Option<Verified> {
        match self {
            Self::Done(verified) => Some(*verified),
            Self::HalfTold(_) | Self::PasswordNext(_) => None,
        }
    }
}

impl Auth {
    /// Checks what a recipient shows, and gives him the right to fetch. Done by a person's POST, never by a GET.
    ///
    /// Attempts are counted before anything is checked, so that many at once cannot outrun the limit; a right one
    /// sets the count back. When the limit is reached the transfer is locked until its sender unblocks it, and he and
    /// his admins are told. A locked transfer answers as to something wrong, after the same work. Code and password may
    /// be shown together or one after the other; together, nobody learns which of them was wrong. Of what its sender has sealed
    /// nobody shows the password here: what was told then is what [`Self::prove_link`] takes the proof for.
    ///
    /// `carried` holds the grant that the recipient has from before, if there is one: he then goes on with the visit
    /// of it, also if its time is over. Downloads are counted by visits, so whoever comes back to a download that broke
    /// off does not need another one. What is no grant for this recipient counts as none.
    ///
    /// # Errors
    /// [`AuthError::LinkUnavailable`]; [`AuthError::AccountNeeded`], [`AuthError::CodeNeeded`],
    /// [`AuthError::PasswordNeeded`]; [`AuthError::SealedBySender`] for a password that nobody here may see;
    /// [`AuthError::WrongCode`] if a code was shown, else [`AuthError::WrongPassword`];
    /// [`AuthError::TooMany`], [`AuthError::Busy`].
    pub async fn verify_link(
        &self,
        token: &str,
        shown: &Shown,
        carried: &Carried,
    ) -> Result<Verification, AuthError> {
        let delivery = self.delivery(token).await?;
        let (tenant, recipient) = (delivery.transfer.tenant_id, delivery.recipient.id);
        // A locked transfer has to answer as any other, so it takes as much work for ever: it counts here, too.
        let counted =
            [LimitKey::link("links.verify", tenant, recipient), LimitKey::tenant("links.verify", tenant)];
        self.limits.count(counted).await?;
        let protection = protection(&delivery);
        if protection == Protection::Account && !self.account_is_shown(&delivery, carried).await? {
            return Err(AuthError::AccountNeeded);
        }
        let channel = match protection.code() {
            Some(channel) if !self.code_is_shown(&delivery, carried).await? => Some(channel),
            _ => None,
        };
        let typed = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let (code, password) = (typed(&shown.code), typed(&shown.password));
        let code = match (channel, code) {
            (Some(_), None) => return Err(AuthError::CodeNeeded),
            (Some(channel), Some(code)) => Some((channel, code)),
            (None, _) => None,
        };
        let sealed_by_sender = delivery.transfer.is_sealed_by_link();
        if sealed_by_sender && password.is_some() {
            return Err(AuthError::SealedBySender);
        }
        let asks_password = protection.needs_password() && !sealed_by_sender;
        let password = password.filter(|_| asks_password);
        if asks_password && password.is_none() && code.is_none() {
            return Err(AuthError::PasswordNeeded);
        }
        let more = sealed_by_sender || asks_password && password.is_none();
        let digits = code.as_ref().map(|(_, code)| code.as_str());
        let password_key = if digits.is_some() || password.is_some() {
            self.check(&delivery, digits, password.as_deref(), more, carried).await?
        } else {
            None
        };
        let device = match code {
            Some((channel, _)) if shown.remember => self.remember(&delivery, channel).await?,
            _ => None,
        };
        match code {
            code if sealed_by_sender => {
                let proven = match code {
                    Some((channel, _)) => Some(self.proof_of(&delivery, Showed::Code(channel), None).await?),
                    None => None,
                };
                Ok(Verification::HalfTold(Box::new(self.tell_half(&delivery, proven, device).await?)))
            }
            Some((channel, _)) if more => {
                Ok(Verification::PasswordNext(self.proof_of(&delivery, Showed::Code(channel), device).await?))
            }
            _ => {
                let verified = self.enter(&delivery, password_key, device, carried).await?;
                Ok(Verification::Done(Box::new(verified)))
            }
        }
    }

    /// Everything was shown.
    pub(crate) async fn enter(
        &self,
        delivery: &Delivery,
        password_key: Option<PasswordKey>,
        device: Option<NewDevice>,
        carried: &Carried,
    ) -> Result<Verified, AuthError> {
        self.record_opening(delivery).await?;
        let lifetime = std::time::Duration::from_secs(delivery.policy.grant_seconds);
        let visit_ends_at = delivery.transfer.expires_at;
        let expires_at = (self.now() + lifetime).min(visit_ends_at);
        let recipient = delivery.recipient.id;
        let visit = match carried.grant(recipient) {
            Some(sealed) => self.earlier_visit(sealed, recipient).await?,
            None => None,
        };
        let visit = visit.unwrap_or_else(|| VisitId::new(self.now(), random_bytes(&*self.random)));
        let grant = DownloadGrant {
            read: read_grant(delivery, password_key),
            visit,
            expires_at,
            network: self.network,
        };
        let sealed = sealed_grant::seal(&*self.keys.grant_key().await?, &grant, &*self.random);
        Ok(Verified { grant, sealed, expires_at, visit_ends_at, device })
    }

    /// Checks a code, a password, or both; gives the password's key. `more`: what is right here is not all that is asked
    /// for, so that it forgives no wrong password.
    async fn check(
        &self,
        delivery: &Delivery,
        digits: Option<&str>,
        password: Option<&str>,
        more: bool,
        carried: &Carried,
    ) -> Result<Option<PasswordKey>, AuthError> {
        self.shown.count(delivery.recipient.id, self.now()).map_err(AuthError::TooMany)?;
        let most = delivery.policy.password_attempts;
        let mut code = match digits {
            Some(_) => self.live_code(delivery, carried).await?,
            None => None,
        };
        if let Some(live) = &code
            && !self.count_code_try(live).await?
        {
            code = None;
        }
        // Where no code counts there is nothing to guess: who is late, or in another browser, locks nothing.
        let is_guess = password.is_some() || code.is_some();
        let attempt = if is_guess { self.count_attempt(delivery).await? } else { None };
        let (key, opens) = match self.try_all(delivery, code.as_ref(), digits, password).await {
            Ok(tried) => tried,
            Err(error) => {
                // Nothing was checked, so nothing counts.
                if attempt.is_some() {
                    self.uncount_attempt(delivery).await?;
                }
                if let Some(code) = &code {
                    self.uncount_code_try(code).await?;
                }
                return Err(error);
            }
        };
        if opens && attempt.is_some_and(|number| number <= most) && self.accept(delivery, code, more).await? {
            return Ok(key);
        }
        let what = if digits.is_some() { "code" } else { "password" };
        self.audit_refusal(delivery, what).await?;
        // Also by one that is too many: the last that was allowed may never have come to its end.
        if attempt.is_some_and(|number| number >= most) {
            self.lock(delivery).await?;
        }
        Err(if digits.is_some() { AuthError::WrongCode } else { AuthError::WrongPassword })
    }

    /// Both are always looked at, so that neither time nor answer says which of them is wrong.
    async fn try_all(
        &self,
        delivery: &Delivery,
        code: Option<&LinkCode>,
        digits: Option<&str>,
        password: Option<&str>,
    ) -> Result<(Option<PasswordKey>, bool), AuthError> {
        let right_code = match digits {
            Some(digits) => self.is_code(delivery, code, digits).await?,
            None => true,
        };
        match password {
            Some(password) => {
                let (key, opens) = self.try_password(delivery, password).await?;
                Ok((Some(key), opens && right_code))
            }
            None => Ok((None, right_code)),
        }
    }

    /// Sets the count back, and takes the code out of use. `false` if either came too late.
    async fn accept(
        &self,
        delivery: &Delivery,
        code: Option<LinkCode>,
        more: bool,
    ) -> Result<bool, AuthError> {
        if let Some(code) = &code
            && !self.use_link_code(code).await?
        {
            return Ok(false);
        }
        if more {
            self.uncount_attempt(delivery).await?;
            return Ok(true);
        }
        self.forget_attempts(delivery).await
    }

    /// What the password becomes, and whether that opens the transfer.
    async fn try_password(
        &self,
        delivery: &Delivery,
        password: &str,
    ) -> Result<(PasswordKey, bool), AuthError> {
        let own = delivery.recipient.password_parameters.as_ref();
        let parameters = own.or(delivery.transfer.password_parameters.as_ref());
        let parameters = parameters.ok_or(AuthError::LinkUnavailable)?;
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
        let own = delivery.recipient.locked_content_key.as_ref();
        let locked = own.or(transfer.locked_content_key.as_ref()).ok_or(AuthError::LinkUnavailable)?;
        let transfer_key = self.transfer_key(delivery).await?;
        let damaged = |error: Error| AuthError::Internal(error.into());
        match transfer_key.unlock_content_key(key, ContentKeyContext { tenant, transfer: id }, locked) {
            Ok(_) => Ok(true),
            Err(Error::WrongPassword) => Ok(false),
            Err(error) => Err(damaged(error)),
        }
    }

    /// Counts an attempt and gives its number; `None`, and nothing is counted, if the transfer is locked.
    pub(crate) async fn count_attempt(&self, delivery: &Delivery) -> Result<Option<u64>, AuthError> {
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
    pub(crate) async fn forget_attempts(&self, delivery: &Delivery) -> Result<bool, AuthError> {
        let mut tx = self.db.write().await?;
        let forgotten = tx.forget_failed_attempts(delivery.transfer.id).await?;
        tx.commit().await?;
        Ok(forgotten)
    }

    /// Locks the transfer against every password, and tells its sender; unless a right one came meanwhile.
    pub(crate) async fn lock(&self, delivery: &Delivery) -> Result<(), AuthError> {
        let (transfer, now) = (&delivery.transfer, self.now());
        let attempts = delivery.policy.password_attempts;
        let mut tx = self.db.write().await?;
        if tx.lock_transfer(transfer.id, now, attempts).await? {
            self.enqueue_notices(&mut tx, delivery).await?;
            let payload = json!({ "recipient": delivery.recipient.id, "attempts": attempts });
            let event = AuditEvent {
                at: now,
                kind: "transfer.locked",
                transfer_id: Some(transfer.id),
                payload: &payload,
                sealed: None,
            };
            tx.append_audit(transfer.tenant_id, &[event]).await?;
        }
        Ok(tx.commit().await?)
    }

    /// The sender is told, and every other admin of the tenant.
    async fn enqueue_notices(&self, tx: &mut sealpost_db::Tx, delivery: &Delivery) -> Result<(), AuthError> {
        let (tenant, transfer) = (delivery.transfer.tenant_id, delivery.transfer.id);
        self.enqueue(tx, &Job::NotifyLock { tenant, transfer }).await?;
        for admin in tx.users(tenant).await?.into_iter().filter(User::administers) {
            if admin.id != delivery.transfer.sender_id {
                self.enqueue(tx, &Job::NotifyAdminLock { tenant, transfer, admin: admin.id }).await?;
            }
        }
        Ok(())
    }

    /// Notes that something wrong was shown.
    pub(crate) async fn audit_refusal(&self, delivery: &Delivery, what: &str) -> Result<(), AuthError> {
        let payload = json!({ "recipient": delivery.recipient.id, "shown": what });
        let entry = self.delivery_entry(delivery, "delivery.refused", payload).await?;
        let mut tx = self.db.write().await?;
        entry.append(&mut tx, delivery.transfer.tenant_id, self.now()).await?;
        Ok(tx.commit().await?)
    }

    /// Notes the opening: the first time in the row, every time in the log. Checking a password takes a while, so what
    /// the link leads to is asked for again.
    async fn record_opening(&self, delivery: &Delivery) -> Result<(), AuthError> {
        let (transfer, now) = (&delivery.transfer, self.now());
        let payload =
            json!({ "recipient": delivery.recipient.id, "protection": protection(delivery).as_str() });
        let entry = self.delivery_entry(delivery, "delivery.opened", payload).await?;
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
        entry.append(&mut tx, transfer.tenant_id, now).await?;
        Ok(tx.commit().await?)
    }
}
