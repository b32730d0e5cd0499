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

/// The place of a wrapped or locked content key.
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
