//! What a sealed part looks like to somebody who cannot open it.

use crate::range::HEADER_LENGTH;

/// Fewest different bytes of a header. 56 random ones have 50 as a rule, and fewer than 36 less than once in 10^10; text, and
/// what programs write at the beginning of their files, has fewer.
const LEAST_DIFFERENT: usize = 36;

/// Whether these can be the first bytes of a sealed part: a salt and a commitment, which look random. It finds what was sent
/// unsealed by mistake, and is no proof that something is sealed: that only who has the key can say.
pub fn looks_sealed(header: &[u8; HEADER_LENGTH]) -> bool {
    let mut seen = [false; 256];
    for byte in header {
        seen[usize::from(*byte)] = true;
    }
    seen.iter().filter(|seen| **seen).count() >= LEAST_DIFFERENT
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{PartContext, PartSealer, Random as _, Salt, SystemRandom, UploadKey};

    /// The first bytes; short files go on with zeros.
    fn header(bytes: &[u8]) -> [u8; HEADER_LENGTH] {
        std::array::from_fn(|index| bytes.get(index).copied().unwrap_or(0))
    }

    #[test]
    fn what_files_begin_with_does_not_look_sealed() {
        let plain: [&[u8]; 5] = [
            &[0; 56],
            b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj",
            b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00\xdf\xa4\xd2lZ\x01\x00\x00 \x05\x00\x00\x13\x00\x08\x02[Content_Types].xml",
            b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x01\x00\x00\x00\x01\x00\x08\x06\x00\x00\x00\\r\xa8f\x00\x00\x00\x01sRGB\x00\xae\xce\x1c\xe9\x00\x00",
            b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00\xb8\x00\x00\x00\x00\x00\x00\x00@\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
        ];
        for bytes in plain {
            assert!(!looks_sealed(&header(bytes)), "{bytes:?}");
        }
    }

    #[test]
    fn sealed_parts_look_sealed() {
        for _ in 0..1_000 {
            let key = UploadKey::generate(&SystemRandom);
            let context = PartContext { tenant: [1; 16], upload: [2; 16], sequence: 0 };
            let mut sealer = PartSealer::new(&key, context, Salt::generate(&SystemRandom), 16);
            sealer.write(b"a plain sentence");
            let sealed = sealer.finish();
            assert!(looks_sealed(&header(&sealed.pieces[0])));
        }
        let mut random = [0; HEADER_LENGTH];
        SystemRandom.fill(&mut random);
        assert!(looks_sealed(&random));
    }
}
