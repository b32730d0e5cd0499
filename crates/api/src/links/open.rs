//! `POST /api/v1/links/open`

use actix_web::{HttpRequest, HttpResponse, post};
use sealpost_auth::Step;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    App,
    error::{ApiError, Code, Problem},
    grant,
    json::Body,
    signin::providers::Provider,
    wire::{Branding, Delivery, Protection, Time, TransferMode},
};

/// A link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpenLink {
    /// The last part of the link's address.
    token: String,
}

/// What a link leads to.
#[derive(Serialize, ToSchema)]
pub(crate) struct OpenedLink {
    delivery_id: Uuid,
    /// How the tenant shows itself whose files they are.
    branding: Branding,
    /// Who has sealed what is behind it.
    mode: TransferMode,
    /// Whether it came in sealed to a public key of whoever gets it: his private key opens it, and the link has no second part.
    /// Said before anything is shown, for whoever opens the link has to know what to look for.
    sealed_to_key: bool,
    protection: Protection,
    /// What must be shown next; absent if nothing is left.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    needed: Option<Needed>,
    /// Where the recipient can sign in, if an account is what must be shown next.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    providers: Option<Vec<Provider>>,
    /// How long a browser may need no code once one was shown in it, in days; 0: not at all.
    remember_days: u64,
    /// Until when this browser needs no code, if it is remembered.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    remembered_until: Option<Time>,
    /// What is inside; absent as long as something must be shown first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    transfer: Option<Delivery>,
}

/// What must be shown next.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Needed {
    /// A sign-in at the identity provider that knows the recipient's address.
    Account,
    /// A code, which `POST /api/v1/links/code` sends.
    Code,
    /// The password that the sender has given.
    Password,
    /// The proof that one has the whole secret with which the sender's program has sealed: `POST /api/v1/links/verify` tells
    /// the service's half of it, `POST /api/v1/links/prove` takes the proof.
    Proof,
}

/// Asks what a link leads to, and what must be shown for it
///
/// Changes nothing. Unknown, expired, blocked and removed links answer alike.
#[utoipa::path(
    tag = "links",
    operation_id = "open_link",
    request_body = OpenLink,
    responses(
        (status = 200, body = OpenedLink),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/links/open")]
pub(crate) async fn open(
    app: App,
    request: HttpRequest,
    body: Body<OpenLink>,
) -> Result<HttpResponse, ApiError> {
    let input = body.read().await?;
    let opening = app.auth().open_link(&input.token, &grant::carried(&app, &request)).await?;
    let transfer = match &opening.read {
        Some(grant) => Some(super::delivery(&app, grant).await?),
        None => None,
    };
    // A link leads to a delivery of a tenant that is there; gone since, it leads nowhere.
    let branding = app.service().branding(opening.tenant).await?;
    let branding = branding.ok_or_else(|| ApiError::new(Code::LinkUnavailable))?;
    let providers = match &opening.next {
        Some(Step::Account(choices)) => {
            Some(choices.iter().map(|choice| Provider::of_recipients(&app, choice, &input.token)).collect())
        }
        _ => None,
    };
    Ok(HttpResponse::Ok().json(OpenedLink {
        delivery_id: opening.recipient_id.as_uuid(),
        branding: Branding::new(&app, &branding),
        mode: opening.mode.into(),
        sealed_to_key: opening.sealed_to_key,
        protection: opening.protection.into(),
        needed: opening.next.as_ref().map(Needed::from),
        providers,
        remember_days: opening.remember_seconds / 86_400,
        remembered_until: opening.remembered_until.map(Into::into),
        transfer,
    }))
}

impl From<&Step> for Needed {
    fn from(step: &Step) -> Self {
        match step {
            Step::Account(_) => Self::Account,
            Step::Code(_) => Self::Code,
            Step::Password => Self::Password,
            Step::Proof => Self::Proof,
        }
    }
}
