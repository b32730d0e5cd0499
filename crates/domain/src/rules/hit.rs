//! Which rules a transfer has met, in words.

use crate::words::words;

words! {
    /// What a rule is about.
    RuleKind {
        /// Who sends to whom.
        Address = "address",
        /// What is written.
        Content = "content",
        /// What files are.
        Type = "type",
    }
}

words! {
    /// What has come of a rule.
    RuleEffect {
        /// It lets it be sent.
        Allowed = "allowed",
        /// It did not let it be sent, or not so.
        Denied = "denied",
        /// It has found something, and nothing has to follow.
        Noticed = "noticed",
        /// It says what recipients are asked for, or who seals.
        Required = "required",
    }
}
