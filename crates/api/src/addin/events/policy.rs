//! `GET /api/v1/addin/events/{addin_id}/policy`

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header::{self, ContentType},
};
use data_encoding::BASE64URL_NOPAD;
use sealpost_domain::{
    AddinId, AddinLevel, SendMode,
    rules::{AddressEffect, AddressPattern, AddressRule, ContentRule, ListMode, TakenNames},
};
use sealpost_tenancy::EventPolicy as Told;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use crate::{
    App,
    deliveries::is_known,
    error::{ApiError, Problem},
    path::Id,
};

/// The number of this form.
const FORMAT: u32 = 1;

/// By what Outlook judges mails while they are written and sent. `web/apps/events/src/policy.ts` reads it.
#[derive(Serialize, ToSchema)]
pub(crate) struct EventPolicy {
    /// 1: of this form.
    format: u32,
    /// Whether anything is to be looked at. If not, every mail goes out.
    active: bool,
    /// How long it is not to be asked for anew.
    #[schema(maximum = 3600)]
    fresh_seconds: u64,
    /// How long it counts while the service does not answer; 0: then every mail goes out.
    keep_seconds: u64,
    /// What the manifest says of mails that are not to be sent as they are: `prompt_user`, `soft_block` or `block`.
    #[schema(value_type = String, example = "prompt_user")]
    send_mode: SendMode,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    attachments: Option<EventAttachments>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    types: Option<EventTypes>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    recipients: Option<EventRecipients>,
    /// Rules about what is written; `docs/policy.md` lists what they say.
    #[schema(value_type = Vec<Object>)]
    content: Vec<ContentRule>,
    /// What comes of an upload that is not complete: `notify`, `ask` or `enforce`.
    #[schema(value_type = String, example = "ask")]
    uploads: AddinLevel,
}

/// How much may be attached.
#[derive(Serialize, ToSchema)]
pub(crate) struct EventAttachments {
    /// Bytes of all attachments together.
    more_than_bytes: u64,
    #[schema(value_type = String, example = "ask")]
    level: AddinLevel,
}

/// What attachments may be called.
#[derive(Serialize, ToSchema)]
pub(crate) struct EventTypes {
    /// Whether the extensions are those that may be sent, and no others (`allow`), or those that may not (`deny`).
    #[schema(value_type = String, example = "deny")]
    mode: ListMode,
    /// Small letters, without the dot; `""` for names that have none.
    extensions: Vec<String>,
    #[schema(value_type = String, example = "ask")]
    level: AddinLevel,
}

/// Who may send to whom.
#[derive(Serialize, ToSchema)]
pub(crate) struct EventRecipients {
    #[schema(value_type = String, example = "ask")]
    level: AddinLevel,
    /// Patterns of the organisation's own addresses, international domains in both spellings.
    internal: Vec<String>,
    rules: Vec<EventAddressRule>,
}

/// A rule about addresses. Patterns with international domains stand there in both spellings.
#[derive(Serialize, ToSchema)]
pub(crate) struct EventAddressRule {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    senders: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    recipients: Vec<String>,
    /// As in the policy: `"allow"`, or an object with `deny` or `require`.
    #[schema(value_type = Object)]
    effect: AddressEffect,
}

/// Tells Outlook by what to judge mails while they are written and sent
///
/// Without a session: whoever knows the add-in's id is told. The answer has an `ETag`: who shows it in `If-None-Match` is told
/// whether anything has changed.
#[utoipa::path(
    tag = "addin",
    operation_id = "addin_event_policy",
    params(
        ("addin_id" = String, Path, description = "The id of the tenant's add-in, from its manifest."),
        ("If-None-Match" = Option<String>, Header, description = "`ETag` of the answer that the caller has."),
    ),
    responses(
        (status = 200, body = EventPolicy, headers(("ETag" = String, description = "Names this answer."))),
        (status = 304, description = "What the caller has is what would be answered."),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/addin/events/{addin_id}/policy")]
pub(crate) async fn policy(
    app: App,
    addin: Id<AddinId>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let told = EventPolicy::from(app.tenancy().event_policy(addin.0).await?);
    let body = serde_json::to_vec(&told).map_err(ApiError::internal)?;
    let etag = format!("\"{}\"", BASE64URL_NOPAD.encode(&Sha256::digest(&body)[..16]));
    let known = is_known(request.headers(), &etag);
    let mut response = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header((header::ETAG, etag));
    if known {
        return Ok(response.finish());
    }
    Ok(response.content_type(ContentType::json()).body(body))
}

impl From<Told> for EventPolicy {
    fn from(told: Told) -> Self {
        let Told { active, settings, types, addresses, domains, content } = told;
        let attachments = settings.attachments_more_than_bytes;
        let internal = domains.as_slice().iter().filter_map(|domain| format!("@{domain}").parse().ok());
        let internal = internal.flat_map(|pattern: AddressPattern| pattern.spellings()).collect();
        let rules: Vec<_> = addresses.into_iter().map(EventAddressRule::from).collect();
        let level = settings.recipients_level;
        Self {
            format: FORMAT,
            active,
            fresh_seconds: settings.fresh_seconds,
            keep_seconds: settings.keep_seconds,
            send_mode: settings.send_mode,
            attachments: attachments.map(|more_than_bytes| EventAttachments {
                more_than_bytes,
                level: settings.attachments_level,
            }),
            types: EventTypes::of(types, settings.types_level),
            recipients: (!rules.is_empty()).then_some(EventRecipients { level, internal, rules }),
            content,
            uploads: settings.uploads_level,
        }
    }
}

impl EventTypes {
    fn of(names: TakenNames, level: AddinLevel) -> Option<Self> {
        let mut extensions: Vec<String> = names.extensions.into_iter().map(String::from).collect();
        if names.without_extension == (names.mode == ListMode::Allow) {
            extensions.push(String::new());
        }
        let says_something = names.mode == ListMode::Allow || !extensions.is_empty();
        says_something.then_some(Self { mode: names.mode, extensions, level })
    }
}

impl From<AddressRule> for EventAddressRule {
    fn from(rule: AddressRule) -> Self {
        let spelt =
            |patterns: &[AddressPattern]| patterns.iter().flat_map(AddressPattern::spellings).collect();
        Self { senders: spelt(&rule.senders), recipients: spelt(&rule.recipients), effect: rule.effect }
    }
}
