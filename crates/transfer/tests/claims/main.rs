//! What the use cases hold against each other: races, faults and clocks, on both engines.
#![expect(clippy::unwrap_used, reason = "helpers of tests may panic like tests")]

mod attempts;
mod blocks;
mod clocks;
mod downloads;
mod pieces;
mod purges;
mod room;
mod secrets;
mod support;
