//! `GET /api/v1/admin/export`

use std::collections::VecDeque;

use actix_web::{HttpRequest, HttpResponse, get, http::header, web::Query};
use bytes::Bytes;
use futures_util::stream;
use sealpost_archive::Archive;
use sealpost_tenancy::TenantExport;
use sealpost_transfer::TransferExport;
use serde::Deserialize;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::SteppedOwner,
};

/// What is wanted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    #[serde(default = "yes")]
    files: bool,
}

const fn yes() -> bool {
    true
}

/// Hands out everything of the tenant: a tar archive with a manifest of SHA-256 hashes as its last entry
///
/// For owners who have shown a credential a moment ago. It cannot be resumed: an archive that broke off is fetched anew.
/// `docs/operations.md` says what is in it, and how to verify it.
#[utoipa::path(
    tag = "admin",
    operation_id = "export_tenant",
    security(("session" = []), ("session_cookie" = [])),
    params(
        ("files" = Option<bool>, Query, description = "Whether the files of the transfers come along; they do by default."),
    ),
    responses(
        (status = 200, body = Vec<u8>, content_type = "application/x-tar"),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/admin/export")]
pub(crate) async fn export(
    app: App,
    owner: SteppedOwner,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let query = Query::<Wish>::from_query(request.query_string())
        .map_err(|error| ApiError::invalid(error.to_string()))?;
    let (tenant, grant) = app.tenancy().export_tenant(&owner.0, query.files).await?;
    let transfers = app.service().export_transfers(&grant, query.files).await?;
    let archive = Archive::new(u64::try_from(app.now().unix_millis() / 1_000).unwrap_or(0));
    let export = Export { tenant, transfers, archive: Some(archive), ready: VecDeque::new() };
    let bytes = stream::unfold(Some(export), |export| async {
        let mut export = export?;
        match export.next().await {
            Ok(Some(bytes)) => Some((Ok(bytes), Some(export))),
            Ok(None) => None,
            // The connection breaks off, and the manifest is missing.
            Err(error) => Some((Err(actix_web::Error::from(error)), None)),
        }
    });
    Ok(HttpResponse::Ok()
        .content_type("application/x-tar")
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"sealpost-export.tar\""))
        .streaming(bytes))
}

struct Export {
    tenant: TenantExport,
    transfers: TransferExport,
    /// `None` once it is finished.
    archive: Option<Archive>,
    ready: VecDeque<Bytes>,
}

impl Export {
    async fn next(&mut self) -> Result<Option<Bytes>, ApiError> {
        loop {
            if let Some(bytes) = self.ready.pop_front() {
                return Ok(Some(bytes));
            }
            let Some(archive) = self.archive.as_mut() else {
                return Ok(None);
            };
            let written = if let Some(entry) = self.tenant.next().await? {
                archive.whole(&entry.name, entry.text)
            } else if let Some(piece) = self.transfers.next().await? {
                archive.write(piece)
            } else {
                self.archive.take().map_or_else(|| Ok(Vec::new()), Archive::finish)
            };
            self.ready.extend(written.map_err(ApiError::internal)?);
        }
    }
}
