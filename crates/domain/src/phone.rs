//! Telephone numbers in one spelling.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The text is not a telephone number with its country's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a telephone number in international form, such as +49 151 23456789")]
pub struct PhoneError;

/// A telephone number in international form (ITU-T E.164): `+`, the country's code, at most 15 digits in all.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// The number with its `+` and nothing between the digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last three digits: enough to know one's own number by, and nobody else's.
    pub fn last_digits(&self) -> &str {
        &self.0[self.0.len() - 3..]
    }
}

impl FromStr for PhoneNumber {
    type Err = PhoneError;

    /// Blanks, hyphens, dots and brackets between the digits do not matter.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let rest = text.trim().strip_prefix('+').ok_or(PhoneError)?;
        if rest.len() > 40 {
            return Err(PhoneError);
        }
        let digits: String =
            rest.chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '-' | '.' | '(' | ')' | '/')).collect();
        let is_number = (7..=15).contains(&digits.len())
            && digits.bytes().all(|digit| digit.is_ascii_digit())
            && !digits.starts_with('0');
        if is_number { Ok(Self(format!("+{digits}"))) } else { Err(PhoneError) }
    }
}

/// The last digits only: a number is its owner's.
impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PhoneNumber(…{})", self.last_digits())
    }
}

impl TryFrom<String> for PhoneNumber {
    type Error = PhoneError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<PhoneNumber> for String {
    fn from(number: PhoneNumber) -> Self {
        number.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_number_are_one() {
        for text in ["+4915123456789", " +49 151 234-567.89 ", "+49 (151) 23456789", "+49/151/23456789"] {
            assert_eq!(text.parse::<PhoneNumber>().unwrap().as_str(), "+4915123456789", "{text}");
        }
        let number: PhoneNumber = "+4915123456789".parse().unwrap();
        assert_eq!(number.last_digits(), "789");
        assert!(!format!("{number:?}").contains("456"));
    }

    #[test]
    fn what_is_no_number_is_refused() {
        let long = format!("+49{}", " 1".repeat(1_000));
        for text in [
            "",
            "+",
            "015123456789",
            "4915123456789",
            "+0491512345",
            "+123456",
            "+1234567890123456",
            "+49151x2345",
            "++4915123456",
            "+49151234\n5678",
            "+٤٩١٥١٢٣٤٥٦",
            "tel:+4915123456",
            &long,
        ] {
            assert_eq!(text.parse::<PhoneNumber>(), Err(PhoneError), "{text:?}");
        }
    }
}
