//! The shape of the house: which crate may use which, what may never be built in, what is never left out.

mod arrows;
mod audit_kinds;
mod bans;
mod examples;
mod metadata;
mod policy_words;
mod review;
