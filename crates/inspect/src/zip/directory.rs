//! The list of contents of a ZIP file, entry by entry (APPNOTE, 4.3.12).

use crate::{
    bytes_of::{u16_at, u32_at, u64_at},
    source::{Reader, Source, Trouble, View},
};

use super::end::End;

/// Entries that are read.
const MAX_ENTRIES: u64 = 100_000;
/// Longest name.
const MAX_NAME: usize = 4_096;
/// An entry without name, extra fields and comment.
const FIXED: usize = 46;
/// What stands in front of a file's bytes, without name and extra fields.
const LOCAL: u64 = 30;

/// One file inside.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) name: String,
    /// What some programs call it instead.
    pub(super) other_name: Option<String>,
    pub(super) packed: u64,
    pub(super) unpacked: u64,
    pub(super) is_encrypted: bool,
    pub(super) is_folder: bool,
    /// Whether its bytes lie there as they are.
    pub(super) is_stored: bool,
    /// Where they are said to begin.
    offset: u64,
}

/// Reads the list.
pub(super) struct Directory {
    view: View,
    end: End,
    at: u64,
    read: u64,
    /// Where each file begins, and where it ends at the earliest.
    extents: Vec<(u64, u64)>,
}

impl Directory {
    pub(super) fn new(view: View, end: End) -> Self {
        Self { view, end, at: 0, read: 0, extents: Vec::new() }
    }

    /// Whether there are more entries than were read.
    pub(super) const fn is_cut(&self) -> bool {
        self.at < self.end.length
    }

    /// The next entry; `None` behind the last.
    pub(super) async fn next<S: Source>(
        &mut self,
        reader: &mut Reader<'_, S>,
    ) -> Result<Option<Entry>, Trouble<S::Error>> {
        if self.at == self.end.length {
            // The short record counts up to 65,535 and begins again.
            let fits = self.read == self.end.entries || self.read % 0x1_0000 == self.end.entries;
            return if fits {
                Ok(None)
            } else {
                Err(Trouble::Damaged("it has more or fewer files than it says"))
            };
        }
        if self.read == MAX_ENTRIES {
            self.extents.clear();
            return Ok(None);
        }
        let list = View { start: self.view.start + self.end.start, length: self.end.length };
        let fixed = reader.read(list, self.at, FIXED).await?;
        if !fixed.starts_with(b"PK\x01\x02") {
            return Err(Trouble::Damaged("its list of contents is damaged"));
        }
        let short = |at| usize::from(u16_at(&fixed, at).unwrap_or_default());
        let (name, extra, comment) = (short(28), short(30), short(32));
        if name > MAX_NAME {
            return Err(Trouble::Damaged("a name is too long"));
        }
        let rest = reader.read(list, self.at + FIXED as u64, name + extra).await?;
        self.at += (FIXED + name + extra + comment) as u64;
        self.read += 1;
        if self.at > self.end.length {
            return Err(Trouble::Damaged("its list of contents is cut off"));
        }
        let entry = entry(&fixed, &rest[..name], &rest[name..]).map_err(Trouble::Damaged)?;
        let start = entry.offset.checked_add(self.end.prefix);
        let end = start.and_then(|start| start.checked_add(LOCAL + name as u64)?.checked_add(entry.packed));
        match (start, end) {
            (Some(start), Some(end)) if end <= self.end.start => self.extents.push((start, end)),
            _ => return Err(Trouble::Damaged("a file in it lies outside of it")),
        }
        Ok(Some(entry))
    }

    /// Where the bytes of a file lie that can be read as they are.
    pub(super) async fn content<S: Source>(
        &self,
        reader: &mut Reader<'_, S>,
        entry: &Entry,
    ) -> Result<Option<View>, Trouble<S::Error>> {
        if !entry.is_stored || entry.is_encrypted || entry.packed != entry.unpacked {
            return Ok(None);
        }
        let at = entry.offset + self.end.prefix;
        let local = reader.read(self.view, at, LOCAL as usize).await?;
        if !local.starts_with(b"PK\x03\x04") {
            return Err(Trouble::Damaged("a file in it is not where it should be"));
        }
        let lengths = [26, 28].map(|at| u64::from(u16_at(&local, at).unwrap_or_default()));
        let start = at + LOCAL + lengths[0] + lengths[1];
        match start.checked_add(entry.packed) {
            Some(end) if end <= self.end.start => {
                Ok(Some(View { start: self.view.start + start, length: entry.packed }))
            }
            _ => Err(Trouble::Damaged("a file in it lies outside of it")),
        }
    }

    /// Where two files share bytes, said in words: what makes a small archive endless.
    pub(super) fn overlapping(&mut self) -> Option<String> {
        self.extents.sort_unstable();
        let pair = self.extents.windows(2).find(|pair| pair[1].0 < pair[0].1)?;
        Some(format!("at byte {}", pair[1].0))
    }
}

fn entry(fixed: &[u8], name: &[u8], extra: &[u8]) -> Result<Entry, &'static str> {
    const CUT: &str = "an entry of its list of contents is cut off";
    let short = |at| u16_at(fixed, at).ok_or(CUT);
    let long = |at| u32_at(fixed, at).ok_or(CUT);
    let (flags, method) = (short(8)?, short(10)?);
    let mut sizes = [long(24)?, long(20)?, long(42)?].map(u64::from);
    let mut other_name = None;
    let mut is_encrypted = flags & 0x0041 != 0 || method == 99;
    let mut rest = extra;
    // Padding at the end is no field.
    while let (Some(id), Some(length)) = (u16_at(rest, 0), u16_at(rest, 2)) {
        let Some(field) = rest.get(4..4 + usize::from(length)) else { break };
        rest = &rest[4 + usize::from(length)..];
        match id {
            1 => widen(&mut sizes, field).ok_or(CUT)?,
            // Strong encryption, and AES as WinZip has it.
            0x0017 | 0x9901 => is_encrypted = true,
            // Another name, in UTF-8 (Info-ZIP): version, checksum of the first, name.
            0x7075 if field.first() == Some(&1) => {
                other_name = field.get(5..).map(|name| String::from_utf8_lossy(name).into_owned());
            }
            _ => {}
        }
    }
    // The list itself would be encrypted.
    if flags & 0x2000 != 0 {
        return Err("its list of contents is encrypted");
    }
    let [unpacked, packed, offset] = sizes;
    // In older alphabets the letters up to 127 are the same, and no extension that runs has others.
    let name = String::from_utf8_lossy(name).into_owned();
    let is_folder = name.ends_with(['/', '\\']) && unpacked == 0;
    Ok(Entry { name, other_name, packed, unpacked, is_encrypted, is_folder, is_stored: method == 0, offset })
}

/// Numbers that do not fit into 32 bits stand in an extra field, in this order: those that are all ones, no others.
fn widen(sizes: &mut [u64; 3], field: &[u8]) -> Option<()> {
    let mut at = 0;
    for size in sizes.iter_mut().filter(|size| **size == u64::from(u32::MAX)) {
        *size = u64_at(field, at)?;
        at += 8;
    }
    Some(())
}
