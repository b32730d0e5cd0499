//! Passwords that are made up.

use sealpost_sealed::{Random, Zeroizing};

use super::{MAX_BYTES, Strength};

/// Symbols of generated passwords: 32 of them, 5 bits each, none that looks like another.
const SYMBOLS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// Symbols between hyphens.
const GROUP: usize = 4;
/// Fewest groups: 80 bits.
const GROUPS: usize = 4;

impl Strength {
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
