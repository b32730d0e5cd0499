//! `/api/v1/admin/portals`: standing pages by which outsiders send files in.

pub(crate) mod change;
pub(crate) mod create;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod remove;

use sealpost_auth::Hindrance;
use sealpost_domain::{EmailAddress, rules::FileKind};
use sealpost_tenancy::{PortalChoiceWish, PortalView};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    App,
    error::ApiError,
    wire::{Time, TransferMode, words},
};

/// Somebody whom an uploader shall be able to choose.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPortalRecipient {
    /// The address of a user.
    #[schema(value_type = String, format = Email)]
    email: EmailAddress,
    /// What the uploader sees: one line of at most 100 characters.
    label: String,
}

/// A standing page by which outsiders send files in.
#[derive(Serialize, ToSchema)]
pub(crate) struct Portal {
    id: Uuid,
    /// In its address. It stays.
    name: String,
    /// Its address, to be put on web sites and into letters.
    #[schema(format = "uri")]
    url: String,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    text: Option<String>,
    owner: PortalUser,
    /// Among whom the uploader chooses, as they are shown. Without them, and without domains, the owner gets what comes in.
    recipients: Vec<PortalRecipient>,
    /// Domains of which he may name an address. Only users of the tenant get something.
    domains: Vec<String>,
    /// Whether he may choose more than one.
    several: bool,
    /// Kinds of files that it takes; absent if whatever the policy lets pass is taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<Vec<String>>)]
    kinds: Option<Vec<FileKind>>,
    /// Most files of each submission; absent if the tenant's bounds are all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    max_files: Option<u64>,
    /// Most bytes of each submission; absent if the tenant's bounds are all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    max_bytes: Option<u64>,
    /// Whether an uploader must show by a code that his address is his.
    asks_code: bool,
    /// Whether it is switched on.
    enabled: bool,
    /// Why it takes nothing now; absent if it takes something. Outsiders are not told.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    unavailable: Option<PortalUnavailable>,
    /// How many submissions have begun and were not handed over yet.
    drafts: u64,
    /// Who seals what comes in. It stays.
    mode: TransferMode,
    /// The shared mailbox that gets all of it; absent if the other fields say who does. It stays.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    mailbox_id: Option<Uuid>,
    created_at: Time,
    changed_at: Time,
}

/// Who owns a portal.
#[derive(Serialize, ToSchema)]
pub(crate) struct PortalUser {
    user_id: Uuid,
    #[schema(format = Email)]
    email: String,
    name: String,
}

/// Somebody whom an uploader may choose.
#[derive(Serialize, ToSchema)]
pub(crate) struct PortalRecipient {
    user_id: Uuid,
    #[schema(format = Email)]
    email: String,
    name: String,
    /// What the uploader sees.
    label: String,
    /// Whether he is disabled: then he is not offered.
    disabled: bool,
}

/// Why a portal takes nothing.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PortalUnavailable {
    /// It is switched off.
    Off,
    /// Its owner is disabled.
    OwnerDisabled,
    /// Its owner's role does not send.
    OwnerRole,
    /// Its owner's right to send was taken.
    OwnerSuspended,
    /// None of the licence's seats is its owner's.
    OwnerSeat,
    /// There is no licence, or it has ended.
    Licence,
    /// The tenant is suspended.
    Tenant,
    /// What comes in is sealed to a team that has no key pair, or of which nobody has the private half.
    TeamKey,
}

impl From<NewPortalRecipient> for PortalChoiceWish {
    fn from(new: NewPortalRecipient) -> Self {
        Self { email: new.email, label: new.label }
    }
}

impl From<Hindrance> for PortalUnavailable {
    fn from(why: Hindrance) -> Self {
        match why {
            Hindrance::Disabled => Self::OwnerDisabled,
            Hindrance::Role => Self::OwnerRole,
            Hindrance::SendingSuspended => Self::OwnerSuspended,
            Hindrance::Seat => Self::OwnerSeat,
            Hindrance::Licence => Self::Licence,
            Hindrance::Tenant => Self::Tenant,
        }
    }
}

impl Portal {
    /// A portal with what stands against it now.
    async fn of(app: &App, view: PortalView) -> Result<Self, ApiError> {
        let row = view.known.portal.clone();
        let unavailable = if row.enabled {
            match app.auth().portal_hindrance(view.known).await? {
                Some(why) => Some(PortalUnavailable::from(why)),
                None => app.service().portal_lacks_key(&row).await?.then_some(PortalUnavailable::TeamKey),
            }
        } else {
            Some(PortalUnavailable::Off)
        };
        let recipients = view.recipients.into_iter().map(|choice| PortalRecipient {
            user_id: choice.id.as_uuid(),
            email: choice.email,
            name: choice.name,
            label: choice.label,
            disabled: choice.disabled,
        });
        Ok(Self {
            id: row.id.as_uuid(),
            url: app.base_url().join(format_args!("/u/{}/{}", view.tenant, row.name)),
            name: row.name.into(),
            title: view.title,
            text: view.text,
            owner: PortalUser {
                user_id: view.owner.id.as_uuid(),
                email: view.owner.email,
                name: view.owner.name,
            },
            recipients: recipients.collect(),
            domains: row.domains.as_slice().to_vec(),
            several: row.several,
            kinds: row.kinds.as_ref().map(words),
            max_files: row.max_files,
            max_bytes: row.max_bytes,
            asks_code: row.asks_code,
            enabled: row.enabled,
            unavailable,
            drafts: view.drafts,
            mode: row.mode.into(),
            mailbox_id: row.mailbox_id.map(|mailbox| mailbox.as_uuid()),
            created_at: row.created_at.into(),
            changed_at: row.changed_at.into(),
        })
    }
}
