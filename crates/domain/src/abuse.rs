//! Why a recipient reports a transfer.

use crate::words::words;

words! {
    /// Why a recipient reports a transfer.
    AbuseReason {
        /// It is meant for somebody else.
        Misdirected = "misdirected",
        /// A file does harm.
        Malware = "malware",
        /// It pretends to be from somebody else, or is after passwords.
        Phishing = "phishing",
        /// He has not asked for it, and does not know the sender.
        Unwanted = "unwanted",
        /// Nobody may have or pass on what is in it.
        Illegal = "illegal",
        /// Something else; the text says what.
        Other = "other",
    }
}
