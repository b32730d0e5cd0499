use proptest::{prelude::*, sample::Index};
use sealpost_sealed::{Manifest, ManifestPart, Salt, range::part_length};

use crate::{
    stored::store,
    support::{Seeded, lengths, plaintext, range},
};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn of_any_file_in_any_parts(
        length in lengths(12),
        uploads in 1..4_usize,
        limit in 1..100_000_u32,
        ends: (Index, Index),
    ) {
        // Few enough parts to be quick.
        let limit = limit.max(u32::try_from(length / 50).unwrap());
        let plaintext = plaintext(length);
        let stored = store(&plaintext, uploads, limit.max(1), &Seeded::new(1));
        let wanted = range(length, ends);
        let expected = &plaintext[usize::try_from(wanted.start).unwrap()..usize::try_from(wanted.end).unwrap()];
        prop_assert!(stored.read(wanted.clone()).unwrap() == expected, "{wanted:?}");
        prop_assert!(stored.read_all().unwrap() == plaintext);
    }
}

#[test]
fn at_every_edge_of_chunks_and_parts() {
    let plaintext = plaintext(3 * 40_000 + 5);
    let stored = store(&plaintext, 1, 40_000, &Seeded::new(1));
    let edges =
        [0, 1, 16_383, 16_384, 16_385, 32_768, 39_999, 40_000, 40_001, 56_384, 119_999, 120_000, 120_005];
    for start in edges {
        for end in edges.into_iter().filter(|&end| end >= start) {
            assert!(
                stored.read(start as u64..end as u64).unwrap() == plaintext[start..end],
                "{start}..{end}"
            );
        }
    }
}

#[test]
fn beyond_the_end_is_nothing() {
    let stored = store(&plaintext(100), 1, 30, &Seeded::new(1));
    assert_eq!(stored.read(90..200).unwrap(), plaintext(100)[90..]);
    assert_eq!(stored.read(100..200).unwrap(), b"");
    assert_eq!(stored.read(5..5).unwrap(), b"");
    assert_eq!(store(&[], 1, 30, &Seeded::new(1)).read_all().unwrap(), b"");
}

/// 2 TiB: what a range costs to find does not grow with the file.
#[test]
fn of_files_of_terabytes_are_found() {
    let length = part_length(Some(2 << 40));
    let part = |sequence| ManifestPart { upload: 0, sequence, length, salt: Salt::from_bytes([0; 24]) };
    let parts: Vec<_> = (0..(2_u64 << 40) / u64::from(length)).map(part).collect();
    assert_eq!(parts.len(), 32_768);
    let upload = crate::manifests_are_read_strictly::upload(1);
    let manifest = Manifest::new("big".into(), String::new(), 0, vec![upload], parts).unwrap();
    let edge = 20_000 * u64::from(length);
    let located: Vec<_> = manifest.locate(edge - 1..edge + 1).collect();
    assert_eq!(
        (located[0].index, located[0].wanted.clone()),
        (19_999, u64::from(length) - 1..u64::from(length))
    );
    assert_eq!((located[1].index, located[1].wanted.clone()), (20_000, 0..1));
    assert_eq!(located.len(), 2);
}
