//! The pages on which people sign in, and keep what guards their accounts.

use reqwest::Method;
use serde_json::json;

use crate::{
    page::{screenshots, travel},
    support::{Service, own_port, run},
};

/// A link with which the demo tenant's owner sets her first password.
pub(crate) async fn first_password(service: &Service) -> String {
    let words = ["user", "password-reset", "admin@demo.example", "--tenant", "demo", "--dev"];
    let made = run(service.command(words).arg(service.dev_dir())).await;
    assert_eq!(made.code, Some(0), "{}", made.stderr);
    // The command knows the directory, but not where the service that runs in it is reached.
    let path = made.stdout.trim().split_once("/signin/reset/").expect("a link").1.to_owned();
    format!("{}/signin/reset/{path}", service.base_url())
}

/// Sets it with such a link, without a browser.
pub(crate) async fn set_password(service: &Service, link: &str, password: &str) {
    let token = link.rsplit('/').next().unwrap();
    let chosen = json!({ "token": token, "password": password });
    let set = service.api().request(Method::POST, "/api/v1/signin/reset").json(&chosen).send().await.unwrap();
    assert!(set.status().is_success(), "{}", set.text().await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_owner_sets_her_password_and_guards_her_account_with_an_app_and_a_passkey() {
    let service = Service::start_with(own_port(), Some("localhost"), Vec::new()).await;
    let reset = first_password(&service).await;
    let order = json!({ "reset": reset, "email": "admin@demo.example", "screenshots": screenshots() });
    travel(&service, "people.mjs", order).await;
}
