//! `POST /api/v1/portals/code`

use actix_web::{HttpRequest, HttpResponse, post};
use sealpost_auth::SubmissionCodeWish;
use sealpost_domain::EmailAddress;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    App,
    error::{ApiError, Problem},
    json::Body,
    page::language,
    requests::code::AskedRequestCode,
};

/// An uploader who is asked for a code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskPortalCode {
    /// The tenant's short name.
    tenant: String,
    /// The portal's name.
    name: String,
    /// His address.
    #[schema(value_type = String, format = Email)]
    email: EmailAddress,
}

/// Sends an uploader a code
///
/// As `POST /api/v1/requests/code` does; at most 300 in an hour for a portal, and 20 of them for one network.
#[utoipa::path(
    tag = "portals",
    operation_id = "send_portal_code",
    request_body = AskPortalCode,
    responses(
        (status = 202, body = AskedRequestCode),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/portals/code")]
pub(crate) async fn code(
    app: App,
    request: HttpRequest,
    body: Body<AskPortalCode>,
) -> Result<HttpResponse, ApiError> {
    app.count_verification(&request).await?;
    let input = body.read().await?;
    let language = language::liked(request.headers());
    let wish = SubmissionCodeWish { email: input.email, language };
    let sent = app.auth().send_portal_code((&input.tenant, &input.name), wish).await?;
    Ok(HttpResponse::Accepted().json(AskedRequestCode::from(sent)))
}
