//! Where an object lies below the root.
//!
//! An upload's shard is the first 8 hex digits of its UUIDv7: a window of 65 seconds. A directory for every upload
//! would cost a small file half as much again as everything else about storing it; one for all of them would have to
//! be read from end to end to find an upload's objects.

use std::path::{Path, PathBuf};

use sealpost_domain::UploadId;

use crate::{Container, ObjectKey, key::upload_name};

const SHARD_DIGITS: usize = 8;
/// How many bytes [`file_prefix`] has.
pub(super) const FILE_PREFIX: usize = 33;

/// The directory of a container.
pub(super) fn container_dir(root: &Path, container: &Container) -> PathBuf {
    root.join(container.as_str())
}

/// The name of the directory of an upload's objects in their container.
pub(super) fn shard(upload: UploadId) -> String {
    let mut name = upload_name(upload);
    name.truncate(SHARD_DIGITS);
    name
}

/// How the names of an upload's files begin.
pub(super) fn file_prefix(upload: UploadId) -> String {
    upload_name(upload) + "-"
}

/// The name of an object's file in its shard.
pub(super) fn file_name(key: &ObjectKey) -> String {
    key.to_string().replacen('/', "-", 1)
}

/// The key of the object at this path below the container; `None` if there is none.
pub(super) fn parse(path: &str) -> Option<ObjectKey> {
    let (directory, name) = path.split_once('/')?;
    let key: ObjectKey = name.replacen('-', "/", 1).parse().ok()?;
    (shard(key.upload) == directory && file_name(&key) == name).then_some(key)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const UPLOAD: &str = "0190a0b1c2d37e4f8a9b0c1d2e3f4a5b";

    #[test]
    fn a_key_is_read_back_from_its_path() {
        let upload = UploadId::from(UPLOAD.parse::<Uuid>().unwrap());
        let key = ObjectKey::new(upload, 31, [0xab; 8]);
        let path = format!("{}/{}", shard(key.upload), file_name(&key));
        assert_eq!(path, format!("0190a0b1/{UPLOAD}-0000001f-abababababababab"));
        assert_eq!(parse(&path), Some(key));
        assert_eq!(file_name(&key)[..FILE_PREFIX], file_prefix(key.upload));
    }

    #[test]
    fn a_file_in_another_shard_or_of_another_spelling_is_no_object() {
        for path in [
            format!("0190a0b2/{UPLOAD}-0000001f-abababababababab"),
            format!("0190a0b1/{UPLOAD}/0000001f-abababababababab"),
            format!("0190a0b1/x/{UPLOAD}-0000001f-abababababababab"),
            format!("{UPLOAD}-0000001f-abababababababab"),
            format!("0190a0b1/{UPLOAD}-0000001f-abababababababab~"),
            format!("0190a0b1/{UPLOAD}-0000001F-abababababababab"),
            String::new(),
        ] {
            assert_eq!(parse(&path), None, "{path}");
        }
    }
}
