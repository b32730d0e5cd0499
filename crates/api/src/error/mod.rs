//! The one table from what can go wrong to what the caller is told: code, status, public text.
//!
//! Public text says what the caller can do something about. Causes go to the log, once, in [`crate::middleware`];
//! they never reach a response.

mod table;

use std::{borrow::Cow, fmt};

use actix_web::{
    HttpResponse, ResponseError,
    body::BoxBody,
    http::{
        StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
};
use sealpost_domain::rules::ModeWord;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::{Protection, refused};

/// The media type of a [`Problem`] (RFC 9457, section 3).
pub(crate) const PROBLEM: &str = "application/problem+json";

type Source = Box<dyn std::error::Error + Send + Sync>;

macro_rules! codes {
    ($($code:ident = $word:literal, $status:literal, $title:literal;)+) => {
        /// What went wrong, as a stable word. Programs go by it; texts may change.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        #[expect(clippy::enum_variant_names, reason = "the codes that people are sent are called so, too")]
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
    AccountNeeded = "account_needed", 403, "A sign-in is needed";
    AlreadyExists = "already_exists", 409, "It exists already";
    ChoiceLocked = "choice_locked", 403, "The tenant decides this, and not the sender";
    ChecksumMismatch = "checksum_mismatch", 460, "The checksum does not fit the bytes";
    CodeNeeded = "code_needed", 403, "A code is needed";
    CredentialsWrong = "credentials_wrong", 401, "What was shown does not sign anybody in";
    DownloadsUsedUp = "downloads_used_up", 403, "No download is left";
    Forbidden = "forbidden", 403, "This is not allowed";
    Gone = "gone", 410, "It was here and has been removed";
    IncompleteBody = "incomplete_body", 400, "The body of the request broke off";
    Internal = "internal", 500, "Something went wrong on our side";
    InvalidRequest = "invalid_request", 400, "The request cannot be understood";
    KeyChanged = "key_changed", 409, "Another key counts now; look again whose it is";
    KeyReused = "key_reused", 409, "The key was shown before with something else";
    LicenceExpired = "licence_expired", 403, "The licence has ended";
    LicenceMissing = "licence_missing", 403, "There is no licence";
    LicenceRefusedEnded = "licence_refused_ended", 422, "The licence has ended";
    LicenceRefusedFuture = "licence_refused_future", 422, "The licence was issued in the future";
    LicenceRefusedNotAsked = "licence_refused_not_asked", 422, "No licence is asked for here";
    LicenceRefusedNotGenuine = "licence_refused_not_genuine", 422, "It is no licence that was signed for this installation";
    LicenceRefusedOlder = "licence_refused_older", 422, "A later licence is installed";
    LicenceRefusedOtherTenant = "licence_refused_other_tenant", 422, "The licence is another tenant's";
    LimitReached = "limit_reached", 409, "A limit of the tenant is reached";
    LinkUnavailable = "link_unavailable", 404, "The link is not available";
    MethodNotAllowed = "method_not_allowed", 405, "The method is not allowed here";
    ModeRefused = "mode_refused", 403, "The tenant's rules do not let it be sent in this mode";
    NoSeat = "no_seat", 403, "None of the licence's seats is yours";
    NotSealed = "not_sealed", 422, "It is not sealed as it must be";
    NotSealedYet = "not_sealed_yet", 409, "What the sender's program has to seal is not all there yet";
    NotAvailableNow = "not_available_now", 503, "It is not available at the moment";
    NotFound = "not_found", 404, "There is nothing here";
    OffsetMismatch = "offset_mismatch", 409, "The offset is not what is stored";
    PairingOver = "pairing_over", 404, "The add-in cannot be signed in with this any more";
    PairingPending = "pairing_pending", 409, "Nobody has confirmed it yet";
    PasswordNeeded = "password_needed", 403, "A password is needed";
    PasswordWeak = "password_weak", 400, "The password is not good enough";
    PreconditionFailed = "precondition_failed", 412, "A precondition of the request does not hold";
    ProtectionRequired = "protection_required", 400, "A rule asks for another protection";
    QuotaUsedUp = "quota_used_up", 409, "The room for transfers is used up";
    RangeNotSatisfiable = "range_not_satisfiable", 416, "The range lies outside of the file";
    RecipientRefused = "recipient_refused", 403, "The tenant's rules let nothing be sent to somebody";
    RequestClosed = "request_closed", 403, "The request takes nothing any more";
    RequestTimeout = "request_timeout", 408, "The body of the request came too slowly";
    SealedBySender = "sealed_by_sender", 422, "This is sealed by the sender's program, and never said to the service";
    SendingSuspended = "sending_suspended", 403, "Your organisation has suspended your right to send";
    StateConflict = "state_conflict", 409, "The state of things does not allow it";
    StatementMissing = "statement_missing", 422, "The sender's program has to state what the file is";
    StatementOutdated = "statement_outdated", 409, "The rules about files have changed: the sender's program has to look again";
    StepUpNeeded = "step_up_needed", 403, "A credential must be shown again for this";
    Stopping = "stopping", 503, "This node is being stopped; ask again, and another answers";
    StorageFull = "storage_full", 507, "There is no room left";
    TooLarge = "too_large", 413, "It is too large";
    TooManyRequests = "too_many_requests", 429, "Too many attempts; wait a little";
    TypeRefused = "type_refused", 403, "The tenant's rules do not let this file be sent";
    Unauthorized = "unauthorized", 401, "A valid token is needed";
    Unavailable = "unavailable", 503, "The service is busy; try again in a moment";
    UnsupportedMediaType = "unsupported_media_type", 415, "The body is of another type than it must be";
    UploadLocked = "upload_locked", 423, "Somebody else is writing to the upload";
    WrongAddress = "wrong_address", 403, "The link is for another address";
    WrongCode = "wrong_code", 403, "The code, or the password beside it, is wrong, or counts no more";
    WrongPassword = "wrong_password", 403, "The password is wrong, or was wrong too often";
    WrongProof = "wrong_proof", 403, "The link's second part, or the password, is wrong, or was wrong too often";
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
    /// With `recipient_refused` and `protection_required`: whom it is about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    recipients: Vec<RefusedRecipient>,
    /// With `type_refused`: the file, and the rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    file: Option<RefusedFile>,
    /// With `mode_refused`: what says so, and what says the opposite, if anything does.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    rules: Vec<ModeRule>,
    /// What the log calls the request, as `X-Request-Id` does: for whoever looks into it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "5f1c09d2-3a7")]
    request_id: Option<String>,
}

/// A file that cannot be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct RefusedFile {
    /// Its name; absent if the sender's program has sealed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) name: Option<String>,
    /// Where the rule stands in the tenant's policy, below `types`; `not_listed` if it is in none of its lists of what may
    /// be sent.
    #[schema(schema_with = refused::rule)]
    pub(crate) rule: &'static str,
    /// What the rule does not allow: an extension, a kind, a number.
    #[schema(schema_with = refused::what)]
    pub(crate) what: String,
    /// The name of what is inside of the file, if it is that.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) inside: Option<String>,
}

/// What says who seals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct ModeRule {
    /// `require`: the sender's program must seal; `forbid`: it must not.
    #[schema(value_type = String, example = "require")]
    pub(crate) says: ModeWord,
    /// What it is about: `address`, `type` (files), or `setting` for everybody.
    pub(crate) about: &'static str,
    /// What the rule about addresses is called, or where the rule about files stands below `types`; absent for a setting.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) rule: Option<String>,
    /// The kind of file that it is about, if it is about that.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) kind: Option<&'static str>,
}

