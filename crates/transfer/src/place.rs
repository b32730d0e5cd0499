//! Where a ciphertext belongs: the contexts of everything that hangs under one transfer.

use sealpost_auth::{RecipientColumns, TransferColumns};
use sealpost_domain::{AbuseReportId, FileId, RecipientId, TenantId, TransferId, UploadId};
use sealpost_sealed::{
    Column, ContentKeyContext, FileKeyContext, ManifestContext, PartContext, TransferKeyContext,
    UploadKeyContext,
};

/// A transfer's place. Every context of its ciphertexts is made here, so that sealing and opening cannot differ.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) tenant: TenantId,
    pub(crate) transfer: TransferId,
}

impl Place {
    pub(crate) const fn transfer_key(self) -> TransferKeyContext {
        TransferKeyContext { tenant: self.tenant.into_bytes(), transfer: self.transfer.into_bytes() }
    }

    pub(crate) const fn content_key(self) -> ContentKeyContext {
        ContentKeyContext { tenant: self.tenant.into_bytes(), transfer: self.transfer.into_bytes() }
    }

    pub(crate) const fn upload_key(self, upload: UploadId) -> UploadKeyContext {
        UploadKeyContext {
            tenant: self.tenant.into_bytes(),
            transfer: self.transfer.into_bytes(),
            upload: upload.into_bytes(),
        }
    }

    pub(crate) const fn file_key(self, file: FileId) -> FileKeyContext {
        FileKeyContext {
            tenant: self.tenant.into_bytes(),
            transfer: self.transfer.into_bytes(),
            file: file.into_bytes(),
        }
    }

    pub(crate) const fn manifest(self, file: FileId) -> ManifestContext {
        ManifestContext {
            tenant: self.tenant.into_bytes(),
            transfer: self.transfer.into_bytes(),
            file: file.into_bytes(),
        }
    }

    pub(crate) const fn part(self, upload: UploadId, sequence: u64) -> PartContext {
        PartContext { tenant: self.tenant.into_bytes(), upload: upload.into_bytes(), sequence }
    }

    pub(crate) const fn subject(self) -> Column {
        self.column(self.transfer.into_bytes(), "transfers.subject")
    }

    pub(crate) const fn message(self) -> Column {
        self.column(self.transfer.into_bytes(), "transfers.message")
    }

    /// The service's half of the secret of what its sender has sealed.
    pub(crate) const fn server_half(self) -> Column {
        TransferColumns::of(self.tenant, self.transfer).server_half()
    }

    /// The content key that its sender has sealed.
    pub(crate) const fn sender_content_key(self) -> Column {
        self.column(self.transfer.into_bytes(), "transfers.sender_content_key")
    }

    /// The content key that is sealed to a public key. Which, the row says: what is inside opens with its other half alone.
    pub(crate) const fn content_key_to(self) -> Column {
        self.column(self.transfer.into_bytes(), "content_keys.content_key")
    }

    /// The subject that its sender has sealed.
    pub(crate) const fn sender_subject(self) -> Column {
        self.column(self.transfer.into_bytes(), "transfers.sender_subject")
    }

    /// The message that its sender has sealed.
    pub(crate) const fn sender_message(self) -> Column {
        self.column(self.transfer.into_bytes(), "transfers.sender_message")
    }

    /// What its sender has sealed of which files and words belong to it.
    pub(crate) const fn sender_contents(self) -> Column {
        self.column(self.transfer.into_bytes(), "transfers.sender_contents")
    }

    /// A file's key that its sender has sealed.
    pub(crate) const fn sender_file_key(self, file: FileId) -> Column {
        self.column(file.into_bytes(), "files.sender_file_key")
    }

    /// A file's manifest that its sender has sealed.
    pub(crate) const fn sender_manifest(self, file: FileId) -> Column {
        self.column(file.into_bytes(), "files.sender_manifest")
    }

    /// Who has sent it in.
    pub(crate) const fn uploader(self) -> Column {
        self.column(self.transfer.into_bytes(), "transfers.uploader")
    }

    pub(crate) const fn address(self, recipient: RecipientId) -> Column {
        RecipientColumns::of(self.tenant, recipient).address()
    }

    pub(crate) const fn phone(self, recipient: RecipientId) -> Column {
        RecipientColumns::of(self.tenant, recipient).phone()
    }

    pub(crate) const fn link_token(self, recipient: RecipientId) -> Column {
        self.column(recipient.into_bytes(), "recipients.link_token")
    }

    /// The token of its mail's link.
    pub(crate) const fn mail_token(self) -> Column {
        self.column(self.transfer.into_bytes(), "mail_links.token")
    }

    /// The ticket of its mail's window.
    pub(crate) const fn mail_ticket(self) -> Column {
        self.column(self.transfer.into_bytes(), "mail_links.ticket")
    }

    pub(crate) const fn abuse_report(self, report: AbuseReportId) -> Column {
        self.column(report.into_bytes(), "abuse_reports.text")
    }

    pub(crate) const fn findings(self, file: FileId) -> Column {
        self.column(file.into_bytes(), "files.findings")
    }

    /// Of an upload or the file that it became: the header moves from one row to the other as it is.
    pub(crate) const fn metadata(self, upload: UploadId) -> Column {
        self.column(upload.into_bytes(), "uploads.metadata")
    }

    const fn column(self, row: [u8; 16], name: &'static str) -> Column {
        Column { tenant: self.tenant.into_bytes(), row, name }
    }
}
