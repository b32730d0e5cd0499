//! What the nodes keep sealed files in.

use std::path::{Path, PathBuf};

use futures_util::TryStreamExt as _;
use sealpost_blob::{BlobStore as _, Container, Layout, RemoteStore};
use sealpost_test_support::peers::proxy::Proxy;

use crate::support::{Cloud, files_below};

/// Before the names of buckets: the other tests of this process have some, too.
const PREFIX: &str = "nodes-";

/// What sealed files are to be kept in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Store {
    /// A directory that all nodes see.
    Directory,
    /// S3, to which each node has a way of its own.
    S3,
}

pub(super) enum Blobs {
    Directory(PathBuf),
    S3 { ways: Vec<Proxy>, key: PathBuf, store: RemoteStore },
}

impl Blobs {
    pub(super) fn new(store: Store, nodes: usize, home: &Path) -> Self {
        match store {
            Store::Directory => Self::Directory(home.join("blobs")),
            Store::S3 => Self::S3 {
                ways: (0..nodes).map(|_| Proxy::http(Cloud::S3.address())).collect(),
                key: home.join("s3-key"),
                store: Cloud::S3.seen(Layout::PerTenant { name_prefix: PREFIX.to_owned() }),
            },
        }
    }

    /// What a node's configuration says of it.
    pub(super) fn settings(&self, node: usize) -> String {
        match self {
            Self::Directory(dir) => format!("dir = {dir:?}\n"),
            Self::S3 { ways, key, .. } => {
                let settings = Cloud::S3.settings(&ways[node].url(), key);
                format!("{settings}containers = \"per_tenant\"\nname_prefix = \"{PREFIX}\"\n")
            }
        }
    }

    /// The way of a node to what is not on this machine.
    pub(super) fn way(&self, node: usize) -> &Proxy {
        match self {
            Self::Directory(_) => panic!("there is no way to a directory"),
            Self::S3 { ways, .. } => &ways[node],
        }
    }

    /// The names of the stored objects.
    pub(super) async fn objects(&self, container: &Container) -> Vec<String> {
        match self {
            Self::Directory(dir) => {
                files_below(dir).iter().map(|path| path.to_str().unwrap().to_owned()).collect()
            }
            Self::S3 { store, .. } => {
                let listed = store.list(container, None).map_ok(|object| object.raw);
                let mut names: Vec<_> = listed.try_collect().await.unwrap();
                names.sort();
                names
            }
        }
    }
}
