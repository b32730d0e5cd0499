//! Stores in a cloud, against Microsoft's own emulator of Azure and an emulator of AWS.
#![expect(clippy::unwrap_used, reason = "a failed call is a failed test")]

mod azure;
mod faults;
mod logins;
mod s3;

use std::time::Duration;

use sealpost_blob::{AzureLogin, AzureOptions, Hidden, Layout, Patience, RemoteStore, S3Login, S3Options};
use sealpost_test_support::peers::{azurite, moto};

/// Short enough for tests that wait until a store is given up.
fn patience() -> Patience {
    Patience {
        connect: Duration::from_secs(2),
        attempt: Duration::from_secs(1),
        per_mib: Duration::from_millis(500),
        window: Duration::from_secs(2),
        first_pause: Duration::from_millis(20),
        longest_pause: Duration::from_secs(1),
    }
}

fn per_tenant(name_prefix: &str) -> Layout {
    Layout::PerTenant { name_prefix: name_prefix.to_owned() }
}

fn shared(name: &str) -> Layout {
    Layout::Shared { name: name.to_owned() }
}

/// The emulator's account, reached by this URL.
fn azure(url: &str, layout: Layout) -> AzureOptions {
    AzureOptions {
        account: azurite::ACCOUNT.to_owned(),
        endpoint: Some(azurite::endpoint_at(url).parse().unwrap()),
        login: AzureLogin::Key(Hidden::new(azurite::ACCOUNT_KEY)),
        layout,
        patience: Patience::default(),
    }
}

/// The emulator of S3 at this URL.
fn s3(url: &str, layout: Layout) -> S3Options {
    S3Options {
        region: moto::REGION.to_owned(),
        endpoint: Some(url.parse().unwrap()),
        login: S3Login::Keys {
            access_key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
            secret_access_key: Hidden::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        },
        layout,
        patience: Patience::default(),
    }
}

/// Makes the container or bucket that tenants share, as an operator does by hand.
async fn make_by_hand(store: &RemoteStore, name: &str) {
    use sealpost_blob::BlobStore as _;
    store.create_container(&name.parse().unwrap()).await.unwrap();
}
