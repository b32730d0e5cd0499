//! `/api/v1/transfers`: what a sender does with his transfers.

pub(crate) mod block;
pub(crate) mod certificate;
pub(crate) mod create;
pub(crate) mod extend;
pub(crate) mod file_sealing;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod mail;
pub(crate) mod purge;
pub(crate) mod revise;
pub(crate) mod sealing;
pub(crate) mod send;
pub(crate) mod unblock;
