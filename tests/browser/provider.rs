//! Signing in at an identity provider: as a user, and as a recipient whose link asks for his account.

use reqwest::Method;
use sealpost_test_support::provider::OpenIdProvider;
use serde_json::{Value, json};

use crate::{
    page::{screenshots, travel},
    people::first_password,
    sent::Sent,
    support::{Api, Content, Service, own_port},
};

pub(crate) const PASSWORD: &str = "gravel-Sunday-otter-97-lantern";
pub(crate) const OWNER: &str = "admin@demo.example";
const LETTER: Content = Content::new(90, 70_001);
const PROVIDERS: &str = "/api/v1/admin/identity-providers";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_at_a_provider_opens_a_link_and_signs_a_user_in() {
    // Another site than the provider's, as it is in life: browsers look at names, and not at ports.
    let service = Service::start_with(own_port(), Some("localhost"), beside_provider()).await;
    let process = OpenIdProvider::start().await;
    process.account("alice", json!({ "email": OWNER, "email_verified": true, "name": "Alice" })).await;
    let owner = owner(&service).await;
    add(&owner, &process).await;
    let mut policy = answer(&owner, Method::GET, "/api/v1/admin/policy", None).await;
    let mut protections = policy["policy"]["settings"]["protections"].take();
    protections.as_array_mut().unwrap().push(json!("account"));
    let change = json!({ "settings": { "protections": protections } });
    answer(&owner, Method::PATCH, "/api/v1/admin/policy", Some(change)).await;
    let to = |email: &str| json!({ "recipients": [{ "email": email }], "protection": "account" });
    let hers = Sent::new(&service, to(OWNER), &[("letter.txt", LETTER)]).await;
    let anothers = Sent::new(&service, to("bert@example.org"), &[("letter.txt", LETTER)]).await;
    let order = json!({
        "link": hers.link, "anothers": anothers.link, "provider": process.issuer(), "screenshots": screenshots(),
    });
    travel(&service, "provider.mjs", order).await;
}

/// What a service runs in that goes to providers on this machine.
pub(crate) fn beside_provider() -> Vec<String> {
    ["sh", "-c", "SEALPOST_SIGNIN_INTERNAL_PROVIDERS=true exec \"$@\""].map(str::to_owned).to_vec()
}

/// The demo tenant's owner, who has just signed in.
pub(crate) async fn owner(service: &Service) -> Api {
    let reset = first_password(service).await;
    let token = reset.rsplit('/').next().unwrap();
    let nobody = service.api();
    let chosen = json!({ "token": token, "password": PASSWORD });
    let set = nobody.request(Method::POST, "/api/v1/signin/reset").json(&chosen).send().await.unwrap();
    assert!(set.status().is_success(), "{}", set.text().await.unwrap());
    let shown = json!({ "tenant": "demo", "email": OWNER, "password": PASSWORD });
    let signed_in = nobody.post("/api/v1/signin", &shown).await;
    Api::new(service.base_url(), signed_in["session"].as_str().unwrap())
}

/// A provider for users and recipients, as an administrator sets it up.
pub(crate) async fn add(owner: &Api, process: &OpenIdProvider) {
    let new = json!({
        "kind": "oidc", "label": "Lab Nord", "issuer": process.issuer(), "client_id": "to-come", "for_users": true,
        "for_recipients": true, "domains": ["demo.example"],
    });
    let added = owner.post(PROVIDERS, &new).await;
    let redirect_uri = added["redirect_uri"].as_str().unwrap();
    let known = process.register(redirect_uri, "client_secret_basic", "RS256").await;
    let change = json!({ "client_id": known.client_id, "client_secret": known.client_secret });
    let path = format!("{PROVIDERS}/{}", added["id"].as_str().unwrap());
    answer(owner, Method::PATCH, &path, Some(change)).await;
}

pub(crate) async fn answer(api: &Api, method: Method, path: &str, body: Option<Value>) -> Value {
    let request = api.request(method, path);
    let request = match body {
        Some(body) => request.json(&body),
        None => request,
    };
    let answer = request.send().await.unwrap();
    let (status, text) = (answer.status(), answer.text().await.unwrap());
    assert!(status.is_success(), "{path}: {status} {text}");
    serde_json::from_str(&text).unwrap()
}
