//! How a tenant shows itself on the pages of its links.

use sealpost_domain::{Language, TenantId};
use sealpost_transfer::TenantBranding;
use serde::Serialize;

use crate::{App, branding, error::ApiError};

/// The Content-Security-Policy of these pages: pictures are the logo, and the icon that browsers ask for by themselves.
pub(super) const POLICY: &str = "default-src 'none'; img-src 'self'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What the templates show of a tenant.
#[derive(Serialize)]
pub(super) struct BrandView {
    name: String,
    /// Where its logo is.
    logo: Option<String>,
    /// Where the style sheet of its colour is.
    style: Option<String>,
    footer: Option<String>,
    /// Whom to ask: where a link leads, and what stands on it.
    support: Option<(String, String)>,
}

impl BrandView {
    /// `None` for a tenant that has said nothing of how it shows itself.
    pub(super) fn of(language: Language, tenant: &TenantBranding) -> Option<Self> {
        let said = &tenant.branding;
        (!tenant.is_plain()).then(|| Self {
            name: tenant.name().to_owned(),
            logo: tenant.logo.as_ref().map(|tag| branding::logo_path(tenant.tenant, tag)),
            style: said.accent.map(branding::accent_path),
            footer: said.footer(language).map(str::to_owned),
            support: said.support.as_ref().map(|it| (it.href(), it.to_string())),
        })
    }

    /// The same by the tenant's id.
    pub(super) async fn read(
        app: &App,
        language: Language,
        tenant: TenantId,
    ) -> Result<Option<Self>, ApiError> {
        Ok(app.service().branding(tenant).await?.and_then(|tenant| Self::of(language, &tenant)))
    }
}
