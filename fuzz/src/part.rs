use sealpost_sealed::{PartContext, PartOpener, PartSealer, Salt, UploadKey};

use crate::input::{Constant, Input, plaintext};

const PLACE: PartContext = PartContext {
    tenant: [1; 16],
    upload: [2; 16],
    sequence: 3,
};

/// Whatever is done to an object: any range of it opens to its plaintext or not at all.
pub fn part_damaged(data: &[u8]) {
    let mut input = Input(data);
    let plaintext = plaintext(input.up_to(70_000) + 1);
    let (one, other) = (input.up_to(plaintext.len()), input.up_to(plaintext.len()));
    let wanted = one.min(other)..one.max(other);
    let (key, salt) = (UploadKey::generate(&Constant(1)), Salt::from_bytes([7; 24]));

    let mut sealer = PartSealer::new(&key, PLACE, salt, u32::MAX);
    let (first, second) = plaintext.split_at(one);
    assert_eq!(sealer.write(first) + sealer.write(second), plaintext.len());
    let sealed = sealer.finish();
    let object = sealed.pieces.concat();
    let mut damaged = object.clone();
    input.damage(&mut damaged);

    let Some(header) = damaged.get(..56) else { return };
    let opened = PartOpener::new(&key, PLACE, &salt, sealed.length, header)
        .ok()
        .and_then(|opener| {
            let range = opener.object_range(wanted.start as u64..wanted.end as u64)?;
            let fetched = damaged.get(range.bytes.start as usize..range.bytes.end as usize)?;
            opener.open(&range, fetched.into()).ok()
        });
    match opened {
        Some(opened) => assert!(opened == plaintext[wanted]),
        None => assert!(damaged != object || wanted.is_empty()),
    }
}
