//! The code that people read in one window and find, or type, in another.

use sealpost_sealed::Random;

/// Letters that nobody confuses and that make no words (RFC 8628, section 6.1).
const ALPHABET: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
/// 20^8 codes: whoever tries twenty in a quarter of an hour finds one of a thousand that wait in 30 years.
const LENGTH: usize = 8;

/// Eight letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct UserCode(String);

impl UserCode {
    pub(super) fn generate(random: &dyn Random) -> Self {
        let mut code = String::with_capacity(LENGTH);
        while code.len() < LENGTH {
            let mut byte = [0];
            random.fill(&mut byte);
            // All letters alike: what is left over of 256 is drawn anew.
            if byte[0] < 240 {
                code.push(char::from(ALPHABET[usize::from(byte[0]) % ALPHABET.len()]));
            }
        }
        Self(code)
    }

    /// As somebody has typed it; `None` if it can be none.
    pub(super) fn typed(text: &str) -> Option<Self> {
        if text.len() > 4 * LENGTH {
            return None;
        }
        let letters =
            text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2015}'));
        let code: String = letters.map(|c| c.to_ascii_uppercase()).collect();
        let fits = code.len() == LENGTH && code.bytes().all(|byte| ALPHABET.contains(&byte));
        fits.then_some(Self(code))
    }

    /// As it is looked up.
    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// As it is read.
    pub(super) fn to_text(&self) -> String {
        let (first, second) = self.0.split_at(LENGTH / 2);
        format!("{first}-{second}")
    }
}

#[cfg(test)]
mod tests {
    use sealpost_sealed::SystemRandom;

    use super::*;

    #[test]
    fn a_code_is_known_again_however_it_is_typed() {
        let code = UserCode::generate(&SystemRandom);
        let text = code.to_text();
        assert_eq!((text.len(), &text[4..5]), (9, "-"));
        let bare = text.replace('-', "");
        for typed in
            [text.clone(), text.to_lowercase(), bare.clone(), format!(" {text} "), text.replace('-', " – ")]
        {
            assert_eq!(UserCode::typed(&typed), Some(code.clone()), "{typed}");
        }
        for typed in
            ["", "ABCD-EFGH", &bare[1..], &format!("{bare}B"), &"B".repeat(1_000), "BBBB-BBBß", "BBBBBBB\0"]
        {
            assert_eq!(UserCode::typed(typed), None, "{typed}");
        }
        assert_ne!(code, UserCode::generate(&SystemRandom));
    }
}
