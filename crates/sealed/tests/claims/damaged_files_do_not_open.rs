//! Whatever is done to what is stored: a read gives the right bytes or an error.

use proptest::{prelude::*, sample::Index};
use sealpost_sealed::{Error, Manifest, PartSealer, Salt};

use crate::{
    stored::{Stored, Unreadable, object_key, store},
    support::{Seeded, plaintext, range},
};

const LENGTH: usize = 230_000;

/// Parts of 3 full chunks and a rest.
const PART: u32 = 50_000;

fn file() -> Stored {
    store(&plaintext(LENGTH), 2, PART, &Seeded::new(1))
}

/// Sealed bytes between two edges of chunks.
fn chunk(object: &[u8], chunk: usize) -> Vec<u8> {
    object[56..].chunks(16_400).nth(chunk).unwrap().to_vec()
}

#[derive(Debug, Clone)]
enum Damage {
    FlippedBit(Index, u8),
    Truncated(Index),
    ChunkDropped,
    ChunkDoubled,
    ChunksSwapped,
    ForeignChunk,
    PartDropped,
    PartDoubled,
    ForeignPart,
    ManifestBit(Index, u8),
    ManifestTruncated(Index),
    ForeignManifest,
}

fn damages() -> impl Strategy<Value = Damage> {
    prop_oneof![
        4 => (any::<Index>(), 0..8_u8).prop_map(|(byte, bit)| Damage::FlippedBit(byte, bit)),
        1 => any::<Index>().prop_map(Damage::Truncated),
        1 => Just(Damage::ChunkDropped),
        1 => Just(Damage::ChunkDoubled),
        1 => Just(Damage::ChunksSwapped),
        1 => Just(Damage::ForeignChunk),
        1 => Just(Damage::PartDropped),
        1 => Just(Damage::PartDoubled),
        1 => Just(Damage::ForeignPart),
        1 => (any::<Index>(), 0..8_u8).prop_map(|(byte, bit)| Damage::ManifestBit(byte, bit)),
        1 => any::<Index>().prop_map(Damage::ManifestTruncated),
        1 => Just(Damage::ForeignManifest),
    ]
}

