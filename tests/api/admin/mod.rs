mod identity_providers;
pub(crate) mod licence;
mod mailboxes;
mod policy;
mod seat;
mod support_access;
mod users;
