//! The copies of tenants' containers, and how to look into them.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use bytes::Bytes;
use futures_util::TryStreamExt as _;
use sealpost_blob::{
    BlobStore as _, CircuitSettings, Container, CopiedStore, LocalStore, ObjectInfo, ObjectKey, StoreName,
    Stores, Targets,
};
use sealpost_db::Tenant;
use sealpost_domain::{Clock, UploadId};

use super::App;
use crate::faulty_store::FaultyStore;

/// The stores that have copies of the blob store.
pub struct Copies {
    /// Where reads fall over to: the store `west`.
    pub replica: StoreCopy,
    /// The copy that is kept apart: the store `vault`.
    pub offsite: StoreCopy,
    /// All of them as one: what the service works with.
    pub store: CopiedStore,
}

/// A store that has copies, and fails on demand.
pub struct StoreCopy {
    /// It.
    pub faults: Arc<FaultyStore>,
    /// The same, which does not fail.
    store: LocalStore,
}

impl StoreCopy {
    fn new(root: &Path, name: &str) -> Self {
        let store = LocalStore::open(root.join(name)).expect("a blob store");
        Self { faults: Arc::new(FaultyStore::new(Arc::new(store.clone()))), store }
    }

    /// All objects of a tenant there, in the order of their names.
    pub async fn objects(&self, tenant: &Tenant) -> Vec<ObjectInfo> {
        let container = container(tenant);
        let mut objects: Vec<_> = self.store.list(&container, None).try_collect().await.expect("a listing");
        objects.sort_by(|a: &ObjectInfo, b| a.raw.cmp(&b.raw));
        objects
    }

    /// Puts something there, behind the back of the service.
    pub async fn put(&self, tenant: &Tenant, upload: UploadId, sequence: u64, bytes: &'static str) {
        let key = ObjectKey::new(upload, sequence, [7; 8]);
        let bytes = vec![Bytes::from_static(bytes.as_bytes())];
        self.store.put(&container(tenant), &key, bytes).await.expect("a put");
    }

    /// Takes everything of a tenant away, behind the back of the service.
    pub async fn empty(&self, tenant: &Tenant) {
        let container = container(tenant);
        self.store.delete_container(&container).await.expect("a container");
        self.store.create_container(&container).await.expect("a container");
    }

    /// The file of an object there.
    pub fn object_path(&self, tenant: &Tenant, object: &ObjectInfo) -> PathBuf {
        self.store.root().join(&tenant.container).join(&object.raw)
    }

    /// Turns a bit of every object of a tenant around that has this byte.
    pub async fn flip_bits(&self, tenant: &Tenant, byte: usize) {
        for object in self.objects(tenant).await {
            let path = self.object_path(tenant, &object);
            let mut bytes = std::fs::read(&path).expect("a stored object");
            if let Some(byte) = bytes.get_mut(byte) {
                *byte ^= 1;
                std::fs::write(&path, bytes).expect("the test may write there");
            }
        }
    }

    /// Whether the tenant has a container there.
    pub async fn has_container(&self, tenant: &Tenant) -> bool {
        self.store.list(&container(tenant), None).try_next().await.is_ok()
    }
}

impl Copies {
    pub(super) fn new(root: &Path, primary: &Arc<FaultyStore>, clock: &Arc<dyn Clock>) -> Self {
        let (replica, offsite) = (StoreCopy::new(root, "west"), StoreCopy::new(root, "vault"));
        let name = |name: &str| -> StoreName { name.parse().expect("a store's name") };
        let stores = Stores::new(Arc::clone(primary) as _)
            .with(name("west"), Arc::clone(&replica.faults) as _)
            .with(name("vault"), Arc::clone(&offsite.faults) as _);
        let targets = Targets { replica: Some(name("west")), offsite: Some(name("vault")) };
        let targets = BTreeMap::from([(None, targets)]);
        let store = CopiedStore::new(stores, targets, CircuitSettings::default(), Arc::clone(clock));
        Self { replica, offsite, store }
    }

    /// Both.
    pub const fn both(&self) -> [&StoreCopy; 2] {
        [&self.replica, &self.offsite]
    }
}

impl App {
    /// The copies, which the options have asked for.
    pub const fn copies(&self) -> &Copies {
        self.copies.as_ref().expect("options with copies")
    }

    /// Copies all of Acme's objects that are not copied yet, without looking at them.
    pub async fn copy_by_hand(&self) {
        let container = container(&self.acme);
        for object in self.objects().await {
            let Some(key) = object.key else { continue };
            let bytes = self.store.get(&container, &key, 0..object.size).await.expect("an object");
            for copy in self.copies().both() {
                // It may be there.
                drop(copy.store.put(&container, &key, vec![bytes.clone()]).await);
            }
        }
    }
}

fn container(tenant: &Tenant) -> Container {
    let named: Container = tenant.container.parse().expect("a container's name");
    named.in_store(None)
}
