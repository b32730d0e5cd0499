//! The keys that sign licences, and their texts.

use std::{fmt, sync::Arc};

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use sealpost_domain::{Licence, LicenceKeyId};
use sealpost_sealed::{SigningKey, VerifyingKey, Zeroizing};
use sha2::{Digest as _, Sha256};

use super::{LicenceRefused, text};

/// What the text of a secret key starts with, so that scanners of leaked secrets know it.
const SECRET_PREFIX: &str = "sls_";
/// What the text of a public key starts with, so that nobody takes the one for the other.
const PUBLIC_PREFIX: &str = "slp_";

/// The public keys of those who may issue licences for this installation; none if it asks for no licences.
#[derive(Clone, Default)]
pub struct LicenceKeys(Arc<[(LicenceKeyId, VerifyingKey)]>);

impl LicenceKeys {
    /// These keys. Several, so that a new one counts before the old one's licences have ended.
    pub fn new(keys: impl IntoIterator<Item = VerifyingKey>) -> Self {
        Self(keys.into_iter().map(|key| (licence_key_id(&key), key)).collect())
    }

    /// Whether this installation asks for licences.
    pub fn ask(&self) -> bool {
        !self.0.is_empty()
    }

    /// What a licence says, if one of the keys has signed it. Whose it is and whether its time is over is not looked at.
    ///
    /// # Errors
    /// [`LicenceRefused::NotGenuine`], whatever is wrong with it.
    pub fn verify(&self, text: &str) -> Result<Licence, LicenceRefused> {
        let signed = text::Signed::split(text).ok_or(LicenceRefused::NotGenuine)?;
        // Nothing of the text is read before it is known to be genuine.
        let (id, _) =
            self.0.iter().find(|(_, key)| signed.verifies(key)).ok_or(LicenceRefused::NotGenuine)?;
        signed.read().filter(|licence| licence.key == *id).ok_or(LicenceRefused::NotGenuine)
    }
}

impl fmt::Debug for LicenceKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(id, _)| id)).finish()
    }
}

/// What a key is called in the licences that it has signed.
pub fn licence_key_id(key: &VerifyingKey) -> LicenceKeyId {
    let digest = Sha256::digest(key.as_bytes());
    HEXLOWER.encode(&digest[..8]).parse().expect("8 bytes are 16 hexadecimal digits")
}

/// The text of a secret key, for the file that is kept away from any service.
pub fn write_licence_key(key: &SigningKey) -> Zeroizing<String> {
    Zeroizing::new(format!("{SECRET_PREFIX}{}", BASE64URL_NOPAD.encode(key.expose_secret())))
}

/// The secret key that a text holds; `None` if it holds none. Blanks and line breaks around it do not count.
pub fn read_licence_key(text: &str) -> Option<SigningKey> {
    SigningKey::from_secret(&decode(text, SECRET_PREFIX)?).ok()
}

/// The text of a public key, for configurations.
pub fn write_public_key(key: &VerifyingKey) -> String {
    format!("{PUBLIC_PREFIX}{}", BASE64URL_NOPAD.encode(key.as_bytes()))
}

/// The public key that a text holds; `None` if it holds none.
pub fn read_public_key(text: &str) -> Option<VerifyingKey> {
    VerifyingKey::from_bytes(&decode(text, PUBLIC_PREFIX)?).ok()
}

fn decode(text: &str, prefix: &str) -> Option<Zeroizing<Vec<u8>>> {
    let text = text.trim_ascii().strip_prefix(prefix)?;
    BASE64URL_NOPAD.decode(text.as_bytes()).ok().map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use sealpost_sealed::SystemRandom;

    use super::*;

    #[test]
    fn keys_are_read_as_they_were_written_and_never_one_as_the_other() {
        let key = SigningKey::generate(&SystemRandom);
        let (secret, public) = (write_licence_key(&key), write_public_key(&key.verifying_key()));
        assert!(read_licence_key(&format!("{}\r\n", *secret)).unwrap() == key);
        assert_eq!(read_public_key(&public), Some(key.verifying_key()));
        assert_eq!(read_public_key(&secret), None);
        assert!(read_licence_key(&public).is_none());
        for text in
            ["", "slp_", "slp_AAAA", &public[4..], &public.replace("slp_", "slp_A"), &format!("{public}=")]
        {
            assert_eq!(read_public_key(text), None, "{text}");
        }
    }

    #[test]
    fn a_key_is_named_by_its_public_half() {
        let key = SigningKey::from_secret(&[7; 32]).unwrap().verifying_key();
        let other = SigningKey::from_secret(&[8; 32]).unwrap().verifying_key();
        assert_ne!(licence_key_id(&key), licence_key_id(&other));
        let shown = format!("{:?}", LicenceKeys::new([key]));
        assert!(shown.contains(&licence_key_id(&key).to_string()), "{shown}");
    }
}
