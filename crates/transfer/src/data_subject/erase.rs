//! Erasing what is known of an address.
//!
//! Step by step, each in a transaction of its own: what a crash leaves is found and erased when it is asked for again.

use sealpost_auth::{
    ForgottenValues, MailboxColumns, ManageGrant, PersonalKey, UserColumns, forget_personal,
};
use sealpost_db::{AddressedIn, Mailbox, User};
use sealpost_domain::{EmailAddress, MailboxId, TransferId, UserId};
use sealpost_sealed::random_bytes;
use serde_json::json;
use uuid::Uuid;

use super::{ENTRIES, PAGE, contact_hmac, is_address, recipient_hmac};
use crate::{Service, TransferError, audit::Event, place::Place};

/// What was erased of an address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Erased {
    /// The user whose name, address and credentials were overwritten.
    pub user: Option<UserId>,
    /// The same for a mailbox.
    pub mailbox: Option<MailboxId>,
    /// Recipients who were removed from transfers, with their links.
    pub recipients: u64,
    /// Transfers that came in from him and name nobody any more.
    pub uploads: u64,
    /// Upload requests for him alone, which were closed.
    pub requests: u64,
    /// Browsers that need codes again.
    pub devices: u64,
    /// Audit entries that say nothing of him any more.
    pub entries: u64,
    /// Rules of the tenant's policy that name him: they are left as they are, for the tenant to change.
    pub rules_kept: Vec<String>,
}

impl Service {
    /// Erases what is known of an address in the tenant: it is taken out of every transfer that it is a recipient of, with its
    /// link (the transfers stay, for others), what it has sent in names nobody any more, its browsers are forgotten, what audit entries say of it goes, and name, address
    /// and credentials of its user or mailbox are overwritten. Nobody is told by mail; senders see how many were removed at
    /// their own wish.
    ///
    /// # Errors
    /// [`TransferError::NotReady`] for a user who is not disabled, or a mailbox that is not removed: nothing is done then.
    pub async fn erase_data_subject(
        &self,
        grant: &ManageGrant,
        email: &EmailAddress,
    ) -> Result<Erased, TransferError> {
        let (user, mailbox) = self.accounts_of(grant, email).await?;
        if user.as_ref().is_some_and(|user| user.disabled_at.is_none()) {
            return Err(TransferError::NotReady("it is a user's address: disable him first"));
        }
        if mailbox.as_ref().is_some_and(|mailbox| mailbox.removed_at.is_none()) {
            return Err(TransferError::NotReady("it is a shared mailbox's address: remove that first"));
        }
        if let Some(user) = &user {
            grant.require_over(user.role)?;
        }
        let mut erased = Erased { rules_kept: self.rules_naming(grant, email).await?, ..Erased::default() };
        self.erase_recipients(grant, email, &mut erased).await?;
        let (uploads, requests, entries) = self.erase_uploads(grant, email).await?;
        erased.uploads = uploads;
        erased.requests = requests;
        erased.entries += entries;
        if let Some(user) = &user {
            erased.entries += self.forget_where_from(user).await?;
        }
        self.erase_accounts(grant, email, (user, mailbox), &mut erased).await?;
        Ok(erased)
    }

