//! Keys that are sealed to public keys: content keys to receivers, private keys to whoever may use them, too.

use super::{PublicKey, hpke};
use crate::{ContentKey, ContentKeyContext, Error, KEY_LENGTH, PrivateKey, PrivateKeyContext, Random};

/// Bytes of a key that is sealed to a public key.
pub const KEY_TO_LENGTH: usize = KEY_LENGTH + hpke::OVERHEAD;

impl PublicKey {
    /// Seals a transfer's content key to its receiver, or to a recovery key: [`KEY_TO_LENGTH`] bytes.
    ///
    /// # Errors
    ///
    /// [`Error::PublicKey`] if the key gives everybody the same secret.
    pub fn seal_content_key(
        &self,
        key: &ContentKey,
        place: ContentKeyContext,
        random: &dyn Random,
    ) -> Result<Vec<u8>, Error> {
        hpke::seal(self, &place.to_receiver_bytes(), key.bytes(), random)
    }

    /// Seals a private key to this one, of a recovery key or of a team's member: [`KEY_TO_LENGTH`] bytes.
    ///
    /// # Errors
    ///
    /// [`Error::PublicKey`] if this key gives everybody the same secret.
    pub fn seal_private_key(
        &self,
        key: &PrivateKey,
        place: PrivateKeyContext,
        random: &dyn Random,
    ) -> Result<Vec<u8>, Error> {
        let info = place.to_receiver_bytes(key.public_key().as_bytes());
        hpke::seal(self, &info, key.bytes(), random)
    }
}

impl PrivateKey {
    /// The content key that was sealed to this key's other half for this place. Anybody may have sealed it: that it opens
    /// says nothing of who did.
    ///
    /// # Errors
    ///
    /// [`Error::Receiver`], whatever was wrong with it.
    pub fn open_content_key(&self, place: ContentKeyContext, sealed: &[u8]) -> Result<ContentKey, Error> {
        let key = hpke::open(self, &place.to_receiver_bytes(), sealed)?;
        ContentKey::from_slice(&key).map_err(|_| Error::Receiver)
    }

    /// The other half of `public`, which was sealed to this key's other half for its owner.
    ///
    /// # Errors
    ///
    /// [`Error::Receiver`], whatever was wrong with it, also if it opens and is the half of another key: anybody can seal
    /// a key of his own here.
    pub fn open_private_key(
        &self,
        place: PrivateKeyContext,
        public: &PublicKey,
        sealed: &[u8],
    ) -> Result<Self, Error> {
        let key = hpke::open(self, &place.to_receiver_bytes(public.as_bytes()), sealed)?;
        Self::from_slice(&key).ok().filter(|key| key.public_key() == *public).ok_or(Error::Receiver)
    }
}
