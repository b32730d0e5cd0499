//! `GET /api/v1/admin/clients`

use actix_web::{HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use super::ApiClient;
use crate::{
    App,
    error::{ApiError, Problem},
    grant::Admin,
};

/// All clients, oldest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApiClientList {
    clients: Vec<ApiClient>,
}

/// Lists API clients, oldest first
#[utoipa::path(
    tag = "admin",
    operation_id = "list_api_clients",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    responses(
        (status = 200, body = ApiClientList),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/admin/clients")]
pub(crate) async fn list(app: App, admin: Admin) -> Result<HttpResponse, ApiError> {
    let clients = app.auth().api_clients(&admin.0.manage()).await?;
    Ok(HttpResponse::Ok().json(ApiClientList { clients: clients.into_iter().map(ApiClient::from).collect() }))
}
