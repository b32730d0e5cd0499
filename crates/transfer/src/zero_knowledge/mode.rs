//! Whether a tenant lets something be sent that nobody here can look into.

use sealpost_auth::SenderSession;
use sealpost_domain::{Policy, TenantId, TransferMode, ZeroKnowledge};
use sealpost_policy::Rules;
use sealpost_sealed::TenantKey;

use crate::{Service, TransferError};

impl Service {
    /// What a tenant says of transfers that their senders seal, as it counts now. What is allowed gives way to rules that want to
    /// see what is sent; what is preferred or required was chosen in spite of them.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn zero_knowledge(
        &self,
        tenant: TenantId,
        key: &TenantKey,
        policy: &Policy,
    ) -> Result<ZeroKnowledge, TransferError> {
        if policy.zero_knowledge != ZeroKnowledge::Allow {
            return Ok(policy.zero_knowledge);
        }
        let rules = self.policies().current(&mut self.db().read().await?, tenant, key).await?;
        let seen = want_to_see(&rules, self.scanner().is_some());
        Ok(if seen { ZeroKnowledge::Forbid } else { ZeroKnowledge::Allow })
    }

    /// Fails unless the tenant lets it be sent so.
    pub(crate) async fn check_mode(
        &self,
        session: &SenderSession,
        mode: TransferMode,
    ) -> Result<(), TransferError> {
        let said = self.zero_knowledge(session.tenant(), session.tenant_key(), session.policy()).await?;
        match (mode, said) {
            (TransferMode::Standard, ZeroKnowledge::Require)
            | (TransferMode::ZeroKnowledge, ZeroKnowledge::Forbid) => Err(TransferError::ModeLocked),
            _ => Ok(()),
        }
    }
}

/// Whether a tenant's rules want to see what is sent: files by the scanner, what they are, or what is written.
fn want_to_see(rules: &Rules, has_scanner: bool) -> bool {
    rules.scan().applies(has_scanner) || rules.types().want_to_see() || !rules.content().is_empty()
}
