use proptest::{collection::vec, prelude::*, sample::Index};
use sealpost_sealed::{
    Error, FileKey, Manifest, ManifestContext, ManifestPart, ManifestUpload, Salt, UploadKey,
};

use crate::support::{Given, Seeded};

const PLACE: ManifestContext = ManifestContext { tenant: [1; 16], transfer: [2; 16], file: [3; 16] };

pub(crate) fn upload(number: u8) -> ManifestUpload {
    ManifestUpload { id: [number; 16], key: UploadKey::generate(&Given::new(&[number ^ 0xff; 32])) }
}

fn part(upload: u16, sequence: u64, length: u32) -> ManifestPart {
    ManifestPart { upload, sequence, length, salt: Salt::from_bytes([7; 24]) }
}

fn manifest(uploads: Vec<ManifestUpload>, parts: Vec<ManifestPart>) -> Result<Manifest, Error> {
    Manifest::new("Übersicht.pdf".into(), "application/pdf".into(), 0xdead_beef, uploads, parts)
}

fn small() -> Manifest {
    manifest(vec![upload(1), upload(2)], vec![part(0, 0, 5), part(0, 2, 6), part(1, 0, 7)]).unwrap()
}

fn refusal(bytes: &[u8]) -> &'static str {
    match Manifest::decode(bytes) {
        Err(Error::Manifest(why)) => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_written_is_read() {
    let read = Manifest::decode(&small().encode()).unwrap();
    assert_eq!(read, small());
    assert_eq!((read.name(), read.media_type()), ("Übersicht.pdf", "application/pdf"));
    assert_eq!((read.length(), read.crc32()), (18, 0xdead_beef));
    assert_eq!((read.uploads().len(), read.parts().len()), (2, 3));
}

#[test]
fn every_cut_and_every_byte_behind_is_refused() {
    let bytes = small().encode();
    for length in 0..bytes.len() {
        assert_eq!(refusal(&bytes[..length]), "it ends early", "{length}");
    }
    assert_eq!(refusal(&[&bytes[..], &[0]].concat()), "bytes behind its end");
}

#[test]
fn other_versions_are_refused() {
    let mut bytes = small().encode();
    for version in [0, 2, 255] {
        bytes[0] = version;
        assert_eq!(refusal(&bytes), "of another version");
    }
}

#[test]
fn a_total_that_is_not_the_sum_is_refused() {
    let mut bytes = small().encode();
    let total = 1 + 2 + "Übersicht.pdf".len() + 2 + "application/pdf".len() + 7;
    assert_eq!(bytes[total], 18);
    bytes[total] = 19;
    assert_eq!(refusal(&bytes), "a total that is not the sum of its parts");
}

#[test]
fn a_name_that_is_not_utf_8_is_refused() {
    let mut bytes = small().encode();
    bytes[3] = 0xff;
    assert_eq!(refusal(&bytes), "a name that is not UTF-8");
}

#[test]
fn a_count_without_its_items_reserves_nothing() {
    let bytes = [&[1_u8][..], &[0; 4], &[0; 12], &[0; 2], &[0xff; 4]].concat();
    assert_eq!(refusal(&bytes), "it ends early");
}

#[test]
fn what_contradicts_itself_is_refused() {
    let uploads = || vec![upload(1), upload(2)];
    for (parts, why) in [
        (vec![part(2, 0, 5)], "a part of an upload that is not listed"),
        (vec![part(0, 0, 0)], "a part of an impossible length"),
        (vec![part(0, 0, sealpost_sealed::range::MAX_PART_LENGTH + 1)], "a part of an impossible length"),
        (vec![part(0, 3, 5), part(1, 0, 5), part(0, 3, 5)], "parts of an upload are not in order"),
        (vec![part(1, 3, 5), part(1, 2, 5)], "parts of an upload are not in order"),
    ] {
        assert_eq!(manifest(uploads(), parts), Err(Error::Manifest(why)));
    }
    assert_eq!(
        manifest(vec![upload(1), upload(1)], vec![]),
        Err(Error::Manifest("an upload is listed twice"))
    );
    let long = "x".repeat(65_536);
    assert_eq!(Manifest::new(long, String::new(), 0, vec![], vec![]), Err(Error::Manifest("too long")));
}

#[test]
fn a_file_of_no_bytes_has_no_parts() {
    let empty = manifest(vec![], vec![]).unwrap();
    assert_eq!(empty.length(), 0);
    assert_eq!(Manifest::decode(&empty.encode()), Ok(empty));
}

#[test]
fn it_opens_only_in_its_place() {
    let random = Seeded::new(1);
    let key = FileKey::generate(&random);
    let sealed = small().seal(&key, PLACE, &random);
    assert_eq!(Manifest::open(&key, PLACE, &sealed), Ok(small()));
    for place in [
        ManifestContext { tenant: [9; 16], ..PLACE },
        ManifestContext { transfer: [9; 16], ..PLACE },
        ManifestContext { file: [9; 16], ..PLACE },
    ] {
        assert_eq!(Manifest::open(&key, place, &sealed), Err(Error::Commitment));
    }
    assert_eq!(Manifest::open(&FileKey::generate(&random), PLACE, &sealed), Err(Error::Commitment));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_manifest_is_read_as_written(
        name in ".{0,40}",
        media_type in "[a-z]{1,9}/[a-z]{1,9}",
        crc32: u32,
        parts in vec((0..3_u16, 1..=(64_u32 << 20), any::<[u8; 24]>()), 0..50),
    ) {
        let parts = (0..).zip(parts).map(|(sequence, (upload, length, salt))| {
            ManifestPart { upload, sequence, length, salt: Salt::from_bytes(salt) }
        });
        let uploads = (1..4).map(upload).collect();
        let manifest = Manifest::new(name, media_type, crc32, uploads, parts.collect()).unwrap();
        prop_assert_eq!(Manifest::decode(&manifest.encode()), Ok(manifest));
    }

    /// What is accepted has one spelling.
    #[test]
    fn a_changed_byte_is_refused_or_means_something_else(at: Index, to: u8) {
        let mut bytes = small().encode();
        let at = at.index(bytes.len());
        bytes[at] = to;
        if let Ok(manifest) = Manifest::decode(&bytes) {
            prop_assert_eq!(manifest.encode(), bytes);
        }
    }
}

#[test]
fn objects_lie_one_after_another() {
    let starts: Vec<u64> = small().sealed_starts().collect();
    assert_eq!(starts, [0, 72 + 5, 2 * 72 + 11, 3 * 72 + 18]);
    let empty = manifest(vec![], vec![]).unwrap();
    assert_eq!(empty.sealed_starts().collect::<Vec<_>>(), [0]);
}

/// So a service that cannot open a manifest can tell what is none.
#[test]
fn sealed_ones_have_lengths_that_their_parts_give() {
    let sealed = |name: usize, media_type: usize| {
        let (name, media_type) = ("n".repeat(name), "m".repeat(media_type));
        let parts = vec![part(0, 0, 5), part(0, 2, 6), part(1, 0, 7)];
        let manifest = Manifest::new(name, media_type, 0, vec![upload(1), upload(2)], parts).unwrap();
        manifest.seal(&FileKey::generate(&Seeded::new(1)), PLACE, &Seeded::new(2)).len() as u64
    };
    let lengths = Manifest::sealed_lengths(2, 3);
    assert_eq!((*lengths.start(), *lengths.end()), (sealed(0, 0), sealed(65_535, 65_535)));
    assert!(lengths.contains(&sealed(10, 20)));
}
