//! What is to be sent: files and folders become a list of files with names.

use std::{
    collections::HashSet,
    fs::Metadata,
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use sealpost_domain::{FileName, FileNameError};

use super::sealing::Stated;
use crate::{Error, Event, Events};

/// One file to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlannedFile {
    pub(crate) path: PathBuf,
    pub(crate) name: FileName,
    pub(crate) stamp: Stamp,
    /// What it is, if it is sealed here and somebody has looked.
    pub(crate) stated: Option<Stated>,
}

/// What tells that a file is still the same: length in bytes, and nanoseconds since 1970 of the last change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    pub(crate) size: u64,
    pub(crate) modified: i64,
}

impl From<&Metadata> for Stamp {
    /// A file system without modification times leaves only the length to go by.
    fn from(metadata: &Metadata) -> Self {
        let since_1970 = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let modified = since_1970.and_then(|time| i64::try_from(time.as_nanos()).ok()).unwrap_or(0);
        Self { size: metadata.len(), modified }
    }
}

/// Lists the files under `paths` in a fixed order. Links inside folders are left out: they may lead anywhere.
pub(crate) fn plan(paths: &[PathBuf], events: &dyn Events) -> Result<Vec<PlannedFile>, Error> {
    let mut planner = Planner { events, files: Vec::new(), names: HashSet::new(), seen: HashSet::new() };
    for path in paths {
        planner.argument(path)?;
    }
    if planner.files.is_empty() { Err(Error::Nothing) } else { Ok(planner.files) }
}

struct Planner<'a> {
    events: &'a dyn Events,
    files: Vec<PlannedFile>,
    names: HashSet<String>,
    seen: HashSet<PathBuf>,
}

impl Planner<'_> {
    fn argument(&mut self, given: &Path) -> Result<(), Error> {
        let metadata = std::fs::metadata(given).map_err(Error::io("read", given))?;
        let path = absolute(given)?;
        let name = segment(&path)?;
        if metadata.is_dir() {
            self.folder(&path, &name)
        } else if metadata.is_file() {
            self.file(path, &name, &metadata)
        } else {
            Err(Error::NotAFile { path })
        }
    }

    fn folder(&mut self, folder: &Path, name: &str) -> Result<(), Error> {
        let mut entries = std::fs::read_dir(folder)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(Error::io("read", folder))?;
        entries.sort_by_key(std::fs::DirEntry::file_name);
        for entry in entries {
            let path = entry.path();
            let metadata = std::fs::symlink_metadata(&path).map_err(Error::io("read", &path))?;
            let name = format!("{name}/{}", segment(&path)?);
            if metadata.is_dir() {
                self.folder(&path, &name)?;
            } else if metadata.is_file() {
                self.file(path, &name, &metadata)?;
            } else {
                let why =
                    if metadata.is_symlink() { "a symbolic link" } else { "neither a file nor a folder" };
                self.events.on(Event::Skipped { path: &path, why });
            }
        }
        Ok(())
    }

    fn file(&mut self, path: PathBuf, name: &str, metadata: &Metadata) -> Result<(), Error> {
        // The same file named twice is sent once.
        if !self.seen.insert(path.clone()) {
            return Ok(());
        }
        let name = match name.parse() {
            Ok(name) => self.unused(&name, &path)?,
            Err(source) => return Err(Error::Name { path, source }),
        };
        self.names.insert(name.as_str().to_owned());
        self.files.push(PlannedFile { path, name, stamp: Stamp::from(metadata), stated: None });
        Ok(())
    }

    /// Two files of one name, from different folders: the second becomes `name (2).ext`.
    fn unused(&self, name: &FileName, path: &Path) -> Result<FileName, Error> {
        let mut candidate = name.clone();
        let mut number = 2;
        while self.names.contains(candidate.as_str()) {
            candidate = numbered(name.as_str(), number)
                .parse()
                .map_err(|source| Error::Name { path: path.to_owned(), source })?;
            number += 1;
        }
        Ok(candidate)
    }
}

