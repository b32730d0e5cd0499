//! Why a directory did not get what it asked for.

use sealpost_db::DbError;
use sealpost_scim::{Error, ScimType};

use crate::TenancyError;

/// Why a directory did not get what it asked for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DirectoryError {
    /// What the directory is told.
    #[error(transparent)]
    Refused(#[from] Error),
    /// What went wrong here.
    #[error(transparent)]
    Tenancy(TenancyError),
}

impl DirectoryError {
    pub(super) const fn refused(error: Error) -> Self {
        Self::Refused(error)
    }

    pub(super) fn not_found() -> Self {
        Self::Refused(Error::new(404, "there is no such resource"))
    }

    pub(super) fn taken(what: &'static str) -> Self {
        Self::Refused(Error::of(ScimType::Uniqueness, what))
    }

    pub(super) fn invalid(what: &'static str) -> Self {
        Self::Refused(Error::of(ScimType::InvalidValue, what))
    }
}

impl From<DbError> for DirectoryError {
    fn from(error: DbError) -> Self {
        match error {
            // Two who were asked about a moment apart.
            DbError::AlreadyExists(_) => Self::taken("another has the same name, address or externalId"),
            error => Self::Tenancy(error.into()),
        }
    }
}

impl From<TenancyError> for DirectoryError {
    fn from(error: TenancyError) -> Self {
        Self::Tenancy(error)
    }
}

impl From<sealpost_sealed::Error> for DirectoryError {
    fn from(error: sealpost_sealed::Error) -> Self {
        Self::Tenancy(error.into())
    }
}
