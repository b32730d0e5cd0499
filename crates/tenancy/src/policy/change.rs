//! Another policy for a tenant.

use sealpost_auth::{ManageGrant, TenantReader};
use sealpost_db::{PolicyVersion, Tx};
use sealpost_domain::{PolicyDifference, PolicyDocument, ReportSettings, Timestamp};
use sealpost_policy::seal_document;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::{
    PolicyView,
    get::{current, stored},
    lockout::check_lockout,
    recovery::RecoveryChange,
};
use crate::{Tenancy, TenancyError};

/// How many versions are kept.
const KEPT: u64 = 200;

impl Tenancy {
    /// Gives a tenant another policy, which counts from the next request on, on every node. The log gets what differs, and
    /// what binds the version that is kept to its entry. A policy that is the same changes nothing. `expected`: the version
    /// that whoever asks has seen.
    ///
    /// # Errors
    /// [`TenancyError::Document`] for one that cannot be kept, [`TenancyError::Invalid`] for one after which whoever asks
    /// could not sign in any more, [`TenancyError::Stale`] if another version counts than was expected,
    /// [`TenancyError::NotFound`].
    pub async fn set_policy(
        &self,
        grant: &ManageGrant,
        document: PolicyDocument,
        expected: Option<u64>,
    ) -> Result<PolicyView, TenancyError> {
        let mut tx = self.db.write().await?;
        let before = locked(&mut tx, grant, expected).await?;
        self.put(tx, grant, before, document, None).await
    }

    /// Lets an earlier version count again, as a new one.
    ///
    /// # Errors
    /// As [`Self::set_policy`].
    pub async fn restore_policy(
        &self,
        grant: &ManageGrant,
        version: u64,
        expected: Option<u64>,
    ) -> Result<PolicyView, TenancyError> {
        let mut tx = self.db.write().await?;
        let before = locked(&mut tx, grant, expected).await?;
        let earlier = stored(&mut tx, &TenantReader::from(grant), version).await?;
        let earlier = earlier.ok_or(TenancyError::NotFound)?;
        self.put(tx, grant, before, earlier.document, Some(version)).await
    }

    async fn put(
        &self,
        mut tx: Tx,
        grant: &ManageGrant,
        before: PolicyView,
        document: PolicyDocument,
        restored_from: Option<u64>,
    ) -> Result<PolicyView, TenancyError> {
        document.validate()?;
        if document == before.document {
            return Ok(before);
        }
        check_report_recipients(&mut tx, grant, &before.document.reports, &document.reports).await?;
        check_lockout(&mut tx, grant, &document.settings).await?;
        let recovery =
            RecoveryChange::of(grant, &before.document.settings, &document.settings, &*self.random)?;
        let (tenant, now) = (grant.tenant(), self.clock.now());
        if before.version == 0 {
            // Nothing was kept of what the tenant was made with; it can be brought back from now on, too.
            let first = self.version(grant, &before, &PolicyDifference::default(), None)?;
            tx.insert_policy_version(&first).await?;
        }
        let after =
            PolicyView { version: before.version + 1, document, made_by: grant.actor().user(), made_at: now };
        let difference = PolicyDifference::between(&before.document, &after.document);
        let version = self.version(grant, &after, &difference, restored_from)?;
        tx.insert_policy_version(&version).await?;
        tx.set_policy(tenant, &after.document.settings, after.version).await?;
        tx.forget_policy_versions(tenant, (after.version + 1).saturating_sub(KEPT)).await?;
        if let Some(change) = &recovery {
            self.tell_owners(&mut tx, tenant, change).await?;
        }
        record(&mut tx, grant, now, &version, &difference).await?;
        if let Some(change) = &recovery {
            change.record(&mut tx, grant, now).await?;
        }
        tx.commit().await?;
        Ok(after)
    }

    fn version(
        &self,
        grant: &ManageGrant,
        view: &PolicyView,
        difference: &PolicyDifference,
        restored_from: Option<u64>,
    ) -> Result<PolicyVersion, TenancyError> {
        let place = (grant.tenant(), view.version);
        Ok(PolicyVersion {
            tenant_id: grant.tenant(),
            version: view.version,
            document: seal_document(grant.tenant_key(), place, &view.document, &*self.random)
                .ok_or(TenancyError::Invalid("a policy has at most 8 MiB"))?,
            difference: json!(difference).to_string(),
            made_by: view.made_by,
            made_at: view.made_at,
            restored_from,
        })
    }
}

/// The policy that counts, which nobody else changes until the transaction ends.
async fn locked(tx: &mut Tx, grant: &ManageGrant, expected: Option<u64>) -> Result<PolicyView, TenancyError> {
    tx.current_policy_for_update(grant.tenant()).await?.ok_or(TenancyError::NotFound)?;
    let before = current(tx, &TenantReader::from(grant)).await?;
    match expected {
        Some(expected) if expected != before.version => Err(TenancyError::Stale(before.version)),
        _ => Ok(before),
    }
}

/// Whoever is to get reports may read them. Those who were named before may have lost that since: they get none.
async fn check_report_recipients(
    tx: &mut Tx,
    grant: &ManageGrant,
    before: &ReportSettings,
    after: &ReportSettings,
) -> Result<(), TenancyError> {
    for user in after.recipients.iter().filter(|user| !before.recipients.contains(user)) {
        let row = tx.user(grant.tenant(), *user).await?;
        if !row.is_some_and(|row| row.role.reads_reports() && row.disabled_at.is_none()) {
            return Err(TenancyError::Invalid(
                "reports: recipients are owners, admins and auditors who are not disabled",
            ));
        }
    }
    Ok(())
}

/// Rules name people, so that the log says how many of them differ, and by the hash of the sealed document which version
/// that is.
async fn record(
    tx: &mut Tx,
    grant: &ManageGrant,
    now: Timestamp,
    version: &PolicyVersion,
    difference: &PolicyDifference,
) -> Result<(), TenancyError> {
    let document: String =
        Sha256::digest(&version.document).iter().map(|byte| format!("{byte:02x}")).collect();
    let mut payload =
        json!({ "version": version.version, "difference": difference, "document_sha256": document });
    if let Some(from) = version.restored_from {
        payload["restored_from"] = json!(from);
    }
    Ok(grant.record(tx, now, "policy.changed", payload).await?)
}
