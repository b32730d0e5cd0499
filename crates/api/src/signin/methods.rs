//! `GET /api/v1/signin/methods`

use actix_web::{HttpRequest, HttpResponse, get, web::Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    App,
    error::{ApiError, Problem},
};

/// Of which tenant.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Of {
    tenant: String,
}

/// How one may sign in.
#[derive(Serialize, ToSchema)]
pub(crate) struct SignInMethods {
    /// Whether a password is taken.
    password: bool,
    /// Whether a passkey is taken. Passkeys need a name for this service: there are none where it has an IP address.
    passkey: bool,
}

/// Says how one may sign in to a tenant
///
/// The answer is of the same shape for a tenant that does not exist.
#[utoipa::path(
    tag = "signin",
    operation_id = "sign_in_methods",
    security(()),
    params(("tenant" = String, Query, description = "The tenant's short name.")),
    responses(
        (status = 200, body = SignInMethods),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/signin/methods")]
pub(crate) async fn methods(app: App, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let query = Query::<Of>::from_query(request.query_string())
        .map_err(|error| ApiError::invalid(error.to_string()))?;
    app.count_sign_in(&request).await?;
    let slug = query.tenant.parse().ok();
    let methods = app.auth().sign_in_methods(slug.as_ref()).await?;
    Ok(HttpResponse::Ok().json(SignInMethods { password: methods.password, passkey: methods.passkey }))
}
