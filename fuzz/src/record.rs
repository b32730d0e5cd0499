use data_encoding::BASE64;
use sealpost_archive::{Archive, Verified};
use sealpost_certificate::{Certificate, FORMAT, SignedCertificate};
use sealpost_sealed::{Checkpoint, NoteVerifier, SigningKey, split_notes};
use sealpost_tenancy::{Destination, FileVerifier};

use crate::input::{Input, text};

/// Whose log it is. The seeds name it.
const ORIGIN: &str = "example.org/log";

/// Whose secret only the targets know, and what goes with it.
fn signer() -> (SigningKey, NoteVerifier) {
    let key = SigningKey::from_secret(&[7; 32]).expect("any 32 bytes");
    let verifier = NoteVerifier::new(ORIGIN, key.verifying_key()).expect("a name without blanks");
    (key, verifier)
}

/// No input is a note that was signed with another's key; what is damaged opens as it was signed, or not at all; files of
/// notes fall into their notes.
pub fn signed_notes(data: &[u8]) {
    let (key, verifier) = signer();
    if let Some(text) = text(data) {
        assert!(verifier.open(text).is_err());
        assert_eq!(split_notes(text).concat(), text);
        if let Ok(named) = text.parse::<NoteVerifier>() {
            assert_eq!(named.to_string(), text);
        }
    }
    let mut input = Input(data);
    let checkpoint = Checkpoint {
        origin: ORIGIN.to_owned(),
        size: input.u64(),
        root: input.array(),
        at: (input.up_to(1) == 1).then(|| input.u64() as i64),
    };
    let note = checkpoint.sign(&key).expect("the origin is a name");
    assert_eq!(Checkpoint::open(&verifier, &note).as_ref(), Ok(&checkpoint));
    let mut damaged = note.into_bytes();
    input.damage(&mut damaged);
    if let Ok(opened) = std::str::from_utf8(&damaged)
        .map_err(drop)
        .and_then(|note| Checkpoint::open(&verifier, note).map_err(drop))
    {
        assert_eq!(opened, checkpoint);
    }
}

/// No file harms whoever verifies it; one that counts as signed with a key was signed with it.
pub fn audit_export(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let (_, verifier) = signer();
    for file in [
        FileVerifier::new(),
        FileVerifier::new().signed_by(verifier.clone()),
    ] {
        let _ = read(file, text);
    }
    // Under the name of a key that has signed nothing, nothing is covered.
    let own = text.replace(KEY_PLACE, &verifier.to_string());
    if let Some(verified) = read(FileVerifier::new().signed_by(verifier), &own) {
        assert_eq!(verified.fitting, 0);
    }
}

/// What stands in seeds for the key of the targets.
const KEY_PLACE: &str = "KEY";

fn read(mut file: FileVerifier, text: &str) -> Option<sealpost_tenancy::Verified> {
    text.lines().try_for_each(|line| file.line(line)).ok()?;
    file.finish().ok()
}

/// What is read as a certificate is written as it was read, and nobody's unless he has signed it; what is signed says what
/// was signed.
pub fn certificates(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let (key, verifier) = signer();
    if let Ok(read) = SignedCertificate::parse(text) {
        let again = SignedCertificate::parse(&read.to_text());
        assert_eq!(again.as_ref(), Ok(&read));
        if read.verify().is_ok() {
            assert_ne!(read.signer().expect("it has verified").key(), verifier.key());
        }
    }
    let Ok(certificate) = serde_json::from_str::<Certificate>(text) else {
        return;
    };
    let Ok(signed) = SignedCertificate::sign(&certificate, &key, &verifier) else {
        return;
    };
    match signed.verify() {
        Ok(read) => assert_eq!(read, certificate),
        Err(_) => assert_ne!(certificate.format, FORMAT),
    }
    let other = BASE64.encode(&key.sign("certificate", text.as_bytes()));
    let altered = signed.to_text().replace(signed.signature(), &other);
    let altered = SignedCertificate::parse(&altered).expect("nothing but its signature has changed");
    assert!(altered.verify().is_err() || altered == signed);
}

/// No bytes harm whoever verifies them as an archive; of a damaged archive that verifies, all entries are there.
pub fn archive_verify(data: &[u8]) {
    drop(sealpost_archive::verify(data));
    let (one, two) = data.split_at(data.len() / 2);
    let mut archive = Archive::new(1_800_000_000);
    let mut bytes = Vec::new();
    for (name, content) in [("one/a.bin", one), ("two.bin", two)] {
        let content = bytes::Bytes::copy_from_slice(content);
        bytes.extend(archive.whole(name, content).expect("a name of ASCII"));
    }
    bytes.extend(archive.finish().expect("no entry is open"));
    let mut bytes = bytes.concat();
    let whole = Verified {
        entries: 2,
        bytes: data.len() as u64,
    };
    assert_eq!(sealpost_archive::verify(&*bytes).ok(), Some(whole));
    Input(data).damage(&mut bytes);
    if let Ok(verified) = sealpost_archive::verify(&*bytes) {
        assert_eq!(verified, whole);
    }
}

/// Where entries go is read as it is written, and checking it harms nothing; what may be called is called over TLS.
pub fn forwarding_destination(data: &[u8]) {
    use sealpost_reach::Reach;

    let Ok(destination) = serde_json::from_slice::<Destination>(data) else {
        return;
    };
    let written = serde_json::to_vec(&destination).expect("a destination is written");
    assert_eq!(
        serde_json::from_slice::<Destination>(&written).ok().as_ref(),
        Some(&destination)
    );
    let (public, internal) = (
        destination.check(Reach::Public),
        destination.check(Reach::Internal),
    );
    assert!(public.is_err() || internal.is_ok());
    if let (Destination::Webhook(webhook), Ok(())) = (&destination, public) {
        assert!(
            webhook
                .url
                .trim_start()
                .to_ascii_lowercase()
                .starts_with("https:")
        );
    }
}
