//! What somebody may do who runs a tenant, or looks into how it is run.

use std::sync::Arc;

use sealpost_domain::{Policy, Role, TenantId, UserId};
use sealpost_sealed::TenantKey;

use crate::{AuthError, SteppedUp, caller::Caller};

macro_rules! tenant_grants {
    ($($(#[$doc:meta])* $name:ident)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub struct $name {
            pub(crate) caller: Arc<Caller>,
        }

        impl $name {
            /// The tenant.
            pub fn tenant(&self) -> TenantId {
                self.caller.tenant
            }

            /// Who is calling.
            pub fn user(&self) -> UserId {
                self.caller.user
            }

            /// What he is.
            pub fn role(&self) -> Role {
                self.caller.role
            }

            /// The tenant's rules.
            pub fn policy(&self) -> &Policy {
                &self.caller.policy
            }

            /// The key of the tenant's own data.
            pub fn tenant_key(&self) -> &TenantKey {
                &self.caller.tenant_key
            }
        }
    )+};
}

tenant_grants! {
    /// Proof that an admin or owner is calling, with the scope to run the tenant.
    AdminSession
    /// Proof that an auditor, admin or owner is calling, with the scope to read logs and reports.
    AuditorSession
    /// Proof that an owner is calling, with the scope to run the tenant.
    OwnerSession
}

impl AdminSession {
    /// The same for an owner.
    ///
    /// # Errors
    /// [`AuthError::Forbidden`] for an admin.
    pub fn owner(&self) -> Result<OwnerSession, AuthError> {
        self.caller.owner()
    }

    /// The right to dangerous acts.
    ///
    /// # Errors
    /// [`AuthError::StepUpNeeded`] unless a credential was shown a moment ago.
    pub fn stepped_up(self) -> Result<SteppedUp<Self>, AuthError> {
        self.caller.require_step_up()?;
        Ok(SteppedUp::new(self))
    }
}

impl OwnerSession {
    /// The right to dangerous acts.
    ///
    /// # Errors
    /// [`AuthError::StepUpNeeded`] unless a credential was shown a moment ago.
    pub fn stepped_up(self) -> Result<SteppedUp<Self>, AuthError> {
        self.caller.require_step_up()?;
        Ok(SteppedUp::new(self))
    }
}

impl AuditorSession {
    /// The right to dangerous acts.
    ///
    /// # Errors
    /// [`AuthError::StepUpNeeded`] unless a credential was shown a moment ago.
    pub fn stepped_up(self) -> Result<SteppedUp<Self>, AuthError> {
        self.caller.require_step_up()?;
        Ok(SteppedUp::new(self))
    }
}
