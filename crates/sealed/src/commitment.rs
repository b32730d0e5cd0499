//! Commitments: what stands for a value where the value must be able to go.

use sha2::{Digest, Sha256};

use crate::context::{join, prefixed};

/// SHA-256 over a label, the value's name, 32 random bytes of salt and the value. Whoever has neither salt nor value
/// learns nothing from it; whoever has both sees that they are those which were meant.
pub fn commitment(name: &str, salt: &[u8; 32], value: &[u8]) -> [u8; 32] {
    Sha256::digest(join(b"sealpost/audit-value/1", &[&prefixed(name), salt, value])).into()
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;

    use super::*;

    #[test]
    fn it_binds_name_salt_and_value() {
        let one = commitment("address", &[1; 32], b"anna@example.org");
        // sha256("sealpost/audit-value/1" 00 0007 "address" 01*32 "anna@example.org"), by another program
        assert_eq!(HEXLOWER.encode(&one), "41a59cf27fa11e16a38aee44dc5ba4edbbf68638f89ceb2146912a042cfb4489");
        assert_ne!(one, commitment("network", &[1; 32], b"anna@example.org"));
        assert_ne!(one, commitment("address", &[2; 32], b"anna@example.org"));
        assert_ne!(one, commitment("address", &[1; 32], b"bert@example.org"));
        assert_ne!(commitment("ab", &[1; 32], b"c"), commitment("a", &[1; 32], b"bc"));
    }
}
