//! The tus header `Upload-Metadata`: what a client says of the file it uploads.

use sealpost_domain::{FileName, FileNameError, MediaType};

use crate::TransferError;

/// Longest header kept, in bytes. A name of 1,024 bytes in base64 and a few short keys fit well.
const MAX_BYTES: usize = 4_096;
/// What a file without a name is called.
const UNNAMED: &str = "file";

/// A parsed `Upload-Metadata` header (tus 1.0.0, creation): pairs of an ASCII key and a base64 value.
///
/// Clients differ in their keys: the name stands under `filename` or `name`, the type under `filetype` or `type`,
/// and `relativePath` holds folders and name together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadMetadata {
    header: String,
    name: FileName,
    media_type: MediaType,
    /// Whether it says what the file is called, or what it is.
    names_something: bool,
    /// What stands under `part_length`, if something does.
    part_length: Option<String>,
}

impl UploadMetadata {
    /// Reads a header; an empty one is an unnamed file of unknown type.
    ///
    /// # Errors
    /// [`TransferError::Invalid`] if it is not of the header's grammar, [`TransferError::FileName`] if the name
    /// cannot be accepted.
    pub fn parse(header: &str) -> Result<Self, TransferError> {
        if header.len() > MAX_BYTES {
            return Err(TransferError::FileName(FileNameError::TooLong));
        }
        let pairs = pairs(header)?;
        let value = |keys: &[&str]| {
            keys.iter()
                .find_map(|key| pairs.iter().find(|(k, v)| k == key && !v.is_empty()).map(|(_, v)| v.clone()))
        };
        // Browsers give an empty or "null" relativePath to files that were not chosen as part of a folder.
        let path = value(&["relativePath"]).filter(|path| path != "null");
        let name = path.or_else(|| value(&["filename", "name"]));
        let media_type = value(&["filetype", "type"]);
        Ok(Self {
            header: header.to_owned(),
            names_something: name.is_some() || media_type.is_some(),
            part_length: value(&["part_length"]),
            name: name.unwrap_or_else(|| UNNAMED.to_owned()).parse()?,
            media_type: media_type.map(MediaType::from).unwrap_or_default(),
        })
    }

    /// The header as the client gave it.
    pub fn header(&self) -> &str {
        &self.header
    }

    /// The file's name.
    pub fn file_name(&self) -> &FileName {
        &self.name
    }

    /// Whether the client has said what the file is called, or what it is.
    pub const fn names_something(&self) -> bool {
        self.names_something
    }

    /// Of an upload of sealed parts: plaintext bytes of every part but the last, if the client has said so; `Some(None)` if what
    /// it has said is no number.
    pub fn part_length(&self) -> Option<Option<u32>> {
        self.part_length.as_ref().map(|text| text.parse().ok())
    }

    /// The file's type, as the client said.
    pub fn media_type(&self) -> &MediaType {
        &self.media_type
    }
}

impl Default for UploadMetadata {
    fn default() -> Self {
        let name = UNNAMED.parse().expect("a plain word is a file name");
        Self {
            header: String::new(),
            name,
            media_type: MediaType::default(),
            names_something: false,
            part_length: None,
        }
    }
}

fn pairs(header: &str) -> Result<Vec<(String, String)>, TransferError> {
    const BAD: TransferError =
        TransferError::Invalid("Upload-Metadata is not a list of keys and base64 values");
    let mut pairs: Vec<(String, String)> = Vec::new();
    if header.trim().is_empty() {
        return Ok(pairs);
    }
    for pair in header.split(',') {
        let (key, value) = pair.trim().split_once(' ').unwrap_or_else(|| (pair.trim(), ""));
        let is_key = !key.is_empty() && key.bytes().all(|b| b.is_ascii_graphic() && b != b',');
        if !is_key || pairs.iter().any(|(known, _)| known == key) {
            return Err(BAD);
        }
        let bytes = data_encoding::BASE64.decode(value.trim().as_bytes()).map_err(|_| BAD)?;
        // Values under keys that mean nothing to us may be anything; a name that is not UTF-8 is refused as one.
        pairs.push((key.to_owned(), String::from_utf8(bytes).unwrap_or_else(|_| "\u{0}".to_owned())));
    }
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use data_encoding::BASE64;
    use proptest::prelude::*;

    use super::*;

    fn header(pairs: &[(&str, &str)]) -> String {
        pairs
            .iter()
            .map(|(k, v)| format!("{k} {}", BASE64.encode(v.as_bytes())))
            .collect::<Vec<_>>()
            .join(",")
    }

    #[test]
    fn an_empty_header_is_an_unnamed_file() {
        assert_eq!(UploadMetadata::parse("").unwrap(), UploadMetadata::default());
    }

    #[test]
    fn the_names_that_clients_use_are_found() {
        for (pairs, name) in [
            (vec![("filename", "a.pdf"), ("filetype", "application/pdf")], "a.pdf"),
            (vec![("name", "b.pdf"), ("type", "application/pdf"), ("relativePath", "null")], "b.pdf"),
            (vec![("filename", "c.pdf"), ("relativePath", "x/c.pdf")], "x/c.pdf"),
        ] {
            assert_eq!(UploadMetadata::parse(&header(&pairs)).unwrap().file_name().as_str(), name);
        }
    }

    #[test]
    fn what_is_said_of_a_file_is_told_from_what_is_not() {
        for (pairs, names) in [
            (vec![("filename", "a.pdf")], true),
            (vec![("type", "application/pdf")], true),
            (vec![("relativePath", "x/c.pdf")], true),
            (vec![("relativePath", "null"), ("name", ""), ("fingerprint", "x")], false),
            (vec![("part_length", "16777216")], false),
        ] {
            assert_eq!(UploadMetadata::parse(&header(&pairs)).unwrap().names_something(), names, "{pairs:?}");
        }
        let said = |text| UploadMetadata::parse(&header(&[("part_length", text)])).unwrap().part_length();
        assert_eq!((said("16777216"), said("all")), (Some(Some(16 << 20)), Some(None)));
        assert_eq!(UploadMetadata::default().part_length(), None);
    }

    #[test]
    fn a_header_of_another_grammar_is_refused() {
        for text in ["filename", "filename !!", ",", "a YQ==,a YQ==", "filename YQ==,,", "schlüssel YQ=="] {
            let parsed = UploadMetadata::parse(text);
            assert!(parsed.is_err() || text == "filename", "{text}: {parsed:?}");
        }
    }

    #[test]
    fn a_name_that_is_not_text_is_refused() {
        let header = format!("filename {}", BASE64.encode(&[0xff, 0xfe]));
        assert!(matches!(UploadMetadata::parse(&header), Err(TransferError::FileName(_))));
    }

    proptest! {
        #[test]
        fn no_header_panics(text in ".{0,200}") {
            drop(UploadMetadata::parse(&text));
        }
    }
}
