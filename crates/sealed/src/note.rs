//! Signed notes (c2sp.org/signed-note) and the checkpoints in them (c2sp.org/tlog-checkpoint): what a log's keeper
//! signs and hands out, so that he can be held to it.

use std::fmt;

use data_encoding::BASE64;
use sha2::{Digest, Sha256};

use crate::{Error, SigningKey, VerifyingKey, merkle::Node};

/// The kind of key: Ed25519 as in RFC 8032.
const ED25519: u8 = 1;
/// What a signature's line begins with.
const DASH: &str = "\u{2014} ";
/// Longest note that is read, in bytes.
const LONGEST: usize = 16 * 1024;

/// Who signs notes: a name and the public half of his key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteVerifier {
    name: String,
    key: VerifyingKey,
}

impl NoteVerifier {
    /// Whoever is called `name`, which has neither blanks nor a plus, and holds the other half of `key`.
    ///
    /// # Errors
    ///
    /// [`Error::Note`] for another name.
    pub fn new(name: &str, key: VerifyingKey) -> Result<Self, Error> {
        let fits =
            !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c.is_control() || c == '+');
        if fits { Ok(Self { name: name.to_owned(), key }) } else { Err(Error::Note) }
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The public half.
    pub const fn key(&self) -> &VerifyingKey {
        &self.key
    }

    /// Four bytes by which a signature says whose it is.
    fn id(&self) -> [u8; 4] {
        let hash = Sha256::new().chain_update(&self.name).chain_update([b'\n', ED25519]);
        let hash: [u8; 32] = hash.chain_update(self.key.as_bytes()).finalize().into();
        [hash[0], hash[1], hash[2], hash[3]]
    }

    /// The text of a note that bears his signature.
    ///
    /// # Errors
    ///
    /// [`Error::Note`] for what is no note, [`Error::Signature`] if none of its signatures is his and right.
    pub fn open<'n>(&self, note: &'n str) -> Result<&'n str, Error> {
        if note.len() > LONGEST || note.contains(|c: char| c.is_control() && c != '\n') {
            return Err(Error::Note);
        }
        let end = note.rfind("\n\n").ok_or(Error::Note)? + 1;
        let (text, signatures) = (&note[..end], &note[end + 1..]);
        if signatures.is_empty() || !signatures.ends_with('\n') {
            return Err(Error::Note);
        }
        for line in signatures.lines() {
            let (name, signature) =
                line.strip_prefix(DASH).and_then(|l| l.split_once(' ')).ok_or(Error::Note)?;
            let bytes = BASE64.decode(signature.as_bytes()).map_err(|_| Error::Note)?;
            let (id, signature) = bytes.split_first_chunk::<4>().ok_or(Error::Note)?;
            if name == self.name && *id == self.id() {
                return self.key.verify_bytes(text.as_bytes(), signature).map(|()| text);
            }
        }
        Err(Error::Signature)
    }
}

/// As the format has it: `name+id+key`, in hexadecimal and base64.
impl fmt::Display for NoteVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[ED25519], self.key.as_bytes().as_slice()].concat();
        write!(f, "{}+{:08x}+{}", self.name, u32::from_be_bytes(self.id()), BASE64.encode(&key))
    }
}

impl std::str::FromStr for NoteVerifier {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(_), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(Error::Note);
        };
        let bytes = BASE64.decode(key.as_bytes()).map_err(|_| Error::Note)?;
        let Some((&ED25519, key)) = bytes.split_first() else {
            return Err(Error::Note);
        };
        let verifier = Self::new(name, VerifyingKey::from_bytes(key)?)?;
        // The id is made of the others: a slip in either shows.
        if verifier.to_string() == text { Ok(verifier) } else { Err(Error::Note) }
    }
}

/// How far a log had come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log.
    pub origin: String,
    /// How many leaves its tree had.
    pub size: u64,
    /// The tree's head.
    pub root: Node,
    /// When it was signed, in unix milliseconds, if it says so: a line `at N` of ours.
    pub at: Option<i64>,
}

impl Checkpoint {
    fn to_text(&self) -> String {
        let mut text = format!("{}\n{}\n{}\n", self.origin, self.size, BASE64.encode(&self.root));
        if let Some(at) = self.at {
            text.push_str(&format!("at {at}\n"));
        }
        text
    }

    /// Signs it in the origin's name.
    ///
    /// # Errors
    ///
    /// [`Error::Note`] if the origin cannot be a name.
    pub fn sign(&self, key: &SigningKey) -> Result<String, Error> {
        let verifier = NoteVerifier::new(&self.origin, key.verifying_key())?;
        let text = self.to_text();
        let signature = [verifier.id().as_slice(), &key.sign_bytes(text.as_bytes())].concat();
        Ok(format!("{text}\n{DASH}{} {}\n", self.origin, BASE64.encode(&signature)))
    }

    /// Reads what `verifier` has signed in the origin's name.
    ///
    /// # Errors
    ///
    /// As [`NoteVerifier::open`], and [`Error::Note`] if the note is no checkpoint of the log that is called as he is.
    pub fn open(verifier: &NoteVerifier, note: &str) -> Result<Self, Error> {
        let checkpoint = Self::parse(verifier.open(note)?).ok_or(Error::Note)?;
        if checkpoint.origin == verifier.name() { Ok(checkpoint) } else { Err(Error::Note) }
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        let (origin, size, root) = (lines.next()?, lines.next()?, lines.next()?);
        let number: u64 = size.parse().ok()?;
        // One text for one number: no sign, no zeros before it.
        if number.to_string() != size {
            return None;
        }
        let root = BASE64.decode(root.as_bytes()).ok()?.try_into().ok()?;
        let at = lines.next().and_then(|line| line.strip_prefix("at ")).and_then(|at| at.parse().ok());
        Some(Self { origin: origin.to_owned(), size: number, root, at })
    }
}

