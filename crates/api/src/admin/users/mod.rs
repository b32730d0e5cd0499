//! `/api/v1/admin/users`

pub(crate) mod change;
pub(crate) mod create;
pub(crate) mod end_sessions;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod reset;
pub(crate) mod seat;
pub(crate) mod warn;
pub(crate) mod warnings;

use sealpost_domain::Role;
use sealpost_tenancy::UserView;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::wire::Time;

/// A user, as those see him who run the tenant.
#[derive(Serialize, ToSchema)]
pub(crate) struct User {
    id: Uuid,
    #[schema(format = Email)]
    email: String,
    name: String,
    #[schema(value_type = String, example = "sender")]
    role: Role,
    created_at: Time,
    /// Since when he may do nothing; absent if he may.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    disabled_at: Option<Time>,
    /// Since when a seat is his; absent if none is. It is one of the licence's if few enough had theirs before.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    seat_at: Option<Time>,
    /// Since when he may not send; absent if he may.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    sending_suspended_at: Option<Time>,
    second_factor: UserSecondFactor,
}

/// What a user has beside his password.
#[derive(Serialize, ToSchema)]
pub(crate) struct UserSecondFactor {
    /// Whether an app makes codes for him.
    app: bool,
    /// How many passkeys he has.
    passkeys: u64,
}

impl From<UserView> for User {
    fn from(user: UserView) -> Self {
        Self {
            id: user.id.as_uuid(),
            email: user.email,
            name: user.name,
            role: user.role,
            created_at: user.created_at.into(),
            disabled_at: user.disabled_at.map(Time::from),
            seat_at: user.seat_at.map(Time::from),
            sending_suspended_at: user.sending_suspended_at.map(Time::from),
            second_factor: UserSecondFactor {
                app: user.second_factor.app,
                passkeys: user.second_factor.passkeys,
            },
        }
    }
}
