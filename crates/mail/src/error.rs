//! What can go wrong, and whether trying again can help.

/// Why a mail was not handed over.
///
/// No text carries an address: errors are kept beside queued jobs, which outlive the transfers they are about.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MailError {
    /// The message could not be worded or encoded.
    #[error("the message cannot be made: {0}")]
    Compose(String),
    /// The server says that no mail can ever reach the address.
    #[error("refused by the mail server ({0})")]
    Refused(String),
    /// The server, the network or the disk did not play along; or the server refuses us and not the address.
    #[error("not handed over: {0}")]
    Unavailable(String),
}

impl MailError {
    /// Whether sending the same message again is pointless.
    pub const fn is_permanent(&self) -> bool {
        match self {
            Self::Compose(_) | Self::Refused(_) => true,
            Self::Unavailable(_) => false,
        }
    }
}

/// Why a transport cannot be set up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SetupError {
    /// A certificate to trust is not PEM, or TLS cannot be set up.
    #[error("TLS for mail cannot be set up: {0}")]
    Tls(String),
    /// The password would cross the network in the clear.
    #[error("a mail server on another machine gets user name and password over TLS only")]
    PlainCredentials,
    /// The address of the SMS gateway cannot be used.
    #[error("the SMS gateway: {0}")]
    Gateway(&'static str),
    /// The directory for mails cannot be made or written to.
    #[error("the mail directory cannot be used: {0}")]
    Directory(String),
}
