//! Fingerprints: what people compare of a public key.

use std::{fmt, str::FromStr};

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

use super::PublicKey;
use crate::{Error, context::join};

const LENGTH: usize = 16;
/// Groups of four digits, with hyphens between them.
const GROUPS: usize = 8;

/// 128 bits of the hash of a public key, written as `0123-4567-89ab-cdef-0123-4567-89ab-cdef`.
///
/// Nobody can make a key with the fingerprint of another's: that would take 2^128 attempts. Two keys of his own with one
/// fingerprint he can make after 2^64, which gains him nothing.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; LENGTH]);

impl PublicKey {
    /// What people compare: the first 16 bytes of SHA-256 over a label and the key.
    pub fn fingerprint(&self) -> Fingerprint {
        let hash = Sha256::digest(join(b"sealpost/public-key/1", &[self.as_bytes()]));
        Fingerprint(*hash.first_chunk().expect("SHA-256 has 32 bytes"))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, group) in self.0.chunks(LENGTH / GROUPS).enumerate() {
            let hyphen = if index == 0 { "" } else { "-" };
            write!(f, "{hyphen}{}", HEXLOWER.encode(group))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

impl FromStr for Fingerprint {
    type Err = Error;

    /// As it is written, and in no other way; [`Error::Fingerprint`] otherwise.
    fn from_str(text: &str) -> Result<Self, Error> {
        let digits = text.replace('-', "");
        let bytes = HEXLOWER.decode(digits.as_bytes()).map_err(|_| Error::Fingerprint)?;
        let fingerprint = bytes.try_into().map(Self).map_err(|_| Error::Fingerprint)?;
        if fingerprint.to_string() == text { Ok(fingerprint) } else { Err(Error::Fingerprint) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_hash_of_label_and_key() {
        let fingerprint = PublicKey::from_bytes(&[7; 32]).unwrap().fingerprint();
        let hash = Sha256::digest([b"sealpost/public-key/1\0".as_slice(), &[7; 32]].concat());
        let digits = HEXLOWER.encode(&hash[..16]);
        assert_eq!(fingerprint.to_string().replace('-', ""), digits);
        assert_eq!(fingerprint.to_string().split('-').map(str::len).collect::<Vec<_>>(), [4; 8]);
        assert_ne!(fingerprint, PublicKey::from_bytes(&[8; 32]).unwrap().fingerprint());
    }

    #[test]
    fn it_is_read_as_it_is_written() {
        let text = "0123-4567-89ab-cdef-0123-4567-89ab-cdef";
        assert_eq!(text.parse::<Fingerprint>().unwrap().to_string(), text);
        for other in [
            "",
            "0123456789abcdef0123456789abcdef",
            "0123-4567-89AB-cdef-0123-4567-89ab-cdef",
            "0123-4567-89ab-cdef-0123-4567-89ab",
            "0123-4567-89ab-cdef-0123-4567-89ab-cdef-",
            "0123-4567-89ab-cdef-0123-4567-89ab-cdeg",
            "01234567-89ab-cdef-0123-4567-89ab--cdef",
            "0123-4567-89ab-cdef-0123-4567-89ab-cdef-0123",
        ] {
            assert_eq!(other.parse::<Fingerprint>(), Err(Error::Fingerprint), "{other:?}");
        }
    }
}
