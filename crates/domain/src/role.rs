//! Roles of users and scopes of API tokens.

use std::{fmt, str::FromStr};

use crate::words::{UnknownWord, words};

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
        /// Run the tenant, and do the same with every transfer of it, if the user is admin or owner.
        Admin = "admin",
        /// Read the log and reports, if the user is auditor, admin or owner.
        Audit = "audit",
        /// Keep users and groups as a directory does, if the user is admin or owner.
        Scim = "scim",
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

    /// Whether all of `others` are in the set.
    pub fn contains_all(&self, others: &Self) -> bool {
        others.0.iter().all(|scope| self.contains(*scope))
    }

    /// The words, in order.
    pub fn iter(&self) -> impl Iterator<Item = Scope> {
        self.0.iter().copied()
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `scope` is in the set.
    pub fn contains(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }
}

impl Role {
    /// Whether he runs the tenant.
    pub const fn is_admin(self) -> bool {
        matches!(self, Self::Owner | Self::Admin)
    }

    /// Whether he runs the tenant.
    pub const fn administers(self) -> bool {
        matches!(self, Self::Owner | Self::Admin)
    }

    /// Whether he reads logs and reports.
    pub const fn reads_reports(self) -> bool {
        matches!(self, Self::Owner | Self::Admin | Self::Auditor)
    }

    /// What he may do when he has signed in himself: all that his role allows.
    pub fn scopes(self) -> Scopes {
        Scopes::new(
            match self {
                Self::Owner | Self::Admin => {
                    [Scope::Send, Scope::Read, Scope::Admin, Scope::Audit].as_slice()
                }
                Self::Auditor => &[Scope::Audit],
                Self::Sender => &[Scope::Send, Scope::Read],
            }
            .iter()
            .copied(),
        )
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
