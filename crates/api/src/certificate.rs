//! Certificates as answers: the signed JSON, or the same on pages.

use actix_web::{HttpRequest, HttpResponse, http::header, web::Query};
use sealpost_certificate::{SignedCertificate, to_pdf};
use sealpost_domain::Language;
use serde::Deserialize;

use crate::{error::ApiError, page};

/// What a certificate shall be like.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wish {
    /// Whether the stores are looked into for it.
    #[serde(default)]
    pub(crate) check: bool,
    /// The language of the pages.
    language: Option<Language>,
}

impl Wish {
    pub(crate) fn of(request: &HttpRequest) -> Result<Self, ApiError> {
        let query = Query::<Self>::from_query(request.query_string());
        query.map(Query::into_inner).map_err(|error| ApiError::invalid(error.to_string()))
    }
}

/// The signed document, as it is verified.
pub(crate) fn json(signed: &SignedCertificate) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"certificate.json\""))
        .body(signed.to_text())
}

/// Pages for people, which carry the signed document along.
pub(crate) fn pdf(
    signed: &SignedCertificate,
    wish: &Wish,
    request: &HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let language = wish.language.unwrap_or_else(|| page::language::of(request.headers()));
    let bytes = to_pdf(signed, language).map_err(ApiError::internal)?;
    Ok(HttpResponse::Ok()
        .content_type("application/pdf")
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"certificate.pdf\""))
        .body(bytes))
}
