//! What the policy says of a sender, recipients, a file and what is written, and why.

use std::fmt;

use sealpost_auth::{MailboxColumns, TenantReader, UserColumns};
use sealpost_db::Conn;
use sealpost_domain::{
    EmailAddress, FileName, Policy, Protection,
    rules::{
        AddressEffect, Content, ContentFilter, ContentFinding, ContentLevel, Extension, FileKind, Findings,
        ModeWord, NameTraits, TypeRule, TypeRules,
    },
};
use sealpost_policy::{Judgement, Sender};

use crate::{Tenancy, TenancyError};

/// What somebody might send.
#[derive(Debug, Clone)]
pub struct PolicyQuestion {
    /// In whose name: a user's address, or a mailbox's.
    pub sender: EmailAddress,
    /// To whom.
    pub recipients: Vec<EmailAddress>,
    /// A file.
    pub file: Option<FileQuestion>,
    /// What is written, and what goes with it.
    pub content: Option<ContentQuestion>,
}

/// What somebody might write; what is not said is as if it were empty.
#[derive(Clone, Default)]
pub struct ContentQuestion {
    /// The subject.
    pub subject: String,
    /// The message.
    pub message: String,
    /// Names and lengths of the files.
    pub files: Vec<(String, u64)>,
}

/// Without anybody's words.
impl fmt::Debug for ContentQuestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContentQuestion").field("files", &self.files.len()).finish_non_exhaustive()
    }
}

/// A file that somebody might send; what is not said is not asked about.
#[derive(Debug, Clone, Default)]
pub struct FileQuestion {
    /// Its length in bytes.
    pub bytes: Option<u64>,
    /// Its name.
    pub name: Option<FileName>,
    /// What it is, whatever its name says; with none, it is asked by its name alone.
    pub kinds: Vec<FileKind>,
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
    /// What it says of what is written.
    pub content: Option<ContentExplanation>,
}

/// What the policy says of what is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentExplanation {
    /// The rules that find something, in their order.
    pub rules: Vec<ContentRuleExplanation>,
    /// What every recipient must be asked for; `None` if no rule says so.
    pub required: Option<Vec<Protection>>,
    /// What they are asked for unless the sender says otherwise: the first that can be.
    pub preferred: Vec<Protection>,
}

/// A rule that finds something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentRuleExplanation {
    /// Its number, counted from 1.
    pub number: usize,
    /// Its name.
    pub name: String,
    /// How much it asks for.
    pub level: ContentLevel,
    /// How often it has found what it looks for.
    pub times: u64,
    /// How often it must be found.
    pub at_least: u32,
    /// What the sender would be told.
    pub text: String,
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
    /// Whether the rule says that the sender's program must seal, or must not.
    pub zero_knowledge: Option<ModeWord>,
}

/// What the policy says of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileExplanation {
    /// Why it is refused; `None` if it may be sent.
    pub refusal: Option<String>,
    /// The rule about files that refuses it, and what it does not allow; `None` if none does.
    pub rule: Option<(TypeRule, String)>,
    /// Whether the sender's program must seal it, or must not, for what it is; the first if both are said.
    pub zero_knowledge: Option<ModeWord>,
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
        let sender = Sender::user(&question.sender);
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
            file: question.file.as_ref().map(|asked| file(&settings, rules.types(), asked)),
            content: question.content.as_ref().map(|asked| content(rules.content(), asked)),
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
        zero_knowledge: judgement.zero_knowledge,
    }
}

fn file(settings: &Policy, rules: &TypeRules, asked: &FileQuestion) -> FileExplanation {
    let most = settings.max_file_bytes;
    if asked.bytes.is_some_and(|bytes| bytes > most) {
        return FileExplanation {
            refusal: Some(format!("a file has at most {most} bytes")),
            rule: None,
            zero_knowledge: None,
        };
    }
    let found = (!asked.kinds.is_empty()).then(|| {
        let implied = asked.kinds.iter().filter_map(|kind| kind.implies());
        Findings::plain(0, "", implied.chain(asked.kinds.iter().copied()))
    });
    let asks = asked.name.is_some() || found.is_some();
    let name = asked.name.as_ref().map_or("file", FileName::as_str);
    let zero_knowledge = said_of_mode(rules, name, found.as_ref());
    match rules.decide(name, found.as_ref()).refusal().filter(|_| asks) {
        Some(why) => FileExplanation {
            refusal: Some(why.to_string()),
            rule: Some((why.rule, why.what)),
            zero_knowledge,
        },
        None => FileExplanation { refusal: None, rule: None, zero_knowledge },
    }
}

fn said_of_mode(rules: &TypeRules, name: &str, found: Option<&Findings>) -> Option<ModeWord> {
    let promised = NameTraits::of(name).extension;
    let promised = promised.as_ref().map(Extension::kinds).unwrap_or_default();
    let found = found.into_iter().flat_map(|found| &found.kinds);
    let kinds = promised.iter().chain(found).copied().collect();
    let required = rules.zero_knowledge.required(&kinds).map(|_| ModeWord::Require);
    required.or_else(|| rules.zero_knowledge.forbidden(&kinds).map(|_| ModeWord::Forbid))
}

fn content(filter: &ContentFilter, asked: &ContentQuestion) -> ContentExplanation {
    let files: Vec<_> = asked.files.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    let content = Content { subject: &asked.subject, message: &asked.message, files: &files };
    let outcome = filter.look(&content);
    let rule = |found: &ContentFinding<'_>| ContentRuleExplanation {
        number: found.number,
        name: found.rule.name.clone(),
        level: found.rule.level,
        times: found.times,
        at_least: found.rule.at_least,
        text: found.rule.text.clone(),
    };
    ContentExplanation {
        rules: outcome.0.iter().map(rule).collect(),
        required: outcome.required(),
        preferred: outcome.preferred(),
    }
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
