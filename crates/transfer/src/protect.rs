//! What recipients have to show: chosen within the tenant's rules, and passwords put in front of the content.

use std::fmt;

use sealpost_auth::{SenderSession, Strength};
use sealpost_db::Conn;
use sealpost_domain::{Policy, Protection, TenantId};
use sealpost_sealed::{ContentKey, TransferKey, Zeroizing};

use crate::{NewRecipient, NewTransfer, Service, TransferError, place::Place};

/// A password that somebody wants.
#[derive(Clone)]
pub enum NewPassword {
    /// One that the service makes up; it is shown in the answer, once.
    Generate,
    /// This one.
    Own(String),
}

/// Without the password.
impl fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Generate => "Generate",
            Self::Own(_) => "Own(…)",
        })
    }
}

/// A password that the service has made up: in the answer to whoever wanted it, and nowhere else.
#[derive(Clone, PartialEq, Eq)]
pub struct GeneratedPassword(Zeroizing<String>);

impl GeneratedPassword {
    /// The password.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for GeneratedPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GeneratedPassword(…)")
    }
}

/// A content key under a password.
pub(crate) struct Lock {
    pub(crate) content_key: Vec<u8>,
    pub(crate) parameters: Vec<u8>,
    pub(crate) generated: Option<GeneratedPassword>,
}

/// What a password is put in front of.
pub(crate) struct Locking<'a> {
    pub(crate) place: Place,
    pub(crate) key: &'a TransferKey,
    /// `None` once it was sent with a password for all: nobody can put another in front of it.
    pub(crate) content_key: Option<&'a ContentKey>,
    /// What the transfer asks of its recipients.
    pub(crate) protection: Protection,
}

impl Service {
    /// What a transfer asks of its recipients: what its sender has said, or the tenant says for him. Fails if the tenant
    /// does not allow it, or one of the recipients could not show it.
    pub(crate) fn protection(
        &self,
        policy: &Policy,
        new: &NewTransfer,
        recipients: &[&NewRecipient],
    ) -> Result<Protection, TransferError> {
        let with_password = new.password.is_some();
        let protection = new.protection.unwrap_or_else(|| policy.default_protection(with_password));
        self.check_allowed(policy, protection)?;
        let mut is_password_used = protection.needs_password();
        for recipient in recipients {
            let needed = self.check_recipient(policy, protection, with_password, recipient)?;
            is_password_used |= needed.needs_password() && recipient.password.is_none();
        }
        if with_password && !is_password_used {
            return Err(TransferError::Invalid("a password was given, and nobody is asked for it"));
        }
        // Whoever is added later has to bring one of his own then.
        if protection.needs_password() && !with_password && recipients.is_empty() {
            return Err(TransferError::Invalid("the protection needs a password"));
        }
        Ok(protection)
    }

    /// What one recipient is asked for. Fails if the tenant does not allow it, or something is missing for it.
    pub(crate) fn check_recipient(
        &self,
        policy: &Policy,
        of_transfer: Protection,
        with_password: bool,
        new: &NewRecipient,
    ) -> Result<Protection, TransferError> {
        let needed = own_protection(policy, of_transfer, new).unwrap_or(of_transfer);
        self.check_allowed(policy, needed)?;
        if needed.needs_password() && !with_password && new.password.is_none() {
            return Err(TransferError::Invalid("the protection needs a password"));
        }
        if !needed.needs_password() && new.password.is_some() {
            return Err(TransferError::Invalid("a recipient has a password that he is not asked for"));
        }
        if needed.needs_phone() && new.phone.is_none() {
            return Err(TransferError::Invalid("the protection needs a telephone number of every recipient"));
        }
        Ok(needed)
    }

    /// What recipients may be asked for, by a tenant's rules, by its identity providers and by what this installation can do.
    /// The first is what counts when the sender says nothing.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn protections(
        &self,
        tenant: TenantId,
        policy: &Policy,
    ) -> Result<Vec<Protection>, TransferError> {
        let mut protections = policy.protections.clone();
        protections.retain(|needed| self.limits().sms || !needed.needs_phone());
        if policy.allows(Protection::Account) && !has_provider(&mut self.db().read().await?, tenant).await? {
            protections.retain(|needed| *needed != Protection::Account);
        }
        Ok(protections)
    }

    fn check_allowed(&self, policy: &Policy, protection: Protection) -> Result<(), TransferError> {
        if !policy.allows(protection) {
            return Err(TransferError::Protection(protection));
        }
        if protection.needs_phone() && !self.limits().sms {
            return Err(TransferError::Invalid("codes cannot be sent by SMS here"));
        }
        Ok(())
    }

    /// Puts a password in front of the content, if one is wanted. `known`: words that somebody who guesses would try.
    pub(crate) async fn lock(
        &self,
        session: &SenderSession,
        locking: &Locking<'_>,
        password: Option<&NewPassword>,
        known: &[&str],
    ) -> Result<Option<Lock>, TransferError> {
        let Some(wish) = password else {
            return Ok(None);
        };
        let content_key = locking.content_key.ok_or(TransferError::NotReady(
            "the files open with their password only: whoever is added now needs that one",
        ))?;
        let rules = Strength::of_transfers(session.policy());
        let (password, generated) = match wish {
            NewPassword::Generate => {
                let password = rules.generate(self.random());
                (password.clone(), Some(GeneratedPassword(password)))
            }
            NewPassword::Own(password) => {
                rules.check(password, known).map_err(TransferError::WeakPassword)?;
                (Zeroizing::new(password.clone()), None)
            }
        };
        let (password_key, parameters) = session.new_password_key(&password, self.random()).await?;
        let place = locking.place.content_key();
        let content_key = locking.key.lock_content_key(content_key, &password_key, place, self.random());
        Ok(Some(Lock { content_key, parameters: parameters.encode(), generated }))
    }
}

/// Fails if an account is asked for, and the tenant has no provider now at which a recipient could show one.
pub(crate) async fn check_accounts(
    conn: &mut Conn,
    tenant: TenantId,
    needed: impl IntoIterator<Item = Protection>,
) -> Result<(), TransferError> {
    let asks = needed.into_iter().any(|needed| needed == Protection::Account);
    if asks && !has_provider(conn, tenant).await? {
        return Err(TransferError::Invalid(
            "the tenant has no identity provider at which recipients show their account",
        ));
    }
    Ok(())
}

/// Whether recipients can show an account somewhere now.
async fn has_provider(conn: &mut Conn, tenant: TenantId) -> Result<bool, TransferError> {
    let providers = conn.identity_providers(tenant).await?;
    Ok(providers.iter().any(|provider| provider.enabled && provider.for_recipients))
}

/// What a recipient is asked for in place of what the transfer says; a password of his own means that he is asked for it.
pub(crate) fn own_protection(
    policy: &Policy,
    of_transfer: Protection,
    new: &NewRecipient,
) -> Option<Protection> {
    let implied = || {
        let needs_one = new.password.is_some() && !of_transfer.needs_password();
        needs_one.then(|| policy.default_protection(true))
    };
    new.protection.or_else(implied).filter(|own| *own != of_transfer)
}
