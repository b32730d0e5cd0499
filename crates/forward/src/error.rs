//! Why a batch was not handed over.

use sealpost_reach::OutOfReach;

/// Why a batch was not handed over. The text is for whoever runs the tenant: it holds nothing that the other side has said
/// but a status.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ForwardError {
    /// It was taken, but the other side has not said that it has all of it.
    #[error("the receiver did not close the connection: it may not have all of it")]
    Unconfirmed,
    /// The destination cannot be used as it stands.
    #[error("{0}")]
    Invalid(&'static str),
    /// The other side does not want to hear from us.
    #[error("the receiver closed the connection: it may not know our certificate")]
    Refused,
    /// The other side refused it.
    #[error("the receiver answered {0}")]
    Status(u16),
    /// It took too long.
    #[error("the receiver did not answer in time")]
    Timeout,
    /// There is no connection, or not a safe one.
    #[error("no connection: {0}")]
    Unreachable(String),
}

impl From<OutOfReach> for ForwardError {
    fn from(error: OutOfReach) -> Self {
        Self::Invalid(error.0)
    }
}

impl ForwardError {
    /// With all causes, on one line of at most 300 characters.
    pub(crate) fn unreachable(error: &dyn std::error::Error) -> Self {
        let mut text = error.to_string();
        let mut next = error.source();
        while let Some(cause) = next {
            let cause_text = cause.to_string();
            if !text.ends_with(&cause_text) {
                text.push_str(": ");
                text.push_str(&cause_text);
            }
            next = cause.source();
        }
        Self::Unreachable(text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(300).collect())
    }
}
