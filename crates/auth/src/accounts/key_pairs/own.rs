//! A user's own key pairs: making one, in place of another, and changing the passphrase.

use sealpost_db::{KeyPair, KeyPairPasskey};
use sealpost_domain::{AccountChange, KeyOwner, KeyPairId, PasskeyId, TenantId, Timestamp, UserId};
use sealpost_sealed::{Fingerprint, PublicKey, TenantKey, random_bytes};
use serde_json::json;

use super::{
    MOST, PassphraseSealed, Places, check_public, check_replaced, damaged, or_changed, owner_of, public_of,
};
use crate::{
    AccountSession, Auth, AuthError, KeyReader, SteppedUp,
    accounts::passkey::{Credential, place},
};

/// A user's key pairs, as his program needs them.
#[derive(Debug, Clone)]
pub struct OwnKeyPairs {
    /// The tenant, which contexts name.
    pub tenant: TenantId,
    /// Whose they are: the owner in contexts.
    pub owner: UserId,
    /// What his passkeys are asked for (`eval.first` of the PRF).
    pub prf_input: [u8; 32],
    /// The pairs, newest first.
    pub pairs: Vec<KeyPairView>,
}

/// A key pair of a user.
#[derive(Debug, Clone)]
pub struct KeyPairView {
    /// Which.
    pub id: KeyPairId,
    /// To which things are sealed.
    pub public_key: PublicKey,
    /// When it was made.
    pub created_at: Timestamp,
    /// Since when another one counts; `None`: this one does.
    pub retired_at: Option<Timestamp>,
    /// Grows with every other passphrase.
    pub revision: u64,
    /// The private key under his passphrase.
    pub private_key: PassphraseSealed,
    /// The private key under what his passkeys make.
    pub passkeys: Vec<PasskeyKeyView>,
}

/// A private key under what a passkey makes.
#[derive(Debug, Clone)]
pub struct PasskeyKeyView {
    /// Which passkey.
    pub passkey: PasskeyId,
    /// The id that its authenticator has given it.
    pub credential: Vec<u8>,
    /// The private key: 104 bytes.
    pub private_key: Vec<u8>,
}

/// A key pair that a user's program has made.
#[derive(Debug, Clone)]
pub struct NewKeyPair {
    public_key: PublicKey,
    private_key: PassphraseSealed,
    replaces: Option<Fingerprint>,
}

impl NewKeyPair {
    /// To which things are to be sealed; the private key under his passphrase; which one it is to take the place of, `None` if he
    /// has none.
    ///
    /// # Errors
    /// [`AuthError::Invalid`] if it cannot be that.
    pub fn new(
        public_key: &[u8],
        private_key: PassphraseSealed,
        replaces: Option<&str>,
    ) -> Result<Self, AuthError> {
        let replaces = replaces.map(super::fingerprint).transpose()?;
        Ok(Self { public_key: super::public_key(public_key)?, private_key, replaces })
    }
}

