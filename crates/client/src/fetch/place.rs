//! Where files go: names from the server become paths inside the output directory, and nowhere else.

use std::{
    collections::HashSet,
    fs,
    io::{self, ErrorKind},
    path::{Path, PathBuf},
    sync::Arc,
};

use sealpost_domain::{FileId, FileName};

use super::SealedFile;
use crate::{Error, send::numbered, server::printable, wire::DeliveryFile};

/// Longest file name that the usual file systems hold, in bytes.
const NAME_MAX: usize = 255;
const PART_SUFFIX: &str = ".sealpost-part";

/// A file of a delivery and where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) id: FileId,
    pub(crate) size: u64,
    pub(crate) crc32: u32,
    /// If its sender has sealed it.
    pub(crate) sealed: Option<Arc<SealedFile>>,
    /// Relative to the output directory; what is shown.
    pub(crate) name: String,
}

impl Place {
    /// Bytes that come for it: as many as it has, unless its sender has sealed it.
    pub(crate) fn wire_size(&self) -> u64 {
        self.sealed.as_ref().map_or(self.size, |sealed| sealed.length)
    }

    /// The finished file.
    pub(crate) fn target(&self, directory: &Path) -> PathBuf {
        directory.join(&self.name)
    }

    /// What has arrived of it. Named after the file's id too, so that it is never taken for part of another file
    /// of the same name.
    pub(crate) fn part(&self, directory: &Path) -> PathBuf {
        let base = self.name.rsplit('/').next().unwrap_or(&self.name);
        let suffix = format!(".{}{PART_SUFFIX}", self.id);
        let base = shortened(base, NAME_MAX - suffix.len());
        self.target(directory).with_file_name(format!("{base}{suffix}"))
    }
}

/// Gives every file of a delivery a safe path of its own.
///
/// The service refuses hostile names already; a service that does not is answered with a harmless name, so that the
/// file still arrives.
pub(crate) fn places(files: &[DeliveryFile]) -> Vec<Place> {
    let names: Vec<_> = files.iter().map(|file| safe_name(&file.name)).collect();
    let mut taken: HashSet<String> = names.iter().flat_map(|name| folders_of(name)).collect();
    let mut places = Vec::with_capacity(files.len());
    for (file, name) in files.iter().zip(&names) {
        let mut number = 2;
        let mut free = name.clone();
        while !taken.insert(key(&free)) {
            free = numbered(name, number);
            number += 1;
        }
        let (id, size, crc32, sealed) = (file.id, file.size, file.crc32, file.sealed.clone());
        places.push(Place { id, size, crc32, sealed, name: free });
    }
    places
}

/// A name that is a relative path of plain segments.
fn safe_name(name: &str) -> String {
    match name.parse::<FileName>() {
        Ok(name) if name.segments().all(is_plain_here) => name.as_str().to_owned(),
        _ => harmless(name),
    }
}

