use sealpost_transfer::SubmissionSealing as View;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Base64Url;

/// What an uploader's program needs to seal what is sent in: contexts name the tenant, and the submission as the transfer.
#[derive(Serialize, ToSchema)]
pub(crate) struct SubmissionSealing {
    tenant: Uuid,
    receiver: SealingReceiver,
    /// The recovery key of the organisation, to which the content key is sealed besides; absent if it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    recovery: Option<RecoveryKey>,
}

/// A recovery key: the organisation has its other half, away from the service.
#[derive(Serialize, ToSchema)]
pub(crate) struct RecoveryKey {
    /// X25519: 32 bytes.
    public_key: Base64Url,
    /// What people compare of it: eight groups of four digits.
    fingerprint: String,
}

impl RecoveryKey {
    /// With these bytes and this fingerprint.
    pub(crate) fn new(public_key: &[u8; 32], fingerprint: String) -> Self {
        Self { public_key: Base64Url(public_key.to_vec()), fingerprint }
    }
}

/// Whose key the content key is sealed to.
#[derive(Serialize, ToSchema)]
pub(crate) struct SealingReceiver {
    /// What the team is called that gets it; absent if who asks for the files does himself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    team: Option<String>,
    /// X25519: 32 bytes.
    public_key: Base64Url,
    /// What people compare of it: eight groups of four digits.
    fingerprint: String,
}

impl From<View> for SubmissionSealing {
    fn from(view: View) -> Self {
        Self {
            tenant: view.tenant.as_uuid(),
            recovery: view
                .recovery
                .map(|key| RecoveryKey::new(key.as_bytes(), key.fingerprint().to_string())),
            receiver: SealingReceiver {
                team: view.team,
                public_key: Base64Url(view.receiver.as_bytes().to_vec()),
                fingerprint: view.receiver.fingerprint().to_string(),
            },
        }
    }
}
