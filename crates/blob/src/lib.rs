//! Sealed bytes in tenants' containers.
//!
//! One trait, [`BlobStore`], hides where the bytes lie: [`LocalStore`] keeps them in a directory,
//! [`MemoryStore`] in memory, [`RemoteStore`] in Azure or S3, and [`Stores`] are several as one. What is stored is already sealed; this crate sees no plaintext and no key.
//!
//! An object is written once under a key that no other attempt ever uses and is never changed. An object
//! without a row in the database is an orphan that nobody reads; a reconciler removes it after a day.
#![warn(missing_docs)]

#[cfg(feature = "conformance")]
pub mod conformance;
mod container;
mod copied;
mod copy;
mod error;
mod key;
mod local;
mod memory;
mod object;
mod remote;
mod store;
mod store_name;
mod stores;
mod writer;

pub use container::{Container, ContainerNameError};
pub use copied::{CircuitSettings, CopiedStore, OpenCircuit, Targets};
pub use copy::{Copy, Role};
pub use error::BlobError;
pub use key::{ObjectKey, ObjectKeyError};
pub use local::LocalStore;
pub use memory::MemoryStore;
pub use remote::{
    AzureLogin, AzureOptions, Hidden, Layout, Patience, RemoteStore, S3Instance, S3Login, S3Options,
};
pub use store::{BlobStore, ObjectInfo};
pub use store_name::{StoreName, StoreNameError};
pub use stores::{Stores, UnknownStore};
pub use writer::{Collected, ObjectWriter};
