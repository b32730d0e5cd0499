//! The passkey key: what a passkey's PRF (WebAuthn, section 10.1.4) makes for its owner.

use sha2::{Digest as _, Sha256};

use crate::{KEY_LENGTH, PasskeyKey, PrivateKeyContext, hkdf};

impl PrivateKeyContext {
    /// What the owner's passkeys are asked for (`eval.first`). It is no secret.
    pub fn passkey_prf_input(self) -> [u8; 32] {
        Sha256::digest(self.to_passkey_prf_bytes()).into()
    }
}

impl PasskeyKey {
    /// The key of what a passkey gives for [`PrivateKeyContext::passkey_prf_input`].
    pub fn derive(prf_output: &[u8; KEY_LENGTH], place: PrivateKeyContext) -> Self {
        let mut key = Self::empty();
        let extracted = hkdf::extract(&[], &[prf_output]);
        hkdf::expand(&extracted[..], &[&place.to_passkey_key_bytes()], key.bytes_mut());
        key
    }
}
