//! Who may add a second factor.

use sealpost_domain::{SessionStage, TenantId, UserId};

use super::{holder::Holder, second_factor::Advanced, sign_in::stage_after_all};
use crate::{Auth, AuthError, PendingSession};

/// The right to add a second factor: somebody who has shown a credential a moment ago, or whose sign-in waits for one that
/// he does not have yet.
#[derive(Debug, Clone)]
pub struct Enrolment {
    session: PendingSession,
}

/// What was added. Whoever signed in with it got further: his session has a new secret then.
#[derive(Debug, Clone)]
pub struct Enrolled<T> {
    /// What was added, or came with it.
    pub what: T,
    /// How far the sign-in has got, if it waited for this.
    pub advanced: Option<Advanced>,
}

impl Enrolment {
    pub(super) fn tenant(&self) -> TenantId {
        self.session.tenant()
    }

    pub(super) fn user(&self) -> UserId {
        self.session.user()
    }
}

impl Auth {
    /// The right to add a second factor.
    ///
    /// # Errors
    /// [`AuthError::StepUpNeeded`] for a session that has shown nothing for a while; [`AuthError::Unauthorized`] for a
    /// sign-in that waits for something else, such as a second factor that there is.
    pub async fn enrolment(&self, session: PendingSession) -> Result<Enrolment, AuthError> {
        match session.stage() {
            SessionStage::Full => session.caller.require_step_up()?,
            SessionStage::SecondFactor => {
                let (_, holder) = self.own(session.tenant(), session.user()).await?;
                if holder.has_second_factor() {
                    return Err(AuthError::Unauthorized);
                }
            }
            _ => return Err(AuthError::Unauthorized),
        }
        Ok(Enrolment { session })
    }

    /// Lets a sign-in go on that waited for what was added.
    pub(super) async fn enrolled(
        &self,
        by: &Enrolment,
        holder: &Holder,
    ) -> Result<Option<Advanced>, AuthError> {
        if by.session.stage() != SessionStage::SecondFactor {
            return Ok(None);
        }
        let stage = stage_after_all(holder);
        let bearer = self.advance_session(&by.session, stage, true).await?;
        Ok(Some(Advanced { bearer, stage }))
    }
}
