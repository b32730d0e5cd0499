//! `POST /api/v1/admin/policy/explain`

use actix_web::{HttpResponse, post};
use sealpost_domain::{
    EmailAddress, FileName,
    rules::{ContentLevel, FileKind, ModeWord},
};
use sealpost_tenancy::{
    AddressExplanation, ContentExplanation as ContentAnswer, ContentQuestion, FileExplanation as FileAnswer,
    FileQuestion, PolicyQuestion,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Auditor,
    json::Body,
    wire::{Protection, refused},
};

/// Most recipients that are asked about at once.
const MAX_RECIPIENTS: usize = 1_000;
/// Most files beside what is written.
const MAX_FILES: usize = 1_000;

/// What somebody might send.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExplainPolicy {
    /// In whose name: a user's address, or a mailbox's.
    #[schema(value_type = String, format = "email")]
    sender: EmailAddress,
    /// To whom; at most 1,000.
    #[schema(value_type = Vec<String>)]
    recipients: Vec<EmailAddress>,
    /// A file.
    file: Option<ExplainFile>,
    /// What is written, and what goes with it.
    content: Option<ExplainContent>,
}

/// What somebody might write; what is left out is as if it were empty.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExplainContent {
    /// The subject.
    #[serde(default)]
    #[schema(required = false)]
    subject: String,
    /// The message.
    #[serde(default)]
    #[schema(required = false)]
    message: String,
    /// The files; at most 1,000.
    #[serde(default)]
    #[schema(required = false)]
    files: Vec<ExplainContentFile>,
}

/// A file beside what is written.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExplainContentFile {
    /// Its name.
    #[schema(value_type = String)]
    name: FileName,
    /// Its length in bytes.
    #[serde(default)]
    #[schema(required = false)]
    bytes: u64,
}

/// A file that somebody might send.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExplainFile {
    /// Its length in bytes.
    bytes: Option<u64>,
    /// Its name.
    #[schema(value_type = Option<String>)]
    name: Option<FileName>,
    /// What it is, whatever its name says: words of the rules about files. Left out, it is asked by its name alone.
    #[serde(default)]
    #[schema(value_type = Vec<String>, required = false, example = json!(["pdf"]))]
    kinds: Vec<FileKind>,
}

impl From<ExplainContent> for ContentQuestion {
    fn from(ExplainContent { subject, message, files }: ExplainContent) -> Self {
        let files = files.into_iter().map(|file| (file.name.as_str().to_owned(), file.bytes));
        Self { subject, message, files: files.collect() }
    }
}

/// What the policy says, and why.
#[derive(Serialize, ToSchema)]
pub(crate) struct PolicyExplanation {
    /// The policy's version.
    version: u64,
    /// Whether the sender's address is a user's or a mailbox's. Nobody else sends anything; the rules are asked all the same.
    sender_known: bool,
    /// What it says of each recipient, in the order in which they were named.
    recipients: Vec<RecipientExplanation>,
    /// What it says of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    file: Option<FileExplanation>,
    /// What it says of what is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    content: Option<ContentExplanation>,
}

/// What the policy says of what is written.
#[derive(Serialize, ToSchema)]
pub(crate) struct ContentExplanation {
    /// The rules that find something, in their order: all of them count.
    rules: Vec<ContentRuleFound>,
    /// What every recipient must be asked for, whatever rules about addresses say: one of these. `null` if no rule says so; if
    /// it is empty the rules contradict one another, and it is not sent.
    required: Option<Vec<Protection>>,
    /// What recipients are asked for unless the sender says otherwise: the first that can be.
    preferred: Vec<Protection>,
}

/// A rule that finds something.
#[derive(Serialize, ToSchema)]
pub(crate) struct ContentRuleFound {
    /// Its number, counted from 1.
    number: usize,
    name: String,
    /// How much it asks for: notify, automatic or mandatory.
    #[schema(value_type = String, example = "mandatory")]
    level: ContentLevel,
    /// How often it has found what it looks for.
    times: u64,
    /// How often it must be found.
    at_least: u32,
    /// What the sender would be told.
    text: String,
}

