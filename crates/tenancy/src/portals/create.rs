//! A new portal.

use std::fmt;

use sealpost_auth::{ManageGrant, PortalColumns, TenantReader};
use sealpost_db::{Conn, DbError, Portal};
use sealpost_domain::{
    EmailAddress, KeyOwner, MailboxId, PortalId, PortalName, TransferMode, rules::FileKinds,
};
use sealpost_sealed::random_bytes;
use serde_json::json;

use super::{
    MAX_PORTALS, PortalChoiceWish, PortalView, check_bounds, check_title, checked_text, domains, owner,
};
use crate::{Tenancy, TenancyError};

/// A portal that is wanted.
#[derive(Clone)]
pub struct NewPortal {
    /// What it is called in its address, for good.
    pub name: PortalName,
    /// Who owns it: a user's address.
    pub owner: EmailAddress,
    /// What it is about: one line. It becomes the subject of what comes in without one.
    pub title: String,
    /// What the uploader reads.
    pub text: Option<String>,
    /// Among whom he chooses. Without anybody, and without domains, the owner gets what comes in.
    pub recipients: Vec<PortalChoiceWish>,
    /// Of which domains he may name an address.
    pub domains: Vec<String>,
    /// Whether he may choose more than one.
    pub several: bool,
    /// Kinds of files that it takes; whatever the policy lets pass if absent.
    pub kinds: Option<FileKinds>,
    /// Most files of each submission, within the tenant's bounds.
    pub max_files: Option<u64>,
    /// Most bytes of each submission, within the tenant's bounds.
    pub max_bytes: Option<u64>,
    /// Whether an uploader must show that his address is his.
    pub asks_code: bool,
    /// Whether it takes anything.
    pub enabled: bool,
    /// Who seals what comes in, for good.
    pub mode: TransferMode,
    /// The shared mailbox that gets it, for good: what is sealed needs one.
    pub mailbox: Option<MailboxId>,
}

/// Without anybody's words or address.
impl fmt::Debug for NewPortal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewPortal").field("enabled", &self.enabled).finish_non_exhaustive()
    }
}

impl Tenancy {
    /// Makes a portal.
    ///
    /// # Errors
    /// [`TenancyError::Invalid`]; [`TenancyError::AlreadyExists`] if the tenant has one of this name.
    pub async fn create_portal(
        &self,
        grant: &ManageGrant,
        new: NewPortal,
    ) -> Result<PortalView, TenancyError> {
        check_title(&new.title)?;
        let text = checked_text(new.text.as_deref())?;
        let (tenant, key, now) = (grant.tenant(), grant.tenant_key(), self.clock.now());
        let id = PortalId::new(now, random_bytes(&*self.random));
        let (reader, columns) = (TenantReader::from(grant), PortalColumns::of(tenant, id));
        let mut tx = self.db.write().await?;
        if tx.portal_count(tenant).await? >= MAX_PORTALS {
            return Err(TenancyError::Invalid("a tenant has at most 200 portals"));
        }
        self.check_kinds(&mut tx, &reader, new.kinds.as_ref()).await?;
        self.check_team(&mut tx, grant, &new).await?;
        let owner = owner(&mut tx, &reader, &new.owner).await?;
        let choices = self.choices(&mut tx, &reader, columns, &new.recipients).await?;
        let row = Portal {
            id,
            tenant_id: tenant,
            user_id: owner.id,
            name: new.name,
            title: self.seal_portal_text(key, columns.title(), new.title.trim()),
            text: text.map(|text| self.seal_portal_text(key, columns.text(), text)),
            several: new.several,
            domains: domains(&new.domains)?,
            kinds: new.kinds,
            max_files: new.max_files,
            max_bytes: new.max_bytes,
            asks_code: new.asks_code,
            enabled: new.enabled,
            created_at: now,
            changed_at: now,
            mode: new.mode,
            mailbox_id: new.mailbox,
        };
        check_bounds(&row)?;
        tx.insert_portal(&row).await.map_err(|error| match error {
            DbError::AlreadyExists(_) => TenancyError::AlreadyExists,
            error => error.into(),
        })?;
        tx.set_portal_recipients((tenant, id), &choices).await?;
        let payload = json!({
            "portal": id, "owner": row.user_id, "recipients": choices.len(),
            "domains": row.domains.as_slice().len(), "kinds": row.kinds.as_ref().map(FileKinds::as_slice),
            "asks_code": row.asks_code, "enabled": row.enabled,
            "mode": row.mode.as_str(), "mailbox": row.mailbox_id,
        });
        grant.record(&mut tx, now, "portal.created", payload).await?;
        tx.commit().await?;
        self.portal(&reader, id).await
    }

    /// Fails unless who is to get what comes in can get it so.
    async fn check_team(
        &self,
        conn: &mut Conn,
        grant: &ManageGrant,
        new: &NewPortal,
    ) -> Result<(), TenancyError> {
        let sealed = new.mode.is_zero_knowledge();
        let Some(team) = new.mailbox else {
            return match sealed {
                true => Err(TenancyError::Invalid("what is sealed goes to a team: name its shared mailbox")),
                false => Ok(()),
            };
        };
        if !new.recipients.is_empty() || !new.domains.is_empty() {
            return Err(TenancyError::Invalid("a mailbox gets all of it: leave recipients and domains out"));
        }
        let known = conn.mailbox(grant.tenant(), team).await?;
        known.ok_or(TenancyError::Invalid("there is no such mailbox"))?;
        if !sealed {
            return Ok(());
        }
        if new.kinds.is_some() {
            return Err(TenancyError::Invalid(
                "of what is sealed nobody here sees the kind: leave kinds out",
            ));
        }
        let pair = conn.current_key_pair(grant.tenant(), KeyOwner::Mailbox(team)).await?;
        pair.ok_or(TenancyError::Invalid("the mailbox has no key pair: one who sends for it makes it"))?;
        Ok(())
    }
}
