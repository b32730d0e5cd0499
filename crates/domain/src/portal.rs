//! What portals are called in addresses.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// It cannot stand in the address of a portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a portal's name has 1 to 60 of a to z, 0 to 9 and -, and starts and ends with a letter or digit")]
pub struct PortalNameError;

/// What a portal is called in its address, `/u/<tenant>/<name>`: unique in the tenant, and public.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PortalName(String);

impl PortalName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PortalName {
    type Err = PortalNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = (1..=60).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !text.starts_with('-')
            && !text.ends_with('-');
        if fits { Ok(Self(text.to_owned())) } else { Err(PortalNameError) }
    }
}

impl fmt::Display for PortalName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for PortalName {
    type Error = PortalNameError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<PortalName> for String {
    fn from(name: PortalName) -> Self {
        name.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain() {
        for name in ["x", "radiology", "ct-2", &"a".repeat(60)] {
            assert_eq!(name.parse::<PortalName>().unwrap().as_str(), name);
        }
        for name in ["", "-", "a-", "-a", "A", "ä", "a b", "a/b", "..", "a%2f", "a.b", &"a".repeat(61)] {
            assert_eq!(name.parse::<PortalName>(), Err(PortalNameError), "{name}");
        }
    }
}
