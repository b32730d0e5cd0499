//! `Content-Disposition` and `Content-Type` of downloads: the browser saves, and never shows.

use std::fmt::Write as _;

use actix_web::http::header::HeaderValue;

/// Types that no browser runs anything of, and that phones choose the right program by. Whatever else the sender's
/// program claimed is served as bytes.
const INERT: &[&str] = &[
    "application/dicom",
    "application/pdf",
    "application/zip",
    "image/gif",
    "image/heic",
    "image/jpeg",
    "image/png",
    "image/tiff",
    "image/webp",
    "text/csv",
    "text/plain",
];
/// The same of whole families; office documents among them.
const INERT_PREFIXES: &[&str] = &[
    "audio/",
    "video/",
    "application/vnd.oasis.opendocument.",
    "application/vnd.openxmlformats-officedocument.",
];

/// The type that a file is served with.
pub(crate) fn content_type(claimed: &str) -> &str {
    let inert = INERT.contains(&claimed) || INERT_PREFIXES.iter().any(|prefix| claimed.starts_with(prefix));
    // Whatever family it claims, a browser reads it as XML, and runs the scripts of XHTML in it.
    let is_xml = claimed.ends_with("+xml");
    if inert && !is_xml { claimed } else { "application/octet-stream" }
}

/// `attachment` with the name in ASCII for old programs and in UTF-8 for all others (RFC 6266, RFC 8187).
pub(crate) fn attachment(name: &str) -> HeaderValue {
    let base = name.rsplit(['/', '\\']).next().filter(|base| !base.is_empty()).unwrap_or("file");
    let mut text = String::from("attachment; filename=\"");
    text.extend(base.chars().map(|c| if is_plain(c) { c } else { '_' }));
    text.push_str("\"; filename*=UTF-8''");
    for byte in base.bytes() {
        if is_attr_char(byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static("attachment"))
}

/// What may stand in a quoted string, and is read alike by all programs there: some unescape `%` and some `\`.
const fn is_plain(c: char) -> bool {
    matches!(c, ' '..='~') && !matches!(c, '"' | '\\' | '%')
}

/// `attr-char` of RFC 8187.
const fn is_attr_char(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'!' | b'#' | b'$' | b'&' | b'+' | b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_come_in_both_spellings() {
        for (name, header) in [
            ("a b.pdf", r#"attachment; filename="a b.pdf"; filename*=UTF-8''a%20b.pdf"#),
            ("Röntgen.dcm", r#"attachment; filename="R_ntgen.dcm"; filename*=UTF-8''R%C3%B6ntgen.dcm"#),
            ("会议/记录.docx", r#"attachment; filename="__.docx"; filename*=UTF-8''%E8%AE%B0%E5%BD%95.docx"#),
            (r#"a"b.txt"#, r#"attachment; filename="a_b.txt"; filename*=UTF-8''a%22b.txt"#),
            ("50%.txt", r#"attachment; filename="50_.txt"; filename*=UTF-8''50%25.txt"#),
        ] {
            assert_eq!(attachment(name).to_str().unwrap(), header);
        }
    }

    #[test]
    fn a_name_writes_no_header_of_its_own() {
        let header = attachment("a\r\nSet-Cookie: x=1\r\n\r\n<script>");
        let text = header.to_str().unwrap();
        assert!(!text.contains(['\r', '\n']), "{text}");
    }

    #[test]
    fn nothing_is_served_as_what_a_browser_runs() {
        for claimed in ["text/html", "image/svg+xml", "video/x+xml", "text/javascript", "text/xml", "", "x"] {
            assert_eq!(content_type(claimed), "application/octet-stream");
        }
        for claimed in ["application/pdf", "video/mp4", "image/jpeg"] {
            assert_eq!(content_type(claimed), claimed);
        }
    }

    proptest! {
        #[test]
        fn every_name_is_one_attachment_that_decodes_to_it(name in "\\PC{1,40}") {
            let header = attachment(&name);
            let text = header.to_str().unwrap();
            prop_assert!(text.starts_with("attachment; filename=\""));
            let encoded = text.rsplit("UTF-8''").next().unwrap();
            let url = format!("http://x/?{encoded}").replace('+', "%2B");
            let decoded = url::Url::parse(&url).unwrap().query_pairs().next().map(|(k, _)| k.into_owned());
            let base = name.rsplit(['/', '\\']).next().filter(|b| !b.is_empty()).unwrap_or("file");
            // The decoder stops at the signs of its own grammar.
            if !base.contains(['&', '=', '#']) {
                prop_assert_eq!(decoded.unwrap(), base);
            }
        }
    }
}
