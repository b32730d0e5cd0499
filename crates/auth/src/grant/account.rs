//! What a person may do who has signed in: with his own account.

use std::sync::Arc;

use sealpost_domain::{Policy, Role, Scopes, SessionId, SessionKind, SessionStage, TenantId, UserId};
use sealpost_sealed::TenantKey;

use crate::{AuthError, SteppedUp, caller::Caller};

macro_rules! own_account {
    ($($(#[$doc:meta])* $name:ident)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub struct $name {
            pub(crate) caller: Arc<Caller>,
            pub(crate) session: SessionId,
        }

        impl $name {
            /// The tenant.
            pub fn tenant(&self) -> TenantId {
                self.caller.tenant
            }

            /// Who has signed in.
            pub fn user(&self) -> UserId {
                self.caller.user
            }

            /// What he is.
            pub fn role(&self) -> Role {
                self.caller.role
            }

            /// The session that is calling.
            pub const fn session(&self) -> SessionId {
                self.session
            }

            /// What carries the session that is calling.
            pub fn kind(&self) -> SessionKind {
                self.caller.session_facts().kind
            }

            /// How far the sign-in has got.
            pub fn stage(&self) -> SessionStage {
                self.caller.session_facts().stage
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

own_account! {
    /// Proof that a person has signed in, wholly: a session, and never an API token.
    AccountSession
    /// Proof that a sign-in has begun. It is good for going on with it, and for ending it.
    PendingSession
}

impl AccountSession {
    /// What he may do with it.
    pub fn scopes(&self) -> &Scopes {
        &self.caller.scopes
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
