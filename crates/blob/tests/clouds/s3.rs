//! S3, a bucket for each tenant and one for all.

use sealpost_blob::RemoteStore;
use sealpost_test_support::peers::moto::Moto;

use crate::{make_by_hand, per_tenant, s3, shared};

fn own() -> RemoteStore {
    RemoteStore::s3(&s3(&Moto::shared().endpoint(), per_tenant("own-"))).unwrap()
}

async fn one_for_all() -> RemoteStore {
    let by_hand = RemoteStore::s3(&s3(&Moto::shared().endpoint(), per_tenant(""))).unwrap();
    make_by_hand(&by_hand, "one-for-all").await;
    RemoteStore::s3(&s3(&Moto::shared().endpoint(), shared("one-for-all"))).unwrap()
}

mod a_bucket_each {
    sealpost_blob::store_conformance!((super::own(), ()));
}

mod one_bucket {
    sealpost_blob::store_conformance!((super::one_for_all().await, ()));
}
