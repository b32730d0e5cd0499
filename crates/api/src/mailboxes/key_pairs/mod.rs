//! `/api/v1/mailboxes/{mailbox_id}/key-pairs`: to what others seal for a team.

pub(crate) mod create;
pub(crate) mod list;
pub(crate) mod share;
