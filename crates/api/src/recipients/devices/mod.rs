//! `/api/v1/transfers/{transfer_id}/recipients/{recipient_id}/devices`: browsers that need no code.

pub(crate) mod forget;
pub(crate) mod list;
