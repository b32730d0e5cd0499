//! Showing that one has all of the secret of what a sender has sealed.

use sealpost_db::Delivery;
use sealpost_sealed::{AccessProof, AccessProofHash};

use crate::{Auth, AuthError, Carried, LimitKey, Verified, half::Ticket};

impl Auth {
    /// Checks the proof that somebody has all of the secret of what a sender has sealed, and gives him the right to fetch. `token`
    /// is that of his link, if he says it: the ticket is for that link then, or for nothing.
    ///
    /// A wrong proof counts as a wrong password does, in the same count: a wrong password is what makes it wrong as a rule.
    ///
    /// # Errors
    /// [`AuthError::Unauthorized`] for a ticket that is none or whose time is over: the link is to be verified again;
    /// [`AuthError::LinkUnavailable`], [`AuthError::WrongProof`], [`AuthError::TooMany`]; [`AuthError::Invalid`] for what can be
    /// no proof.
    pub async fn prove_link(
        &self,
        token: Option<&str>,
        ticket: &str,
        proof: &[u8],
        carried: &Carried,
    ) -> Result<Verified, AuthError> {
        let proof = AccessProof::from_secret(proof).map_err(|_| AuthError::Invalid("proof has 32 bytes"))?;
        let ticket = self.ticket(ticket).await?;
        let delivery = self.delivery_of(&ticket).await?;
        if let Some(token) = token
            && self.delivery(token).await?.recipient.id != ticket.recipient
        {
            return Err(AuthError::Unauthorized);
        }
        let counted = [
            LimitKey::link("links.verify", ticket.tenant, ticket.recipient),
            LimitKey::tenant("links.verify", ticket.tenant),
        ];
        self.limits.count(counted).await?;
        self.shown.count(ticket.recipient, self.now()).map_err(AuthError::TooMany)?;
        let hash = delivery.transfer.proof_hash.ok_or(AuthError::LinkUnavailable)?;
        let hash = AccessProofHash::from_bytes(&hash).map_err(|error| AuthError::Internal(error.into()))?;
        let most = delivery.policy.password_attempts;
        // Counted before it is looked at, so that many at once cannot outrun the limit.
        let attempt = self.count_attempt(&delivery).await?;
        let admits = hash.admits(&proof) && attempt.is_some_and(|number| number <= most);
        if admits && self.forget_attempts(&delivery).await? {
            return self.enter(&delivery, None, None, carried).await;
        }
        self.audit_refusal(&delivery, "proof").await?;
        if attempt.is_some_and(|number| number >= most) {
            self.lock(&delivery).await?;
        }
        Err(AuthError::WrongProof)
    }

    /// What a ticket leads to, if it is available now.
    async fn delivery_of(&self, ticket: &Ticket) -> Result<Delivery, AuthError> {
        let found = self.db.read().await?.delivery_of_recipient(ticket.recipient).await?;
        let found = found.filter(|delivery| {
            let transfer = &delivery.transfer;
            (transfer.tenant_id, transfer.id) == (ticket.tenant, ticket.transfer)
                && transfer.is_sealed_by_link()
        });
        self.available(found)
    }
}
