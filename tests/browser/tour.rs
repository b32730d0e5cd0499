//! All pages, in all languages.

use serde_json::json;

use crate::{
    page::{screenshots, travel},
    people::{first_password, set_password},
    sent::Sent,
    support::{Content, Service, own_port},
};

const PASSWORD: &str = "gravel-Sunday-otter-97-lantern";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_is_for_everybody_in_every_language() {
    let service = Service::start_with(own_port(), Some("localhost"), Vec::new()).await;
    set_password(&service, &first_password(&service).await, PASSWORD).await;
    let files =
        [("Befund R\u{f6}ntgen.dcm", Content::new(90, 3 << 20)), ("letter.txt", Content::new(91, 70_001))];
    let said = json!({ "subject": "The scans", "message": "Dear Anna,\n\nhere they are." });
    let sent = Sent::new(&service, said, &files).await;
    let wish = json!({ "title": "Your application", "message": "Certificates, please.", "max_files": 5 });
    let request = service.api().post("/api/v1/requests", &wish).await;
    let (request, link) = (request["id"].as_str().unwrap(), request["url"].as_str().unwrap());
    let order = json!({
        "email": "admin@demo.example",
        "password": PASSWORD,
        "outside": ["/signin", "/signin/forgotten", path(&sent.link), path(link)],
        "inside": [
            "/account",
            format!("/transfers/{}", sent.id),
            format!("/requests/{request}"),
            format!("/admin/transfers/{}", sent.id),
            "/admin/users/new",
            "/admin/users/import",
            "/admin/mailboxes/import",
        ],
        "screenshots": screenshots(),
    });
    travel(&service, "tour.mjs", order).await;
}

/// An address without what comes before its path.
fn path(link: &str) -> &str {
    let host = link.find("://").unwrap() + 3;
    &link[host + link[host..].find('/').unwrap()..]
}
