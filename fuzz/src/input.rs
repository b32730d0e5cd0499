//! Reading an input as numbers, and doing to ciphertext what it says.

use sealpost_sealed::Random;

/// The bytes of an input that are not used yet; zeros once they are.
pub(crate) struct Input<'a>(pub(crate) &'a [u8]);

impl Input<'_> {
    pub(crate) fn array<const N: usize>(&mut self) -> [u8; N] {
        let mut array = [0; N];
        let (now, later) = self.0.split_at(N.min(self.0.len()));
        array[..now.len()].copy_from_slice(now);
        self.0 = later;
        array
    }

    pub(crate) fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.array())
    }

    pub(crate) fn u64(&mut self) -> u64 {
        u64::from_le_bytes(self.array())
    }

    /// A number up to and with `most`.
    pub(crate) fn up_to(&mut self, most: usize) -> usize {
        self.u32() as usize % (most + 1)
    }

    /// Flips bits, drops, doubles and moves stretches of `sealed` for as long as there is input.
    pub(crate) fn damage(&mut self, sealed: &mut Vec<u8>) {
        while !self.0.is_empty() && !sealed.is_empty() {
            let what = self.array::<1>()[0];
            let start = self.up_to(sealed.len() - 1);
            match what % 4 {
                0 => sealed[start] ^= self.array::<1>()[0],
                1 => drop(sealed.drain(start..start + self.stretch(sealed.len() - start))),
                2 => {
                    let doubled = sealed[start..start + self.stretch(sealed.len() - start)].to_vec();
                    drop(sealed.splice(start..start, doubled));
                }
                _ => {
                    let moved: Vec<u8> = sealed
                        .drain(start..start + self.stretch(sealed.len() - start))
                        .collect();
                    let to = self.up_to(sealed.len());
                    drop(sealed.splice(to..to, moved));
                }
            }
            // Doubling again and again would only be slow.
            sealed.truncate(1 << 18);
        }
    }

    /// How many bytes of `left`: often a whole chunk.
    fn stretch(&mut self, left: usize) -> usize {
        let length = self.up_to(20_000);
        if length.is_multiple_of(2) {
            16_400.min(left)
        } else {
            length.min(left)
        }
    }
}

/// The input as text; headers, paths and JSON that are not UTF-8 never reach a parser.
pub(crate) fn text(data: &[u8]) -> Option<&str> {
    std::str::from_utf8(data).ok()
}

/// Salts and keys that are the same in every run, so that a finding can be replayed.
#[derive(Debug)]
pub(crate) struct Constant(pub(crate) u8);

impl Random for Constant {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(self.0);
    }
}

/// Plaintext of which no two chunks are alike.
pub(crate) fn plaintext(length: usize) -> Vec<u8> {
    (0..length as u32 / 4 + 1)
        .flat_map(u32::to_be_bytes)
        .take(length)
        .collect()
}
