//! `DELETE /api/v1/admin/clients/{client_id}`

use actix_web::{HttpResponse, delete};
use sealpost_domain::ApiClientId;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Admin,
    path::Id,
};

/// Takes an API client back
///
/// Its access tokens count no more from now on.
#[utoipa::path(
    tag = "admin",
    operation_id = "revoke_api_client",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(("client_id" = Uuid, Path)),
    responses(
        (status = 204),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[delete("/api/v1/admin/clients/{client_id}")]
pub(crate) async fn revoke(app: App, admin: Admin, id: Id<ApiClientId>) -> Result<HttpResponse, ApiError> {
    app.auth().revoke_api_client(&admin.0.manage(), id.0).await?;
    Ok(HttpResponse::NoContent().finish())
}
