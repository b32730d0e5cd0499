//! The long tail: some 450 signatures of the crate `file-format`.

use file_format::{FileFormat, Kind};
use sealpost_domain::rules::FileKind;

use super::{Next, Sniffed};

/// Where signatures of discs begin: found there, they would hide what stands in front of them.
const BEFORE_DISCS: usize = 32 << 10;

/// What runs and what is mounted is told by our own readers: signatures of two bytes would find programs everywhere.
pub(super) fn sniff(head: &[u8]) -> Sniffed {
    let found = FileFormat::from_bytes(&head[..head.len().min(BEFORE_DISCS)]);
    let name = found.extension().to_owned();
    let kind = match found.kind() {
        Kind::Archive | Kind::Compressed => {
            return Sniffed::new(name, &[FileKind::Archive], Next::Closed);
        }
        Kind::Audio => FileKind::Audio,
        Kind::Database => FileKind::Database,
        Kind::Diagram | Kind::Document | Kind::Formula | Kind::Presentation | Kind::Spreadsheet => {
            FileKind::Office
        }
        Kind::Ebook => FileKind::Ebook,
        Kind::Font => FileKind::Font,
        Kind::Image => FileKind::Image,
        Kind::Model => FileKind::Model,
        Kind::Video => FileKind::Video,
        _ => match found {
            FileFormat::PersonalStorageTable => FileKind::Database,
            FileFormat::DigitalImagingAndCommunicationsInMedicine => FileKind::Image,
            FileFormat::Mpeg4Part14
            | FileFormat::ExtensibleBinaryMetaLanguage
            | FileFormat::AdvancedSystemsFormat => FileKind::Video,
            FileFormat::OggMultiplexedMedia | FileFormat::Id3v2 => FileKind::Audio,
            // Nothing, or nothing that can be told by two bytes.
            FileFormat::ArbitraryBinaryData
            | FileFormat::AppleDiskImage
            | FileFormat::CommonObjectFileFormat
            | FileFormat::Commodore64Program
            | FileFormat::DerCertificate
            | FileFormat::MsDosExecutable => return Sniffed::new("unknown", &[], Next::End),
            _ => return Sniffed::new(name, &[FileKind::Other], Next::End),
        },
    };
    Sniffed::settled(name, kind)
}
