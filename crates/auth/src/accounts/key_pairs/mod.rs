//! Key pairs, to which others seal: of users, and of teams, which are those who may send for a shared mailbox.
//!
//! They are made by their owners' programs. The service keeps public keys, and private keys in forms that it cannot open:
//! under a user's passphrase or what his passkey makes, and a team's sealed to its members. Around each lies the tenant key, so
//! that nobody tries passphrases on a stolen database.

mod own;
mod passkeys;
mod sealed;
mod team;

use sealpost_db::KeyPair;
use sealpost_domain::{KeyPairId, TenantId, UserId};
use sealpost_sealed::{Column, ContentKey, ContentKeyContext, Error, Fingerprint, PublicKey, Random};
use uuid::Uuid;

pub use own::{KeyPairView, NewKeyPair, OwnKeyPairs, PasskeyKeyView};
pub use sealed::PassphraseSealed;
pub use team::{MemberKey, MemberKeyView, NewTeamKeyPair, TeamKeyPairView, TeamKeyPairs, TeamMember};

use crate::AuthError;

/// Most key pairs that are kept of one owner: those to which nothing is sealed go after a day.
const MOST: usize = 100;

/// The places of sealed private keys.
#[derive(Debug, Clone, Copy)]
struct Places(TenantId);

impl Places {
    /// Under the passphrase.
    const fn passphrase(self, pair: KeyPairId) -> Column {
        self.column(pair.into_bytes(), "key_pairs.private_key")
    }

    /// Under what a passkey makes.
    const fn passkey(self, passkey: sealpost_domain::PasskeyId) -> Column {
        self.column(passkey.into_bytes(), "key_pair_passkeys.private_key")
    }

    /// A team's, sealed to a member.
    const fn member(self, member: UserId) -> Column {
        self.column(member.into_bytes(), "key_pair_members.private_key")
    }

    const fn column(self, row: [u8; 16], name: &'static str) -> Column {
        Column { tenant: self.0.into_bytes(), row, name }
    }
}

/// Fails unless something can be sealed to the key: there are a few to which nothing can, and that somebody has made such a one
/// would be noticed by who sends in.
fn check_public(key: &PublicKey, random: &dyn Random) -> Result<(), AuthError> {
    let nowhere = ContentKeyContext { tenant: [0; 16], transfer: [0; 16] };
    match key.seal_content_key(&ContentKey::generate(random), nowhere, random) {
        Ok(_) => Ok(()),
        Err(_) => Err(AuthError::Invalid("nothing can be sealed to this public key")),
    }
}

/// Fails unless the pair that counts is the one that the caller has seen: or he would replace another's without knowing.
fn check_replaced(current: Option<&KeyPair>, replaces: Option<Fingerprint>) -> Result<(), AuthError> {
    let counts = current.map(|pair| public_of(pair).map(|key| key.fingerprint())).transpose()?;
    if counts == replaces { Ok(()) } else { Err(AuthError::KeyChanged) }
}

/// The public key of a row.
fn public_of(pair: &KeyPair) -> Result<PublicKey, AuthError> {
    PublicKey::from_bytes(&pair.public_key).map_err(damaged)
}

fn damaged(error: Error) -> AuthError {
    AuthError::Internal(error.into())
}

/// What another one that counts becomes: somebody was faster.
fn or_changed(error: sealpost_db::DbError) -> AuthError {
    match error {
        sealpost_db::DbError::AlreadyExists(_) => AuthError::KeyChanged,
        error => error.into(),
    }
}

/// The fingerprint that a text is.
fn fingerprint(text: &str) -> Result<Fingerprint, AuthError> {
    text.parse()
        .map_err(|_| AuthError::Invalid("a fingerprint is eight groups of four digits, as it is shown"))
}

/// The public key that bytes are.
fn public_key(bytes: &[u8]) -> Result<PublicKey, AuthError> {
    PublicKey::from_bytes(bytes).map_err(|_| AuthError::Invalid("a public key has 32 bytes"))
}

/// Which owner contexts of a private key name.
fn owner_of(tenant: TenantId, owner: Uuid) -> sealpost_sealed::PrivateKeyContext {
    sealpost_sealed::PrivateKeyContext { tenant: tenant.into_bytes(), owner: owner.into_bytes() }
}