impl Auth {
    /// The caller's key pairs.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn own_key_pairs(&self, reader: &KeyReader) -> Result<OwnKeyPairs, AuthError> {
        let (tenant, user, key) = (reader.tenant(), reader.user(), reader.tenant_key());
        let owner = KeyOwner::User(user);
        let mut conn = self.db.read().await?;
        let rows = conn.key_pairs(tenant, owner).await?;
        let opened = conn.key_pair_passkeys(tenant, owner).await?;
        let mut credentials = Vec::new();
        for row in conn.passkeys(tenant, user).await? {
            let here = place(tenant, row.id, "passkeys.credential");
            credentials.push((row.id, Credential::open(key, here, &row.credential)?.id()));
        }
        drop(conn);
        let mut pairs = Vec::with_capacity(rows.len());
        for row in &rows {
            let mut passkeys = Vec::new();
            for by in opened.iter().filter(|by| by.key_pair_id == row.id) {
                if let Some((_, credential)) = credentials.iter().find(|(id, _)| *id == by.passkey_id) {
                    passkeys.push(view_of_passkey(key, by, credential)?);
                }
            }
            pairs.push(view(key, row, passkeys)?);
        }
        let prf_input = owner_of(tenant, user.as_uuid()).passkey_prf_input();
        Ok(OwnKeyPairs { tenant, owner: user, prf_input, pairs })
    }

    /// Keeps a key pair that the caller's program has made. It counts from now on; the one before is kept as long as anything is
    /// sealed to it.
    ///
    /// # Errors
    /// [`AuthError::KeyChanged`] if another one counts than it is to replace, or the tenant has one with this public key;
    /// [`AuthError::Exists`] if there are too many; [`AuthError::Invalid`].
    pub async fn create_key_pair(
        &self,
        account: &SteppedUp<AccountSession>,
        new: &NewKeyPair,
    ) -> Result<KeyPairId, AuthError> {
        check_public(&new.public_key, &*self.random)?;
        let (who, now) = ((account.tenant(), account.user()), self.now());
        let owner = KeyOwner::User(who.1);
        let id = KeyPairId::new(now, random_bytes(&*self.random));
        let sealed = account.tenant_key().seal_column(
            Places(who.0).passphrase(id),
            &new.private_key.to_bytes(),
            &*self.random,
        );
        let mut tx = self.db.write().await?;
        let before = tx.key_pairs(who.0, owner).await?;
        let current = before.iter().find(|pair| pair.retired_at.is_none());
        check_replaced(current, new.replaces)?;
        if before.len() >= MOST {
            return Err(AuthError::Exists);
        }
        if let Some(current) = current {
            tx.retire_key_pair(who.0, current.id, now).await?;
        }
        let row = KeyPair {
            id,
            tenant_id: who.0,
            owner_id: owner.as_uuid(),
            user_id: Some(who.1),
            mailbox_id: None,
            public_key: *new.public_key.as_bytes(),
            private_key: Some(sealed),
            created_at: now,
            retired_at: None,
            revision: 1,
        };
        tx.insert_key_pair(&row).await.map_err(or_changed)?;
        let more = json!({
            "key_pair": id, "fingerprint": new.public_key.fingerprint().to_string(),
            "replaces": current.map(|pair| pair.id),
        });
        self.record_change(&mut tx, who, "key_pair.created", Some(AccountChange::KeyPair), more).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Keeps the private key of one of the caller's key pairs under another passphrase.
    ///
    /// # Errors
    /// [`AuthError::NotFound`]; [`AuthError::KeyChanged`] if that was done since this revision.
    pub async fn change_key_passphrase(
        &self,
        account: &SteppedUp<AccountSession>,
        id: KeyPairId,
        revision: u64,
        private_key: &PassphraseSealed,
    ) -> Result<(), AuthError> {
        let who = (account.tenant(), account.user());
        let place = Places(who.0).passphrase(id);
        let sealed = account.tenant_key().seal_column(place, &private_key.to_bytes(), &*self.random);
        let mut tx = self.db.write().await?;
        if !tx.set_private_key(who, id, revision, &sealed).await? {
            let own = tx.key_pairs(who.0, KeyOwner::User(who.1)).await?;
            let known = own.iter().any(|pair| pair.id == id);
            return Err(if known { AuthError::KeyChanged } else { AuthError::NotFound });
        }
        let more = json!({ "key_pair": id, "what": "passphrase" });
        self.record_change(&mut tx, who, "key_pair.changed", Some(AccountChange::KeyPairOpening), more)
            .await?;
        Ok(tx.commit().await?)
    }
}

fn view(key: &TenantKey, row: &KeyPair, passkeys: Vec<PasskeyKeyView>) -> Result<KeyPairView, AuthError> {
    let sealed = row.private_key.as_ref().ok_or_else(|| AuthError::Internal("no private key".into()))?;
    let opened = key.open_column(Places(row.tenant_id).passphrase(row.id), sealed).map_err(damaged)?;
    Ok(KeyPairView {
        id: row.id,
        public_key: public_of(row)?,
        created_at: row.created_at,
        retired_at: row.retired_at,
        revision: row.revision,
        private_key: PassphraseSealed::from_bytes(&opened)?,
        passkeys,
    })
}

fn view_of_passkey(
    key: &TenantKey,
    row: &KeyPairPasskey,
    credential: &[u8],
) -> Result<PasskeyKeyView, AuthError> {
    let place = Places(row.tenant_id).passkey(row.passkey_id);
    Ok(PasskeyKeyView {
        passkey: row.passkey_id,
        credential: credential.to_vec(),
        private_key: key.open_column(place, &row.private_key).map_err(damaged)?.to_vec(),
    })
}
