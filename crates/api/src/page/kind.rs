//! What a file is, in words: "Document (PDF)". It goes by the ending of its name, by which the reader's computer will open it; what the
//! sender's program claimed counts where the name says nothing.

use sealpost_domain::Language;

use super::catalogue::text;

/// Endings of each kind of file that people know by a word.
const ENDINGS: [(&str, &[&str]); 12] = [
    ("kind_archive", &["7z", "bz2", "gz", "rar", "tar", "tgz", "xz", "zip", "zst"]),
    ("kind_audio", &["aac", "aiff", "flac", "m4a", "mp3", "oga", "ogg", "opus", "wav", "wma"]),
    ("kind_document", &["doc", "docm", "docx", "dot", "dotx", "epub", "odt", "pages", "pdf", "rtf", "xps"]),
    ("kind_drawing", &["3mf", "dwg", "dxf", "ifc", "odg", "skp", "step", "stl", "stp", "vsd", "vsdx"]),
    ("kind_email", &["eml", "mbox", "msg", "pst"]),
    (
        "kind_image",
        &[
            "avif", "bmp", "cr2", "dcm", "gif", "heic", "heif", "jpeg", "jpg", "nef", "png", "psd", "svg",
            "tif", "tiff", "webp",
        ],
    ),
    ("kind_presentation", &["key", "odp", "pot", "potx", "pps", "ppsx", "ppt", "pptm", "pptx"]),
    (
        "kind_program",
        &[
            "apk", "appimage", "bat", "cmd", "com", "deb", "dmg", "exe", "iso", "jar", "js", "lnk", "msi",
            "pkg", "ps1", "rpm", "scr", "sh", "vbs",
        ],
    ),
    ("kind_spreadsheet", &["csv", "numbers", "ods", "tsv", "xls", "xlsb", "xlsm", "xlsx", "xlt", "xltx"]),
    ("kind_text", &["ini", "json", "log", "md", "tex", "toml", "txt", "xml", "yaml", "yml"]),
    ("kind_video", &["avi", "m4v", "mkv", "mov", "mp4", "mpeg", "mpg", "ogv", "webm", "wmv"]),
    ("kind_web", &["htm", "html", "mhtml", "xhtml"]),
];
/// Longest ending that is shown.
const LONGEST: usize = 8;

/// What a file of this name is, and its ending.
pub(super) fn words(language: Language, name: &str, claimed: &str) -> String {
    let ending = ending(name);
    let kind = ending.as_deref().and_then(by_ending).unwrap_or_else(|| by_claim(claimed));
    let word = text(language, kind);
    match ending {
        Some(ending) => format!("{word} ({})", ending.to_ascii_uppercase()),
        None => word.to_owned(),
    }
}

/// The ending of a name in small letters, if it is one that a program goes by.
fn ending(name: &str) -> Option<String> {
    let base = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let (stem, ending) = base.rsplit_once('.')?;
    let plain =
        (1..=LONGEST).contains(&ending.len()) && ending.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (plain && !stem.is_empty()).then(|| ending.to_ascii_lowercase())
}

fn by_ending(ending: &str) -> Option<&'static str> {
    ENDINGS.iter().find(|(_, endings)| endings.contains(&ending)).map(|(kind, _)| *kind)
}

fn by_claim(claimed: &str) -> &'static str {
    match claimed.split_once('/') {
        Some(("audio", _)) => "kind_audio",
        Some(("image", _)) => "kind_image",
        Some(("text", "plain")) => "kind_text",
        Some(("video", _)) => "kind_video",
        _ => "kind_file",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_it_will_be_opened_as() {
        for (name, claimed, words) in [
            ("Report.PDF", "text/plain", "Document (PDF)"),
            ("a/b.c/budget.xlsx", "", "Spreadsheet (XLSX)"),
            ("report.pdf.exe", "application/pdf", "Program (EXE)"),
            ("scan.dcm", "application/dicom", "Image (DCM)"),
            ("clip", "video/mp4", "Video"),
            ("notes.x-y", "text/plain", "Text"),
            ("data.abc", "application/octet-stream", "File (ABC)"),
            (".env", "", "File"),
            ("a.", "x", "File"),
            ("<b>.<script>", "", "File"),
            ("long.verylongending", "", "File"),
        ] {
            assert_eq!(super::words(Language::English, name, claimed), words, "{name}");
        }
    }

    #[test]
    fn every_kind_has_its_word_and_every_ending_one_kind() {
        let mut all: Vec<_> = ENDINGS.iter().flat_map(|(_, endings)| endings.iter()).collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
        for language in Language::ALL {
            for (kind, _) in ENDINGS {
                assert_ne!(text(language, kind), kind);
            }
            assert_ne!(text(language, "kind_file"), "kind_file");
        }
    }
}
