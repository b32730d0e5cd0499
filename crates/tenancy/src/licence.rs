//! A tenant's licence: installed, looked at.

use sealpost_auth::{LicenceRefused, LicenceStanding, ManageGrant};
use sealpost_db::Licensing;
use sealpost_domain::{Licence, TenantId, Timestamp};
use serde_json::json;

use crate::{Tenancy, TenancyError};

/// How far clocks of those who issue and those who install may differ.
const CLOCKS_DIFFER: std::time::Duration = std::time::Duration::from_secs(3_600);

/// Where a tenant stands with his licence and its seats.
#[derive(Debug, Clone)]
pub struct LicenceStatus {
    /// The licence.
    pub standing: LicenceStanding,
    /// How many users have been given a seat; those who are disabled do not count.
    pub assigned: u64,
}

impl LicenceStatus {
    /// How many users have been given a seat and hold none, because the licence has fewer.
    pub fn over(&self) -> u64 {
        self.standing.seats().map_or(0, |seats| self.assigned.saturating_sub(seats))
    }
}

impl Tenancy {
    /// Where the tenant stands with his licence and its seats.
    ///
    /// # Errors
    /// [`TenancyError::NotFound`] without such a tenant.
    pub async fn licence_status(&self, tenant: TenantId) -> Result<LicenceStatus, TenancyError> {
        let mut conn = self.db.read().await?;
        let row = conn.licensing(tenant).await?.ok_or(TenancyError::NotFound)?;
        let assigned = conn.seats_assigned(tenant).await?;
        Ok(LicenceStatus { standing: self.standing(tenant, &row), assigned })
    }

    /// Installs a licence: it counts from the next request on, on every node. The one that is installed may be shown again,
    /// and an earlier one may not. What is refused is in the log, too.
    ///
    /// # Errors
    /// [`TenancyError::Licence`] with the reason, [`TenancyError::NotFound`].
    pub async fn install_licence(
        &self,
        grant: &ManageGrant,
        text: &str,
    ) -> Result<LicenceStatus, TenancyError> {
        let (tenant, text, now) = (grant.tenant(), text.trim_ascii(), self.clock.now());
        let mut tx = self.db.write().await?;
        let row = tx.licensing_for_update(tenant).await?.ok_or(TenancyError::NotFound)?;
        match self.acceptable(tenant, &row, text, now) {
            Ok(None) => drop(tx),
            Ok(Some(licence)) => {
                tx.set_licence(tenant, text).await?;
                let payload = json!({
                    "licence": licence.id,
                    "seats": licence.seats,
                    "issued_at": licence.issued_at,
                    "expires_at": licence.expires_at,
                });
                grant.record(&mut tx, now, "licence.installed", payload).await?;
                tx.commit().await?;
            }
            Err(refused) => {
                let payload = json!({ "reason": refused.as_str() });
                grant.record(&mut tx, now, "licence.refused", payload).await?;
                tx.commit().await?;
                return Err(TenancyError::Licence(refused));
            }
        }
        self.licence_status(tenant).await
    }

    /// Whether a licence may take the place of what is installed; `None` if it is what is installed.
    fn acceptable(
        &self,
        tenant: TenantId,
        row: &Licensing,
        text: &str,
        now: Timestamp,
    ) -> Result<Option<Licence>, LicenceRefused> {
        if !self.licences.ask() {
            return Err(LicenceRefused::NotAsked);
        }
        let licence = self.licences.verify(text)?;
        if !licence.is_for(tenant, &row.slug) {
            return Err(LicenceRefused::OtherTenant);
        }
        if licence.grace_ends_at() <= now {
            return Err(LicenceRefused::Ended);
        }
        if licence.issued_at > now + CLOCKS_DIFFER {
            return Err(LicenceRefused::Future);
        }
        if row.licence.as_deref() == Some(text) {
            return Ok(None);
        }
        let installed = self.standing(tenant, row).licence;
        if installed.is_some_and(|installed| licence.issued_at <= installed.issued_at) {
            return Err(LicenceRefused::Older);
        }
        Ok(Some(licence))
    }

    fn standing(&self, tenant: TenantId, row: &Licensing) -> LicenceStanding {
        self.licences.standing((tenant, &row.slug), row.licence.as_deref(), self.clock.now())
    }
}
