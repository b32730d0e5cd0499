//! The one table from what can go wrong to what the caller is told: code, status, public text.
//!
//! Public text says what the caller can do something about. Causes go to the log, once, in [`crate::middleware`];
//! they never reach a response.

use std::{borrow::Cow, fmt};

use actix_web::{
    HttpResponse, ResponseError,
    body::BoxBody,
    http::{
        StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
};
use sealpost_auth::AuthError;
use sealpost_transfer::TransferError;
use serde::Serialize;
use utoipa::ToSchema;

type Source = Box<dyn std::error::Error + Send + Sync>;

macro_rules! codes {
    ($($code:ident = $word:literal, $status:literal, $title:literal;)+) => {
        /// What went wrong, as a stable word. Programs go by it; texts may change.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub(crate) enum Code { $(#[doc = $title] $code,)+ }

        impl Code {
            #[cfg(test)]
            pub(crate) const ALL: &'static [Self] = &[$(Self::$code),+];

            /// The word in `code`.
            pub(crate) const fn as_str(self) -> &'static str {
                match self { $(Self::$code => $word,)+ }
            }

            const fn number(self) -> u16 {
                match self { $(Self::$code => $status,)+ }
            }

            /// The text in `title`, the same for every occurrence.
            pub(crate) const fn title(self) -> &'static str {
                match self { $(Self::$code => $title,)+ }
            }
        }
    };
}

codes! {
    ChecksumMismatch = "checksum_mismatch", 460, "The checksum does not fit the bytes";
    DownloadsUsedUp = "downloads_used_up", 403, "No download is left";
    Forbidden = "forbidden", 403, "This is not allowed";
    Gone = "gone", 410, "It was here and has been removed";
    IncompleteBody = "incomplete_body", 400, "The body of the request broke off";
    Internal = "internal", 500, "Something went wrong on our side";
    InvalidRequest = "invalid_request", 400, "The request cannot be understood";
    LimitReached = "limit_reached", 409, "A limit of the tenant is reached";
    LinkUnavailable = "link_unavailable", 404, "The link is not available";
    MethodNotAllowed = "method_not_allowed", 405, "The method is not allowed here";
    NotFound = "not_found", 404, "There is nothing here";
    OffsetMismatch = "offset_mismatch", 409, "The offset is not what is stored";
    PasswordNeeded = "password_needed", 403, "A password is needed";
    PreconditionFailed = "precondition_failed", 412, "A precondition of the request does not hold";
    RangeNotSatisfiable = "range_not_satisfiable", 416, "The range lies outside of the file";
    RequestTimeout = "request_timeout", 408, "The body of the request came too slowly";
    StateConflict = "state_conflict", 409, "The state of things does not allow it";
    StorageFull = "storage_full", 507, "There is no room left";
    TooLarge = "too_large", 413, "It is too large";
    TooManyRequests = "too_many_requests", 429, "Too many attempts; wait a little";
    Unauthorized = "unauthorized", 401, "A valid token is needed";
    Unavailable = "unavailable", 503, "The service is busy; try again in a moment";
    UnsupportedMediaType = "unsupported_media_type", 415, "The body is of another type than it must be";
    UploadLocked = "upload_locked", 423, "Somebody else is writing to the upload";
    WrongPassword = "wrong_password", 403, "The password is wrong, or was wrong too often";
}

