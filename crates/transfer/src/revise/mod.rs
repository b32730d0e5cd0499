//! A draft becomes another: what is said of it is judged as a whole, as if it were made so.

mod plan;
mod recipients;

use std::fmt;

use sealpost_auth::{SendGrant, SenderSession};
use sealpost_db::{RevisedTransfer, Transfer, Tx};
use sealpost_domain::{Protection, Timestamp, TransferEvent, TransferId, TransferMode};

use crate::{
    NewPassword, NewRecipient, NewTransfer, Service, TransferError, TransferView, audit::Event,
    protect::check_accounts, send::still_sends_for, unlock::Unlocked,
};
use plan::Plan;

/// How often it is tried where somebody else changes the draft at the same moment.
const ATTEMPTS: u32 = 4;

/// What of a draft becomes different; what is `None` stays.
#[derive(Clone, Default)]
pub struct Revision {
    /// To whom, all of them anew. Who stays keeps his id, and what is not said of him anew.
    pub recipients: Option<Vec<NewRecipient>>,
    /// The subject; `Some(None)` takes it away.
    pub subject: Option<Option<String>>,
    /// The message; `Some(None)` takes it away.
    pub message: Option<Option<String>>,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// What recipients have to show.
    pub protection: Option<Protection>,
    /// The password for all who need one and have none of their own; `Some(None)` takes it away.
    pub password: Option<Option<NewPassword>>,
    /// In how many visits each recipient may fetch; `Some(None)`: as the tenant says.
    pub max_downloads: Option<Option<u64>>,
    /// Whether recipients may answer with files.
    pub allow_reply: Option<bool>,
}

/// Without the password, and without anybody's words or address.
impl fmt::Debug for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Revision").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

impl Revision {
    /// As what a transfer begins with, for what is asked of both.
    fn as_new(&self) -> NewTransfer {
        NewTransfer {
            recipients: self.recipients.clone().unwrap_or_default(),
            protection: self.protection,
            subject: self.subject.clone().flatten(),
            message: self.message.clone().flatten(),
            expires_at: self.expires_at,
            password: self.password.clone().flatten(),
            max_downloads: self.max_downloads.flatten(),
            send_as: None,
            allow_reply: self.allow_reply,
            mode: TransferMode::Standard,
        }
    }
}

impl Service {
    /// Changes a draft: by the same rules as if it were made so, all of it or nothing. Its password stays unless something is said of
    /// it, or nobody is asked for it any more. Only its sender does so.
    ///
    /// # Errors
    /// Those of [`Service::create`]; [`TransferError::NotFound`], [`TransferError::Forbidden`] for another's,
    /// [`TransferError::State`] unless it is a draft, [`TransferError::NotReady`] for what comes in from outside.
    pub async fn revise(
        &self,
        grant: &SendGrant,
        id: TransferId,
        revision: &Revision,
    ) -> Result<TransferView, TransferError> {
        let session: &SenderSession = grant;
        for _ in 0..ATTEMPTS {
            let transfer = self.unlock(self.own_draft(session, id).await?).await?;
            let plan = self.plan_revision(session, &transfer, revision).await?;
            if plan.is_nothing() || self.write_revision(session, &transfer, &plan).await? {
                return self.revised(session, id, plan).await;
            }
        }
        Err(TransferError::NotReady("the draft was changed at this moment: try again"))
    }

    async fn own_draft(&self, session: &SenderSession, id: TransferId) -> Result<Transfer, TransferError> {
        let row = self.seen(session, id).await?;
        if row.sender_id != session.user() {
            return Err(TransferError::Forbidden);
        }
        if row.source().is_some() {
            return Err(TransferError::NotReady("it comes in from outside: whoever uploads says what it is"));
        }
        row.state.at(self.now(), row.expires_at).after(TransferEvent::Seal)?;
        Ok(row)
    }

    /// `false`, and nothing is done, if the draft, its recipients or the tenant's rules are others than those that the plan was made
    /// for.
    async fn write_revision(
        &self,
        session: &SenderSession,
        transfer: &Unlocked,
        plan: &Plan,
    ) -> Result<bool, TransferError> {
        let (place, now) = (transfer.place, self.now());
        let id = place.transfer;
        let mut tx = self.db().write().await?;
        let row = tx.transfer_for_update(place.tenant, id).await?.ok_or(TransferError::NotFound)?;
        row.state.at(now, row.expires_at).after(TransferEvent::Seal)?;
        let same = is_same(&row, &transfer.row)
            && tx.recipients_of_transfer(id).await? == plan.seen
            && tx.policy_number(place.tenant).await? == Some(plan.heard.version);
        if !same {
            return Ok(false);
        }
        still_sends_for(&mut tx, session, &row).await?;
        check_accounts(&mut tx, place.tenant, plan.needed.iter().copied()).await?;
        tx.revise_transfer(
            id,
            &RevisedTransfer {
                subject: plan.subject.as_deref(),
                message: plan.message.as_deref(),
                protection: plan.protection,
                locked_content_key: plan.locked_content_key.as_deref(),
                password_parameters: plan.password_parameters.as_deref(),
                max_downloads: plan.max_downloads,
                allow_reply: plan.allow_reply,
            },
        )
        .await?;
        if let Some(end) = &plan.end {
            tx.set_expiry(id, end.at.epoch(), &end.transfer_key, end.at).await?;
        }
        self.write_recipients(&mut tx, id, plan).await?;
        if row.in_mail {
            tx.set_mail_link_used(id, now).await?;
        }
        let by = session.user();
        if !plan.changed.is_empty() {
            let entry = Event::Revised { by, changed: plan.changed.clone() }.with_nobody(place);
            entry.append(&mut tx, place.tenant, now).await?;
        }
        if let Some(end) = &plan.end {
            let event = Event::Extended { by, from: row.expires_at, to: end.at };
            event.with_nobody(place).append(&mut tx, place.tenant, now).await?;
        }
        for entry in &plan.entries {
            entry.append(&mut tx, place.tenant, now).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    async fn write_recipients(&self, tx: &mut Tx, id: TransferId, plan: &Plan) -> Result<(), TransferError> {
        for recipient in &plan.removed {
            tx.remove_recipient(id, *recipient).await?;
        }
        for staying in &plan.staying {
            tx.revise_recipient(id, staying.id, &staying.borrowed()).await?;
        }
        for added in &plan.added {
            tx.insert_recipient(&added.borrowed()).await?;
        }
        Ok(())
    }

    /// The draft as it is now, with the passwords that were made up: in this answer and nowhere else.
    async fn revised(
        &self,
        session: &SenderSession,
        id: TransferId,
        plan: Plan,
    ) -> Result<TransferView, TransferError> {
        let mut view = self.view(session, id).await?;
        view.generated_password = plan.generated;
        view.notices = plan.heard.notices;
        let added = plan.added.into_iter().map(|row| (row.id, row.lock.and_then(|lock| lock.generated)));
        let staying = plan.staying.into_iter().map(|row| (row.id, row.generated));
        for (recipient, generated) in added.chain(staying) {
            if let Some(shown) = view.recipients.iter_mut().find(|view| view.id == recipient) {
                shown.generated_password = generated;
            }
        }
        Ok(view)
    }
}

/// Whether a draft is still the one that was looked at; how far its uploads are does not matter.
fn is_same(now: &Transfer, then: &Transfer) -> bool {
    let then = Transfer { file_count: now.file_count, byte_count: now.byte_count, ..then.clone() };
    *now == then
}
