//! What can go wrong in running a tenant.

use sealpost_auth::{AuthError, LicenceRefused};
use sealpost_blob::BlobError;
use sealpost_db::DbError;
use sealpost_keys::KeysError;
use sealpost_policy::PolicyStoreError;

/// Why a tenant or user could not be made or listed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TenancyError {
    /// The short name or the address is taken.
    #[error("it exists already")]
    AlreadyExists,
    /// The audit log is not what it was.
    #[error(transparent)]
    AuditBroken(#[from] sealpost_db::ChainBreak),
    /// The credential's.
    #[error("auth: {0}")]
    Auth(#[source] AuthError),
    /// The blob store's.
    #[error("blob store: {0}")]
    Blob(#[from] BlobError),
    /// Checkpoints of the audit log cannot be written where they are kept.
    #[error("checkpoints: {0}")]
    Checkpoints(#[source] std::io::Error),
    /// What is stored cannot be.
    #[error("a row of {0} is damaged")]
    Corrupt(&'static str),
    /// What is stored does not open.
    #[error("a sealed column does not open")]
    Damaged(#[from] sealpost_sealed::Error),
    /// The database's.
    #[error("database: {0}")]
    Db(#[source] DbError),
    /// Only owners may do this, or nobody to himself.
    #[error("not allowed")]
    Forbidden,
    /// The wish cannot be met as it stands.
    #[error("{0}")]
    Invalid(&'static str),
    /// The vault's or the keyring's.
    #[error("keys: {0}")]
    Keys(#[from] KeysError),
    /// The licence is not accepted.
    #[error("the licence is not accepted: {0}")]
    Licence(LicenceRefused),
    /// The logo is refused.
    #[error(transparent)]
    Logo(#[from] sealpost_logo::LogoError),
    /// The add-in's manifest cannot be made of what the tenant says of itself.
    #[error("the manifest cannot be made: {0}")]
    Manifest(#[from] sealpost_manifest::ManifestError),
    /// A tenant has at least one owner who is not disabled.
    #[error("the last owner of a tenant stays owner")]
    LastOwner,
    /// The policy cannot be kept.
    #[error(transparent)]
    Document(#[from] sealpost_domain::DocumentError),
    /// What is stored of a policy cannot be read.
    #[error("policy: {0}")]
    Policies(#[source] PolicyStoreError),
    /// Another version of the policy counts than whoever asks has seen.
    #[error("version {0} of the policy counts now")]
    Stale(u64),
    /// There is no such tenant or user.
    #[error("not found")]
    NotFound,
    /// The tenant is being removed.
    #[error("its removal has begun: there is no way back")]
    RemovalBegan,
    /// The tenant was terminated, and that is not to be undone.
    #[error("it was terminated; --undo-termination resumes it all the same")]
    Terminated,
}

impl TenancyError {
    /// Whether it may be over in a moment.
    pub const fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::Db(DbError::Busy(_) | DbError::Unavailable(_))
                | Self::Blob(BlobError::Unavailable(_))
                | Self::Keys(KeysError::Keyring(_) | KeysError::Vault(_))
        )
    }
}

impl From<DbError> for TenancyError {
    fn from(error: DbError) -> Self {
        match error {
            DbError::AlreadyExists(_) => Self::AlreadyExists,
            error => Self::Db(error),
        }
    }
}

impl From<PolicyStoreError> for TenancyError {
    fn from(error: PolicyStoreError) -> Self {
        match error {
            PolicyStoreError::Db(error) => error.into(),
            PolicyStoreError::NotFound => Self::NotFound,
            error => Self::Policies(error),
        }
    }
}

impl From<AuthError> for TenancyError {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::Forbidden => Self::Forbidden,
            AuthError::NotFound => Self::NotFound,
            error => Self::Auth(error),
        }
    }
}