/// The notes that were written into a file one after the other: each ends with its signatures.
pub fn split_notes(file: &str) -> Vec<&str> {
    let (mut notes, mut begin, mut place, mut signed) = (Vec::new(), 0, 0, false);
    for line in file.split_inclusive('\n') {
        let is_signature = line.starts_with(DASH);
        if signed && !is_signature {
            notes.push(&file[begin..place]);
            begin = place;
        }
        signed = is_signature;
        place += line.len();
    }
    if begin < file.len() {
        notes.push(&file[begin..]);
    }
    notes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// From the documentation of golang.org/x/mod/sumdb/note.
    const VERIFIER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const SIGNER: &str = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    const TEXT: &str = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    const SIGNATURE: &str =
        "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=";

    #[test]
    fn a_note_of_another_implementation_opens() {
        let verifier: NoteVerifier = VERIFIER.parse().unwrap();
        assert_eq!(verifier.to_string(), VERIFIER);
        let note = format!("{TEXT}\n\u{2014} PeterNeumann {SIGNATURE}\n");
        assert_eq!(verifier.open(&note), Ok(TEXT));
        let two = format!("{TEXT}\n\u{2014} Somebody AAAAAAAA\n\u{2014} PeterNeumann {SIGNATURE}\n");
        assert_eq!(verifier.open(&two), Ok(TEXT), "others may sign, too");
        assert_eq!(verifier.open(&note.replace("problem,", "problem;")), Err(Error::Signature));
        assert_eq!(verifier.open(&note.replace("PeterNeumann", "PeterNewmann")), Err(Error::Signature));
        let seed = BASE64.decode(SIGNER.as_bytes()).unwrap();
        let key = SigningKey::from_secret(&seed[1..]).unwrap();
        assert_eq!(key.verifying_key(), *verifier.key());
        let signature = [verifier.id().as_slice(), &key.sign_bytes(TEXT.as_bytes())].concat();
        assert_eq!(BASE64.encode(&signature), SIGNATURE, "and it is what we would have signed");
    }

    fn checkpoint() -> (SigningKey, NoteVerifier, Checkpoint) {
        let key = SigningKey::from_secret(&[7; 32]).unwrap();
        let verifier = NoteVerifier::new("example.org/log", key.verifying_key()).unwrap();
        let checkpoint =
            Checkpoint { origin: "example.org/log".to_owned(), size: 1_234, root: [9; 32], at: Some(5) };
        (key, verifier, checkpoint)
    }

    #[test]
    fn a_checkpoint_opens_as_it_was_signed_and_only_for_its_log() {
        let (key, verifier, checkpoint) = checkpoint();
        let note = checkpoint.sign(&key).unwrap();
        let lines: Vec<_> = note.lines().collect();
        let root = "CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=";
        assert_eq!(lines[..5], ["example.org/log", "1234", root, "at 5", ""]);
        assert_eq!(Checkpoint::open(&verifier, &note), Ok(checkpoint.clone()));
        for other in [checkpoint.size.to_string().as_str(), "at 5", "CQk"] {
            let altered = note.replacen(other, &other.replace(['5', '3', 'C'], "6"), 1);
            assert!(Checkpoint::open(&verifier, &altered).is_err(), "{altered}");
        }
        let other_log = NoteVerifier::new("example.org/other", key.verifying_key()).unwrap();
        assert_eq!(Checkpoint::open(&other_log, &note), Err(Error::Signature));
        let other_key = SigningKey::from_secret(&[8; 32]).unwrap().verifying_key();
        let other_key = NoteVerifier::new("example.org/log", other_key).unwrap();
        assert_eq!(Checkpoint::open(&other_key, &note), Err(Error::Signature));
    }

    #[test]
    fn a_file_of_notes_is_taken_apart() {
        let (key, _, checkpoint) = checkpoint();
        let first = checkpoint.sign(&key).unwrap();
        let second = Checkpoint { size: 2_000, ..checkpoint }.sign(&key).unwrap();
        let twice_signed = format!("{second}\u{2014} other AAAAAAAA\n");
        assert_eq!(split_notes(&format!("{first}{twice_signed}{first}")), [&first, &twice_signed, &first]);
        assert_eq!(split_notes(""), [""; 0]);
        assert_eq!(split_notes("rest"), ["rest"]);
    }

    #[test]
    fn a_verifier_with_a_slip_is_none() {
        for wrong in [
            "",
            "a+b",
            "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "a+00000000+AA==",
        ] {
            assert!(wrong.parse::<NoteVerifier>().is_err(), "{wrong}");
        }
        let key = SigningKey::from_secret(&[7; 32]).unwrap().verifying_key();
        for name in ["", "a b", "a+b", "a\nb"] {
            assert!(NoteVerifier::new(name, key).is_err(), "{name}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_read_as_a_note_does_not_panic(text in "(?s).{0,200}") {
            let (_, verifier, _) = checkpoint();
            let _ = Checkpoint::open(&verifier, &text);
            let _ = text.parse::<NoteVerifier>();
            let notes = split_notes(&text);
            prop_assert_eq!(notes.concat(), text);
        }
    }
}
