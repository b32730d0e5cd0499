//! `PUT /api/v1/admin/licence`

use actix_web::{HttpResponse, put};
use serde::Deserialize;
use utoipa::ToSchema;

use super::LicenceReport;
use crate::{
    App,
    error::{ApiError, Problem},
    grant::SteppedAdmin,
    json::Body,
};

/// A licence to be installed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InstallLicence {
    /// Its text, `sealpost-licence-1.…`.
    licence: String,
}

/// Installs a licence
///
/// It counts from the next request on, on every node. Takes a session that has shown a credential a moment ago.
#[utoipa::path(
    tag = "admin",
    operation_id = "install_licence",
    security(("session" = []), ("session_cookie" = [])),
    request_body = InstallLicence,
    responses(
        (status = 200, body = LicenceReport),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[put("/api/v1/admin/licence")]
pub(crate) async fn install(
    app: App,
    admin: SteppedAdmin,
    body: Body<InstallLicence>,
) -> Result<HttpResponse, ApiError> {
    let input = body.read().await?;
    let status = app.tenancy().install_licence(&admin.0.manage(), &input.licence).await?;
    Ok(HttpResponse::Ok().json(LicenceReport::from(status)))
}
