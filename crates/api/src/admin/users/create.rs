//! `POST /api/v1/admin/users`

use actix_web::{HttpResponse, http::header, post};
use sealpost_domain::{EmailAddress, Role};
use serde::Deserialize;
use utoipa::ToSchema;

use super::User;
use crate::{
    App,
    error::{ApiError, Problem},
    grant::Admin,
    json::Body,
};

/// A user to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateUser {
    #[schema(value_type = String, format = Email)]
    email: EmailAddress,
    /// What recipients see beside the address; empty if absent. At most 256 bytes.
    #[serde(default)]
    name: String,
    /// `sender` if absent. Owners and admins are made by owners only.
    #[schema(value_type = Option<String>, example = "sender")]
    role: Option<Role>,
}

/// Makes a user
#[utoipa::path(
    tag = "admin",
    operation_id = "create_user",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    request_body = CreateUser,
    responses(
        (status = 201, body = User, headers(("Location" = String, description = "The user."))),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/admin/users")]
pub(crate) async fn create(app: App, admin: Admin, body: Body<CreateUser>) -> Result<HttpResponse, ApiError> {
    let input = body.read().await?;
    let role = input.role.unwrap_or(Role::Sender);
    let user = app.tenancy().create_user(&admin.0.manage(), &input.email, &input.name, role).await?;
    let location = app.base_url().join(format_args!("/api/v1/admin/users/{}", user.id));
    Ok(HttpResponse::Created().insert_header((header::LOCATION, location)).json(User::from(user)))
}
