//! What holds the nodes' root key.

use std::sync::Arc;

use sealpost_test_support::peers::{
    openbao::{OpenBao, ROOT},
    proxy::Proxy,
};

/// What is to hold the root key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Vault {
    /// A directory that all nodes see.
    Directory,
    /// OpenBao, to which each node has a way of its own.
    OpenBao,
}

pub(super) enum Root {
    Directory(String),
    OpenBao { _server: Arc<OpenBao>, key: String, ways: Vec<Proxy> },
}

impl Root {
    pub(super) fn new(vault: Vault, nodes: usize, home: &std::path::Path) -> Self {
        match vault {
            Vault::Directory => Self::Directory(format!("{}/vault", home.display())),
            Vault::OpenBao => {
                let server = OpenBao::shared();
                let address = server.address();
                let address = address.strip_prefix("http://").unwrap().parse().unwrap();
                let ways = (0..nodes).map(|_| Proxy::http(address)).collect();
                Self::OpenBao { key: server.fresh_name(), _server: server, ways }
            }
        }
    }

    /// What a node's configuration says of it.
    pub(super) fn settings(&self, node: usize) -> String {
        match self {
            Self::Directory(dir) => format!("dir = \"{dir}\"\n"),
            Self::OpenBao { key, ways, .. } => {
                let url = ways[node].url();
                format!("kind = \"openbao\"\nurl = \"{url}\"\nkey = \"{key}\"\ntoken = \"{ROOT}\"\n")
            }
        }
    }

    /// Whether the key has to be made before the first run.
    pub(super) const fn wants_a_key(&self) -> bool {
        matches!(self, Self::OpenBao { .. })
    }

    /// The ways of all nodes; none to a directory.
    pub(super) fn ways(&self) -> &[Proxy] {
        match self {
            Self::Directory(_) => &[],
            Self::OpenBao { ways, .. } => ways,
        }
    }
}
