//! The fuzz targets, as functions: each states what holds for any input at all.
//!
//! Random bytes do not get past an authentication tag, so the targets on ciphertext come in pairs: one opens the
//! input itself, the other seals something, damages it as the input says, and opens that.

mod input;
mod manifest;
mod message;
mod part;
mod range;
mod small;

pub use manifest::manifest_decode;
pub use message::{message_damaged, message_open};
pub use part::part_damaged;
pub use range::object_range;
pub use small::small_things;

/// The program of a target: libFuzzer's under `cargo fuzz`, elsewhere one that runs the files it is given, so that a
/// finding can be replayed with any compiler.
#[macro_export]
macro_rules! target {
    ($target:ident) => {
        #[cfg(fuzzing)]
        libfuzzer_sys::fuzz_target!(|data: &[u8]| $crate::$target(data));

        #[cfg(not(fuzzing))]
        fn main() {
            for path in std::env::args_os().skip(1) {
                $crate::$target(&std::fs::read(&path).expect("an input file"));
                println!("{}: holds", path.display());
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Not fuzzing, but it keeps the targets true: some thousand inputs, the same in every run.
    #[test]
    fn every_target_holds_for_many_inputs() {
        let mut state = 1_u64;
        let mut byte = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            state.to_be_bytes()[0]
        };
        for length in (0..120).cycle().take(3_000) {
            let data: Vec<u8> = (0..length).map(|_| byte()).collect();
            manifest_decode(&data);
            message_open(&data);
            message_damaged(&data);
            part_damaged(&data);
            object_range(&data);
            small_things(&data);
        }
    }

    #[test]
    fn the_seed_manifest_is_read() {
        let seed = include_bytes!("../seeds/manifest_decode/one-part");
        assert!(sealpost_sealed::Manifest::decode(seed).is_ok());
        manifest_decode(seed);
    }
}
