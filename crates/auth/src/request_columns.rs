//! An upload request's sealed columns.

use sealpost_domain::{CodeId, EmailAddress, TenantId, UploadRequestId};
use sealpost_sealed::{Column, TenantKey};

/// The places of what is known of a request, under the tenant key. Both sides of sealing and opening use it, so that they
/// cannot differ.
#[derive(Debug, Clone, Copy)]
pub struct RequestColumns {
    tenant: TenantId,
    request: UploadRequestId,
}

impl RequestColumns {
    /// The columns of this request's row.
    pub const fn of(tenant: TenantId, request: UploadRequestId) -> Self {
        Self { tenant, request }
    }

    /// The token of its link.
    pub const fn token(self) -> Column {
        self.place("upload_requests.token")
    }

    /// What it is about.
    pub const fn title(self) -> Column {
        self.place("upload_requests.title")
    }

    /// What its user has written.
    pub const fn message(self) -> Column {
        self.place("upload_requests.message")
    }

    /// Who alone may use it.
    pub const fn address(self) -> Column {
        self.place("upload_requests.address")
    }

    /// A code that is still to be sent.
    pub const fn code(tenant: TenantId, code: CodeId) -> Column {
        Column { tenant: tenant.into_bytes(), row: code.into_bytes(), name: "request_codes.code" }
    }

    /// Where it is to be sent.
    pub const fn code_address(tenant: TenantId, code: CodeId) -> Column {
        Column { tenant: tenant.into_bytes(), row: code.into_bytes(), name: "request_codes.address" }
    }

    /// What an uploader's address is looked up by: in requests, in codes, and in what he has sent in.
    pub fn address_hmac(key: &TenantKey, address: &EmailAddress) -> [u8; 32] {
        key.lookup_hmac("upload_requests.address", address.lookup_key().as_bytes())
    }

    const fn place(self, name: &'static str) -> Column {
        Column { tenant: self.tenant.into_bytes(), row: self.request.into_bytes(), name }
    }
}
