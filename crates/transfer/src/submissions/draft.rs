//! Beginning to send in: room is taken, and a draft is made.

use sealpost_auth::{Beginner, BegunSubmission, Entrance, PortalColumns, RequestColumns, network_value};
use sealpost_db::{BegunWith, NewSubmission, NewTransfer, Tx};
use sealpost_domain::{EmailAddress, PortalId, Protection, SubmissionSource, TransferId, TransferMode};
use sealpost_sealed::{ContentKey, TransferKey};

use super::uploader_bytes;
use crate::{NewRecipient, Service, TransferError, audit::Event, place::Place, protect::Locking};

/// Most drafts of a portal that nobody has handed over yet. Whoever knows its address begins: they take of its owner's room.
const MAX_DRAFTS: u64 = 200;
/// How many of them from one network.
const MAX_DRAFTS_FROM: u64 = 20;

/// What somebody begins to send in.
pub(crate) struct Draft<'a> {
    pub(crate) entrance: &'a Entrance,
    pub(crate) beginner: &'a Beginner,
    pub(crate) subject: &'a str,
    pub(crate) message: Option<&'a str>,
    /// The transfer that it answers.
    pub(crate) reply_to: Option<TransferId>,
    /// Who seals it.
    pub(crate) mode: TransferMode,
    /// To whom, at least one, and what each of them has to show.
    pub(crate) to: Vec<(EmailAddress, Protection)>,
    /// Whom he has named besides, who do not get it.
    pub(crate) unreached: Vec<EmailAddress>,
}

impl Draft<'_> {
    /// What drafts from one network are counted by.
    fn network_hmac(&self, portal: PortalId) -> Option<[u8; 32]> {
        let columns = PortalColumns::of(self.entrance.tenant(), portal);
        self.beginner.network().map(|network| columns.network_hmac(self.entrance.tenant_key(), network))
    }

    /// What the log says of people.
    fn said(&self) -> Vec<(&'static str, String)> {
        let mut said = vec![("address", self.beginner.uploader().address.as_str().to_owned())];
        said.extend(network_value(self.beginner.network()));
        said.extend(self.unreached.iter().map(|address| ("unreached", address.as_str().to_owned())));
        said
    }
}

impl Service {
    /// Takes the room, and makes the draft that files go to, in one transaction. Whoever asks at the same moment with the same
    /// key gets the same.
    pub(crate) async fn begin_draft(&self, draft: Draft<'_>) -> Result<BegunSubmission, TransferError> {
        let (entrance, session, source) = (draft.entrance, draft.entrance.session(), draft.entrance.source());
        let (beginner, uploader) = (draft.beginner, draft.beginner.uploader());
        let now = self.now();
        let expires_at = session.policy().expiry(now, None)?;
        let place = Place { tenant: session.tenant(), transfer: self.new_id(TransferId::new) };
        let epoch_key = self.keys().epoch_key(place.tenant, expires_at.epoch()).await?;
        let random = self.random();
        let (key, content_key) = (TransferKey::generate(random), ContentKey::generate(random));
        let protection =
            draft.to.first().map(|(_, protection)| *protection).ok_or(TransferError::NotFound)?;
        let locking = Locking { place, key: &key, content_key: Some(&content_key), protection };
        let mut recipients = Vec::with_capacity(draft.to.len());
        for (index, (address, asked)) in draft.to.iter().enumerate() {
            let recipient = NewRecipient::from(address.clone());
            let own = Some(*asked).filter(|asked| *asked != protection);
            recipients.push(self.seal_recipient(session, &locking, (index, &recipient, own)).await?);
        }
        let subject = key.seal_column(place.subject(), draft.subject.as_bytes(), random);
        let message =
            draft.message.map(|message| content_key.seal_column(place.message(), message.as_bytes(), random));
        let sealed = key.seal_column(place.uploader(), &uploader_bytes(uploader), random);
        let hmac = RequestColumns::address_hmac(entrance.tenant_key(), &uploader.address);
        let network = source.portal().and_then(|portal| draft.network_hmac(portal));
        let event = Event::SubmissionBegun { source, proved: uploader.proved };
        let entry = event.with(place, &key, &draft.said(), random);
        let mut tx = self.db().write().await?;
        let room = match source {
            SubmissionSource::Request(id) => match tx.take_request_slot(id, now).await? {
                true => Ok(()),
                false => Err(TransferError::RequestUsedUp),
            },
            SubmissionSource::Portal(id) => take_room(&mut tx, entrance, id, network.as_ref()).await,
        };
        // With that row locked, or seen after whoever had it: nobody begins beside this.
        if let Some(begun) = begun_before(&mut tx, entrance, beginner.begun_with()).await? {
            return Ok(begun);
        }
        room?;
        if let Some(code) = beginner.code()
            && !tx.use_request_code(code, now).await?
        {
            return Err(TransferError::CodeUsed);
        }
        tx.insert_transfer(&NewTransfer {
            id: place.transfer,
            tenant_id: place.tenant,
            sender_id: session.user(),
            epoch: expires_at.epoch(),
            transfer_key: &epoch_key.wrap_transfer_key(&key, place.transfer_key(), random),
            content_key: &key.wrap_content_key(&content_key, place.content_key(), random),
            locked_content_key: None,
            password_parameters: None,
            subject: Some(&subject),
            message: message.as_deref(),
            max_downloads: None,
            mailbox_id: None,
            protection,
            created_at: now,
            expires_at,
            submission: Some(NewSubmission {
                source,
                uploader: &sealed,
                uploader_hmac: &hmac,
                network: network.as_ref(),
                reply_to: draft.reply_to,
                begun_with: beginner.begun_with(),
            }),
            allow_reply: None,
            mode: draft.mode,
            server_half: None,
        })
        .await?;
        for recipient in &recipients {
            tx.insert_recipient(&recipient.borrowed()).await?;
        }
        entry.append(&mut tx, place.tenant, now).await?;
        tx.commit().await?;
        Ok(BegunSubmission { id: place.transfer, expires_at })
    }
}

/// What somebody else has begun with the same key since it was looked for. What this transaction has taken goes back with it.
async fn begun_before(
    tx: &mut Tx,
    entrance: &Entrance,
    with: Option<BegunWith>,
) -> Result<Option<BegunSubmission>, TransferError> {
    let Some(with) = with else { return Ok(None) };
    match tx.draft_begun_with(entrance.tenant(), &with.key).await? {
        Some(draft) if draft.said != with.said => Err(TransferError::KeyReused),
        found => Ok(found.map(|draft| BegunSubmission { id: draft.id, expires_at: draft.expires_at })),
    }
}

/// Fails unless a portal takes one more draft, with its row locked: whoever begins beside it waits, and so does who switches
/// it off or gives it another owner.
async fn take_room(
    tx: &mut Tx,
    entrance: &Entrance,
    id: PortalId,
    network: Option<&[u8; 32]>,
) -> Result<(), TransferError> {
    let row = tx.portal_for_update(entrance.tenant(), id).await?;
    let row = row.filter(|row| row.enabled).ok_or(TransferError::RequestUsedUp)?;
    if row.user_id != entrance.session().user() {
        return Err(TransferError::NotReady("the page was changed a moment ago: try again"));
    }
    let mut full = tx.portal_drafts(id).await? >= MAX_DRAFTS;
    if let Some(network) = network {
        full |= tx.portal_drafts_from(id, network).await? >= MAX_DRAFTS_FROM;
    }
    if full { Err(TransferError::TooManyDrafts) } else { Ok(()) }
}
