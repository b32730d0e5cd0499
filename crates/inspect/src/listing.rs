//! What is inside of an archive, gathered without its size.

use std::collections::HashSet;

use sealpost_domain::rules::{ArchiveFindings, FileKind, NameTraits};

/// Most names that say different things. More are made by nobody but to hide one.
const MAX_NAMES: usize = 1_000;
/// Longest name kept, in bytes.
const MAX_NAME_BYTES: usize = 255;

/// What is inside of an archive, gathered as it is read.
#[derive(Default)]
pub(crate) struct Listing {
    pub(crate) found: ArchiveFindings,
    seen: HashSet<NameTraits>,
}

impl Listing {
    /// Notes the name of a file inside, unless it says what another has said.
    pub(crate) fn name(&mut self, name: &str) -> Result<(), &'static str> {
        let traits = NameTraits::of(name);
        let mut key = traits.clone();
        // Numbers behind the last dot count pictures and days; each of them says the same.
        if let Some(extension) = &key.extension
            && extension.kinds().is_empty()
            && extension.as_str().bytes().all(|byte| byte.is_ascii_digit())
        {
            key.extension = "0".parse().ok();
        }
        if self.seen.contains(&key) {
            return Ok(());
        }
        let kept = cut(name);
        if NameTraits::of(kept) != traits {
            return Err("a name is too long");
        }
        if self.seen.len() == MAX_NAMES {
            return Err("there are too many types of files");
        }
        self.seen.insert(key);
        self.found.names.push(kept.to_owned());
        Ok(())
    }

    /// Notes that something could not be looked into.
    pub(crate) fn closed(&mut self, name: &str) {
        self.found.closed.get_or_insert_with(|| cut(name).to_owned());
    }

    /// Notes that something opens with a password only.
    pub(crate) fn encrypted(&mut self, name: &str) {
        self.found.encrypted.get_or_insert_with(|| cut(name).to_owned());
    }

    /// Notes that an archive lies this deep, the outermost at 1.
    pub(crate) fn reaches(&mut self, depth: u64) {
        self.found.depth = self.found.depth.max(depth);
    }

    /// Of a document, which is an archive as well: only what has no place in one.
    pub(crate) fn of_document(mut self) -> ArchiveFindings {
        self.found.names.retain(|name| {
            let traits = NameTraits::of(name);
            traits.trick.is_some() || traits.extension.is_some_and(|extension| extension.is_active())
        });
        self.found.closed = None;
        self.found
    }
}

/// Whether a name promises an archive.
pub(crate) fn is_archive(name: &str) -> bool {
    NameTraits::of(name).extension.is_some_and(|extension| extension.kinds().contains(&FileKind::Archive))
}

/// The end of a name: there stands what it is.
fn cut(name: &str) -> &str {
    let mut from = name.len().saturating_sub(MAX_NAME_BYTES);
    while !name.is_char_boundary(from) {
        from += 1;
    }
    &name[from..]
}
