//! The name of an object within its container.

use std::{fmt, str::FromStr};

use sealpost_domain::UploadId;
use uuid::Uuid;

/// The text is not an object's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the key of a part")]
pub struct ObjectKeyError;

/// The key of one stored part: `<upload>/<sequence>-<attempt>`.
///
/// The upload is its UUID in 32 hex digits, the sequence at least 8 hex digits, the attempt the first eight
/// bytes of the part's salt in 16 hex digits. Every attempt to store a part draws a new salt and so has a
/// key of its own: a torn or late write can never pass for another one. All digits are lower case, and there is exactly
/// one text for a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectKey {
    /// The upload that the part came in with.
    pub upload: UploadId,
    /// The part's number within the upload.
    pub sequence: u64,
    /// The first eight bytes of the part's salt.
    pub attempt: [u8; 8],
}

impl ObjectKey {
    /// The key of the part number `sequence` of `upload` whose salt begins with `attempt`.
    pub const fn new(upload: UploadId, sequence: u64, attempt: [u8; 8]) -> Self {
        Self { upload, sequence, attempt }
    }
}

/// The first segment of the keys of an upload's objects.
pub(crate) fn upload_name(upload: UploadId) -> String {
    upload.as_uuid().as_simple().to_string()
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let attempt = u64::from_be_bytes(self.attempt);
        write!(f, "{}/{:08x}-{attempt:016x}", self.upload.as_uuid().as_simple(), self.sequence)
    }
}

impl FromStr for ObjectKey {
    type Err = ObjectKeyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (upload, rest) = text.split_once('/').ok_or(ObjectKeyError)?;
        let (sequence, attempt) = rest.split_once('-').ok_or(ObjectKeyError)?;
        let key = Self {
            upload: Uuid::try_parse(upload).map(UploadId::from).map_err(|_| ObjectKeyError)?,
            sequence: u64::from_str_radix(sequence, 16).map_err(|_| ObjectKeyError)?,
            attempt: u64::from_str_radix(attempt, 16).map_err(|_| ObjectKeyError)?.to_be_bytes(),
        };
        // The parsers above also take signs, capitals, hyphens and missing zeros. Two texts for one key would be two
        // objects for one row, so only the one spelling counts.
        if key.to_string() == text { Ok(key) } else { Err(ObjectKeyError) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(sequence: u64) -> ObjectKey {
        let upload = "0190a000-0000-7000-8000-0000000000af".parse().unwrap();
        ObjectKey::new(upload, sequence, [0, 1, 2, 3, 4, 5, 6, 0xff])
    }

    #[test]
    fn a_key_is_read_back_from_its_text() {
        assert_eq!(key(0x1f).to_string(), "0190a0000000700080000000000000af/0000001f-00010203040506ff");
        for sequence in [0, 1, u64::from(u32::MAX), u64::from(u32::MAX) + 1, u64::MAX] {
            assert_eq!(key(sequence).to_string().parse(), Ok(key(sequence)), "{sequence}");
        }
    }

    #[test]
    fn every_other_spelling_is_refused() {
        let upload = "0190a0000000700080000000000000af";
        for text in [
            String::new(),
            upload.to_owned(),
            format!("{upload}/"),
            format!("{upload}/0000001f"),
            format!("{upload}/1f-00010203040506ff"),
            format!("{upload}/00000001f-00010203040506ff"),
            format!("{upload}/0000001F-00010203040506ff"),
            format!("{upload}/+000001f-00010203040506ff"),
            format!("{upload}/0000001f-10203040506ff"),
            format!("{upload}/0000001f-00010203040506ff "),
            format!("{upload}/0000001f-00010203040506ff/x"),
            format!("{upload}/../0000001f-00010203040506ff"),
            format!("/{upload}/0000001f-00010203040506ff"),
            "0190a000-0000-7000-8000-0000000000af/0000001f-00010203040506ff".to_owned(),
            format!("{{{upload}}}/0000001f-00010203040506ff"),
        ] {
            assert_eq!(text.parse::<ObjectKey>(), Err(ObjectKeyError), "{text}");
        }
    }
}
