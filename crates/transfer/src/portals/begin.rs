//! Beginning to send in at a portal: to whom it goes, and what never tells who is there.

use std::{collections::HashSet, fmt};

use sealpost_auth::{
    BeginGrant, BegunSubmission, MailboxColumns, PortalColumns, PortalPage, SenderSession, UserColumns,
};
use sealpost_domain::{EmailAddress, MailboxId, Protection, UserId};

use crate::{
    Service, TransferError,
    judge::InName,
    submissions::{Draft, check_message, check_title},
    zero_knowledge::receiver,
};

/// Most recipients of one submission.
const MAX_RECIPIENTS: usize = 20;

/// What somebody wants who begins at a portal.
#[derive(Clone, Default)]
pub struct PortalWish {
    /// To whom: ids of choices, and addresses in the portal's domains.
    pub recipients: Vec<String>,
    /// One line; the portal's title if absent.
    pub subject: Option<String>,
    /// What recipients read.
    pub message: Option<String>,
}

/// Without anybody's words or address.
impl fmt::Debug for PortalWish {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PortalWish").field("recipients", &self.recipients.len()).finish_non_exhaustive()
    }
}

/// Whom an uploader wants to reach.
#[derive(Default)]
struct Wanted {
    /// Those whom the portal offers him.
    chosen: Vec<EmailAddress>,
    /// What he has typed: he does not hear who of them is there.
    typed: Vec<EmailAddress>,
}

impl Service {
    /// Makes the draft that files go to. The tenant's rules about addresses are asked with the uploader as the sender.
    ///
    /// Of the addresses that were typed, users of the tenant get it. If one is nobody's, or rules let nothing be sent to
    /// him, the portal's owner gets it instead, and the answer is the same: it says of nobody whether he is there.
    ///
    /// # Errors
    /// [`TransferError::Invalid`]; [`TransferError::Refused`] and [`TransferError::NotReady`] for whom the portal offers,
    /// and for its owner; [`TransferError::TooManyDrafts`]; [`TransferError::RequestUsedUp`] if it was switched off.
    pub async fn begin_portal_submission(
        &self,
        grant: &BeginGrant<PortalPage>,
        wish: &PortalWish,
    ) -> Result<BegunSubmission, TransferError> {
        let subject = wish.subject.as_deref().map(str::trim).filter(|subject| !subject.is_empty());
        subject.map(check_title).transpose()?;
        let message = wish.message.as_deref().filter(|message| !message.trim().is_empty());
        message.map(check_message).transpose()?;
        let (session, row) = (grant.session(), grant.row());
        let keys = receiver::of_portal(row);
        if keys.is_some() && (subject.is_some() || message.is_some()) {
            return Err(TransferError::SealedBySender(
                "subject and message are sealed by the uploader's program: they are not said here",
            ));
        }
        self.check_sealed_entrance(session, keys).await?;
        let from = InName::Uploader(&grant.beginner().uploader().address);
        let wanted = match row.mailbox_id {
            Some(team) => self.team(grant, team, &wish.recipients).await?,
            None => self.wanted(grant, &wish.recipients).await?,
        };
        let mut to = self.allowed(session, from, &wanted.chosen).await?;
        let mut unreached = Vec::new();
        if wanted.chosen.is_empty() || !wanted.typed.is_empty() {
            // Asked in any case: or its refusal would say that somebody is not there.
            let owner = self.allowed(session, from, std::slice::from_ref(grant.owner())).await?;
            for address in wanted.typed {
                match self.reached(session, from, &address).await? {
                    Some(reached) => to.push(reached),
                    None => unreached.push(address),
                }
            }
            if to.is_empty() || !unreached.is_empty() {
                to.extend(owner);
            }
        }
        let mut seen = HashSet::new();
        to.retain(|(address, _)| seen.insert(address.lookup_key()));
        let title = PortalColumns::of(row.tenant_id, row.id).title();
        let title = grant.tenant_key().open_text(title, &row.title)?;
        let subject = subject.unwrap_or(&title);
        self.begin_draft(Draft {
            entrance: grant,
            beginner: grant.beginner(),
            mode: receiver::mode_of(keys),
            subject,
            message,
            reply_to: None,
            to,
            unreached,
        })
        .await
    }

