//! `/api/v1/deliveries`: the bytes, to a recipient who has shown what was asked of him.

pub(crate) mod archive;
mod body;
pub(crate) mod content;
mod disposition;
mod precondition;
mod range;
pub(crate) mod reply;
mod respond;

pub(crate) use precondition::is_known;

#[cfg(feature = "fuzzing")]
pub(crate) use {
    disposition::{attachment, content_type},
    precondition::range_holds,
    range::{Asked, asked},
};
