use sealpost_sealed::Manifest;

/// What is read as a manifest has one spelling, and every range of its file lies in its parts.
pub fn manifest_decode(data: &[u8]) {
    let Ok(manifest) = Manifest::decode(data) else {
        return;
    };
    assert_eq!(*manifest.encode(), data);
    let length = manifest.length();
    assert_eq!(
        manifest
            .locate(0..u64::MAX)
            .map(|located| located.wanted.end)
            .sum::<u64>(),
        length
    );
    for range in [
        0..1,
        0..length,
        length / 2..length,
        length..u64::MAX,
        length / 3..length / 2 + 1,
    ] {
        let expected = range.end.min(length).saturating_sub(range.start);
        let mut found = 0;
        for located in manifest.locate(range) {
            assert!(!located.wanted.is_empty() && located.wanted.end <= u64::from(located.part.length));
            found += located.wanted.end - located.wanted.start;
        }
        assert_eq!(found, expected);
    }
}
