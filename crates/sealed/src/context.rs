//! Contexts: what a ciphertext is and where it belongs, bound into its key.
//!
//! All start with a label that ends in a zero byte; what follows has a fixed length, or says its length. So no
//! two places have the same context. Ids are the 16 bytes of their UUIDs.

/// The place of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartContext {
    /// The tenant's id.
    pub tenant: [u8; 16],
    /// The upload's id.
    pub upload: [u8; 16],
    /// The part's number within the upload.
    pub sequence: u64,
}

/// The place of a manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ManifestContext {
    /// The tenant's id.
    pub tenant: [u8; 16],
    /// The transfer's id.
    pub transfer: [u8; 16],
    /// The file's id.
    pub file: [u8; 16],
}

/// The place of a wrapped transfer key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransferKeyContext {
    /// The tenant's id.
    pub tenant: [u8; 16],
    /// The transfer's id.
    pub transfer: [u8; 16],
}

/// The place of a content key, however it is sealed: wrapped, locked, under an access key, or to somebody's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContentKeyContext {
    /// The tenant's id.
    pub tenant: [u8; 16],
    /// The transfer's id.
    pub transfer: [u8; 16],
}

/// The place of a wrapped upload key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UploadKeyContext {
    /// The tenant's id.
    pub tenant: [u8; 16],
    /// The transfer's id.
    pub transfer: [u8; 16],
    /// The upload's id.
    pub upload: [u8; 16],
}

/// The place of a wrapped file key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileKeyContext {
    /// The tenant's id.
    pub tenant: [u8; 16],
    /// The transfer's id.
    pub transfer: [u8; 16],
    /// The file's id.
    pub file: [u8; 16],
}

/// The place of a private key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrivateKeyContext {
    /// The tenant's id.
    pub tenant: [u8; 16],
    /// The id of whose key it is: a user's, or a team's.
    pub owner: [u8; 16],
}

impl PartContext {
    pub(crate) fn to_bytes(self) -> Vec<u8> {
        join(b"sealpost/part/1", &[&self.tenant, &self.upload, &self.sequence.to_be_bytes()])
    }
}

impl ManifestContext {
    pub(crate) fn to_bytes(self) -> Vec<u8> {
        join(b"sealpost/manifest/1", &[&self.tenant, &self.transfer, &self.file])
    }
}

impl TransferKeyContext {
    pub(crate) fn to_bytes(self) -> Vec<u8> {
        join(b"sealpost/transfer-key/1", &[&self.tenant, &self.transfer])
    }
}

impl ContentKeyContext {
    /// Of the content key under the transfer key.
    pub(crate) fn to_bytes(self) -> Vec<u8> {
        join(b"sealpost/content-key/1", &[&self.tenant, &self.transfer])
    }

    /// Of the content key under the password key: the inner layer.
    pub(crate) fn to_password_bytes(self) -> Vec<u8> {
        join(b"sealpost/password-content-key/1", &[&self.tenant, &self.transfer])
    }

    /// Of the password's layer under the transfer key: the outer layer.
    pub(crate) fn to_locked_bytes(self) -> Vec<u8> {
        join(b"sealpost/locked-content-key/1", &[&self.tenant, &self.transfer])
    }

    /// Of the content key under the access key.
    pub(crate) fn to_sealed_bytes(self) -> Vec<u8> {
        join(b"sealpost/sealed-content-key/1", &[&self.tenant, &self.transfer])
    }

    /// Of the content key that is sealed to a public key.
    pub(crate) fn to_receiver_bytes(self) -> Vec<u8> {
        join(b"sealpost/content-key-to/1", &[&self.tenant, &self.transfer])
    }

    /// What makes the access key.
    pub(crate) fn to_access_key_bytes(self) -> Vec<u8> {
        join(b"sealpost/access-key/1", &[&self.tenant, &self.transfer])
    }

    /// What makes the access proof.
    pub(crate) fn to_access_proof_bytes(self) -> Vec<u8> {
        join(b"sealpost/access-proof/1", &[&self.tenant, &self.transfer])
    }
}

impl PrivateKeyContext {
    /// Of the private key under its owner's passphrase or passkey; `public` is its other half.
    pub(crate) fn to_bytes(self, public: &[u8; 32]) -> Vec<u8> {
        join(b"sealpost/private-key/1", &[&self.tenant, &self.owner, public])
    }

    /// Of the private key that is sealed to another public key.
    pub(crate) fn to_receiver_bytes(self, public: &[u8; 32]) -> Vec<u8> {
        join(b"sealpost/private-key-to/1", &[&self.tenant, &self.owner, public])
    }

    /// What makes the passkey key.
    pub(crate) fn to_passkey_key_bytes(self) -> Vec<u8> {
        join(b"sealpost/passkey-key/1", &[&self.tenant, &self.owner])
    }

    /// What a passkey is asked for.
    pub(crate) fn to_passkey_prf_bytes(self) -> Vec<u8> {
        join(b"sealpost/passkey-prf/1", &[&self.tenant, &self.owner])
    }
}

impl UploadKeyContext {
    pub(crate) fn to_bytes(self) -> Vec<u8> {
        join(b"sealpost/upload-key/1", &[&self.tenant, &self.transfer, &self.upload])
    }
}

impl FileKeyContext {
    pub(crate) fn to_bytes(self) -> Vec<u8> {
        join(b"sealpost/file-key/1", &[&self.tenant, &self.transfer, &self.file])
    }
}

/// `label 0x00 fields`. The fields must have fixed lengths or come through [`prefixed`].
pub(crate) fn join(label: &[u8], fields: &[&[u8]]) -> Vec<u8> {
    let mut bytes = label.to_vec();
    bytes.push(0);
    for field in fields {
        bytes.extend_from_slice(field);
    }
    bytes
}

/// A name behind its length in two bytes, so that it cannot run into what follows.
pub(crate) fn prefixed(name: &str) -> Vec<u8> {
    let length = u16::try_from(name.len()).expect("names in contexts are constants or short");
    [&length.to_be_bytes(), name.as_bytes()].concat()
}
