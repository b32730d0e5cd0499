//! The JSON of the API. Types here are made from views and nothing else, so that no field leaves by accident.

mod base64url;
mod branding;
mod delivery;
mod mode;
mod page_limit;
mod protection;
mod recipient;
pub(crate) mod refused;
mod sealed_content_key;
mod submission_sealing;
mod taken;
mod time;
mod transfer;

use utoipa::ToSchema;

pub(crate) use base64url::Base64Url;
pub(crate) use branding::Branding;
pub(crate) use delivery::Delivery;
pub(crate) use mode::TransferMode;
pub(crate) use page_limit::PageLimit;
pub(crate) use protection::{Channel, NewPassword, Protection};
pub(crate) use recipient::Recipient;
pub(crate) use sealed_content_key::SealedContentKey;
pub(crate) use submission_sealing::{RecoveryKey, SubmissionSealing};
pub(crate) use taken::{TakenTypes, asked_kinds, words};
pub(crate) use time::{Time, http_date, whole_seconds};
pub(crate) use transfer::{Transfer, TransferSummary, stated_words};

/// Bytes of a file. In the description only: they are never held as one value.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
pub(crate) struct Bytes(());
