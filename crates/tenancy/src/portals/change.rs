//! Changing a portal: all but its name, so that its address stays.

use std::fmt;

use sealpost_auth::{ManageGrant, PortalColumns, TenantReader};
use sealpost_db::Portal;
use sealpost_domain::{EmailAddress, PortalId, rules::FileKinds};
use serde_json::{Value, json};

use super::{PortalChoiceWish, PortalView, check_bounds, check_title, checked_text, domains, owner};
use crate::{Tenancy, TenancyError};

/// What becomes different of a portal; what is `None` stays.
#[derive(Clone, Default)]
pub struct PortalChange {
    /// Who owns it: a user's address. What was begun and not handed over yet becomes his, too.
    pub owner: Option<EmailAddress>,
    /// What it is about.
    pub title: Option<String>,
    /// What the uploader reads; `Some(None)`: nothing.
    pub text: Option<Option<String>>,
    /// Among whom he chooses: all of them anew.
    pub recipients: Option<Vec<PortalChoiceWish>>,
    /// Of which domains he may name an address: all of them anew.
    pub domains: Option<Vec<String>>,
    /// Whether he may choose more than one.
    pub several: Option<bool>,
    /// Kinds of files that it takes; `Some(None)`: whatever the policy lets pass.
    pub kinds: Option<Option<FileKinds>>,
    /// Most files of each submission; `Some(None)`: as the policy says.
    pub max_files: Option<Option<u64>>,
    /// Most bytes of each submission; `Some(None)`: as the policy says.
    pub max_bytes: Option<Option<u64>>,
    /// Whether an uploader must show that his address is his.
    pub asks_code: Option<bool>,
    /// Whether it takes anything. Off, it takes nothing of what is being uploaded either.
    pub enabled: Option<bool>,
}

/// Without anybody's words or address.
impl fmt::Debug for PortalChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PortalChange").field("enabled", &self.enabled).finish_non_exhaustive()
    }
}

impl Tenancy {
    /// Changes a portal. What has come in by it stays as it is.
    ///
    /// # Errors
    /// [`TenancyError::NotFound`], and [`TenancyError::Invalid`] as for a new one.
    pub async fn change_portal(
        &self,
        grant: &ManageGrant,
        id: PortalId,
        change: PortalChange,
    ) -> Result<PortalView, TenancyError> {
        change.title.as_deref().map(check_title).transpose()?;
        let (tenant, key, now) = (grant.tenant(), grant.tenant_key(), self.clock.now());
        let (reader, columns) = (TenantReader::from(grant), PortalColumns::of(tenant, id));
        let mut tx = self.db.write().await?;
        let before = tx.portal_for_update(tenant, id).await?.ok_or(TenancyError::NotFound)?;
        let mut row = Portal { changed_at: now, ..before.clone() };
        if let Some(email) = &change.owner {
            row.user_id = owner(&mut tx, &reader, email).await?.id;
        }
        if let Some(title) = &change.title {
            row.title = self.seal_portal_text(key, columns.title(), title.trim());
        }
        if let Some(text) = &change.text {
            let text = checked_text(text.as_deref())?;
            row.text = text.map(|text| self.seal_portal_text(key, columns.text(), text));
        }
        if let Some(words) = &change.domains {
            row.domains = domains(words)?;
        }
        if let Some(kinds) = &change.kinds {
            self.check_kinds(&mut tx, &reader, kinds.as_ref()).await?;
            row.kinds.clone_from(kinds);
        }
        row.several = change.several.unwrap_or(row.several);
        row.max_files = change.max_files.unwrap_or(row.max_files);
        row.max_bytes = change.max_bytes.unwrap_or(row.max_bytes);
        row.asks_code = change.asks_code.unwrap_or(row.asks_code);
        row.enabled = change.enabled.unwrap_or(row.enabled);
        check_bounds(&row)?;
        check_choices(&row, &change)?;
        if let Some(wishes) = &change.recipients {
            let choices = self.choices(&mut tx, &reader, columns, wishes).await?;
            tx.set_portal_recipients((tenant, id), &choices).await?;
        }
        if let Some(payload) = differences(&change, &before, &row) {
            tx.update_portal(&row).await?;
            if row.user_id != before.user_id {
                tx.move_portal_drafts(id, row.user_id).await?;
            }
            grant.record(&mut tx, now, "portal.changed", payload).await?;
            tx.commit().await?;
        }
        self.portal(&reader, id).await
    }
}

/// Fails if somebody could be chosen, or a kind asked for, where a mailbox gets all of it, or it is sealed.
fn check_choices(row: &Portal, change: &PortalChange) -> Result<(), TenancyError> {
    let chosen = change.recipients.as_ref().is_some_and(|recipients| !recipients.is_empty());
    if row.mailbox_id.is_some() && (chosen || !row.domains.as_slice().is_empty()) {
        return Err(TenancyError::Invalid("a mailbox gets all of it: leave recipients and domains out"));
    }
    if row.mode.is_zero_knowledge() && row.kinds.is_some() {
        return Err(TenancyError::Invalid("of what is sealed nobody here sees the kind: leave kinds out"));
    }
    Ok(())
}

/// What the log says: which fields were given anew, and, of what is a number or a switch, both values. `None` if nothing is
/// different.
fn differences(change: &PortalChange, before: &Portal, after: &Portal) -> Option<Value> {
    let given = [
        ("title", change.title.is_some()),
        ("text", change.text.is_some()),
        ("recipients", change.recipients.is_some()),
        ("domains", before.domains != after.domains),
    ];
    let given: Vec<_> = given.into_iter().filter(|(_, given)| *given).map(|(name, _)| name).collect();
    let mut differs = !given.is_empty();
    let mut payload = json!({ "portal": after.id, "texts": given });
    let kinds = |portal: &Portal| json!(portal.kinds.as_ref().map(FileKinds::as_slice));
    for (name, from, to) in [
        ("owner", json!(before.user_id), json!(after.user_id)),
        ("several", json!(before.several), json!(after.several)),
        ("kinds", kinds(before), kinds(after)),
        ("max_files", json!(before.max_files), json!(after.max_files)),
        ("max_bytes", json!(before.max_bytes), json!(after.max_bytes)),
        ("asks_code", json!(before.asks_code), json!(after.asks_code)),
        ("enabled", json!(before.enabled), json!(after.enabled)),
    ] {
        if from != to {
            payload[name] = json!({ "from": from, "to": to });
            differs = true;
        }
    }
    differs.then_some(payload)
}
