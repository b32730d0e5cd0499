//! `PUT /api/v1/admin/branding/logo`

use actix_web::{HttpRequest, HttpResponse, http::header, put, web};
use futures_util::StreamExt as _;
use sealpost_tenancy::{LOGO_MAX_BYTES, LogoKind};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    App, branding,
    error::{ApiError, Code, Problem},
    grant::SteppedAdmin,
};

/// A logo as it is kept.
#[derive(Serialize, ToSchema)]
pub(crate) struct Logo {
    /// `image/png` or `image/svg+xml`.
    media_type: &'static str,
    /// Its length as it is kept: written anew.
    bytes: usize,
    /// Where everybody gets it.
    url: String,
}

/// Gives the tenant a logo in place of the one before
///
/// PNG or SVG, at most 256 KiB, at most 1024 by 512 pixels. It is written anew: a PNG from its pixels, an SVG from the elements
/// and attributes that `docs/policy.md` lists. One that has more, such as scripts, styles, pictures or references to elsewhere,
/// is refused, and nothing is changed. Takes a session that has shown a credential a moment ago.
#[utoipa::path(
    tag = "admin",
    operation_id = "set_logo",
    security(("session" = []), ("session_cookie" = [])),
    request_body(
        content(("image/png"), ("image/svg+xml")),
        description = "The picture.",
    ),
    responses(
        (status = 200, body = Logo),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[put("/api/v1/admin/branding/logo")]
pub(crate) async fn set_logo(
    app: App,
    admin: SteppedAdmin,
    request: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, ApiError> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|line| line.to_str().ok());
    let kind = kind.and_then(LogoKind::of_media_type).ok_or_else(|| {
        ApiError::new(Code::UnsupportedMediaType).detail("the body must be image/png or image/svg+xml")
    })?;
    let bytes = read(&app, body).await?;
    let grant = admin.0.manage();
    let logo = app.tenancy().set_logo(&grant, kind, bytes).await?;
    Ok(HttpResponse::Ok().json(Logo {
        media_type: logo.kind.media_type(),
        bytes: logo.content.len(),
        url: app.base_url().join(branding::logo_path(grant.tenant(), &logo.tag)),
    }))
}

async fn read(app: &App, mut body: web::Payload) -> Result<Vec<u8>, ApiError> {
    let whole = async {
        let mut bytes = Vec::new();
        while let Some(piece) = body.next().await {
            bytes.extend_from_slice(&piece.map_err(|_| ApiError::new(Code::IncompleteBody))?);
            if bytes.len() > LOGO_MAX_BYTES {
                return Err(ApiError::new(Code::TooLarge).detail(format!("at most {LOGO_MAX_BYTES} bytes")));
            }
        }
        Ok(bytes)
    };
    tokio::time::timeout(app.patience(), whole).await.map_err(|_| ApiError::new(Code::RequestTimeout))?
}
