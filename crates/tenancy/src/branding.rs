//! A tenant's logo. The rest of how it shows itself is in its policy.

use data_encoding::BASE64URL_NOPAD;
use sealpost_auth::ManageGrant;
use sealpost_db::Logo;
use sealpost_domain::TenantId;
use sealpost_logo::clean;
pub use sealpost_logo::{LogoError, LogoKind, MAX_BYTES as LOGO_MAX_BYTES};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::{Tenancy, TenancyError};

/// A tenant's logo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogoView {
    /// What it is.
    pub kind: LogoKind,
    /// Another for every other content.
    pub tag: String,
    /// Its bytes, as they were written anew.
    pub content: Vec<u8>,
}

/// The word in the database.
const fn word(kind: LogoKind) -> &'static str {
    match kind {
        LogoKind::Png => "png",
        LogoKind::Svg => "svg",
    }
}

impl Tenancy {
    /// Gives a tenant a logo in place of the one before. What is kept is what was written anew.
    ///
    /// # Errors
    /// [`TenancyError::Logo`] for one that is refused; nothing has changed then. Those of the database.
    pub async fn set_logo(
        &self,
        grant: &ManageGrant,
        kind: LogoKind,
        bytes: Vec<u8>,
    ) -> Result<LogoView, TenancyError> {
        let cleaned = tokio::task::spawn_blocking(move || clean(kind, &bytes));
        let content = cleaned.await.map_err(|_| TenancyError::Corrupt("logos"))??;
        let sha256 = Sha256::digest(&content);
        let tag = BASE64URL_NOPAD.encode(&sha256[..16]);
        let logo = Logo { kind: word(kind).to_owned(), tag: tag.clone(), content };
        let (tenant, now) = (grant.tenant(), self.clock.now());
        let mut tx = self.db.write().await?;
        if tx.logo_tag(tenant).await?.as_ref() != Some(&tag) {
            tx.set_logo(tenant, &logo, now).await?;
            let payload = json!({ "kind": logo.kind, "tag": tag, "bytes": logo.content.len() });
            grant.record(&mut tx, now, "branding.logo_changed", payload).await?;
            tx.commit().await?;
        }
        Ok(LogoView { kind, tag, content: logo.content })
    }

    /// Takes a tenant's logo away, if it has one.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn remove_logo(&self, grant: &ManageGrant) -> Result<(), TenancyError> {
        let mut tx = self.db.write().await?;
        if tx.remove_logo(grant.tenant()).await? {
            let payload = json!({ "removed": true });
            grant.record(&mut tx, self.clock.now(), "branding.logo_changed", payload).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// A tenant's logo, for anybody; `None` if it has none, or there is no such tenant.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn logo(&self, tenant: TenantId) -> Result<Option<LogoView>, TenancyError> {
        let Some(row) = self.db.read().await?.logo(tenant).await? else { return Ok(None) };
        let kind = LogoKind::ALL.into_iter().find(|kind| word(*kind) == row.kind);
        let kind = kind.ok_or(TenancyError::Corrupt("logos"))?;
        Ok(Some(LogoView { kind, tag: row.tag, content: row.content }))
    }
}
