//! The headers of tus 1.0.0, read strictly: what is not exactly of a header's grammar is refused, never guessed.

use std::future::{Ready, ready};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::{
        Method,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
};
use data_encoding::BASE64;
use sealpost_domain::UploadId;
use sealpost_transfer::{Append, Checksum, ChecksumAlgorithm, NewUpload, UploadMetadata};

use crate::{
    BaseUrl,
    error::{ApiError, Code},
};

/// The one version spoken.
pub(crate) const VERSION: &str = "1.0.0";
pub(super) const EXTENSIONS: &str =
    "creation,creation-with-upload,creation-defer-length,expiration,checksum,termination,concatenation";
pub(super) const CONTENT_TYPE: &str = "application/offset+octet-stream";
/// What an upload's path begins with.
pub(super) const UPLOADS: &str = "/api/v1/uploads/";

pub(crate) const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
pub(super) const VERSIONS: HeaderName = HeaderName::from_static("tus-version");
pub(super) const EXTENSION: HeaderName = HeaderName::from_static("tus-extension");
pub(super) const CHECKSUM_ALGORITHM: HeaderName = HeaderName::from_static("tus-checksum-algorithm");
pub(super) const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
pub(super) const LENGTH: HeaderName = HeaderName::from_static("upload-length");
pub(super) const DEFER_LENGTH: HeaderName = HeaderName::from_static("upload-defer-length");
pub(super) const METADATA: HeaderName = HeaderName::from_static("upload-metadata");
pub(super) const EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
pub(super) const CONCAT: HeaderName = HeaderName::from_static("upload-concat");
const CHECKSUM: HeaderName = HeaderName::from_static("upload-checksum");
const METHOD_OVERRIDE: HeaderName = HeaderName::from_static("x-http-method-override");

/// Whether `path` is spoken tus at.
pub(crate) fn is_tus(path: &str) -> bool {
    path.starts_with(UPLOADS) || (path.starts_with("/api/v1/transfers/") && path.ends_with("/files"))
}

/// The client speaks our version, and means the method that it uses.
pub(crate) struct Tus;

impl FromRequest for Tus {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(check(request).map(|()| Self))
    }
}

fn check(request: &HttpRequest) -> Result<(), ApiError> {
    let headers = request.headers();
    if single(headers, &RESUMABLE)? != Some(VERSION) {
        return Err(ApiError::new(Code::PreconditionFailed)
            .detail("Tus-Resumable must be 1.0.0")
            .header(VERSIONS, HeaderValue::from_static(VERSION)));
    }
    // Only a POST to an upload stands for another method; anywhere else the header contradicts the method.
    let stands_for_another = request.method() == Method::POST && request.path().starts_with(UPLOADS);
    match single(headers, &METHOD_OVERRIDE)? {
        Some(method) if !stands_for_another && method != request.method().as_str() => {
            Err(ApiError::invalid("X-HTTP-Method-Override works with POST to an upload only"))
        }
        _ => Ok(()),
    }
}

/// What a POST to an upload stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Override {
    Delete,
    Head,
    Patch,
}

/// The method that a POST stands for; `None` if it is no more than a POST.
pub(super) fn method_override(headers: &HeaderMap) -> Result<Option<Override>, ApiError> {
    Ok(match single(headers, &METHOD_OVERRIDE)? {
        None => None,
        Some("DELETE") => Some(Override::Delete),
        Some("HEAD") => Some(Override::Head),
        Some("PATCH") => Some(Override::Patch),
        Some(_) => {
            return Err(ApiError::invalid("X-HTTP-Method-Override must be DELETE, HEAD or PATCH"));
        }
    })
}

/// What a POST creates.
pub(crate) enum Creation {
    /// An upload.
    Begin(NewUpload),
    /// A file out of partial uploads.
    Join(Vec<UploadId>, UploadMetadata),
}

