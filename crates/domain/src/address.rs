//! E-mail addresses in one spelling, so that look-ups and rules cannot be dodged by another.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// Longest address in octets (RFC 5321, 4.5.3.1.3, less the angle brackets).
const MAX_BYTES: usize = 254;

/// The text is not an e-mail address that mail can be sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an e-mail address")]
pub struct AddressError;

/// An e-mail address: local part as given, domain in lower-case ASCII (IDNA, UTS 46).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress {
    text: String,
    at: usize,
}

impl EmailAddress {
    /// The whole address.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What stands after the `@`.
    pub fn domain(&self) -> &str {
        &self.text[self.at + 1..]
    }

    /// The spelling under which two addresses count as one: all lower case, NFC.
    ///
    /// RFC 5321 lets hosts tell `Anna@` from `anna@`; none that people use does, and a block
    /// that a capital letter evades would be none.
    pub fn lookup_key(&self) -> String {
        self.text.to_lowercase()
    }
}

impl FromStr for EmailAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text: String = text.trim().nfc().collect();
        let (local, domain) = text.rsplit_once('@').ok_or(AddressError)?;
        let domain = idna::domain_to_ascii_strict(domain).map_err(|_| AddressError)?;
        let text = format!("{local}@{domain}");
        let well_formed = email_address::EmailAddress::is_valid(&text)
            && text.len() <= MAX_BYTES
            && domain.contains('.')
            && !local.starts_with('"')
            && !text.chars().any(|c| c.is_control() || c.is_whitespace());
        if !well_formed {
            return Err(AddressError);
        }
        Ok(Self { at: local.len(), text })
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = AddressError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_address_have_one_key() {
        let keys: Vec<_> = ["Anna@Bücher.example", "anna@xn--bcher-kva.example", " ANNA@BÜCHER.EXAMPLE "]
            .iter()
            .map(|text| text.parse::<EmailAddress>().unwrap().lookup_key())
            .collect();
        assert!(keys.iter().all(|key| key == "anna@xn--bcher-kva.example"), "{keys:?}");
    }

    #[test]
    fn what_mail_cannot_be_sent_to_is_refused() {
        let long = format!("{}@example.org", "a".repeat(65));
        for text in [
            "",
            "anna",
            "@example.org",
            "anna@",
            "anna@localhost",
            "a b@example.org",
            "anna@example.org\r\nBcc: eve@example.org",
            "anna@exa\u{0}mple.org",
            "\"anna eve\"@example.org",
            "anna@example..org",
            "Anna <anna@example.org>",
            &long,
        ] {
            assert_eq!(text.parse::<EmailAddress>(), Err(AddressError), "{text:?}");
        }
    }

    #[test]
    fn the_domain_is_what_follows_the_last_at() {
        let address: EmailAddress = "anna@Example.ORG".parse().unwrap();
        assert_eq!(address.domain(), "example.org");
        assert_eq!(address.as_str(), "anna@example.org");
    }
}
