//! Whatever comes in: no panic, no endless loop, and findings that rules can read.

use std::convert::Infallible;

use bytes::Bytes;
use futures_util::FutureExt as _;
use proptest::prelude::*;
use sealpost_inspect::{Source, look as look_into, sniff};
use sealpost_test_support::corpus::{self, Zip, ZipFile};

use crate::look;

/// Counts what is read.
struct Counting(Bytes, u64);

impl Source for Counting {
    type Error = Infallible;

    fn length(&self) -> u64 {
        self.0.length()
    }

    async fn read_at(&mut self, offset: u64, length: usize) -> Result<Bytes, Infallible> {
        self.1 += length as u64;
        self.0.read_at(offset, length).await
    }
}

fn seeds() -> Vec<Vec<u8>> {
    let inner = Zip::of([ZipFile::packed("a.exe", 10, 30)]).build();
    vec![
        Zip::of([ZipFile::stored("a.zip", inner.clone()), ZipFile::stored("b.txt", "x").encrypted()]).build(),
        Zip::of([ZipFile::stored("a.zip", inner)]).wide().comment("c").behind("before", false).build(),
        corpus::docx(true),
        corpus::compound(&["WordDocument", "VBA", "a", "b", "c"]),
        corpus::pdf_with_stream(true),
        corpus::seven_zip(true),
        corpus::rar(true),
        corpus::pe(),
        corpus::iso(40_000),
        corpus::dmg(100),
    ]
}

fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let changes = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8);
    (prop::sample::select(seeds()), changes, any::<prop::sample::Index>(), any::<bool>()).prop_map(
        |(mut bytes, changes, at, cut)| {
            for (place, value) in changes {
                let place = place.index(bytes.len());
                bytes[place] = value;
            }
            if cut {
                bytes.truncate(at.index(bytes.len()));
            }
            bytes
        },
    )
}

proptest! {
    #[test]
    fn random_bytes_are_something(bytes in prop::collection::vec(any::<u8>(), 0..2_000), name in "[a-z]{1,5}\\.(zip|pdf|exe|gz|docx)") {
        let found = look(&name, bytes);
        prop_assert!(!found.kinds.is_empty());
    }

    #[test]
    fn damaged_files_are_something(bytes in damaged(), name in "[a-z]{1,5}\\.(zip|pdf|exe|gz|docx)") {
        let found = look(&name, bytes);
        prop_assert!(!found.kinds.is_empty());
        let archive = found.archive.unwrap_or_default();
        prop_assert!(archive.names.iter().all(|name| name.len() <= 255) && archive.names.len() <= 1_000);
    }

    #[test]
    fn the_first_bytes_need_not_be_read_again(bytes in damaged(), cut in 0..70_000_usize) {
        let whole = Bytes::from(bytes.clone());
        let head = whole.slice(..cut.min(whole.len()));
        let mut source = Counting(whole.clone(), 0);
        let found = look_into("a.bin", head.clone(), &mut source).now_or_never().unwrap().unwrap();
        prop_assert_eq!(found, look("a.bin", bytes));
        if head.len() == whole.len() {
            prop_assert_eq!(source.1, 0);
        }
    }

    #[test]
    fn what_was_certain_is_found_in_the_end(bytes in damaged(), cut in 0..70_000_usize) {
        let early: Vec<_> = sniff(&bytes[..cut.min(bytes.len())]).certain().collect();
        let found = look("a.bin", bytes);
        for kind in early {
            prop_assert!(found.kinds.contains(&kind), "{} and then {:?}", kind, found.kinds);
        }
    }
}