impl Code {
    /// The HTTP status.
    pub(crate) fn status(self) -> StatusCode {
        StatusCode::from_u16(self.number()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// A problem (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// Names the kind of problem: `urn:sealpost:problem:` and the code.
    #[serde(rename = "type")]
    #[schema(format = "uri", example = "urn:sealpost:problem:not_found")]
    kind: String,
    /// The kind of problem in words.
    title: &'static str,
    /// The HTTP status, repeated.
    #[schema(minimum = 400, maximum = 599, example = 404)]
    status: u16,
    /// The kind of problem as a stable word.
    code: Code,
    /// What it was this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    detail: Option<String>,
}

/// A refusal or a failure on its way to the caller.
#[derive(Debug)]
pub(crate) struct ApiError {
    code: Code,
    detail: Option<Cow<'static, str>>,
    headers: Vec<(HeaderName, HeaderValue)>,
    source: Option<Source>,
}

impl ApiError {
    /// A refusal that its code says everything about.
    pub(crate) const fn new(code: Code) -> Self {
        Self { code, detail: None, headers: Vec::new(), source: None }
    }

    /// The request cannot be meant; `detail` says why.
    pub(crate) fn invalid(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Code::InvalidRequest).detail(detail)
    }

    /// A bug or a broken installation: `source` goes to the log.
    pub(crate) fn internal(source: impl Into<Source>) -> Self {
        Self { source: Some(source.into()), ..Self::new(Code::Internal) }
    }

    /// Says what it was this time. Public: nothing internal belongs here.
    #[must_use]
    pub(crate) fn detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Adds a header to the response.
    #[must_use]
    pub(crate) fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The word for it.
    pub(crate) const fn code(&self) -> Code {
        self.code
    }

    /// The headers that belong to it, for answers that are no problem details.
    pub(crate) fn headers(&self) -> &[(HeaderName, HeaderValue)] {
        &self.headers
    }

    /// What went wrong inside, as one line for the log; `None` for what the caller did wrong.
    pub(crate) fn cause(&self) -> Option<String> {
        if self.code != Code::Internal && self.source.is_none() {
            return None;
        }
        let mut text = self.to_string();
        let mut next = self.source.as_deref().map(|source| source as &dyn std::error::Error);
        while let Some(error) = next {
            text.push_str(": ");
            text.push_str(&error.to_string());
            next = error.source();
        }
        Some(text)
    }

    fn because(code: Code, source: Source) -> Self {
        Self { source: Some(source), ..Self::new(code) }
    }

    fn retry_after(self, seconds: u16) -> Self {
        self.header(header::RETRY_AFTER, HeaderValue::from(seconds))
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.detail {
            Some(detail) => write!(f, "{} ({detail})", self.code.as_str()),
            None => f.write_str(self.code.as_str()),
        }
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.code.status()
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        let mut response = HttpResponse::build(self.status_code());
        if self.code == Code::ChecksumMismatch {
            response.reason("Checksum Mismatch");
        }
        for header in &self.headers {
            response.append_header(header.clone());
        }
        response.content_type("application/problem+json").json(Problem {
            kind: format!("urn:sealpost:problem:{}", self.code.as_str()),
            title: self.code.title(),
            status: self.code.number(),
            code: self.code,
            detail: self.detail.as_deref().map(str::to_owned),
        })
    }
}

impl From<AuthError> for ApiError {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::Busy => Self::new(Code::Unavailable).retry_after(2),
            AuthError::Forbidden => Self::new(Code::Forbidden),
            AuthError::Internal(source) => Self::because(Code::Internal, source),
            AuthError::LinkUnavailable => Self::new(Code::LinkUnavailable),
            AuthError::PasswordNeeded => Self::new(Code::PasswordNeeded),
            AuthError::TooMany(seconds) => too_many_requests(seconds),
            AuthError::Unauthorized => unauthorized(),
            AuthError::Unavailable(source) => Self::because(Code::Unavailable, source).retry_after(5),
            AuthError::WrongPassword => Self::new(Code::WrongPassword),
            other => Self::internal(other),
        }
    }
}

