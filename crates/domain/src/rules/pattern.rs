//! Which addresses a rule is about, as one word.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;

use crate::{EmailAddress, GroupId};

/// Longest pattern, in bytes: an address and a little more.
const MAX_BYTES: usize = 320;
/// Most `*` in a pattern: each may make a comparison go over the address once more.
const MAX_STARS: usize = 8;
const GROUP: &str = "group:";

/// The text is no pattern of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// It is none at all.
    #[error("not an address, domain, wildcard, group:<id>, any, internal or external")]
    Form,
    /// It has more than 320 bytes, or more than eight `*`.
    #[error("the pattern is too long, or has too many *")]
    TooLong,
}

/// Which addresses a rule is about. Case, the spelling of international domains and what stands behind a `+` make no
/// difference, unless the pattern itself has a `+`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum AddressPattern {
    /// `any`: every address.
    Any,
    /// `internal`: the tenant's own addresses.
    Internal,
    /// `external`: all others.
    External,
    /// `anna@example.org`: this address.
    Exact(String),
    /// `@example.org`: the addresses of this domain, and of none below it.
    Domain(String),
    /// `example.org`: the addresses of this domain and of all below it.
    DomainTree(String),
    /// `sales-*@*.example.org`: `*` stands for any characters but `@`, or for none.
    Wildcard(Wildcard),
    /// `group:` and an id: the members of one of the tenant's groups.
    Group(GroupId),
}

impl AddressPattern {
    /// Its spellings: as it is kept, and with the domain as people write it if that differs. For whoever compares it with
    /// addresses in either spelling.
    pub fn spellings(&self) -> Vec<String> {
        let kept = self.to_string();
        let (before, domain) = match self {
            Self::Any | Self::Internal | Self::External | Self::Group(_) => return vec![kept],
            Self::DomainTree(domain) => (String::new(), domain.as_str()),
            Self::Domain(domain) => ("@".to_owned(), domain.as_str()),
            Self::Exact(address) => {
                let (local, domain) = split(address);
                (format!("{local}@"), domain)
            }
            Self::Wildcard(wildcard) => (format!("{}@", wildcard.local), wildcard.domain.as_str()),
        };
        match idna::domain_to_unicode(domain) {
            (people, Ok(())) if people != domain => vec![kept, format!("{before}{people}")],
            _ => vec![kept],
        }
    }

    /// Whether it is about this address alone.
    pub fn names(&self, address: &EmailAddress) -> bool {
        matches!(self, Self::Exact(exact) if Spelt::of(address).each().any(|spelling| spelling == exact))
    }
}

/// A pattern with `*` in it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Wildcard {
    local: String,
    domain: String,
}

impl Wildcard {
    /// The end of the domain that has no star in it, from a label's beginning on: what the domain of every address that is
    /// meant ends with. Empty if there is none.
    pub(super) fn fixed_end(&self) -> &str {
        match self.domain.rsplit_once('*') {
            None => &self.domain,
            Some((_, end)) => end.split_once('.').map_or("", |(_, end)| end),
        }
    }

    /// Whether the domain has no star in it.
    pub(super) fn has_fixed_domain(&self) -> bool {
        !self.domain.contains('*')
    }

    /// Whether an address is meant, by its spelling for look-ups.
    pub(super) fn matches(&self, local: &str, domain: &str) -> bool {
        glob(&self.domain, domain) && glob(&self.local, local)
    }
}

/// An address in the spellings that patterns are compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spelt {
    /// Lower case, as given.
    pub(super) whole: String,
    /// Without what stands behind a `+`; `None` if nothing does.
    pub(super) base: Option<String>,
}

impl Spelt {
    pub(super) fn of(address: &EmailAddress) -> Self {
        Self::from_key(address.lookup_key())
    }

    /// Of an address as it is looked up.
    pub(super) fn from_key(whole: String) -> Self {
        let base = base_of(&whole);
        Self { whole, base }
    }

    /// The spellings, the one that was given first.
    pub(super) fn each(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.whole.as_str()).chain(self.base.as_deref())
    }

    pub(super) fn domain(&self) -> &str {
        split(&self.whole).1
    }
}

/// `anna+invoices@example.org` as `anna@example.org`.
fn base_of(whole: &str) -> Option<String> {
    let (local, domain) = split(whole);
    let (base, _) = local.split_once('+')?;
    // Nobody is called nothing: `+x@example.org` is an address of its own.
    (!base.is_empty()).then(|| format!("{base}@{domain}"))
}

