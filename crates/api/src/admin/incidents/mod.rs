//! `/api/v1/admin/incidents`: what the operator has told the tenant, and that it was read.

pub(crate) mod acknowledge;
pub(crate) mod list;

use sealpost_tenancy::{IncidentContactView, IncidentView};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::wire::Time;

/// A notice of an incident.
#[derive(Serialize, ToSchema)]
pub(crate) struct Incident {
    id: Uuid,
    subject: String,
    /// Plain lines.
    text: String,
    created_at: Time,
    /// When the first of the tenant's people acknowledged it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    acknowledged_at: Option<Time>,
    /// How often the tenant was reminded.
    reminders: u64,
    /// Who was told, and who else has acknowledged it.
    contacts: Vec<IncidentContact>,
}

/// Somebody who was told of an incident, or has acknowledged one.
#[derive(Serialize, ToSchema)]
pub(crate) struct IncidentContact {
    #[schema(format = Email)]
    email: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    notified_at: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    acknowledged_at: Option<Time>,
}

impl From<IncidentView> for Incident {
    fn from(view: IncidentView) -> Self {
        Self {
            id: view.id.as_uuid(),
            subject: view.subject,
            text: view.text,
            created_at: view.created_at.into(),
            acknowledged_at: view.acknowledged_at.map(Time),
            reminders: view.reminders,
            contacts: view.contacts.into_iter().map(IncidentContact::from).collect(),
        }
    }
}

impl From<IncidentContactView> for IncidentContact {
    fn from(view: IncidentContactView) -> Self {
        Self {
            email: view.email,
            notified_at: view.notified_at.map(Time),
            acknowledged_at: view.acknowledged_at.map(Time),
        }
    }
}
