//! Why a credential did not become a grant.

type Source = Box<dyn std::error::Error + Send + Sync>;

/// Why a credential did not become a grant.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuthError {
    /// A sign-in at the identity provider that knows the recipient's address is needed.
    #[error("a sign-in is needed")]
    AccountNeeded,
    /// Too many passwords are being checked; try again in a moment.
    #[error("too many passwords are being checked")]
    Busy,
    /// Whatever was shown to sign in, it was not right: the answer is the same for all.
    #[error("wrong credentials")]
    CredentialsWrong,
    /// There is one already, or as many as there may be.
    #[error("it exists already")]
    Exists,
    /// A code is needed and none was given.
    #[error("a code is needed")]
    CodeNeeded,
    /// The role or the token's scopes do not allow it.
    #[error("not allowed with this token")]
    Forbidden,
    /// A bug or a broken installation; the source goes to the log and nowhere else.
    #[error("internal error")]
    Internal(#[source] Source),
    /// What was given cannot be meant; the text says why.
    #[error("{0}")]
    Invalid(&'static str),
    /// Another key, or another form of it, counts than the one that was meant: look again.
    #[error("another key counts now")]
    KeyChanged,
    /// With the same key something else was begun; only said to who shows the key.
    #[error("the key was used for something else")]
    KeyReused,
    /// The tenant's licence has ended, the grace included.
    #[error("the licence has ended")]
    LicenceExpired,
    /// The tenant has no licence that counts.
    #[error("there is no licence")]
    LicenceMissing,
    /// Unknown, expired, blocked or purged: the answer is the same for all.
    #[error("the link is not available")]
    LinkUnavailable,
    /// None of the licence's seats is the caller's.
    #[error("no seat")]
    NoSeat,
    /// The link asks for no code, or not for one that is sent in this way.
    #[error("the link asks for no such code")]
    NoSuchCode,
    /// Nobody has confirmed yet that the add-in is to be signed in.
    #[error("nobody has confirmed it yet")]
    PairingPending,
    /// The add-in's wish to be signed in is unknown, expired, refused or used: the answer is the same for all.
    #[error("the pairing is over")]
    PairingOver,
    /// A password is needed and none was given.
    #[error("a password is needed")]
    PasswordNeeded,
    /// A password was shown that nobody here may see: the sender's program has sealed with it.
    #[error("the password is not shown to the service")]
    SealedBySender,
    /// The organisation has taken the user's right to send.
    #[error("sending is suspended")]
    SendingSuspended,
    /// The act is dangerous, and the session has not shown a credential for a while.
    #[error("a credential must be shown again")]
    StepUpNeeded,
    /// The tenant is suspended; only said to recipients, and to them not in these words.
    #[error("the tenant is suspended")]
    Suspended,
    /// Too many passwords were shown to one link; the seconds to wait.
    #[error("too many passwords were shown to one link")]
    TooMany(u16),
    /// The request takes nothing any more: it is closed, over, or whoever asks for files cannot get any now; the text says
    /// which. Only said to who has begun to send something in.
    #[error("{0}")]
    RequestClosed(&'static str),
    /// There is no such thing in the tenant.
    #[error("not found")]
    NotFound,
    /// Missing, unknown, expired or revoked.
    #[error("not signed in")]
    Unauthorized,
    /// The database, the keyring or the vault does not answer now.
    #[error("temporarily unavailable")]
    Unavailable(#[source] Source),
    /// The new password is not good enough.
    #[error("{0}")]
    WeakPassword(crate::Weakness),
    /// The link is for somebody with another address.
    #[error("the link is for another address")]
    WrongAddress,
    /// A code was shown, and it, or the password beside it, is wrong; or the code has ended, was used before, or was asked
    /// for elsewhere; or the transfer is locked: the answer is the same.
    #[error("wrong code")]
    WrongCode,
    /// Wrong, or the transfer is locked after too many wrong ones: the answer is the same.
    #[error("wrong password")]
    WrongPassword,
    /// Wrong, or the transfer is locked after too many wrong ones: the answer is the same.
    #[error("wrong proof")]
    WrongProof,
}
