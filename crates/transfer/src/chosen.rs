//! Which files of a delivery an archive holds.

use std::{collections::HashSet, fmt, str::FromStr};

use data_encoding::BASE64URL_NOPAD;
use sealpost_db::File;
use sealpost_domain::FileId;

use crate::TransferError;

/// Which files of a delivery an archive holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Chosen {
    /// All of them.
    #[default]
    All,
    /// These, each once, however often it is named.
    Files(Vec<FileId>),
    /// Those that are marked.
    Marked(Marks),
}

/// A mark for each chosen file of a delivery, by its place there.
///
/// As text it is base64url of bits, the first file's being the highest of the first byte: 10,000 files fit into 1,667 characters, which
/// every proxy lets through in an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marks(Vec<u8>);

/// The text holds no marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no marks in base64url")]
pub struct NotMarks;

impl Marks {
    /// Furthest place that can be marked, counted from 0: no delivery has nearly as many files.
    pub const LAST: usize = (1 << 20) - 1;

    /// Marks at these places, counted from 0, in any order. `None` if one is beyond [`LAST`](Self::LAST).
    pub fn of(places: impl IntoIterator<Item = usize>) -> Option<Self> {
        let mut bytes = Vec::new();
        for place in places {
            if place > Self::LAST {
                return None;
            }
            if bytes.len() <= place / 8 {
                bytes.resize(place / 8 + 1, 0);
            }
            bytes[place / 8] |= 0x80 >> (place % 8);
        }
        Some(Self(bytes))
    }

    /// Whether nothing is marked.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|byte| *byte == 0)
    }

    fn has(&self, place: usize) -> bool {
        self.0.get(place / 8).is_some_and(|byte| byte & (0x80 >> (place % 8)) != 0)
    }

    /// One more than the furthest place that is marked.
    fn end(&self) -> usize {
        let last = self.0.iter().rposition(|byte| *byte != 0);
        last.map_or(0, |last| (last + 1) * 8 - self.0[last].trailing_zeros() as usize)
    }
}

impl fmt::Display for Marks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64URL_NOPAD.encode(&self.0))
    }
}

impl FromStr for Marks {
    type Err = NotMarks;

    fn from_str(text: &str) -> Result<Self, NotMarks> {
        BASE64URL_NOPAD.decode(text.as_bytes()).map(Self).map_err(|_| NotMarks)
    }
}

impl Chosen {
    /// The chosen ones of a delivery's files, in its order.
    ///
    /// # Errors
    /// [`TransferError::NoSuchFile`], [`TransferError::Invalid`] if marks lie beyond the files, or nothing is chosen.
    pub(crate) fn of(&self, mut files: Vec<File>) -> Result<Vec<File>, TransferError> {
        match self {
            Self::All => {}
            Self::Files(ids) => {
                let known: HashSet<_> = files.iter().map(|file| file.id).collect();
                if let Some(stranger) = ids.iter().find(|id| !known.contains(id)) {
                    return Err(TransferError::NoSuchFile(*stranger));
                }
                let wanted: HashSet<_> = ids.iter().copied().collect();
                files.retain(|file| wanted.contains(&file.id));
            }
            Self::Marked(marks) => {
                if marks.end() > files.len() {
                    return Err(TransferError::Invalid("more is chosen than the delivery has files"));
                }
                let mut places = 0..;
                files.retain(|_| places.next().is_some_and(|place| marks.has(place)));
            }
        }
        if files.is_empty() { Err(TransferError::Invalid("no file is chosen")) } else { Ok(files) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn marks_are_short_however_many_they_are() {
        let every = Marks::of(0..10_000).unwrap();
        let other = Marks::of((0..10_000).step_by(2)).unwrap();
        assert_eq!((every.to_string().len(), other.to_string().len()), (1_667, 1_667));
        assert_eq!(
            Marks::of([0, 1, 9]).unwrap().to_string(),
            BASE64URL_NOPAD.encode(&[0b1100_0000, 0b0100_0000])
        );
        assert_eq!(Marks::of([Marks::LAST + 1]), None);
        assert!(Marks::of([]).unwrap().is_empty() && "AAAA".parse::<Marks>().unwrap().is_empty());
        assert_eq!("a=".parse::<Marks>(), Err(NotMarks));
    }

    proptest! {
        #[test]
        fn marks_come_back_as_they_were(places in prop::collection::btree_set(0..2_000_usize, 0..50)) {
            let marks: Marks = Marks::of(places.iter().rev().copied()).unwrap().to_string().parse().unwrap();
            let marked: Vec<_> = (0..2_100).filter(|place| marks.has(*place)).collect();
            prop_assert_eq!(marks.end(), marked.last().map_or(0, |last| last + 1));
            prop_assert_eq!(marked, places.into_iter().collect::<Vec<_>>());
        }
    }
}
