//! What the tenant's rules say of a transfer's recipients.

use sealpost_auth::{MailboxColumns, SenderSession, UserColumns};
use sealpost_db::{Conn, Recipient, Transfer};
use sealpost_domain::{
    EmailAddress, Policy, Protection, TransferId, UserId,
    rules::{AddressEffect, ModeSaying, RuleEffect, RuleKind},
};
use sealpost_policy::{Judgement, Rules, Sender};

use crate::{
    Service, TransferError,
    audit::By,
    hits::{Hit, Hits},
    refused_entry::{RefusedEntry, RefusedWhat},
    unlock::Unlocked,
};

/// A recipient to whom a rule lets nothing be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// His address.
    pub address: EmailAddress,
    /// What the sender is told.
    pub reason: String,
}

/// In whose name something is sent.
#[derive(Clone, Copy)]
pub(crate) enum InName<'a> {
    /// The user's own.
    Own,
    /// A shared mailbox's.
    Mailbox(&'a EmailAddress),
    /// That of somebody who sends it in: no user of the tenant.
    Uploader(&'a EmailAddress),
}

impl InName<'_> {
    const fn by(self, user: UserId) -> By {
        match self {
            Self::Own | Self::Mailbox(_) => By::User(user),
            Self::Uploader(_) => By::Uploader,
        }
    }
}

/// What a recipient may be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Asked {
    /// What the settings allow.
    BySettings,
    /// One of these, whatever the settings allow; the first is what counts when the sender says nothing.
    ByRule(Vec<Protection>),
}

impl Asked {
    pub(crate) fn allows(&self, settings: &Policy, protection: Protection) -> bool {
        match self {
            Self::BySettings => settings.allows(protection),
            Self::ByRule(named) => named.contains(&protection),
        }
    }
}

/// What rules say of recipients to whom it may be sent.
pub(crate) struct Heeded {
    /// What each of them may be asked for.
    pub(crate) asked: Vec<Asked>,
    /// What they say of who seals.
    pub(crate) sayings: Vec<ModeSaying>,
    /// The rules that decide.
    pub(crate) hits: Hits,
}

/// What each recipient may be asked for, or who is refused; not told to anybody yet.
pub(crate) type Judged = Result<Heeded, Refused>;

/// Refusals, and what the log says of them.
pub(crate) struct Refused {
    by: By,
    refusals: Vec<Refusal>,
    hits: Hits,
}

impl Service {
    /// What each of these recipients may be asked for. What is refused is in the log, without anybody's address.
    ///
    /// # Errors
    /// [`TransferError::Refused`] with everybody to whom nothing may be sent. If the rules cannot be heard nothing is sent.
    pub(crate) async fn judge(
        &self,
        session: &SenderSession,
        from: InName<'_>,
        recipients: &[&EmailAddress],
        transfer: Option<TransferId>,
    ) -> Result<Heeded, TransferError> {
        let mut conn = self.db().read().await?;
        let judged = self.judged(&mut conn, session, from, recipients).await?;
        drop(conn);
        match judged {
            Ok(heeded) => Ok(heeded),
            Err(refused) => Err(self.refuse(session, transfer, refused).await),
        }
    }

    /// The same of those who are in a transfer already, in what `conn` sees.
    pub(crate) async fn judge_rows(
        &self,
        conn: &mut Conn,
        session: &SenderSession,
        transfer: &Unlocked,
        (row, recipients): (&Transfer, &[Recipient]),
    ) -> Result<Judged, TransferError> {
        let rules = self.rules(conn, session).await?;
        if rules.addresses().rules().0.is_empty() {
            return Ok(Ok(Heeded::by_settings(recipients.len())));
        }
        let mut addresses = Vec::with_capacity(recipients.len());
        for recipient in recipients {
            addresses.push(transfer.address(recipient)?);
        }
        let mailbox = mailbox_address(conn, session, row).await?;
        let uploader = transfer.uploader()?;
        let from = match (&uploader, &mailbox) {
            (Some(uploader), _) => InName::Uploader(&uploader.address),
            (None, Some(mailbox)) => InName::Mailbox(mailbox),
            (None, None) => InName::Own,
        };
        let addresses: Vec<&EmailAddress> = addresses.iter().collect();
        self.judged(conn, session, from, &addresses).await
    }