/// Reads the headers of a creation.
pub(crate) fn creation(headers: &HeaderMap, base_url: &BaseUrl) -> Result<Creation, ApiError> {
    let metadata = UploadMetadata::parse(single(headers, &METADATA)?.unwrap_or_default())?;
    let length = number(headers, &LENGTH)?;
    let deferred = match single(headers, &DEFER_LENGTH)? {
        None => false,
        Some("1") => true,
        Some(_) => return Err(ApiError::invalid("Upload-Defer-Length must be 1")),
    };
    let partial = match single(headers, &CONCAT)? {
        None => false,
        Some("partial") => true,
        Some(text) => {
            if length.is_some() || deferred {
                return Err(ApiError::invalid("the length of a final upload is that of its parts"));
            }
            return Ok(Creation::Join(parts(text, base_url)?, metadata));
        }
    };
    if length.is_some() == deferred {
        return Err(ApiError::invalid("either Upload-Length or Upload-Defer-Length is needed"));
    }
    Ok(Creation::Begin(NewUpload {
        length,
        partial,
        metadata,
        checksum: checksum(headers)?,
        body_length: body_length(headers)?,
    }))
}

/// Whether bytes come with a creation.
pub(super) fn brings_bytes(headers: &HeaderMap) -> Result<bool, ApiError> {
    if is_bytes(headers)? {
        return Ok(true);
    }
    let empty = !headers.contains_key(header::TRANSFER_ENCODING)
        && headers.get(header::CONTENT_LENGTH).is_none_or(|length| length.as_bytes() == b"0");
    if empty { Ok(false) } else { Err(wrong_type()) }
}

/// Reads the headers of a PATCH.
pub(crate) fn append(headers: &HeaderMap) -> Result<Append, ApiError> {
    if !is_bytes(headers)? {
        return Err(wrong_type());
    }
    let offset = number(headers, &OFFSET)?.ok_or_else(|| ApiError::invalid("Upload-Offset is needed"))?;
    Ok(Append {
        offset,
        length: number(headers, &LENGTH)?,
        checksum: checksum(headers)?,
        body_length: body_length(headers)?,
    })
}

/// How long the body is; `None` if it comes in chunks. What announces neither has none (RFC 9112, section 6.3).
fn body_length(headers: &HeaderMap) -> Result<Option<u64>, ApiError> {
    if headers.contains_key(header::TRANSFER_ENCODING) {
        return Ok(None);
    }
    Ok(Some(number(headers, &header::CONTENT_LENGTH)?.unwrap_or(0)))
}

fn is_bytes(headers: &HeaderMap) -> Result<bool, ApiError> {
    Ok(single(headers, &header::CONTENT_TYPE)?.is_some_and(|kind| kind.eq_ignore_ascii_case(CONTENT_TYPE)))
}

fn wrong_type() -> ApiError {
    ApiError::new(Code::UnsupportedMediaType).detail("the body must be application/offset+octet-stream")
}

/// The one value of a header. Two lines are refused: which of them counts would be a guess.
fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, ApiError> {
    let mut lines = headers.get_all(name);
    let Some(line) = lines.next() else {
        return Ok(None);
    };
    match (line.to_str(), lines.next()) {
        (Ok(text), None) => Ok(Some(text)),
        _ => Err(ApiError::invalid(format!("the header {name} must occur once, in ASCII"))),
    }
}

/// A count of bytes: digits only, at most 2^63 - 1.
fn number(headers: &HeaderMap, name: &HeaderName) -> Result<Option<u64>, ApiError> {
    let Some(text) = single(headers, name)? else {
        return Ok(None);
    };
    let digits = (1..=19).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let value = text.parse::<i64>().ok().filter(|_| digits).and_then(|value| u64::try_from(value).ok());
    value.map(Some).ok_or_else(|| ApiError::invalid(format!("the header {name} is no count of bytes")))
}

/// `algorithm base64`.
fn checksum(headers: &HeaderMap) -> Result<Option<Checksum>, ApiError> {
    let Some(text) = single(headers, &CHECKSUM)? else {
        return Ok(None);
    };
    let (algorithm, digest) = text
        .split_once(' ')
        .ok_or_else(|| ApiError::invalid("Upload-Checksum must be an algorithm and a value"))?;
    let algorithm: ChecksumAlgorithm =
        algorithm.parse().map_err(|_| ApiError::invalid("the checksum algorithm is not supported"))?;
    let digest =
        BASE64.decode(digest.as_bytes()).ok().filter(|digest| digest.len() == digest_bytes(algorithm));
    let digest =
        digest.ok_or_else(|| ApiError::invalid("Upload-Checksum is no checksum of its algorithm"))?;
    Ok(Some(Checksum { algorithm, digest }))
}

