//! `PUT /api/v1/transfers/{transfer_id}/files/{file_id}/sealing`

use std::collections::BTreeSet;

use actix_web::{HttpResponse, put};
use sealpost_domain::{FileId, TransferId, rules::FileKind};
use sealpost_transfer::{FileSealing, Stated};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Sending,
    json::Body,
    path::Id,
    wire::Base64Url,
};

/// Most bytes of the body: a manifest of 300,000 parts, which is that of a file of 18 TiB.
pub(crate) const MAX_BYTES: usize = 16 << 20;

/// What the sender's program has sealed of a file. Bytes are base64url without padding.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SealFile {
    /// The file's key under the content key: 104 bytes.
    file_key: Base64Url,
    /// The manifest under that: name, type, length, checksum and parts.
    manifest: Base64Url,
    /// What the file is, as the program has found that seals it. Needed where the tenant has decided about kinds of files.
    stated: Option<FileStatement>,
}

/// What a sender's program states of a file that it seals. Nobody else looks.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FileStatement {
    /// What it is: words of the rules about files, at least one.
    #[schema(value_type = Vec<String>, min_items = 1, example = json!(["pdf"]))]
    kinds: BTreeSet<FileKind>,
    /// The version of the policy by whose rules its name and content were looked at: `policy.version` of
    /// `GET /api/v1/addin/bootstrap`.
    policy_version: u64,
}

impl From<FileStatement> for Stated {
    fn from(said: FileStatement) -> Self {
        Self { kinds: said.kinds, policy_version: said.policy_version }
    }
}

impl SealFile {
    /// What it has sealed, and what it states.
    pub(crate) fn parts(self) -> (FileSealing, Option<Stated>) {
        let sealing = FileSealing { file_key: self.file_key.0, manifest: self.manifest.0 };
        (sealing, self.stated.map(Stated::from))
    }
}

/// Keeps what the sender's program has sealed of a file of a draft, and what it states the file to be
///
/// Of a draft whose mode is `zero_knowledge`. Done again, it takes the place of what was there. The rules about kinds of files are
/// asked about what is stated; it is in the audit log.
#[utoipa::path(
    tag = "transfers",
    operation_id = "seal_file",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(("transfer_id" = Uuid, Path), ("file_id" = Uuid, Path)),
    request_body = SealFile,
    responses(
        (status = 204, description = "It is kept."),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[put("/api/v1/transfers/{transfer_id}/files/{file_id}/sealing")]
pub(crate) async fn file_sealing(
    app: App,
    sender: Sending,
    id: Id<TransferId>,
    file: Id<FileId>,
    body: Body<SealFile, MAX_BYTES>,
) -> Result<HttpResponse, ApiError> {
    let (sealing, stated) = body.read().await?.parts();
    app.service().seal_file_of_draft(&sender.0, id.0, file.0, (&sealing, stated.as_ref())).await?;
    Ok(HttpResponse::NoContent().finish())
}
