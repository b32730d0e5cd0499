//! Roles of users and scopes of API tokens.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The word is not one of those that may stand here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown word")]
pub struct UnknownWord;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant,)+ }

        impl $name {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word in URLs, JSON and SQL.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|value| value.as_str() == word).ok_or(UnknownWord)
            }
        }
    };
}

words! {
    /// What a user is in his tenant.
    Role {
        /// Everything, and who is admin.
        Owner = "owner",
        /// Policy, users, the log; blocks anything.
        Admin = "admin",
        /// Reads logs and reports only.
        Auditor = "auditor",
        /// Sends and receives.
        Sender = "sender",
    }
}

words! {
    /// What an API token may be used for, within its user's role.
    Scope {
        /// Create, fill, send, block, extend and delete the user's own transfers.
        Send = "send",
        /// Read the user's own transfers.
        Read = "read",
        /// Do the same with every transfer of the tenant, if the user is admin or owner.
        Admin = "admin",
    }
}

/// A set of scopes, written as words with blanks between (RFC 6749, section 3.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scopes(Vec<Scope>);

impl Scopes {
    /// The set of these scopes.
    pub fn new(scopes: impl IntoIterator<Item = Scope>) -> Self {
        let mut scopes: Vec<_> = scopes.into_iter().collect();
        scopes.sort_unstable();
        scopes.dedup();
        Self(scopes)
    }

    /// Whether `scope` is in the set.
    pub fn contains(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, scope) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str(" ")?;
            }
            scope.fmt(f)?;
        }
        Ok(())
    }
}

impl FromStr for Scopes {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self::new(text.split_ascii_whitespace().map(str::parse).collect::<Result<Vec<Scope>, _>>()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_round_trip_sorted_and_without_doubles() {
        let scopes: Scopes = "admin send  read send".parse().unwrap();
        assert_eq!(scopes.to_string(), "send read admin");
        assert_eq!(scopes.to_string().parse(), Ok(scopes));
    }

    #[test]
    fn an_unknown_scope_is_refused_whole() {
        assert_eq!("send root".parse::<Scopes>(), Err(UnknownWord));
    }
}
