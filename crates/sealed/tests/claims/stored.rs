//! A whole file in memory, sealed and read as the service does it.

use std::{collections::BTreeMap, ops::Range};

use bytes::BytesMut;
use data_encoding::HEXLOWER;
use sealpost_sealed::{
    Error, FileKey, Located, Manifest, ManifestContext, ManifestPart, ManifestUpload, PartContext,
    PartSealer, Random, Salt, UploadKey, crc32, random_bytes,
};

#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) file_key: FileKey,
    pub(crate) context: ManifestContext,
    pub(crate) manifest: Vec<u8>,
    pub(crate) objects: BTreeMap<String, Vec<u8>>,
}

/// Why a read of a whole file failed.
#[derive(Debug, PartialEq)]
pub(crate) enum Unreadable {
    Sealed(Error),
    /// The object is not there, or is shorter than the manifest says.
    Missing,
}

impl From<Error> for Unreadable {
    fn from(error: Error) -> Self {
        Self::Sealed(error)
    }
}

/// Seals `plaintext` into the uploads of `parts`, each in parts of at most so many bytes.
pub(crate) fn store(plaintext: &[u8], uploads: usize, part_limit: u32, random: &dyn Random) -> Stored {
    let context = ManifestContext {
        tenant: random_bytes(random),
        transfer: random_bytes(random),
        file: random_bytes(random),
    };
    let mut objects = BTreeMap::new();
    let mut uploads_made = Vec::new();
    let mut parts = Vec::new();
    for (index, mut rest) in plaintext.chunks(plaintext.len() / uploads + 1).enumerate() {
        let upload = ManifestUpload { id: random_bytes(random), key: UploadKey::generate(random) };
        for sequence in 0.. {
            if rest.is_empty() {
                break;
            }
            let place = PartContext { tenant: context.tenant, upload: upload.id, sequence };
            let mut sealer = PartSealer::new(&upload.key, place, Salt::generate(random), part_limit);
            rest = &rest[sealer.write(rest)..];
            let sealed = sealer.finish();
            objects.insert(object_key(&upload.id, sequence, &sealed.salt), sealed.pieces.concat());
            let upload = u16::try_from(index).unwrap();
            parts.push(ManifestPart { upload, sequence, length: sealed.length, salt: sealed.salt });
        }
        uploads_made.push(upload);
    }
    let file_key = FileKey::generate(random);
    let manifest =
        Manifest::new("plan.pdf".into(), "application/pdf".into(), crc32::of(plaintext), uploads_made, parts)
            .unwrap()
            .seal(&file_key, context, random);
    Stored { file_key, context, manifest, objects }
}

/// `<upload>/<sequence>-<attempt>`
pub(crate) fn object_key(upload: &[u8; 16], sequence: u64, salt: &Salt) -> String {
    format!("{}/{sequence:08x}-{}", HEXLOWER.encode(upload), HEXLOWER.encode(&salt.attempt()))
}

impl Stored {
    pub(crate) fn read(&self, wanted: Range<u64>) -> Result<Vec<u8>, Unreadable> {
        let manifest = Manifest::open(&self.file_key, self.context, &self.manifest)?;
        let mut plaintext = Vec::new();
        for located in manifest.locate(wanted) {
            plaintext.extend_from_slice(&self.read_part(&located)?);
        }
        Ok(plaintext)
    }

    pub(crate) fn read_all(&self) -> Result<Vec<u8>, Unreadable> {
        self.read(0..u64::MAX)
    }

    fn read_part(&self, located: &Located<'_>) -> Result<BytesMut, Unreadable> {
        let key = object_key(&located.upload.id, located.part.sequence, &located.part.salt);
        let object = self.objects.get(&key).ok_or(Unreadable::Missing)?;
        let opener = located.opener(self.context.tenant, object.get(..56).ok_or(Unreadable::Missing)?)?;
        let range = opener.object_range(located.wanted.clone()).expect("a located range lies in its part");
        let bytes = usize::try_from(range.bytes.start).unwrap()..usize::try_from(range.bytes.end).unwrap();
        Ok(opener.open(&range, object.get(bytes).ok_or(Unreadable::Missing)?.into())?)
    }
}