impl From<TransferError> for ApiError {
    fn from(error: TransferError) -> Self {
        match error {
            TransferError::BodyBroken => Self::new(Code::IncompleteBody),
            TransferError::ChecksumMismatch => Self::new(Code::ChecksumMismatch),
            TransferError::Damaged => Self::internal(TransferError::Damaged),
            TransferError::DownloadsUsedUp => Self::new(Code::DownloadsUsedUp),
            TransferError::FileName(why) => Self::invalid(why.to_string()),
            TransferError::Forbidden => Self::new(Code::Forbidden),
            TransferError::Gone => Self::new(Code::Gone),
            TransferError::Internal(source) => Self::because(Code::Internal, source),
            TransferError::Invalid(why) => Self::invalid(why),
            TransferError::LengthDeclared => {
                Self::new(Code::StateConflict).detail("the length was declared before and cannot change")
            }
            TransferError::NotFound => Self::new(Code::NotFound),
            TransferError::NotReady(why) => Self::new(Code::StateConflict).detail(why),
            TransferError::OffsetMismatch(stored) => {
                Self::new(Code::OffsetMismatch).detail(format!("the upload stands at {stored}"))
            }
            TransferError::PasswordTooShort(least) => {
                Self::invalid(format!("the password needs at least {least} characters"))
            }
            TransferError::Retention(why) => Self::invalid(why.to_string()),
            TransferError::State(why) => {
                Self::new(Code::StateConflict).detail(format!("the transfer is {}", why.state))
            }
            TransferError::StorageFull => Self::new(Code::StorageFull),
            TransferError::TooLarge(most) => {
                Self::new(Code::TooLarge).detail(format!("at most {most} bytes"))
            }
            TransferError::TooManyFiles(most) => {
                Self::new(Code::LimitReached).detail(format!("at most {most} files"))
            }
            TransferError::TooManyRecipients(most) => {
                Self::new(Code::LimitReached).detail(format!("at most {most} recipients"))
            }
            TransferError::Unavailable(source) => Self::because(Code::Unavailable, source).retry_after(5),
            TransferError::UploadFinal => Self::new(Code::Forbidden).detail("a final upload takes no bytes"),
            TransferError::UploadLocked => Self::new(Code::UploadLocked).retry_after(1),
            other => Self::internal(other),
        }
    }
}

/// No token, or none that is valid (RFC 6750, section 3).
pub(crate) fn unauthorized() -> ApiError {
    ApiError::new(Code::Unauthorized).header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
}

/// Too many attempts from one place.
pub(crate) fn too_many_requests(seconds: u16) -> ApiError {
    ApiError::new(Code::TooManyRequests).retry_after(seconds)
}

#[cfg(test)]
mod tests {
    use actix_web::body::to_bytes;
    use sealpost_domain::{FileNameError, RetentionError, TransferEvent, TransferState};

    use super::*;

    const SECRET: &str = "db password is hunter2";

    fn transfer_errors() -> Vec<(TransferError, u16, Code)> {
        use TransferError as E;
        let state = TransferState::Purged.after(TransferEvent::Block).unwrap_err();
        vec![
            (E::BodyBroken, 400, Code::IncompleteBody),
            (E::ChecksumMismatch, 460, Code::ChecksumMismatch),
            (E::Damaged, 500, Code::Internal),
            (E::DownloadsUsedUp, 403, Code::DownloadsUsedUp),
            (E::FileName(FileNameError::Path), 400, Code::InvalidRequest),
            (E::Forbidden, 403, Code::Forbidden),
            (E::Gone, 410, Code::Gone),
            (E::Internal(SECRET.into()), 500, Code::Internal),
            (E::Invalid("x"), 400, Code::InvalidRequest),
            (E::LengthDeclared, 409, Code::StateConflict),
            (E::NotFound, 404, Code::NotFound),
            (E::NotReady("x"), 409, Code::StateConflict),
            (E::OffsetMismatch(7), 409, Code::OffsetMismatch),
            (E::PasswordTooShort(8), 400, Code::InvalidRequest),
            (E::Retention(RetentionError { maximum_hours: 1 }), 400, Code::InvalidRequest),
            (E::State(state), 409, Code::StateConflict),
            (E::StorageFull, 507, Code::StorageFull),
            (E::TooLarge(7), 413, Code::TooLarge),
            (E::TooManyFiles(7), 409, Code::LimitReached),
            (E::TooManyRecipients(7), 409, Code::LimitReached),
            (E::Unavailable(SECRET.into()), 503, Code::Unavailable),
            (E::UploadFinal, 403, Code::Forbidden),
            (E::UploadLocked, 423, Code::UploadLocked),
        ]
    }