/// Before and behind the `@`.
pub(super) fn split(address: &str) -> (&str, &str) {
    address.rsplit_once('@').unwrap_or((address, ""))
}

/// Whether `text` is what `pattern` says, in which `*` stands for any characters but `@`, or for none.
///
/// One pass with a single place to go back to, the last star: at most as many steps as the product of both lengths.
fn glob(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t, mut back) = (0, 0, None);
    while t < text.len() {
        if pattern.get(p) == Some(&b'*') {
            back = Some((p, t));
            p += 1;
        } else if pattern.get(p) == Some(&text[t]) {
            (p, t) = (p + 1, t + 1);
        } else if let Some((star, taken)) = back.filter(|(_, taken)| text[*taken] != b'@') {
            back = Some((star, taken + 1));
            (p, t) = (star + 1, taken + 1);
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|rest| *rest == b'*')
}

impl AddressPattern {
    /// Whether every address has to be compared with it: no end of a domain leads to it.
    pub(super) fn is_loose(&self) -> bool {
        matches!(self, Self::Wildcard(wildcard) if wildcard.fixed_end().is_empty())
    }
}

impl FromStr for AddressPattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        if text.len() > MAX_BYTES || text.matches('*').count() > MAX_STARS {
            return Err(PatternError::TooLong);
        }
        let text: String = text.trim().nfc().collect::<String>().to_lowercase();
        match text.as_str() {
            "any" | "*" => return Ok(Self::Any),
            "internal" => return Ok(Self::Internal),
            "external" => return Ok(Self::External),
            _ => {}
        }
        if let Some(id) = text.strip_prefix(GROUP) {
            return id.parse().map(Self::Group).map_err(|_| PatternError::Form);
        }
        if text.contains('*') {
            return wildcard(&text);
        }
        match text.rsplit_once('@') {
            None => domain(&text).map(Self::DomainTree),
            Some(("", name)) => domain(name).map(Self::Domain),
            Some(_) => {
                let address: EmailAddress = text.parse().map_err(|_| PatternError::Form)?;
                Ok(Self::Exact(address.lookup_key()))
            }
        }
    }
}

/// A domain in its one spelling.
fn domain(name: &str) -> Result<String, PatternError> {
    let address: EmailAddress = format!("x@{name}").parse().map_err(|_| PatternError::Form)?;
    // What holds an @ itself would make another domain of it.
    if name.contains('@') { Err(PatternError::Form) } else { Ok(address.domain().to_owned()) }
}

fn wildcard(text: &str) -> Result<AddressPattern, PatternError> {
    let (local, name) = text.rsplit_once('@').ok_or(PatternError::Form)?;
    let plain = |part: &str| {
        !part.is_empty() && !part.contains('@') && !part.chars().any(|c| c.is_whitespace() || c.is_control())
    };
    let name = if name.contains('*') {
        // A star keeps a label from being one that IDNA could spell in two ways.
        if !plain(name) || !name.is_ascii() || !name.contains('.') && name != "*" {
            return Err(PatternError::Form);
        }
        name.to_owned()
    } else {
        domain(name)?
    };
    if !plain(local) {
        return Err(PatternError::Form);
    }
    // Anybody of a domain has a shorter name, and is found faster by it.
    match (local, name.as_str()) {
        ("*", "*") => Ok(AddressPattern::Any),
        ("*", _) if !name.contains('*') => Ok(AddressPattern::Domain(name)),
        _ => Ok(AddressPattern::Wildcard(Wildcard { local: local.to_owned(), domain: name })),
    }
}

impl fmt::Display for AddressPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("any"),
            Self::Internal => f.write_str("internal"),
            Self::External => f.write_str("external"),
            Self::Exact(address) => f.write_str(address),
            Self::Domain(domain) => write!(f, "@{domain}"),
            Self::DomainTree(domain) => f.write_str(domain),
            Self::Wildcard(wildcard) => write!(f, "{}@{}", wildcard.local, wildcard.domain),
            Self::Group(id) => write!(f, "{GROUP}{id}"),
        }
    }
}

impl TryFrom<String> for AddressPattern {
    type Error = PatternError;

    fn try_from(text: String) -> Result<Self, PatternError> {
        text.parse()
    }
}

