//! Licences: their text, who has signed them, and what a tenant may do with his.

mod keys;
mod standing;
mod text;

pub use keys::{
    LicenceKeys, licence_key_id, read_licence_key, read_public_key, write_licence_key, write_public_key,
};
pub use standing::{LicenceStanding, Seat};
pub use text::{NewLicence, issue_licence, peek_licence};

/// Why a licence is not accepted: what is said to whoever installs it.
///
/// Whatever is wrong with a text that nobody has signed is one answer; only of what is genuine more is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LicenceRefused {
    /// Its time is over, the grace included.
    #[error("it has ended")]
    Ended,
    /// It was issued later than now.
    #[error("it was issued in the future; is the clock right?")]
    Future,
    /// This installation has no key to check licences with.
    #[error("this installation asks for no licences: it has no public_keys in its configuration")]
    NotAsked,
    /// No key of this installation has signed this text.
    #[error("it is no licence that a key of this installation has signed, or not all of it")]
    NotGenuine,
    /// The one that is installed was issued later.
    #[error("a later one is installed")]
    Older,
    /// It was issued for somebody else.
    #[error("it was issued for another tenant")]
    OtherTenant,
}

impl LicenceRefused {
    /// The word in the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ended => "ended",
            Self::Future => "future",
            Self::NotAsked => "not_asked",
            Self::NotGenuine => "not_genuine",
            Self::Older => "older",
            Self::OtherTenant => "other_tenant",
        }
    }
}
