//! What a store says of the copies of its containers.

use std::fmt;

use crate::Container;

/// What a copy is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Reads fall over to it when the container itself fails.
    Replica,
    /// Kept apart; read only to restore what was lost.
    Offsite,
}

impl Role {
    /// The word in configurations and tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Replica => "replica",
            Self::Offsite => "offsite",
        }
    }

    /// What people call it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Replica => "replica",
            Self::Offsite => "off-site copy",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title())
    }
}

/// A copy of a container: another container, which is looked at by itself under its own name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Copy {
    /// What it is for.
    pub role: Role,
    /// Where it is.
    pub container: Container,
}

impl fmt::Display for Copy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.role, self.container)
    }
}
