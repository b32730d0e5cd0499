//! `/api/v1/admin/policy`

pub(crate) mod change;
pub(crate) mod explain;
pub(crate) mod get;
pub(crate) mod import;
pub(crate) mod restore;
pub(crate) mod set;
pub(crate) mod version;
pub(crate) mod versions;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderMap},
};
use sealpost_domain::{PolicyDocument, UserId};
use sealpost_tenancy::PolicyView;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{error::ApiError, wire::Time};

/// A version of the tenant's policy.
#[derive(Serialize, ToSchema)]
pub(crate) struct Policy {
    /// Its number; also in the `ETag`.
    version: u64,
    /// What it says; `docs/policy.md` lists it.
    #[schema(value_type = Object)]
    policy: PolicyDocument,
    /// What in it is most likely a mistake.
    warnings: Vec<String>,
    /// Who made it; nobody for the operator.
    made_by: Option<Uuid>,
    /// When it was made.
    made_at: Time,
}

impl From<PolicyView> for Policy {
    fn from(view: PolicyView) -> Self {
        Self {
            version: view.version,
            warnings: view.document.warnings().iter().map(ToString::to_string).collect(),
            policy: view.document,
            made_by: view.made_by.map(UserId::as_uuid),
            made_at: view.made_at.into(),
        }
    }
}

/// The policy as an answer, with its version as `ETag`.
fn answer(view: PolicyView) -> HttpResponse {
    let tag = format!("\"{}\"", view.version);
    HttpResponse::Ok().insert_header((header::ETAG, tag)).json(Policy::from(view))
}

/// The version that whoever changes the policy has seen: `If-Match`, or nothing if any will do.
fn expected(request: &HttpRequest) -> Result<Option<u64>, ApiError> {
    expected_by(request.headers())
}

fn expected_by(headers: &HeaderMap) -> Result<Option<u64>, ApiError> {
    let Some(line) = headers.get(header::IF_MATCH) else {
        return Ok(None);
    };
    let text = line.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(None);
    }
    let number = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).map(str::parse);
    match number {
        Some(Ok(version)) => Ok(Some(version)),
        _ => Err(ApiError::invalid("If-Match is the ETag of one version")),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    #[test]
    fn a_version_is_expected_by_its_tag() {
        let read = |line: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::IF_MATCH, HeaderValue::from_static(line));
            expected_by(&headers).map_err(drop)
        };
        assert_eq!(expected_by(&HeaderMap::new()).map_err(drop), Ok(None));
        for (line, version) in [("*", Ok(None)), ("\"7\"", Ok(Some(7))), (" \"0\" ", Ok(Some(0)))] {
            assert_eq!(read(line), version, "{line}");
        }
        for line in ["7", "\"x\"", "W/\"7\"", "\"1\", \"2\"", ""] {
            assert_eq!(read(line), Err(()), "{line}");
        }
    }
}
