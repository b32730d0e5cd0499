//! Looks for many secrets at once, in whatever form they may lie, in as many bytes as a process has.

use std::collections::HashMap;

use super::{Secret, forms::forms};

/// Bytes by which a form is told from all others at first.
const START: usize = 4;

/// What is looked for.
pub(crate) struct Hunt {
    names: Vec<String>,
    needles: Vec<(usize, Vec<u8>)>,
    by_start: HashMap<[u8; START], Vec<usize>>,
    /// Whether any begins with these two bytes: one look for each byte of what is searched.
    begins: Vec<bool>,
}

impl Hunt {
    /// For all of these.
    pub(crate) fn of(secrets: &[Secret]) -> Self {
        Self::new(secrets.iter().map(|(name, secret)| (name.as_str(), secret.as_slice())))
    }

    /// For these secrets by their names, which need a few bytes.
    pub(crate) fn new<'a>(secrets: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Self {
        let mut hunt = Self {
            names: Vec::new(),
            needles: Vec::new(),
            by_start: HashMap::new(),
            begins: vec![false; 1 << 16],
        };
        for (name, secret) in secrets {
            assert!(secret.len() >= 8, "{name} could be there by chance");
            hunt.names.push(name.to_owned());
            for form in every_form(secret) {
                let start: [u8; START] = form[..START].try_into().unwrap();
                hunt.begins[index(start[0], start[1])] = true;
                hunt.by_start.entry(start).or_default().push(hunt.needles.len());
                hunt.needles.push((hunt.names.len() - 1, form));
            }
        }
        hunt
    }

    /// Of the longest form.
    pub(crate) fn longest(&self) -> usize {
        self.needles.iter().map(|(_, form)| form.len()).max().unwrap_or(0)
    }

    /// The names of those that are there, each once.
    pub(crate) fn found_in(&self, bytes: &[u8]) -> Vec<&str> {
        let mut found = vec![false; self.names.len()];
        for at in 0..bytes.len().saturating_sub(START - 1) {
            if !self.begins[index(bytes[at], bytes[at + 1])] {
                continue;
            }
            let rest = &bytes[at..];
            let start: [u8; START] = rest[..START].try_into().unwrap();
            for needle in self.by_start.get(&start).into_iter().flatten() {
                let (name, form) = &self.needles[*needle];
                found[*name] |= rest.starts_with(form);
            }
        }
        self.names.iter().zip(found).filter(|(_, found)| *found).map(|(name, _)| name.as_str()).collect()
    }
}

fn index(first: u8, second: u8) -> usize {
    usize::from(first) << 8 | usize::from(second)
}

/// As they are, as texts, and as UTF-16 of texts.
fn every_form(secret: &[u8]) -> Vec<Vec<u8>> {
    let texts = forms(secret);
    let mut every = vec![secret.to_vec()];
    for text in &texts {
        every.push(text.as_bytes().to_vec());
        every.push(text.encode_utf16().flat_map(u16::to_le_bytes).collect());
        every.push(text.encode_utf16().flat_map(u16::to_be_bytes).collect());
    }
    every.sort();
    every.dedup();
    every
}

/// A search that finds nothing because it cannot would prove nothing.
#[test]
fn bytes_are_found_in_whatever_form_and_wherever_they_lie() {
    let (word, key) = (b"kanarienvogel-1".as_slice(), [0xa5; 32]);
    let hunt = Hunt::new([("a word", word), ("a key", &key)]);
    let text = std::str::from_utf8(word).unwrap();
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    for form in [
        word.to_vec(),
        data_encoding::HEXLOWER.encode(word).into(),
        data_encoding::HEXUPPER.encode(word).into(),
        data_encoding::BASE64.encode(word).into(),
        data_encoding::BASE64URL_NOPAD.encode(&[&b"x"[..], word, b"yz"].concat()).into(),
        utf16(text),
        utf16(&data_encoding::HEXLOWER.encode(word)),
        text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        word.iter().map(|byte| format!("%{byte:02X}")).collect::<String>().into(),
    ] {
        for before in [0, 1, 4_095, 4_096] {
            let bytes = [vec![b'.'; before], form.clone()].concat();
            assert_eq!(
                hunt.found_in(&bytes),
                ["a word"],
                "{} behind {before}",
                String::from_utf8_lossy(&form)
            );
        }
    }
    assert_eq!(hunt.found_in(&[word, &key].concat()), ["a word", "a key"]);
    assert_eq!(hunt.found_in(&[&key[..31], &word[..14]].concat()), [""; 0]);
    assert!(hunt.longest() >= 64);
}
