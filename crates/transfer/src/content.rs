//! What is written in a transfer, by the tenant's rules: the add-in has looked before, and whoever does not use it is looked
//! at here.

use sealpost_auth::SenderSession;
use sealpost_db::{Recipient, Transfer, Tx};
use sealpost_domain::{
    Protection, TenantId, TransferId, UploadId,
    rules::{Content, ContentFinding, ContentLevel, ContentOutcome, ContentRule, RuleEffect, RuleKind},
};
use sealpost_sealed::TenantKey;

use crate::{
    Service, TransferError, UploadMetadata,
    audit::By,
    hits::{Hit, Hits},
    place::Place,
    refused_entry::{RefusedEntry, RefusedWhat},
    unlock::Unlocked,
};

/// A rule that has found something in what is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentNotice {
    /// What the rule is called.
    pub rule: String,
    /// How much it asks for.
    pub level: ContentLevel,
    /// What the sender is told.
    pub text: String,
}

/// What rules have found, and what that asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Heard {
    pub(crate) notices: Vec<ContentNotice>,
    /// What recipients must be asked for; `None` if no rule says so.
    pub(crate) required: Option<Vec<Protection>>,
    /// What they are asked for unless the sender says otherwise, the first that can be.
    pub(crate) preferred: Vec<Protection>,
    /// The policy's version.
    pub(crate) version: u64,
    /// The rules that have found something.
    pub(crate) hits: Hits,
}

impl Heard {
    fn of(version: u64, outcome: &ContentOutcome<'_>) -> Self {
        let notice = |found: &ContentFinding<'_>| ContentNotice {
            rule: found.rule.name.clone(),
            level: found.rule.level,
            text: found.rule.text.clone(),
        };
        let mut hits = Hits::of(version);
        for ContentFinding { number, rule, .. } in &outcome.0 {
            let requires = rule.level == ContentLevel::Mandatory && !rule.protections.is_empty();
            let effect = if requires { RuleEffect::Required } else { RuleEffect::Noticed };
            hits.add(Hit { kind: RuleKind::Content, name: rule.name.clone(), number: *number, effect });
        }
        Self {
            notices: outcome.0.iter().map(notice).collect(),
            required: outcome.required(),
            preferred: outcome.preferred(),
            version,
            hits,
        }
    }

    /// Whether recipients may be asked for this.
    pub(crate) fn allows(&self, protection: Protection) -> bool {
        self.required.as_ref().is_none_or(|required| required.contains(&protection))
    }

    /// Fails unless recipients are asked for enough.
    pub(crate) fn check(&self, protection: Protection) -> Result<(), TransferError> {
        if self.allows(protection) {
            return Ok(());
        }
        let mandatory = self.notices.iter().find(|notice| notice.level == ContentLevel::Mandatory);
        Err(TransferError::ContentRequires(
            mandatory.map(|notice| notice.text.clone()).unwrap_or_default(),
            self.required.clone().unwrap_or_default(),
        ))
    }
}

impl Service {
    /// The rules about what is written that are not switched off: what the add-in looks by before anything leaves the
    /// sender's machine.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn content_rules(
        &self,
        tenant: TenantId,
        key: &TenantKey,
    ) -> Result<Vec<ContentRule>, TransferError> {
        let rules = self.policies().current(&mut self.db().read().await?, tenant, key).await?;
        Ok(rules.content().rules().0.iter().filter(|rule| !rule.disabled).cloned().collect())
    }

    /// What rules find in a subject and a message.
    pub(crate) async fn hear_texts(
        &self,
        session: &SenderSession,
        subject: Option<&str>,
        message: Option<&str>,
    ) -> Result<Heard, TransferError> {
        let mut conn = self.db().read().await?;
        let rules = self.policies().current(&mut conn, session.tenant(), session.tenant_key()).await?;
        let content = Content {
            subject: subject.unwrap_or_default(),
            message: message.unwrap_or_default(),
            files: &[],
        };
        Ok(Heard::of(rules.version(), &rules.content().look(&content)))
    }

    /// What they find in all that a draft holds.
    pub(crate) async fn hear(
        &self,
        session: &SenderSession,
        transfer: &Unlocked,
    ) -> Result<Heard, TransferError> {
        let mut conn = self.db().read().await?;
        let rules = self.policies().current(&mut conn, session.tenant(), session.tenant_key()).await?;
        if rules.content().is_empty() {
            return Ok(Heard { version: rules.version(), ..Heard::default() });
        }
        let (place, row) = (transfer.place, &transfer.row);
        let key = transfer.content_key()?.ok_or(TransferError::NotFound)?;
        let subject = row.subject.as_ref().map(|sealed| transfer.key.open_text(place.subject(), sealed));
        let message = row.message.as_ref().map(|sealed| key.open_text(place.message(), sealed));
        let mut files = Vec::new();
        for entry in conn.file_entries(place.transfer).await? {
            let metadata = key.open_text(place.metadata(UploadId::from(entry.id)), &entry.metadata)?;
            files.push((UploadMetadata::parse(&metadata)?.file_name().as_str().to_owned(), entry.length));
        }
        let files: Vec<_> = files.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
        let (subject, message) = (subject.transpose()?, message.transpose()?);
        let content = Content {
            subject: subject.as_deref().unwrap_or_default(),
            message: message.as_deref().unwrap_or_default(),
            files: &files,
        };
        Ok(Heard::of(rules.version(), &rules.content().look(&content)))
    }

    /// What was required of an available transfer's recipients when it was sent.
    pub(crate) async fn required_of(&self, id: TransferId) -> Result<Heard, TransferError> {
        let words = self.db().read().await?.required_protections(id).await?;
        let required = words.map(|words| words.split_whitespace().map(str::parse).collect());
        Ok(Heard { required: required.transpose().map_err(TransferError::internal)?, ..Heard::default() })
    }

    /// Writes into the log that what is written asked for more, in a transaction of its own: what was to be done is not.
    /// Other errors pass through.
    pub(crate) async fn note_required(
        &self,
        session: &SenderSession,
        transfer: Option<TransferId>,
        heard: &Heard,
        error: TransferError,
    ) -> TransferError {
        if !matches!(error, TransferError::ContentRequires(..)) {
            return error;
        }
        let denied = heard.hits.that_require_denied();
        let entry = RefusedEntry {
            by: By::User(session.user()),
            transfer,
            version: heard.version,
            what: RefusedWhat::Content { rules: &denied.numbers() },
        };
        let noted = async {
            let (place, now) = ((session.tenant(), session.tenant_key()), self.now());
            let mut tx = self.db().write().await?;
            denied.keep_attempt(&mut tx, place, transfer, now).await?;
            let seq = entry.record(&mut tx, session.tenant(), now).await?;
            denied.keep_refusal(&mut tx, place, seq).await?;
            Ok(tx.commit().await?)
        };
        match noted.await {
            Ok(()) => error,
            Err(error) => error,
        }
    }
}

/// Fails unless all recipients are asked for enough, and keeps what that is: whoever is added later is asked for it, too,
/// when nobody can read the message any more.
pub(crate) async fn require(
    tx: &mut Tx,
    place: Place,
    heard: &Heard,
    (row, recipients): (&Transfer, &[Recipient]),
) -> Result<(), TransferError> {
    for recipient in recipients {
        heard.check(recipient.protection.unwrap_or(row.protection))?;
    }
    if let Some(required) = &heard.required {
        let words: Vec<_> = required.iter().map(|protection| protection.as_str()).collect();
        tx.set_required_protections(place.transfer, &words.join(" ")).await?;
    }
    Ok(())
}
