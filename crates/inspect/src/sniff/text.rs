//! Text, and what stands in it that runs.

use std::borrow::Cow;

use sealpost_domain::rules::FileKind;

use super::Sniffed;

/// What is read of a text to tell what it is.
const START: usize = 4 << 10;

pub(super) fn sniff(head: &[u8]) -> Option<Sniffed> {
    if head.is_empty() {
        return Some(Sniffed::settled("empty", FileKind::Unknown));
    }
    let start = &head[..head.len().min(START)];
    if !is_text(start) {
        return None;
    }
    let decoded = decode(start);
    let begins = decoded.trim_start_matches('\u{feff}').trim_start().to_ascii_lowercase();
    // Whatever follows: scripts may carry a load that is no text.
    if let Some((format, kind)) = read(&begins) {
        return Some(Sniffed::settled(format, kind));
    }
    is_text(head).then(|| Sniffed::settled("text", FileKind::Text))
}

/// Whether nothing in it is of another kind than text: UTF-8, UTF-16 with its mark, or an older alphabet.
pub(super) fn is_text(head: &[u8]) -> bool {
    match head {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes).is_some_and(|text| is_plain(&text)),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes).is_some_and(|text| is_plain(&text)),
        _ => match std::str::from_utf8(head) {
            Ok(text) => is_plain(text),
            // Cut within the last letter.
            Err(error) if error.error_len().is_none() => {
                std::str::from_utf8(&head[..error.valid_up_to()]).is_ok_and(is_plain)
            }
            Err(_) => is_older(head),
        },
    }
}

fn is_plain(text: &str) -> bool {
    !text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{c}' | '\u{1b}' | '\u{85}'))
}

/// One byte a letter: hardly any control characters, and most letters plain.
fn is_older(head: &[u8]) -> bool {
    let control = head.iter().any(|byte| matches!(byte, 0..=8 | 0xb | 0xe..=0x1a | 0x1c..=0x1f | 0x7f));
    let high = head.iter().filter(|byte| **byte >= 0x80).count();
    !control && high * 3 < head.len()
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let mut text = String::new();
    for decoded in char::decode_utf16(units) {
        match decoded {
            Ok(c) => text.push(c),
            // Half a pair at the end was cut off.
            Err(_) if text.len() + 8 > bytes.len() / 2 => break,
            Err(_) => return None,
        }
    }
    Some(text)
}

fn decode(start: &[u8]) -> Cow<'_, str> {
    let utf16 = match start {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => None,
    };
    utf16.map_or_else(|| String::from_utf8_lossy(start), Cow::Owned)
}

/// What a text is, by how it begins, in small letters.
fn read(start: &str) -> Option<(&'static str, FileKind)> {
    use FileKind as K;
    const BEGINS: &[(&str, &str, FileKind)] = &[
        ("#!", "script", K::Script),
        ("@echo off", "batch", K::Script),
        ("@echo on", "batch", K::Script),
        ("@rem ", "batch", K::Script),
        ("<?php", "php", K::Script),
        ("windows registry editor version", "reg", K::Script),
        ("regedit4", "reg", K::Script),
        ("<job", "wsf", K::Script),
        ("<package>", "wsf", K::Script),
        ("<component", "sct", K::Script),
        ("<scriptlet", "sct", K::Script),
        ("[internetshortcut]", "url", K::Shortcut),
        ("[{000214a0-", "url", K::Shortcut),
        ("[desktop entry]", "desktop", K::Shortcut),
        ("[shell]", "scf", K::Shortcut),
        ("{\\rt", "rtf", K::Office),
        ("%!ps", "postscript", K::Image),
        ("begin:vcard", "vcard", K::Text),
        ("<svg", "svg", K::Image),
    ];
    if let Some((_, format, kind)) = BEGINS.iter().find(|(word, ..)| start.starts_with(word)) {
        return Some((format, *kind));
    }
    // An application of Internet Explorer is a page that says so somewhere.
    if start.contains("<hta:application") {
        return Some(("hta", K::Script));
    }
    if is_mail(start) {
        return Some(("eml", K::Email));
    }
    if start.starts_with('<') {
        return markup(start);
    }
    None
}

fn markup(start: &str) -> Option<(&'static str, FileKind)> {
    use FileKind as K;
    for (word, format, kind) in [
        ("<?wsf", "wsf", K::Script),
        ("<scriptlet", "sct", K::Script),
        ("ms:script", "xsl", K::Script),
        ("msxsl:script", "xsl", K::Script),
        ("<librarydescription", "library-ms", K::Shortcut),
        ("<searchconnectordescription", "searchconnector-ms", K::Shortcut),
        ("<pcsettings", "settingcontent-ms", K::Shortcut),
        ("<svg", "svg", K::Image),
        ("<html", "html", K::Web),
        ("<!doctype html", "html", K::Web),
        ("<script", "html", K::Web),
        ("<body", "html", K::Web),
    ] {
        if start.contains(word) {
            return Some((format, kind));
        }
    }
    None
}

/// At least two of the lines that messages begin with, one of which no other text has.
fn is_mail(start: &str) -> bool {
    const FIELDS: &[&str] = &[
        "received:",
        "return-path:",
        "mime-version:",
        "message-id:",
        "from:",
        "to:",
        "subject:",
        "date:",
        "delivered-to:",
        "x-mozilla-status:",
        "content-type:",
    ];
    let first = start.lines().next().unwrap_or_default();
    let begins = FIELDS.iter().any(|field| first.starts_with(field)) || first.starts_with("from ");
    let head = start.split("\r\n\r\n").next().unwrap_or(start).split("\n\n").next().unwrap_or(start);
    let sure = ["received:", "return-path:", "mime-version:", "message-id:"];
    let line = |field: &str| head.lines().any(|line| line.starts_with(field));
    begins && sure.iter().any(|field| line(field)) && FIELDS.iter().filter(|field| line(field)).count() > 1
}
