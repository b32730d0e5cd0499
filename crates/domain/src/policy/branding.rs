//! How a tenant shows itself to its recipients.

use std::{collections::BTreeMap, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::link::is_https_link;
use crate::{EmailAddress, Language, is_deceptive};

/// Longest name, in characters.
const MAX_NAME_CHARS: usize = 80;
/// Longest text below pages and mails, in characters.
const MAX_FOOTER_CHARS: usize = 500;
/// Longest link, in bytes.
const MAX_LINK_BYTES: usize = 500;
/// Least contrast of text to what is behind it (WCAG 2.2, 1.4.3).
const MIN_CONTRAST: f64 = 4.5;

/// How a tenant shows itself on pages and in mails. All of it is plain text: none of it can hold HTML.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Branding {
    /// What it calls itself; the tenant's name if it says nothing.
    pub name: Option<String>,
    /// The colour of what can be pressed; ours if it says nothing.
    pub accent: Option<Colour>,
    /// What stands below pages and mails, in each language.
    pub footer: BTreeMap<Language, String>,
    /// Whom its recipients ask: a mail address, or an `https` link.
    pub support: Option<Support>,
}

/// Branding cannot be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BrandingError {
    /// Its name.
    #[error("name is one line of 1 to 80 characters, none of which hides or turns text around")]
    Name,
    /// A text below.
    #[error("footer is 1 to 500 characters in each language, none of which hides or turns text around")]
    Footer,
}

impl Branding {
    /// Whether it can be kept. Colours and links were when they were read.
    ///
    /// # Errors
    /// [`BrandingError`] with the first thing that cannot.
    pub fn validate(&self) -> Result<(), BrandingError> {
        let plain = |text: &str, most: usize, lines: bool| {
            let safe = |c: char| !(c.is_control() || is_deceptive(c)) || (lines && c == '\n');
            !text.trim().is_empty() && text.chars().count() <= most && text.chars().all(safe)
        };
        if self.name.as_ref().is_some_and(|name| !plain(name, MAX_NAME_CHARS, false)) {
            return Err(BrandingError::Name);
        }
        if self.footer.values().any(|text| !plain(text, MAX_FOOTER_CHARS, true)) {
            return Err(BrandingError::Footer);
        }
        Ok(())
    }

    /// What stands below pages and mails in this language; nothing if the tenant has not said it in that.
    pub fn footer(&self, language: Language) -> Option<&str> {
        self.footer.get(&language).map(String::as_str)
    }
}

/// A colour on which white or black text can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Colour([u8; 3]);

/// Why a colour is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ColourError {
    /// It is written otherwise.
    #[error("a colour is written #rrggbb")]
    Form,
}

impl Colour {
    /// Black.
    pub const BLACK: Self = Self([0; 3]);
    /// White.
    pub const WHITE: Self = Self([255; 3]);

    /// The contrast between the two (WCAG 2.2), 1 to 21.
    pub fn contrast(self, other: Self) -> f64 {
        let (one, other) = (self.luminance(), other.luminance());
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    /// Whether text of one colour can be read on the other.
    pub fn is_read_on(self, other: Self) -> bool {
        self.contrast(other) >= MIN_CONTRAST
    }

    /// White or black, whichever is read better on this. One of them always is: no colour is far from both.
    pub fn text(self) -> Self {
        if self.contrast(Self::WHITE) >= self.contrast(Self::BLACK) { Self::WHITE } else { Self::BLACK }
    }

    /// Relative luminance (WCAG 2.2).
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|byte| {
            let part = f64::from(byte) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

impl FromStr for Colour {
    type Err = ColourError;

    fn from_str(text: &str) -> Result<Self, ColourError> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
        let digits = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let number =
            digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()).ok_or(ColourError::Form)?;
        let [_, red, green, blue] = number.to_be_bytes();
        Ok(Self([red, green, blue]))
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

impl TryFrom<String> for Colour {
    type Error = ColourError;

    fn try_from(text: String) -> Result<Self, ColourError> {
        text.parse()
    }
}

impl From<Colour> for String {
    fn from(colour: Colour) -> Self {
        colour.to_string()
    }
}

/// Whom recipients ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Support {
    /// By mail.
    Address(EmailAddress),
    /// At a page: an `https` link.
    Link(String),
}

/// Why a support address is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("support is a mail address or an https link of at most 500 ASCII characters")]
pub struct SupportError;

impl Support {
    /// Where a link to it leads.
    pub fn href(&self) -> String {
        match self {
            Self::Address(address) => format!("mailto:{address}"),
            Self::Link(link) => link.clone(),
        }
    }
}

impl FromStr for Support {
    type Err = SupportError;

    fn from_str(text: &str) -> Result<Self, SupportError> {
        if text.starts_with("https://") {
            let link = is_https_link(text, MAX_LINK_BYTES).then(|| Self::Link(text.to_owned()));
            return link.ok_or(SupportError);
        }
        // What else an address may hold has a meaning in links.
        let address = text.parse().ok().filter(|_| text.bytes().all(is_plain)).map(Self::Address);
        address.ok_or(SupportError)
    }
}

const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'@' | b'.' | b'-' | b'_' | b'+')
}

