//! Whether an archive is what was written: every entry once, every hash right, the last list at its end.

use std::{collections::BTreeMap, io::Read};

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::{
    ArchiveError, MANIFEST, MANIFESTS,
    header::{self, BLOCK},
};

/// Longest list of hashes that is read, in bytes.
const LONGEST_LIST: u64 = 16 << 20;

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// Entries, lists of hashes not among them.
    pub entries: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// Reads an archive to its end and holds every entry against its manifest. In memory is a hash for each entry.
///
/// # Errors
/// What is wrong with it.
pub fn verify(mut input: impl Read) -> Result<Verified, ArchiveError> {
    let (mut found, mut listed) = (BTreeMap::new(), BTreeMap::new());
    let mut verified = Verified { entries: 0, bytes: 0 };
    loop {
        let header = header::read(&block(&mut input)?)?.ok_or(ArchiveError::CutOff)?;
        let is_list = header.name == MANIFEST || header.name.starts_with(MANIFESTS);
        if is_list && header.size > LONGEST_LIST {
            return Err(ArchiveError::Format("a list of hashes"));
        }
        let mut list = Vec::new();
        let hash = content(&mut input, header.size, is_list.then_some(&mut list))?;
        if is_list {
            lines(&list, &mut listed)?;
        } else {
            verified.entries += 1;
            verified.bytes = verified.bytes.saturating_add(header.size);
        }
        if header.name == MANIFEST {
            break;
        }
        if found.insert(header.name.clone(), hash).is_some() {
            return Err(ArchiveError::Changed(header.name));
        }
    }
    for _ in 0..2 {
        if header::read(&block(&mut input)?)?.is_some() {
            return Err(ArchiveError::Format("something behind its end"));
        }
    }
    let differs = found.iter().find(|(name, hash)| listed.get(*name) != Some(*hash)).map(|(name, _)| name);
    let missing = listed.keys().find(|name| !found.contains_key(*name));
    match differs.or(missing) {
        Some(name) => Err(ArchiveError::Changed(name.clone())),
        None => Ok(verified),
    }
}

fn block(input: &mut impl Read) -> Result<[u8; BLOCK], ArchiveError> {
    let mut block = [0; BLOCK];
    exactly(input, &mut block)?;
    Ok(block)
}

fn exactly(input: &mut impl Read, buffer: &mut [u8]) -> Result<(), ArchiveError> {
    input.read_exact(buffer).map_err(|error| match error.kind() {
        std::io::ErrorKind::UnexpectedEof => ArchiveError::CutOff,
        _ => error.into(),
    })
}

fn content(input: &mut impl Read, size: u64, mut keep: Option<&mut Vec<u8>>) -> Result<String, ArchiveError> {
    let (mut hash, mut left, mut buffer) = (Sha256::new(), size, vec![0; 64 * 1024]);
    while left > 0 {
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        exactly(input, &mut buffer[..most])?;
        hash.update(&buffer[..most]);
        if let Some(kept) = keep.as_mut() {
            kept.extend_from_slice(&buffer[..most]);
        }
        left -= most as u64;
    }
    let padding = &mut buffer[..header::padding(size)];
    exactly(input, padding)?;
    if padding.iter().any(|byte| *byte != 0) {
        return Err(ArchiveError::Format("something behind an entry"));
    }
    let hash: [u8; 32] = hash.finalize().into();
    Ok(HEXLOWER.encode(&hash))
}

fn lines(list: &[u8], listed: &mut BTreeMap<String, String>) -> Result<(), ArchiveError> {
    let text = std::str::from_utf8(list).map_err(|_| ArchiveError::Format("a list of hashes"))?;
    for line in text.lines() {
        let (hash, name) = line.split_once("  ").ok_or(ArchiveError::Format("a list of hashes"))?;
        if listed.insert(name.to_owned(), hash.to_owned()).is_some() {
            return Err(ArchiveError::Changed(name.to_owned()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Archive, Piece};

    fn written(entries: usize) -> Vec<u8> {
        let mut archive = Archive::new(1_800_000_000);
        let mut out = archive.whole("README.txt", "read me").unwrap();
        for number in 0..entries {
            let name = format!("some/{number:05}");
            out.extend(archive.write(Piece::Entry { name, size: number as u64 % 1_100 }).unwrap());
            out.extend(archive.write(Piece::Bytes(vec![7; number % 1_100].into())).unwrap());
        }
        out.extend(archive.finish().unwrap());
        out.concat()
    }

    #[test]
    fn what_was_written_verifies() {
        for entries in [0, 1, 3, 10_500, 20_100] {
            let verified = verify(&*written(entries)).unwrap();
            assert_eq!(verified.entries, entries as u64 + 1);
        }
    }

    #[test]
    fn what_was_cut_off_does_not() {
        let whole = written(5);
        for end in 0..whole.len() - 2 * BLOCK {
            assert!(verify(&whole[..end]).is_err(), "{end}");
        }
    }

    #[test]
    fn every_bit_that_was_turned_is_found() {
        let mut bytes = written(4);
        for place in 0..bytes.len() {
            for bit in 0..8 {
                bytes[place] ^= 1 << bit;
                assert!(verify(&*bytes).is_err(), "bit {bit} of byte {place}");
                bytes[place] ^= 1 << bit;
            }
        }
    }

    #[test]
    fn entries_have_the_bytes_that_they_were_to_have() {
        let mut archive = Archive::new(0);
        archive.write(Piece::Entry { name: "a".into(), size: 2 }).unwrap();
        assert!(matches!(archive.write(Piece::Bytes("abc".into())), Err(ArchiveError::Length)));
        let mut archive = Archive::new(0);
        archive.write(Piece::Entry { name: "a".into(), size: 2 }).unwrap();
        archive.write(Piece::Bytes("a".into())).unwrap();
        assert!(matches!(archive.whole("b", "x"), Err(ArchiveError::Length)));
        assert!(matches!(archive.finish(), Err(ArchiveError::Length)));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
            prop_assert!(verify(&*bytes).is_err());
        }
    }
}
