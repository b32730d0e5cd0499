mod identity_providers;
pub(crate) mod licence;
mod mailboxes;
mod policy;
mod policy_explain;
mod policy_import;
mod seat;
mod support_access;
mod users;
