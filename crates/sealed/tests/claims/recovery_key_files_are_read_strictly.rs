use proptest::prelude::*;
use sealpost_sealed::{
    Error, LockedRecoveryKey, PasswordKey, PasswordParameters, PrivateKey, RecoveryKeyFile,
};

use crate::support::{Given, Seeded};

fn key(seed: u64) -> PrivateKey {
    PrivateKey::generate(&Seeded::new(seed))
}

fn locked(key: &PrivateKey, passphrase: &PasswordKey) -> LockedRecoveryKey {
    LockedRecoveryKey::lock(key, passphrase, PasswordParameters::generate(&Seeded::new(5)), &Seeded::new(6))
}

fn refusal(text: &str) -> &'static str {
    match RecoveryKeyFile::parse(text) {
        Err(Error::RecoveryKey(why)) => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn they_are_lines_that_people_can_read() {
    let key = PrivateKey::generate(&Given::new(&(0..32).collect::<Vec<_>>()));
    let public = key.public_key();
    let fingerprint = public.fingerprint();
    assert_eq!(
        *RecoveryKeyFile::Private(key.clone()).to_text(),
        format!(
            "sealpost recovery key 1\npublic {public}\nprivate AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n\
             fingerprint {fingerprint}\n"
        )
    );
    assert_eq!(
        *RecoveryKeyFile::Public(public).to_text(),
        format!("sealpost recovery public key 1\npublic {public}\nfingerprint {fingerprint}\n")
    );
}

#[test]
fn a_passphrase_unlocks_what_it_has_locked() {
    let (key, right) = (key(1), PasswordKey::from_secret(&[7; 32]).unwrap());
    let locked = locked(&key, &right);
    assert_eq!(locked.unlock(&right), Ok(key.clone()));
    assert_eq!(locked.unlock(&PasswordKey::from_secret(&[8; 32]).unwrap()), Err(Error::PrivateKey));
    let file = RecoveryKeyFile::Locked(locked);
    assert_eq!(file.public_key(), key.public_key());
    let Ok(RecoveryKeyFile::Locked(read)) = RecoveryKeyFile::parse(&file.to_text()) else {
        panic!("a locked file is read as one");
    };
    assert_eq!(read.parameters(), &PasswordParameters::generate(&Seeded::new(5)));
    assert_eq!(read.unlock(&right), Ok(key));
}

/// The lines of two locked files cannot be mixed: the message is bound to its public half.
#[test]
fn a_locked_key_does_not_unlock_under_another_public_half() {
    let right = PasswordKey::from_secret(&[7; 32]).unwrap();
    let [one, two] = [1, 2].map(|seed| RecoveryKeyFile::Locked(locked(&key(seed), &right)).to_text());
    let (one, two): (Vec<_>, Vec<_>) = (one.lines().collect(), two.lines().collect());
    let mixed = [one[0], one[1], two[2], one[3]].join("\n");
    let Ok(RecoveryKeyFile::Locked(mixed)) = RecoveryKeyFile::parse(&mixed) else {
        panic!("what is locked shows when it is unlocked");
    };
    assert_eq!(mixed.unlock(&right), Err(Error::PrivateKey));
}

#[test]
fn slips_are_told_by_line() {
    let text = RecoveryKeyFile::Private(key(1)).to_text();
    let lines: Vec<&str> = text.lines().collect();
    let other = RecoveryKeyFile::Private(key(2)).to_text();
    let other: Vec<&str> = other.lines().collect();
    let with = |index: usize, line: &str| {
        let mut lines = lines.clone();
        lines[index] = line;
        lines.join("\n")
    };
    assert_eq!(refusal(""), "it does not begin as one of this version");
    assert_eq!(refusal(&with(0, "sealpost recovery key 2")), "it does not begin as one of this version");
    assert_eq!(refusal(&lines[..3].join("\n")), "it has too few or too many lines");
    assert_eq!(refusal(&format!("{}\n", *text)), "it has too few or too many lines");
    assert_eq!(refusal(&with(1, "public AAAA")), "its second line is no public key");
    assert_eq!(refusal(&with(1, &lines[1].to_uppercase())), "its second line is no public key");
    assert_eq!(refusal(&with(1, other[1])), "its fingerprint is not that of its public key");
    assert_eq!(refusal(&with(3, other[3])), "its fingerprint is not that of its public key");
    assert_eq!(refusal(&with(2, "private AAAA")), "its third line is no private key");
    assert_eq!(refusal(&with(2, other[2])), "its private and its public key do not belong together");
    assert_eq!(refusal(&with(2, "locked AAAA")), "its third line is no locked key");
    assert_eq!(refusal(&with(2, "secret AAAA")), "its third line is neither a private nor a locked key");
}

#[test]
fn line_ends_of_windows_and_a_missing_last_one_are_read() {
    for file in [
        RecoveryKeyFile::Private(key(1)),
        RecoveryKeyFile::Locked(locked(&key(1), &PasswordKey::from_secret(&[7; 32]).unwrap())),
        RecoveryKeyFile::Public(key(1).public_key()),
    ] {
        let text = file.to_text();
        assert_eq!(RecoveryKeyFile::parse(&text), Ok(file.clone()));
        assert_eq!(RecoveryKeyFile::parse(&text.replace('\n', "\r\n")), Ok(file.clone()));
        assert_eq!(RecoveryKeyFile::parse(text.trim_end()), Ok(file));
        assert!(RecoveryKeyFile::parse(&text.replace('\n', "\r")).is_err());
    }
}

proptest! {
    /// One wrong character anywhere is found before anybody relies on the file, unless it changes bits of the private key
    /// that X25519 does not look at.
    #[test]
    fn a_slip_of_one_character_is_refused_or_means_the_same(
        seed: u64,
        at: prop::sample::Index,
        character in "[ -~]",
    ) {
        let text = RecoveryKeyFile::Private(key(seed)).to_text();
        let at = at.index(text.len() - 1);
        let mut changed = text.to_string();
        changed.replace_range(at..=at, &character);
        if let Ok(read) = RecoveryKeyFile::parse(&changed) {
            prop_assert_eq!(read.public_key(), key(seed).public_key());
            let third_line = text.find("private").unwrap();
            prop_assert!(changed == *text || at > third_line, "{changed}");
        }
    }
}