impl fmt::Display for Support {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => address.fmt(f),
            Self::Link(link) => link.fmt(f),
        }
    }
}

impl TryFrom<String> for Support {
    type Error = SupportError;

    fn try_from(text: String) -> Result<Self, SupportError> {
        text.parse()
    }
}

impl From<Support> for String {
    fn from(support: Support) -> Self {
        support.to_string()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn colour(text: &str) -> Colour {
        text.parse().unwrap()
    }

    #[test]
    fn branding_is_kept_or_refused() {
        let long = "x".repeat(500);
        for (json, kept) in [
            (json!({}), true),
            (json!({ "name": "Bücher & Söhne <GmbH>" }), true),
            (json!({ "name": "x".repeat(80) }), true),
            (json!({ "name": "x".repeat(81) }), false),
            (json!({ "name": " " }), false),
            (json!({ "name": "a\nb" }), false),
            (json!({ "name": "a\u{202e}b" }), false),
            (json!({ "name": "a\u{200b}b" }), false),
            (json!({ "name": 1 }), false),
            (json!({ "accent": "#0b5cad" }), true),
            (json!({ "accent": "#0B5CAD" }), true),
            (json!({ "accent": "#777777" }), true),
            (json!({ "accent": "red" }), false),
            (json!({ "accent": "#fff" }), false),
            (json!({ "accent": "#0b5cad;}" }), false),
            (json!({ "accent": "#+b5cad" }), false),
            (json!({ "accent": "#ｆfffff" }), false),
            (json!({ "footer": { "de": "Acme\nWien", "en": long } }), true),
            (json!({ "footer": { "en": format!("{long}x") } }), false),
            (json!({ "footer": { "en": "" } }), false),
            (json!({ "footer": { "en": "a\u{7}" } }), false),
            (json!({ "footer": { "fr": "a" } }), false),
            (json!({ "support": "help@acme.example" }), true),
            (json!({ "support": "https://acme.example/help?a=1#b" }), true),
            (json!({ "support": "https://acme.example:8443" }), true),
            (json!({ "support": "http://acme.example/" }), false),
            (json!({ "support": "https://" }), false),
            (json!({ "support": "https:///x" }), false),
            (json!({ "support": "https://acme.example@evil.example/" }), false),
            (json!({ "support": "https://acme.example/\"onclick=" }), false),
            (json!({ "support": "https://bücher.example/" }), false),
            (json!({ "support": "javascript:alert(1)" }), false),
            (json!({ "support": "a?bcc=all@acme.example" }), false),
            (json!({ "support": "" }), false),
            (json!({ "logo": "x" }), false),
        ] {
            let read = serde_json::from_value::<Branding>(json.clone());
            assert_eq!(read.is_ok_and(|read| read.validate().is_ok()), kept, "{json}");
        }
    }

    #[test]
    fn branding_is_written_as_it_is_read() {
        let json = json!({
            "name": "Acme", "accent": "#0b5cad", "footer": { "de": "Hallo" }, "support": "https://acme.example/",
        });
        let read: Branding = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), json);
        assert_eq!((read.footer(Language::German), read.footer(Language::English)), (Some("Hallo"), None));
    }

    #[test]
    fn contrast_is_counted_as_wcag_does() {
        assert!((Colour::BLACK.contrast(Colour::WHITE) - 21.0).abs() < 1e-9);
        assert!((colour("#777777").contrast(Colour::WHITE) - 4.478).abs() < 1e-3);
        assert!((colour("#767676").contrast(Colour::WHITE) - 4.542).abs() < 1e-3);
        assert!((colour("#ff0000").contrast(Colour::WHITE) - 3.998).abs() < 1e-3);
    }

    #[test]
    fn on_every_colour_white_or_black_is_read() {
        for red in (0..=255).step_by(5) {
            for green in (0..=255).step_by(5) {
                for blue in (0..=255).step_by(5) {
                    let colour = Colour([red, green, blue]);
                    assert!(colour.is_read_on(colour.text()), "{colour}");
                }
            }
        }
        assert_eq!(colour("#ffee00").text(), Colour::BLACK);
        assert_eq!(colour("#0b5cad").text(), Colour::WHITE);
    }
}
