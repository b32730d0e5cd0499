//! Opening with a tenant's recovery key what an admin has fetched of a transfer. No service is asked.
//!
//! The material is a line of JSON with what the sender's program has sealed, and behind it the sealed bytes of the files, one after
//! another (`docs/file-format.md`).

use std::{
    fs::{self, File},
    io::{self, BufRead as _, BufReader, Read, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use data_encoding::BASE64URL_NOPAD;
use sealpost_domain::{FileId, TenantId, TransferId};
use sealpost_sealed::{Column, ContentKey, ContentKeyContext, Contents, PrivateKey};
use serde::Deserialize;

use crate::{
    Error,
    fetch::{Opening, Place, Shut, Spot, make_folders, places, publish},
    private,
    wire::{DeliveryFile, FileSealing},
};

const FORMAT: &str = "sealpost recovery material 1";
const NOT_OPENED: Error = Error::NoMaterial("what is sealed in it does not open with the key");
const OTHER_CONTENTS: Error =
    Error::NoMaterial("its words and files are not all of those that were sealed, or others");
const AT_ONCE: usize = 1 << 20;
/// Longest first line: manifests of ten thousand files and of terabytes fit many times.
const MAX_HEAD: u64 = 1 << 30;

/// What was opened.
#[derive(Debug)]
pub struct Recovered {
    /// The subject, if there is one.
    pub subject: Option<String>,
    /// The message, if there is one.
    pub message: Option<String>,
    /// Where the files are.
    pub files: Vec<PathBuf>,
}

/// What is sealed, each base64url.
#[derive(Deserialize)]
struct Head {
    format: String,
    tenant: TenantId,
    transfer: TransferId,
    fingerprint: String,
    content_key: String,
    subject: Option<String>,
    message: Option<String>,
    contents: Option<String>,
    files: Vec<SealedHere>,
}

#[derive(Deserialize)]
struct SealedHere {
    id: FileId,
    size: u64,
    file_key: String,
    manifest: String,
}

/// Opens the material of a transfer with the recovery key, and writes its files below `directory`. A file gets its name only when
/// it is whole and its checksum is right; a byte that was not sealed in its place is never written.
///
/// # Errors
/// [`Error::NoMaterial`], [`Error::OtherRecoveryKey`], [`Error::Damaged`], [`Error::Exists`] before
/// anything is written, and those of files.
pub fn recover(
    material: &Path,
    key: &PrivateKey,
    directory: &Path,
    overwrite: bool,
) -> Result<Recovered, Error> {
    let file = File::open(material).map_err(Error::io("open", material))?;
    let mut reader = BufReader::with_capacity(AT_ONCE, file);
    let head = head(&mut reader, material)?;
    let own = key.public_key().fingerprint().to_string();
    if head.fingerprint != own {
        return Err(Error::OtherRecoveryKey { sealed_to: head.fingerprint, own });
    }
    let place = ContentKeyContext { tenant: head.tenant.into_bytes(), transfer: head.transfer.into_bytes() };
    let content_key = bytes(&head.content_key).and_then(|sealed| key.open_content_key(place, &sealed).ok());
    let content_key = content_key.ok_or(NOT_OPENED)?;
    head.check_contents(&content_key, place)?;
    let subject = words(&content_key, place, "transfers.subject", head.subject.as_ref())?;
    let message = words(&content_key, place, "transfers.message", head.message.as_ref())?;
    let mut files: Vec<_> = head.files.into_iter().map(SealedHere::into_delivered).collect();
    files.iter_mut().try_for_each(|file| file.open(&content_key, place))?;
    fs::create_dir_all(directory).map_err(Error::io("create", directory))?;
    let root = directory.canonicalize().map_err(Error::io("read", directory))?;
    let places = places(&files);
    let is_there = |path: &PathBuf| path.symlink_metadata().is_ok();
    let taken = places.iter().map(|place| place.target(&root)).find(is_there);
    if let Some(path) = taken.filter(|_| !overwrite) {
        return Err(Error::Exists { path });
    }
    for place in &places {
        write(&mut reader, place, &root, (material, overwrite))?;
    }
    if !reader.fill_buf().map_err(Error::io("read", material))?.is_empty() {
        return Err(Error::NoMaterial("there is more in it than its files"));
    }
    Ok(Recovered { subject, message, files: places.iter().map(|place| place.target(directory)).collect() })
}

fn head(reader: &mut impl io::BufRead, material: &Path) -> Result<Head, Error> {
    let mut line = Vec::new();
    reader.take(MAX_HEAD).read_until(b'\n', &mut line).map_err(Error::io("read", material))?;
    let head: Head = serde_json::from_slice(&line)
        .map_err(|_| Error::NoMaterial("its first line is not what it begins with"))?;
    if head.format == FORMAT { Ok(head) } else { Err(Error::NoMaterial("it is of another version")) }
}

fn words(
    key: &ContentKey,
    place: ContentKeyContext,
    name: &'static str,
    sealed: Option<&String>,
) -> Result<Option<String>, Error> {
    let column = Column { tenant: place.tenant, row: place.transfer, name };
    let open = |sealed: &String| key.open_text(column, &bytes(sealed)?).ok();
    sealed.map(|sealed| open(sealed).ok_or(NOT_OPENED)).transpose()
}

/// Takes a file's sealed bytes from the reader and writes what they hold.
fn write(
    reader: &mut impl Read,
    place: &Place,
    root: &Path,
    (material, overwrite): (&Path, bool),
) -> Result<(), Error> {
    let damaged = |what| Error::Damaged { name: place.name.clone(), what };
    let sealed = place.sealed.as_ref().ok_or_else(|| damaged("nothing says what is sealed of it"))?;
    make_folders(root, &place.name)?;
    let part = place.part(root);
    let options = private::options().write(true).create(true).truncate(true).open(&part);
    let mut file = options.map_err(Error::io("create", &part))?;
    let (mut checksum, mut length) = (crc32fast::Hasher::new(), 0);
    let mut out = |plain: &[u8]| {
        checksum.update(plain);
        length += plain.len() as u64;
        file.write_all(plain)
    };
    let shut = |shut| match shut {
        Shut::Altered => damaged("its bytes are not what its sender has sealed"),
        Shut::Io(source) => Error::io("write", &part)(source),
    };
    let mut rest = reader.take(place.wire_size());
    let mut buffer = vec![0; AT_ONCE];
    let mut opening = Opening::new(Arc::clone(sealed), &Spot::of(sealed, 0), None).map_err(shut)?;
    while rest.limit() > 0 {
        let read = rest.read(&mut buffer).map_err(Error::io("read", material))?;
        if read == 0 {
            return Err(Error::NoMaterial("it broke off: fetch it again"));
        }
        opening.push(&buffer[..read], &mut out).map_err(shut)?;
    }
    opening.end(&mut out).map_err(shut)?;
    if length != place.size || checksum.finalize() != place.crc32 {
        return Err(damaged("its checksum is another"));
    }
    file.sync_all().map_err(Error::io("sync", &part))?;
    publish(&part, &place.target(root), overwrite)
}

impl Head {
    /// Fails unless files and words are those that the sender's program has sealed, all of them and no other.
    fn check_contents(&self, key: &ContentKey, place: ContentKeyContext) -> Result<(), Error> {
        let meant = self.contents.as_deref().and_then(bytes);
        let meant =
            meant.and_then(|sealed| Contents::open(key, place, &sealed).ok()).ok_or(OTHER_CONTENTS)?;
        let sealed = |text: &Option<String>| match text {
            Some(text) => bytes(text).map(Some).ok_or(OTHER_CONTENTS),
            None => Ok(None),
        };
        let (subject, message) = (sealed(&self.subject)?, sealed(&self.message)?);
        let manifest = |file: &SealedHere| Some((file.id.into_bytes(), bytes(&file.manifest)?));
        let files = self.files.iter().map(manifest).collect::<Option<Vec<_>>>().ok_or(OTHER_CONTENTS)?;
        let here = Contents::of(subject.as_deref(), message.as_deref(), files);
        meant.matches(&here).map_err(|_| OTHER_CONTENTS)
    }
}

impl SealedHere {
    /// As a recipient gets it.
    fn into_delivered(self) -> DeliveryFile {
        DeliveryFile {
            id: self.id,
            name: String::new(),
            size: self.size,
            crc32: 0,
            stated_kinds: Vec::new(),
            sealing: Some(FileSealing { file_key: self.file_key, manifest: self.manifest }),
            sealed: None,
        }
    }
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    BASE64URL_NOPAD.decode(text.as_bytes()).ok()
}
