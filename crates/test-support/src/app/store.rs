//! What lies in the blob store, and how to damage it.

use std::path::PathBuf;

use futures_util::TryStreamExt as _;
use sealpost_blob::{BlobStore as _, Container, ObjectInfo};

use super::App;

impl App {
    /// All of Acme's objects, in the order of their names.
    pub async fn objects(&self) -> Vec<ObjectInfo> {
        let container: Container = self.acme.container.parse().expect("a container's name");
        let mut objects: Vec<_> = self.store.list(&container, None).try_collect().await.expect("a listing");
        objects.sort_by(|a: &ObjectInfo, b: &ObjectInfo| a.raw.cmp(&b.raw));
        objects
    }

    /// The file in which an object lies.
    pub fn object_path(&self, object: &ObjectInfo) -> PathBuf {
        self.store.root().join(&self.acme.container).join(&object.raw)
    }

    /// Turns one bit of a stored object around.
    pub fn flip_bit(&self, object: &ObjectInfo, byte: usize, bit: u8) {
        let path = self.object_path(object);
        let mut bytes = std::fs::read(&path).expect("a stored object");
        bytes[byte] ^= 1 << bit;
        std::fs::write(&path, bytes).expect("the test may write there");
    }

    /// Every file of the service's own directory: objects, the vault, and SQLite's database.
    pub fn files_on_disk(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut places = vec![self.root.path().to_owned()];
        places.extend(self.database.place().dir().map(ToOwned::to_owned));
        let mut files = Vec::new();
        while let Some(place) = places.pop() {
            if place.is_dir() {
                let entries = std::fs::read_dir(&place).expect("a directory of ours");
                places.extend(entries.map(|entry| entry.expect("an entry").path()));
            } else if let Ok(bytes) = std::fs::read(&place) {
                files.push((place, bytes));
            }
        }
        files
    }
}
