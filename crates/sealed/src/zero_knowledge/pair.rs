//! Key pairs: X25519 (RFC 7748).

use std::{fmt, str::FromStr};

use ::hpke::{Deserializable as _, Kem as _, Serializable as _, kem::X25519HkdfSha256 as Kem};

use super::{KEY_TEXT_LENGTH, from_text, to_text};
use crate::{Error, KEY_LENGTH, PrivateKey};

/// The half of a key pair to which things are sealed; anybody may have it.
///
/// Whose it is it does not say: compare its [fingerprint](Self::fingerprint).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PublicKey([u8; KEY_LENGTH]);

impl PrivateKey {
    /// The other half.
    pub fn public_key(&self) -> PublicKey {
        PublicKey(Kem::sk_to_pk(&self.scalar()).to_bytes().into())
    }

    pub(super) fn scalar(&self) -> <Kem as ::hpke::Kem>::PrivateKey {
        <Kem as ::hpke::Kem>::PrivateKey::from_bytes(self.bytes()).expect("any 32 bytes are a private key")
    }
}

impl PublicKey {
    /// The key from its 32 bytes. The few to which nothing can be sealed are refused when that is tried.
    ///
    /// # Errors
    ///
    /// [`Error::KeyLength`] unless there are 32 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        bytes.try_into().map(Self).map_err(|_| Error::KeyLength)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; KEY_LENGTH] {
        &self.0
    }

    pub(super) fn point(&self) -> <Kem as ::hpke::Kem>::PublicKey {
        <Kem as ::hpke::Kem>::PublicKey::from_bytes(&self.0).expect("any 32 bytes are a public key")
    }
}

impl fmt::Display for PublicKey {
    /// 43 characters of base64url.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&to_text(&self.0))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

impl FromStr for PublicKey {
    type Err = Error;

    /// As it is written, and in no other way; [`Error::KeyLength`] otherwise.
    fn from_str(text: &str) -> Result<Self, Error> {
        if text.len() != KEY_TEXT_LENGTH {
            return Err(Error::KeyLength);
        }
        Self::from_bytes(&from_text(text).ok_or(Error::KeyLength)?)
    }
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;

    use super::*;

    /// RFC 7748, section 5.2: the first of the iterated values, where the scalar is 9 and so is the base point.
    #[test]
    fn the_public_half_is_that_of_rfc_7748() {
        let mut scalar = [0; 32];
        scalar[0] = 9;
        let public = PrivateKey::from_slice(&scalar).unwrap().public_key();
        let expected = "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079";
        assert_eq!(HEXLOWER.encode(public.as_bytes()), expected);
    }

    #[test]
    fn it_is_read_as_it_is_written() {
        let key = PublicKey([9; 32]);
        assert_eq!(key.to_string().parse(), Ok(key));
        assert_eq!("CQ".parse::<PublicKey>(), Err(Error::KeyLength));
        assert_eq!(format!("{key}=").parse::<PublicKey>(), Err(Error::KeyLength));
    }
}
