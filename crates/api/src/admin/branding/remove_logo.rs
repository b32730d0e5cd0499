//! `DELETE /api/v1/admin/branding/logo`

use actix_web::{HttpResponse, delete};

use crate::{
    App,
    error::{ApiError, Problem},
    grant::SteppedAdmin,
};

/// Takes the tenant's logo away
///
/// Also right where there is none. Takes a session that has shown a credential a moment ago.
#[utoipa::path(
    tag = "admin",
    operation_id = "remove_logo",
    security(("session" = []), ("session_cookie" = [])),
    responses(
        (status = 204, description = "There is none now."),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[delete("/api/v1/admin/branding/logo")]
pub(crate) async fn remove_logo(app: App, admin: SteppedAdmin) -> Result<HttpResponse, ApiError> {
    app.tenancy().remove_logo(&admin.0.manage()).await?;
    Ok(HttpResponse::NoContent().finish())
}
