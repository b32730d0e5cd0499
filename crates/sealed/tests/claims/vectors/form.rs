//! The form of `zero-knowledge.json`; `crates/sealed/vectors/README.md` says it in words.

use data_encoding::HEXLOWER;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// Bytes, written as hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hex(pub(super) Vec<u8>);

impl Hex {
    pub(super) fn array<const N: usize>(&self) -> [u8; N] {
        self.0.as_slice().try_into().unwrap_or_else(|_| panic!("{} bytes where {N} belong", self.0.len()))
    }
}

impl<const N: usize> From<[u8; N]> for Hex {
    fn from(bytes: [u8; N]) -> Self {
        Self(bytes.to_vec())
    }
}

impl Serialize for Hex {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&HEXLOWER.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Hex {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        HEXLOWER.decode(text.as_bytes()).map(Self).map_err(D::Error::custom)
    }
}

macro_rules! form {
    ($($name:ident { $($(#[$meta:meta])* $field:ident: $kind:ty,)+ })+) => {$(
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(super) struct $name { $($(#[$meta])* pub(super) $field: $kind,)+ }
    )+};
}

form! {
    Vectors {
        form: u32,
        made_by: String,
        tenant: Hex,
        transfer: Hex,
        owner: Hex,
        access: Vec<AccessVector>,
        messages: Vec<MessageVector>,
        columns: Vec<ColumnVector>,
        wrapped_keys: Vec<WrappedKey>,
        parts: Vec<PartVector>,
        manifests: Vec<ManifestVector>,
        contents: Vec<ContentsVector>,
        key_pairs: Vec<KeyPair>,
        sealed_to_keys: Vec<SealedToKey>,
        private_keys_at_rest: Vec<PrivateKeyAtRest>,
        recovery_key_files: Vec<RecoveryFile>,
        refused: Vec<Refused>,
    }
    AccessVector {
        name: String,
        fragment: String,
        fragment_secret: Hex,
        server_half: Hex,
        password: Option<String>,
        password_parameters: Option<Hex>,
        password_key: Option<Hex>,
        access_key: Hex,
        access_proof: Hex,
        access_proof_hash: Hex,
        content_key: Hex,
        salt: Hex,
        sealed_content_key: Hex,
    }
    MessageVector {
        name: String,
        key: Hex,
        context: Hex,
        salt: Hex,
        plaintext: Hex,
        sealed: Hex,
    }
    ColumnVector {
        name: String,
        content_key: Hex,
        row: Hex,
        text: String,
        salt: Hex,
        sealed: Hex,
    }
    WrappedKey {
        kind: String,
        content_key: Hex,
        id: Hex,
        key: Hex,
        salt: Hex,
        wrapped: Hex,
    }
    PartVector {
        name: String,
        upload: Hex,
        key: Hex,
        sequence: u64,
        length: usize,
        salt: Hex,
        sealed: Hex,
    }
    ManifestVector {
        file: Hex,
        file_key: Hex,
        salt: Hex,
        name: String,
        media_type: String,
        length: u64,
        crc32: u32,
        uploads: Vec<UploadOf>,
        parts: Vec<PartOf>,
        encoded: Hex,
        sealed: Hex,
    }
    UploadOf {
        id: Hex,
        key: Hex,
    }
    PartOf {
        upload: u16,
        sequence: u64,
        length: u32,
        salt: Hex,
    }
    ContentsVector {
        name: String,
        content_key: Hex,
        subject: Option<Hex>,
        message: Option<Hex>,
        files: Vec<SealedFile>,
        salt: Hex,
        encoded: Hex,
        sealed: Hex,
    }
    SealedFile {
        id: Hex,
        manifest: Hex,
    }
    KeyPair {
        private_key: Hex,
        public_key: Hex,
        fingerprint: String,
    }
    PrivateKeyAtRest {
        kind: String,
        #[serde(default, skip_serializing_if = "Option::is_none")] passphrase: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")] parameters: Option<Hex>,
        #[serde(default, skip_serializing_if = "Option::is_none")] prf_input: Option<Hex>,
        #[serde(default, skip_serializing_if = "Option::is_none")] prf_output: Option<Hex>,
        wrapping_key: Hex,
        private_key: Hex,
        public_key: Hex,
        context: Hex,
        salt: Hex,
        sealed: Hex,
    }
    RecoveryFile {
        kind: String,
        text: String,
        passphrase: Option<String>,
        private_key: Option<Hex>,
        public_key: Hex,
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum SealedToKey {
    ContentKey { receiver: Hex, info: Hex, key: Hex, sealed: Hex },
    PrivateKey { receiver: Hex, public_key: Hex, info: Hex, key: Hex, sealed: Hex },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Refused {
    ContentKey {
        name: String,
        tenant: Hex,
        transfer: Hex,
        fragment_secret: Hex,
        server_half: Hex,
        password_key: Option<Hex>,
        sealed: Hex,
    },
    Message {
        name: String,
        key: Hex,
        context: Hex,
        sealed: Hex,
    },
    SealedToKey {
        name: String,
        receiver: Hex,
        info: Hex,
        sealed: Hex,
    },
    Contents {
        name: String,
        content_key: Hex,
        subject: Option<Hex>,
        message: Option<Hex>,
        files: Vec<SealedFile>,
        sealed: Hex,
    },
    Fragment {
        name: String,
        text: String,
    },
    RecoveryKeyFile {
        name: String,
        text: String,
    },
}
