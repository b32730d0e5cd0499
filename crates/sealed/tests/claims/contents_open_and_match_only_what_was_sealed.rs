use proptest::{prelude::*, sample::Index};
use sealpost_sealed::{Column, ContentKey, ContentKeyContext, Contents, Error, OtherContents};

use crate::support::Seeded;

const PLACE: ContentKeyContext = ContentKeyContext { tenant: [1; 16], transfer: [2; 16] };

type File = ([u8; 16], Vec<u8>);

/// What a recipient is shown of a transfer, sealed.
#[derive(Debug, Clone, PartialEq)]
struct Shown {
    subject: Option<Vec<u8>>,
    message: Option<Vec<u8>>,
    files: Vec<File>,
}

impl Shown {
    fn contents(&self) -> Contents {
        let files = self.files.iter().map(|(id, manifest)| (*id, manifest));
        Contents::of(self.subject.as_deref(), self.message.as_deref(), files)
    }
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 73..90)
}

fn shown() -> impl Strategy<Value = Shown> {
    let files = prop::collection::btree_map(any::<[u8; 16]>(), bytes(), 1..9);
    (prop::option::of(bytes()), prop::option::of(bytes()), files)
        .prop_map(|(subject, message, files)| Shown { subject, message, files: files.into_iter().collect() })
}

fn key() -> ContentKey {
    ContentKey::generate(&Seeded::new(1))
}

/// What comes back of what was sealed.
fn sealed_and_opened(contents: &Contents) -> Contents {
    let sealed = contents.seal(&key(), PLACE, &Seeded::new(2));
    assert_eq!(sealed.len(), Contents::SEALED_LENGTH);
    Contents::open(&key(), PLACE, &sealed).unwrap()
}

proptest! {
    #[test]
    fn in_whatever_order_the_files_are_shown(
        (shown, shuffled) in shown().prop_flat_map(|shown| {
            let files = Just(shown.files.clone()).prop_shuffle();
            (Just(shown.clone()), files.prop_map(move |files| Shown { files, ..shown.clone() }))
        }),
    ) {
        let meant = sealed_and_opened(&shown.contents());
        prop_assert_eq!(meant.files() as usize, shown.files.len());
        prop_assert_eq!(meant.matches(&shuffled.contents()), Ok(()));
    }

    #[test]
    fn a_file_that_is_left_out_or_added_or_shown_twice_is_noticed(
        meant in shown(), at: Index, more in (any::<[u8; 16]>(), bytes()),
    ) {
        let sealed = sealed_and_opened(&meant.contents());
        let at = at.index(meant.files.len());
        let number = meant.files.len() as u32;
        let other = |files: Vec<File>| sealed.matches(&Shown { files, ..meant.clone() }.contents());
        let (mut less, mut added, mut twice) = (meant.files.clone(), meant.files.clone(), meant.files.clone());
        less.remove(at);
        added.push(more);
        twice.push(meant.files[at].clone());
        prop_assert_eq!(other(less), Err(OtherContents { meant: number, here: number - 1 }));
        prop_assert_eq!(other(added), Err(OtherContents { meant: number, here: number + 1 }));
        prop_assert_eq!(other(twice), Err(OtherContents { meant: number, here: number + 1 }));
    }

    #[test]
    fn another_file_in_the_place_of_one_is_noticed(
        meant in shown(), at: Index, id: [u8; 16], manifest in bytes(),
    ) {
        let sealed = sealed_and_opened(&meant.contents());
        let at = at.index(meant.files.len());
        let number = meant.files.len() as u32;
        for other in [(id, meant.files[at].1.clone()), (meant.files[at].0, manifest)] {
            let mut here = meant.clone();
            here.files[at] = other;
            prop_assume!(here != meant);
            let refused = sealed.matches(&here.contents());
            prop_assert_eq!(refused, Err(OtherContents { meant: number, here: number }));
        }
    }

    #[test]
    fn manifests_of_two_files_that_are_swapped_are_noticed(meant in shown(), one: Index, other: Index) {
        let (one, other) = (one.index(meant.files.len()), other.index(meant.files.len()));
        let mut here = meant.clone();
        here.files[one].1 = meant.files[other].1.clone();
        here.files[other].1 = meant.files[one].1.clone();
        prop_assume!(here != meant);
        prop_assert!(sealed_and_opened(&meant.contents()).matches(&here.contents()).is_err());
    }

    #[test]
    fn words_that_are_left_out_or_added_or_exchanged_or_others_are_noticed(
        meant in shown(), other in bytes(),
    ) {
        let sealed = sealed_and_opened(&meant.contents());
        for (subject, message) in [
            (None, meant.message.clone()),
            (meant.subject.clone(), None),
            (meant.message.clone(), meant.subject.clone()),
            (Some(other.clone()), meant.message.clone()),
            (meant.subject.clone(), Some(other.clone())),
        ] {
            let here = Shown { subject, message, files: meant.files.clone() };
            prop_assert_eq!(sealed.matches(&here.contents()).is_ok(), here == meant);
        }
    }

    #[test]
    fn damage_is_noticed(meant in shown(), at: Index, bit in 0..8_u32) {
        let mut sealed = meant.contents().seal(&key(), PLACE, &Seeded::new(2));
        let at = at.index(sealed.len());
        prop_assert_eq!(Contents::open(&key(), PLACE, &sealed[..at]), Err(Error::Contents));
        sealed[at] ^= 1 << bit;
        prop_assert_eq!(Contents::open(&key(), PLACE, &sealed), Err(Error::Contents));
    }
}

#[test]
fn they_open_for_their_transfer_and_with_its_key_only() {
    let contents = Contents::of(None, None, [([3; 16], b"sealed")]);
    let sealed = contents.seal(&key(), PLACE, &Seeded::new(2));
    assert_eq!(Contents::open(&key(), PLACE, &sealed), Ok(contents));
    for place in
        [ContentKeyContext { tenant: [9; 16], ..PLACE }, ContentKeyContext { transfer: [9; 16], ..PLACE }]
    {
        assert_eq!(Contents::open(&key(), place, &sealed), Err(Error::Contents));
    }
    let another = ContentKey::generate(&Seeded::new(3));
    assert_eq!(Contents::open(&another, PLACE, &sealed), Err(Error::Contents));
}

#[test]
fn another_version_or_length_is_refused() {
    let column = |name| Column { tenant: PLACE.tenant, row: PLACE.transfer, name };
    let open = |name, bytes: &[u8]| {
        let sealed = key().seal_column(column(name), bytes, &Seeded::new(2));
        Contents::open(&key(), PLACE, &sealed)
    };
    let mut bytes = [0; 37];
    bytes[0] = 1;
    bytes[4] = 7;
    assert_eq!(open("transfers.contents", &bytes).unwrap().files(), 7);
    assert_eq!(open("transfers.message", &bytes), Err(Error::Contents));
    for other in [&[][..], &bytes[..36], &[&bytes[..], &[0]].concat()] {
        assert_eq!(open("transfers.contents", other), Err(Error::Contents));
    }
    for version in [0, 2, 255] {
        bytes[0] = version;
        assert_eq!(open("transfers.contents", &bytes), Err(Error::Contents));
    }
}
