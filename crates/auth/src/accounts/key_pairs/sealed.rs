//! A private key under a passphrase, as a user's program has sealed it.

use std::fmt;

use sealpost_sealed::{PasswordParameters, WRAPPED_KEY_LENGTH};

use crate::AuthError;

/// Bytes of the parameters.
const PARAMETERS: usize = 29;

/// A private key under its owner's passphrase, with what makes the passphrase a key.
#[derive(Clone, PartialEq, Eq)]
pub struct PassphraseSealed {
    parameters: Vec<u8>,
    private_key: Vec<u8>,
}

impl fmt::Debug for PassphraseSealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PassphraseSealed(..)")
    }
}

impl PassphraseSealed {
    /// Salt and costs (29 bytes), and the private key under what they make of the passphrase (104 bytes).
    ///
    /// # Errors
    /// [`AuthError::Invalid`] if it cannot be that, or guessing would be cheaper than 64 MiB and 3 passes.
    pub fn new(parameters: Vec<u8>, private_key: Vec<u8>) -> Result<Self, AuthError> {
        let read = PasswordParameters::decode(&parameters).ok();
        let read = read.filter(|read| read.encode() == parameters);
        let read = read.ok_or(AuthError::Invalid(
            "parameters are 29 bytes, with costs within the bounds of docs/file-format.md",
        ))?;
        if read.are_outdated() {
            return Err(AuthError::Invalid(
                "parameters make guessing too cheap: at least 64 MiB and 3 passes",
            ));
        }
        check_message(&private_key)?;
        Ok(Self { parameters, private_key })
    }

    /// Salt and costs.
    pub fn parameters(&self) -> &[u8] {
        &self.parameters
    }

    /// The private key under them.
    pub fn private_key(&self) -> &[u8] {
        &self.private_key
    }

    /// As it is stored, one behind the other.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        [self.parameters.as_slice(), &self.private_key].concat()
    }

    /// From its column.
    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, AuthError> {
        let (parameters, private_key) = bytes
            .split_at_checked(PARAMETERS)
            .filter(|(_, rest)| rest.len() == WRAPPED_KEY_LENGTH)
            .ok_or_else(|| AuthError::Internal("no sealed private key".into()))?;
        Ok(Self { parameters: parameters.to_vec(), private_key: private_key.to_vec() })
    }
}

/// Fails unless it is as long as a sealed private key.
pub(super) fn check_message(sealed: &[u8]) -> Result<(), AuthError> {
    if sealed.len() == WRAPPED_KEY_LENGTH {
        return Ok(());
    }
    Err(AuthError::Invalid("a sealed private key has 104 bytes"))
}

#[cfg(test)]
mod tests {
    use sealpost_sealed::SystemRandom;

    use super::*;

    fn parameters() -> Vec<u8> {
        PasswordParameters::generate(&SystemRandom).encode()
    }

    #[test]
    fn what_was_given_comes_back_as_it_was() {
        let sealed = PassphraseSealed::new(parameters(), vec![7; 104]).unwrap();
        assert_eq!(PassphraseSealed::from_bytes(&sealed.to_bytes()).unwrap(), sealed);
        assert!(PassphraseSealed::from_bytes(&[0; 132]).is_err());
        assert!(PassphraseSealed::from_bytes(&[0; 28]).is_err());
    }

    #[test]
    fn what_cannot_be_a_private_key_or_is_cheap_to_guess_is_refused() {
        let mut cheap = parameters();
        cheap[17..21].copy_from_slice(&(19_u32 << 10).to_be_bytes());
        let mut outside = parameters();
        outside[17..21].copy_from_slice(&1_u32.to_be_bytes());
        for (parameters, private_key) in [
            (cheap, vec![7; 104]),
            (outside, vec![7; 104]),
            (vec![], vec![7; 104]),
            (parameters()[..28].to_vec(), vec![7; 104]),
            (parameters(), vec![7; 103]),
            (parameters(), vec![7; 32]),
            (parameters(), vec![]),
        ] {
            let refused = PassphraseSealed::new(parameters, private_key);
            assert!(matches!(refused, Err(AuthError::Invalid(_))), "{refused:?}");
        }
    }
}
