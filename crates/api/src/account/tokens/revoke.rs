//! `DELETE /api/v1/account/tokens/{token_id}`

use actix_web::{HttpResponse, delete};
use sealpost_domain::ApiTokenId;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Account,
    path::Id,
};

/// Takes an API token of one's own back
///
/// It counts no more from the next request on.
#[utoipa::path(
    tag = "account",
    operation_id = "revoke_token",
    security(("session" = []), ("session_cookie" = [])),
    params(("token_id" = Uuid, Path)),
    responses(
        (status = 204),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[delete("/api/v1/account/tokens/{token_id}")]
pub(crate) async fn revoke(app: App, account: Account, id: Id<ApiTokenId>) -> Result<HttpResponse, ApiError> {
    app.auth().revoke_own_token(&account.0, id.0).await?;
    Ok(HttpResponse::NoContent().finish())
}
