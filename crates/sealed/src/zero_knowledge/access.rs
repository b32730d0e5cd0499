//! Access: what fragment secret, server half and password make together.
//!
//! ```text
//! ikm          = fragment secret || server half || password key?
//! access key   = HKDF(ikm, "sealpost/access-key/1"   || 0x00 || tenant || transfer, 32)
//! access proof = HKDF(ikm, "sealpost/access-proof/1" || 0x00 || tenant || transfer, 32)
//! ```

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::{
    AccessKey, AccessProof, ContentKey, ContentKeyContext, Error, FragmentSecret, KEY_LENGTH, PasswordKey,
    Random, ServerHalf, hkdf, message,
};

/// What opens a transfer that its sender has sealed, and what shows that one can.
///
/// The proof tells nobody anything about the key; whoever has neither fragment secret nor server half has nothing to try
/// passwords on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// Opens the content key.
    pub key: AccessKey,
    /// Is shown to the service, which knows its hash.
    pub proof: AccessProof,
}

impl Access {
    /// What these make for this transfer.
    pub fn derive(
        fragment: &FragmentSecret,
        half: &ServerHalf,
        password: Option<&PasswordKey>,
        place: ContentKeyContext,
    ) -> Self {
        let password = password.map_or(&[][..], |key| key.bytes().as_slice());
        let extracted = hkdf::extract(&[], &[fragment.bytes(), half.bytes(), password]);
        let mut access = Self { key: AccessKey::empty(), proof: AccessProof::empty() };
        hkdf::expand(&extracted[..], &[&place.to_access_key_bytes()], access.key.bytes_mut());
        hkdf::expand(&extracted[..], &[&place.to_access_proof_bytes()], access.proof.bytes_mut());
        access
    }
}

impl AccessKey {
    /// Seals the content key for its place: [`WRAPPED_KEY_LENGTH`](crate::WRAPPED_KEY_LENGTH) bytes, which the service keeps.
    pub fn seal_content_key(
        &self,
        key: &ContentKey,
        place: ContentKeyContext,
        random: &dyn Random,
    ) -> Vec<u8> {
        message::seal(self.bytes(), &place.to_sealed_bytes(), key.bytes(), random)
    }

    /// The content key that was sealed for this place.
    ///
    /// # Errors
    ///
    /// [`Error::Access`], whatever was wrong: a wrong password looks like a wrong link and like damage.
    pub fn open_content_key(&self, place: ContentKeyContext, sealed: &[u8]) -> Result<ContentKey, Error> {
        message::open(self.bytes(), &place.to_sealed_bytes(), sealed)
            .and_then(|key| ContentKey::from_slice(&key))
            .map_err(|_| Error::Access)
    }
}

/// What the service keeps of an access proof: its SHA-256. The proof has 256 random bits, so nothing can be tried on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccessProofHash([u8; KEY_LENGTH]);

impl AccessProof {
    /// What the service keeps of it.
    pub fn hash(&self) -> AccessProofHash {
        AccessProofHash(Sha256::digest(self.bytes()).into())
    }
}

impl AccessProofHash {
    /// The hash from its bytes.
    ///
    /// # Errors
    ///
    /// [`Error::KeyLength`] unless there are 32.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        bytes.try_into().map(Self).map_err(|_| Error::KeyLength)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; KEY_LENGTH] {
        &self.0
    }

    /// Whether this is the hash of what was shown; compared in constant time.
    pub fn admits(&self, shown: &AccessProof) -> bool {
        self.0.ct_eq(&shown.hash().0).into()
    }
}