    fn auth_errors() -> Vec<(AuthError, u16, Code)> {
        use AuthError as E;
        vec![
            (E::Busy, 503, Code::Unavailable),
            (E::TooMany(7), 429, Code::TooManyRequests),
            (E::Forbidden, 403, Code::Forbidden),
            (E::Internal(SECRET.into()), 500, Code::Internal),
            (E::LinkUnavailable, 404, Code::LinkUnavailable),
            (E::PasswordNeeded, 403, Code::PasswordNeeded),
            (E::Unauthorized, 401, Code::Unauthorized),
            (E::Unavailable(SECRET.into()), 503, Code::Unavailable),
            (E::WrongPassword, 403, Code::WrongPassword),
        ]
    }

    fn all() -> Vec<(ApiError, u16, Code)> {
        let transfer = transfer_errors().into_iter().map(|(e, status, code)| (e.into(), status, code));
        transfer.chain(auth_errors().into_iter().map(|(e, status, code)| (e.into(), status, code))).collect()
    }

    async fn body(error: &ApiError) -> String {
        let bytes = to_bytes(error.error_response().into_body()).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[test]
    fn every_error_has_its_status_and_code() {
        for (error, status, code) in all() {
            assert_eq!(error.code(), code, "{error}");
            assert_eq!(error.status_code().as_u16(), status, "{error}");
        }
    }

    #[actix_web::test]
    async fn causes_are_logged_and_never_answered() {
        for (error, status, _) in all() {
            let body = body(&error).await;
            assert!(!body.contains("hunter2"), "{body}");
            assert_eq!(
                error.cause().is_some(),
                status == 500 || body.contains("busy") && error.source.is_some()
            );
        }
        let cause = ApiError::from(TransferError::Internal(SECRET.into())).cause().unwrap();
        assert!(cause.contains(SECRET), "{cause}");
    }

    #[actix_web::test]
    async fn a_problem_has_the_members_of_rfc_9457() {
        let error = ApiError::from(TransferError::OffsetMismatch(7));
        let response = error.error_response();
        assert_eq!(response.headers().get(header::CONTENT_TYPE).unwrap(), "application/problem+json");
        let problem: serde_json::Value = serde_json::from_str(&body(&error).await).unwrap();
        assert_eq!(
            problem,
            serde_json::json!({
                "type": "urn:sealpost:problem:offset_mismatch",
                "title": "The offset is not what is stored",
                "status": 409,
                "code": "offset_mismatch",
                "detail": "the upload stands at 7",
            })
        );
    }

    #[test]
    fn words_are_the_codes_in_snake_case_and_occur_once() {
        let mut words: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        for code in Code::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
            assert_eq!(code.status().as_u16(), code.number());
        }
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), Code::ALL.len());
    }

    #[test]
    fn every_code_is_documented_with_its_status() {
        let docs = include_str!("../../../docs/api.md");
        for code in Code::ALL {
            let row = format!("| `{}` | {} |", code.as_str(), code.number());
            assert!(docs.contains(&row), "docs/api.md lacks {row}");
        }
    }

    #[test]
    fn who_shall_come_back_is_told_when() {
        for error in
            [ApiError::from(AuthError::Busy), TransferError::UploadLocked.into(), too_many_requests(3)]
        {
            assert!(error.headers().iter().any(|(name, _)| name == header::RETRY_AFTER), "{error}");
        }
    }
}