const fn digest_bytes(algorithm: ChecksumAlgorithm) -> usize {
    match algorithm {
        ChecksumAlgorithm::Sha1 => 20,
        ChecksumAlgorithm::Sha256 => 32,
    }
}

/// `final;` and the addresses of partial uploads, absolute or as paths, with blanks between.
fn parts(text: &str, base_url: &BaseUrl) -> Result<Vec<UploadId>, ApiError> {
    let bad =
        || ApiError::invalid("Upload-Concat must be partial, or final; and the addresses of partial uploads");
    let addresses = text.strip_prefix("final;").ok_or_else(bad)?;
    let id = |address: &str| {
        let path = address.strip_prefix(base_url.as_str()).unwrap_or(address);
        path.strip_prefix(UPLOADS)?.parse().ok()
    };
    let parts: Vec<_> = addresses
        .split(' ')
        .filter(|word| !word.is_empty())
        .map(|word| id(word).ok_or_else(bad))
        .collect::<Result<_, _>>()?;
    if parts.is_empty() { Err(bad()) } else { Ok(parts) }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use proptest::prelude::*;

    use super::*;

    const ID: &str = "0190a000-0000-7000-8000-000000000001";
    const OTHER: &str = "0190a000-0000-7000-8000-000000000002";

    fn base() -> BaseUrl {
        "https://files.example.org".parse().unwrap()
    }

    fn map(headers: &[(&'static str, &str)]) -> HeaderMap {
        headers.iter().map(|(k, v)| (HeaderName::from_static(k), HeaderValue::from_str(v).unwrap())).collect()
    }

    fn create(headers: &[(&'static str, &str)]) -> Result<Creation, Code> {
        creation(&map(headers), &base()).map_err(|error| error.code())
    }

    fn patch(headers: &[(&'static str, &str)]) -> Result<Append, Code> {
        append(&map(headers)).map_err(|error| error.code())
    }

    fn speak(request: TestRequest) -> Result<(), (Code, bool)> {
        check(&request.to_http_request())
            .map_err(|error| (error.code(), error.headers().iter().any(|(name, _)| *name == VERSIONS)))
    }

    #[test]
    fn another_version_is_told_which_is_spoken() {
        let with = |version: &str| TestRequest::patch().insert_header((RESUMABLE, version));
        assert_eq!(speak(with("1.0.0")), Ok(()));
        for version in ["0.2.2", "1.0", "1.0.0, 1.0.0", "", "2.0.0"] {
            assert_eq!(speak(with(version)), Err((Code::PreconditionFailed, true)), "{version}");
        }
        assert_eq!(speak(TestRequest::patch()), Err((Code::PreconditionFailed, true)));
    }

    #[test]
    fn only_a_post_to_an_upload_stands_for_another_method() {
        let with = |method: Method, path: &str, meant: &str| {
            speak(
                TestRequest::with_uri(path)
                    .method(method)
                    .insert_header((RESUMABLE, VERSION))
                    .insert_header((METHOD_OVERRIDE, meant)),
            )
            .is_ok()
        };
        assert!(with(Method::POST, "/api/v1/uploads/x", "PATCH"));
        assert!(with(Method::PATCH, "/api/v1/uploads/x", "PATCH"));
        assert!(!with(Method::PATCH, "/api/v1/uploads/x", "DELETE"));
        assert!(!with(Method::HEAD, "/api/v1/uploads/x", "DELETE"));
        assert!(!with(Method::POST, "/api/v1/transfers/x/files", "DELETE"));
        for (word, meant) in
            [("PATCH", Override::Patch), ("DELETE", Override::Delete), ("HEAD", Override::Head)]
        {
            assert_eq!(method_override(&map(&[("x-http-method-override", word)])).unwrap(), Some(meant));
        }
        assert_eq!(method_override(&HeaderMap::new()).unwrap(), None);
        for word in ["GET", "PUT", "POST", "TRACE", "patch", "PATCH, DELETE", ""] {
            assert!(method_override(&map(&[("x-http-method-override", word)])).is_err(), "{word}");
        }
    }

    #[test]
    fn a_length_is_declared_or_deferred_and_not_both() {
        assert!(
            matches!(create(&[("upload-length", "0")]), Ok(Creation::Begin(new)) if new.length == Some(0))
        );
        assert!(
            matches!(create(&[("upload-defer-length", "1")]), Ok(Creation::Begin(new)) if new.length.is_none())
        );
        for headers in [
            vec![],
            vec![("upload-length", "1"), ("upload-defer-length", "1")],
            vec![("upload-defer-length", "0")],
            vec![("upload-defer-length", "2")],
            vec![("upload-defer-length", "true")],
        ] {
            assert_eq!(create(&headers).err(), Some(Code::InvalidRequest), "{headers:?}");
        }
    }

    #[test]
    fn negative_and_absurd_lengths_are_refused() {
        for text in ["-1", "+1", "1.0", "1e3", "0x10", "", " ", "1 2", "1,2", "9223372036854775808", "NaN"] {
            assert_eq!(create(&[("upload-length", text)]).err(), Some(Code::InvalidRequest), "{text:?}");
        }
        let most = create(&[("upload-length", "9223372036854775807")]).unwrap();
        assert!(matches!(most, Creation::Begin(new) if new.length == Some(i64::MAX as u64)));
    }

    #[test]
    fn a_header_that_occurs_twice_is_refused() {
        let mut headers = map(&[("upload-length", "1")]);
        headers.append(LENGTH, HeaderValue::from_static("1"));
        assert_eq!(creation(&headers, &base()).err().map(|error| error.code()), Some(Code::InvalidRequest));
    }

    #[test]
    fn a_final_upload_names_its_parts() {
        let both = format!("final;https://files.example.org/api/v1/uploads/{ID} /api/v1/uploads/{OTHER}");
        let Ok(Creation::Join(parts, _)) = create(&[("upload-concat", &both)]) else {
            panic!("not a join");
        };
        assert_eq!(parts, [ID.parse().unwrap(), OTHER.parse().unwrap()]);
        let elsewhere = format!("final;https://evil.example/api/v1/uploads/{ID}");
        let deeper = format!("final;/api/v1/uploads/{ID}/x");
        let upwards = format!("final;/api/v1/uploads/../uploads/{ID}");
        let lookalike = format!("final;https://files.example.org.evil.example/api/v1/uploads/{ID}");
        for text in [
            "final", "final;", "final; ", "Final;x", "final;x", "", "whole", &elsewhere, &deeper, &upwards,
            &lookalike,
        ] {
            assert_eq!(create(&[("upload-concat", text)]).err(), Some(Code::InvalidRequest), "{text}");
        }
        assert_eq!(
            create(&[("upload-concat", &both), ("upload-length", "1")]).err(),
            Some(Code::InvalidRequest)
        );
        let partial = create(&[("upload-concat", "partial"), ("upload-length", "1")]).unwrap();
        assert!(matches!(partial, Creation::Begin(new) if new.partial));
    }

    #[test]
    fn a_patch_needs_its_type_and_its_offset() {
        let kind = ("content-type", CONTENT_TYPE);
        assert_eq!(patch(&[kind, ("upload-offset", "7")]).unwrap().offset, 7);
        assert_eq!(patch(&[kind]).err(), Some(Code::InvalidRequest));
        assert_eq!(patch(&[kind, ("upload-offset", "-7")]).err(), Some(Code::InvalidRequest));
        for kind in ["application/octet-stream", "", "application/offset+octet-stream; charset=utf-8"] {
            let refused = patch(&[("content-type", kind), ("upload-offset", "7")]).err();
            assert_eq!(refused, Some(Code::UnsupportedMediaType), "{kind}");
        }
    }

    #[test]
    fn an_announced_length_is_passed_on_so_that_too_much_is_refused_before_it_comes() {
        let headers = [("content-type", CONTENT_TYPE), ("upload-offset", "7"), ("content-length", "5")];
        assert_eq!(patch(&headers).map(|append| append.body_length).ok(), Some(Some(5)));
        // Neither a length nor chunks: there is no body.
        assert_eq!(patch(&headers[..2]).map(|append| append.body_length).ok(), Some(Some(0)));
        let chunked = [headers[0], headers[1], ("transfer-encoding", "chunked")];
        assert_eq!(patch(&chunked).map(|append| append.body_length).ok(), Some(None));
        assert!(matches!(
            create(&[("upload-length", "9"), ("content-length", "5")]),
            Ok(Creation::Begin(new)) if new.body_length == Some(5)
        ));
    }

    #[test]
    fn bytes_come_with_a_creation_under_their_type_only() {
        assert!(brings_bytes(&map(&[("content-type", CONTENT_TYPE)])).unwrap());
        assert!(!brings_bytes(&map(&[])).unwrap());
        assert!(!brings_bytes(&map(&[("content-length", "0"), ("content-type", "text/plain")])).unwrap());
        assert!(brings_bytes(&map(&[("content-length", "5"), ("content-type", "text/plain")])).is_err());
        assert!(brings_bytes(&map(&[("transfer-encoding", "chunked")])).is_err());
    }

    #[test]
    fn a_checksum_fits_its_algorithm() {
        let of = |text: &str| checksum(&map(&[("upload-checksum", text)])).map_err(|error| error.code());
        let sha1 = of(&format!("sha1 {}", BASE64.encode(&[7; 20]))).unwrap().unwrap();
        assert_eq!((sha1.algorithm, sha1.digest), (ChecksumAlgorithm::Sha1, vec![7; 20]));
        assert!(of(&format!("sha256 {}", BASE64.encode(&[7; 32]))).is_ok());
        let short = format!("sha256 {}", BASE64.encode(&[7; 20]));
        for text in ["sha1", "sha1 ", "md5 1B2M2Y8AsgTpgAmY7PhCfg==", "sha1 !", "SHA1", "", &short] {
            assert_eq!(of(text).unwrap_err(), Code::InvalidRequest, "{text}");
        }
    }

    #[test]
    fn tus_is_spoken_where_uploads_are() {
        assert!(is_tus("/api/v1/uploads/x"));
        assert!(is_tus("/api/v1/transfers/x/files"));
        for path in ["/api/v1/transfers", "/api/v1/transfers/x", "/api/v1/deliveries/x/files/y/content", "/"]
        {
            assert!(!is_tus(path), "{path}");
        }
    }

    proptest! {
        #[test]
        fn a_number_is_read_as_it_is_written_or_refused(text in "[-+0-9a-f. ]{0,24}") {
            let read = HeaderValue::from_str(&text).ok().map(|value| {
                number(&[(LENGTH, value)].into_iter().collect(), &LENGTH)
            });
            if let Some(Ok(Some(value))) = read {
                prop_assert!(text.bytes().all(|b| b.is_ascii_digit()));
                prop_assert_eq!(text.parse::<u64>().unwrap(), value);
                prop_assert!(value <= i64::MAX as u64);
            }
        }

        #[test]
        fn every_length_that_fits_is_read(value in 0..=i64::MAX as u64) {
            let headers = map(&[("upload-length", &value.to_string())]);
            prop_assert_eq!(number(&headers, &LENGTH).unwrap(), Some(value));
        }

        #[test]
        fn no_header_panics_and_a_join_never_leads_elsewhere(text in "[ -~]{0,80}") {
            let headers = map(&[("upload-concat", text.trim()), ("upload-checksum", text.trim())]);
            if let Ok(Creation::Join(..)) = creation(&headers, &base()) {
                let words: Vec<_> = text.trim()["final;".len()..].split_ascii_whitespace().collect();
                let ours = |word: &&str| word.starts_with(UPLOADS) || word.starts_with(base().as_str());
                prop_assert!(words.iter().all(ours));
            }
            drop(checksum(&headers));
            drop(method_override(&headers));
        }
    }
}
