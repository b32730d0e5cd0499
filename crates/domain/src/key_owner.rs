//! Whose key pairs are.

use uuid::Uuid;

use crate::{MailboxId, UserId};

/// Whose a key pair is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyOwner {
    /// A user's.
    User(UserId),
    /// A team's: those who may send for a shared mailbox.
    Mailbox(MailboxId),
}

impl KeyOwner {
    /// The owner's id, which contexts of his private key name.
    pub const fn as_uuid(self) -> Uuid {
        match self {
            Self::User(user) => user.as_uuid(),
            Self::Mailbox(mailbox) => mailbox.as_uuid(),
        }
    }

    /// The user, if it is one.
    pub const fn user(self) -> Option<UserId> {
        match self {
            Self::User(user) => Some(user),
            Self::Mailbox(_) => None,
        }
    }

    /// The mailbox, if it is one.
    pub const fn mailbox(self) -> Option<MailboxId> {
        match self {
            Self::User(_) => None,
            Self::Mailbox(mailbox) => Some(mailbox),
        }
    }
}
