//! `POST /api/v1/admin/mailboxes`

use actix_web::{HttpResponse, post};
use sealpost_domain::EmailAddress;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Admin,
    json::Body,
    mailboxes::Mailbox,
};

/// A mailbox to be added.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateMailbox {
    #[schema(value_type = String, format = Email)]
    email: EmailAddress,
    /// What recipients see beside the address; empty if absent. At most 256 bytes.
    #[serde(default)]
    name: String,
}

/// Adds a shared mailbox
#[utoipa::path(
    tag = "admin",
    operation_id = "create_mailbox",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    request_body = CreateMailbox,
    responses(
        (status = 201, body = Mailbox),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/admin/mailboxes")]
pub(crate) async fn create(
    app: App,
    admin: Admin,
    body: Body<CreateMailbox>,
) -> Result<HttpResponse, ApiError> {
    let input = body.read().await?;
    let mailbox = app.tenancy().create_mailbox(&admin.0.manage(), &input.email, &input.name).await?;
    Ok(HttpResponse::Created().json(Mailbox::from(mailbox)))
}
