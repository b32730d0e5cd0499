//! What the tests of several nodes need: the nodes, what stands before them, and clients that go on.

mod cable;
mod nginx;
mod node;
mod nodes;
mod runs;
mod upload;

pub(crate) use node::Node;
pub(crate) use nodes::{Cluster, Options};
pub(crate) use runs::{Run, runs};
pub(crate) use upload::Upload;
