use sealpost_sealed::range::{self, MAX_PART_LENGTH};

use crate::input::Input;

/// Ranges hold what they were asked for and stay within the object; no number overflows.
pub fn object_range(data: &[u8]) {
    let mut input = Input(data);
    let (length, start, end, any) = (input.u32(), input.u64(), input.u64(), input.u64());

    if let Some(plain) = range::plain_length(any) {
        assert_eq!(range::object_length(plain), any);
    }
    assert!(range::chunk_start(any) >= 56 && range::object_length(any) >= 72);

    // Once as given, once brought near to where it holds.
    for (length, wanted) in [
        (length, start..end),
        (length % (MAX_PART_LENGTH + 1), start % (1 << 26)..end % (1 << 26)),
    ] {
        let Some(found) = range::object_range(length, wanted.clone()) else {
            continue;
        };
        assert!(wanted.start < wanted.end && wanted.end <= u64::from(length));
        assert!(
            found.bytes.start < found.bytes.end && found.bytes.end <= range::object_length(length.into())
        );
        assert_eq!(found.bytes.start, range::chunk_start(found.first_chunk));
        assert_eq!(found.first_chunk * 16_384 + found.skip as u64, wanted.start);
        assert_eq!(found.length as u64, wanted.end - wanted.start);
        let chunks = (found.bytes.end - found.bytes.start).div_ceil(16_400);
        assert!((found.skip + found.length) as u64 <= found.bytes.end - found.bytes.start - chunks * 16);
    }
}
