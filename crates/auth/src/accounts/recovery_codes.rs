//! New recovery codes.

use sealpost_domain::AccountChange;
use serde_json::json;

use super::{
    holder::Holder,
    recovery::{CODES, RecoveryCode},
};
use crate::{AccountSession, Auth, AuthError, SteppedUp};

impl Auth {
    /// Gives the caller ten new recovery codes in place of those that he has. They are shown this once.
    ///
    /// # Errors
    /// [`AuthError::NotFound`] if there is no second factor that they could stand in for.
    pub async fn renew_recovery_codes(
        &self,
        account: &SteppedUp<AccountSession>,
    ) -> Result<Vec<String>, AuthError> {
        let who = (account.tenant(), account.user());
        let (_, holder) = self.own(who.0, who.1).await?;
        if !holder.has_second_factor() {
            return Err(AuthError::NotFound);
        }
        let (codes, hmacs) = self.new_recovery_codes(&holder);
        let mut tx = self.db.write().await?;
        tx.replace_recovery_codes(who.1, &hmacs).await?;
        let change = Some(AccountChange::RecoveryCodes);
        self.record_change(&mut tx, who, "recovery_codes.renewed", change, json!({})).await?;
        tx.commit().await?;
        Ok(codes)
    }

    /// Ten codes, as they are shown and as they are stored.
    pub(super) fn new_recovery_codes(&self, holder: &Holder) -> (Vec<String>, Vec<[u8; 32]>) {
        let codes: Vec<_> = (0..CODES).map(|_| RecoveryCode::generate(&*self.random)).collect();
        let hmacs = codes.iter().map(|code| code.hmac(&holder.key, holder.user())).collect();
        (codes.iter().map(RecoveryCode::to_text).collect(), hmacs)
    }
}
