//! Whether a PDF opens with a password only (ISO 32000-2, 7.5.5 and 7.6).

use crate::{
    bytes_of::{find, find_last},
    source::{Reader, Source, Trouble, View},
};

/// Where the end of the file is looked for: readers accept rubbish behind it.
const TAIL: u64 = 2 << 10;
/// What a trailer takes, also behind a short table of objects.
const TRAILER: u64 = 4 << 10;

/// Whether its trailer names a way of encryption. A file that is too damaged to tell is none.
pub(crate) async fn is_encrypted<S: Source>(
    reader: &mut Reader<'_, S>,
    whole: View,
) -> Result<bool, Trouble<S::Error>> {
    let (_, tail) = reader.tail(whole, TAIL).await?;
    if names_encryption(&tail) {
        return Ok(true);
    }
    let Some(at) = find_last(&tail, b"startxref").and_then(|at| number(&tail[at + 9..])) else {
        return Ok(false);
    };
    if at >= whole.length {
        return Ok(false);
    }
    let trailer = reader.read(whole, at, TRAILER.min(whole.length - at) as usize).await?;
    // A table of objects that is a stream has its dictionary in front of it.
    let end = find(&trailer, b"stream\r").or_else(|| find(&trailer, b"stream\n")).unwrap_or(trailer.len());
    Ok(names_encryption(&trailer[..end]))
}

/// `/Encrypt 12 0 R`, or the dictionary itself.
fn names_encryption(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    while let Some(at) = find(rest, b"/Encrypt") {
        rest = &rest[at + 8..];
        let value = rest.iter().find(|byte| !byte.is_ascii_whitespace());
        if value.is_some_and(|byte| byte.is_ascii_digit() || *byte == b'<') {
            return true;
        }
    }
    false
}

fn number(bytes: &[u8]) -> Option<u64> {
    let text = bytes.trim_ascii_start();
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(&text[..digits]).ok()?.parse().ok()
}
