//! The right to send: what a licence is for.

use std::ops::Deref;

use sealpost_domain::LicenceState;

use crate::{Auth, AuthError, SenderSession, caller::Caller};

/// Proof that a user may send now: his role and his token's scopes allow it, nobody has taken the right from him, his
/// tenant's licence counts, and one of its seats is his. Whatever brings something new out of the house takes it; to read, block, extend and delete what was sent
/// takes the [`SenderSession`] alone.
#[derive(Debug, Clone)]
pub struct SendGrant(SenderSession);

impl Deref for SendGrant {
    type Target = SenderSession;

    fn deref(&self) -> &SenderSession {
        &self.0
    }
}

impl Auth {
    /// The right to send: one more indexed query, and none if this installation asks for no licences.
    ///
    /// # Errors
    /// [`AuthError::Forbidden`], [`AuthError::SendingSuspended`], [`AuthError::LicenceMissing`],
    /// [`AuthError::LicenceExpired`], [`AuthError::NoSeat`].
    pub async fn send_grant(&self, session: &SenderSession) -> Result<SendGrant, AuthError> {
        self.require_sending(&session.caller).await?;
        Ok(SendGrant(session.clone()))
    }

    /// Fails unless somebody may send now.
    pub(crate) async fn require_sending(&self, caller: &Caller) -> Result<(), AuthError> {
        if !caller.sends() {
            return Err(AuthError::Forbidden);
        }
        if caller.sending_suspended {
            return Err(AuthError::SendingSuspended);
        }
        let seat = self.seat(caller.tenant, caller.user).await?;
        match seat.licence.state {
            LicenceState::Missing => Err(AuthError::LicenceMissing),
            LicenceState::Expired => Err(AuthError::LicenceExpired),
            LicenceState::Active | LicenceState::Grace | LicenceState::NotRequired if !seat.held => {
                Err(AuthError::NoSeat)
            }
            LicenceState::Active | LicenceState::Grace | LicenceState::NotRequired => Ok(()),
        }
    }
}
