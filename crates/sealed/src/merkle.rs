//! The Merkle tree of RFC 6962, section 2.1: its root by what grows with the logarithm of the leaves.

use sha2::{Digest, Sha256};

/// Bytes of a node.
const NODE: usize = 32;

/// A leaf or an inner node.
pub type Node = [u8; NODE];

/// The hash of a leaf: SHA-256 over a zero byte and its data.
pub fn leaf_hash(data: &[u8]) -> Node {
    Sha256::new().chain_update([0]).chain_update(data).finalize().into()
}

/// The hash over two halves: SHA-256 over a one and both.
fn inner(left: &Node, right: &Node) -> Node {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// The roots of the whole subtrees that the first so many leaves make, largest first: one for every bit that is set in
/// their number, so at most 64. It is all that is needed to go on and to say the root.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CompactRange {
    size: u64,
    nodes: Vec<Node>,
}

impl CompactRange {
    /// Of no leaf.
    pub const EMPTY: Self = Self { size: 0, nodes: Vec::new() };

    /// From the nodes as [`Self::to_bytes`] has them; `None` unless they are as many as `size` wants.
    pub fn from_bytes(size: u64, bytes: &[u8]) -> Option<Self> {
        let (nodes, rest) = bytes.as_chunks::<NODE>();
        let fits = rest.is_empty() && nodes.len() == size.count_ones() as usize;
        fits.then(|| Self { size, nodes: nodes.to_vec() })
    }

    /// The nodes, one after the other.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.nodes.concat()
    }

    /// How many leaves.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf by its [`leaf_hash`].
    pub fn push(&mut self, leaf: Node) {
        let mut node = leaf;
        // Every bit that is carried joins two subtrees of the same size.
        for _ in 0..self.size.trailing_ones() {
            let left = self.nodes.pop().unwrap_or_default();
            node = inner(&left, &node);
        }
        self.nodes.push(node);
        self.size += 1;
    }

    /// The tree's head; that of no leaf is the hash of nothing.
    pub fn root(&self) -> Node {
        let mut nodes = self.nodes.iter().rev();
        match nodes.next() {
            Some(last) => nodes.fold(*last, |right, left| inner(left, &right)),
            None => Sha256::digest([]).into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;
    use proptest::prelude::*;

    use super::*;

    /// The leaves and roots with which implementations of Certificate Transparency are tested.
    const LEAVES: [&str; 8] =
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
    const ROOTS: [&str; 9] = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    #[test]
    fn the_roots_of_certificate_transparency_are_met() {
        let mut range = CompactRange::EMPTY;
        for (size, root) in ROOTS.iter().enumerate() {
            assert_eq!(HEXLOWER.encode(&range.root()), *root, "{size} leaves");
            if let Some(leaf) = LEAVES.get(size) {
                range.push(leaf_hash(&HEXLOWER.decode(leaf.as_bytes()).unwrap()));
            }
        }
    }

    /// As the RFC defines it, recursively.
    fn defined(leaves: &[Node]) -> Node {
        match leaves {
            [] => Sha256::digest([]).into(),
            [leaf] => *leaf,
            _ => {
                let half = leaves.len().next_power_of_two() / 2;
                inner(&defined(&leaves[..half]), &defined(&leaves[half..]))
            }
        }
    }

    proptest! {
        #[test]
        fn a_range_says_what_the_definition_says_also_after_it_was_stored(size in 0_u64..300, cut in 0_u64..300) {
            let leaves: Vec<_> = (0..size).map(|n| leaf_hash(&n.to_be_bytes())).collect();
            let mut range = CompactRange::EMPTY;
            for (n, leaf) in (0..).zip(&leaves) {
                if n == cut {
                    range = CompactRange::from_bytes(range.size(), &range.to_bytes()).unwrap();
                }
                range.push(*leaf);
            }
            prop_assert_eq!(range.root(), defined(&leaves));
            prop_assert_eq!(range.size(), size);
        }

        #[test]
        fn only_as_many_nodes_as_the_size_wants_are_a_range(size: u64, nodes in 0_usize..66) {
            let range = CompactRange::from_bytes(size, &vec![7; nodes * 32]);
            prop_assert_eq!(range.is_some(), nodes == size.count_ones() as usize);
            prop_assert_eq!(CompactRange::from_bytes(size, &vec![7; nodes * 32 + 1]), None);
        }
    }
}
