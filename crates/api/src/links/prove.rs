//! `POST /api/v1/links/prove`

use actix_web::{HttpRequest, HttpResponse, post};
use serde::Deserialize;
use utoipa::ToSchema;

use super::verify::VerifiedLink;
use crate::{
    App,
    error::{ApiError, Problem},
    grant,
    json::Body,
    page,
    wire::Base64Url,
};

/// That somebody has the whole secret of what its sender's program has sealed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProveLink {
    /// The last part of the link's address; the ticket says it, too.
    #[serde(default)]
    token: Option<String>,
    /// What came in the answer to what the link asked for.
    ticket: String,
    /// The access proof: 32 bytes, base64url without padding.
    proof: Base64Url,
}

/// Proves that one can open what is behind a link, and gets the right to fetch
///
/// For what the sender's program has sealed, after `POST /api/v1/links/verify`. Wrong proofs are counted as wrong passwords are;
/// too many lock the transfer until its sender unblocks it, with the same answer as a wrong proof. A ticket whose time is over is
/// answered with 401: the link is to be verified again.
#[utoipa::path(
    tag = "links",
    operation_id = "prove_link",
    security((), ("grant" = []), ("grant_cookie" = [])),
    request_body = ProveLink,
    responses(
        (status = 200, body = VerifiedLink, headers(
            ("Set-Cookie" = String, description = "The grant, for this delivery; with a token, that its page was opened here."),
        )),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/links/prove")]
pub(crate) async fn prove(
    app: App,
    request: HttpRequest,
    body: Body<ProveLink>,
) -> Result<HttpResponse, ApiError> {
    app.count_verification(&request).await?;
    let input = body.read().await?;
    let carried = grant::carried(&app, &request);
    let proof = &input.proof.0;
    let verified = app.auth().prove_link(input.token.as_deref(), &input.ticket, proof, &carried).await?;
    let delivery = super::delivery(&app, verified.grant.read()).await?;
    let mut response = HttpResponse::Ok();
    response.cookie(grant::grant_cookie(&app, &verified));
    // Its page tells whoever has opened it here how it ended.
    if let Some(token) = &input.token {
        response.cookie(page::keep_opened(&app, token, &verified).await?);
    }
    Ok(response.json(VerifiedLink::new(verified, delivery)))
}
