//! `/api/v1/admin`: what those do who run a tenant.

pub(crate) mod abuse_reports;
pub(crate) mod addin;
pub(crate) mod audit;
pub(crate) mod blocked_files;
pub(crate) mod branding;
pub(crate) mod clients;
pub(crate) mod data_subjects;
pub(crate) mod export;
pub(crate) mod forwarding;
pub(crate) mod identity_providers;
pub(crate) mod incidents;
pub(crate) mod licence;
pub(crate) mod mailboxes;
pub(crate) mod policy;
pub(crate) mod portals;
pub(crate) mod recoveries;
pub(crate) mod reports;
pub(crate) mod retention;
pub(crate) mod support_access;
pub(crate) mod transfers;
pub(crate) mod users;
