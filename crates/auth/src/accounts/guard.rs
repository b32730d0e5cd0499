//! What stands before every check of a credential, and what follows one that failed.

use std::{net::IpAddr, time::Duration};

use sealpost_db::Tx;
use sealpost_domain::{Job, SignIn, TenantId, UserId};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{Auth, AuthError, LimitKey, session::record};

/// What is counted under it: wrong passwords and codes for one account.
const WHAT: &str = "account";
/// What is counted under it: everything that one network shows.
const NETWORK: &str = "signin";
/// How often at most somebody is told that his account is locked.
const NOTICE_EVERY: Duration = Duration::from_secs(3_600);

/// Whoever has this address in a tenant, whether there is somebody or not: both are counted alike.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target {
    pub(super) tenant: TenantId,
    /// Made of the address, for those who do not exist have no id.
    id: UserId,
}

impl Target {
    /// By what an address is looked up.
    pub(super) fn of(tenant: TenantId, address_hmac: &[u8; 32]) -> Self {
        let (half, _) = address_hmac.split_first_chunk::<16>().expect("32 bytes are more than 16");
        Self { tenant, id: Uuid::from_bytes(*half).into() }
    }

    pub(super) fn key(self) -> LimitKey {
        LimitKey::account(WHAT, self.tenant, self.id)
    }
}

impl Auth {
    /// Counts what a network shows. Whether anything of it is right does not matter.
    ///
    /// # Errors
    /// [`AuthError::TooMany`].
    pub async fn count_sign_in(&self, network: IpAddr) -> Result<(), AuthError> {
        self.limits.count([LimitKey::network(NETWORK, network)]).await
    }

    /// Counts a credential that is about to be checked. One too many locks the account for a while; its user and the
    /// tenant's admins are told.
    pub(super) async fn count_attempt_on(
        &self,
        target: Target,
        user: Option<UserId>,
    ) -> Result<(), AuthError> {
        let counted = self.limits.count([target.key()]).await;
        if let (Err(AuthError::TooMany(_)), Some(user)) = (&counted, user) {
            // Beside the answer, which must not take longer for those who exist.
            let auth = self.clone();
            tokio::spawn(async move {
                if let Err(error) = auth.notice_lock(target.tenant, user).await {
                    tracing::warn!(error = &error as &dyn std::error::Error, "a lock was not told");
                }
            });
        }
        counted
    }

    /// Forgets what was counted: the right credential was shown.
    pub(super) async fn forget_attempts_on(&self, target: Target) -> Result<(), AuthError> {
        self.limits.forget(target.key()).await
    }

    /// Writes into the tenant's log that somebody has shown what does not sign him in, and answers so.
    pub(super) async fn refuse<T>(
        &self,
        tenant: TenantId,
        user: Option<UserId>,
        method: SignIn,
        why: &'static str,
    ) -> Result<T, AuthError> {
        let payload = match user {
            Some(user) => json!({ "user": user, "method": method, "why": why }),
            None => json!({ "method": method, "why": why }),
        };
        let entry = self.sign_in_entry(tenant, "session.refused", payload).await?;
        let mut tx = self.db.write().await?;
        entry.append(&mut tx, tenant, self.now()).await?;
        tx.commit().await?;
        Err(AuthError::CredentialsWrong)
    }

    /// Writes into the log, and tells the user, that what guards his account has changed.
    pub(super) async fn record_change(
        &self,
        tx: &mut Tx,
        who: (TenantId, UserId),
        kind: &str,
        change: Option<sealpost_domain::AccountChange>,
        more: Value,
    ) -> Result<(), AuthError> {
        record(tx, who, self.now(), kind, more).await?;
        match change {
            Some(change) => {
                self.enqueue(tx, &Job::NotifyAccountChange { tenant: who.0, user: who.1, change }).await
            }
            None => Ok(()),
        }
    }

    /// Tells a user and his admins that somebody tries to get into his account, once in a while.
    async fn notice_lock(&self, tenant: TenantId, user: UserId) -> Result<(), AuthError> {
        let now = self.now();
        let mut tx = self.db.write().await?;
        if !tx.notice_lock(tenant, user, now, now - NOTICE_EVERY).await? {
            return Ok(());
        }
        record(&mut tx, (tenant, user), now, "account.locked", json!({})).await?;
        let admins = tx.users(tenant).await?.into_iter().filter(|row| row.disabled_at.is_none());
        let told = admins.filter(|row| row.id == user || row.role.administers());
        for to in told.map(|row| row.id).collect::<Vec<_>>() {
            self.enqueue(&mut tx, &Job::NotifyAccountLock { tenant, user, to }).await?;
        }
        Ok(tx.commit().await?)
    }
}
