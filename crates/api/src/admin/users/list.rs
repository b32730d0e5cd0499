//! `GET /api/v1/admin/users`

use actix_web::{HttpRequest, HttpResponse, get, web::Query};
use sealpost_domain::UserId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::User;
use crate::{
    App,
    error::{ApiError, Problem},
    grant::Admin,
    wire::PageLimit,
};

/// Which users.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListUsers {
    after: Option<Uuid>,
    limit: Option<PageLimit>,
}

/// A page of users, oldest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct UserList {
    users: Vec<User>,
    /// `after` of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next: Option<Uuid>,
}

/// Lists users, oldest first
#[utoipa::path(
    tag = "admin",
    operation_id = "list_users",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(
        ("after" = Option<Uuid>, Query, description = "Only those made after this one: `next` of the page before."),
        ("limit" = Option<u32>, Query, description = "How many at most; 50 if absent.", minimum = 1, maximum = 200),
    ),
    responses(
        (status = 200, body = UserList),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/admin/users")]
pub(crate) async fn list(app: App, admin: Admin, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let query = Query::<ListUsers>::from_query(request.query_string())
        .map_err(|error| ApiError::invalid(error.to_string()))?;
    let limit = query.limit.unwrap_or_default().get();
    let page = app.tenancy().users(&admin.0.manage(), query.after.map(UserId::from), limit).await?;
    Ok(HttpResponse::Ok().json(UserList {
        users: page.users.into_iter().map(User::from).collect(),
        next: page.next.map(UserId::as_uuid),
    }))
}
