//! What programs are told of who seals, and of files, before anything leaves the sender's machine.

use sealpost_domain::{
    EmailAddress, MailDomains, Policy, TenantId, ZeroKnowledge,
    rules::{AddressRule, TypeRules},
};
use sealpost_policy::Sender;
use sealpost_sealed::{PublicKey, TenantKey};

use super::{Known, recovery};
use crate::{Service, TransferError};

/// The rules by which a sender's program looks for itself.
#[derive(Debug, Clone)]
pub struct ModeRules {
    /// The policy's number.
    pub version: u64,
    /// What the settings say.
    pub setting: ZeroKnowledge,
    /// Whether what they allow gives way to rules that want to see what is sent.
    pub seen: bool,
    /// The tenant's recovery key; `None` if it has none.
    pub recovery: Option<PublicKey>,
    /// Domains whose addresses are the tenant's own.
    pub domains: MailDomains,
    /// The rules about addresses that are about this sender, up to the last that says who seals; none if none does.
    pub addresses: Vec<AddressRule>,
    /// What may be sent.
    pub types: TypeRules,
}

impl Service {
    /// The rules for a user who sends in his own name.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn mode_rules(
        &self,
        (tenant, key): (TenantId, &TenantKey),
        policy: &Policy,
        user: &EmailAddress,
    ) -> Result<ModeRules, TransferError> {
        let mut conn = self.db().read().await?;
        let rules = self.policies().current(&mut conn, tenant, key).await?;
        let addresses = rules.mode_rules(&mut conn, (tenant, key), Sender::user(user)).await?;
        Ok(ModeRules {
            version: rules.version(),
            setting: policy.zero_knowledge,
            recovery: recovery::of_policy(policy)?,
            seen: self.gives_way(&rules, Known::All),
            domains: rules.domains().clone(),
            addresses: addresses.into_iter().cloned().collect(),
            types: rules.types().clone(),
        })
    }
}
