//! What recipients have to show: chosen within the tenant's rules, and passwords put in front of the content.

use std::fmt;

use sealpost_auth::{SenderSession, Strength};
use sealpost_db::Conn;
use sealpost_domain::{Policy, Protection, SenderChoice, TenantId, TransferMode};
use sealpost_sealed::{ContentKey, TransferKey, Zeroizing};

use crate::{
    NewRecipient, NewTransfer, Service, TransferError, content::Heard, judge::Asked, place::Place,
    zero_knowledge::MIXED,
};

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

/// What a transfer asks of its recipients.
pub(crate) struct Chosen {
    /// Of all who are asked for nothing else.
    pub(crate) of_transfer: Protection,
    /// Of each recipient, where it is something else.
    pub(crate) own: Vec<Option<Protection>>,
}

/// What holds for all recipients of a transfer.
pub(crate) struct Common<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) of_transfer: Protection,
    /// Whether the sender has said so, and not the tenant for him.
    pub(crate) said: bool,
    pub(crate) with_password: bool,
    /// What is written, and what that asks for.
    pub(crate) heard: &'a Heard,
}

impl Service {
    /// What a transfer asks of its recipients: what its sender has said, or the tenant says for him. Fails if the tenant
    /// does not allow it, or one of the recipients could not show it.
    pub(crate) fn choose(
        &self,
        policy: &Policy,
        new: &NewTransfer,
        recipients: &[(&NewRecipient, Asked)],
        heard: &Heard,
    ) -> Result<Chosen, TransferError> {
        if policy.locks(SenderChoice::Protection) && new.protection.is_some() {
            return Err(TransferError::Locked(SenderChoice::Protection));
        }
        let with_password = match new.mode {
            TransferMode::Standard => new.password.is_some(),
            TransferMode::ZeroKnowledge => is_password_wanted(policy, new),
        };
        let of_transfer = new.protection.unwrap_or_else(|| {
            let phones = recipients.iter().all(|(recipient, _)| recipient.phone.is_some());
            usual(policy, heard, with_password, phones)
        });
        let by_settings = |(_, asked): &(&NewRecipient, Asked)| *asked == Asked::BySettings;
        if recipients.is_empty() || recipients.iter().any(by_settings) {
            self.check_allowed(policy, of_transfer, &Asked::BySettings)?;
        }
        let common = Common { policy, of_transfer, said: new.protection.is_some(), with_password, heard };
        let (mut is_password_used, mut own) = (of_transfer.needs_password(), Vec::new());
        for (recipient, asked) in recipients {
            let needed = self.choose_for(&common, recipient, asked)?;
            is_password_used |= needed.needs_password() && recipient.password.is_none();
            own.push(Some(needed).filter(|needed| *needed != of_transfer));
        }
        if with_password && !is_password_used {
            return Err(TransferError::Invalid("a password was given, and nobody is asked for it"));
        }
        // Whoever is added later has to bring one of his own then.
        if of_transfer.needs_password() && !with_password && recipients.is_empty() {
            return Err(TransferError::Invalid("the protection needs a password"));
        }
        let all_alike = own.iter().all(|own| own.unwrap_or(of_transfer).needs_password() == with_password);
        if new.mode.is_zero_knowledge() && !all_alike {
            return Err(MIXED);
        }
        Ok(Chosen { of_transfer, own })
    }

    /// What one recipient is asked for. Fails if the tenant does not allow it, or something is missing for it.
    pub(crate) fn choose_for(
        &self,
        common: &Common<'_>,
        new: &NewRecipient,
        asked: &Asked,
    ) -> Result<Protection, TransferError> {
        let needed = needed(common, new, asked)?;
        self.check_allowed(common.policy, needed, asked)?;
        common.heard.check(needed)?;
        if needed.needs_password() && !common.with_password && new.password.is_none() {
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

    pub(crate) fn check_allowed(
        &self,
        policy: &Policy,
        protection: Protection,
        asked: &Asked,
    ) -> Result<(), TransferError> {
        if !asked.allows(policy, protection) {
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

/// Whether a sender whose program seals wants recipients to need a password, which he does not say here.
fn is_password_wanted(policy: &Policy, new: &NewTransfer) -> bool {
    let of_transfer = new.protection.unwrap_or_else(|| policy.default_protection(false));
    let mut own = new.recipients.iter().filter_map(|recipient| recipient.protection);
    of_transfer.needs_password() || own.any(Protection::needs_password)
}

/// What a transfer asks for whose sender has said nothing: what the tenant prefers for what is written, else its default. `phones`:
/// whether all recipients have a telephone number.
pub(crate) fn usual(policy: &Policy, heard: &Heard, with_password: bool, phones: bool) -> Protection {
    let can = |wanted: &Protection| {
        policy.allows(*wanted)
            && wanted.needs_password() == with_password
            && (!wanted.needs_phone() || phones)
    };
    let preferred = heard.preferred.iter().copied().find(can);
    preferred.unwrap_or_else(|| policy.default_protection(with_password))
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
pub(crate) async fn has_provider(conn: &mut Conn, tenant: TenantId) -> Result<bool, TransferError> {
    let providers = conn.identity_providers(tenant).await?;
    Ok(providers.iter().any(|provider| provider.enabled && provider.for_recipients))
}

/// What a recipient is asked for: what the sender has said of him, what a password of his own implies, what the transfer asks,
/// or, where a rule wants something else and the sender has said nothing, the first that the rule names and for which nothing
/// is missing.
fn needed(common: &Common<'_>, new: &NewRecipient, asked: &Asked) -> Result<Protection, TransferError> {
    let of_transfer = common.of_transfer;
    let implied = new.password.is_some() && !of_transfer.needs_password();
    if common.policy.locks(SenderChoice::Protection) && (new.protection.is_some() || implied) {
        return Err(TransferError::Locked(SenderChoice::Protection));
    }
    if let Some(own) = new.protection {
        return Ok(own);
    }
    let named = match asked {
        Asked::BySettings if implied => return Ok(common.policy.default_protection(true)),
        Asked::BySettings => return Ok(of_transfer),
        Asked::ByRule(named) => named,
    };
    if !implied && named.contains(&of_transfer) && common.heard.allows(of_transfer) {
        return Ok(of_transfer);
    }
    let required = || TransferError::ProtectionRequired(new.address.clone(), named.clone());
    if common.said && !common.policy.locks(SenderChoice::Protection) {
        return Err(required());
    }
    let fits = |protection: &&Protection| {
        let password = new.password.is_some() || common.with_password;
        // A password that the sender has given is never left out by a rule that names something else.
        let wanted = implied || of_transfer.needs_password();
        common.heard.allows(**protection)
            && (!protection.needs_password() || password)
            && (protection.needs_password() || !wanted)
            && (!protection.needs_phone() || new.phone.is_some())
    };
    named.iter().find(fits).copied().ok_or_else(required)
}
