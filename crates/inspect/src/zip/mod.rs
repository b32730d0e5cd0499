//! ZIP (APPNOTE 6.3.10): what its list of contents says, without unpacking anything.
//!
//! The list stands at the end and is read in pieces. What different programs could read differently is damage: two ends,
//! two places of the list, a number of files that does not fit.

mod directory;
mod document;
mod end;

use sealpost_domain::rules::{FileKind, NameTraits};

use crate::{
    listing::{Listing, is_archive},
    source::{Reader, Source, Trouble, View},
};
use directory::{Directory, Entry};
use document::Marks;

/// Archives in archives that are looked into.
const MAX_NESTED: usize = 64;
/// What is counted for files of which the list is too long to be read: more than any rule allows.
const MORE_ENTRIES: u64 = 1 << 32;
/// How deep they are looked into, the outermost at 1.
const MAX_DEPTH: u64 = 8;

/// What a ZIP file is, and what is inside.
pub(crate) struct Zip {
    pub(crate) format: &'static str,
    pub(crate) kinds: Vec<FileKind>,
    pub(crate) listing: Listing,
    /// Whether what is inside belongs to a document, and is no matter of its own.
    pub(crate) is_document: bool,
}

/// Reads the list of contents, and those of archives inside that are stored as they are. `Ok(None)`: it is no ZIP file.
pub(crate) async fn read<S: Source>(
    reader: &mut Reader<'_, S>,
    whole: View,
) -> Result<Option<Zip>, Trouble<S::Error>> {
    let mut listing = Listing::default();
    let mut marks = Marks::default();
    let mut waiting = vec![(whole, 1)];
    let mut looked = 0;
    while let Some((view, depth)) = waiting.pop() {
        let end = match end::find(reader, view).await? {
            Some(end) => end,
            None if depth == 1 => return Ok(None),
            None => return Err(Trouble::Damaged("an archive in it has no list of contents")),
        };
        listing.reaches(depth);
        looked += 1;
        let mut directory = Directory::new(view, end);
        while let Some(entry) = directory.next(reader).await? {
            if depth == 1 {
                marks.note(&entry.name);
            }
            note(&mut listing, &entry)?;
            if entry.is_folder || !is_archive(&entry.name) {
                continue;
            }
            listing.reaches(depth + 1);
            let open = is_zip(&entry.name) && depth < MAX_DEPTH && looked + waiting.len() < MAX_NESTED;
            match if open { directory.content(reader, &entry).await? } else { None } {
                Some(inner) => waiting.push((inner, depth + 1)),
                None => listing.closed(&entry.name),
            }
        }
        if directory.is_cut() {
            listing.found.entries = listing.found.entries.saturating_add(MORE_ENTRIES);
        }
        if let Some(name) = directory.overlapping() {
            listing.found.overlapping.get_or_insert(name);
        }
    }
    let (format, mut kinds, is_document) = marks.kinds();
    if listing.found.encrypted.is_some() && kinds.contains(&FileKind::Archive) {
        kinds.push(FileKind::EncryptedArchive);
    }
    Ok(Some(Zip { format, kinds, listing, is_document }))
}

fn note<E>(listing: &mut Listing, entry: &Entry) -> Result<(), Trouble<E>> {
    if entry.is_encrypted {
        listing.encrypted(&entry.name);
    }
    let found = &mut listing.found;
    found.packed_bytes = found.packed_bytes.saturating_add(entry.packed);
    found.unpacked_bytes = found.unpacked_bytes.saturating_add(entry.unpacked);
    found.entries = found.entries.saturating_add(1);
    for name in [Some(&entry.name), entry.other_name.as_ref()].into_iter().flatten() {
        let named = name.trim_end_matches(['/', '\\']);
        if !entry.is_folder || named.contains("..") || named.starts_with(['/', '\\']) {
            listing.name(named).map_err(Trouble::Damaged)?;
        }
    }
    Ok(())
}

/// Whether a name promises an archive that can be listed.
fn is_zip(name: &str) -> bool {
    let extension = NameTraits::of(name).extension;
    extension.is_some_and(|one| matches!(one.as_str(), "cbz" | "kmz" | "nupkg" | "whl" | "zip" | "zipx"))
}
