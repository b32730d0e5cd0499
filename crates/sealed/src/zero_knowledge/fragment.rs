//! The fragment secret as it stands in a link, behind `#`.

use super::{KEY_TEXT_LENGTH, from_text, to_text};
use crate::{Error, FragmentSecret, Zeroizing};

impl FragmentSecret {
    /// The secret that this text is: 43 characters of base64url, without the `#`.
    ///
    /// # Errors
    ///
    /// [`Error::FragmentSecret`] for anything else: a link that was cut off or altered is told at once, before a password
    /// is asked for or an attempt is counted.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.len() != KEY_TEXT_LENGTH {
            return Err(Error::FragmentSecret);
        }
        let bytes = from_text(text).ok_or(Error::FragmentSecret)?;
        Self::from_slice(&bytes).map_err(|_| Error::FragmentSecret)
    }

    /// The text that stands in a link: whoever has it and the link needs nothing more than to pass the protection.
    pub fn to_fragment(&self) -> Zeroizing<String> {
        to_text(self.bytes())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn it_has_one_spelling() {
        let text = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
        let secret = FragmentSecret::parse(text).unwrap();
        assert_eq!(secret.bytes()[..], (0..32).collect::<Vec<u8>>());
        assert_eq!(*secret.to_fragment(), text);
        for other in [
            "",
            "#AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
            "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
            "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh",
            // The two last bits belong to no byte.
            "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9",
            "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh ",
            "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdH+8",
            "ÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄA",
        ] {
            assert_eq!(FragmentSecret::parse(other), Err(Error::FragmentSecret), "{other:?}");
        }
    }

    proptest! {
        #[test]
        fn any_secret_comes_back(bytes: [u8; 32]) {
            let secret = FragmentSecret::from_slice(&bytes).unwrap();
            prop_assert_eq!(FragmentSecret::parse(&secret.to_fragment()).unwrap(), secret);
        }

        #[test]
        fn any_text_that_is_read_is_written_again(text in "[-_A-Za-z0-9+/= ]{42,44}") {
            if let Ok(secret) = FragmentSecret::parse(&text) {
                prop_assert_eq!(&*secret.to_fragment(), &text);
            }
        }
    }
}
