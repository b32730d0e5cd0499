//! What the configuration calls a store.

use std::{fmt, str::FromStr};

use crate::container::has_words;

/// The text is not a store's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a store's name has 1 to 32 of a-z, 0-9 and single hyphens between them, and is not `default`")]
pub struct StoreNameError;

/// The name of a store besides the default one: 1 to 32 of `a-z`, `0-9` and single hyphens that stand between two of them.
///
/// It stands in the rows of the tenants whose containers are there, so a store keeps its name for as long as it
/// has a tenant. The default store has no name: there is one text only for a container in it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StoreName(String);

impl StoreName {
    /// What people call the store that has no name.
    pub const DEFAULT: &'static str = "default";

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StoreName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for StoreName {
    type Err = StoreNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if (1..=32).contains(&text.len()) && has_words(text) && text != Self::DEFAULT {
            Ok(Self(text.to_owned()))
        } else {
            Err(StoreNameError)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_few_plain_words_and_not_that_of_the_default_store() {
        let too_long = "a".repeat(33);
        for name in ["", "-", "a-", "-a", "a--b", "A", "a b", "a:b", "a.b", "a/b", "ü", "default", &too_long]
        {
            assert_eq!(name.parse::<StoreName>(), Err(StoreNameError), "{name:?}");
        }
        for name in ["a", "eu-west-1", "1", "default-2", &too_long[1..]] {
            assert_eq!(name.parse::<StoreName>().unwrap().to_string(), name);
        }
    }
}