/// The last segment, with everything unusual replaced.
fn harmless(name: &str) -> String {
    let base = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let replaced: String = base
        .chars()
        .map(|c| if c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.') { c } else { '_' })
        .collect();
    let trimmed = printable(&replaced);
    let trimmed = shortened(trimmed.trim().trim_matches('.'), 200);
    match trimmed.parse::<FileName>() {
        Ok(name) if is_plain_here(name.as_str()) => name.as_str().to_owned(),
        _ => "file".to_owned(),
    }
}

/// What this system takes as a plain name. Windows reserves some names and drops dots and spaces at the end.
fn is_plain_here(segment: &str) -> bool {
    if !cfg!(windows) {
        return true;
    }
    let stem = segment.split('.').next().unwrap_or(segment).trim_end().to_ascii_uppercase();
    let is_device = matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$")
        || (stem.len() == 4
            && (stem.starts_with("COM") || stem.starts_with("LPT"))
            && stem.ends_with(char::is_numeric));
    !is_device && !segment.ends_with(['.', ' ']) && !segment.contains(['<', '>', ':', '"', '|', '?', '*'])
}

/// File systems of macOS and Windows take `A` and `a` for one name.
fn key(name: &str) -> String {
    if cfg!(any(windows, target_os = "macos")) { name.to_lowercase() } else { name.to_owned() }
}

fn folders_of(name: &str) -> impl Iterator<Item = String> {
    name.match_indices('/').map(|(at, _)| key(&name[..at]))
}

fn shortened(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

/// Makes the folders that a file lies in, and makes sure that none of them leads out of `root`.
///
/// # Errors
/// [`Error::Outside`] if a symbolic link among them leads elsewhere, [`Error::Exists`] if a file is in the way.
pub(crate) fn make_folders(root: &Path, name: &str) -> Result<(), Error> {
    let mut path = root.to_owned();
    let mut segments: Vec<_> = name.split('/').collect();
    segments.pop();
    for segment in segments {
        path.push(segment);
        match fs::symlink_metadata(&path) {
            Ok(metadata) if metadata.is_dir() => {}
            Ok(metadata) if metadata.is_symlink() => {
                let real = path.canonicalize().map_err(Error::io("follow", &path))?;
                if !real.starts_with(root) || !real.is_dir() {
                    return Err(Error::Outside { path });
                }
            }
            Ok(_) => return Err(Error::Exists { path }),
            Err(error) if error.kind() == ErrorKind::NotFound => make_folder(&path)?,
            Err(error) => return Err(Error::io("read", &path)(error)),
        }
    }
    Ok(())
}

fn make_folder(path: &Path) -> Result<(), Error> {
    match fs::create_dir(path) {
        // Another file of the same folder was quicker.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        made => made.map_err(Error::io("create", path)),
    }
}

/// Gives a complete file its name. Atomic: the name is either absent, or the old file, or the whole new one.
pub(crate) fn publish(part: &Path, target: &Path, overwrite: bool) -> Result<(), Error> {
    if overwrite {
        fs::rename(part, target).map_err(Error::io("rename", part))?;
    } else {
        // A hard link, unlike a rename, never replaces what somebody else has put there meanwhile.
        match fs::hard_link(part, target) {
            Ok(()) => fs::remove_file(part).map_err(Error::io("remove", part))?,
            Err(_) if fs::symlink_metadata(target).is_ok() => {
                return Err(Error::Exists { path: target.to_owned() });
            }
            // File systems without hard links.
            Err(_) => fs::rename(part, target).map_err(Error::io("rename", part))?,
        }
    }
    let folder = target.parent().unwrap_or(target);
    sync_folder(folder).map_err(Error::io("sync", folder))
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

/// Windows writes names through by itself and cannot open folders as files.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(names: &[&str]) -> Vec<String> {
        let files: Vec<_> = names
            .iter()
            .map(|name| DeliveryFile {
                id: "0190a000-0000-7000-8000-000000000001".parse().unwrap(),
                name: (*name).to_owned(),
                size: 0,
                crc32: 0,
                stated_kinds: Vec::new(),
                sealing: None,
                sealed: None,
            })
            .collect();
        places(&files).into_iter().map(|place| place.name).collect()
    }

    #[test]
    fn plain_names_and_folders_stay() {
        assert_eq!(named(&["a.txt", "x/y/b.txt", "größe.pdf"]), ["a.txt", "x/y/b.txt", "größe.pdf"]);
    }

    #[test]
    fn hostile_names_become_harmless_ones() {
        let long = "x".repeat(10_000);
        for name in [
            "../../etc/passwd",
            "/etc/passwd",
            "..",
            ".",
            "",
            "a/../../b",
            "..\\..\\b",
            "C:\\b",
            "C:b",
            "a\u{0}b",
            "a\u{1b}[2J",
            "\u{202e}gpj.exe",
            "a\r\nb",
            "//x",
            "x//",
            "   ",
            &long,
        ] {
            let safe = named(&[name]).remove(0);
            assert!(
                !safe.contains(['/', '\\', '\0']) && safe != ".." && safe != "." && !safe.is_empty(),
                "{safe:?}"
            );
            assert!(safe.len() <= NAME_MAX && !safe.chars().any(char::is_control), "{name:?}: {safe:?}");
            assert!(Path::new("out").join(&safe).starts_with("out"));
        }
    }

    #[test]
    fn every_file_has_a_path_of_its_own() {
        assert_eq!(named(&["a.txt", "a.txt", "../a.txt"]), ["a.txt", "a (2).txt", "a (3).txt"]);
        assert_eq!(named(&["a", "a/b", "a/b/c"]), ["a (2)", "a/b (2)", "a/b/c"]);
    }

    #[test]
    fn a_part_has_a_name_that_fits() {
        let mut place = Place {
            id: "0190a000-0000-7000-8000-000000000001".parse().unwrap(),
            size: 0,
            crc32: 0,
            sealed: None,
            name: format!("x/{}", "ä".repeat(127)),
        };
        let part = place.part(Path::new("/out"));
        assert_eq!(part.parent().unwrap(), Path::new("/out/x"));
        assert!(part.file_name().unwrap().len() <= NAME_MAX);
        place.name = "a.txt".into();
        let expected = "/out/a.txt.0190a000-0000-7000-8000-000000000001.sealpost-part";
        assert_eq!(place.part(Path::new("/out")), Path::new(expected));
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_leads_out_is_refused() {
        let (root, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let real = root.path().canonicalize().unwrap();
        std::os::unix::fs::symlink(outside.path(), real.join("out")).unwrap();
        fs::create_dir(real.join("real")).unwrap();
        std::os::unix::fs::symlink(real.join("real"), real.join("in")).unwrap();
        fs::write(real.join("file"), "").unwrap();

        assert!(matches!(make_folders(&real, "out/x/a"), Err(Error::Outside { .. })));
        assert!(matches!(make_folders(&real, "file/a"), Err(Error::Exists { .. })));
        make_folders(&real, "in/x/a").unwrap();
        make_folders(&real, "new/x/a").unwrap();
        assert!(real.join("real/x").is_dir() && real.join("new/x").is_dir());
        assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_file_that_is_there_is_replaced_only_when_asked() {
        let dir = tempfile::tempdir().unwrap();
        let (part, target) = (dir.path().join("p"), dir.path().join("t"));
        fs::write(&part, "new").unwrap();
        fs::write(&target, "old").unwrap();
        assert!(matches!(publish(&part, &target, false), Err(Error::Exists { .. })));
        assert_eq!(fs::read_to_string(&target).unwrap(), "old");
        publish(&part, &target, true).unwrap();
        assert_eq!(fs::read_to_string(&target).unwrap(), "new");
        assert!(!part.exists());
        fs::write(&part, "x").unwrap();
        publish(&part, &dir.path().join("u"), false).unwrap();
        assert!(!part.exists());
    }
}
