//! What guards a user's account.

use crate::words::words;

words! {
    /// What was changed of an account: what its user is told.
    AccountChange {
        /// A key pair of his own, in place of the one before if there was one.
        KeyPair = "key_pair",
        /// What opens the private key of his key pair.
        KeyPairOpening = "key_pair_opening",
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
        /// A key pair of a team that he belongs to.
        TeamKeyPair = "team_key_pair",
    }
}
