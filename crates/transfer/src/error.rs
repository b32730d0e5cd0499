//! What can go wrong in a use case. `api` has the one table that turns it into HTTP.

use sealpost_auth::Weakness;
use sealpost_domain::{
    EmailAddress, FileId, FileNameError, Protection, RetentionError, SenderChoice, StateError,
};

use crate::{FileRefusal, ModeRefusal, Refusal};

type Source = Box<dyn std::error::Error + Send + Sync>;

/// Why a use case did nothing, or stopped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TransferError {
    /// The body of the request broke off; what had come in whole is stored.
    #[error("the body of the request broke off")]
    BodyBroken,
    /// There is one already.
    #[error("it exists already")]
    Exists,
    /// The code that was shown has been used meanwhile.
    #[error("the code was used")]
    CodeUsed,
    /// `Upload-Checksum` does not fit the body; nothing of it was kept.
    #[error("the checksum does not fit the body")]
    ChecksumMismatch,
    /// What is written requires another protection of recipients: what the rule says, and which.
    #[error("what is written requires another protection")]
    ContentRequires(String, Vec<Protection>),
    /// What is stored fails to open: it was changed, or it is gone.
    #[error("a stored part does not open")]
    Damaged,
    /// The recipient has used up his downloads.
    #[error("no download is left")]
    DownloadsUsedUp,
    /// The file name cannot be accepted.
    #[error(transparent)]
    FileName(#[from] FileNameError),
    /// The role or the token's scopes do not allow it.
    #[error("not allowed with this token")]
    Forbidden,
    /// It was here and has been purged; only said to its sender.
    #[error("purged")]
    Gone,
    /// A bug or a broken installation; the source goes to the log and nowhere else.
    #[error("internal error")]
    Internal(#[source] Source),
    /// The request cannot be meant; the text says why.
    #[error("{0}")]
    Invalid(&'static str),
    /// Another public key counts now than the one that was sealed to: look again.
    #[error("another public key counts now")]
    KeyChanged,
    /// With the same key something else was begun at the same moment.
    #[error("the key was used for something else")]
    KeyReused,
    /// The length of the upload was declared before and cannot change.
    #[error("the length was declared before")]
    LengthDeclared,
    /// The tenant has locked a choice that the sender has made.
    #[error("the tenant decides this: {0}")]
    Locked(SenderChoice),
    /// The delivery has no such file.
    #[error("the delivery has no file {0}")]
    NoSuchFile(FileId),
    /// The tenant decides who seals what is sent, and has decided otherwise.
    #[error("the tenant decides this: mode")]
    ModeLocked,
    /// The tenant's rules do not let it be sent in this mode.
    #[error("the tenant's rules refuse the mode")]
    ModeRefused(Box<ModeRefusal>),
    /// What comes in cannot be what a sender's program has sealed; the text says why.
    #[error("{0}")]
    NotSealed(&'static str),
    /// What its sender's program has to seal of a transfer is not all there yet; the text says what is missing.
    #[error("{0}")]
    NotSealedYet(&'static str),
    /// Unknown, or none of the caller's business.
    #[error("not found")]
    NotFound,
    /// Nothing can be sent: a file or a recipient is missing, or an upload is unfinished.
    #[error("{0}")]
    NotReady(&'static str),
    /// The offset is not what is stored.
    #[error("the upload stands at {0}")]
    OffsetMismatch(u64),
    /// So many parts of a transfer's files are not there any more, or are not what they were.
    #[error("{0} parts are lost or damaged")]
    PartsLost(u64),
    /// The tenant does not allow it to be asked of recipients.
    #[error("the tenant does not allow the protection {0}")]
    Protection(Protection),
    /// A rule of the tenant asks for something else of a recipient than the sender.
    #[error("a rule asks for another protection of a recipient")]
    ProtectionRequired(EmailAddress, Vec<Protection>),
    /// The tenant's rules let nothing be sent to somebody.
    #[error("the tenant's rules refuse a recipient")]
    Refused(Vec<Refusal>),
    /// The room that a tenant, or a sender, has for all of his transfers is used up; whose is said.
    #[error("there is no room left: {0} is used up")]
    QuotaUsedUp(&'static str),
    /// The request's uses are all taken, or it is closed or over.
    #[error("the request takes nothing any more")]
    RequestUsedUp,
    /// As many as a portal, or one network there, may have have begun and not handed over.
    #[error("too many have begun here and not handed over")]
    TooManyDrafts,
    /// The replica is too far behind to take more in.
    #[error("the replica is too far behind")]
    ReplicaBehind,
    /// The wished end is out of bounds.
    #[error(transparent)]
    Retention(#[from] RetentionError),
    /// Nothing is heard of the malware scanner.
    #[error("the malware scanner does not answer")]
    Scanner(#[source] Source),
    /// The transfer's state does not allow it.
    #[error(transparent)]
    State(#[from] StateError),
    /// The tenant is suspended; only said to recipients, and to them not in these words.
    #[error("the tenant is suspended")]
    Suspended,
    /// Something comes in the clear that nobody here may see; the text says what.
    #[error("{0}")]
    SealedBySender(&'static str),
    /// The tenant's rules want the sender's program to state what a file is, and it has not; which one, if it is not the one that was
    /// asked about.
    #[error("what a file is has to be stated")]
    StatementMissing(Option<FileId>),
    /// It was stated by other rules than those that count now: names have to be looked at again.
    #[error("what a file is has to be stated again")]
    StatementOutdated(Option<FileId>),
    /// The disk or the container is full; what was acknowledged is safe.
    #[error("storage is full")]
    StorageFull,
    /// More bytes than the tenant allows, or than were declared.
    #[error("at most {0} bytes")]
    TooLarge(u64),
    /// More files than the tenant allows.
    #[error("at most {0} files")]
    TooManyFiles(u64),
    /// More recipients than the tenant allows.
    #[error("at most {0} recipients")]
    TooManyRecipients(u64),
    /// A store, the database or the vault does not answer now.
    #[error("temporarily unavailable")]
    Unavailable(#[source] Source),
    /// It was asked for too often; so many seconds to wait.
    #[error("too many attempts")]
    TooMany(u16),
    /// The tenant's rules do not let a file be sent. It was not kept.
    #[error("the tenant's rules refuse a file")]
    TypeRefused(Box<FileRefusal>),
    /// The password is too easy to guess, too short or too long.
    #[error(transparent)]
    WeakPassword(Weakness),
    /// A final upload takes no bytes.
    #[error("a final upload takes no bytes")]
    UploadFinal,
    /// Somebody else is writing to the upload.
    #[error("the upload is being written to")]
    UploadLocked,
}

impl TransferError {
    /// A bug or a broken installation.
    pub(crate) fn internal(source: impl Into<Source>) -> Self {
        Self::Internal(source.into())
    }
}

impl From<sealpost_db::DbError> for TransferError {
    fn from(error: sealpost_db::DbError) -> Self {
        use sealpost_db::DbError as E;
        match error {
            E::Full(_) => Self::StorageFull,
            E::Busy(_) | E::Unavailable(_) => Self::Unavailable(error.into()),
            _ => Self::Internal(error.into()),
        }
    }
}

impl From<sealpost_blob::BlobError> for TransferError {
    fn from(error: sealpost_blob::BlobError) -> Self {
        use sealpost_blob::BlobError as E;
        match error {
            E::Full(_) => Self::StorageFull,
            E::NotFound | E::Truncated { .. } => Self::Damaged,
            E::Unavailable(_) => Self::Unavailable(error.into()),
            _ => Self::Internal(error.into()),
        }
    }
}

impl From<sealpost_keys::KeysError> for TransferError {
    fn from(error: sealpost_keys::KeysError) -> Self {
        match error {
            sealpost_keys::KeysError::Damaged => Self::Internal(error.into()),
            _ => Self::Unavailable(error.into()),
        }
    }
}

impl From<sealpost_policy::PolicyStoreError> for TransferError {
    /// What cannot be asked lets nothing be sent.
    fn from(error: sealpost_policy::PolicyStoreError) -> Self {
        match error {
            sealpost_policy::PolicyStoreError::Db(error) => error.into(),
            error => Self::Internal(error.into()),
        }
    }
}

impl From<sealpost_sealed::Error> for TransferError {
    /// What was stored does not open: changed, or of another place.
    fn from(_: sealpost_sealed::Error) -> Self {
        Self::Damaged
    }
}

impl From<sealpost_auth::AuthError> for TransferError {
    fn from(error: sealpost_auth::AuthError) -> Self {
        match error {
            sealpost_auth::AuthError::Busy => Self::Unavailable(error.into()),
            sealpost_auth::AuthError::Forbidden => Self::Forbidden,
            sealpost_auth::AuthError::Suspended => Self::Suspended,
            sealpost_auth::AuthError::TooMany(seconds) => Self::TooMany(seconds),
            _ => Self::Internal(error.into()),
        }
    }
}
