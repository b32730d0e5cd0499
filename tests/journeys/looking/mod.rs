//! Looks for what a service must not have: many secrets at once, in all that it keeps, tells and has in memory.

mod control;
mod derived;
mod forms;
mod hpke;
mod hunt;
mod meanwhile;
mod memory;
mod opened;
mod places;
mod planted;

pub(crate) use control::{OUR_NAME, finds_these};
pub(crate) use derived::derived;
pub(crate) use forms::forms;
pub(crate) use hunt::Hunt;
pub(crate) use meanwhile::meanwhile;
pub(crate) use memory::in_memory;
pub(crate) use opened::{keys_of_link, keys_of_received};
pub(crate) use places::{Finding, in_files, in_what_is_told, told_of};
pub(crate) use planted::{Planted, Secret};
