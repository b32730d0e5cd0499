//! A page of a tenant that shows itself.

use std::fs;

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    page::{screenshots, travel},
    people::first_password,
    sent::Sent,
    support::{Content, Service, run_ok},
};

const PASSWORD: &str = "seven green bottles stand on a wall";
const LOGO: &str = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 240 60'><defs><linearGradient id='a'><stop offset='0' style='stop-color:#7a1f5c'/><stop offset='1' stop-color='#d9480f'/></linearGradient></defs><circle cx='30' cy='30' r='26' fill='url(#a)'/><path d='M18 38L30 16L42 38z' fill='#fff'/><text x='68' y='41' font-family='sans-serif' font-size='32' font-weight='700' fill='#222'>St. Anna</text></svg>";

/// The demo tenant's owner, who has just shown her password.
async fn owner(service: &Service) -> String {
    let link = first_password(service).await;
    let token = link.rsplit('/').next().unwrap();
    let post = async |path: &str, body: Value| {
        let url = format!("{}{path}", service.base_url());
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let answer = client.post(url).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.text().await.unwrap());
        answer.text().await.unwrap()
    };
    post("/api/v1/signin/reset", json!({ "token": token, "password": PASSWORD })).await;
    let who = json!({ "tenant": "demo", "email": "admin@demo.example", "password": PASSWORD });
    let signed_in: Value = serde_json::from_str(&post("/api/v1/signin", who).await).unwrap();
    signed_in["session"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_with_logo_and_colours_is_for_everybody() {
    let service = Service::start().await;
    let owner = crate::support::Api::new(service.base_url(), &owner(&service).await);
    let logo =
        owner.request(Method::PUT, "/api/v1/admin/branding/logo").header("content-type", "image/svg+xml");
    let answer = logo.body(LOGO).send().await.unwrap();
    assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    // Dark, bright, and one that is read on neither scheme's back.
    for accent in ["#7a1f5c", "#ffd43b", "#777777"] {
        let policy = json!({ "branding": {
            "name": "St. Anna Hospital",
            "accent": accent,
            "footer": { "en": "St. Anna Hospital, 1 Hospital Road, Vienna\nCommercial register FN 123456a" },
            "support": "https://st-anna.example/help/with/files/that/were/sent?topic=downloads",
        }});
        set(&service, &policy).await;
        let files =
            [("Befund.pdf", Content::new(83, 70_001)), ("R\u{f6}ntgen.dcm", Content::new(84, 3 << 20))];
        let open = Sent::new(&service, json!({ "subject": "Your results" }), &files).await;
        let locked = Sent::new(&service, json!({ "password": PASSWORD }), &files).await;
        let page = json!({ "accent": accent, "open": open.link, "locked": locked.link });
        travel(&service, "branded.mjs", json!({ "page": page, "screenshots": screenshots() })).await;
    }
}

/// Gives the tenant a policy.
async fn set(service: &Service, policy: &Value) {
    let file = service.home().join("policy.json");
    fs::write(&file, policy.to_string()).unwrap();
    let words = ["tenant", "policy", "demo", "--set"];
    run_ok(service.command(words).arg(&file).arg("--dev").arg(service.dev_dir())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forms_in_any_colour_are_for_everybody() {
    let service = Service::start().await;
    let owner = crate::support::Api::new(service.base_url(), &owner(&service).await);
    let file = service.home().join("R\u{f6}ntgen.dcm");
    Content::new(85, 70_001).write_to(&file);
    // Nearly white, nearly black, and one that shouts.
    for accent in ["#fff3a0", "#0a0a0a", "#ff0000"] {
        set(&service, &json!({ "branding": { "name": "St. Anna Hospital", "accent": accent } })).await;
        let request = owner.post("/api/v1/requests", &json!({ "title": "Your pictures" })).await;
        let page = json!({ "accent": accent, "request": request["url"] });
        let order = json!({
            "page": page,
            "email": "admin@demo.example",
            "password": PASSWORD,
            "file": file,
            "screenshots": screenshots(),
        });
        travel(&service, "branded_forms.mjs", order).await;
    }
}
