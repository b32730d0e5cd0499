//! Adding a target.

use sealpost_auth::{OwnerSession, SteppedUp};
use sealpost_db::ForwardingTarget;
use sealpost_domain::ForwardingTargetId;
use sealpost_forward::{Destination, WebhookSecret};
use sealpost_sealed::random_bytes;
use serde_json::json;

use super::{ForwardingView, MAX_TARGETS, check_kinds, check_label, view};
use crate::{Tenancy, TenancyError};

/// A target to be added.
#[derive(Debug, Clone)]
pub struct NewForwarding {
    /// What people know it by.
    pub label: String,
    /// Where. A webhook gets its secret here.
    pub destination: Destination,
    /// The prefixes of the kinds of entries that are sent; none for all.
    pub kinds: Vec<String>,
    /// Whether personal values are sent, too.
    pub include_personal: bool,
    /// The number of the first entry that is sent; from now on if absent.
    pub from: Option<u64>,
}

impl Tenancy {
    /// Adds a target, and gives the secret of a webhook: nobody is shown it again.
    ///
    /// # Errors
    /// [`TenancyError::Invalid`] for what cannot be used, or lies where the operator does not let it be.
    pub async fn add_forwarding(
        &self,
        owner: &SteppedUp<OwnerSession>,
        new: NewForwarding,
    ) -> Result<(ForwardingView, Option<String>), TenancyError> {
        let (tenant, now) = (owner.tenant(), self.clock.now());
        let id = ForwardingTargetId::new(now, random_bytes(&*self.random));
        check_label(&new.label)?;
        check_kinds(&new.kinds)?;
        let mut destination = new.destination;
        self.check_destination(&destination)?;
        let secret = match &mut destination {
            Destination::Syslog(_) => None,
            Destination::Webhook(webhook) => {
                let secret = WebhookSecret::new(&random_bytes(&*self.random));
                webhook.secrets = vec![secret.clone()];
                Some(secret.value)
            }
        };
        let mut tx = self.db.write().await?;
        if tx.forwarding_targets(tenant).await?.len() >= MAX_TARGETS {
            return Err(TenancyError::Invalid("a tenant forwards to at most 10 places"));
        }
        let head = tx.audit_head(tenant).await?.ok_or(TenancyError::NotFound)?.seq;
        let position = match new.from {
            None => head,
            Some(from) if (1..=head + 1).contains(&from) => from - 1,
            Some(_) => return Err(TenancyError::Invalid("from is the number of an entry that is there")),
        };
        let row = ForwardingTarget {
            id,
            tenant_id: tenant,
            kind: destination.kind().to_owned(),
            label: new.label,
            destination: self.seal(owner.tenant_key(), tenant, id, &destination),
            kinds: json!(new.kinds).to_string(),
            include_personal: new.include_personal,
            enabled: true,
            position,
            batch_end: None,
            attempts: 0,
            next_at: now,
            failing_since: None,
            last_error: None,
            told_at: None,
            delivered_at: None,
            created_at: now,
        };
        tx.insert_forwarding_target(&row).await?;
        let payload = json!({
            "target": id, "kind": row.kind, "kinds": new.kinds, "include_personal": row.include_personal,
            "after": position,
        });
        owner.manage().record(&mut tx, now, "forwarding.added", payload).await?;
        tx.commit().await?;
        Ok((view(row, destination, head + 1)?, secret))
    }

    pub(super) fn check_destination(&self, destination: &Destination) -> Result<(), TenancyError> {
        destination.check(self.forwarder.reach()).map_err(|error| match error {
            sealpost_forward::ForwardError::Invalid(why) => TenancyError::Invalid(why),
            _ => TenancyError::Invalid("this is no place to forward to"),
        })
    }
}
