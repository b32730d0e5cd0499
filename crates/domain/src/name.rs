//! Names that come from outside: files, media types, tenants.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// Longest segment of a file name in bytes; what ext4, APFS and NTFS can hold.
const MAX_SEGMENT_BYTES: usize = 255;
/// Longest file name with its folders, in bytes.
const MAX_NAME_BYTES: usize = 1_024;
/// Deepest folder tree.
const MAX_SEGMENTS: usize = 32;

/// Why a file name was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FileNameError {
    /// A control character, NUL among them, or one that reverses the direction of text.
    #[error("the file name has a character that cannot be shown safely")]
    Character,
    /// Nothing is left of it.
    #[error("the file name is empty")]
    Empty,
    /// It points out of its folder, or is absolute.
    #[error("the file name is a path that leaves its folder")]
    Path,
    /// Over 255 bytes in a segment, 1,024 in all, or 32 folders deep.
    #[error("the file name is too long")]
    TooLong,
}

/// A file's name, with the folders that it lies in: relative, `/` between segments, NFC.
///
/// Never a place on a disk of ours: stored objects have names that the service makes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FileName(String);

impl FileName {
    /// The whole name, folders included.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last segment.
    pub fn base(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// The segments, outermost folder first.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        self.0.split('/')
    }
}

/// Characters that turn `gpj.exe` into `exe.jpg` on a screen, or hide in a name (Unicode TR 36).
pub const fn is_deceptive(c: char) -> bool {
    matches!(c,
        '\u{061c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

impl FromStr for FileName {
    type Err = FileNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // Before normalising: NFC of an absurdly long text costs time, and only ever grows it threefold.
        if text.len() > 4 * MAX_NAME_BYTES {
            return Err(FileNameError::TooLong);
        }
        let name: String = text.nfc().collect();
        if name.trim().is_empty() {
            return Err(FileNameError::Empty);
        }
        if name.chars().any(|c| c.is_control() || is_deceptive(c)) {
            return Err(FileNameError::Character);
        }
        if name.contains('\\') || is_drive(&name) {
            return Err(FileNameError::Path);
        }
        let mut segments = 0;
        for segment in name.split('/') {
            segments += 1;
            // Windows cuts blanks and dots off the end: ".. " is ".." there.
            if segment.chars().all(|c| c == '.' || c.is_whitespace()) {
                return Err(FileNameError::Path);
            }
            if segment.len() > MAX_SEGMENT_BYTES {
                return Err(FileNameError::TooLong);
            }
        }
        if segments > MAX_SEGMENTS || name.len() > MAX_NAME_BYTES {
            return Err(FileNameError::TooLong);
        }
        Ok(Self(name))
    }
}

/// `C:` and `C:\x`: absolute on Windows, and an alternate data stream if anything follows a one-letter file.
fn is_drive(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic()) && chars.next() == Some(':')
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for FileName {
    type Error = FileNameError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<FileName> for String {
    fn from(name: FileName) -> Self {
        name.0
    }
}

/// A media type as the sender's browser named it (RFC 9110, 8.3.1), without parameters.
///
/// A claim, never trusted: it is shown, and downloads are served as attachments whatever it says.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct MediaType(String);

impl MediaType {
    /// What a file of unknown type is.
    pub const UNKNOWN: &'static str = "application/octet-stream";

    /// The type as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for MediaType {
    fn default() -> Self {
        Self(Self::UNKNOWN.to_owned())
    }
}

impl From<String> for MediaType {
    /// Whatever is not a plain `type/subtype` of at most 127 bytes is of unknown type.
    fn from(text: String) -> Self {
        let token = |part: &str| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b))
        };
        let plain = text.len() <= 127 && text.split_once('/').is_some_and(|(t, s)| token(t) && token(s));
        if plain { Self(text.to_ascii_lowercase()) } else { Self::default() }
    }
}

impl From<MediaType> for String {
    fn from(media_type: MediaType) -> Self {
        media_type.0
    }
}

/// The text cannot be a tenant's short name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a tenant's short name has 2 to 40 of a to z, 0 to 9 and -, and starts and ends with a letter or digit"
)]
pub struct TenantSlugError;

/// A tenant's short name: in commands and addresses.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TenantSlug(String);

impl TenantSlug {
    /// The short name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TenantSlug {
    type Err = TenantSlugError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = (2..=40).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !text.starts_with('-')
            && !text.ends_with('-');
        if fits { Ok(Self(text.to_owned())) } else { Err(TenantSlugError) }
    }
}

impl fmt::Display for TenantSlug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for TenantSlug {
    type Error = TenantSlugError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<TenantSlug> for String {
    fn from(slug: TenantSlug) -> Self {
        slug.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_that_deceive_or_escape_are_refused() {
        let long = "a".repeat(256);
        let absurd = "a".repeat(10_000);
        let deep = ["d"; 33].join("/");
        for (text, why) in [
            ("", FileNameError::Empty),
            ("   ", FileNameError::Empty),
            ("a\0b", FileNameError::Character),
            ("a\nb", FileNameError::Character),
            ("invoice\u{202e}fdp.exe", FileNameError::Character),
            ("zero\u{200b}width", FileNameError::Character),
            ("../secret", FileNameError::Path),
            ("a/../../b", FileNameError::Path),
            ("/etc/passwd", FileNameError::Path),
            ("a//b", FileNameError::Path),
            ("a/", FileNameError::Path),
            ("..\\b", FileNameError::Path),
            ("a/.. /b", FileNameError::Path),
            (" .", FileNameError::Path),
            ("...", FileNameError::Path),
            ("C:evil", FileNameError::Path),
            (long.as_str(), FileNameError::TooLong),
            (absurd.as_str(), FileNameError::TooLong),
            (deep.as_str(), FileNameError::TooLong),
        ] {
            assert_eq!(text.parse::<FileName>(), Err(why), "{text:?}");
        }
    }

    #[test]
    fn names_that_people_use_are_kept() {
        for text in ["a.pdf", "Röntgen 2026.dcm", "会议/记录.docx", "…", ".env", "scan (1).tar.gz", "a:b"]
        {
            let expected = if text == "a:b" { Err(FileNameError::Path) } else { Ok(text.to_owned()) };
            assert_eq!(text.parse::<FileName>().map(String::from), expected);
        }
    }

    #[test]
    fn decomposed_names_are_composed() {
        assert_eq!("u\u{308}.txt".parse::<FileName>().unwrap().as_str(), "ü.txt");
    }

    proptest! {
        #[test]
        fn an_accepted_name_stays_in_its_folder(text in "\\PC{0,60}") {
            if let Ok(name) = text.parse::<FileName>() {
                prop_assert!(name.segments().all(|s| !s.is_empty() && s != "." && s != ".."));
                prop_assert!(!name.as_str().starts_with('/'));
                prop_assert_eq!(name.as_str().parse::<FileName>().unwrap(), name);
            }
        }
    }

    #[test]
    fn a_media_type_that_is_none_is_unknown() {
        for text in ["", "text", "text/html; charset=x", "a/b\r\nX: y", "<a>/b"] {
            assert_eq!(MediaType::from(text.to_owned()).as_str(), MediaType::UNKNOWN);
        }
        assert_eq!(MediaType::from("Image/PNG".to_owned()).as_str(), "image/png");
    }

    #[test]
    fn slugs_are_plain() {
        assert!("st-anna-2".parse::<TenantSlug>().is_ok());
        for text in ["a", "-ab", "ab-", "A-b", "a b", "a/b", ""] {
            assert!(text.parse::<TenantSlug>().is_err(), "{text}");
        }
    }
}
