//! Deliveries for a browser to open.

use serde_json::{Value, json};

use crate::support::{Content, Service};

/// A delivery, and the link to it.
pub(crate) struct Sent {
    pub(crate) id: String,
    pub(crate) link: String,
}

impl Sent {
    /// Sends `files`; `rules` is what the request says beside the recipient, such as a password.
    pub(crate) async fn new(service: &Service, rules: Value, files: &[(&str, Content)]) -> Self {
        let api = service.api();
        let mut wanted = json!({"recipients": [{"email": "anna@example.org"}]});
        for (name, rule) in rules.as_object().unwrap() {
            wanted[name] = rule.clone();
        }
        let made = api.post("/api/v1/transfers", &wanted).await;
        let id = made["id"].as_str().unwrap().to_owned();
        for (name, content) in files {
            api.file(&id, name, *content).await;
        }
        let link = api.send(&id).await;
        Self { id, link }
    }
}
