use bytes::Bytes;
use proptest::{collection::vec, prelude::*, sample::Index};
use sealpost_sealed::{
    Aes256Gcm, AwsLc, Buffers, PartContext, PartSealer, Portable, Salt, SealedPart, UploadKey, crc32, message,
};

use crate::support::{Given, lengths, plaintext};

const KEY: [u8; 32] = [9; 32];
const PLACE: PartContext = PartContext { tenant: [1; 16], upload: [2; 16], sequence: 3 };

fn seal<A: Aes256Gcm>(plaintext: &[u8], cuts: &[Index], limit: u32) -> SealedPart {
    let key = UploadKey::generate(&Given::new(&KEY));
    let mut sealer = PartSealer::<A>::with_cipher(&key, PLACE, Salt::from_bytes([4; 24]), limit);
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(plaintext.len() + 1)).collect();
    cuts.extend([0, plaintext.len()]);
    cuts.sort_unstable();
    for cut in cuts.windows(2) {
        let taken = sealer.write(&plaintext[cut[0]..cut[1]]);
        assert_eq!(sealer.written() as usize, cut[0] + taken);
        if taken < cut[1] - cut[0] {
            assert_eq!(sealer.remaining(), 0);
            break;
        }
    }
    sealer.finish()
}

/// The part as one message, with the context written out.
fn expected(plaintext: &[u8]) -> Vec<u8> {
    let context = [b"sealpost/part/1\0" as &[u8], &[1; 16], &[2; 16], &[0, 0, 0, 0, 0, 0, 0, 3]].concat();
    message::seal_with::<Portable>(&KEY, &context, plaintext, Salt::from_bytes([4; 24]))
}

fn assert_is(sealed: &SealedPart, plaintext: &[u8]) {
    assert_eq!(sealed.length as usize, plaintext.len());
    assert_eq!(sealed.crc32, crc32::of(plaintext));
    assert_eq!(sealed.object_length(), sealed.pieces.iter().map(|piece| piece.len() as u64).sum::<u64>());
    assert!(sealed.pieces.concat() == expected(plaintext), "{} bytes sealed differently", plaintext.len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn in_slices_of_any_length(length in lengths(130), cuts in vec(any::<Index>(), 0..40)) {
        let plaintext = plaintext(length);
        assert_is(&seal::<AwsLc>(&plaintext, &cuts, u32::MAX), &plaintext);
    }

    #[test]
    fn up_to_any_limit(length in lengths(8), limit in lengths(8), cuts in vec(any::<Index>(), 0..8)) {
        let plaintext = plaintext(length);
        let sealed = seal::<Portable>(&plaintext, &cuts, u32::try_from(limit).unwrap());
        assert_is(&sealed, &plaintext[..length.min(limit)]);
    }
}

#[test]
fn piece_by_piece_in_memory_of_earlier_pieces() {
    let key = UploadKey::generate(&Given::new(&KEY));
    let buffers = Buffers::default();
    for length in [3 << 20, 2 << 20, 100, 0, 3 << 20, 2 << 20] {
        let plaintext = plaintext(length);
        let mut sealer =
            PartSealer::new(&key, PLACE, Salt::from_bytes([4; 24]), 3 << 20).reusing(buffers.clone());
        let mut object = Vec::new();
        let mut store = |piece: Bytes| {
            object.extend_from_slice(&piece);
            buffers.give(piece);
        };
        for slice in plaintext.chunks(40_000) {
            sealer.write(slice);
            while let Some(piece) = sealer.next_piece() {
                store(piece);
            }
        }
        sealer.finish().pieces.into_iter().for_each(&mut store);
        assert!(object == expected(&plaintext), "{length} bytes sealed differently");
    }
}

#[test]
fn at_every_edge_of_a_piece() {
    for length in [16 * 16_384 - 1, 16 * 16_384, 16 * 16_384 + 1, 32 * 16_384] {
        let plaintext = plaintext(length);
        let sealed = seal::<AwsLc>(&plaintext, &[], u32::MAX);
        assert_is(&sealed, &plaintext);
        assert_eq!(sealed.pieces[0].len().min(56 + 16 * 16_400 + 16), sealed.pieces[0].len());
    }
}

#[test]
fn no_part_is_longer_than_one_of_64_mib_that_is_sealed_once_more() {
    let key = UploadKey::generate(&Given::new(&KEY));
    let mut sealer = PartSealer::new(&key, PLACE, Salt::from_bytes([4; 24]), u32::MAX);
    assert_eq!(u64::from(sealer.remaining()), sealpost_sealed::range::object_length(64 << 20));
    let mebibyte = vec![0; 1 << 20];
    assert!((0..64).all(|_| sealer.write(&mebibyte) == mebibyte.len()));
    assert_eq!(sealer.write(&mebibyte), 56 + 4096 * 16 + 16);
    assert_eq!(sealer.write(&mebibyte), 0);
    assert_eq!(sealer.finish().object_length(), 56 + 4100 * 16_400 + 72 + 16);
}
