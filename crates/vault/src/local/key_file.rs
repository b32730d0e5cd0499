//! One version of the root key as a file:
//!
//! ```text
//! sealpost root key v1
//! key <32 bytes in hex>
//! check <an empty secret wrapped by the key, in hex>
//! ```
//!
//! It is text so that it can be printed and locked away. The check tells a mistyped or torn key at once; its first
//! eight bytes, which are random, name the key.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use data_encoding::HEXLOWER;
use rustix::fs::OFlags;
use sealpost_sealed::{KEY_LENGTH, Random, RootContext, RootKey, Zeroizing, random_bytes};

use super::place::{failed, require_private_file};
use crate::{KeyId, VaultError};

const NAME: &str = "root-key.v";
const CHECK: RootContext = RootContext::Secret { name: "root-key-check" };
/// No key file is longer; what is longer is none.
const MAX_FILE_LENGTH: usize = 1024;

/// A version of the root key, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version(u32);

impl Version {
    pub(super) const FIRST: Self = Self(1);

    /// The one after it; `None` after the last there can be.
    pub(super) fn next(self) -> Option<Self> {
        self.0.checked_add(1).map(Self)
    }

    /// `v1`, for people.
    pub(super) fn name(self) -> String {
        format!("v{}", self.0)
    }

    pub(super) const fn to_bytes(self) -> [u8; 4] {
        self.0.to_be_bytes()
    }

    pub(super) const fn from_bytes(bytes: [u8; 4]) -> Option<Self> {
        match u32::from_be_bytes(bytes) {
            0 => None,
            number => Some(Self(number)),
        }
    }

    /// `local:v1:0123456789abcdef`; without the last part if the key is not at hand.
    pub(super) fn key_id(self, file: Option<&KeyFile>) -> KeyId {
        let name = file.map(|file| format!(":{}", HEXLOWER.encode(&file.name))).unwrap_or_default();
        KeyId::new(format!("local:v{}{name}", self.0))
    }
}

/// What a key file holds.
pub(super) struct KeyFile {
    pub(super) key: RootKey,
    name: [u8; 8],
}

/// Where a version lies.
pub(super) fn path(dir: &Path, version: Version) -> PathBuf {
    dir.join(format!("{NAME}{}", version.0))
}

/// Where a version lies that was taken out of use.
pub(super) fn retired_path(dir: &Path, version: Version) -> PathBuf {
    dir.join(format!("{NAME}{}.retired", version.0))
}

/// Takes a version out of use, durably: its file stays under another name, for backups from before.
pub(super) fn retire(dir: &Path, version: Version) -> Result<(), VaultError> {
    let (from, to) = (path(dir, version), retired_path(dir, version));
    fs::rename(&from, &to).and_then(|()| sync_entries(dir)).map_err(failed(&from))
}

/// The key files in the directory. Other files are none of the vault's business.
pub(super) fn find(dir: &Path) -> Result<Vec<(Version, PathBuf)>, VaultError> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).map_err(failed(dir))? {
        let name = entry.map_err(failed(dir))?.file_name();
        let number =
            name.to_str().and_then(|name| name.strip_prefix(NAME)).and_then(|text| text.parse().ok());
        let Some(version @ Version(1..)) = number.map(Version) else {
            continue;
        };
        let path = path(dir, version);
        // `v01` would be a second spelling of `v1`.
        if path.file_name() == Some(&name) {
            files.push((version, path));
        }
    }
    Ok(files)
}

/// Draws a root key and stores it durably.
pub(super) fn create(dir: &Path, version: Version, random: &dyn Random) -> Result<(), VaultError> {
    let path = path(dir, version);
    let key = RootKey::generate(random);
    // Room for all of it: growing would leave pieces of the key behind.
    let mut text = Zeroizing::new(String::with_capacity(MAX_FILE_LENGTH));
    text.push_str(&format!("sealpost root key v{}\nkey ", version.0));
    HEXLOWER.encode_append(key.expose_secret(), &mut text);
    text.push_str("\ncheck ");
    HEXLOWER.encode_append(&key.wrap(&CHECK, b"", random), &mut text);
    text.push('\n');
    let beside = dir.join(format!("{NAME}{}.{}", version.0, HEXLOWER.encode(&random_bytes::<8>(random))));
    let stored = store(&text, &beside, &path);
    // If it was linked, its other name stays. If not, nothing was wrapped with it yet.
    let _ = fs::remove_file(&beside);
    match stored {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(VaultError::AlreadyExists { path }),
        stored => stored.and_then(|()| sync_entries(dir)).map_err(failed(&path)),
    }
}

/// Writes the file under another name first: killed half-way, it would otherwise leave a torn key in the key's place, with
/// which no later start could go on.
fn store(text: &str, beside: &Path, path: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    // Unlike a rename it never replaces what is there.
    fs::hard_link(beside, path)
}

/// Reads a key file that lies as it should.
pub(super) fn read(path: &Path, version: Version) -> Result<KeyFile, VaultError> {
    let mut options = OpenOptions::new();
    // Not blocking: opening a pipe that somebody put there would wait for ever.
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits() as i32;
    let file = match options.read(true).custom_flags(flags).open(path) {
        Err(error) if error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) => {
            return Err(VaultError::NotPlain { path: path.to_owned(), wanted: "file" });
        }
        result => result.map_err(failed(path))?,
    };
    require_private_file(path, &file.metadata().map_err(failed(path))?)?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_FILE_LENGTH));
    file.take(MAX_FILE_LENGTH as u64).read_to_end(&mut bytes).map_err(failed(path))?;
    parse(&bytes, version).ok_or_else(|| VaultError::Damaged { path: path.to_owned() })
}

fn parse(bytes: &[u8], version: Version) -> Option<KeyFile> {
    let mut lines = str::from_utf8(bytes).ok()?.lines();
    let number = lines.next()?.strip_prefix("sealpost root key v")?;
    let key = hex(lines.next()?.strip_prefix("key ")?)?;
    let check = hex(lines.next()?.strip_prefix("check ")?)?;
    if number != version.0.to_string() || key.len() != KEY_LENGTH || lines.next().is_some() {
        return None;
    }
    let key = RootKey::from_secret(&key).ok()?;
    key.unwrap(&CHECK, &check).ok()?;
    Some(KeyFile { key, name: *check.first_chunk()? })
}

fn hex(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    HEXLOWER.decode(text.as_bytes()).ok().map(Zeroizing::new)
}

/// Makes the directory's entries durable, and its own in its parent.
fn sync_entries(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()?;
    let Some(parent) = dir.canonicalize()?.parent().map(Path::to_owned) else {
        return Ok(());
    };
    match File::open(parent) {
        // Then somebody else made the directory, and long ago.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(()),
        result => result?.sync_all(),
    }
}
