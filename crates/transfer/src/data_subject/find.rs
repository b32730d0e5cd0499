//! What is known of an address.

use sealpost_auth::{MailboxColumns, ManageGrant, PersonalKey, PortalColumns, UserColumns, open_personal};
use sealpost_db::{AddressedIn, Conn, Mailbox, User};
use sealpost_domain::{EmailAddress, TransferId};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{ENTRIES, PAGE, contact_hmac, is_address, recipient_hmac};
use crate::{Service, TransferError};

/// Most warnings that are shown; more than ten a day nobody gets.
const WARNINGS: u32 = 10_000;

impl Service {
    /// Everything that is known of an address in the tenant, as JSON; that it was looked for is in the log, without the
    /// address.
    ///
    /// # Errors
    /// Those of the stores.
    pub async fn find_data_subject(
        &self,
        grant: &ManageGrant,
        email: &EmailAddress,
    ) -> Result<Value, TransferError> {
        let (tenant, hmac) = (grant.tenant(), recipient_hmac(grant, email));
        let (user, mailbox) = self.accounts_of(grant, email).await?;
        let user = match user {
            Some(row) => Some(self.user_json(grant, &row).await?),
            None => None,
        };
        let mailbox = mailbox.map(|row| mailbox_json(grant, &row)).transpose()?;
        let (mut transfers, mut after) = (Vec::new(), TransferId::from(Uuid::nil()));
        loop {
            let page = self.db().read().await?.addressed_in(tenant, &hmac, after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = last.transfer_id;
            for place in &page {
                transfers.extend(self.place_json(grant, place, email).await?);
            }
        }
        let devices = self.db().read().await?.remembered_devices(tenant, &hmac, self.now(), 100).await?;
        let devices: Vec<_> = devices
            .iter()
            .map(|row| json!({ "created_at": row.created_at, "expires_at": row.expires_at }))
            .collect();
        let contact = contact_hmac(grant, email);
        let incidents = self.db().read().await?.incidents_of_address(tenant, &contact).await?;
        let rules = self.rules_naming(grant, email).await?;
        let (uploads, requests) = self.uploads_json(grant, email).await?;
        let mut tx = self.db().write().await?;
        let counts = json!({ "transfers": transfers.len() });
        self.record_request(grant, &mut tx, ("data_subject.found", &hmac), counts).await?;
        tx.commit().await?;
        Ok(json!({
            "email": email.to_string(), "user": user, "mailbox": mailbox, "recipient_of": transfers,
            "remembered_devices": devices, "policy_rules": rules, "told_of_incidents": incidents,
            "uploader_of": uploads, "asked_for_files": requests,
        }))
    }

    async fn user_json(&self, grant: &ManageGrant, row: &User) -> Result<Value, TransferError> {
        let (tenant, columns) = (row.tenant_id, UserColumns::of(row.tenant_id, row.id));
        let (email, name) = columns.open(grant.tenant_key(), &row.address, &row.name)?;
        let mut conn = self.db().read().await?;
        let directory = conn.directory_user_by_address(tenant, &row.address_hmac).await?;
        let directory = directory.and_then(|found| found.directory);
        let open = |sealed: Vec<u8>| grant.tenant_key().open_column(columns.directory(), &sealed);
        let directory = directory.map(open).transpose()?;
        let directory = directory.map(|bytes| serde_json::from_slice::<Value>(&bytes)).transpose();
        let groups = conn.groups_of_user(row.id).await?;
        let sessions = conn.sessions(tenant, row.id).await?;
        let passkeys = conn.passkeys(tenant, row.id).await?;
        let tokens = conn.tokens_of_user(tenant, row.id).await?;
        let mailboxes = conn.mailboxes_of_user(tenant, row.id).await?;
        let entries = entries_of_user(&mut conn, row).await?;
        let portals = conn.portal_labels_of(row.id).await?.into_iter().map(|of| {
            let place = PortalColumns::of(tenant, of.portal_id).label(row.id);
            let label = grant.tenant_key().open_text(place, &of.label)?;
            Ok(json!({ "portal": of.portal_id, "label": label }))
        });
        let portals = portals.collect::<Result<Vec<_>, TransferError>>()?;
        let warnings = conn.warnings_of_user(row.id, WARNINGS).await?;
        let warnings = warnings.iter().map(|given| {
            let text = grant.tenant_key().open_text(columns.warning(given.id), &given.text)?;
            Ok(json!({ "text": text, "created_at": given.created_at }))
        });
        let warnings = warnings.collect::<Result<Vec<_>, TransferError>>()?;
        Ok(json!({
            "id": row.id, "email": email, "name": name, "role": row.role.as_str(), "created_at": row.created_at,
            "disabled_at": row.disabled_at, "sending_suspended_at": row.sending_suspended_at,
            "warnings": warnings,
            "directory": directory.map_err(TransferError::internal)?,
            "groups": groups.iter().map(|group| group.group_id).collect::<Vec<_>>(),
            "mailboxes": mailboxes.iter().map(|mailbox| mailbox.id).collect::<Vec<_>>(),
            "recipient_at_portals": portals,
            "sessions": sessions.iter().map(|session| json!({
                "created_at": session.created_at, "seen_at": session.seen_at, "expires_at": session.expires_at,
                "method": session.method.as_str(),
            })).collect::<Vec<_>>(),
            "passkeys": passkeys.iter().map(|passkey| json!({
                "created_at": passkey.created_at, "last_used_at": passkey.last_used_at,
            })).collect::<Vec<_>>(),
            "api_tokens": tokens.iter().map(|token| json!({
                "label": token.label, "created_at": token.created_at, "used_at": token.used_at,
                "expires_at": token.expires_at, "revoked_at": token.revoked_at,
            })).collect::<Vec<_>>(),
            "audit": entries,
        }))
    }

    /// What is known of him in a transfer; nothing if it was purged meanwhile.
    async fn place_json(
        &self,
        grant: &ManageGrant,
        found: &AddressedIn,
        email: &EmailAddress,
    ) -> Result<Option<Value>, TransferError> {
        let mut conn = self.db().read().await?;
        let Some(row) = conn.recipient(found.transfer_id, found.recipient_id).await? else {
            return Ok(None);
        };
        let downloads = conn.downloads_of_transfer(found.transfer_id).await?;
        drop(conn);
        let Some((unlocked, about)) = self.entries_about(grant, found.transfer_id).await? else {
            return Ok(None);
        };
        let mut entries = Vec::new();
        for entry in about {
            let values = open_personal(PersonalKey::Transfer(&unlocked.key), &entry)?;
            let named = values.get("address").into_iter().flatten();
            let (his, others): (Vec<_>, Vec<_>) = named.partition(|text| is_address(text, email));
            if !his.is_empty() {
                // Where from is said of him only where nobody else is named.
                let network = values.get("network").filter(|_| others.is_empty());
                entries.push(json!({
                    "seq": entry.seq, "at": entry.at, "kind": entry.kind, "network": network,
                }));
            }
        }
        let downloads = downloads.iter().filter(|fetched| fetched.recipient_id == row.id);
        let downloads = downloads.map(
            |fetched| json!({ "file": fetched.file_id, "first_at": fetched.first_at, "times": fetched.times }),
        );
        Ok(Some(json!({
            "transfer": found.transfer_id, "recipient": row.id, "sender": found.sender_id, "sent_at": found.sent_at,
            "expires_at": found.expires_at, "notified_at": row.notified_at, "opened_at": row.opened_at,
            "downloaded_at": row.downloaded_at, "reminded_at": row.reminded_at, "blocked_at": row.blocked_at,
            "bounced_at": row.bounced_at,
            "phone": unlocked.phone(&row)?.map(|phone| phone.as_str().to_owned()),
            "downloads": downloads.collect::<Vec<_>>(),
            "audit": entries,
        })))
    }
}

/// The entries about no transfer that say where he came from.
async fn entries_of_user(conn: &mut Conn, row: &User) -> Result<Vec<Value>, TransferError> {
    let end = conn.audit_head(row.tenant_id).await?.map_or(0, |head| head.seq);
    let (mut entries, mut from) = (Vec::new(), 0);
    while from < end {
        let page = conn.personal_entries_of_user(row.tenant_id, row.id, (from, from + ENTRIES)).await?;
        from += ENTRIES;
        let told =
            |entry: &sealpost_db::UserEntry| json!({ "seq": entry.seq, "at": entry.at, "kind": entry.kind });
        entries.extend(page.iter().map(told));
    }
    Ok(entries)
}

fn mailbox_json(grant: &ManageGrant, row: &Mailbox) -> Result<Value, TransferError> {
    let columns = MailboxColumns::of(row.tenant_id, row.id);
    let (email, name) = columns.open(grant.tenant_key(), &row.address, &row.name)?;
    Ok(json!({
        "id": row.id, "email": email, "name": name, "created_at": row.created_at, "removed_at": row.removed_at,
    }))
}
