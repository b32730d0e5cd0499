//! Passkeys that open private keys, beside the passphrase.

use sealpost_db::KeyPairPasskey;
use sealpost_domain::{AccountChange, KeyOwner, KeyPairId, PasskeyId};
use serde_json::json;

use super::{Places, sealed::check_message};
use crate::{AccountSession, Auth, AuthError, SteppedUp};

impl Auth {
    /// Keeps a private key of the caller's under what one of his passkeys makes. When the passkey goes, so does this.
    ///
    /// # Errors
    /// [`AuthError::NotFound`] if one of the two is not his; [`AuthError::Invalid`].
    pub async fn put_key_passkey(
        &self,
        account: &SteppedUp<AccountSession>,
        (id, passkey): (KeyPairId, PasskeyId),
        private_key: &[u8],
    ) -> Result<(), AuthError> {
        check_message(private_key)?;
        let (who, now) = ((account.tenant(), account.user()), self.now());
        let place = Places(who.0).passkey(passkey);
        let sealed = account.tenant_key().seal_column(place, private_key, &*self.random);
        let mut tx = self.db.write().await?;
        let own = tx.key_pairs(who.0, KeyOwner::User(who.1)).await?.iter().any(|pair| pair.id == id);
        let passkeys = tx.passkeys(who.0, who.1).await?;
        if !own || !passkeys.iter().any(|row| row.id == passkey) {
            return Err(AuthError::NotFound);
        }
        let row = KeyPairPasskey {
            key_pair_id: id,
            passkey_id: passkey,
            tenant_id: who.0,
            private_key: sealed,
            created_at: now,
        };
        tx.put_key_pair_passkey(&row).await?;
        let more = json!({ "key_pair": id, "what": "passkey_added", "passkey": passkey });
        self.record_change(&mut tx, who, "key_pair.changed", Some(AccountChange::KeyPairOpening), more)
            .await?;
        Ok(tx.commit().await?)
    }

    /// The passkey opens it no more.
    ///
    /// # Errors
    /// [`AuthError::NotFound`] if it did not.
    pub async fn remove_key_passkey(
        &self,
        account: &SteppedUp<AccountSession>,
        (id, passkey): (KeyPairId, PasskeyId),
    ) -> Result<(), AuthError> {
        let who = (account.tenant(), account.user());
        let mut tx = self.db.write().await?;
        let own = tx.key_pairs(who.0, KeyOwner::User(who.1)).await?.iter().any(|pair| pair.id == id);
        if !own || !tx.remove_key_pair_passkey(who.0, id, passkey).await? {
            return Err(AuthError::NotFound);
        }
        let more = json!({ "key_pair": id, "what": "passkey_removed", "passkey": passkey });
        self.record_change(&mut tx, who, "key_pair.changed", Some(AccountChange::KeyPairOpening), more)
            .await?;
        Ok(tx.commit().await?)
    }
}
