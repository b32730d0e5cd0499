//! What a cloud answers when it does not do what it was asked, and what that means.

use std::{fmt, time::Duration};

use chrono::DateTime;
use futures_util::StreamExt as _;
use object_store::{
    Error, HeaderMap,
    client::{HttpError, HttpResponse, HttpResponseBody},
};

use crate::BlobError;

/// How much of a refusal is read.
const MOST: usize = 16 * 1024;
/// How far clocks may be apart; beyond, both clouds refuse every signature.
const TOLERANCE_SECONDS: i64 = 15 * 60;

/// An answer with a status that is not a success.
#[derive(Debug, Clone)]
pub(super) struct Refused {
    status: u16,
    code: String,
    message: String,
    retry_after: Option<Duration>,
    /// How many seconds the store's clock is ahead of this machine's.
    ahead: Option<i64>,
    date: String,
}

impl Refused {
    /// Reads an answer; `asked_at` is the date that the request had.
    pub(super) async fn read(response: HttpResponse, asked_at: Option<i64>) -> Self {
        let (parts, body) = response.into_parts();
        let text = start_of(body).await;
        let header = |name: &str| text_of(&parts.headers, name);
        let code = Some(header("x-ms-error-code")).filter(|code| !code.is_empty());
        let message = element(&text, "Message").unwrap_or_default();
        Self {
            status: parts.status.as_u16(),
            code: code.or_else(|| element(&text, "Code")).unwrap_or_default(),
            // What follows on further lines is the request's number and the signature that it should have had.
            message: message.lines().next().unwrap_or_default().chars().take(300).collect(),
            retry_after: header("retry-after").parse().ok().map(Duration::from_secs),
            ahead: ahead_of(&parts.headers, asked_at),
            date: header("date"),
        }
    }

    pub(super) fn status(&self) -> u16 {
        self.status
    }

    /// The cloud's own word, such as `NoSuchBucket`; empty if it gave none.
    pub(super) fn code(&self) -> &str {
        &self.code
    }

    pub(super) fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// What it means for whoever asked.
    pub(super) fn into_error(self) -> BlobError {
        match (self.status, self.code.as_str()) {
            (_, "RequestTimeout" | "IncompleteBody" | "OperationAborted" | "ContainerBeingDisabled") => {
                BlobError::unavailable(self)
            }
            (507, _) | (_, "QuotaExceeded" | "XMinioStorageFull") => BlobError::full(self),
            (404, _) | (409, "ContainerBeingDeleted") => BlobError::NotFound,
            // That another write of this key is under way is the same for whoever must not overwrite it.
            (412, _) | (409, "BlobAlreadyExists" | "ConditionalRequestConflict") => BlobError::AlreadyExists,
            (408 | 429 | 500.., _) => BlobError::unavailable(self),
            _ => BlobError::other(self),
        }
    }

    fn advice(&self) -> Option<String> {
        let skewed = self.ahead.filter(|seconds| seconds.abs() >= TOLERANCE_SECONDS);
        match (self.status, self.code.as_str(), skewed) {
            (401 | 403, _, Some(seconds)) => Some(format!(
                "this machine's clock is {} minutes {} the store's, which says {}; set the clock",
                seconds.abs() / 60,
                if seconds > 0 { "behind" } else { "ahead of" },
                self.date,
            )),
            (_, "RequestTimeTooSkewed", None) => {
                Some("this machine's clock and the store's are too far apart; set the clock".to_owned())
            }
            (_, "InvalidAccessKeyId" | "InvalidClientTokenId", _) => {
                Some("the store does not know this access key".to_owned())
            }
            (_, "SignatureDoesNotMatch" | "AuthenticationFailed" | "InvalidAuthenticationInfo", _) => Some(
                "the store does not take the key, signature or token; see that it is complete, of this account, \
                 and has not expired"
                    .to_owned(),
            ),
            (403, "AuthorizationFailure", _) => Some(
                "the store does not take the key or signature, or its network rules keep this machine out".to_owned(),
            ),
            (401 | 403, ..) => Some(
                "the store knows the service and does not let it do this; what it must be allowed is in \
                 docs/operations.md, \"Stores\""
                    .to_owned(),
            ),
            (301 | 307, ..) => Some("the bucket is in another region than the configuration says".to_owned()),
            (409, "BucketAlreadyExists", _) => {
                Some("somebody else in the world has a bucket of this name; set another name_prefix".to_owned())
            }
            _ => None,
        }
    }

