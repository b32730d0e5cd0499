//! `/api/v1/links`: what a recipient does with the link in his mail.

pub(crate) mod code;
pub(crate) mod open;
pub(crate) mod prove;
pub(crate) mod report;
pub(crate) mod verify;

use sealpost_auth::ReadGrant;
use sealpost_transfer::TransferError;

use crate::{
    App,
    error::{ApiError, Code},
    wire::Delivery,
};

/// What is behind a link. If it ended between the check of the link and now, the answer is that of the check.
async fn delivery(app: &App, grant: &ReadGrant) -> Result<Delivery, ApiError> {
    match app.service().delivery(grant).await {
        Ok(delivery) => Ok(delivery.into()),
        Err(TransferError::NotFound) => Err(ApiError::new(Code::LinkUnavailable)),
        Err(error) => Err(error.into()),
    }
}
