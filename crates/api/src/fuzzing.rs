//! The parsers of headers as the fuzz targets see them: bytes in, plain values out.

use std::{net::IpAddr, ops::Range, time::SystemTime};

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use sealpost_domain::UploadId;
use sealpost_transfer::{Append, NewUpload, UploadMetadata};

use crate::{
    BaseUrl, Network,
    deliveries::{self, Asked},
    proxy,
    uploads::{self, Creation},
};

/// Names and values of headers; those that HTTP does not let through are left out.
pub type Headers<'a> = &'a [(&'a str, &'a [u8])];

/// What `POST …/files` creates.
#[derive(Debug)]
pub enum Created {
    /// An upload.
    Begin(NewUpload),
    /// A file out of these.
    Join(Vec<UploadId>, UploadMetadata),
}

/// The headers of a creation; `None` if they are refused.
pub fn tus_creation(headers: Headers<'_>, base_url: &BaseUrl) -> Option<Created> {
    match uploads::tus_creation(&map(headers), base_url).ok()? {
        Creation::Begin(new) => Some(Created::Begin(new)),
        Creation::Join(parts, metadata) => Some(Created::Join(parts, metadata)),
    }
}

/// The headers of a PATCH; `None` if they are refused.
pub fn tus_append(headers: Headers<'_>) -> Option<Append> {
    uploads::tus_append(&map(headers)).ok()
}

/// What a request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// These bytes.
    Part(Range<u64>),
    /// Bytes that there are not.
    Unsatisfiable,
    /// All.
    Whole,
}

/// `Range` against a length.
pub fn range(value: &[u8], length: u64) -> Answer {
    match deliveries::asked(&map(&[("range", value)]), length) {
        Asked::Part(range) => Answer::Part(range),
        Asked::Unsatisfiable => Answer::Unsatisfiable,
        Asked::Whole => Answer::Whole,
    }
}

/// Whether `If-Range` lets a range be honoured.
pub fn if_range_holds(value: &[u8], etag: &str, modified: SystemTime) -> bool {
    deliveries::range_holds(&map(&[("if-range", value)]), etag, modified)
}

/// `Content-Disposition` for a name.
pub fn content_disposition(name: &str) -> Vec<u8> {
    deliveries::attachment(name).as_bytes().to_vec()
}

/// `Content-Type` for a claimed type.
pub fn content_type(claimed: &str) -> &str {
    deliveries::content_type(claimed)
}

/// Who is calling, by the peer and the values of `X-Forwarded-For`.
pub fn caller(peer: IpAddr, forwarded: &[&str], trusted: &[Network]) -> IpAddr {
    proxy::behind(peer, forwarded, trusted)
}

fn map(headers: Headers<'_>) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) =
            (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_bytes(value))
        {
            map.append(name, value);
        }
    }
    map
}
