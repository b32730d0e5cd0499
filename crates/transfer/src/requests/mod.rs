//! Upload requests: a user hands out a link, and outsiders send files in.

mod begin;
mod close;
mod create;
mod list;
mod notify;
mod open;
mod reply;

use sealpost_auth::RequestColumns;
use sealpost_db::UploadRequest;
use sealpost_domain::EmailAddress;
use sealpost_sealed::TenantKey;

pub use create::NewUploadRequest;
pub use list::{RequestPage, RequestView};
pub use open::RequestOpening;
pub(crate) use reply::takes_replies;

use crate::TransferError;

/// What a request's user has written.
pub(crate) struct Texts {
    pub(crate) title: String,
    pub(crate) message: Option<String>,
    pub(crate) address: Option<EmailAddress>,
}

/// Opens what stands in a request's row.
pub(crate) fn texts(key: &TenantKey, row: &UploadRequest) -> Result<Texts, TransferError> {
    let columns = RequestColumns::of(row.tenant_id, row.id);
    let message = row.message.as_ref().map(|sealed| key.open_text(columns.message(), sealed));
    let address = row.address.as_ref().map(|sealed| key.open_text(columns.address(), sealed));
    Ok(Texts {
        title: key.open_text(columns.title(), &row.title)?,
        message: message.transpose()?,
        address: address
            .transpose()?
            .map(|text| text.parse())
            .transpose()
            .map_err(TransferError::internal)?,
    })
}
