//! Refusals, in the form that directories read (RFC 7644, section 3.12).

use std::fmt;

use actix_web::{HttpResponse, ResponseError, body::BoxBody, http::StatusCode};
use sealpost_scim::{Error, MEDIA_TYPE};
use sealpost_tenancy::DirectoryError;

use crate::error::ApiError;

/// A refusal or a failure on its way to a directory.
#[derive(Debug)]
pub(super) enum Failure {
    /// One that is the same for everybody: its status, its headers, its cause for the log.
    Api(ApiError),
    /// One that SCIM has words for.
    Scim(Error),
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        Self::Api(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Scim(error)
    }
}

impl From<DirectoryError> for Failure {
    fn from(error: DirectoryError) -> Self {
        match error {
            DirectoryError::Refused(error) => Self::Scim(error),
            DirectoryError::Tenancy(error) => Self::Api(error.into()),
            other => Self::Api(ApiError::internal(other)),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Api(error) => error.fmt(f),
            Self::Scim(error) => error.fmt(f),
        }
    }
}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Api(error) => error.status_code(),
            Self::Scim(error) => {
                StatusCode::from_u16(error.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            }
        }
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        let mut response = HttpResponse::build(self.status_code());
        let message = match self {
            Self::Api(error) => {
                for header in error.headers() {
                    response.append_header(header.clone());
                }
                if let Some(cause) = error.cause() {
                    tracing::error!(%cause, "a directory could not be answered");
                }
                Error::new(error.status_code().as_u16(), error.public_text()).to_json()
            }
            Self::Scim(error) => error.to_json(),
        };
        response.content_type(MEDIA_TYPE).body(message.to_string())
    }
}

/// The answer where there is no route.
pub(crate) fn not_here(error: ApiError) -> HttpResponse {
    Failure::Api(error).error_response()
}
