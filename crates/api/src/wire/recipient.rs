use sealpost_transfer::{DownloadView, RecipientState as State, RecipientView};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Protection, Time};

/// One addressed person of a transfer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Recipient {
    id: Uuid,
    /// Missing only in the answer to a block while the vault is away.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    email: Option<String>,
    /// What must be shown beside the link.
    protection: Protection,
    /// Where codes are sent by SMS.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    phone: Option<String>,
    /// The password of this recipient that was made up. In the answer to his being added only: it is stored nowhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    generated_password: Option<String>,
    state: RecipientState,
    /// When the notification was handed to the mail server.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    notified_at: Option<Time>,
    /// When the link was first opened and what was asked for was shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    opened_at: Option<Time>,
    /// When a file was first delivered to its last byte.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    downloaded_at: Option<Time>,
    /// When access was taken away, while it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    blocked_at: Option<Time>,
    /// The files that were delivered to their last byte.
    downloads: Vec<FileDownload>,
}

/// How far a recipient has come.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RecipientState {
    /// Access was taken away.
    Blocked,
    /// At least one file was delivered.
    Downloaded,
    /// Told, not yet seen.
    Notified,
    /// The link was opened, and what was asked for was shown.
    Opened,
    /// Not told yet.
    Pending,
}

/// That a recipient has had a file whole.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FileDownload {
    file_id: Uuid,
    first_at: Time,
    last_at: Time,
    times: u64,
}

impl From<RecipientView> for Recipient {
    fn from(view: RecipientView) -> Self {
        Self {
            id: view.id.as_uuid(),
            email: view.email.map(String::from),
            protection: view.protection.into(),
            phone: view.phone.map(String::from),
            generated_password: view.generated_password.map(|password| password.expose().to_owned()),
            state: view.state.into(),
            notified_at: view.notified_at.map(Time),
            opened_at: view.opened_at.map(Time),
            downloaded_at: view.downloaded_at.map(Time),
            blocked_at: view.blocked_at.map(Time),
            downloads: view.downloads.into_iter().map(FileDownload::from).collect(),
        }
    }
}

impl From<State> for RecipientState {
    fn from(state: State) -> Self {
        match state {
            State::Blocked => Self::Blocked,
            State::Downloaded => Self::Downloaded,
            State::Notified => Self::Notified,
            State::Opened => Self::Opened,
            State::Pending => Self::Pending,
        }
    }
}

impl From<DownloadView> for FileDownload {
    fn from(view: DownloadView) -> Self {
        Self {
            file_id: view.file_id.as_uuid(),
            first_at: view.first_at.into(),
            last_at: view.last_at.into(),
            times: view.times,
        }
    }
}
