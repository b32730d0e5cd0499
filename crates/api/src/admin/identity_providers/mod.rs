//! `/api/v1/admin/identity-providers`

pub(crate) mod add;
pub(crate) mod change;
pub(crate) mod get;
pub(crate) mod link;
pub(crate) mod list;
pub(crate) mod remove;

use sealpost_auth::IdentityProviderView;
use sealpost_domain::MailDomains;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{App, error::ApiError, wire::Time};

/// A provider of identities, as those see it who run the tenant.
#[derive(Serialize, ToSchema)]
pub(crate) struct IdentityProvider {
    id: Uuid,
    /// `oidc` or `entra`.
    #[schema(example = "oidc")]
    kind: &'static str,
    /// What people know it by.
    label: String,
    /// What it calls itself; of Entra, the authority.
    issuer: String,
    client_id: String,
    /// Whether there is a secret. Nobody is shown it.
    has_client_secret: bool,
    /// The directory; of Entra only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    entra_tenant: Option<Uuid>,
    /// What to register there as redirect address.
    #[schema(format = "uri")]
    redirect_uri: String,
    /// Whether users sign in there.
    for_users: bool,
    /// Whether recipients do.
    for_recipients: bool,
    /// Whether its access tokens are taken from the add-in. The operator says so.
    for_addin: bool,
    /// Whether whoever comes with an address of the domains becomes a user.
    provisions: bool,
    /// Whose addresses it vouches for.
    domains: Vec<String>,
    /// Whether anybody may sign in there.
    enabled: bool,
    created_at: Time,
}

impl IdentityProvider {
    fn of(app: &App, view: IdentityProviderView) -> Self {
        let row = view.row;
        Self {
            id: row.id.as_uuid(),
            kind: row.kind.as_str(),
            label: row.label,
            issuer: row.issuer,
            client_id: row.client_id,
            has_client_secret: view.has_secret,
            entra_tenant: row.entra_tenant,
            redirect_uri: app.base_url().join(view.callback.path()),
            for_users: row.for_users,
            for_recipients: row.for_recipients,
            for_addin: row.for_addin,
            provisions: row.provisions,
            domains: row.domains.as_slice().to_vec(),
            enabled: row.enabled,
            created_at: row.created_at.into(),
        }
    }
}

fn domains(domains: &[String]) -> Result<MailDomains, ApiError> {
    MailDomains::new(domains.iter().map(String::as_str))
        .map_err(|_| ApiError::invalid("domains are at most 100 domains of e-mail addresses"))
}
