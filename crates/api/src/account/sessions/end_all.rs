//! `DELETE /api/v1/account/sessions`

use actix_web::{HttpRequest, HttpResponse, delete, web::Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::{Account, forget_session},
};

/// Which of them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EndSessions {
    #[serde(default)]
    keep_this: bool,
}

/// How many sessions have ended.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionsEnded {
    pub(crate) ended: u64,
}

/// Signs out everywhere
#[utoipa::path(
    tag = "account",
    operation_id = "end_own_sessions",
    security(("session" = []), ("session_cookie" = [])),
    params(("keep_this" = Option<bool>, Query, description = "Whether the session that asks goes on; it does not if absent.")),
    responses(
        (status = 200, body = SessionsEnded),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[delete("/api/v1/account/sessions")]
pub(crate) async fn end_all(
    app: App,
    account: Account,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let query = Query::<EndSessions>::from_query(request.query_string())
        .map_err(|error| ApiError::invalid(error.to_string()))?;
    let ended = app.auth().end_own_sessions(&account.0, query.keep_this).await?;
    let mut response = HttpResponse::Ok();
    if !query.keep_this {
        response.cookie(forget_session(&app));
    }
    Ok(response.json(SessionsEnded { ended }))
}
