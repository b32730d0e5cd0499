//! `POST /api/v1/links/verify`

use actix_web::{HttpRequest, HttpResponse, post};
use sealpost_auth::{Shown, Verification};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::open::Needed;
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
    /// The digits that were sent; blanks and hyphens between them do not matter.
    code: Option<String>,
    /// What came in the answer when the code was asked for, for those who keep no cookies.
    challenge: Option<String>,
    /// What came in the answer to a right code while the password was still to come, for those who keep no cookies.
    proof: Option<String>,
    /// Whether this browser shall need no code for a while; the tenant says how long.
    #[serde(default)]
    remember: bool,
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

/// The code was right; the password is still to come.
#[derive(Serialize, ToSchema)]
pub(crate) struct ProvenLink {
    /// To be shown together with the password, in place of the code; the cookie holds the same.
    proof: String,
    /// When it ends.
    expires_at: Time,
    /// Always `password`.
    needed: Needed,
}

/// Shows what a link asks for, and gets the right to fetch
///
/// Code and password can be shown together, or the code first: then the answer is 202 with a proof of it.
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
        (status = 202, body = ProvenLink, headers(("Set-Cookie" = String, description = "The proof."))),
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
    let shown = Shown { password: input.password, code: input.code, remember: input.remember };
    let mut carried = grant::carried(&app, &request);
    carried.challenge = input.challenge;
    carried.proof = input.proof;
    match app.auth().verify_link(&input.token, &shown, &carried).await? {
        Verification::Done(verified) => {
            let delivery = super::delivery(&app, verified.grant.read()).await?;
            let mut response = HttpResponse::Ok();
            response.cookie(grant::grant_cookie(&app, &verified));
            if let Some(device) = &verified.device {
                response.cookie(grant::device_cookie(&app, device));
            }
            Ok(response.json(VerifiedLink {
                grant: verified.sealed,
                expires_at: verified.expires_at.into(),
                delivery,
            }))
        }
        Verification::PasswordNext(proven) => {
            let mut response = HttpResponse::Accepted();
            response.cookie(grant::proof_cookie(&app, &proven));
            if let Some(device) = &proven.device {
                response.cookie(grant::device_cookie(&app, device));
            }
            Ok(response.json(ProvenLink {
                proof: proven.proof,
                expires_at: proven.expires_at.into(),
                needed: Needed::Password,
            }))
        }
    }
}
