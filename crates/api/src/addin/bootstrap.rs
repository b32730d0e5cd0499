//! `GET /api/v1/addin/bootstrap`

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header::{self, ContentType},
};
use data_encoding::BASE64URL_NOPAD;
use sealpost_domain::{
    Language, Policy, Replies, Role, SenderChoice, ZeroKnowledge,
    rules::{AddressPattern, AddressRule, ContentRule, ModeWord, TypeRules},
};
use sealpost_tenancy::{Bootstrap, BootstrapState};
use sealpost_transfer::ModeRules;
use sealpost_wording::{Catalogue, Part, moment};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    App,
    admin::licence::LicenceReport,
    deliveries::is_known,
    error::{ApiError, Code, Problem},
    grant::Bootstrapping,
    page::{catalogue::put, language},
    wire::{Branding, Protection, RecoveryKey, Time},
};

/// What the add-in is told first.
#[derive(Serialize, ToSchema)]
pub(crate) struct AddinBootstrap {
    state: State,
    /// What to tell the user, in his language; absent if nothing is to be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    message: Option<String>,
    /// Whether he may send now. If not, nothing that he does with his mail is to be held up.
    may_send: bool,
    /// Until when a licence counts that has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    grace_ends_at: Option<Time>,
    user: AddinUser,
    branding: Branding,
    limits: AddinLimits,
    policy: AddinPolicy,
    /// For those who run the tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    licence: Option<LicenceReport>,
}

/// Whether the add-in can be used, and if not, why.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    /// It can.
    Active,
    /// The licence has ended.
    Expired,
    /// It can; the licence has ended, and counts a little longer.
    Grace,
    /// None of the licence's seats is the user's.
    NoSeat,
    /// There is no licence.
    NotActivated,
    /// The organisation has taken the user's right to send.
    SendingSuspended,
    /// The tenant is suspended.
    Suspended,
}

/// Who is calling.
#[derive(Serialize, ToSchema)]
pub(crate) struct AddinUser {
    id: Uuid,
    #[schema(format = Email)]
    email: String,
    /// May be empty.
    name: String,
    #[schema(value_type = String, example = "sender")]
    role: Role,
}

/// Bounds of a transfer.
#[derive(Serialize, ToSchema)]
pub(crate) struct AddinLimits {
    max_files: u64,
    max_file_bytes: u64,
    max_transfer_bytes: u64,
    max_recipients: u64,
}

/// The rules that a form for sending needs.
#[derive(Serialize, ToSchema)]
pub(crate) struct AddinPolicy {
    retention_default_seconds: u64,
    retention_max_seconds: u64,
    /// What recipients may be asked for, as far as it can be done here; the first is what counts when the sender says
    /// nothing.
    protections: Vec<Protection>,
    /// Fewest characters of a password.
    password_min_chars: u64,
    /// Lowest strength of a password, 0 to 4 as zxcvbn counts.
    password_min_score: u64,
    notify_downloads: bool,
    /// In how many visits each recipient may fetch when the sender says nothing; absent without a bound.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    max_downloads_default: Option<u64>,
    /// Whether recipients may answer with files unless the sender says otherwise: `allow`; or whatever he says not: `forbid`.
    #[schema(value_type = String)]
    replies: Replies,
    /// Whether the sender's program seals what is sent (mode `zero_knowledge`): `forbid`, `allow`, `prefer` or `require`, as it
    /// counts now.
    #[schema(value_type = String)]
    zero_knowledge: ZeroKnowledge,
    /// The organisation's recovery key, to which whoever seals seals the content key besides; absent if it has none. People are to be
    /// told that the organisation can open what is sealed so, and its fingerprint.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    recovery: Option<RecoveryKey>,
    /// What the tenant's rules say of who seals, for whoever sends in his own name. A program asks them before it makes a draft; the
    /// service asks them again.
    sealing: AddinSealing,
    /// Rules about files, for a program to look by that seals: as in the policy, `docs/policy.md` lists what they say.
    #[schema(value_type = Object)]
    types: TypeRules,
    /// The policy's version: what a program states of files by these rules names it.
    version: u64,
    /// What the sender does not choose, and does not see that there is a choice: `expiry`, `protection`, `max_downloads`,
    /// `reply`.
    #[schema(value_type = Vec<String>)]
    locked: Vec<SenderChoice>,
    /// Rules about what is written, for the add-in to look by; `docs/policy.md` lists what they say.
    #[schema(value_type = Vec<Object>)]
    content: Vec<ContentRule>,
}

/// What the tenant's rules say of who seals.
#[derive(Serialize, ToSchema)]
pub(crate) struct AddinSealing {
    /// `forbid`, `allow`, `prefer` or `require`.
    #[schema(value_type = String)]
    setting: ZeroKnowledge,
    /// Whether `allow` is as `forbid` where no rule requires it: the rest of the policy wants to see what is sent.
    seen: bool,
    /// Patterns of the organisation's own addresses, as far as its domains say; international domains in both spellings.
    internal: Vec<String>,
    /// Rules about addresses that are about this sender, in their order: the first about a recipient decides.
    rules: Vec<AddinModeRule>,
}

/// A rule about addresses, as far as it is about who seals.
#[derive(Serialize, ToSchema)]
pub(crate) struct AddinModeRule {
    name: String,
    /// Patterns of whom it is about; everybody if there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    recipients: Vec<String>,
    /// `require` or `forbid`; absent if it says nothing of that.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = String)]
    zero_knowledge: Option<ModeWord>,
}

