//! What the tests of several nodes need: the nodes, what stands before them, and clients that go on.

mod blobs;
mod cable;
mod nginx;
mod node;
mod nodes;
mod people;
mod proof;
mod runs;
mod upload;
mod vault;

pub(crate) use blobs::Store;
pub(crate) use node::Node;
pub(crate) use nodes::{Cluster, Options, UNLIMITED};
pub(crate) use people::People;
pub(crate) use proof::is_gone;
pub(crate) use runs::{Run, runs};
pub(crate) use upload::Upload;
pub(crate) use vault::Vault;