/// A recipient to whom it cannot be sent, or not so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct RefusedRecipient {
    #[schema(format = "email")]
    pub(crate) email: String,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) reason: Option<String>,
    /// What he may be asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub(crate) protections: Vec<Protection>,
}

/// A refusal or a failure on its way to the caller.
#[derive(Debug)]
pub(crate) struct ApiError {
    code: Code,
    detail: Option<Cow<'static, str>>,
    headers: Vec<(HeaderName, HeaderValue)>,
    recipients: Vec<RefusedRecipient>,
    file: Option<Box<RefusedFile>>,
    rules: Option<Box<[ModeRule]>>,
    source: Option<Source>,
}

impl ApiError {
    /// A refusal that its code says everything about.
    pub(crate) const fn new(code: Code) -> Self {
        Self {
            code,
            detail: None,
            headers: Vec::new(),
            recipients: Vec::new(),
            file: None,
            rules: None,
            source: None,
        }
    }

    /// The request cannot be meant; `detail` says why.
    pub(crate) fn invalid(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Code::InvalidRequest).detail(detail)
    }

    /// A bug or a broken installation: `source` goes to the log.
    pub(crate) fn internal(source: impl Into<Source>) -> Self {
        Self { source: Some(source.into()), ..Self::new(Code::Internal) }
    }

    /// The node comes to its end: whoever asks again reaches another, or this one when it is back.
    pub(crate) fn stopping() -> Self {
        Self::new(Code::Stopping).retry_after(1)
    }

    /// Something that the service needs does not answer.
    pub(crate) fn silent() -> Self {
        Self::because(Code::Unavailable, "it does not answer".into()).retry_after(5)
    }

    /// Says what it was this time. Public: nothing internal belongs here.
    #[must_use]
    pub(crate) fn detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Says whom it is about.
    #[must_use]
    pub(crate) fn recipients(self, recipients: impl IntoIterator<Item = RefusedRecipient>) -> Self {
        Self { recipients: recipients.into_iter().collect(), ..self }
    }

    /// Says which file it is about.
    #[must_use]
    pub(crate) fn file(self, file: RefusedFile) -> Self {
        Self { file: Some(Box::new(file)), ..self }
    }

    /// Says which rules it is about.
    #[must_use]
    pub(crate) fn rules(self, rules: impl IntoIterator<Item = ModeRule>) -> Self {
        Self { rules: Some(rules.into_iter().collect()), ..self }
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

    /// Whether the request cannot be understood.
    pub(crate) fn is_invalid_request(&self) -> bool {
        self.code == Code::InvalidRequest
    }

    /// What the caller is told, as one text.
    pub(crate) fn public_text(&self) -> String {
        match &self.detail {
            Some(detail) => format!("{}: {detail}", self.code.title()),
            None => self.code.title().to_owned(),
        }
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
        response.content_type(PROBLEM).json(Problem {
            kind: format!("urn:sealpost:problem:{}", self.code.as_str()),
            title: self.code.title(),
            status: self.code.number(),
            code: self.code,
            detail: self.detail.as_deref().map(str::to_owned),
            recipients: self.recipients.clone(),
            file: self.file.as_deref().cloned(),
            rules: self.rules.as_deref().unwrap_or_default().to_vec(),
            // `middleware::watch` knows it, and puts it in.
            request_id: None,
        })
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
