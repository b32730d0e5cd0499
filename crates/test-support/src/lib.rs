//! Builders, the engine matrix, fault stores, the whole service in a test's process: development only.

#[cfg(feature = "app")]
pub mod app;
pub mod clamd;
pub mod corpus;
pub mod engines;
pub mod faulty_store;
pub mod million;
pub mod peers;
pub mod pluggable_vault;
#[cfg(feature = "provider")]
pub mod provider;
#[cfg(feature = "receivers")]
pub mod receivers;
#[cfg(feature = "app")]
pub mod sealing;
pub mod tools;
