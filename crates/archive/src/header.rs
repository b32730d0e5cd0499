//! Headers of tar (POSIX ustar; sizes over 8 GiB as GNU tar writes them, which all programs read).

use crate::ArchiveError;

/// Everything comes in blocks of so many bytes.
pub(crate) const BLOCK: usize = 512;
/// The largest size that eleven octal digits hold.
const LARGEST_OCTAL: u64 = 0o77_777_777_777;

/// A header as it is read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) name: String,
    pub(crate) size: u64,
}

/// How many bytes of nothing follow an entry of this size.
pub(crate) const fn padding(size: u64) -> usize {
    (BLOCK - (size % BLOCK as u64) as usize) % BLOCK
}

/// A regular file that its owner alone may read.
pub(crate) fn write(name: &str, size: u64, modified: u64) -> Result<[u8; BLOCK], ArchiveError> {
    let (prefix, name) = split(name)?;
    let mut block = [0; BLOCK];
    put(&mut block, 0, name.as_bytes());
    put(&mut block, 100, b"0000600\0");
    put(&mut block, 108, b"0000000\0");
    put(&mut block, 116, b"0000000\0");
    if size <= LARGEST_OCTAL {
        put(&mut block, 124, format!("{size:011o}\0").as_bytes());
    } else {
        block[124] = 0x80;
        put(&mut block, 128, &size.to_be_bytes());
    }
    put(&mut block, 136, format!("{:011o}\0", modified.min(LARGEST_OCTAL)).as_bytes());
    put(&mut block, 148, b"        ");
    put(&mut block, 156, b"0");
    put(&mut block, 257, b"ustar\x0000");
    put(&mut block, 345, prefix.as_bytes());
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    put(&mut block, 148, format!("{sum:06o}\0 ").as_bytes());
    Ok(block)
}

/// `None` for a block of nothing, with which an archive ends.
pub(crate) fn read(block: &[u8; BLOCK]) -> Result<Option<Header>, ArchiveError> {
    if block.iter().all(|byte| *byte == 0) {
        return Ok(None);
    }
    let mut unsigned = *block;
    put(&mut unsigned, 148, b"        ");
    let sum: u32 = unsigned.iter().map(|byte| u32::from(*byte)).sum();
    // The sum says nothing of its own field.
    let is_ours = &block[257..262] == b"ustar" && &block[154..157] == b"\0 0";
    if !is_ours || octal(&block[148..154]) != Some(u64::from(sum)) {
        return Err(ArchiveError::Format("a header"));
    }
    let size = if block[124] == 0x80 && block[125..128] == [0; 3] {
        let (bytes, _) = block[128..136].split_first_chunk::<8>().ok_or(ArchiveError::Format("a size"))?;
        u64::from_be_bytes(*bytes)
    } else {
        octal(&block[124..135]).ok_or(ArchiveError::Format("a size"))?
    };
    let (prefix, name) = (text(&block[345..500])?, text(&block[..100])?);
    let name = if prefix.is_empty() { name.to_owned() } else { format!("{prefix}/{name}") };
    Ok(Some(Header { name, size }))
}

/// Where a name is cut in two, if it is too long for one field.
fn split(name: &str) -> Result<(&str, &str), ArchiveError> {
    let fine = |part: &str| !part.is_empty() && part != "." && part != "..";
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_./".contains(&b));
    if !plain || !name.split('/').all(fine) {
        return Err(ArchiveError::Name);
    }
    if name.len() <= 100 {
        return Ok(("", name));
    }
    let cuts = name.match_indices('/').map(|(at, _)| (&name[..at], &name[at + 1..]));
    cuts.into_iter().find(|(a, b)| a.len() <= 155 && b.len() <= 100).ok_or(ArchiveError::Name)
}

fn put(block: &mut [u8; BLOCK], at: usize, bytes: &[u8]) {
    block[at..at + bytes.len()].copy_from_slice(bytes);
}

fn octal(digits: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(digits).ok()?;
    u64::from_str_radix(text, 8).ok()
}

fn text(field: &[u8]) -> Result<&str, ArchiveError> {
    let end = field.iter().position(|byte| *byte == 0).unwrap_or(field.len());
    std::str::from_utf8(&field[..end]).map_err(|_| ArchiveError::Format("a name"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(name in "[a-z0-9-]{1,90}(/[a-z0-9-]{1,60}){0,2}", size in any::<u64>(), at in any::<u64>()) {
            let block = write(&name, size, at).unwrap();
            prop_assert_eq!(read(&block).unwrap(), Some(Header { name, size }));
        }

        #[test]
        fn no_block_makes_it_panic(bytes in proptest::collection::vec(any::<u8>(), BLOCK)) {
            let block: [u8; BLOCK] = bytes.try_into().unwrap();
            drop(read(&block));
        }
    }

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        for name in ["", "/etc/passwd", "a//b", "../a", "a/../b", "ä", "a\nb", &"a".repeat(101), "a/"] {
            assert!(write(name, 0, 0).is_err(), "{name}");
        }
    }
}