    /// What the sender is told. It is written into the log, in a transaction of its own: what was to be done is not.
    pub(crate) async fn refuse(
        &self,
        session: &SenderSession,
        transfer: Option<TransferId>,
        refused: Refused,
    ) -> TransferError {
        let (rules, recipients) = (&refused.hits.numbers(), refused.refusals.len());
        let entry = RefusedEntry {
            by: refused.by,
            transfer,
            version: refused.hits.version,
            what: RefusedWhat::Recipients { rules, recipients },
        };
        let noted = async {
            let (place, now) = ((session.tenant(), session.tenant_key()), self.now());
            let mut tx = self.db().write().await?;
            refused.hits.keep_attempt(&mut tx, place, transfer, now).await?;
            let seq = entry.record(&mut tx, session.tenant(), now).await?;
            refused.hits.keep_refusal(&mut tx, place, seq).await?;
            Ok(tx.commit().await?)
        };
        match noted.await {
            Ok(()) => TransferError::Refused(refused.refusals),
            Err(error) => error,
        }
    }

    async fn judged(
        &self,
        conn: &mut Conn,
        session: &SenderSession,
        from: InName<'_>,
        recipients: &[&EmailAddress],
    ) -> Result<Judged, TransferError> {
        let rules = self.rules(conn, session).await?;
        if rules.addresses().rules().0.is_empty() {
            return Ok(Ok(Heeded::by_settings(recipients.len())));
        }
        let user = own_address(conn, session).await?;
        let sender = match from {
            InName::Own => Sender::user(&user),
            InName::Mailbox(mailbox) => Sender { address: mailbox, ..Sender::user(&user) },
            InName::Uploader(address) => Sender::outsider(address),
        };
        let place = (session.tenant(), session.tenant_key());
        let judgements = rules.judge(conn, place, sender, recipients.iter().copied()).await?;
        let by = from.by(session.user());
        Ok(told_apart((rules.version(), by), recipients, &judgements))
    }

    async fn rules(
        &self,
        conn: &mut Conn,
        session: &SenderSession,
    ) -> Result<std::sync::Arc<Rules>, TransferError> {
        Ok(self.policies().current(conn, session.tenant(), session.tenant_key()).await?)
    }

    /// The address of the mailbox in whose name a transfer is sent.
    pub(crate) async fn sender_mailbox(
        &self,
        session: &SenderSession,
        row: &Transfer,
    ) -> Result<Option<EmailAddress>, TransferError> {
        mailbox_address(&mut self.db().read().await?, session, row).await
    }
}

fn told_apart(
    (version, by): (u64, By),
    recipients: &[&EmailAddress],
    judgements: &[Judgement<'_>],
) -> Judged {
    let (mut asked, mut refusals, mut sayings) = (Vec::new(), Vec::new(), Vec::new());
    let (mut heeded, mut denied) = (Hits::of(version), Hits::of(version));
    for (address, judgement) in recipients.iter().zip(judgements) {
        let (hits, effect) = match judgement.effect {
            AddressEffect::Allow => {
                asked.push(Asked::BySettings);
                let says = judgement.zero_knowledge.is_some();
                (&mut heeded, if says { RuleEffect::Required } else { RuleEffect::Allowed })
            }
            AddressEffect::Require(protections) => {
                asked.push(Asked::ByRule(protections.clone()));
                (&mut heeded, RuleEffect::Required)
            }
            AddressEffect::Deny(reason) => {
                refusals.push(Refusal { address: (*address).clone(), reason: reason.clone() });
                (&mut denied, RuleEffect::Denied)
            }
        };
        sayings.extend(judgement.says_of_mode());
        if let Some((number, name)) = judgement.rule {
            hits.add(Hit { kind: RuleKind::Address, name: name.to_owned(), number, effect });
        }
    }
    if refusals.is_empty() {
        return Ok(Heeded { asked, sayings, hits: heeded });
    }
    Err(Refused { by, refusals, hits: denied })
}

impl Heeded {
    /// No rule says anything of so many recipients.
    fn by_settings(recipients: usize) -> Self {
        Self { asked: vec![Asked::BySettings; recipients], sayings: Vec::new(), hits: Hits::default() }
    }
}

pub(crate) async fn own_address(
    conn: &mut Conn,
    session: &SenderSession,
) -> Result<EmailAddress, TransferError> {
    let (tenant, id) = (session.tenant(), session.user());
    let user = conn.user(tenant, id).await?.ok_or(TransferError::Forbidden)?;
    let (address, _) = UserColumns::of(tenant, id).open(session.tenant_key(), &user.address, &user.name)?;
    address.parse().map_err(TransferError::internal)
}

async fn mailbox_address(
    conn: &mut Conn,
    session: &SenderSession,
    row: &Transfer,
) -> Result<Option<EmailAddress>, TransferError> {
    let Some(id) = row.mailbox_id else {
        return Ok(None);
    };
    let mailbox = conn.mailbox(session.tenant(), id).await?.ok_or(TransferError::Forbidden)?;
    let columns = MailboxColumns::of(session.tenant(), id);
    let (address, _) = columns.open(session.tenant_key(), &mailbox.address, &mailbox.name)?;
    address.parse().map(Some).map_err(TransferError::internal)
}
