//! A file of the pages, in the form that a client takes, and how long browsers keep it.

use std::borrow::Cow;

use actix_web::{
    HttpResponse,
    http::header::{self, HeaderMap},
};
use data_encoding::BASE64URL_NOPAD;
use rust_embed::{EmbeddedFile, RustEmbed};

use super::encoding::takes_brotli;
use crate::deliveries::is_known;

/// How long browsers keep a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    /// They ask each time whether it has changed.
    AskedAbout,
    /// Without asking for so long: its name stays, and its content seldom changes.
    ForADay,
    /// Its name changes with its content.
    ForGood,
}

/// A file, plain or compressed.
pub(super) struct File {
    media_type: &'static str,
    content: Cow<'static, [u8]>,
    /// Of the bytes as they are sent: two forms are two things to a cache.
    etag: String,
    brotli: bool,
}

impl File {
    /// The file of this name, compressed if the client takes that and there is such a form.
    pub(super) fn find<Folder: RustEmbed>(name: &str, headers: &HeaderMap) -> Option<Self> {
        let media_type = media_type(name)?;
        let compressed = takes_brotli(headers).then(|| Folder::get(&format!("{name}.br"))).flatten();
        let brotli = compressed.is_some();
        let EmbeddedFile { data, metadata } = compressed.or_else(|| Folder::get(name))?;
        let etag = format!("\"{}\"", BASE64URL_NOPAD.encode(&metadata.sha256_hash()));
        Some(Self { media_type, content: data, etag, brotli })
    }

    /// The file, or that the client has it.
    pub(super) fn answer(self, headers: &HeaderMap, kept: Kept) -> HttpResponse {
        let known = is_known(headers, &self.etag);
        let mut response = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
        response
            .insert_header((header::ETAG, self.etag))
            .insert_header((header::VARY, "Accept-Encoding"))
            .insert_header((
                header::CACHE_CONTROL,
                match kept {
                    Kept::AskedAbout => "no-cache",
                    Kept::ForADay => "public, max-age=86400",
                    Kept::ForGood => "public, max-age=31536000, immutable",
                },
            ));
        if known {
            return response.finish();
        }
        if self.brotli {
            response.insert_header((header::CONTENT_ENCODING, "br"));
        }
        let response = response.content_type(self.media_type);
        match self.content {
            Cow::Borrowed(bytes) => response.body(bytes),
            Cow::Owned(bytes) => response.body(bytes),
        }
    }
}

/// What the pages are made of. Anything else is not there, compressed forms by their own name among it.
pub(super) fn media_type(name: &str) -> Option<&'static str> {
    let (_, extension) = name.rsplit_once('.')?;
    Some(match extension {
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        _ => return None,
    })
}
