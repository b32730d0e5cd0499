//! Links: what a recipient has to show. Asking changes nothing, so link scanners may ask.

use sealpost_db::Delivery;
use sealpost_domain::{Protection, RecipientId, TenantId, Timestamp, TransferMode};

use crate::{Auth, AuthError, Carried, LinkToken, ProviderChoice, ReadGrant, SentCode, proof::Showed};

/// What a link asks of its bearer.
#[derive(Debug, Clone)]
pub struct LinkOpening {
    /// Whose files they are.
    pub tenant: TenantId,
    /// Whose link it is; also the id of the delivery in URLs.
    pub recipient_id: RecipientId,
    /// Who has sealed what is inside.
    pub mode: TransferMode,
    /// Whether it came in sealed to a key of whoever gets it, which opens it: the link has no second part.
    pub sealed_to_key: bool,
    /// What has to be shown.
    pub protection: Protection,
    /// The right to look inside, if the link is all that it takes.
    pub read: Option<ReadGrant>,
    /// What has to be shown next; `None` if nothing is left.
    pub next: Option<Step>,
    /// How long the tenant lets a browser be remembered once a code was shown in it, in seconds; 0: not at all.
    pub remember_seconds: u64,
    /// Until when this browser needs no code, if it is remembered.
    pub remembered_until: Option<Timestamp>,
}

/// What has to be shown next.
#[derive(Debug, Clone)]
pub enum Step {
    /// A sign-in at an identity provider that knows the recipient's address: at one of these.
    Account(Vec<ProviderChoice>),
    /// A code; with the one that this browser has asked for, if there is one that still counts.
    Code(Option<Box<SentCode>>),
    /// The password that the sender has given by another way.
    Password,
    /// The proof that one has all of the secret with which its sender has sealed it.
    Proof,
}

impl Auth {
    /// What a link asks of its bearer, who carries this.
    ///
    /// # Errors
    /// [`AuthError::LinkUnavailable`], the same for links that are unknown, expired, blocked or purged.
    pub async fn open_link(&self, token: &str, carried: &Carried) -> Result<LinkOpening, AuthError> {
        let delivery = self.delivery(token).await?;
        let protection = protection(&delivery);
        Ok(LinkOpening {
            tenant: delivery.transfer.tenant_id,
            recipient_id: delivery.recipient.id,
            mode: delivery.transfer.mode,
            sealed_to_key: delivery.transfer.is_sealed_to_keys(),
            protection,
            read: (protection == Protection::None && !delivery.transfer.is_sealed_by_link())
                .then(|| read_grant(&delivery, None)),
            next: self.next_step(&delivery, carried).await?,
            remember_seconds: delivery.policy.remember_seconds,
            remembered_until: self.remembered_until(&delivery, carried).await?,
        })
    }

    async fn next_step(&self, delivery: &Delivery, carried: &Carried) -> Result<Option<Step>, AuthError> {
        let protection = protection(delivery);
        if protection == Protection::Account && !self.account_is_shown(delivery, carried).await? {
            let choices = self.choices_of_recipients(delivery.transfer.tenant_id).await?;
            return Ok(Some(Step::Account(choices)));
        }
        if protection.code().is_some() && !self.code_is_shown(delivery, carried).await? {
            let awaited = self.awaited_code(delivery, carried).await?;
            return Ok(Some(Step::Code(awaited.map(Box::new))));
        }
        if delivery.transfer.is_sealed_by_link() {
            return Ok(Some(Step::Proof));
        }
        Ok(protection.needs_password().then_some(Step::Password))
    }

    /// Whether the recipient's account was shown a moment ago.
    pub(crate) async fn account_is_shown(
        &self,
        delivery: &Delivery,
        carried: &Carried,
    ) -> Result<bool, AuthError> {
        self.proves(delivery, Showed::Account, carried.proof(delivery.recipient.id)).await
    }

    /// Whether the code that is asked for was shown, a moment ago or in a browser that is remembered.
    pub(crate) async fn code_is_shown(
        &self,
        delivery: &Delivery,
        carried: &Carried,
    ) -> Result<bool, AuthError> {
        let Some(channel) = protection(delivery).code() else {
            return Ok(true);
        };
        let proof = carried.proof(delivery.recipient.id);
        Ok(self.proves(delivery, Showed::Code(channel), proof).await?
            || self.is_remembered(delivery, channel, carried).await?)
    }

    /// What a link leads to, if it is available now. Only of what would be available otherwise it is said that its tenant is
    /// suspended.
    pub(crate) async fn delivery(&self, token: &str) -> Result<Delivery, AuthError> {
        let token: LinkToken = token.parse().map_err(|_| AuthError::LinkUnavailable)?;
        let found = self.db.read().await?.delivery_by_link(token.hash().as_bytes()).await?;
        self.available(found)
    }

    /// What was found, if it is available now.
    pub(crate) fn available(&self, found: Option<Delivery>) -> Result<Delivery, AuthError> {
        let found = found.filter(|delivery| {
            let transfer = &delivery.transfer;
            let readable = transfer.state.at(self.now(), transfer.expires_at).is_readable();
            readable && delivery.recipient.blocked_at.is_none()
        });
        let delivery = found.ok_or(AuthError::LinkUnavailable)?;
        if delivery.suspended_at.is_some() {
            return Err(AuthError::Suspended);
        }
        Ok(delivery)
    }
}

/// What this recipient has to show.
pub(crate) fn protection(delivery: &Delivery) -> Protection {
    delivery.recipient.protection.unwrap_or(delivery.transfer.protection)
}

pub(crate) fn read_grant(
    delivery: &Delivery,
    password_key: Option<sealpost_sealed::PasswordKey>,
) -> ReadGrant {
    ReadGrant {
        tenant: delivery.transfer.tenant_id,
        transfer: delivery.transfer.id,
        recipient: delivery.recipient.id,
        password_key,
    }
}
