//! `POST /api/v1/links/verify`

use actix_web::{HttpRequest, HttpResponse, post};
use sealpost_auth::{HalfTold, Shown, Verification, Verified};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::open::Needed;
use crate::{
    App,
    error::{ApiError, Problem},
    grant,
    json::Body,
    wire::{Base64Url, Delivery, Time},
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

impl VerifiedLink {
    pub(crate) fn new(verified: Verified, delivery: Delivery) -> Self {
        Self { grant: verified.sealed, expires_at: verified.expires_at.into(), delivery }
    }
}

/// The right to prove that one can open what the sender's program has sealed.
#[derive(Serialize, ToSchema)]
pub(crate) struct HalfOfLink {
    sealing: LinkSealing,
    /// For `POST /api/v1/links/prove`.
    ticket: String,
    /// When it ends.
    expires_at: Time,
}

/// What is needed, beside the link's second part and the password, to open what the sender's program has sealed.
#[derive(Serialize, ToSchema)]
pub(crate) struct LinkSealing {
    tenant: Uuid,
    transfer: Uuid,
    /// The service's half of the secret: 32 bytes.
    server_half: Base64Url,
    /// Salt and costs of the password key: 29 bytes; `null` if there is no password.
    #[schema(required)]
    password_parameters: Option<Base64Url>,
}

impl From<HalfTold> for HalfOfLink {
    fn from(told: HalfTold) -> Self {
        Self {
            sealing: LinkSealing {
                tenant: told.tenant.as_uuid(),
                transfer: told.transfer.as_uuid(),
                server_half: Base64Url(told.half.expose_secret().to_vec()),
                password_parameters: told.password_parameters.map(Base64Url),
            },
            ticket: told.ticket,
            expires_at: told.expires_at.into(),
        }
    }
}

/// The right to fetch, or, where the sender's program has sealed, to prove that one can open it.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum LinkAnswer {
    Verified(Box<VerifiedLink>),
    Half(HalfOfLink),
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
/// Code and password can be shown together, or the code first: then the answer is 202 with a proof of it. Where the sender's
/// program has sealed what is behind the link, no password is shown here: the answer is the service's half of the secret, and a
/// ticket with which the proof is shown (`POST /api/v1/links/prove`) that one has the rest.
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
        (status = 200, body = LinkAnswer, headers(("Set-Cookie" = String, description = "The grant, for this delivery."))),
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
            Ok(response.json(LinkAnswer::Verified(Box::new(VerifiedLink::new(*verified, delivery)))))
        }
        Verification::HalfTold(told) => {
            let mut response = HttpResponse::Ok();
            if let Some(proven) = &told.proven {
                response.cookie(grant::proof_cookie(&app, proven));
            }
            if let Some(device) = &told.device {
                response.cookie(grant::device_cookie(&app, device));
            }
            Ok(response.json(LinkAnswer::Half((*told).into())))
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
