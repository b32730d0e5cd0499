//! Passwords that everybody tries first, and their simple variants.
//!
//! The list is made of the first 6,000 entries of the password list of the crate zxcvbn 3.1.1 (MIT; from Mark Burnett's
//! "10,000,000 passwords", public domain) and some German, Dutch and office words, each brought to its skeleton. A
//! candidate is common if its own skeleton is in the list: `P@ssw0rd2026!`, `drowssap` and `passwordpassword` are.

use std::{collections::HashSet, sync::LazyLock};

static COMMON: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("../../data/common_passwords.txt").lines().collect());

/// What is put before and behind a word without making it another one, in characters; more is a password of its own.
const MAX_AFFIX_CHARS: usize = 8;
/// Shortest word that counts: shorter ones are in too many good passwords.
const MIN_CHARS: usize = 4;

/// Whether it is a common password or a simple variant of one.
pub(super) fn is_common(password: &str) -> bool {
    let lower = password.to_lowercase();
    if COMMON.contains(lower.as_str()) || lower.chars().all(|c| lower.starts_with(c)) && !lower.is_empty() {
        return true;
    }
    let core = lower.trim_matches(|c: char| !c.is_alphabetic());
    if lower.chars().count() - core.chars().count() > MAX_AFFIX_CHARS {
        return false;
    }
    let word: String = core.chars().map(plain).collect();
    let reversed: String = word.chars().rev().collect();
    [word.as_str(), reversed.as_str(), once(&word)]
        .into_iter()
        .any(|word| word.chars().count() >= MIN_CHARS && COMMON.contains(word))
}

/// The letter that a digit or sign stands for.
const fn plain(character: char) -> char {
    match character {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    }
}

/// One half of what is written twice; else the whole.
fn once(word: &str) -> &str {
    let (first, second) = word.split_at_checked(word.len() / 2).unwrap_or((word, ""));
    if first == second { first } else { word }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_passwords_and_their_variants_are_found() {
        for password in [
            "password",
            "Password",
            "P@ssw0rd2026!",
            "!!password!!",
            "drowssap",
            "passwordpassword",
            "Passwort123",
            "Wachtwoord1!",
            "12345678",
            "1234567890",
            "qwertzuiop",
            "Sommer2026!",
            "Sealpost2026",
            "0000000000",
            "1qaz2wsx",
        ] {
            assert!(is_common(password), "{password}");
        }
    }

    #[test]
    fn good_passwords_are_not() {
        for password in [
            "correct horse battery staple",
            "Donaudampfschiff",
            "v9$kQ2!xLp0z",
            "der blaue Hut fliegt",
            "ünïcödé wörds",
            "",
        ] {
            assert!(!is_common(password), "{password}");
        }
    }

    #[test]
    fn the_list_is_what_it_is_said_to_be() {
        assert!(COMMON.len() > 5_000, "{}", COMMON.len());
        assert!(COMMON.iter().all(|word| word.chars().count() >= MIN_CHARS));
    }
}
