//! What the browser has to find as well: samples with what they are here, in a file that its tests read.

use std::fmt::Write as _;

use sealpost_test_support::corpus::{self, Zip, ZipFile};
use serde_json::{Value, json};

use crate::{documents, kinds, look};

/// The signatures as the browser has them: a format, its kind, and what it may begin with.
const SIGNATURES: &str = include_str!("../../../../web/packages/content/src/files/signatures.json");
const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/kinds.json");
/// So many zeros are not written down.
const GAP: usize = 64;

#[test]
fn the_browser_is_told_what_files_are_here() {
    let samples = samples();
    assert!(samples.len() > 400);
    let mut text = "[".to_owned();
    for (name, bytes) in samples {
        let found = look(&name, bytes.clone());
        let is = format!("{} {}", found.format, kinds(&found));
        let sample = json!({ "name": name, "length": bytes.len(), "bytes": runs(&bytes), "is": is });
        let comma = if text == "[" { "" } else { "," };
        write!(text, "{comma}\n{sample}").unwrap();
    }
    text.push_str("\n]\n");
    if std::env::var_os("SEALPOST_RENEW_VECTORS").is_some() {
        std::fs::write(PATH, &text).unwrap();
    }
    let kept = std::fs::read_to_string(PATH).unwrap();
    assert!(kept == text, "tests/kinds.json is another: SEALPOST_RENEW_VECTORS=1 writes it anew");
}

fn samples() -> Vec<(String, Vec<u8>)> {
    let of_kinds = kinds::samples().into_iter().map(|(name, bytes, _)| (name, bytes));
    let packed = documents::PACKED.iter().map(|(names, _)| ("a.bin", documents::zip(names)));
    let compound = documents::COMPOUND.iter().map(|(streams, _)| ("a.bin", corpus::compound(streams)));
    let hidden = Zip::of([ZipFile::stored("setup.exe", "x")]);
    let more = [
        ("a.zip", Zip::of([ZipFile::stored("a.txt", "hello")]).build()),
        ("a.zip", Zip::of([ZipFile::stored("a.txt", "hello")]).wide().comment("c").build()),
        ("a.zip", Zip::of([ZipFile::packed("a.txt", 1, 2).encrypted()]).build()),
        ("a.zip", hidden.clone().behind(corpus::jpeg(), false).build()),
        ("a.jpg", hidden.clone().behind(corpus::jpeg(), false).build()),
        ("a.bin", hidden.clone().behind(vec![0; 9_000], false).build()),
        ("a.zip", hidden.behind(corpus::pe(), true).build()),
        ("a.zip", b"PK\x03\x04 and nothing else".to_vec()),
        ("a.doc", corpus::compound(&["WordDocument"])[..600].to_vec()),
    ];
    let named = of_kinds.chain(packed).chain(compound).chain(more);
    named.map(|(name, bytes)| (name.to_owned(), bytes)).chain(of_signatures()).collect()
}

/// A file for each signature that the browser has.
fn of_signatures() -> Vec<(String, Vec<u8>)> {
    let rows: Vec<(String, String, Vec<String>)> = serde_json::from_str(SIGNATURES).unwrap();
    let values = rows.into_iter().flat_map(|(_, _, values)| values);
    values.map(|value| ("a".to_owned(), of_signature(&value))).collect()
}

fn of_signature(value: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in value.split('+') {
        let (at, hex) = part.split_once(':').unwrap_or(("0", part));
        let at: usize = at.parse().unwrap();
        let digits = hex.as_bytes().chunks(2);
        let word = digits.map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap());
        let word: Vec<u8> = word.collect();
        bytes.resize(bytes.len().max(at + word.len()), 0);
        bytes[at..at + word.len()].copy_from_slice(&word);
    }
    // Something that is no text, so that no signature is taken for one.
    bytes.resize(bytes.len() + 16, 0);
    bytes.push(1);
    bytes
}

/// Where what is not 0 stands, in hex.
fn runs(bytes: &[u8]) -> Value {
    let mut runs: Vec<(usize, String)> = Vec::new();
    let mut end = 0;
    for (at, byte) in bytes.iter().enumerate().filter(|(_, byte)| **byte != 0) {
        match runs.last_mut() {
            Some((_, hex)) if at - end < GAP => {
                hex.push_str(&"00".repeat(at - end));
                write!(hex, "{byte:02x}").unwrap();
            }
            _ => runs.push((at, format!("{byte:02x}"))),
        }
        end = at + 1;
    }
    json!(runs)
}
