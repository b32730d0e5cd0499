//! `GET /api/v1/admin/audit/key`

use actix_web::{HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Auditor,
};

/// Who signs the tenant's audit log.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuditKey {
    /// Name, id and public key, as in c2sp.org/signed-note.
    #[schema(examples("sealpost/audit/01980000-0000-7000-8000-000000000000+c74f20a3+ARpc2Q…"))]
    key: String,
}

/// Shows the public key that checkpoints of the tenant's audit log are signed with
#[utoipa::path(
    tag = "admin",
    operation_id = "get_audit_key",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    responses(
        (status = 200, body = AuditKey),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/admin/audit/key")]
pub(crate) async fn key(app: App, auditor: Auditor) -> Result<HttpResponse, ApiError> {
    let signer = app.tenancy().audit_signer(auditor.0.tenant()).await?;
    Ok(HttpResponse::Ok().json(AuditKey { key: signer.to_string() }))
}