impl From<AddressPattern> for String {
    fn from(pattern: AddressPattern) -> Self {
        pattern.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_pattern_has_one_spelling() {
        for (text, spelt) in [
            ("Anna@Example.ORG", "anna@example.org"),
            ("anna+Tag@example.org", "anna+tag@example.org"),
            ("Bücher.example", "xn--bcher-kva.example"),
            ("@BÜCHER.example", "@xn--bcher-kva.example"),
            ("Sales-*@Example.org", "sales-*@example.org"),
            ("*@*.example.org", "*@*.example.org"),
            ("*@example.org", "@example.org"),
            ("*@bücher.example", "@xn--bcher-kva.example"),
            ("*@*", "any"),
            ("*", "any"),
            (" INTERNAL ", "internal"),
            ("group:0190A000-0000-7000-8000-000000000001", "group:0190a000-0000-7000-8000-000000000001"),
        ] {
            let pattern: AddressPattern = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(pattern.to_string(), spelt, "{text}");
            assert_eq!(spelt.parse(), Ok(pattern), "{text}");
        }
    }

    #[test]
    fn an_international_domain_is_spelt_in_both_ways() {
        for (text, spelt) in [
            ("Bücher.example", vec!["xn--bcher-kva.example", "bücher.example"]),
            ("@bücher.example", vec!["@xn--bcher-kva.example", "@bücher.example"]),
            ("anna@bücher.example", vec!["anna@xn--bcher-kva.example", "anna@bücher.example"]),
            ("a*@bücher.example", vec!["a*@xn--bcher-kva.example", "a*@bücher.example"]),
            ("a*@*.example.org", vec!["a*@*.example.org"]),
            ("anna@example.org", vec!["anna@example.org"]),
            ("internal", vec!["internal"]),
        ] {
            assert_eq!(text.parse::<AddressPattern>().unwrap().spellings(), spelt, "{text}");
        }
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for text in [
            "",
            "@",
            "anna",
            "anna@",
            "anna@localhost",
            "example",
            "a@b@example.org",
            "@a@example.org",
            "*anna",
            "*@",
            "@*",
            "a *@example.org",
            "*@exa mple.org",
            "*@bü*.example",
            "*@*org",
            "group:",
            "group:finance",
            "anna@example.org, bert@example.org",
        ] {
            assert_eq!(text.parse::<AddressPattern>(), Err(PatternError::Form), "{text:?}");
        }
        for text in ["a".repeat(321), format!("{}@example.org", "*a".repeat(9))] {
            assert_eq!(text.parse::<AddressPattern>(), Err(PatternError::TooLong), "{text}");
        }
    }

    #[test]
    fn a_star_stands_for_any_characters_of_its_side() {
        for (pattern, text, matches) in [
            ("sales-*", "sales-de", true),
            ("sales-*", "sales-", true),
            ("sales-*", "sales", false),
            ("*-sales", "de-sales", true),
            ("*-sales", "de-sales-2", false),
            ("a*b*c", "abbbc", true),
            ("a*b*c", "abcb", false),
            ("*", "", true),
            ("", "", true),
            ("", "a", false),
            ("*.example.org", "a.b.example.org", true),
            ("*.example.org", "example.org", false),
            ("*.example.org", "example.org.evil.example", false),
        ] {
            assert_eq!(glob(pattern, text), matches, "{pattern} {text}");
        }
    }

    proptest! {
        #[test]
        fn a_wildcard_matches_as_if_every_way_had_been_tried(pattern in "[ab*]{0,8}", text in "[ab]{0,10}") {
            prop_assert_eq!(glob(&pattern, &text), every_way(pattern.as_bytes(), text.as_bytes()));
        }

        #[test]
        fn whatever_is_a_pattern_is_read_as_itself_again(text in ".{0,40}|[a-z*@.+]{0,20}|[a-z*]{1,4}@[a-z*]{1,4}.org") {
            if let Ok(pattern) = text.parse::<AddressPattern>() {
                prop_assert_eq!(pattern.to_string().parse(), Ok(pattern));
            }
        }
    }

    fn every_way(pattern: &[u8], text: &[u8]) -> bool {
        match pattern.split_first() {
            None => text.is_empty(),
            Some((b'*', rest)) => (0..=text.len()).any(|taken| every_way(rest, &text[taken..])),
            Some((first, rest)) => text.first() == Some(first) && every_way(rest, &text[1..]),
        }
    }
}
