//! Builders, the engine matrix, fault stores: development only.
