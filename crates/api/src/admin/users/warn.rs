//! `POST /api/v1/admin/users/{user_id}/warnings`

use actix_web::{HttpResponse, post};
use sealpost_domain::UserId;
use sealpost_tenancy::WarningView;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Admin,
    json::Body,
    path::Id,
    wire::Time,
};

/// What a user is warned of.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WarnUser {
    /// What he is told, in the words of whoever warns him.
    #[schema(min_length = 1, max_length = 2_000)]
    text: String,
}

/// A warning that a user was given.
#[derive(Serialize, ToSchema)]
pub(crate) struct Warning {
    id: Uuid,
    /// Who has warned him; absent if it was the operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    given_by: Option<Uuid>,
    text: String,
    created_at: Time,
}

impl From<WarningView> for Warning {
    fn from(view: WarningView) -> Self {
        Self {
            id: view.id.as_uuid(),
            given_by: view.given_by.map(UserId::as_uuid),
            text: view.text,
            created_at: view.created_at.into(),
        }
    }
}

/// Warns a user
///
/// He is mailed the text. At most 10 a day for each user; owners and admins are warned by owners only.
#[utoipa::path(
    tag = "admin",
    operation_id = "warn_user",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(("user_id" = Uuid, Path)),
    request_body = WarnUser,
    responses(
        (status = 201, body = Warning),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/admin/users/{user_id}/warnings")]
pub(crate) async fn warn(
    app: App,
    admin: Admin,
    id: Id<UserId>,
    body: Body<WarnUser>,
) -> Result<HttpResponse, ApiError> {
    let input = body.read().await?;
    let warning = app.tenancy().warn_user(&admin.0.manage(), id.0, &input.text).await?;
    Ok(HttpResponse::Created().json(Warning::from(warning)))
}
