//! The shape of the house: which crate may use which, and what may never be built in.

mod arrows;
mod audit_kinds;
mod bans;
mod metadata;
mod policy_words;
mod review;
