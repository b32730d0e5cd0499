//! The grant of a visit, kept beside the parts of what it fetches.
//!
//! The service counts downloads by visits. With the grant a later call goes on with the visit; without it, it would need
//! another download where the sender has allowed one.

use std::{
    fs::{self, File},
    io::{self, ErrorKind, Read as _, Write as _},
    path::{Path, PathBuf},
};

use sealpost_domain::RecipientId;

use crate::{Error, Secret, private};

/// Longer than any grant; what is longer is something else.
const MAX_LENGTH: u64 = 4096;

/// Where the grant is kept.
pub(crate) struct Keepsake(PathBuf);

impl Keepsake {
    pub(crate) fn new(directory: &Path, delivery: RecipientId) -> Self {
        Self(directory.join(format!("{delivery}.sealpost-grant")))
    }

    /// What an earlier call has kept; what cannot be read counts as nothing.
    pub(crate) fn read(&self) -> Option<Secret> {
        let is_file = fs::symlink_metadata(&self.0).is_ok_and(|metadata| metadata.is_file());
        let mut text = String::new();
        File::open(&self.0).ok().filter(|_| is_file)?.take(MAX_LENGTH).read_to_string(&mut text).ok()?;
        let is_token =
            !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
        is_token.then(|| text.into())
    }

    /// Keeps the grant. A file of its own, that only the owner reads: nothing is written into what is there.
    pub(crate) fn write(&self, grant: &Secret) -> Result<(), Error> {
        self.remove()?;
        let file = private::options().write(true).create_new(true).open(&self.0);
        file.and_then(|mut file| file.write_all(grant.expose().as_bytes()))
            .map_err(Error::io("write", &self.0))
    }

    pub(crate) fn remove(&self) -> Result<(), Error> {
        absent_is_fine(fs::remove_file(&self.0)).map_err(Error::io("remove", &self.0))
    }
}

fn absent_is_fine(outcome: io::Result<()>) -> io::Result<()> {
    outcome.or_else(|error| if error.kind() == ErrorKind::NotFound { Ok(()) } else { Err(error) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keepsake(directory: &Path) -> Keepsake {
        Keepsake::new(directory, "0190a000-0000-7000-8000-000000000001".parse().unwrap())
    }

    #[test]
    fn a_grant_is_kept_until_it_is_removed() {
        let dir = tempfile::tempdir().unwrap();
        let keepsake = keepsake(dir.path());
        assert_eq!(keepsake.read(), None);
        for grant in ["first-_1", "second"] {
            keepsake.write(&grant.into()).unwrap();
            assert_eq!(keepsake.read(), Some(grant.into()));
        }
        keepsake.remove().unwrap();
        keepsake.remove().unwrap();
        assert_eq!(keepsake.read(), None);
    }

    #[test]
    fn what_is_no_grant_is_not_shown_to_a_server() {
        let dir = tempfile::tempdir().unwrap();
        let keepsake = keepsake(dir.path());
        for text in ["", "a b", "a\n", "a\r\nx-evil: 1", "ä"] {
            fs::write(&keepsake.0, text).unwrap();
            assert_eq!(keepsake.read(), None, "{text:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_reads_it_and_nothing_is_written_elsewhere() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let dir = tempfile::tempdir().unwrap();
        let keepsake = keepsake(dir.path());
        let elsewhere = dir.path().join("elsewhere");
        fs::write(&elsewhere, "mine").unwrap();
        symlink(&elsewhere, &keepsake.0).unwrap();
        assert_eq!(keepsake.read(), None);
        keepsake.write(&"grant".into()).unwrap();
        assert_eq!(fs::read(&elsewhere).unwrap(), b"mine");
        assert_eq!(fs::symlink_metadata(&keepsake.0).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
