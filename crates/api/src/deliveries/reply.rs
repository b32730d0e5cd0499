//! `POST /api/v1/deliveries/{delivery_id}/reply`

use actix_web::{HttpRequest, HttpResponse, post};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    App,
    error::{ApiError, Code, Problem},
    grant::Recipient,
    page,
    wire::Time,
};

/// Where a recipient answers with files.
#[derive(Serialize, ToSchema)]
pub(crate) struct Reply {
    /// The link of an upload request of the sender's, for this recipient alone and for one use.
    #[schema(format = "uri")]
    url: String,
    /// Whether a code is asked for there: it is unless the recipient has shown one, or an account, to come this far.
    asks_code: bool,
    expires_at: Time,
}

/// Begins an answer
///
/// If the sender and his tenant let recipients answer (`allow_reply`); 409 if not, 403 `request_closed` if he could get
/// nothing now. Asked again it answers with the same link, as long as that is unused; five new ones a day.
#[utoipa::path(
    tag = "deliveries",
    operation_id = "reply",
    security(("grant" = []), ("grant_cookie" = [])),
    params(("delivery_id" = Uuid, Path)),
    responses(
        (status = 200, body = Reply),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/deliveries/{delivery_id}/reply")]
pub(crate) async fn reply(
    app: App,
    recipient: Recipient,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    if page::is_from_elsewhere(&request) {
        return Err(ApiError::new(Code::Forbidden));
    }
    let grant = app.auth().reply_grant(&recipient.0).await?;
    let made = app.service().reply(app.auth().limits(), &grant).await?;
    Ok(HttpResponse::Ok().json(Reply {
        url: made.url.unwrap_or_default(),
        asks_code: made.asks_code,
        expires_at: made.expires_at.into(),
    }))
}