impl AddinSealing {
    fn of(rules: &ModeRules) -> Self {
        let own = rules.domains.as_slice().iter().filter_map(|domain| format!("@{domain}").parse().ok());
        let rule = |rule: &AddressRule| AddinModeRule {
            name: rule.name.clone(),
            recipients: rule.recipients.iter().flat_map(AddressPattern::spellings).collect(),
            zero_knowledge: rule.zero_knowledge,
        };
        Self {
            setting: rules.setting,
            seen: rules.seen,
            internal: own.flat_map(|pattern: AddressPattern| pattern.spellings()).collect(),
            rules: rules.addresses.iter().map(rule).collect(),
        }
    }
}

/// Tells the add-in whether it can be used, by whom, and within which rules
///
/// The one request that answers also while the tenant is suspended, has no licence, or has no seat for the user: so that he
/// is told what is the matter. The message follows `Accept-Language`. The answer has an `ETag`: who shows it in
/// `If-None-Match` is told whether anything has changed.
#[utoipa::path(
    tag = "addin",
    operation_id = "addin_bootstrap",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(("If-None-Match" = Option<String>, Header, description = "`ETag` of the answer that the caller has.")),
    responses(
        (status = 200, body = AddinBootstrap, headers(("ETag" = String, description = "Names this answer."))),
        (status = 304, description = "What the caller has is what would be answered."),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/addin/bootstrap")]
pub(crate) async fn bootstrap(
    app: App,
    caller: Bootstrapping,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let told = app.tenancy().bootstrap(&caller.0).await?;
    let language = language::of(request.headers());
    let protections = app.service().protections(caller.0.tenant(), caller.0.policy()).await?;
    let zero_knowledge =
        app.service().zero_knowledge(caller.0.tenant(), caller.0.tenant_key(), caller.0.policy()).await?;
    let email = told.email.parse().map_err(ApiError::internal)?;
    let place = (caller.0.tenant(), caller.0.tenant_key());
    let sealing = app.service().mode_rules(place, caller.0.policy(), &email).await?;
    let content = app.service().content_rules(caller.0.tenant(), caller.0.tenant_key()).await?;
    let of_tenant = app.service().branding(caller.0.tenant()).await?;
    let branding = Branding::new(&app, &of_tenant.ok_or_else(|| ApiError::new(Code::NotFound))?);
    let answer = AddinBootstrap::new(
        language,
        told,
        branding,
        caller.0.policy(),
        (protections, zero_knowledge),
        (content, sealing),
    );
    let body = serde_json::to_vec(&answer).map_err(ApiError::internal)?;
    let etag = format!("\"{}\"", BASE64URL_NOPAD.encode(&Sha256::digest(&body)[..16]));
    let known = is_known(request.headers(), &etag);
    let mut response = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header((header::ETAG, etag)).insert_header((header::VARY, "Accept-Language"));
    if known {
        return Ok(response.finish());
    }
    Ok(response.content_type(ContentType::json()).body(body))
}

impl AddinBootstrap {
    fn new(
        language: Language,
        told: Bootstrap,
        branding: Branding,
        policy: &Policy,
        (protections, zero_knowledge): (Vec<sealpost_domain::Protection>, ZeroKnowledge),
        (content, sealing): (Vec<ContentRule>, ModeRules),
    ) -> Self {
        let state = State::from(told.state);
        let message = state.message_key().and_then(|key| Catalogue::of(language, Part::Account).text(key));
        let until = told.grace_ends_at.map(|time| moment(language, time)).unwrap_or_default();
        Self {
            state,
            message: message.map(|message| put(message, &[("date", &until)])),
            may_send: told.may_send,
            grace_ends_at: told.grace_ends_at.map(Time::from),
            user: AddinUser { id: told.user.as_uuid(), email: told.email, name: told.name, role: told.role },
            branding,
            limits: AddinLimits {
                max_files: policy.max_files,
                max_file_bytes: policy.max_file_bytes,
                max_transfer_bytes: policy.max_transfer_bytes,
                max_recipients: policy.max_recipients,
            },
            policy: AddinPolicy {
                retention_default_seconds: policy.retention_default_seconds,
                retention_max_seconds: policy.retention_max_seconds,
                protections: protections.into_iter().map(Protection::from).collect(),
                password_min_chars: policy.password_min_chars,
                password_min_score: policy.password_min_score,
                notify_downloads: policy.notify_downloads,
                max_downloads_default: policy.max_downloads_default,
                replies: policy.replies,
                zero_knowledge,
                recovery: sealing
                    .recovery
                    .map(|key| RecoveryKey::new(key.as_bytes(), key.fingerprint().to_string())),
                sealing: AddinSealing::of(&sealing),
                types: sealing.types,
                version: sealing.version,
                locked: policy.locked.clone(),
                content,
            },
            licence: told.status.map(LicenceReport::from),
        }
    }
}

impl State {
    const fn message_key(self) -> Option<&'static str> {
        match self {
            Self::Active => None,
            Self::Expired => Some("addin_expired"),
            Self::Grace => Some("addin_grace"),
            Self::NoSeat => Some("addin_no_seat"),
            Self::NotActivated => Some("addin_not_activated"),
            Self::SendingSuspended => Some("addin_sending_suspended"),
            Self::Suspended => Some("addin_suspended"),
        }
    }
}

impl From<BootstrapState> for State {
    fn from(state: BootstrapState) -> Self {
        match state {
            BootstrapState::Active => Self::Active,
            BootstrapState::Expired => Self::Expired,
            BootstrapState::Grace => Self::Grace,
            BootstrapState::NoSeat => Self::NoSeat,
            BootstrapState::NotActivated => Self::NotActivated,
            BootstrapState::SendingSuspended => Self::SendingSuspended,
            BootstrapState::Suspended => Self::Suspended,
        }
    }
}
