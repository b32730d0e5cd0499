//! What guards a user's account.

use crate::words::words;

words! {
    /// What was changed of an account: what its user is told.
    AccountChange {
        /// A passkey more.
        PasskeyAdded = "passkey_added",
        /// A passkey less.
        PasskeyRemoved = "passkey_removed",
        /// Another password.
        Password = "password",
        /// New recovery codes in place of the old.
        RecoveryCodes = "recovery_codes",
        /// An app that shows codes was set up.
        SecondFactorAdded = "second_factor_added",
        /// What was shown beside the password was taken away.
        SecondFactorRemoved = "second_factor_removed",
    }
}
