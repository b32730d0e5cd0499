//! Builders, the engine matrix, fault stores: development only.

pub mod engines;
pub mod faulty_store;
