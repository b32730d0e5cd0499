//! The store in memory does what every store does.

use sealpost_blob::MemoryStore;

sealpost_blob::store_conformance!((MemoryStore::new(), ()));
