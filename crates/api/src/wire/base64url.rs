//! Bytes in JSON.

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::ToSchema;

/// Bytes: base64url without padding.
#[derive(Clone, PartialEq, Eq, ToSchema)]
#[schema(value_type = String, format = "base64url")]
pub(crate) struct Base64Url(pub(crate) Vec<u8>);

/// Without the bytes: some of them are secrets.
impl std::fmt::Debug for Base64Url {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Base64Url({} bytes)", self.0.len())
    }
}

impl Serialize for Base64Url {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64URL_NOPAD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Base64Url {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes());
        bytes.map(Self).map_err(|_| de::Error::custom("not base64url without padding"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_have_one_spelling() {
        let read = |json| serde_json::from_str::<Base64Url>(json);
        assert_eq!(read("\"-_8\"").unwrap(), Base64Url(vec![0xfb, 0xff]));
        assert_eq!(serde_json::to_string(&Base64Url(vec![0xfb, 0xff])).unwrap(), "\"-_8\"");
        for json in ["\"-_8=\"", "\"+/8\"", "\"-_9\"", "\"-\"", "\" -_8\"", "[251,255]", "null"] {
            assert!(read(json).is_err(), "{json}");
        }
    }
}
