//! How well a password withstands guessing, and passwords that do.

use sealpost_sealed::{Random, Zeroizing};

/// What a tenant asks of a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Strength {
    /// Fewest characters.
    pub min_chars: u64,
    /// Lowest score of zxcvbn, 0 to 4: 2 is more than a million guesses, 3 more than 10^8, 4 more than 10^10.
    pub min_score: u64,
}

/// Why a password was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// It has fewer characters than these.
    #[error("the password needs at least {0} characters")]
    TooShort(u64),
    /// It is too easy to guess.
    #[error("the password is too easy to guess; use several words that have nothing to do with each other")]
    TooWeak,
    /// It has more bytes than anybody types.
    #[error("a password has at most {MAX_BYTES} bytes")]
    TooLong,
}

/// Longest password in bytes: more would only be work for Argon2.
pub const MAX_BYTES: usize = 1_024;
/// As many characters are looked at: guessing more takes longer than that, and looking at them, too.
const LOOKED_AT: usize = 100;
/// Symbols of generated passwords: 32 of them, 5 bits each, none that looks like another.
const SYMBOLS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// Symbols between hyphens.
const GROUP: usize = 4;
/// Fewest groups: 80 bits.
const GROUPS: usize = 4;

impl Strength {
    /// Whether a password will do. `known` are words that somebody who guesses would try first: names, addresses.
    ///
    /// # Errors
    /// [`WeakPassword`].
    pub fn check(self, password: &str, known: &[&str]) -> Result<(), WeakPassword> {
        if password.len() > MAX_BYTES {
            return Err(WeakPassword::TooLong);
        }
        if (password.chars().count() as u64) < self.min_chars {
            return Err(WeakPassword::TooShort(self.min_chars));
        }
        if self.min_score == 0 {
            return Ok(());
        }
        let start: Zeroizing<String> = Zeroizing::new(password.chars().take(LOOKED_AT).collect());
        let score = u64::from(u8::from(zxcvbn::zxcvbn(&start, known).score()));
        if score < self.min_score { Err(WeakPassword::TooWeak) } else { Ok(()) }
    }

    /// A new password that will do and can be read out: groups of four small letters and digits, 80 random bits or more.
    pub fn generate(self, random: &dyn Random) -> Zeroizing<String> {
        let wanted = usize::try_from(self.min_chars).unwrap_or(MAX_BYTES).min(MAX_BYTES);
        // A group and its hyphen; the last has none.
        let groups = GROUPS.max((wanted + 1).div_ceil(GROUP + 1)).min(MAX_BYTES / (GROUP + 1));
        let mut password = Zeroizing::new(String::with_capacity(groups * (GROUP + 1)));
        for group in 0..groups {
            if group > 0 {
                password.push('-');
            }
            let mut bytes = Zeroizing::new([0; GROUP]);
            random.fill(&mut *bytes);
            password.extend(bytes.iter().map(|byte| char::from(SYMBOLS[usize::from(byte & 31)])));
        }
        password
    }
}

#[cfg(test)]
mod tests {
    use sealpost_sealed::SystemRandom;

    use super::*;

    const USUAL: Strength = Strength { min_chars: 8, min_score: 2 };

    #[test]
    fn what_is_guessed_first_is_refused() {
        for password in ["password", "12345678", "qwertyuiop", "Password1", "aaaaaaaaaaaa", "annamueller"] {
            assert_eq!(
                USUAL.check(password, &["Anna Mueller", "annamueller"]),
                Err(WeakPassword::TooWeak),
                "{password}"
            );
        }
        assert_eq!(USUAL.check("x7#", &[]), Err(WeakPassword::TooShort(8)));
        assert_eq!(USUAL.check(&"x".repeat(1_025), &[]), Err(WeakPassword::TooLong));
        for password in ["correct horse", "Schlüssel\u{0}日本", "tr0mpete-ungelenk"] {
            assert_eq!(USUAL.check(password, &[]), Ok(()), "{password}");
        }
        assert_eq!(Strength { min_chars: 1, min_score: 0 }.check("a", &[]), Ok(()));
    }

    #[test]
    fn a_password_of_any_length_is_looked_at_in_no_time() {
        assert_eq!(USUAL.check(&"ab1!".repeat(256), &[]), Err(WeakPassword::TooWeak));
        let words: String = (0..100).map(|n| format!("{:x} ", n * 7_919)).collect();
        assert_eq!(USUAL.check(&words, &[]), Ok(()));
    }

    #[test]
    fn what_is_generated_is_strong_enough_and_never_the_same() {
        for min_chars in [1, 8, 19, 20, 24, 25, 64, 1_024] {
            let rules = Strength { min_chars, min_score: 4 };
            let (a, b) = (rules.generate(&SystemRandom), rules.generate(&SystemRandom));
            assert_ne!(a, b);
            assert!(a.len() >= 19 && a.split('-').all(|group| group.len() == 4), "{a:?}");
            if min_chars < 1_000 {
                assert_eq!(rules.check(&a, &[]), Ok(()), "{a:?}");
            }
        }
    }
}
