//! `GET /api/v1/transfers/{transfer_id}/certificate` and `….pdf`

use actix_web::{HttpRequest, HttpResponse, get};
use sealpost_domain::TransferId;

use crate::{
    App,
    certificate::{self, Wish},
    error::{ApiError, Problem},
    grant::Sender,
    path::Id,
};

/// Certifies that a transfer was purged: a signed document that is verified offline
///
/// `docs/certificates.md` says what it says, what it proves and how to verify it.
#[utoipa::path(
    tag = "transfers",
    operation_id = "certify_transfer",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(
        ("transfer_id" = Uuid, Path),
        ("check" = Option<bool>, Query, description = "Look into all stores for what may be left, now, and say what was looked at."),
    ),
    responses(
        (status = 200, body = serde_json::Value),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "It is not purged, or something of it is left."),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/transfers/{transfer_id}/certificate")]
pub(crate) async fn json(
    app: App,
    who: Sender,
    id: Id<TransferId>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let wish = Wish::of(&request)?;
    Ok(certificate::json(&app.service().certificate(&who.0, id.0, wish.check).await?))
}

/// The same as PDF, which carries the signed document along as `certificate.json`
#[utoipa::path(
    tag = "transfers",
    operation_id = "certify_transfer_pdf",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(
        ("transfer_id" = Uuid, Path),
        ("check" = Option<bool>, Query, description = "Look into all stores for what may be left, now, and say what was looked at."),
        ("language" = Option<String>, Query, description = "`en`, `de` or `nl`; that of `Accept-Language` by default."),
    ),
    responses(
        (status = 200, body = Vec<u8>, content_type = "application/pdf"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "It is not purged, or something of it is left."),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/transfers/{transfer_id}/certificate.pdf")]
pub(crate) async fn pdf(
    app: App,
    who: Sender,
    id: Id<TransferId>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let wish = Wish::of(&request)?;
    let signed = app.service().certificate(&who.0, id.0, wish.check).await?;
    certificate::pdf(&signed, &wish, &request)
}
