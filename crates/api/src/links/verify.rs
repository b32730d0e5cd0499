//! `POST /api/v1/links/verify`

use actix_web::{HttpRequest, HttpResponse, post};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    App,
    error::{ApiError, Problem},
    grant,
    json::Body,
    wire::{Delivery, Time},
};

/// A link, and what it asks for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct VerifyLink {
    /// The last part of the link's address.
    token: String,
    #[schema(format = Password)]
    password: Option<String>,
}

/// The right to fetch.
#[derive(Serialize, ToSchema)]
pub(crate) struct VerifiedLink {
    /// For `Authorization: Bearer`; the cookie holds the same.
    grant: String,
    /// When it ends.
    expires_at: Time,
    delivery: Delivery,
}

/// Shows what a link asks for, and gets the right to fetch
///
/// The right comes as bearer and as cookie. Wrong passwords are counted; too many lock the transfer until its sender
/// unblocks it, with the same answer as a wrong password. Whoever shows the grant of an earlier visit as well goes on with
/// that visit, also if the grant has ended: downloads are counted by visits.
#[utoipa::path(
    tag = "links",
    operation_id = "verify_link",
    security((), ("grant" = []), ("grant_cookie" = [])),
    request_body = VerifyLink,
    responses(
        (status = 200, body = VerifiedLink, headers(("Set-Cookie" = String, description = "The grant, for this delivery."))),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/links/verify")]
pub(crate) async fn verify(
    app: App,
    request: HttpRequest,
    body: Body<VerifyLink>,
) -> Result<HttpResponse, ApiError> {
    app.count_verification(&request).await?;
    let input = body.read().await?;
    let earlier = |recipient| grant::carried(&app, &request, recipient);
    let verified = app.auth().verify_link(&input.token, input.password.as_deref(), earlier).await?;
    let delivery = super::delivery(&app, verified.grant.read()).await?;
    Ok(HttpResponse::Ok().cookie(grant::cookie(&app, &verified)).json(VerifiedLink {
        grant: verified.sealed,
        expires_at: verified.expires_at.into(),
        delivery,
    }))
}
