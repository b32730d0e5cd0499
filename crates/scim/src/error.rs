//! What a directory is told when something cannot be done (RFC 7644, section 3.12).

use std::borrow::Cow;

use serde_json::{Value, json};

/// The schema of error messages.
pub const ERROR_SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

/// Why a request with status 400 or 409 cannot be done, as a word of RFC 7644, table 9.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScimType {
    /// The filter cannot be read, or compares what cannot be compared.
    InvalidFilter,
    /// The path of a change cannot be read, or names nothing.
    InvalidPath,
    /// The body is not what it must be.
    InvalidSyntax,
    /// A value is missing or does not fit its attribute.
    InvalidValue,
    /// The attribute cannot be changed (that way).
    Mutability,
    /// The path of a change finds nothing.
    NoTarget,
    /// More than the service is willing to do at once.
    TooMany,
    /// The value is another's already.
    Uniqueness,
}

impl ScimType {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidFilter => "invalidFilter",
            Self::InvalidPath => "invalidPath",
            Self::InvalidSyntax => "invalidSyntax",
            Self::InvalidValue => "invalidValue",
            Self::Mutability => "mutability",
            Self::NoTarget => "noTarget",
            Self::TooMany => "tooMany",
            Self::Uniqueness => "uniqueness",
        }
    }
}

/// A refusal. Its text is public.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{status}: {detail}")]
pub struct Error {
    /// The HTTP status.
    pub status: u16,
    /// The kind of refusal, where RFC 7644 has a word for it.
    pub scim_type: Option<ScimType>,
    /// What it was.
    pub detail: Cow<'static, str>,
}

impl Error {
    /// A refusal without a word of its own.
    pub fn new(status: u16, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { status, scim_type: None, detail: detail.into() }
    }

    /// A refusal of this kind: status 409 for a value that is another's, else 400.
    pub fn of(scim_type: ScimType, detail: impl Into<Cow<'static, str>>) -> Self {
        let status = if scim_type == ScimType::Uniqueness { 409 } else { 400 };
        Self { status, scim_type: Some(scim_type), detail: detail.into() }
    }

    /// The message as it is sent. The status is a text, as RFC 7644 wants it.
    pub fn to_json(&self) -> Value {
        let mut message = json!({
            "schemas": [ERROR_SCHEMA],
            "status": self.status.to_string(),
            "detail": self.detail,
        });
        if let Some(scim_type) = self.scim_type {
            message["scimType"] = scim_type.as_str().into();
        }
        message
    }
}

pub(crate) fn value(detail: impl Into<Cow<'static, str>>) -> Error {
    Error::of(ScimType::InvalidValue, detail)
}

pub(crate) fn syntax(detail: impl Into<Cow<'static, str>>) -> Error {
    Error::of(ScimType::InvalidSyntax, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_has_the_members_of_rfc_7644() {
        let error = Error::of(ScimType::Uniqueness, "userName is taken");
        assert_eq!(
            error.to_json(),
            json!({"schemas": [ERROR_SCHEMA], "status": "409", "scimType": "uniqueness", "detail": "userName is taken"})
        );
        assert_eq!(Error::new(404, "x").to_json().get("scimType"), None);
    }
}
