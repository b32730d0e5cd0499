//! Azure Blob, a container for each tenant and one for all.

use sealpost_blob::RemoteStore;
use sealpost_test_support::peers::azurite::Azurite;

use crate::{azure, make_by_hand, per_tenant, shared};

fn url() -> String {
    format!("http://{}", Azurite::shared().address())
}

fn own() -> RemoteStore {
    RemoteStore::azure(&azure(&url(), per_tenant("own-"))).unwrap()
}

async fn one_for_all() -> RemoteStore {
    let by_hand = RemoteStore::azure(&azure(&url(), per_tenant(""))).unwrap();
    make_by_hand(&by_hand, "one-for-all").await;
    RemoteStore::azure(&azure(&url(), shared("one-for-all"))).unwrap()
}

mod a_container_each {
    sealpost_blob::store_conformance!((super::own(), ()));
}

mod one_container {
    sealpost_blob::store_conformance!((super::one_for_all().await, ()));
}
