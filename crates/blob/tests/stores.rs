//! Several stores as one store.

use std::sync::Arc;

use sealpost_blob::{MemoryStore, Stores};

sealpost_blob::store_conformance!((Stores::new(Arc::new(MemoryStore::new())), ()));
