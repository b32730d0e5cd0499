//! Recovery key files: a key pair of a tenant as text that can be printed, kept away from any service.
//!
//! ```text
//! sealpost recovery key 1                          sealpost recovery public key 1
//! public <base64url of 32 bytes>                   public <base64url of 32 bytes>
//! private <base64url of 32 bytes>                  fingerprint <eight groups of four digits>
//! fingerprint <eight groups of four digits>
//! ```
//!
//! With a passphrase the third line is `locked <base64url of parameters[29] || message[104]>`.

use std::fmt;

use super::{PublicKey, from_text, to_text};
use crate::{
    Error, PasswordKey, PasswordParameters, PrivateKey, Random, WRAPPED_KEY_LENGTH, Zeroizing, context::join,
    message,
};

const TITLE: &str = "sealpost recovery key 1";
const PUBLIC_TITLE: &str = "sealpost recovery public key 1";
/// Bytes of the parameters before the message.
const PARAMETERS_LENGTH: usize = 29;

/// What a recovery key file holds.
#[derive(Clone, PartialEq, Eq)]
pub enum RecoveryKeyFile {
    /// The whole key: whoever reads the file has it.
    Private(PrivateKey),
    /// The whole key, under a passphrase.
    Locked(LockedRecoveryKey),
    /// The half to which things are sealed.
    Public(PublicKey),
}

/// A recovery key that a passphrase locks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockedRecoveryKey {
    public: PublicKey,
    parameters: PasswordParameters,
    sealed: Vec<u8>,
}

impl RecoveryKeyFile {
    /// Reads a file: each line as it is written, ending in LF or CRLF, the last one perhaps in nothing.
    ///
    /// # Errors
    ///
    /// [`Error::RecoveryKey`] for anything else, halves that do not belong together, and a fingerprint that is not the
    /// key's: somebody who typed it in from paper hears in which line his slip is.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = Zeroizing::new(text.replace("\r\n", "\n"));
        let lines: Vec<&str> = text.strip_suffix('\n').unwrap_or(&text).split('\n').collect();
        match lines.as_slice() {
            [PUBLIC_TITLE, public, fingerprint] => Ok(Self::Public(read_public(public, fingerprint)?)),
            [TITLE, public, secret, fingerprint] => {
                let public = read_public(public, fingerprint)?;
                if let Some(text) = secret.strip_prefix("private ") {
                    read_private(public, text).map(Self::Private)
                } else if let Some(text) = secret.strip_prefix("locked ") {
                    LockedRecoveryKey::read(public, text).map(Self::Locked)
                } else {
                    Err(Error::RecoveryKey("its third line is neither a private nor a locked key"))
                }
            }
            [TITLE | PUBLIC_TITLE, ..] => Err(Error::RecoveryKey("it has too few or too many lines")),
            _ => Err(Error::RecoveryKey("it does not begin as one of this version")),
        }
    }

    /// The file's text; its lines end in LF.
    pub fn to_text(&self) -> Zeroizing<String> {
        let public = self.public_key();
        let (title, secret) = match self {
            Self::Private(key) => (TITLE, Some(("private", to_text(key.bytes())))),
            Self::Locked(locked) => (TITLE, Some(("locked", to_text(&locked.to_bytes())))),
            Self::Public(_) => (PUBLIC_TITLE, None),
        };
        // Room for the longest: it never grows, so no copy of the key is left behind.
        let mut text = Zeroizing::new(String::with_capacity(400));
        text.push_str(title);
        text.push_str("\npublic ");
        text.push_str(&public.to_string());
        if let Some((word, secret)) = secret {
            text.push('\n');
            text.push_str(word);
            text.push(' ');
            text.push_str(&secret);
        }
        text.push_str("\nfingerprint ");
        text.push_str(&public.fingerprint().to_string());
        text.push('\n');
        text
    }

    /// The half to which things are sealed.
    pub fn public_key(&self) -> PublicKey {
        match self {
            Self::Private(key) => key.public_key(),
            Self::Locked(locked) => locked.public,
            Self::Public(key) => *key,
        }
    }
}

fn read_public(public: &str, fingerprint: &str) -> Result<PublicKey, Error> {
    let key = public.strip_prefix("public ").and_then(|text| text.parse::<PublicKey>().ok());
    let key = key.ok_or(Error::RecoveryKey("its second line is no public key"))?;
    if fingerprint.strip_prefix("fingerprint ") != Some(&key.fingerprint().to_string()) {
        return Err(Error::RecoveryKey("its fingerprint is not that of its public key"));
    }
    Ok(key)
}

fn read_private(public: PublicKey, text: &str) -> Result<PrivateKey, Error> {
    let key = from_text(text).and_then(|bytes| PrivateKey::from_slice(&bytes).ok());
    let key = key.ok_or(Error::RecoveryKey("its third line is no private key"))?;
    if key.public_key() != public {
        return Err(Error::RecoveryKey("its private and its public key do not belong together"));
    }
    Ok(key)
}

impl LockedRecoveryKey {
    /// Locks a key. `passphrase` is what the passphrase makes with these parameters.
    pub fn lock(
        key: &PrivateKey,
        passphrase: &PasswordKey,
        parameters: PasswordParameters,
        random: &dyn Random,
    ) -> Self {
        let public = key.public_key();
        let sealed = message::seal(passphrase.bytes(), &context(&public), key.bytes(), random);
        Self { public, parameters, sealed }
    }

    /// What makes the passphrase a key.
    pub fn parameters(&self) -> &PasswordParameters {
        &self.parameters
    }

    /// The key, with what its passphrase makes.
    ///
    /// # Errors
    ///
    /// [`Error::PrivateKey`], whatever was wrong: a wrong passphrase looks like damage.
    pub fn unlock(&self, passphrase: &PasswordKey) -> Result<PrivateKey, Error> {
        message::open(passphrase.bytes(), &context(&self.public), &self.sealed)
            .and_then(|key| PrivateKey::from_slice(&key))
            .ok()
            .filter(|key| key.public_key() == self.public)
            .ok_or(Error::PrivateKey)
    }

    fn read(public: PublicKey, text: &str) -> Result<Self, Error> {
        const BROKEN: Error = Error::RecoveryKey("its third line is no locked key");
        let bytes = from_text(text).ok_or(BROKEN)?;
        let (encoded, sealed) = bytes.split_at_checked(PARAMETERS_LENGTH).ok_or(BROKEN)?;
        let parameters = PasswordParameters::decode(encoded).map_err(|_| BROKEN)?;
        // Costs outside of the bounds are brought within them, and would make another key than was meant.
        if sealed.len() != WRAPPED_KEY_LENGTH || parameters.encode() != encoded {
            return Err(BROKEN);
        }
        Ok(Self { public, parameters, sealed: sealed.to_vec() })
    }

    fn to_bytes(&self) -> Vec<u8> {
        [self.parameters.encode(), self.sealed.clone()].concat()
    }
}

fn context(public: &PublicKey) -> Vec<u8> {
    join(b"sealpost/recovery-key/1", &[public.as_bytes()])
}

impl fmt::Debug for RecoveryKeyFile {
    /// Without the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self {
            Self::Private(_) => "Private",
            Self::Locked(_) => "Locked",
            Self::Public(_) => "Public",
        };
        write!(f, "RecoveryKeyFile::{kind}({})", self.public_key().fingerprint())
    }
}
