use sealpost_domain::KeyOwner;
use sealpost_transfer::{
    Delivery as View, DeliveryFile as FileView, DeliverySealedTo as SealedToView,
    DeliverySealing as SealingView, FileSealing as FileSealingView,
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Base64Url, Time, TransferMode, stated_words};

/// What a link delivers to its recipient.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Delivery {
    /// In the addresses of its files.
    id: Uuid,
    /// Who has sealed it. If that is the sender's program, subject, message, names, types and checksums are absent here: they are
    /// in what it has sealed.
    mode: TransferMode,
    sender: Sender,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    message: Option<String>,
    /// What the sender's program has sealed; absent if the service alone has.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    sealing: Option<DeliverySealing>,
    /// What an outsider's program has sealed to public keys of who gets it; absent unless it has come in so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    sealed_to: Option<DeliverySealedTo>,
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
    /// Bytes of the ZIP with all files; absent if there is none, because the sender's program has sealed them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    archive_size: Option<u64>,
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

/// What the sender's program has sealed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeliverySealing {
    /// The content key under the access key.
    content_key: Base64Url,
    /// The subject under the content key.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    subject: Option<Base64Url>,
    /// The message under the content key.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    message: Option<Base64Url>,
    /// Which files and words belong to it, under the content key. Whoever opens compares them, and has nothing whole without.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    contents: Option<Base64Url>,
}

/// What an outsider's program has sealed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeliverySealedTo {
    /// Contexts name it.
    tenant: Uuid,
    /// Contexts name it.
    transfer: Uuid,
    /// The content key, sealed to public keys.
    content_key_to: Vec<ContentKeyTo>,
    /// The subject under the content key.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    subject: Option<Base64Url>,
    /// The message under the content key.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    message: Option<Base64Url>,
    /// Which files and words belong to it, under the content key. Whoever opens compares them, and has nothing whole without.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    contents: Option<Base64Url>,
}

/// A content key that is sealed to a public key.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ContentKeyTo {
    /// Of the public key.
    fingerprint: String,
    /// Of a team's key: its mailbox, at which a member asks for the private key (`GET /api/v1/mailboxes/{mailbox_id}/key-pairs`).
    /// Absent if it is a user's, who asks for his own (`GET /api/v1/account/key-pairs`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    mailbox_id: Option<Uuid>,
    /// 80 bytes.
    content_key: Base64Url,
}

/// A file of a delivery.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeliveryFile {
    id: Uuid,
    /// With its folders, `/` between them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    name: Option<String>,
    /// What the sender's program said it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    media_type: Option<String>,
    /// Bytes; those that the sender's program has sealed, if it has.
    size: u64,
    /// CRC-32 as in ZIP.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = Int64, maximum = 4_294_967_295_u64)]
    crc32: Option<u32>,
    /// What the sender's program has sealed of it; absent if the service alone has.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    sealing: Option<DeliveryFileSealing>,
    /// What the sender's program states it to be: words of the rules about files. It has sealed the file, and nobody else has looked;
    /// absent if it states nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, example = json!(["pdf"]))]
    stated_kinds: Vec<&'static str>,
}

/// What the sender's program has sealed of a file.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeliveryFileSealing {
    /// The file's key under the content key.
    file_key: Base64Url,
    /// The manifest under that.
    manifest: Base64Url,
}

impl From<View> for Delivery {
    fn from(view: View) -> Self {
        let sealed = view.sealing.is_some() || view.sealed_to.is_some();
        let mode = if sealed { TransferMode::ZeroKnowledge } else { TransferMode::Standard };
        Self {
            id: view.recipient_id.as_uuid(),
            mode,
            sender: Sender { email: view.sender.into(), name: view.sender_name, proved: view.sender_proved },
            subject: view.subject,
            message: view.message,
            expires_at: view.expires_at.into(),
            takes_replies: view.takes_replies,
            downloads_left: view.downloads_left,
            files: view.files.into_iter().map(DeliveryFile::from).collect(),
            byte_count: view.byte_count,
            archive_size: (!sealed).then_some(view.archive_size),
            sealing: view.sealing.map(DeliverySealing::from),
            sealed_to: view.sealed_to.map(DeliverySealedTo::from),
        }
    }
}

impl From<SealingView> for DeliverySealing {
    fn from(view: SealingView) -> Self {
        Self {
            content_key: Base64Url(view.content_key),
            subject: view.subject.map(Base64Url),
            message: view.message.map(Base64Url),
            contents: view.contents.map(Base64Url),
        }
    }
}

impl From<SealedToView> for DeliverySealedTo {
    fn from(view: SealedToView) -> Self {
        let content_key_to = view.content_key_to.into_iter().map(|key| ContentKeyTo {
            fingerprint: key.public_key.fingerprint().to_string(),
            mailbox_id: key.owner.and_then(KeyOwner::mailbox).map(|mailbox| mailbox.as_uuid()),
            content_key: Base64Url(key.content_key),
        });
        Self {
            tenant: view.tenant.as_uuid(),
            transfer: view.transfer.as_uuid(),
            content_key_to: content_key_to.collect(),
            subject: view.subject.map(Base64Url),
            message: view.message.map(Base64Url),
            contents: view.contents.map(Base64Url),
        }
    }
}

impl From<FileView> for DeliveryFile {
    fn from(view: FileView) -> Self {
        let named = view.sealing.is_none();
        Self {
            id: view.id.as_uuid(),
            name: named.then(|| view.name.into()),
            media_type: named.then(|| view.media_type.into()),
            size: view.size,
            crc32: named.then_some(view.crc32),
            sealing: view.sealing.map(DeliveryFileSealing::from),
            stated_kinds: stated_words(view.stated),
        }
    }
}

impl From<FileSealingView> for DeliveryFileSealing {
    fn from(view: FileSealingView) -> Self {
        Self { file_key: Base64Url(view.file_key), manifest: Base64Url(view.manifest) }
    }
}
