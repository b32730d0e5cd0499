//! Sending a tenant's audit entries on to where its owners want them. `docs/forwarding.md` says what is sent.

mod batch;
mod change;
mod create;
mod deliver;
mod keep;
mod tell;

pub use change::ForwardingChange;
pub use create::NewForwarding;
pub use keep::{ForwardingSecret, ForwardingTest};
pub use tell::ForwardingNotice;

use sealpost_db::ForwardingTarget;
use sealpost_domain::{ForwardingTargetId, TenantId, Timestamp, is_deceptive};
use sealpost_forward::Destination;
use sealpost_sealed::{Column, TenantKey};

use crate::{Tenancy, TenancyError};

/// Most targets of a tenant.
const MAX_TARGETS: usize = 10;
const MAX_LABEL_CHARS: usize = 100;
/// Most prefixes of kinds, and the longest.
const MAX_KINDS: usize = 50;
const MAX_KIND_BYTES: usize = 64;

/// A target as those see it who run the tenant: without its secrets.
#[derive(Debug, Clone)]
pub struct ForwardingView {
    /// Which.
    pub id: ForwardingTargetId,
    /// What people know it by.
    pub label: String,
    /// Where; keys and secrets are left out.
    pub destination: Destination,
    /// Whether there is a key for a certificate of ours.
    pub has_client_key: bool,
    /// Until when the secret before the newest counts, too.
    pub previous_secret_until: Option<Timestamp>,
    /// The prefixes of the kinds of entries that are sent; none for all.
    pub kinds: Vec<String>,
    /// Whether personal values are sent, too.
    pub include_personal: bool,
    /// Whether anything is sent now.
    pub enabled: bool,
    /// The number of the last entry that is over there, or is not wanted there.
    pub position: u64,
    /// How many entries the log has after that.
    pub lag: u64,
    /// Since when it fails; `None` while it does not.
    pub failing_since: Option<Timestamp>,
    /// Why it failed last.
    pub last_error: Option<String>,
    /// When it is tried again; `None` while it does not fail.
    pub next_at: Option<Timestamp>,
    /// When something was handed over last.
    pub delivered_at: Option<Timestamp>,
    /// When it was added.
    pub created_at: Timestamp,
}

/// The place of where and with which secrets.
const fn column(tenant: TenantId, id: ForwardingTargetId) -> Column {
    Column { tenant: tenant.into_bytes(), row: id.into_bytes(), name: "forwarding_targets.destination" }
}

fn open(key: &TenantKey, row: &ForwardingTarget) -> Result<Destination, TenancyError> {
    let text = key.open_text(column(row.tenant_id, row.id), &row.destination)?;
    serde_json::from_str(&text).map_err(|_| TenancyError::Corrupt("forwarding_targets"))
}

fn kinds(row: &ForwardingTarget) -> Result<Vec<String>, TenancyError> {
    serde_json::from_str(&row.kinds).map_err(|_| TenancyError::Corrupt("forwarding_targets"))
}

fn view(
    row: ForwardingTarget,
    mut destination: Destination,
    head: u64,
) -> Result<ForwardingView, TenancyError> {
    let (mut has_client_key, mut previous_secret_until) = (false, None);
    match &mut destination {
        Destination::Syslog(syslog) => has_client_key = syslog.client_key.take().is_some(),
        Destination::Webhook(webhook) => {
            previous_secret_until = webhook.secrets.get(1).and_then(|secret| secret.until);
            webhook.secrets.clear();
        }
    }
    Ok(ForwardingView {
        id: row.id,
        kinds: kinds(&row)?,
        label: row.label,
        destination,
        has_client_key,
        previous_secret_until,
        include_personal: row.include_personal,
        enabled: row.enabled,
        position: row.position,
        lag: head.saturating_sub(row.position),
        failing_since: row.failing_since,
        last_error: row.last_error,
        next_at: row.failing_since.map(|_| row.next_at),
        delivered_at: row.delivered_at,
        created_at: row.created_at,
    })
}

fn check_label(label: &str) -> Result<(), TenancyError> {
    let strange = |c: char| c.is_control() || is_deceptive(c);
    let fits = (1..=MAX_LABEL_CHARS).contains(&label.chars().count()) && label.trim() == label;
    if fits && !label.chars().any(strange) {
        Ok(())
    } else {
        Err(TenancyError::Invalid("a label is 1 to 100 characters in one line"))
    }
}

fn check_kinds(kinds: &[String]) -> Result<(), TenancyError> {
    let is_prefix = |kind: &String| {
        (1..=MAX_KIND_BYTES).contains(&kind.len())
            && kind.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'.' || byte == b'_')
    };
    if kinds.len() <= MAX_KINDS && kinds.iter().all(is_prefix) {
        Ok(())
    } else {
        Err(TenancyError::Invalid("kinds are at most 50 beginnings of kinds of entries, such as transfer."))
    }
}

impl Tenancy {
    fn seal(&self, key: &TenantKey, tenant: TenantId, id: ForwardingTargetId, it: &Destination) -> Vec<u8> {
        let text = serde_json::to_string(it).expect("texts and numbers always become JSON");
        key.seal_column(column(tenant, id), text.as_bytes(), &*self.random)
    }
}
