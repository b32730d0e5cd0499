//! Whether a new password is one that somebody would guess: of an account, or in front of a transfer.

mod common;
mod generate;
mod weakness;

use common::is_common;
use sealpost_domain::Policy;
use sealpost_sealed::Zeroizing;
use unicode_normalization::UnicodeNormalization as _;
pub use weakness::{Hint, Weakness};

/// Longest password in bytes of NFC: more would only be work for Argon2.
pub(crate) const MAX_BYTES: usize = 1_024;
/// Fewest letters and digits that are left of a password when what its owner is called has been taken out.
const MIN_OWN: usize = 8;
/// Most words about somebody that are looked for.
const MAX_WORDS: usize = 32;

/// What a tenant asks of a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Strength {
    /// Fewest characters.
    pub min_chars: u64,
    /// Lowest score of zxcvbn, 0 to 4: 2 is more than a million guesses, 3 more than 10^8, 4 more than 10^10.
    pub min_score: u64,
}

impl Strength {
    /// What is asked of the passwords of accounts.
    pub const fn of_accounts(policy: &Policy) -> Self {
        Self { min_chars: policy.account_password_min_chars, min_score: policy.account_password_min_score }
    }

    /// What is asked of the passwords in front of transfers.
    pub const fn of_transfers(policy: &Policy) -> Self {
        Self { min_chars: policy.password_min_chars, min_score: policy.password_min_score }
    }

    /// Fails unless the password is good enough. `about` is what somebody who guesses would try first: names, addresses,
    /// subjects.
    ///
    /// Takes some milliseconds at most: zxcvbn looks at the first 100 characters only.
    ///
    /// # Errors
    /// [`Weakness`].
    pub fn check(self, password: &str, about: &[&str]) -> Result<(), Weakness> {
        if password.len() > 4 * MAX_BYTES {
            return Err(Weakness::TooLong);
        }
        let password: Zeroizing<String> = Zeroizing::new(password.nfc().collect());
        if password.len() > MAX_BYTES {
            return Err(Weakness::TooLong);
        }
        if (password.chars().count() as u64) < self.min_chars {
            return Err(Weakness::TooShort(self.min_chars));
        }
        if is_common(&password) {
            return Err(Weakness::Common);
        }
        if self.min_score == 0 {
            return Ok(());
        }
        let words = words(about);
        if is_named_after(&password, &words) {
            return Err(Weakness::Guessable(vec![Hint::MoreWords, Hint::NoNames]));
        }
        let entropy = zxcvbn::zxcvbn(&password, &words);
        if u64::from(u8::from(entropy.score())) >= self.min_score {
            return Ok(());
        }
        let suggestions = entropy.feedback().map(|feedback| feedback.suggestions()).unwrap_or_default();
        let mut hints: Vec<_> = suggestions.iter().copied().map(Hint::from).collect();
        hints.push(Hint::MoreWords);
        hints.sort_unstable();
        hints.dedup();
        Err(Weakness::Guessable(hints))
    }
}

/// What somebody is called, whole and in pieces: `anna.berg@acme.example` is also `anna`, `berg` and `acme`. Longest first.
fn words<'a>(about: &[&'a str]) -> Vec<&'a str> {
    let pieces = about.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
    let mut words: Vec<_> = about.iter().copied().chain(pieces).filter(|word| word.len() > 2).collect();
    words.push("sealpost");
    words.truncate(MAX_WORDS);
    words.sort_unstable_by_key(|word| std::cmp::Reverse(word.len()));
    words
}

/// Whether little is left once what its owner is called has been taken out: zxcvbn is too kind to several such words.
fn is_named_after(password: &str, words: &[&str]) -> bool {
    let lower = password.to_lowercase();
    let rest = words.iter().fold(lower.clone(), |rest, word| rest.replace(&word.to_lowercase(), ""));
    rest.len() < lower.len() && rest.chars().filter(|c| c.is_alphanumeric()).count() < MIN_OWN
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: Strength = Strength { min_chars: 12, min_score: 3 };
    const ABOUT: &[&str] = &["Anna Berg", "anna.berg@acme.example", "acme"];

    #[test]
    fn a_good_password_is_taken() {
        for password in
            ["correct horse battery", "Wolken über dem Deich", "v9$kQ2!xLp0z", "\u{1f600}x7-Quitte-Regal"]
        {
            assert_eq!(RULES.check(password, ABOUT), Ok(()), "{password}");
        }
    }

    #[test]
    fn length_is_counted_in_characters_of_nfc_and_bounded_in_bytes() {
        assert_eq!(RULES.check("", ABOUT), Err(Weakness::TooShort(12)));
        assert_eq!(RULES.check("v9$kQ2!xLp0", ABOUT), Err(Weakness::TooShort(12)));
        assert_eq!(
            RULES.check(&"u\u{308}".repeat(11), ABOUT),
            Err(Weakness::TooShort(12)),
            "11 characters in NFC"
        );
        assert_eq!(RULES.check(&"xq".repeat(513), ABOUT), Err(Weakness::TooLong));
        assert_eq!(RULES.check(&"x".repeat(1_000_000), ABOUT), Err(Weakness::TooLong));
        let lax = Strength { min_chars: 8, min_score: 0 };
        assert_eq!(lax.check("zk4zk4zk", ABOUT), Ok(()));
        assert_eq!(lax.check("Password1", ABOUT), Err(Weakness::Common), "whatever the score may be");
    }

    #[test]
    fn what_others_know_of_one_makes_no_password() {
        for password in ["anna.berg@acme", "AnnaBergAcme", "sealpost-acme-1", "acmeacmeacme"] {
            let Err(Weakness::Guessable(hints)) = RULES.check(password, ABOUT) else { panic!("{password}") };
            assert!(hints.contains(&Hint::NoNames), "{password}: {hints:?}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (password, hint) in [("abcdefghijklmnop", Hint::NoRows), ("zkxzkxzkxzkx", Hint::NoRepeats)] {
            match RULES.check(password, ABOUT) {
                Err(Weakness::Guessable(hints)) => assert!(hints.contains(&hint), "{password}: {hints:?}"),
                other => panic!("{password}: {other:?}"),
            }
        }
        let shorter = Strength { min_chars: 8, ..RULES };
        let Err(Weakness::Guessable(hints)) = shorter.check("13.05.1987", ABOUT) else { panic!("a date") };
        assert!(hints.contains(&Hint::NoDates), "{hints:?}");
        let said = Weakness::Guessable(vec![Hint::NoRows]).to_string();
        assert!(said.contains("Avoid rows of keys"), "{said}");
    }

    #[test]
    fn a_tenant_may_ask_for_less_of_what_stands_in_front_of_a_transfer() {
        let usual = Strength::of_transfers(&Policy::default());
        for password in ["correct horse", "Schlüssel\u{0}日本", "tr0mpete-ungelenk"] {
            assert_eq!(usual.check(password, &[]), Ok(()), "{password}");
        }
        for password in ["password", "12345678", "qwertyuiop", "Password1", "aaaaaaaaaaaa"] {
            assert_eq!(usual.check(password, &[]), Err(Weakness::Common), "{password}");
        }
        assert_eq!(Strength { min_chars: 1, min_score: 0 }.check("a7", &[]), Ok(()));
    }

    #[test]
    fn long_passwords_take_no_time_worth_mentioning() {
        // The work is bounded by the first 100 characters; this only has to end.
        assert_eq!(
            RULES.check(&"aA1!".repeat(256), ABOUT).is_err(),
            RULES.check(&"aA1!".repeat(25), ABOUT).is_err()
        );
    }
}
