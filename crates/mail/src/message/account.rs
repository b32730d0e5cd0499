//! What happens to accounts and users.

use std::fmt;

use sealpost_domain::{EmailAddress, Timestamp};

/// An account is locked for a while because of wrong passwords.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountLocked {
    /// Whose.
    pub account: EmailAddress,
    /// When the last wrong password was tried.
    pub locked_at: Timestamp,
}

/// Somebody wants a new password for an account.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordReset {
    /// Whose.
    pub account: EmailAddress,
    /// Where it is set, `http` or `https`.
    pub link: String,
    /// How long the link counts.
    pub minutes: u64,
}

/// Without the link: whoever has it, sets the password.
impl fmt::Debug for PasswordReset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasswordReset").field("minutes", &self.minutes).finish_non_exhaustive()
    }
}

/// Somebody has signed in to an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSignIn {
    /// Whose.
    pub account: EmailAddress,
    /// When.
    pub at: Timestamp,
    /// What the browser says it is; may be empty.
    pub agent: String,
}

/// A user is warned by those who run his tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserWarned {
    /// What they say; may have several lines.
    pub text: String,
    /// When.
    pub at: Timestamp,
}

/// What guards an account has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountChanged {
    /// Whose.
    pub account: EmailAddress,
    /// What.
    pub change: AccountChange,
    /// When.
    pub at: Timestamp,
}

/// What was changed of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountChange {
    /// A key pair of his own.
    KeyPair,
    /// What opens its private key.
    KeyPairOpening,
    /// A passkey more.
    PasskeyAdded,
    /// A passkey less.
    PasskeyRemoved,
    /// Another password.
    Password,
    /// New recovery codes in place of the old.
    RecoveryCodes,
    /// An app that shows codes was set up.
    SecondFactorAdded,
    /// It was taken away.
    SecondFactorRemoved,
    /// A key pair of a team.
    TeamKeyPair,
}

impl AccountChange {
    /// Every change.
    pub const ALL: [Self; 9] = [
        Self::KeyPair,
        Self::KeyPairOpening,
        Self::PasskeyAdded,
        Self::PasskeyRemoved,
        Self::Password,
        Self::RecoveryCodes,
        Self::SecondFactorAdded,
        Self::SecondFactorRemoved,
        Self::TeamKeyPair,
    ];

    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::KeyPair => "key_pair",
            Self::KeyPairOpening => "key_pair_opening",
            Self::PasskeyAdded => "passkey_added",
            Self::PasskeyRemoved => "passkey_removed",
            Self::Password => "password",
            Self::RecoveryCodes => "recovery_codes",
            Self::SecondFactorAdded => "second_factor_added",
            Self::SecondFactorRemoved => "second_factor_removed",
            Self::TeamKeyPair => "team_key_pair",
        }
    }
}
