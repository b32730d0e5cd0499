//! What the policy says of a sender, recipients and a file, and why.

use sealpost_auth::{MailboxColumns, TenantReader, UserColumns};
use sealpost_db::Conn;
use sealpost_domain::{EmailAddress, Policy, Protection, rules::AddressEffect};
use sealpost_policy::{Judgement, Sender};

use crate::{Tenancy, TenancyError};

/// What somebody might send.
#[derive(Debug, Clone)]
pub struct PolicyQuestion {
    /// In whose name: a user's address, or a mailbox's.
    pub sender: EmailAddress,
    /// To whom.
    pub recipients: Vec<EmailAddress>,
    /// A file's length in bytes.
    pub file_bytes: Option<u64>,
}

/// What the policy says, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The policy's version.
    pub version: u64,
    /// Whether the sender's address is a user's or a mailbox's. Nobody else sends anything; the rules are asked all the same.
    pub sender_known: bool,
    /// What it says of each recipient.
    pub recipients: Vec<AddressExplanation>,
    /// What it says of the file.
    pub file: Option<FileExplanation>,
}

/// What the policy says of a recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressExplanation {
    /// His address.
    pub address: EmailAddress,
    /// Whether it is one of the tenant's own; `None` if no rule asks.
    pub internal: Option<bool>,
    /// The number and the name of the rule that decides; `None` if none is about him.
    pub rule: Option<(usize, String)>,
    /// What the sender would be told; `None` if it may be sent.
    pub refusal: Option<String>,
    /// What he may be asked for; nothing if it may not be sent.
    pub protections: Vec<Protection>,
}

/// What the policy says of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileExplanation {
    /// Why it is refused; `None` if it may be sent.
    pub refusal: Option<String>,
}

impl Tenancy {
    /// What the policy says of it: by the same rules, and the same way to ask them, by which it is decided when something is
    /// sent.
    ///
    /// # Errors
    /// [`TenancyError::NotFound`], [`TenancyError::Policies`].
    pub async fn explain_policy(
        &self,
        reader: &TenantReader,
        question: &PolicyQuestion,
    ) -> Result<Explanation, TenancyError> {
        let place = (reader.tenant(), reader.tenant_key());
        let mut conn = self.db.read().await?;
        let settings = conn.current_policy(place.0).await?.ok_or(TenancyError::NotFound)?.policy;
        let rules = self.policies.current(&mut conn, place.0, place.1).await?;
        let sender = Sender { address: &question.sender, user: &question.sender };
        let judgements = rules.judge(&mut conn, place, sender, &question.recipients).await?;
        let recipients = question
            .recipients
            .iter()
            .zip(&judgements)
            .map(|(address, judgement)| explained(&settings, address, judgement))
            .collect();
        Ok(Explanation {
            version: rules.version(),
            sender_known: is_known(&mut conn, reader, &question.sender).await?,
            recipients,
            file: question.file_bytes.map(|bytes| file(&settings, bytes)),
        })
    }
}

fn explained(settings: &Policy, address: &EmailAddress, judgement: &Judgement<'_>) -> AddressExplanation {
    let (refusal, protections) = match judgement.effect {
        AddressEffect::Allow => (None, settings.protections.clone()),
        AddressEffect::Require(protections) => (None, protections.clone()),
        AddressEffect::Deny(reason) => (Some(reason.clone()), Vec::new()),
    };
    AddressExplanation {
        address: address.clone(),
        internal: judgement.internal,
        rule: judgement.rule.map(|(number, name)| (number, name.to_owned())),
        refusal,
        protections,
    }
}

fn file(settings: &Policy, bytes: u64) -> FileExplanation {
    let most = settings.max_file_bytes;
    FileExplanation { refusal: (bytes > most).then(|| format!("a file has at most {most} bytes")) }
}

async fn is_known(
    conn: &mut Conn,
    reader: &TenantReader,
    address: &EmailAddress,
) -> Result<bool, TenancyError> {
    let (tenant, key) = (reader.tenant(), reader.tenant_key());
    let user = conn.user_by_address(tenant, &UserColumns::address_hmac(key, address)).await?;
    if user.is_some_and(|user| user.disabled_at.is_none()) {
        return Ok(true);
    }
    let mailbox = conn.mailbox_by_address(tenant, &MailboxColumns::address_hmac(key, address)).await?;
    Ok(mailbox.is_some_and(|mailbox| mailbox.removed_at.is_none()))
}
