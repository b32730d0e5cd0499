//! Why a password is not good enough, in words that its owner can act on.

use std::fmt;

use zxcvbn::feedback::Suggestion;

use super::MAX_BYTES;

/// Why a password is not taken, and what would make it better.
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

impl std::error::Error for Weakness {}

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
