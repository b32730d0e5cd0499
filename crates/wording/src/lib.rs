//! What people read, in their language: the texts of `locales`, and sizes and moments as they are written there.

mod catalogue;
mod fill;
mod format;

pub use catalogue::{Catalogue, Part};
pub use fill::{Missing, fill};
pub use format::{moment, size};
