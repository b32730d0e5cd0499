//! Whether a new password is one that somebody would guess.

use std::fmt;

use unicode_normalization::UnicodeNormalization as _;
use zxcvbn::feedback::Suggestion;

use super::{common::is_common, password::MAX_BYTES};

/// Fewest bytes of a password, whatever the tenant's rules say.
const MIN_BYTES: usize = 8;
/// Most words about somebody that are looked for.
const MAX_WORDS: usize = 32;

/// What a new password has to keep.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules {
    /// Fewest characters.
    pub(super) min_chars: u64,
    /// Lowest score of zxcvbn, 0 to 4: 3 stands for 10^8 guesses, 4 for 10^10.
    pub(super) min_score: u64,
}

/// Why a password is not taken, in words that its owner can act on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Weakness {
    /// It is one of those that everybody tries first, or nearly.
    Common,
    /// It would be guessed; what makes it better.
    Guessable(Vec<Hint>),
    /// More than 1024 bytes.
    TooLong,
    /// It is the one that there is.
    Same,
    /// The number of characters that it needs.
    TooShort(u64),
}

macro_rules! hints {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $text:literal;)+) => {
        /// What makes a password better.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Hint { $($(#[$doc])* $name,)+ }

        impl Hint {
            /// Every hint.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// A stable word, under which catalogues have the sentence.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)+ }
            }

            /// The sentence in English.
            pub const fn text(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }
        }
    };
}

hints! {
    /// Words in a row.
    MoreWords = "more_words", "Add another word or two; uncommon words are better.";
    /// One's own name and such.
    NoNames = "no_names", "Leave out your name, your address and the name of your organisation.";
    /// `abc`, `6543`, `asdf`.
    NoRows = "no_rows", "Avoid rows of keys and sequences such as abc or 6543.";
    /// `aaa`, `abcabc`.
    NoRepeats = "no_repeats", "Avoid repeated words and characters.";
    /// Years and dates.
    NoDates = "no_dates", "Avoid dates and years.";
    /// `P@ssw0rd`, `drowssap`, `PASSWORD`.
    NoTricks = "no_tricks", "Capital letters, reversed words and signs such as @ for a help little.";
}

impl Rules {
    /// Fails unless the password is good enough for somebody who is called `about`: name, address, tenant.
    ///
    /// Takes some milliseconds at most: only the first 100 characters are looked at.
    ///
    /// # Errors
    /// [`Weakness`].
    pub(super) fn check(self, password: &str, about: &[&str]) -> Result<(), Weakness> {
        if password.len() > 4 * MAX_BYTES {
            return Err(Weakness::TooLong);
        }
        let password: String = password.nfc().collect();
        if password.len() > MAX_BYTES {
            return Err(Weakness::TooLong);
        }
        let least = self.min_chars.max(1);
        if password.len() < MIN_BYTES || (password.chars().count() as u64) < least {
            return Err(Weakness::TooShort(least.max(MIN_BYTES as u64)));
        }
        if is_common(&password) {
            return Err(Weakness::Common);
        }
        let inputs = words(about);
        if is_named_after(&password, &inputs) {
            return Err(Weakness::Guessable(vec![Hint::MoreWords, Hint::NoNames]));
        }
        let entropy = zxcvbn::zxcvbn(&password, &inputs);
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
    rest.len() < lower.len() && rest.chars().filter(|c| c.is_alphanumeric()).count() < MIN_BYTES
}

impl From<Suggestion> for Hint {
    fn from(suggestion: Suggestion) -> Self {
        match suggestion {
            Suggestion::UseAFewWordsAvoidCommonPhrases
            | Suggestion::NoNeedForSymbolsDigitsOrUppercaseLetters
            | Suggestion::AddAnotherWordOrTwo => Self::MoreWords,
            Suggestion::CapitalizationDoesntHelpVeryMuch
            | Suggestion::AllUppercaseIsAlmostAsEasyToGuessAsAllLowercase
            | Suggestion::ReversedWordsArentMuchHarderToGuess
            | Suggestion::PredictableSubstitutionsDontHelpVeryMuch => Self::NoTricks,
            Suggestion::UseALongerKeyboardPatternWithMoreTurns | Suggestion::AvoidSequences => Self::NoRows,
            Suggestion::AvoidRepeatedWordsAndCharacters => Self::NoRepeats,
            Suggestion::AvoidRecentYears
            | Suggestion::AvoidYearsThatAreAssociatedWithYou
            | Suggestion::AvoidDatesAndYearsThatAreAssociatedWithYou => Self::NoDates,
        }
    }
}

impl fmt::Display for Weakness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Common => f.write_str("this is a password that everybody tries first, or nearly"),
            Self::Guessable(hints) => {
                f.write_str("this password would be guessed.")?;
                hints.iter().try_for_each(|hint| write!(f, " {}", hint.text()))
            }
            Self::Same => f.write_str("this is the password that you have"),
            Self::TooLong => write!(f, "a password has at most {MAX_BYTES} bytes"),
            Self::TooShort(least) => write!(f, "a password needs at least {least} characters"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: Rules = Rules { min_chars: 12, min_score: 3 };
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
        let lax = Rules { min_chars: 1, min_score: 0 };
        assert_eq!(lax.check("zk4", ABOUT), Err(Weakness::TooShort(8)), "whatever the rules say");
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
        let shorter = Rules { min_chars: 8, ..RULES };
        let Err(Weakness::Guessable(hints)) = shorter.check("13.05.1987", ABOUT) else { panic!("a date") };
        assert!(hints.contains(&Hint::NoDates), "{hints:?}");
        let said = Weakness::Guessable(vec![Hint::NoRows]).to_string();
        assert!(said.contains("Avoid rows of keys"), "{said}");
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
