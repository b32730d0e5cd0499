//! `POST /api/v1/admin/incidents/{incident_id}/acknowledge`

use actix_web::{HttpResponse, post};
use sealpost_domain::IncidentId;

use super::Incident;
use crate::{
    App,
    error::{ApiError, Problem},
    grant::Admin,
    path::Id,
};

/// Says that a notice was read: the tenant is reminded no more
///
/// Once more does nothing.
#[utoipa::path(
    tag = "admin",
    operation_id = "acknowledge_incident",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(("incident_id" = Uuid, Path)),
    responses(
        (status = 200, body = Incident),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/admin/incidents/{incident_id}/acknowledge")]
pub(crate) async fn acknowledge(
    app: App,
    admin: Admin,
    id: Id<IncidentId>,
) -> Result<HttpResponse, ApiError> {
    let incident = app.tenancy().acknowledge_incident(&admin.0, id.0).await?;
    Ok(HttpResponse::Ok().json(Incident::from(incident)))
}
