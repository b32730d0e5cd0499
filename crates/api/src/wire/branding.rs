use sealpost_transfer::TenantBranding;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{App, branding};

/// How the tenant shows itself.
#[derive(Serialize, ToSchema)]
pub(crate) struct Branding {
    /// What it calls itself.
    name: String,
    /// The colour of what can be pressed, `#rrggbb`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    accent: Option<String>,
    /// The colour of text on that: white or black.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    on_accent: Option<String>,
    /// Where its logo is, PNG or SVG; to be shown as a picture, never as part of a page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    logo: Option<String>,
    /// Whom its people ask: a mail address, or an `https` link.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    support: Option<String>,
}

impl Branding {
    pub(crate) fn new(app: &App, of_tenant: &TenantBranding) -> Self {
        let said = &of_tenant.branding;
        let logo = of_tenant.logo.as_ref().map(|tag| branding::logo_path(of_tenant.tenant, tag));
        Self {
            name: of_tenant.name().to_owned(),
            accent: said.accent.map(|colour| colour.to_string()),
            on_accent: said.accent.map(|colour| colour.text().to_string()),
            logo: logo.map(|path| app.base_url().join(path)),
            support: said.support.as_ref().map(ToString::to_string),
        }
    }
}