/// `a/b.txt` and 2 make `a/b (2).txt`.
pub(crate) fn numbered(name: &str, number: u32) -> String {
    let base_at = name.rfind('/').map_or(0, |slash| slash + 1);
    match name[base_at..].rfind('.') {
        Some(dot) if dot > 0 => {
            let (stem, extension) = name.split_at(base_at + dot);
            format!("{stem} ({number}){extension}")
        }
        _ => format!("{name} ({number})"),
    }
}

/// Absolute, so that a run from another folder finds it again; `.` and `..` at the end become real names.
fn absolute(given: &Path) -> Result<PathBuf, Error> {
    if given.file_name().is_some() && !given.ends_with(".") {
        std::path::absolute(given).map_err(Error::io("read", given))
    } else {
        given.canonicalize().map_err(Error::io("read", given))
    }
}

fn segment(path: &Path) -> Result<String, Error> {
    let name = path.file_name().ok_or_else(|| Error::NotAFile { path: path.to_owned() })?;
    let name = name
        .to_str()
        .ok_or_else(|| Error::Name { path: path.to_owned(), source: FileNameError::Character })?;
    Ok(name.to_owned())
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    fn names(paths: &[PathBuf]) -> Vec<String> {
        plan(paths, &()).unwrap().into_iter().map(|file| file.name.as_str().to_owned()).collect()
    }

    fn tree(files: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for file in files {
            let path = dir.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, file).unwrap();
        }
        dir
    }

    #[test]
    fn folders_keep_their_shape_and_a_fixed_order() {
        let dir = tree(&["photos/b.jpg", "photos/a/z.jpg", "photos/a/y.jpg", "letter.txt"]);
        let paths = [dir.path().join("photos"), dir.path().join("letter.txt")];
        assert_eq!(names(&paths), ["photos/a/y.jpg", "photos/a/z.jpg", "photos/b.jpg", "letter.txt"]);
        assert_eq!(names(&[dir.path().join("photos/.")])[2], "photos/b.jpg");
        assert_eq!(names(&[dir.path().join("photos/a/..")])[2], "photos/b.jpg");
    }

    #[test]
    fn two_files_of_one_name_are_told_apart_and_one_named_twice_is_sent_once() {
        let dir = tree(&["x/a.tar.gz", "y/a.tar.gz", "z/a.tar.gz"]);
        let path = |p: &str| dir.path().join(p);
        let paths = [path("x/a.tar.gz"), path("y/a.tar.gz"), path("z/a.tar.gz"), path("x/a.tar.gz")];
        assert_eq!(names(&paths), ["a.tar.gz", "a.tar (2).gz", "a.tar (3).gz"]);
    }

    #[test]
    fn numbers_stand_before_the_extension() {
        assert_eq!(numbered("a/b.txt", 2), "a/b (2).txt");
        assert_eq!(numbered("a.d/b", 2), "a.d/b (2)");
        assert_eq!(numbered("a/.profile", 3), "a/.profile (3)");
    }

    #[test]
    fn nothing_is_an_error_and_so_is_what_does_not_exist() {
        let dir = tree(&[]);
        assert!(matches!(plan(&[dir.path().to_owned()], &()), Err(Error::Nothing)));
        assert!(matches!(plan(&[dir.path().join("no")], &()), Err(Error::Io { .. })));
    }

    #[cfg(unix)]
    #[test]
    fn links_inside_folders_are_left_out_and_told() {
        let dir = tree(&["folder/a", "secret"]);
        std::os::unix::fs::symlink(dir.path().join("secret"), dir.path().join("folder/link")).unwrap();
        let skipped = Mutex::new(Vec::new());
        let events = |event: Event<'_>| {
            if let Event::Skipped { path, .. } = event {
                skipped.lock().unwrap().push(path.to_owned());
            }
        };
        let files = plan(&[dir.path().join("folder")], &events).unwrap();
        assert_eq!(files.len(), 1);
        assert_eq!(*skipped.lock().unwrap(), [dir.path().join("folder/link")]);
    }

    #[cfg(unix)]
    #[test]
    fn a_name_that_cannot_be_shown_is_refused_by_path() {
        let dir = tree(&["folder/a\u{202e}gpj.exe"]);
        assert!(matches!(plan(&[dir.path().join("folder")], &()), Err(Error::Name { .. })));
    }
}
