//! The salt of a Cobblestone-256 message.

use crate::{Error, Random, random_bytes};

/// Bytes of a [`Salt`].
pub const SALT_LENGTH: usize = 24;

/// The random start of a message. It makes the message's cipher key and nonces, so every attempt to seal
/// anything draws a fresh one; it is no secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Salt([u8; SALT_LENGTH]);

impl Salt {
    /// A fresh salt.
    pub fn generate(random: &dyn Random) -> Self {
        Self(random_bytes(random))
    }

    /// A stored salt. Sealing under one that was used before, with the same key and context, gives the
    /// plaintext of both away: only for comparing and opening.
    pub const fn from_bytes(bytes: [u8; SALT_LENGTH]) -> Self {
        Self(bytes)
    }

    /// The salt's bytes.
    pub const fn as_bytes(&self) -> &[u8; SALT_LENGTH] {
        &self.0
    }

    /// The first 8 bytes, which name a part's attempt in its object's key.
    pub fn attempt(&self) -> [u8; 8] {
        *self.0.first_chunk().expect("24 bytes have a first 8")
    }
}

impl TryFrom<&[u8]> for Salt {
    type Error = Error;

    /// A stored salt, as [`Salt::from_bytes`]; [`Error::Length`] unless there are 24 bytes.
    fn try_from(bytes: &[u8]) -> Result<Self, Error> {
        bytes.try_into().map(Self).map_err(|_| Error::Length)
    }
}