    /// The team that gets all that comes in here: the address of its mailbox.
    async fn team(
        &self,
        page: &PortalPage,
        team: MailboxId,
        recipients: &[String],
    ) -> Result<Wanted, TransferError> {
        if !recipients.is_empty() {
            return Err(TransferError::Invalid("there is nobody to choose here: send no recipients"));
        }
        let (tenant, key) = (page.tenant(), page.tenant_key());
        let row = self.db().read().await?.mailbox(tenant, team).await?;
        let row = row.ok_or(TransferError::NotReady("the mailbox that gets what comes in here is gone"))?;
        let (address, _) = MailboxColumns::of(tenant, team).open(key, &row.address, &row.name)?;
        let address = address.parse().map_err(TransferError::internal)?;
        Ok(Wanted { chosen: vec![address], typed: Vec::new() })
    }

    /// Whom he wants to reach, as far as the portal lets him choose.
    async fn wanted(&self, page: &PortalPage, recipients: &[String]) -> Result<Wanted, TransferError> {
        let (row, key) = (page.row(), page.tenant_key());
        let mut choices = self.db().read().await?.portal_recipients(row.id).await?;
        choices.retain(|choice| choice.disabled_at.is_none());
        let offers = !choices.is_empty() || !row.domains.as_slice().is_empty();
        let most = if row.several { MAX_RECIPIENTS.min(page.policy().max_recipients as usize) } else { 1 };
        match recipients.len() {
            0 if offers => return Err(TransferError::Invalid("somebody has to be chosen who gets it")),
            count if count > most && offers => {
                return Err(TransferError::Invalid("so many recipients cannot be chosen here"));
            }
            _ => {}
        }
        let mut wanted = Wanted::default();
        for text in recipients {
            if let Ok(id) = text.parse::<UserId>() {
                let choice = choices.iter().find(|one| one.user_id == id);
                let choice = choice.ok_or(TransferError::Invalid("a recipient is none of the choices"))?;
                let columns = UserColumns::of(row.tenant_id, id);
                let (address, _) = columns.open(key, &choice.address, &choice.name)?;
                wanted.chosen.push(address.parse().map_err(TransferError::internal)?);
                continue;
            }
            let address: EmailAddress =
                text.parse().map_err(|_| TransferError::Invalid("a recipient is no address"))?;
            if !row.domains.contain(&address) {
                return Err(TransferError::Invalid("a recipient is none of the choices"));
            }
            wanted.typed.push(address);
        }
        Ok(wanted)
    }

    /// What each of them has to show, or who is refused.
    async fn allowed(
        &self,
        session: &SenderSession,
        from: InName<'_>,
        addresses: &[EmailAddress],
    ) -> Result<Vec<(EmailAddress, Protection)>, TransferError> {
        let asked = self.judge(session, from, &addresses.iter().collect::<Vec<_>>(), None).await?.asked;
        let mut allowed = Vec::with_capacity(addresses.len());
        for (address, asked) in addresses.iter().zip(&asked) {
            allowed.push((address.clone(), self.protection_of_submission(session, asked).await?));
        }
        Ok(allowed)
    }

    /// Whom the uploader has typed, as his account has the address, and what he has to show; `None` if he is no user of the
    /// tenant, or it cannot go to him.
    async fn reached(
        &self,
        session: &SenderSession,
        from: InName<'_>,
        address: &EmailAddress,
    ) -> Result<Option<(EmailAddress, Protection)>, TransferError> {
        let (tenant, key) = (session.tenant(), session.tenant_key());
        let hmac = UserColumns::address_hmac(key, address);
        let user = self.db().read().await?.user_by_address(tenant, &hmac).await?;
        let allowed = match self.allowed(session, from, std::slice::from_ref(address)).await {
            Err(TransferError::Refused(_) | TransferError::NotReady(_)) => None,
            allowed => allowed?.pop(),
        };
        let user = user.filter(|user| user.disabled_at.is_none());
        let Some((user, (_, protection))) = user.zip(allowed) else { return Ok(None) };
        let (own, _) = UserColumns::of(tenant, user.id).open(key, &user.address, &user.name)?;
        Ok(Some((own.parse().map_err(TransferError::internal)?, protection)))
    }
}
