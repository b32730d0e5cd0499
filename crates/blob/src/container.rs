//! A tenant's own container: Azure container, S3 bucket or prefix, local directory.

use std::{fmt, str::FromStr};

use sealpost_domain::TenantId;

/// The text is not a container's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a container's name has 3 to 63 of a-z, 0-9 and single hyphens between them")]
pub struct ContainerNameError;

/// The name of a container: 3 to 63 of `a-z`, `0-9` and single hyphens that stand between two of them.
///
/// This is what every store takes as a name (Azure's rule is the narrowest), and it is one path segment
/// that can be neither `.` nor `..` nor hidden.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Container(String);

impl Container {
    /// The name of a tenant's container: `t-` and the 32 hex digits of his id.
    pub fn of_tenant(tenant: TenantId) -> Self {
        Self(format!("t-{}", tenant.as_uuid().as_simple()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Container {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Container {
    type Err = ContainerNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let length_is_right = (3..=63).contains(&text.len());
        let words_are_right = text.split('-').all(|word| {
            !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        });
        if length_is_right && words_are_right { Ok(Self(text.to_owned())) } else { Err(ContainerNameError) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenants_container_is_a_name_every_store_takes() {
        let tenant: TenantId = "0190a000-0000-7000-8000-0000000000aF".parse().unwrap();
        let container = Container::of_tenant(tenant);
        assert_eq!(container.as_str(), "t-0190a0000000700080000000000000af");
        assert_eq!(container.as_str().parse(), Ok(container));
    }

    #[test]
    fn names_that_some_store_refuses_or_that_leave_the_directory_are_refused() {
        let too_long = "a".repeat(64);
        for name in [
            "", "ab", ".", "..", "...", "../x", "a/b", "a\\b", "abc/..", "/abc", "-abc", "abc-", "a--b",
            "Abc", "äbc", "a b", "abc\0", "abc\n", ".abc", "a.b", "a_b", &too_long,
        ] {
            assert_eq!(name.parse::<Container>(), Err(ContainerNameError), "{name:?}");
        }
        for name in ["abc", "a-b", "0-9", &too_long[1..]] {
            assert!(name.parse::<Container>().is_ok(), "{name:?}");
        }
    }
}