/// What the policy says of a recipient.
#[derive(Serialize, ToSchema)]
pub(crate) struct RecipientExplanation {
    #[schema(format = "email")]
    email: String,
    /// Whether it may be sent to him.
    allowed: bool,
    /// Whether his address is one of the tenant's own; `null` if no rule asks.
    internal: Option<bool>,
    /// The rule that decides; `null` if none is about him, and the settings for everybody hold.
    rule: Option<DecidingRule>,
    /// What he may be asked for; the first is what counts when the sender says nothing. Empty if it may not be sent.
    protections: Vec<Protection>,
    /// What the rule says of sealing by the sender's program: `require` or `forbid`; absent if it says nothing, and the settings hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = String)]
    zero_knowledge: Option<ModeWord>,
    /// What the sender would be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    refusal: Option<String>,
}

/// The rule that decides.
#[derive(Serialize, ToSchema)]
pub(crate) struct DecidingRule {
    /// Its number, counted from 1.
    number: usize,
    name: String,
}

/// What the policy says of a file.
#[derive(Serialize, ToSchema)]
pub(crate) struct FileExplanation {
    /// Whether it may be sent.
    allowed: bool,
    /// What the sender would be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    refusal: Option<String>,
    /// The rule about files that refuses it: where it stands in the policy, below `types`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = refused::rule, required = false)]
    rule: Option<&'static str>,
    /// What that rule does not allow.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = refused::what, required = false)]
    what: Option<String>,
    /// What the rules about kinds say of sealing by the sender's program: `require` or `forbid`; absent if they say nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = String)]
    zero_knowledge: Option<ModeWord>,
}

impl From<FileAnswer> for FileExplanation {
    fn from(explained: FileAnswer) -> Self {
        let (rule, what) = explained.rule.map(|(rule, what)| (rule.as_str(), what)).unzip();
        Self {
            allowed: explained.refusal.is_none(),
            refusal: explained.refusal,
            rule,
            what,
            zero_knowledge: explained.zero_knowledge,
        }
    }
}

impl From<ContentAnswer> for ContentExplanation {
    fn from(explained: ContentAnswer) -> Self {
        let protections = |named: Vec<_>| named.into_iter().map(Protection::from).collect();
        let rules = explained.rules.into_iter().map(|rule| ContentRuleFound {
            number: rule.number,
            name: rule.name,
            level: rule.level,
            times: rule.times,
            at_least: rule.at_least,
            text: rule.text,
        });
        Self {
            rules: rules.collect(),
            required: explained.required.map(protections),
            preferred: protections(explained.preferred),
        }
    }
}

impl From<AddressExplanation> for RecipientExplanation {
    fn from(explained: AddressExplanation) -> Self {
        Self {
            email: explained.address.to_string(),
            allowed: explained.refusal.is_none(),
            internal: explained.internal,
            rule: explained.rule.map(|(number, name)| DecidingRule { number, name }),
            protections: explained.protections.into_iter().map(Protection::from).collect(),
            zero_knowledge: explained.zero_knowledge,
            refusal: explained.refusal,
        }
    }
}

/// Says what the policy says of a sender, recipients, a file and what is written, and which rules decide
///
/// By the same rules, asked in the same way, as when something is sent. Nothing is sent, and nothing is changed.
#[utoipa::path(
    tag = "admin",
    operation_id = "explain_policy",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    request_body = ExplainPolicy,
    responses(
        (status = 200, body = PolicyExplanation),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/admin/policy/explain")]
pub(crate) async fn explain(
    app: App,
    auditor: Auditor,
    body: Body<ExplainPolicy, { 1024 * 1024 }>,
) -> Result<HttpResponse, ApiError> {
    let asked = body.read().await?;
    if asked.recipients.len() > MAX_RECIPIENTS {
        return Err(ApiError::invalid(format!(
            "at most {MAX_RECIPIENTS} recipients are asked about at once"
        )));
    }
    if asked.content.as_ref().is_some_and(|content| content.files.len() > MAX_FILES) {
        return Err(ApiError::invalid(format!("at most {MAX_FILES} files are asked about at once")));
    }
    let question = PolicyQuestion {
        sender: asked.sender,
        recipients: asked.recipients,
        file: asked.file.map(|ExplainFile { bytes, name, kinds }| FileQuestion { bytes, name, kinds }),
        content: asked.content.map(ContentQuestion::from),
    };
    let explained = app.tenancy().explain_policy(&(&auditor.0).into(), &question).await?;
    Ok(HttpResponse::Ok().json(PolicyExplanation {
        version: explained.version,
        sender_known: explained.sender_known,
        recipients: explained.recipients.into_iter().map(RecipientExplanation::from).collect(),
        file: explained.file.map(FileExplanation::from),
        content: explained.content.map(ContentExplanation::from),
    }))
}
