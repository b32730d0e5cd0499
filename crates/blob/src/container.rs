//! A tenant's own container: Azure container, S3 bucket or prefix, local directory.

use std::{fmt, str::FromStr};

use sealpost_domain::TenantId;

use crate::StoreName;

/// The text is not a container's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a container's name has 3 to 63 of a-z, 0-9 and single hyphens between them, after the name of its store and a colon \
     unless it is in the default store"
)]
pub struct ContainerNameError;

/// Where a tenant's objects are: a name within a store, and which store, unless it is the default one.
///
/// As text `NAME` or `STORE:NAME`. The name is 3 to 63 of `a-z`, `0-9` and single hyphens that stand between two of
/// them. This is what every store takes as a name (Azure's rule is the narrowest), and it is one path segment that can be
/// neither `.` nor `..` nor hidden.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Container {
    store: Option<StoreName>,
    name: String,
}

impl Container {
    /// The name of a tenant's container: `t-` and the 32 hex digits of his id; in the default store.
    pub fn of_tenant(tenant: TenantId) -> Self {
        Self { store: None, name: format!("t-{}", tenant.as_uuid().as_simple()) }
    }

    /// The container of the same name in another store; in the default one for `None`.
    #[must_use]
    pub fn in_store(self, store: Option<StoreName>) -> Self {
        Self { store, ..self }
    }

    /// The store that it is in; `None` for the default one.
    pub fn store(&self) -> Option<&StoreName> {
        self.store.as_ref()
    }

    /// The name within the store.
    pub fn as_str(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for Container {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.store {
            Some(store) => write!(f, "{store}:{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

impl FromStr for Container {
    type Err = ContainerNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (store, name) = match text.split_once(':') {
            Some((store, name)) => (Some(store.parse().map_err(|_| ContainerNameError)?), name),
            None => (None, text),
        };
        if (3..=63).contains(&name.len()) && has_words(name) {
            Ok(Self { store, name: name.to_owned() })
        } else {
            Err(ContainerNameError)
        }
    }
}

/// Whether the text is words of `a-z` and `0-9` with one hyphen between two of them.
pub(crate) fn has_words(text: &str) -> bool {
    text.split('-').all(|word| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenants_container_is_a_name_every_store_takes() {
        let tenant: TenantId = "0190a000-0000-7000-8000-0000000000aF".parse().unwrap();
        let container = Container::of_tenant(tenant);
        assert_eq!(container.as_str(), "t-0190a0000000700080000000000000af");
        assert_eq!(container.store(), None);
        assert_eq!(container.to_string(), container.as_str());
        assert_eq!(container.as_str().parse(), Ok(container));
    }

    #[test]
    fn a_container_of_another_store_says_which() {
        let store: StoreName = "eu-west".parse().unwrap();
        let here: Container = "t-1".parse().unwrap();
        let there = here.clone().in_store(Some(store.clone()));
        assert_eq!(there.to_string(), "eu-west:t-1");
        assert_eq!((there.store(), there.as_str()), (Some(&store), "t-1"));
        assert_eq!("eu-west:t-1".parse(), Ok(there.clone()));
        assert_ne!(there, here);
        assert_eq!(there.in_store(None), here);
    }

    #[test]
    fn names_that_some_store_refuses_or_that_leave_the_directory_are_refused() {
        let too_long = "a".repeat(64);
        for name in [
            "", "ab", ".", "..", "...", "../x", "a/b", "a\\b", "abc/..", "/abc", "-abc", "abc-", "a--b",
            "Abc", "äbc", "a b", "abc\0", "abc\n", ".abc", "a.b", "a_b", &too_long,
        ] {
            assert_eq!(name.parse::<Container>(), Err(ContainerNameError), "{name:?}");
            assert_eq!(format!("eu:{name}").parse::<Container>(), Err(ContainerNameError), "{name:?}");
        }
        for name in ["abc", "a-b", "0-9", &too_long[1..]] {
            assert!(name.parse::<Container>().is_ok(), "{name:?}");
            assert!(format!("eu:{name}").parse::<Container>().is_ok(), "{name:?}");
        }
        for text in [":abc", "eu:", "eu::abc", "eu:west:abc", "EU:abc", "../:abc", "default:abc"] {
            assert_eq!(text.parse::<Container>(), Err(ContainerNameError), "{text:?}");
        }
    }
}
