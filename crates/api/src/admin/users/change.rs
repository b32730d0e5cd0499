//! `PATCH /api/v1/admin/users/{user_id}`

use actix_web::{HttpResponse, patch};
use sealpost_domain::{Role, UserId};
use sealpost_tenancy::UserChange;
use serde::Deserialize;
use utoipa::ToSchema;

use super::User;
use crate::{
    App,
    error::{ApiError, Problem},
    grant::Admin,
    json::Body,
    path::Id,
};

/// What becomes different; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeUser {
    name: Option<String>,
    /// Owners and admins are made, and unmade, by owners only.
    #[schema(value_type = Option<String>, example = "admin")]
    role: Option<Role>,
    /// Whether he may do nothing. His sessions end, and his tokens count no more.
    disabled: Option<bool>,
    /// Whether he may not send. He still sees, blocks and deletes what he has sent.
    sending_suspended: Option<bool>,
}

/// Changes a user
///
/// Whoever is disabled or gets another role is signed out everywhere. Nobody changes his own role, or disables himself, and
/// the last owner stays.
#[utoipa::path(
    tag = "admin",
    operation_id = "change_user",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(("user_id" = Uuid, Path)),
    request_body = ChangeUser,
    responses(
        (status = 200, body = User),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[patch("/api/v1/admin/users/{user_id}")]
pub(crate) async fn change(
    app: App,
    admin: Admin,
    id: Id<UserId>,
    body: Body<ChangeUser>,
) -> Result<HttpResponse, ApiError> {
    let input = body.read().await?;
    let change = UserChange {
        name: input.name,
        role: input.role,
        disabled: input.disabled,
        sending_suspended: input.sending_suspended,
    };
    let user = app.tenancy().change_user(&admin.0.manage(), id.0, change).await?;
    Ok(HttpResponse::Ok().json(User::from(user)))
}
