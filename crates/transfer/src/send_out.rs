//! What follows from sending: the entry in the log, links, mails, or first the look that somebody has to take.

use sealpost_auth::{LinkToken, SenderSession};
use sealpost_db::{Link, Recipient, Transfer, Tx};
use sealpost_domain::{Job, RecipientId, TenantId, Timestamp, TransferEvent, rules::Inspection};

use crate::{
    Service, TransferError,
    audit::{By, Event},
    unlock::Unlocked,
};

/// What is sent, and what was found about it.
pub(crate) struct Sending<'a> {
    pub(crate) row: &'a Transfer,
    pub(crate) recipients: &'a [Recipient],
    /// Whether the malware scanner has to be heard.
    pub(crate) scans: bool,
    /// Whether the service may go on reading the content: not if a password protects it from everybody.
    pub(crate) readable: bool,
}

impl Service {
    /// Sends, in the transaction that has found everything in order.
    pub(crate) async fn send_out(
        &self,
        tx: &mut Tx,
        session: &SenderSession,
        transfer: &Unlocked,
        sending: &Sending<'_>,
    ) -> Result<(), TransferError> {
        let &Sending { row, recipients, scans, readable } = sending;
        let (place, now) = (transfer.place, self.now());
        let state = row.state.at(now, row.expires_at).after(TransferEvent::Seal)?;
        let event = Event::Sent {
            by: By::of(row, session.user()),
            mailbox: row.mailbox_id,
            source: row.source(),
            files: row.file_count,
            bytes: row.byte_count,
            recipients: recipients.len() as u64,
        };
        let whom = recipients.iter().map(|row| {
            let address = transfer.key.open_text(transfer.place.address(row.id), &row.address)?;
            Ok(("address", address))
        });
        let whom = whom.collect::<Result<Vec<_>, TransferError>>()?;
        let entry = event.with(place, &transfer.key, &whom, self.random());
        entry.append(tx, place.tenant, now).await?;
        // Asked behind the entry in the log, which locks it: whoever blocks a file either is seen here, or sees this transfer.
        let sealed = row.is_zero_knowledge();
        let waits = !sealed && (scans || !tx.suspect_files(place.transfer).await?.is_empty());
        if waits {
            // What a password protects afterwards has to be read first.
            tx.set_sent(place.transfer, state, now, true).await?;
            if scans {
                tx.set_inspection(place.transfer, Inspection::Waiting, now).await?;
            }
            let job = Job::ReleaseTransfer { tenant: place.tenant, transfer: place.transfer };
            self.enqueue(tx, &job, now).await?;
        } else {
            tx.set_sent(place.transfer, state.after(TransferEvent::Release)?, now, readable).await?;
        }
        if sealed {
            let inspection = Inspection::SealedBySender;
            tx.set_inspection(place.transfer, inspection, now).await?;
            Event::Inspected { inspection, finding: None }.record(tx, place, now).await?;
        }
        for recipient in recipients {
            self.give_link(tx, transfer, recipient.id, now).await?;
            if !waits && !row.in_mail {
                self.tell(tx, place.tenant, recipient.id, now).await?;
            }
        }
        if transfer.uploader()?.is_some_and(|uploader| uploader.proved) {
            let job = Job::NotifyUploader { tenant: place.tenant, transfer: place.transfer };
            self.enqueue(tx, &job, now).await?;
        }
        Ok(())
    }

    /// Gives a recipient his link.
    pub(crate) async fn give_link(
        &self,
        tx: &mut Tx,
        transfer: &Unlocked,
        recipient: RecipientId,
        now: Timestamp,
    ) -> Result<(), TransferError> {
        let (place, token) = (transfer.place, LinkToken::generate(self.random()));
        let sealed = transfer.key.seal_column(place.link_token(recipient), token.as_bytes(), self.random());
        tx.set_link_token(recipient, &sealed).await?;
        tx.insert_link(&Link {
            token_hash: *token.hash().as_bytes(),
            tenant_id: place.tenant,
            transfer_id: place.transfer,
            recipient_id: recipient,
            created_at: now,
        })
        .await?;
        Ok(())
    }

    /// Queues the mail with a recipient's link.
    pub(crate) async fn tell(
        &self,
        tx: &mut Tx,
        tenant: TenantId,
        recipient: RecipientId,
        now: Timestamp,
    ) -> Result<(), TransferError> {
        self.enqueue(tx, &Job::NotifyRecipient { tenant, recipient }, now).await
    }
}
