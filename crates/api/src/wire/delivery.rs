use sealpost_transfer::{Delivery as View, DeliveryFile as FileView};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Time;

/// What a link delivers to its recipient.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Delivery {
    /// In the addresses of its files.
    id: Uuid,
    sender: Sender,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    message: Option<String>,
    expires_at: Time,
    /// Whether it can be answered with files.
    takes_replies: bool,
    /// Absent if the sender set no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    downloads_left: Option<u64>,
    files: Vec<DeliveryFile>,
    /// Bytes of all files.
    byte_count: u64,
    /// Bytes of the ZIP with all files.
    archive_size: u64,
}

/// Who sent it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Sender {
    email: String,
    name: String,
    /// Of somebody who has sent it in by an upload request: whether he has shown that the address is his. Absent if a user
    /// of the service has sent it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    proved: Option<bool>,
}

/// A file of a delivery.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeliveryFile {
    id: Uuid,
    /// With its folders, `/` between them.
    name: String,
    /// What the sender's program said it is.
    media_type: String,
    /// Bytes.
    size: u64,
    /// CRC-32 as in ZIP.
    #[schema(format = Int64, maximum = 4_294_967_295_u64)]
    crc32: u32,
}

impl From<View> for Delivery {
    fn from(view: View) -> Self {
        Self {
            id: view.recipient_id.as_uuid(),
            sender: Sender { email: view.sender.into(), name: view.sender_name, proved: view.sender_proved },
            subject: view.subject,
            message: view.message,
            expires_at: view.expires_at.into(),
            takes_replies: view.takes_replies,
            downloads_left: view.downloads_left,
            files: view.files.into_iter().map(DeliveryFile::from).collect(),
            byte_count: view.byte_count,
            archive_size: view.archive_size,
        }
    }
}

impl From<FileView> for DeliveryFile {
    fn from(view: FileView) -> Self {
        Self {
            id: view.id.as_uuid(),
            name: view.name.into(),
            media_type: view.media_type.into(),
            size: view.size,
            crc32: view.crc32,
        }
    }
}
