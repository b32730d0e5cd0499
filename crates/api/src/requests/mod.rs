//! `/api/v1/requests`: users ask for files, and outsiders begin to send them in.

pub(crate) mod begin;
pub(crate) mod close;
pub(crate) mod code;
pub(crate) mod create;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod notify;
pub(crate) mod open;

use sealpost_domain::{UserId, rules::FileKind};
use sealpost_transfer::RequestView;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::wire::{Time, TransferMode, words};

/// An upload request, as its user sees it.
#[derive(Serialize, ToSchema)]
pub(crate) struct UploadRequest {
    id: Uuid,
    /// Who asks.
    user_id: Uuid,
    /// Its link. Absent for admins who look at another's request.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "uri")]
    url: Option<String>,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    message: Option<String>,
    /// Who alone may use it; absent if whoever has the link may.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = Email)]
    email: Option<String>,
    /// Whether an uploader must show that his address is his.
    asks_code: bool,
    /// How often it may be used.
    max_uses: u64,
    /// How often it is used: what was sent in, and what is being uploaded.
    uses: u64,
    /// Most files of each use; absent if the tenant's bounds are all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    max_files: Option<u64>,
    /// Most bytes of each use; absent if the tenant's bounds are all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    max_bytes: Option<u64>,
    /// Kinds of files that it takes; absent if whatever the policy lets pass is taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<Vec<String>>)]
    kinds: Option<Vec<FileKind>>,
    /// Who seals what comes in: with `zero_knowledge` the uploader's program, to the key pair of who asks.
    mode: TransferMode,
    /// Whether it can be used now.
    open: bool,
    created_at: Time,
    expires_at: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    closed_at: Option<Time>,
    /// The transfer that it answers, which may be gone: a recipient has begun it. Absent if the user asks by himself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reply_to: Option<Uuid>,
}

impl From<RequestView> for UploadRequest {
    fn from(view: RequestView) -> Self {
        Self {
            id: view.id.as_uuid(),
            user_id: UserId::as_uuid(view.user),
            url: view.url,
            title: view.title,
            message: view.message,
            email: view.address.map(String::from),
            asks_code: view.asks_code,
            max_uses: view.max_uses,
            uses: view.uses,
            max_files: view.max_files,
            max_bytes: view.max_bytes,
            kinds: view.kinds.as_ref().map(words),
            mode: view.mode.into(),
            open: view.open,
            created_at: view.created_at.into(),
            expires_at: view.expires_at.into(),
            closed_at: view.closed_at.map(Time),
            reply_to: view.reply_to.map(|id| id.as_uuid()),
        }
    }
}