/// Does the damage to one object, or to the manifest.
fn damage(stored: &mut Stored, at: Index, damage: &Damage) {
    let other = store(&plaintext(LENGTH), 2, PART, &Seeded::new(2));
    let keys: Vec<String> = stored.objects.keys().cloned().collect();
    // The short last part of an upload has less than two chunks to swap.
    let long: Vec<_> = keys.iter().filter(|key| stored.objects[*key].len() > 3 * 16_400).collect();
    let key = long[at.index(long.len())].clone();
    let neighbour = keys.iter().find(|other| **other != key).unwrap();
    let foreign = other.objects.values().find(|object| object.len() > 3 * 16_400).unwrap();
    let neighbour = stored.objects[neighbour].clone();
    let object = stored.objects.get_mut(&key).unwrap();
    match damage {
        Damage::FlippedBit(byte, bit) => {
            let byte = byte.index(object.len());
            object[byte] ^= 1 << bit;
        }
        Damage::Truncated(length) => object.truncate(length.index(object.len())),
        Damage::ChunkDropped => drop(object.drain(56..56 + 16_400)),
        Damage::ChunkDoubled => drop(object.splice(56..56, chunk(object, 0))),
        Damage::ChunksSwapped => {
            let swapped = [chunk(object, 1), chunk(object, 0)].concat();
            object[56..56 + 2 * 16_400].copy_from_slice(&swapped);
        }
        Damage::ForeignChunk => object[56..56 + 16_400].copy_from_slice(&chunk(foreign, 0)),
        Damage::PartDropped => drop(stored.objects.remove(&key)),
        Damage::PartDoubled => *object = neighbour,
        Damage::ForeignPart => *object = foreign.clone(),
        Damage::ManifestBit(byte, bit) => {
            let byte = byte.index(stored.manifest.len());
            stored.manifest[byte] ^= 1 << bit;
        }
        Damage::ManifestTruncated(length) => stored.manifest.truncate(length.index(stored.manifest.len())),
        Damage::ForeignManifest => stored.manifest = other.manifest,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn whatever_is_damaged(at: Index, what in damages(), ends: (Index, Index)) {
        let mut stored = file();
        damage(&mut stored, at, &what);
        prop_assert!(stored.read_all().is_err(), "{what:?}");
        let wanted = range(LENGTH, ends);
        if let Ok(read) = stored.read(wanted.clone()) {
            let expected = &plaintext(LENGTH)[wanted.start.try_into().unwrap()..wanted.end.try_into().unwrap()];
            prop_assert!(read == expected, "{what:?}: other bytes came out");
        }
    }
}

#[test]
fn with_a_part_of_an_older_attempt_in_place() {
    let mut stored = file();
    let manifest = Manifest::open(&stored.file_key, stored.context, &stored.manifest).unwrap();
    let located = manifest.locate(0..1).next().unwrap();
    // The same part, sealed with the same key for the same place by an attempt that was given up.
    let place = located.context(stored.context.tenant);
    let mut older = PartSealer::new(&located.upload.key, place, Salt::generate(&Seeded::new(3)), PART);
    older.write(&plaintext(PART as usize));
    let key = object_key(&located.upload.id, located.part.sequence, &located.part.salt);
    stored.objects.insert(key, older.finish().pieces.concat());
    assert_eq!(stored.read(0..1), Err(Unreadable::Sealed(Error::Salt)));
}

#[test]
fn with_a_part_in_the_place_of_another_of_the_same_upload() {
    let stored = file();
    let manifest = Manifest::open(&stored.file_key, stored.context, &stored.manifest).unwrap();
    let parts: Vec<_> = manifest.locate(0..u64::from(PART) * 2).collect();
    let key = object_key(&parts[1].upload.id, parts[1].part.sequence, &parts[1].part.salt);
    let header = &stored.objects[&key][..56];
    // Even if its salt were in the manifest.
    let mut moved = parts[0].context(stored.context.tenant);
    let open = |place| {
        sealpost_sealed::PartOpener::new(&parts[1].upload.key, place, &parts[1].part.salt, PART, header).err()
    };
    assert_eq!(open(moved), Some(Error::Commitment));
    moved.sequence = parts[1].part.sequence;
    assert_eq!(open(moved), None);
    moved.tenant = [0; 16];
    assert_eq!(open(moved), Some(Error::Commitment));
}

#[test]
fn with_fewer_or_more_bytes_than_asked_for() {
    let stored = file();
    let manifest = Manifest::open(&stored.file_key, stored.context, &stored.manifest).unwrap();
    let located = manifest.locate(0..1).next().unwrap();
    let key = object_key(&located.upload.id, located.part.sequence, &located.part.salt);
    let object = &stored.objects[&key];
    let opener = located.opener(stored.context.tenant, &object[..56]).unwrap();
    let range = opener.object_range(0..20_000).unwrap();
    assert_eq!(range.bytes, 56..56 + 2 * 16_400);
    for end in [56, 57, 56 + 16_400, 56 + 2 * 16_400 - 1, 56 + 2 * 16_400 + 1] {
        assert_eq!(opener.open(&range, object[56..end].into()), Err(Error::Length), "{end}");
    }
    // A range that keeps more than was opened.
    let mut beyond = range;
    for skip in [2 * 16_384 - 20_000 + 1, usize::MAX] {
        beyond.skip = skip;
        let opened = opener.open(&beyond, object[56..56 + 2 * 16_400].into());
        assert_eq!(opened, Err(Error::Length), "{skip}");
    }
    assert_eq!(located.opener(stored.context.tenant, &object[..55]).err(), Some(Error::Length));
}
