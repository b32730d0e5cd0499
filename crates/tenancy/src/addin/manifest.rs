//! A tenant's manifests. What is in them is what an administrator has consented to, so their version rises only when
//! something else is in them.

use sealpost_auth::TenantReader;
use sealpost_db::Addin;
use sealpost_domain::{AddinId, AddinSettings, Branding, SendMode, Support, Timestamp};
use sealpost_manifest::{MAX_PROVIDER_UNITS, Manifest, Version};
use sha2::{Digest as _, Sha256};

use crate::{Tenancy, TenancyError};

/// A tenant's manifests, as they are now.
#[derive(Debug, Clone)]
pub struct AddinManifest {
    /// The add-in.
    pub view: AddinView,
    /// The add-in-only manifest.
    pub xml: String,
    /// The unified manifest, a ZIP file.
    pub package: Vec<u8>,
}

/// A tenant's add-in as those see it who run the tenant.
#[derive(Debug, Clone)]
pub struct AddinView {
    /// Its id, in the XML manifest and in addresses.
    pub addin_id: AddinId,
    /// Its id in the unified manifest.
    pub app_id: String,
    /// The version of its manifests, as the XML one writes it.
    pub version: String,
    /// Since when the manifests are as they are.
    pub changed_at: Timestamp,
    /// What of the policy is in them.
    pub send_mode: SendMode,
    /// Whether mails are looked at now, and if not, why.
    pub state: AddinState,
}

/// Whether the add-in looks at mails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddinState {
    /// It does.
    Active,
    /// The tenant's policy says that it does not.
    EventsOff,
    /// The operator has switched add-ins off.
    OperatorOff,
    /// The tenant is suspended.
    Suspended,
    /// The tenant has no licence that counts.
    Unlicensed,
}

impl Tenancy {
    /// The manifests of the add-in with this id, for whoever knows it.
    ///
    /// # Errors
    /// [`TenancyError::NotFound`], [`TenancyError::Manifest`], those of the database and the keys.
    pub async fn manifest(&self, id: AddinId, base_url: &str) -> Result<AddinManifest, TenancyError> {
        let addin = self.db.read().await?.addin(id).await?.ok_or(TenancyError::NotFound)?;
        self.rendered(addin, base_url).await
    }

    /// The manifests of a tenant's add-in, which gets its ids with the first.
    ///
    /// # Errors
    /// Those of [`Self::manifest`].
    pub async fn manifest_of_tenant(
        &self,
        reader: &TenantReader,
        base_url: &str,
    ) -> Result<AddinManifest, TenancyError> {
        let addin = self.addin(reader.tenant()).await?;
        self.rendered(addin, base_url).await
    }

    async fn rendered(&self, addin: Addin, base_url: &str) -> Result<AddinManifest, TenancyError> {
        let mut conn = self.db.read().await?;
        let known = self.known_addin(&mut conn, addin.addin_id).await?;
        let state = self.addin_state(&mut conn, &known).await?;
        drop(conn);
        let settings = known.rules.addin();
        let first = described(&known.addin, base_url, settings, known.rules.branding(), &known.tenant.name);
        let mut digest = Sha256::new();
        digest.update(first.xml()?);
        digest.update(first.package()?);
        let addin = self.noted(known.addin, digest.finalize().into()).await?;
        let version = Version(u32::try_from(addin.revision).map_err(|_| TenancyError::Corrupt("addins"))?);
        let manifest = Manifest { version, ..first };
        Ok(AddinManifest {
            xml: manifest.xml()?,
            package: manifest.package()?,
            view: AddinView {
                addin_id: addin.addin_id,
                app_id: manifest.app_id,
                version: version.to_string(),
                changed_at: addin.changed_at,
                send_mode: settings.send_mode,
                state,
            },
        })
    }

    /// The add-in, after it was noted what its manifests say: if that is something else than before, they have another
    /// version.
    async fn noted(&self, addin: Addin, rendering: [u8; 32]) -> Result<Addin, TenancyError> {
        let is_noted = |addin: &Addin| addin.rendering.as_deref() == Some(&rendering[..]);
        if is_noted(&addin) {
            return Ok(addin);
        }
        let (tenant, now) = (addin.tenant_id, self.clock.now());
        let mut tx = self.db.write().await?;
        let mut addin = tx.addin_for_update(tenant).await?.ok_or(TenancyError::NotFound)?;
        if !is_noted(&addin) {
            addin.revision += u64::from(addin.rendering.is_some());
            addin.changed_at = now;
            addin.rendering = Some(rendering.to_vec());
            tx.set_addin_rendering(tenant, addin.revision, &rendering, now).await?;
            tx.commit().await?;
        }
        Ok(addin)
    }
}

/// A tenant's manifest in its first version.
fn described(
    addin: &Addin,
    base_url: &str,
    settings: &AddinSettings,
    branding: &Branding,
    tenant_name: &str,
) -> Manifest {
    let links = &settings.links;
    let link = |link: &Option<sealpost_domain::WebLink>| link.as_ref().map(ToString::to_string);
    let website = link(&links.website).unwrap_or_else(|| base_url.to_owned());
    let branded = match &branding.support {
        Some(Support::Link(link)) => Some(link.clone()),
        _ => None,
    };
    Manifest {
        addin_id: addin.addin_id,
        app_id: addin.app_id.to_string(),
        base_url: base_url.to_owned(),
        provider_name: shortened(branding.name.as_deref().unwrap_or(tenant_name)),
        send_mode: settings.send_mode,
        version: Version(0),
        privacy_url: link(&links.privacy).unwrap_or_else(|| website.clone()),
        terms_url: link(&links.terms).unwrap_or_else(|| website.clone()),
        support_url: link(&links.support).or(branded).unwrap_or_else(|| website.clone()),
        website_url: website,
    }
}

/// A name that fits: of a longer one its beginning.
fn shortened(name: &str) -> String {
    let units = |text: &str| text.encode_utf16().count();
    if units(name) <= MAX_PROVIDER_UNITS {
        return name.to_owned();
    }
    let mut short = String::new();
    for c in name.chars() {
        if units(&short) + c.len_utf16() >= MAX_PROVIDER_UNITS {
            break;
        }
        short.push(c);
    }
    format!("{}…", short.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_is_cut_where_a_character_ends() {
        for (name, short) in [
            ("St. Anna".to_owned(), "St. Anna".to_owned()),
            ("x".repeat(32), "x".repeat(32)),
            ("x".repeat(33), format!("{}…", "x".repeat(31))),
            (format!("{} y", "x".repeat(30)), format!("{} y", "x".repeat(30))),
            (format!("{} yz", "x".repeat(30)), format!("{}…", "x".repeat(30))),
            ("😀".repeat(17), format!("{}…", "😀".repeat(15))),
        ] {
            assert_eq!(shortened(&name), short);
            assert!(shortened(&name).encode_utf16().count() <= MAX_PROVIDER_UNITS);
        }
    }
}
