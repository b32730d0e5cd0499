//! The keys: 32 uniformly random bytes each, one type for each use, wiped when dropped, never printed.

use std::fmt;

use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::{Error, Random};

/// Bytes of every key.
pub const KEY_LENGTH: usize = 32;

macro_rules! keys {
    ($($(#[$doc:meta])* $name:ident)+) => {$(
        $(#[$doc])*
        // Boxed: moving the key leaves no copy behind that nobody wipes.
        #[derive(Clone)]
        pub struct $name(Box<Zeroizing<[u8; KEY_LENGTH]>>);

        impl $name {
            pub(crate) fn empty() -> Self {
                Self(Box::new(Zeroizing::new([0; KEY_LENGTH])))
            }

            pub(crate) fn bytes(&self) -> &[u8; KEY_LENGTH] {
                &self.0
            }

            pub(crate) fn bytes_mut(&mut self) -> &mut [u8; KEY_LENGTH] {
                &mut self.0
            }
        }

        impl PartialEq for $name {
            /// In constant time.
            fn eq(&self, other: &Self) -> bool {
                self.bytes().ct_eq(other.bytes()).into()
            }
        }

        impl Eq for $name {}

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    )+};
}

keys! {
    /// The vault's own key, when the vault is a local file: wraps tenant keys, epoch keys and service secrets.
    RootKey
    /// Seals what outlives transfers: users' names and addresses. Wrapped by the root key.
    TenantKey
    /// One tenant's key of one expiry day: wraps the transfer keys of that day. Deleting it shreds the day.
    EpochKey
    /// Seals a transfer's subject, addresses and link tokens; wraps its content key.
    TransferKey
    /// Seals a transfer's message and upload metadata; wraps its upload and file keys.
    ContentKey
    /// Seals a file's manifest.
    FileKey
    /// Seals the parts of one upload.
    UploadKey
    /// Made from a password; wraps the content key inside the transfer key's layer.
    PasswordKey
    /// Seals grants and other short-lived things that clients carry.
    GrantKey
    /// Signs what others verify with its public half (Ed25519): licences.
    SigningKey
    /// Of the secret of a transfer that its sender seals, what stands in the link behind `#`. The service never has it.
    FragmentSecret
    /// Of that secret, what the service has, tells a recipient once his protection is passed, and deletes with the transfer.
    ServerHalf
    /// Made of both and the password, if there is one; wraps the content key of such a transfer.
    AccessKey
    /// Made of the same: shows the service that a recipient has them all, and opens nothing.
    AccessProof
    /// The half of a key pair (X25519) that opens what is sealed to the other.
    PrivateKey
    /// Made from what a passkey gives for its owner (PRF); wraps his private key.
    PasskeyKey
}

macro_rules! read {
    ($($name:ident)+) => {$(
        impl $name {
            /// [`Error::KeyLength`] unless there are 32 bytes.
            pub(crate) fn from_slice(bytes: &[u8]) -> Result<Self, Error> {
                let bytes: &[u8; KEY_LENGTH] = bytes.try_into().map_err(|_| Error::KeyLength)?;
                let mut key = Self::empty();
                key.bytes_mut().copy_from_slice(bytes);
                Ok(key)
            }
        }
    )+};
}

// All but those that are only ever derived.
read! {
    RootKey TenantKey EpochKey TransferKey ContentKey FileKey UploadKey PasswordKey GrantKey SigningKey
    FragmentSecret ServerHalf AccessProof PrivateKey
}

macro_rules! generated {
    ($($name:ident)+) => {$(
        impl $name {
            /// A fresh key.
            pub fn generate(random: &dyn Random) -> Self {
                let mut key = Self::empty();
                random.fill(key.bytes_mut());
                key
            }
        }
    )+};
}

// All but those that are made of something else.
generated! {
    RootKey TenantKey EpochKey TransferKey ContentKey FileKey UploadKey GrantKey SigningKey
    FragmentSecret ServerHalf PrivateKey
}

macro_rules! exposed {
    ($($(#[$why:meta])* $name:ident)+) => {$(
        impl $name {
            /// The key from its bytes.
            ///
            $(#[$why])*
            ///
            /// # Errors
            ///
            /// [`Error::KeyLength`] unless there are 32 bytes.
            pub fn from_secret(bytes: &[u8]) -> Result<Self, Error> {
                Self::from_slice(bytes)
            }

            /// The key's bytes.
            ///
            $(#[$why])*
            pub fn expose_secret(&self) -> &[u8; KEY_LENGTH] {
                self.bytes()
            }
        }
    )+};
}

// The others never leave the crate except wrapped.
exposed! {
    /// For the local vault's file.
    RootKey
    /// For the vault, which wraps bytes.
    TenantKey
    /// For the vault, which wraps bytes.
    EpochKey
    /// For the vault, which wraps bytes.
    GrantKey
    /// For a recipient's grant, which carries what his password became: never the content key itself, so that a
    /// grant kept by somebody opens nothing once the transfer key is gone.
    PasswordKey
    /// For the file that whoever issues licences keeps, away from any service.
    SigningKey
    /// For the service, which keeps it as a column and tells it to clients.
    ServerHalf
    /// For the client, which shows it to the service.
    AccessProof
}
