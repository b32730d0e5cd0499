//! `PUT` and `DELETE /api/v1/admin/users/{user_id}/seat`

use actix_web::{HttpResponse, delete, put};
use sealpost_domain::UserId;
use sealpost_tenancy::SeatView;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Admin,
    path::Id,
    wire::Time,
};

/// A user's seat.
#[derive(Serialize, ToSchema)]
pub(crate) struct UserSeat {
    /// Since when a seat is his; absent if none is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    assigned_at: Option<Time>,
    /// Whether it is one of the licence's: if it has fewer than were assigned, the earliest hold theirs.
    held: bool,
}

/// Gives a user a seat
///
/// The last in the order; one that he has already keeps its place.
#[utoipa::path(
    tag = "admin",
    operation_id = "assign_seat",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(("user_id" = Uuid, Path)),
    responses(
        (status = 200, body = UserSeat),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[put("/api/v1/admin/users/{user_id}/seat")]
pub(crate) async fn assign(app: App, admin: Admin, id: Id<UserId>) -> Result<HttpResponse, ApiError> {
    let seat = app.tenancy().assign_seat(&admin.0.manage(), id.0).await?;
    Ok(HttpResponse::Ok().json(UserSeat::from(seat)))
}

/// Takes a user's seat
///
/// Whoever was behind him moves up.
#[utoipa::path(
    tag = "admin",
    operation_id = "withdraw_seat",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(("user_id" = Uuid, Path)),
    responses(
        (status = 200, body = UserSeat),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[delete("/api/v1/admin/users/{user_id}/seat")]
pub(crate) async fn withdraw(app: App, admin: Admin, id: Id<UserId>) -> Result<HttpResponse, ApiError> {
    let seat = app.tenancy().withdraw_seat(&admin.0.manage(), id.0).await?;
    Ok(HttpResponse::Ok().json(UserSeat::from(seat)))
}

impl From<SeatView> for UserSeat {
    fn from(seat: SeatView) -> Self {
        Self { assigned_at: seat.assigned_at.map(Time::from), held: seat.held }
    }
}
