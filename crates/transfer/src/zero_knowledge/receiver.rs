//! Whose key what comes in from outside is sealed to.

use sealpost_auth::{MailboxColumns, SenderSession};
use sealpost_db::{Conn, Portal, Transfer, Tx, UploadRequest};
use sealpost_domain::{KeyOwner, SubmissionSource, TenantId, TransferMode};
use sealpost_sealed::{PublicKey, TenantKey};

use super::{Known, recovery};
use crate::{Service, TransferError};

/// What an outsider's program needs to know to seal what he sends in.
#[derive(Debug, Clone)]
pub struct SubmissionSealing {
    /// The tenant, which contexts name.
    pub tenant: TenantId,
    /// To which key the content key is sealed.
    pub receiver: PublicKey,
    /// The tenant's recovery key, to which it is sealed besides; `None` if there is none.
    pub recovery: Option<PublicKey>,
    /// Of a team: what it is called. `None`: who asks for the files gets them himself.
    pub team: Option<String>,
}

/// Why nothing can be sealed.
const NO_KEY: TransferError =
    TransferError::NotReady("whoever is to get it has no key pair to which it could be sealed");

/// To whom what comes in by a request is sealed; `None` if the service seals.
pub(crate) fn of_request(row: &UploadRequest) -> Option<KeyOwner> {
    row.mode.is_zero_knowledge().then_some(KeyOwner::User(row.user_id))
}

/// To whom what comes in by a portal is sealed; `None` if the service seals.
pub(crate) fn of_portal(row: &Portal) -> Option<KeyOwner> {
    row.mailbox_id.filter(|_| row.mode.is_zero_knowledge()).map(KeyOwner::Mailbox)
}

/// Who seals what comes in to somebody.
pub(crate) const fn mode_of(owner: Option<KeyOwner>) -> TransferMode {
    match owner {
        Some(_) => TransferMode::ZeroKnowledge,
        None => TransferMode::Standard,
    }
}

/// The public key that counts of whoever gets it. A team's counts as long as somebody has its other half.
pub(crate) async fn public_key(
    conn: &mut Conn,
    tenant: TenantId,
    owner: KeyOwner,
) -> Result<PublicKey, TransferError> {
    let pair = conn.current_key_pair(tenant, owner).await?.ok_or(NO_KEY)?;
    if let KeyOwner::Mailbox(mailbox) = owner {
        conn.mailbox(tenant, mailbox).await?.ok_or(NO_KEY)?;
        if !conn.is_key_pair_held(pair.id).await? {
            return Err(NO_KEY);
        }
    }
    Ok(PublicKey::from_bytes(&pair.public_key)?)
}

/// To whom a draft that comes in is sealed.
async fn of_draft(conn: &mut Conn, row: &Transfer) -> Result<Option<KeyOwner>, TransferError> {
    match row.source() {
        Some(_) if !row.is_zero_knowledge() => Ok(None),
        Some(SubmissionSource::Request(_)) => Ok(Some(KeyOwner::User(row.sender_id))),
        Some(SubmissionSource::Portal(id)) => {
            let known = conn.known_portal(row.tenant_id, id).await?;
            Ok(known.and_then(|known| known.portal.mailbox_id).map(KeyOwner::Mailbox))
        }
        None => Ok(None),
    }
}

/// The key that a draft which comes in has to be sealed to.
pub(super) async fn required_key(conn: &mut Conn, row: &Transfer) -> Result<PublicKey, TransferError> {
    let owner = of_draft(conn, row).await?.ok_or(NO_KEY)?;
    public_key(conn, row.tenant_id, owner).await
}

/// Fails unless the content key of what comes in is sealed to the key that counts now, and to no other.
pub(super) async fn sealed_to_receiver(tx: &mut Tx, row: &Transfer) -> Result<(), TransferError> {
    let mut keys = tx.content_keys(row.id).await?;
    keys.retain(|key| !key.recovery);
    if keys.is_empty() {
        return Err(TransferError::NotSealedYet("the sealed content key is missing"));
    }
    let required = required_key(tx, row).await?;
    if keys.iter().all(|key| key.public_key == *required.as_bytes()) {
        return Ok(());
    }
    Err(TransferError::KeyChanged)
}

impl Service {
    /// Whether nothing can come in by a portal because its uploaders' programs would have no key to seal to: its team has no pair, or
    /// nobody has the private half.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn portal_lacks_key(&self, portal: &Portal) -> Result<bool, TransferError> {
        let Some(owner) = of_portal(portal) else {
            return Ok(portal.mode.is_zero_knowledge());
        };
        let mut conn = self.db().read().await?;
        match public_key(&mut conn, portal.tenant_id, owner).await {
            Ok(_) => Ok(false),
            Err(TransferError::NotReady(_)) => Ok(true),
            Err(error) => Err(error),
        }
    }

    /// What an outsider's program needs to seal what goes to this owner of a key.
    ///
    /// # Errors
    /// [`TransferError::NotReady`] if he has none.
    pub(crate) async fn submission_sealing(
        &self,
        (tenant, key): (TenantId, &TenantKey),
        owner: Option<KeyOwner>,
    ) -> Result<Option<SubmissionSealing>, TransferError> {
        let Some(owner) = owner else {
            return Ok(None);
        };
        let mut conn = self.db().read().await?;
        let receiver = public_key(&mut conn, tenant, owner).await?;
        let team = match owner {
            KeyOwner::User(_) => None,
            KeyOwner::Mailbox(id) => {
                let row = conn.mailbox(tenant, id).await?.ok_or(NO_KEY)?;
                Some(MailboxColumns::of(tenant, id).open(key, &row.address, &row.name)?.1)
            }
        };
        let recovery = recovery::current(&mut conn, tenant).await?;
        Ok(Some(SubmissionSealing { tenant, receiver, recovery, team }))
    }

    /// Fails unless something can be sealed to this owner of a key now.
    pub(crate) async fn check_sealed_entrance(
        &self,
        session: &SenderSession,
        owner: Option<KeyOwner>,
    ) -> Result<(), TransferError> {
        let Some(owner) = owner else {
            return Ok(());
        };
        self.check_mode(session, TransferMode::ZeroKnowledge, (&[], Known::Recipients), None).await?;
        public_key(&mut self.db().read().await?, session.tenant(), owner).await.map(drop)
    }

    /// The same of a draft.
    pub(crate) async fn sealing_of_draft(
        &self,
        key: &TenantKey,
        row: &Transfer,
    ) -> Result<Option<SubmissionSealing>, TransferError> {
        let owner = of_draft(&mut self.db().read().await?, row).await?;
        self.submission_sealing((row.tenant_id, key), owner).await
    }
}