    #[cfg(test)]
    pub(super) fn for_tests(status: u16, code: &str, retry_after: Option<u64>) -> Self {
        Self {
            status,
            code: code.to_owned(),
            message: String::new(),
            retry_after: retry_after.map(Duration::from_secs),
            ahead: None,
            date: String::new(),
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "answered {}", self.status)?;
        if !self.code.is_empty() {
            write!(f, " {}", self.code)?;
        }
        if !self.message.is_empty() {
            write!(f, " ({})", self.message)?;
        }
        match self.advice() {
            Some(advice) => write!(f, ": {advice}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Refused {}

/// The service has no credential to show, because whoever gives them out gave none.
#[derive(Debug, thiserror::Error)]
#[error("no credential for the store")]
pub(super) struct NoCredential(#[source] pub(super) Error);

/// The refusal that an error tells of, if it does.
pub(super) fn refusal<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a Refused> {
    in_chain(error)
}

fn in_chain<'a, T: std::error::Error + 'static>(
    error: &'a (dyn std::error::Error + 'static),
) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        next = error.source();
    }
    None
}

/// Whether the store answered with success, and with something that cannot be understood.
pub(super) fn is_unreadable(error: &Error) -> bool {
    matches!(error, Error::Generic { .. })
        && in_chain::<HttpError>(error).is_none()
        && in_chain::<NoCredential>(error).is_none()
}

/// What an error of `object_store` means. All that is no success comes as [`Refused`] (see [`super::transport`]); the rest are
/// broken connections, answers that cannot be read, and what batches say of single objects.
pub(super) fn meaning(error: Error) -> BlobError {
    if in_chain::<NoCredential>(&error).is_some() {
        // Whatever the place that gives credentials out answers is no word about objects.
        let refused = refusal(&error).map(Refused::status);
        return match refused {
            Some(400..=407 | 409..=428) => BlobError::other(error),
            _ => BlobError::unavailable(error),
        };
    }
    match refusal(&error).cloned() {
        Some(refused) => refused.into_error(),
        None => error.into(),
    }
}

async fn start_of(body: HttpResponseBody) -> String {
    let (mut bytes, mut stream) = (Vec::new(), body.bytes_stream());
    while let Some(Ok(piece)) = stream.next().await {
        bytes.extend_from_slice(&piece);
        if bytes.len() >= MOST {
            break;
        }
    }
    bytes.truncate(MOST);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// How many seconds the clock of whoever gives this answer is ahead of the one by which the request was signed.
pub(super) fn ahead_of(headers: &HeaderMap, asked_at: Option<i64>) -> Option<i64> {
    let now = DateTime::parse_from_rfc2822(&text_of(headers, "date")).ok()?.timestamp();
    Some(now - asked_at?)
}

fn text_of(headers: &HeaderMap, name: &str) -> String {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

/// The text of the first element of this name. Both clouds' errors are a flat list of elements.
pub(super) fn element(xml: &str, name: &str) -> Option<String> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    let (text, _) = rest.split_once('<')?;
    Some(text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use object_store::client::HttpResponseBody;

    use super::*;

    async fn refused(status: u16, headers: &[(&'static str, &str)], body: &str) -> Refused {
        let mut response = HttpResponse::new(HttpResponseBody::from(body.to_owned()));
        *response.status_mut() = status.try_into().unwrap();
        for (name, value) in headers {
            response.headers_mut().insert(*name, value.parse().unwrap());
        }
        // 2026-11-23T05:00:00Z
        Refused::read(response, Some(1_795_410_000)).await
    }

    #[tokio::test]
    async fn a_clock_that_is_wrong_is_told_as_such() {
        let s3 = "<?xml version=\"1.0\"?><Error><Code>RequestTimeTooSkewed</Code><Message>The difference between the \
                  request time and the current time is too large.</Message></Error>";
        let behind = refused(403, &[("date", "Mon, 23 Nov 2026 08:02:00 GMT")], s3).await.to_string();
        assert!(behind.contains("403 RequestTimeTooSkewed"), "{behind}");
        assert!(behind.contains("182 minutes behind the store's"), "{behind}");
        assert!(behind.contains("Mon, 23 Nov 2026 08:02:00 GMT"), "{behind}");
        let azure = [("date", "Mon, 23 Nov 2026 04:00:00 GMT"), ("x-ms-error-code", "AuthenticationFailed")];
        let body = "\u{feff}<?xml version=\"1.0\"?><Error><Code>AuthenticationFailed</Code><Message>Server failed to \
                    authenticate the request.\nRequestId:1\nTime:2026</Message></Error>";
        let ahead = refused(403, &azure, body).await.to_string();
        assert!(ahead.contains("60 minutes ahead of the store's"), "{ahead}");
        assert!(ahead.contains("Server failed to authenticate the request.)"), "{ahead}");
        assert!(!ahead.contains("RequestId"), "{ahead}");
        // The same refusal where the clocks agree is about the key.
        let azure = [("date", "Mon, 23 Nov 2026 05:00:03 GMT"), ("x-ms-error-code", "AuthenticationFailed")];
        let key = refused(403, &azure, body).await.to_string();
        assert!(key.contains("does not take the key") && !key.contains("clock"), "{key}");
    }

    #[test]
    fn each_refusal_is_the_error_that_says_what_helps() {
        let means = |status, code| Refused::for_tests(status, code, None).into_error();
        for (status, code) in [
            (503, "SlowDown"),
            (503, "ServerBusy"),
            (429, ""),
            (500, "InternalError"),
            (400, "RequestTimeout"),
        ] {
            assert!(means(status, code).is_transient(), "{status} {code}");
        }
        for (status, code) in [(404, "NoSuchBucket"), (404, ""), (409, "ContainerBeingDeleted")] {
            assert!(matches!(means(status, code), BlobError::NotFound), "{status} {code}");
        }
        for (status, code) in [(412, "PreconditionFailed"), (409, "BlobAlreadyExists")] {
            assert!(matches!(means(status, code), BlobError::AlreadyExists), "{status} {code}");
        }
        for (status, code) in [
            (403, "AccessDenied"),
            (401, ""),
            (400, "InvalidUri"),
            (409, "BlobImmutableDueToPolicy"),
            (301, ""),
        ] {
            assert!(matches!(means(status, code), BlobError::Other(_)), "{status} {code}");
        }
        assert!(matches!(means(507, ""), BlobError::Full(_)));
    }
}
