//! `GET /api/v1/session`

use actix_web::{HttpResponse, get};
use sealpost_auth::WhoAmI;
use sealpost_domain::{Role, SessionKind, SessionStage, SignIn};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Pending,
    wire::Time,
};

/// A session, whose it is, and how far it has got.
#[derive(Serialize, ToSchema)]
pub(crate) struct Session {
    id: Uuid,
    #[schema(value_type = String, example = "browser")]
    kind: SessionKind,
    /// `full`, or what is to be done before anything else can be: `second_factor`, `password_change`.
    #[schema(value_type = String, example = "full")]
    stage: SessionStage,
    #[schema(value_type = String, example = "passkey")]
    method: SignIn,
    /// Whether a second factor was shown.
    second_factor: bool,
    /// When it ends at the latest.
    expires_at: Time,
    /// Until when dangerous acts are possible without showing a credential again.
    stepped_up_until: Time,
    user: SessionUser,
    tenant: SessionTenant,
}

/// Who has signed in.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionUser {
    id: Uuid,
    #[schema(format = Email)]
    email: String,
    name: String,
    #[schema(value_type = String, example = "sender")]
    role: Role,
}

/// Where he has signed in.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionTenant {
    id: Uuid,
    slug: String,
    name: String,
}

/// Says who has signed in
///
/// Also while the sign-in is not complete.
#[utoipa::path(
    tag = "session",
    operation_id = "get_session",
    security(("session" = []), ("session_cookie" = [])),
    responses(
        (status = 200, body = Session),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/session")]
pub(crate) async fn get(app: App, pending: Pending) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Ok().json(Session::from(app.auth().who_am_i(&pending.0).await?)))
}

impl From<WhoAmI> for Session {
    fn from(who: WhoAmI) -> Self {
        Self {
            id: who.session.id.as_uuid(),
            kind: who.session.kind,
            stage: who.stage,
            method: who.session.method,
            second_factor: who.session.second_factor,
            expires_at: who.session.expires_at.into(),
            stepped_up_until: who.stepped_up_until.into(),
            user: SessionUser { id: who.user.as_uuid(), email: who.email, name: who.name, role: who.role },
            tenant: SessionTenant {
                id: who.tenant.as_uuid(),
                slug: who.tenant_slug.to_string(),
                name: who.tenant_name,
            },
        }
    }
}
