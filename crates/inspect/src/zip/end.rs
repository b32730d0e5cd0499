//! The end of a ZIP file: where its list of contents lies (APPNOTE, 4.3.14 to 4.3.16).

use crate::{
    bytes_of::{u16_at, u32_at, u64_at},
    source::{Reader, Source, Trouble, View},
};

/// The record without its comment.
const RECORD: usize = 22;
/// The record with the longest comment, and what may stand before it.
const TAIL: u64 = RECORD as u64 + 0xffff + LOCATOR + RECORD_64;
const LOCATOR: u64 = 20;
const RECORD_64: u64 = 56;

/// Where the list of contents lies.
#[derive(Debug, Clone, Copy)]
pub(super) struct End {
    /// Where it begins.
    pub(super) start: u64,
    /// Its bytes.
    pub(super) length: u64,
    /// How many files it says it has.
    pub(super) entries: u64,
    /// Bytes in front of the archive, by which all its places are shifted: a program that unpacks it, for example.
    pub(super) prefix: u64,
}

/// What the record says.
struct Said {
    entries: u64,
    length: u64,
    offset: u64,
    /// Where the records behind the list begin.
    end: u64,
}

/// Finds the list of contents; `None` if there is no end of a ZIP file at all.
pub(super) async fn find<S: Source>(
    reader: &mut Reader<'_, S>,
    view: View,
) -> Result<Option<End>, Trouble<S::Error>> {
    let (offset, tail) = reader.tail(view, TAIL).await?;
    let mut places = (0..tail.len().saturating_sub(RECORD - 1)).rev().filter(|at| {
        tail[*at..].starts_with(b"PK\x05\x06")
            && u16_at(&tail, at + 20).is_some_and(|comment| at + RECORD + usize::from(comment) == tail.len())
    });
    let Some(at) = places.next() else {
        return Ok(None);
    };
    if places.next().is_some() {
        return Err(Trouble::Damaged("it has two ends"));
    }
    let said = said(reader, view, &tail, offset, at).await?;
    locate(reader, view, &said).await.map(Some)
}

async fn said<S: Source>(
    reader: &mut Reader<'_, S>,
    view: View,
    tail: &[u8],
    offset: u64,
    at: usize,
) -> Result<Said, Trouble<S::Error>> {
    const SHORT: &str = "its end is cut off";
    let short = |at| u16_at(tail, at).map(u64::from).ok_or(Trouble::Damaged(SHORT));
    let long = |at| u32_at(tail, at).map(u64::from).ok_or(Trouble::Damaged(SHORT));
    let (disk, first, here, entries) = (short(at + 4)?, short(at + 6)?, short(at + 8)?, short(at + 10)?);
    let (length, start) = (long(at + 12)?, long(at + 16)?);
    let record = offset + at as u64;
    let is_64 = at >= LOCATOR as usize && tail[at - LOCATOR as usize..].starts_with(b"PK\x06\x07");
    if !is_64 {
        if disk != 0 || first != 0 || here != entries {
            return Err(Trouble::Damaged("it is one of several files"));
        }
        return Ok(Said { entries, length, offset: start, end: record });
    }
    let locator = at - LOCATOR as usize;
    let declared = u64_at(tail, locator + 8).ok_or(Trouble::Damaged(SHORT))?;
    // Where it is said to be, or right in front of what says so if something stands before the archive.
    let near = record.checked_sub(LOCATOR + RECORD_64).ok_or(Trouble::Damaged(SHORT))?;
    for place in [near, declared] {
        if place > near {
            continue;
        }
        let found = reader.read(view, place, RECORD_64 as usize).await?;
        if !found.starts_with(b"PK\x06\x06") {
            continue;
        }
        let number = |at| u64_at(&found, at).ok_or(Trouble::Damaged(SHORT));
        if u32_at(&found, 16) != Some(0) || u32_at(&found, 20) != Some(0) || number(24)? != number(32)? {
            return Err(Trouble::Damaged("it is one of several files"));
        }
        return Ok(Said { entries: number(32)?, length: number(40)?, offset: number(48)?, end: place });
    }
    Err(Trouble::Damaged("the second half of its end is missing"))
}

/// Where the list really is: right in front of its end. If it is said to lie elsewhere, and lies there too, programs differ.
async fn locate<S: Source>(
    reader: &mut Reader<'_, S>,
    view: View,
    said: &Said,
) -> Result<End, Trouble<S::Error>> {
    let start =
        said.end.checked_sub(said.length).ok_or(Trouble::Damaged("its list of contents is cut off"))?;
    let prefix = start.checked_sub(said.offset).ok_or(Trouble::Damaged("its list of contents is cut off"))?;
    let end = End { start, length: said.length, entries: said.entries, prefix };
    if said.entries == 0 && said.length == 0 {
        return Ok(end);
    }
    let mut is_list =
        async |at| Ok(said.length >= 46 && reader.read(view, at, 4).await?.starts_with(b"PK\x01\x02"));
    let (here, there) = (is_list(start).await?, prefix != 0 && is_list(said.offset).await?);
    match (here, there) {
        (true, false) => Ok(end),
        (false, true) => Ok(End { start: said.offset, prefix: 0, ..end }),
        (true, true) => Err(Trouble::Damaged("it has two lists of contents")),
        (false, false) => Err(Trouble::Damaged("its list of contents is missing")),
    }
}
