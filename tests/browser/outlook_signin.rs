//! Signing in from the pane in Outlook: with Outlook's own account, in a window, with a code.

use reqwest::Method;
use sealpost_test_support::provider::OpenIdProvider;
use serde_json::json;

use crate::{
    page::{screenshots, travel},
    people::{first_password, set_password},
    support::{Api, Service, own_port, run_ok},
};

const PASSWORD: &str = "gravel-Sunday-otter-97-lantern";
const OWNER: &str = "admin@demo.example";
const DIRECTORY: &str = "aaaaaaaa-0000-4000-8000-00000000000a";
const CLIENT: &str = "c1000000-0000-4000-8000-000000000001";

/// A service whose demo tenant takes tokens of the provider's directory, if there is one; with what a journey needs of it.
async fn service(provider: Option<&OpenIdProvider>) -> (Service, serde_json::Value) {
    let with_provider = "SEALPOST_SIGNIN_INTERNAL_PROVIDERS=true exec \"$@\"";
    let wrapper = ["sh", "-c", with_provider].map(str::to_owned).to_vec();
    let service = Service::start_with(own_port(), Some("localhost"), wrapper).await;
    set_password(&service, &first_password(&service).await, PASSWORD).await;
    if let Some(provider) = provider {
        let words = [
            "tenant",
            "provider",
            "add",
            "demo",
            "--kind",
            "entra",
            "--label",
            "Entra",
            "--client-id",
            CLIENT,
        ];
        let mut add = service.command(words);
        add.args(["--issuer", provider.issuer(), "--entra-tenant", DIRECTORY, "--addin", "--provision"]);
        add.args(["--domain", "demo.example", "--dev"]).arg(service.dev_dir());
        run_ok(add.env("SEALPOST_SIGNIN_INTERNAL_PROVIDERS", "true")).await;
    }
    let shown = json!({ "tenant": "demo", "email": OWNER, "password": PASSWORD });
    let session = service.api().post("/api/v1/signin", &shown).await;
    let owner = Api::new(service.base_url(), session["session"].as_str().unwrap());
    let asked = owner.request(Method::GET, "/api/v1/admin/addin").send().await.unwrap();
    let addin: serde_json::Value = asked.json().await.unwrap();
    let order = json!({
        "addin_id": addin["addin_id"], "email": OWNER, "password": PASSWORD, "directory": DIRECTORY, "client_id": CLIENT,
        "provider": provider.map(OpenIdProvider::issuer), "screenshots": screenshots(),
    });
    (service, order)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_outlooks_own_account_is_signed_in_with_it_and_told_why_if_not() {
    let provider = OpenIdProvider::start().await;
    let (service, order) = service(Some(&provider)).await;
    travel(&service, "outlook_signin_entra.mjs", order).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_a_local_account_signs_in_in_a_window_or_with_a_code() {
    let (service, order) = service(None).await;
    travel(&service, "outlook_signin_local.mjs", order).await;
}
