//! Documents with macros and passwords.

use sealpost_test_support::corpus::{self, Zip, ZipFile};

use crate::{archive, kinds, look};

pub(crate) fn zip(names: &[&str]) -> Vec<u8> {
    Zip::of(names.iter().map(|name| ZipFile::packed(name, 10, 30))).build()
}

const TYPES: &str = "[Content_Types].xml";

/// Names of files inside, and what the whole is.
pub(crate) const PACKED: &[(&[&str], &str)] = &[
    (&[TYPES, "word/document.xml"], "ooxml office"),
    (&[TYPES, "xl/workbook.xml"], "ooxml office"),
    (&[TYPES, "ppt/presentation.xml"], "ooxml office"),
    (&[TYPES, "word/document.xml", "word/vbaProject.bin"], "ooxml office+office_macros"),
    (&[TYPES, "xl/workbook.xml", "XL/VBAPROJECT.BIN"], "ooxml office+office_macros"),
    (&[TYPES, "xl/workbook.xml", "xl/macrosheets/sheet1.xml"], "ooxml office+office_macros"),
    (&["mimetype", "META-INF/manifest.xml", "content.xml"], "opendocument office"),
    (
        &["mimetype", "META-INF/manifest.xml", "Basic/Standard/Module1.xml"],
        "opendocument office+office_macros",
    ),
    (&["mimetype", "META-INF/manifest.xml", "encrypted-package"], "opendocument encrypted_document+office"),
    (&["mimetype", "META-INF/container.xml", "OEBPS/a.xhtml"], "epub ebook"),
    (&[TYPES, "3D/3dmodel.model"], "3mf model"),
    (&["META-INF/MANIFEST.MF", "a/B.class"], "jar archive+executable"),
    (&["META-INF/MANIFEST.MF", "a.txt"], "zip archive"),
    (&[TYPES, "a.txt"], "zip archive"),
    (&["word/document.xml"], "zip archive"),
];

/// Names of streams, and what the whole is.
pub(crate) const COMPOUND: &[(&[&str], &str)] = &[
    (&["WordDocument", "1Table"], "doc office"),
    (&["WordDocument", "Macros", "VBA"], "doc office+office_macros"),
    (&["Workbook"], "xls office"),
    (&["Workbook", "_VBA_PROJECT_CUR"], "xls office+office_macros"),
    (&["PowerPoint Document"], "ppt office"),
    (&["EncryptionInfo", "EncryptedPackage"], "ooxml encrypted_document+office"),
    (&["__nameid_version1.0", "__properties_version1.0"], "msg email"),
    (&["Something"], "cfb other"),
    // So many that the directory has more than one sector.
    (&["a", "b", "c", "d", "e", "f", "g", "WordDocument", "h", "i", "j", "VBA"], "doc office+office_macros"),
];

#[test]
fn documents_are_told_by_what_is_inside() {
    for (names, expected) in PACKED {
        let found = look("a.bin", zip(names));
        assert_eq!(format!("{} {}", found.format, kinds(&found)), *expected, "{names:?}");
    }
}

#[test]
fn older_documents_are_told_by_the_names_of_their_streams() {
    for (streams, expected) in COMPOUND {
        let found = look("a.bin", corpus::compound(streams));
        assert_eq!(format!("{} {}", found.format, kinds(&found)), *expected, "{streams:?}");
    }
}

#[test]
fn a_compound_file_that_runs_in_circles_is_damaged() {
    let mut bytes = corpus::compound(&["WordDocument"]);
    // The first sector of the directory is followed by itself.
    bytes[512 + 4..512 + 8].copy_from_slice(&1_u32.to_le_bytes());
    assert_eq!(archive("a.doc", bytes).damaged.as_deref(), Some("the compound file is damaged"));
    let mut bytes = corpus::compound(&["WordDocument"]);
    bytes[48..52].copy_from_slice(&9_999_u32.to_le_bytes());
    assert!(archive("a.doc", bytes).damaged.is_some());
    assert!(archive("a.doc", &corpus::compound(&["WordDocument"])[..600]).damaged.is_some());
}

#[test]
fn what_has_no_place_in_a_document_is_seen_there() {
    let names = &["[Content_Types].xml", "word/document.xml", "word/media/a.jpg", "word/setup.exe"];
    assert_eq!(archive("a.docx", zip(names)).names, ["word/setup.exe"]);
}
