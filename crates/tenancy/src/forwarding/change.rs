//! Changing a target.

use sealpost_auth::{OwnerSession, SteppedUp};
use sealpost_db::ForwardingTarget;
use sealpost_domain::ForwardingTargetId;
use sealpost_forward::Destination;
use serde_json::json;

use super::{ForwardingView, check_kinds, check_label, open, view};
use crate::{Tenancy, TenancyError};

/// What becomes different of a target; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct ForwardingChange {
    /// What people know it by.
    pub label: Option<String>,
    /// Where, of the same kind. A webhook keeps its secrets; a collector keeps its key if the certificate stays and none
    /// comes along.
    pub destination: Option<Destination>,
    /// The prefixes of the kinds of entries that are sent; none for all.
    pub kinds: Option<Vec<String>>,
    /// Whether personal values are sent, too.
    pub include_personal: Option<bool>,
    /// Whether anything is sent. What happens meanwhile is sent when it goes on.
    pub enabled: Option<bool>,
}

impl Tenancy {
    /// Changes a target; how far it has come stays.
    ///
    /// # Errors
    /// [`TenancyError::NotFound`], and [`TenancyError::Invalid`] as for a new one.
    pub async fn change_forwarding(
        &self,
        owner: &SteppedUp<OwnerSession>,
        id: ForwardingTargetId,
        change: ForwardingChange,
    ) -> Result<ForwardingView, TenancyError> {
        let (tenant, now) = (owner.tenant(), self.clock.now());
        let mut tx = self.db.write().await?;
        let before = tx.forwarding_target(tenant, id).await?.ok_or(TenancyError::NotFound)?;
        let was = open(owner.tenant_key(), &before)?;
        let destination = match change.destination {
            None => was.clone(),
            Some(wanted) => merged(&was, wanted)?,
        };
        self.check_destination(&destination)?;
        let kinds = change.kinds.map_or_else(|| super::kinds(&before), Ok)?;
        check_kinds(&kinds)?;
        let row = ForwardingTarget {
            label: change.label.unwrap_or_else(|| before.label.clone()),
            destination: self.seal(owner.tenant_key(), tenant, id, &destination),
            kinds: json!(kinds).to_string(),
            include_personal: change.include_personal.unwrap_or(before.include_personal),
            enabled: change.enabled.unwrap_or(before.enabled),
            next_at: now,
            ..before
        };
        check_label(&row.label)?;
        tx.update_forwarding_target(&row).await?;
        let payload = json!({
            "target": id, "kinds": kinds, "include_personal": row.include_personal, "enabled": row.enabled,
            "destination": destination != was,
        });
        owner.manage().record(&mut tx, now, "forwarding.changed", payload).await?;
        let head = tx.audit_head(tenant).await?.ok_or(TenancyError::NotFound)?.seq;
        tx.commit().await?;
        view(row, destination, head)
    }
}

/// What is wanted, with the secrets that are there.
fn merged(was: &Destination, wanted: Destination) -> Result<Destination, TenancyError> {
    match (was, wanted) {
        (Destination::Syslog(was), Destination::Syslog(mut wanted)) => {
            if wanted.client_key.is_none() && wanted.client_certificate == was.client_certificate {
                wanted.client_key.clone_from(&was.client_key);
            }
            Ok(Destination::Syslog(wanted))
        }
        (Destination::Webhook(was), Destination::Webhook(mut wanted)) => {
            wanted.secrets.clone_from(&was.secrets);
            Ok(Destination::Webhook(wanted))
        }
        _ => Err(TenancyError::Invalid("a place stays what it is: add another one, and remove this")),
    }
}
