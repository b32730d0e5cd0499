//! `POST /api/v1/links/open`

use actix_web::{HttpResponse, post};
use sealpost_auth::Protection as Needed;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    App,
    error::{ApiError, Problem},
    json::Body,
    wire::Delivery,
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
    protection: Protection,
    /// What is inside; absent as long as something must be shown first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    transfer: Option<Delivery>,
}

/// What must be shown before anything is seen.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Protection {
    /// Nothing but the link.
    None,
    /// The password that the sender chose.
    Password,
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
pub(crate) async fn open(app: App, body: Body<OpenLink>) -> Result<HttpResponse, ApiError> {
    let input = body.read().await?;
    let opening = app.auth().open_link(&input.token).await?;
    let transfer = match &opening.read {
        Some(grant) => Some(super::delivery(&app, grant).await?),
        None => None,
    };
    Ok(HttpResponse::Ok().json(OpenedLink {
        delivery_id: opening.recipient_id.as_uuid(),
        protection: opening.protection.into(),
        transfer,
    }))
}

impl From<Needed> for Protection {
    fn from(needed: Needed) -> Self {
        match needed {
            Needed::None => Self::None,
            Needed::Password => Self::Password,
        }
    }
}
