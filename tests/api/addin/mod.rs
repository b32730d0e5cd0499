//! `/api/v1/addin`, and what Outlook fetches below `/addin`

mod bootstrap;
mod events;
mod manifest;
mod pages;
mod pairing;
mod signin;
mod token;

use sealpost_db::Tenant;
use sealpost_test_support::app::App;

/// The id of a tenant's add-in.
pub(crate) async fn addin_of(_app: &App, tenant: &Tenant) -> String {
    tenant.id.to_string()
}
