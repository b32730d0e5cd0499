//! `POST /api/v1/admin/clients`

use actix_web::{HttpResponse, post};
use sealpost_auth::NewApiClient;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::ApiClientSecret;
use crate::{
    App,
    error::{ApiError, Problem},
    grant::SteppedAdmin,
    json::Body,
};

/// A client to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateApiClient {
    /// One line of at most 256 bytes.
    name: String,
    /// As whom it acts. Only owners make clients that act as another owner or admin.
    user_id: Uuid,
    /// Words with blanks between: `send`, `read`, `admin`, `audit`, `scim`; each of them must be his role's.
    #[schema(example = "scim")]
    scopes: String,
}

/// Makes an API client
///
/// Its secret is in the answer, and nowhere else.
#[utoipa::path(
    tag = "admin",
    operation_id = "create_api_client",
    security(("session" = []), ("session_cookie" = [])),
    request_body = CreateApiClient,
    responses(
        (status = 201, body = ApiClientSecret),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/admin/clients")]
pub(crate) async fn create(
    app: App,
    admin: SteppedAdmin,
    body: Body<CreateApiClient>,
) -> Result<HttpResponse, ApiError> {
    let input = body.read().await?;
    let scopes = input.scopes.parse().map_err(|_| ApiError::invalid("scopes has a word that is none"))?;
    let new = NewApiClient { name: input.name, user: input.user_id.into(), scopes };
    let issued = app.auth().create_api_client(&admin.0.manage(), new).await?;
    Ok(HttpResponse::Created().json(ApiClientSecret::from(issued)))
}
