//! Private keys at rest: sealed under what their owners' passphrases or passkeys make.

use super::PublicKey;
use crate::{Error, PasskeyKey, PasswordKey, PrivateKey, PrivateKeyContext, Random, message};

macro_rules! seals_private_keys {
    ($($name:ident)+) => {$(
        impl $name {
            /// Seals a private key for its owner: [`WRAPPED_KEY_LENGTH`](crate::WRAPPED_KEY_LENGTH) bytes.
            pub fn seal_private_key(
                &self,
                key: &PrivateKey,
                place: PrivateKeyContext,
                random: &dyn Random,
            ) -> Vec<u8> {
                let context = place.to_bytes(key.public_key().as_bytes());
                message::seal(self.bytes(), &context, key.bytes(), random)
            }

            /// The other half of `public`, which was sealed for its owner.
            ///
            /// # Errors
            ///
            /// [`Error::PrivateKey`], whatever was wrong: a wrong passphrase looks like damage.
            pub fn open_private_key(
                &self,
                place: PrivateKeyContext,
                public: &PublicKey,
                sealed: &[u8],
            ) -> Result<PrivateKey, Error> {
                let opened = message::open(self.bytes(), &place.to_bytes(public.as_bytes()), sealed);
                opened
                    .and_then(|key| PrivateKey::from_slice(&key))
                    .ok()
                    .filter(|key| key.public_key() == *public)
                    .ok_or(Error::PrivateKey)
            }
        }
    )+};
}

seals_private_keys! { PasswordKey PasskeyKey }
