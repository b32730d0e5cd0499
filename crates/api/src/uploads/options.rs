//! `OPTIONS` of both tus addresses: what the server speaks. No version is asked for and no token.

use actix_web::{HttpResponse, options};
use sealpost_transfer::ChecksumAlgorithm;

use super::tus;

/// Says which tus is spoken
#[utoipa::path(
    tag = "uploads",
    operation_id = "upload_creation_options",
    params(("transfer_id" = Uuid, Path)),
    responses((status = 204, description = "In headers.", headers(
        ("Tus-Version" = String, description = "1.0.0"),
        ("Tus-Extension" = String, description = "The extensions."),
        ("Tus-Checksum-Algorithm" = String, description = "sha1,sha256"),
    ))),
)]
#[options("/api/v1/transfers/{transfer_id}/files")]
pub(crate) async fn creation_options() -> HttpResponse {
    answer()
}

/// Says which tus is spoken
#[utoipa::path(
    tag = "uploads",
    operation_id = "upload_options",
    params(("upload_id" = Uuid, Path)),
    responses((status = 204, description = "In headers, as for the creation.")),
)]
#[options("/api/v1/uploads/{upload_id}")]
pub(crate) async fn upload_options() -> HttpResponse {
    answer()
}

fn answer() -> HttpResponse {
    HttpResponse::NoContent()
        .insert_header((tus::VERSIONS, tus::VERSION))
        .insert_header((tus::EXTENSION, tus::EXTENSIONS))
        .insert_header((tus::CHECKSUM_ALGORITHM, ChecksumAlgorithm::NAMES))
        .finish()
}
