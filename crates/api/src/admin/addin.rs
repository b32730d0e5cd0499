//! `GET /api/v1/admin/addin`

use actix_web::{HttpResponse, get};
use sealpost_domain::SendMode;
use sealpost_tenancy::{AddinState, AddinView};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Auditor,
    wire::Time,
};

/// The tenant's add-in for Outlook, and what an administrator gives to Microsoft 365 or Exchange.
#[derive(Serialize, ToSchema)]
pub(crate) struct AdminAddin {
    /// Its id, in the XML manifest and in addresses. Who knows it can fetch the manifest and what events are told.
    addin_id: Uuid,
    /// Its id in the unified manifest.
    #[schema(format = Uuid)]
    app_id: String,
    /// The version of the manifests. It rises when something in them changes: whoever has deployed them deploys them anew then.
    #[schema(example = "1.0.0.0")]
    version: String,
    /// Since when the manifests are as they are.
    changed_at: Time,
    /// What the manifests say of mails that are not to be sent as they are: `prompt_user`, `soft_block` or `block`.
    #[schema(value_type = String, example = "prompt_user")]
    send_mode: SendMode,
    state: AdminAddinState,
    /// Where the add-in-only manifest is, for everybody who has the address.
    #[schema(format = "uri")]
    manifest_url: String,
    /// Where the unified manifest is, a ZIP file.
    #[schema(format = "uri")]
    package_url: String,
}

/// Whether the add-in looks at mails, and if not, why.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AdminAddinState {
    /// It does.
    Active,
    /// The policy says that it does not (`addin.events`).
    EventsOff,
    /// The operator has switched add-ins off.
    OperatorOff,
    /// The tenant is suspended.
    Suspended,
    /// No licence counts.
    Unlicensed,
}

/// Shows the tenant's add-in for Outlook: its manifests, their version, and whether it looks at mails
///
/// The tenant has an add-in from the first time on that this is asked for.
#[utoipa::path(
    tag = "admin",
    operation_id = "get_addin",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    responses(
        (status = 200, body = AdminAddin),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/admin/addin")]
pub(crate) async fn get(app: App, auditor: Auditor) -> Result<HttpResponse, ApiError> {
    let base_url = app.base_url().as_str();
    let made = app.tenancy().manifest_of_tenant(&(&auditor.0).into(), base_url).await?;
    Ok(HttpResponse::Ok().json(AdminAddin::new(&app, made.view)))
}

impl AdminAddin {
    fn new(app: &App, view: AddinView) -> Self {
        let at = |name: &str| app.base_url().join(format_args!("/addin/{}/{name}", view.addin_id));
        Self {
            manifest_url: at("manifest.xml"),
            package_url: at("manifest.zip"),
            addin_id: view.addin_id.as_uuid(),
            app_id: view.app_id,
            version: view.version,
            changed_at: view.changed_at.into(),
            send_mode: view.send_mode,
            state: match view.state {
                AddinState::Active => AdminAddinState::Active,
                AddinState::EventsOff => AdminAddinState::EventsOff,
                AddinState::OperatorOff => AdminAddinState::OperatorOff,
                AddinState::Suspended => AdminAddinState::Suspended,
                AddinState::Unlicensed => AdminAddinState::Unlicensed,
            },
        }
    }
}
