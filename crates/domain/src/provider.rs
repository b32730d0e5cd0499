//! Identity providers as a tenant knows them.

use std::{fmt, str::FromStr};

use crate::{EmailAddress, UnknownWord};

/// What an identity provider speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProviderKind {
    /// OpenID Connect.
    Oidc,
    /// OpenID Connect as Microsoft Entra speaks it: people go by directory and object.
    Entra,
}

impl ProviderKind {
    /// Every value.
    pub const ALL: &'static [Self] = &[Self::Oidc, Self::Entra];

    /// The word in JSON and SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Oidc => "oidc",
            Self::Entra => "entra",
        }
    }
}

impl fmt::Display for ProviderKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ProviderKind {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == word).ok_or(UnknownWord)
    }
}

/// The text is not a domain of e-mail addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a domain of e-mail addresses")]
pub struct DomainError;

/// Domains of e-mail addresses: each in lower-case ASCII, sorted, once; written with blanks between.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MailDomains(Vec<String>);

impl MailDomains {
    /// Most domains.
    pub const MAX: usize = 100;

    /// The set of these domains.
    ///
    /// # Errors
    /// [`DomainError`] if one is none, or they are too many.
    pub fn new<'a>(domains: impl IntoIterator<Item = &'a str>) -> Result<Self, DomainError> {
        let one = |domain: &str| match format!("x@{domain}").parse::<EmailAddress>() {
            Ok(address) => Ok(address.domain().to_owned()),
            Err(_) => Err(DomainError),
        };
        let mut domains: Vec<_> = domains.into_iter().map(one).collect::<Result<_, _>>()?;
        domains.sort_unstable();
        domains.dedup();
        if domains.len() > Self::MAX { Err(DomainError) } else { Ok(Self(domains)) }
    }

    /// Whether an address is of one of them. Subdomains are others.
    pub fn contain(&self, address: &EmailAddress) -> bool {
        self.0.iter().any(|domain| domain == address.domain())
    }

    /// The domains.
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }
}

impl fmt::Display for MailDomains {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

impl FromStr for MailDomains {
    type Err = DomainError;

    fn from_str(text: &str) -> Result<Self, DomainError> {
        Self::new(text.split_ascii_whitespace())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_have_one_spelling_and_contain_what_is_theirs() {
        let domains: MailDomains = "Bücher.example example.org  EXAMPLE.org".parse().unwrap();
        assert_eq!(domains.to_string(), "example.org xn--bcher-kva.example");
        assert_eq!(domains.to_string().parse().as_ref(), Ok(&domains));
        for (address, contained) in [
            ("anna@example.org", true),
            ("anna@BÜCHER.example", true),
            ("anna@sub.example.org", false),
            ("anna@example.org.evil.example", false),
            ("anna@xexample.org", false),
        ] {
            assert_eq!(domains.contain(&address.parse().unwrap()), contained, "{address}");
        }
        assert!(!MailDomains::default().contain(&"anna@example.org".parse().unwrap()));
    }

    #[test]
    fn what_is_no_domain_is_refused_whole() {
        for text in
            ["example", "example.org @", "a@example.org", "exa mple", "example.org *.example.org", "."]
        {
            assert_eq!(text.parse::<MailDomains>(), Err(DomainError), "{text}");
        }
    }
}
