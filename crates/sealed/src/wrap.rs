//! Which key wraps which: only these pairs have methods, and each takes the context of the wrapped key.

use crate::{
    ContentKey, ContentKeyContext, EpochKey, Error, FileKey, FileKeyContext, KEY_LENGTH, PasswordKey, Random,
    TransferKey, TransferKeyContext, UploadKey, UploadKeyContext, message, range::object_length,
};

/// Bytes of a wrapped key: a message of 32 bytes.
pub const WRAPPED_KEY_LENGTH: usize = object_length(KEY_LENGTH as u64) as usize;

macro_rules! wraps {
    ($($outer:ident: $wrap:ident, $unwrap:ident, $inner:ident, $context:ident;)+) => {$(
        impl $outer {
            /// Wraps the key for its place; [`WRAPPED_KEY_LENGTH`] bytes.
            pub fn $wrap(&self, key: &$inner, context: $context, random: &dyn Random) -> Vec<u8> {
                message::seal(self.bytes(), &context.to_bytes(), key.bytes(), random)
            }

            /// The key that was wrapped for this place.
            ///
            /// # Errors
            ///
            /// [`Error::Commitment`] for another wrapping key or place; [`Error::Chunk`], [`Error::Length`] and
            /// [`Error::KeyLength`] for damage.
            pub fn $unwrap(&self, context: $context, wrapped: &[u8]) -> Result<$inner, Error> {
                $inner::from_slice(&message::open(self.bytes(), &context.to_bytes(), wrapped)?)
            }
        }
    )+};
}

wraps! {
    EpochKey: wrap_transfer_key, unwrap_transfer_key, TransferKey, TransferKeyContext;
    TransferKey: wrap_content_key, unwrap_content_key, ContentKey, ContentKeyContext;
    ContentKey: wrap_upload_key, unwrap_upload_key, UploadKey, UploadKeyContext;
    ContentKey: wrap_file_key, unwrap_file_key, FileKey, FileKeyContext;
}

impl TransferKey {
    /// Wraps the content key under the password key and the result under this key: neither opens it alone, and
    /// who steals the database has nothing to try passwords on.
    pub fn lock_content_key(
        &self,
        key: &ContentKey,
        password: &PasswordKey,
        context: ContentKeyContext,
        random: &dyn Random,
    ) -> Vec<u8> {
        let inner = message::seal(password.bytes(), &context.to_password_bytes(), key.bytes(), random);
        message::seal(self.bytes(), &context.to_locked_bytes(), &inner, random)
    }

    /// The content key that was locked for this place.
    ///
    /// # Errors
    ///
    /// [`Error::WrongPassword`] when only the password's layer stays shut. For the layer around it:
    /// [`Error::Commitment`], [`Error::Chunk`] and [`Error::Length`].
    pub fn unlock_content_key(
        &self,
        password: &PasswordKey,
        context: ContentKeyContext,
        locked: &[u8],
    ) -> Result<ContentKey, Error> {
        let inner = message::open(self.bytes(), &context.to_locked_bytes(), locked)?;
        // The outer layer vouches for the inner one: it is whole, so only the password can be wrong.
        let key = message::open(password.bytes(), &context.to_password_bytes(), &inner)
            .map_err(|_| Error::WrongPassword)?;
        ContentKey::from_slice(&key)
    }
}