    async fn erase_recipients(
        &self,
        grant: &ManageGrant,
        email: &EmailAddress,
        erased: &mut Erased,
    ) -> Result<(), TransferError> {
        let (hmac, mut after) = (recipient_hmac(grant, email), TransferId::from(Uuid::nil()));
        loop {
            let page = self.db().read().await?.addressed_in(grant.tenant(), &hmac, after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = last.transfer_id;
            for place in &page {
                erased.entries += self.forget_entries(grant, place.transfer_id, email).await?;
                erased.recipients += u64::from(self.erase_recipient(grant, place).await?);
                // And what was noted of him between the two.
                erased.entries += self.forget_entries(grant, place.transfer_id, email).await?;
            }
        }
    }

    /// `false` if he is not there any more.
    async fn erase_recipient(&self, grant: &ManageGrant, at: &AddressedIn) -> Result<bool, TransferError> {
        let place = Place { tenant: grant.tenant(), transfer: at.transfer_id };
        let mut tx = self.db().write().await?;
        // Locked first, as everywhere.
        let there = tx.transfer_for_update(place.tenant, place.transfer).await?.is_some()
            && tx.erase_recipient(place.tenant, place.transfer, at.recipient_id).await?;
        if there {
            let event = Event::RecipientErased { by: grant.actor(), recipient: at.recipient_id };
            event.record(&mut tx, place, self.now()).await?;
            tx.commit().await?;
        } else {
            tx.rollback().await?;
        }
        Ok(there)
    }

    /// Takes him out of what the entries about a transfer say of people, and gives how many did.
    pub(super) async fn forget_entries(
        &self,
        grant: &ManageGrant,
        transfer: TransferId,
        email: &EmailAddress,
    ) -> Result<u64, TransferError> {
        let Some((unlocked, entries)) = self.entries_about(grant, transfer).await? else { return Ok(0) };
        let mut changed = Vec::new();
        for entry in entries {
            let key = PersonalKey::Transfer(&unlocked.key);
            let is_his = |text: &str| is_address(text, email);
            match forget_personal(key, &entry, &is_his, self.random())? {
                ForgottenValues::None => {}
                ForgottenValues::All => changed.push((entry, None)),
                ForgottenValues::Some(left) => changed.push((entry, Some(left))),
            }
        }
        let mut forgotten = 0;
        if !changed.is_empty() {
            let mut tx = self.db().write().await?;
            for (entry, left) in &changed {
                forgotten += u64::from(tx.replace_audit_values(entry, left.as_deref()).await?);
            }
            tx.commit().await?;
        }
        Ok(forgotten)
    }

    /// Forgets where a user came from when he signed in.
    async fn forget_where_from(&self, user: &User) -> Result<u64, TransferError> {
        let mut conn = self.db().read().await?;
        let end = conn.audit_head(user.tenant_id).await?.map_or(0, |head| head.seq);
        drop(conn);
        let (mut forgotten, mut from) = (0, 0);
        while from < end {
            let range = (from, from + ENTRIES);
            let mut tx = self.db().write().await?;
            forgotten += tx.forget_audit_values_of_user(user.tenant_id, user.id, range).await?;
            tx.commit().await?;
            from += ENTRIES;
        }
        Ok(forgotten)
    }

    async fn erase_accounts(
        &self,
        grant: &ManageGrant,
        email: &EmailAddress,
        (user, mailbox): (Option<User>, Option<Mailbox>),
        erased: &mut Erased,
    ) -> Result<(), TransferError> {
        let (tenant, hmac) = (grant.tenant(), recipient_hmac(grant, email));
        let blank = format!("erased-{}@erased.invalid", Uuid::from_bytes(random_bytes(self.random())));
        let random: [u8; 32] = random_bytes(self.random());
        let seal_user =
            |row: &User| UserColumns::of(tenant, row.id).seal(grant.tenant_key(), &blank, "", self.random());
        let seal_mailbox = |row: &Mailbox| {
            MailboxColumns::of(tenant, row.id).seal(grant.tenant_key(), &blank, "", self.random())
        };
        let user = user.map(|row| (row.id, seal_user(&row)));
        let mailbox = mailbox.map(|row| (row.id, seal_mailbox(&row)));
        let mut tx = self.db().write().await?;
        erased.devices = tx.forget_devices(tenant, &hmac).await?;
        tx.forget_incident_contact(tenant, &contact_hmac(grant, email)).await?;
        if let Some((id, (address, name))) = user {
            tx.remove_warnings(id).await?;
            tx.forget_portal_recipient(id).await?;
            if !tx.erase_user((tenant, id), (&address, &random, &name), self.now()).await? {
                return Err(TransferError::NotReady("it is a user's address: disable him first"));
            }
            erased.user = Some(id);
        }
        if let Some((id, (address, name))) = mailbox {
            if !tx.erase_mailbox((tenant, id), (&address, &random, &name)).await? {
                return Err(TransferError::NotReady("it is a shared mailbox's address: remove that first"));
            }
            erased.mailbox = Some(id);
        }
        let counts = json!({
            "user": erased.user, "mailbox": erased.mailbox, "recipients": erased.recipients,
            "uploads": erased.uploads, "requests": erased.requests,
            "devices": erased.devices, "entries": erased.entries, "rules_kept": erased.rules_kept.len(),
        });
        self.record_request(grant, &mut tx, ("data_subject.erased", &hmac), counts).await?;
        Ok(tx.commit().await?)
    }
}
