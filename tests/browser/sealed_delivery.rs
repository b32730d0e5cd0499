//! Deliveries that their sender's program has sealed.

use reqwest::Method;
use sealpost_test_support::sealing::{PART, Sealing, sealed_length};
use serde_json::{Value, json};

use crate::support::{Api, Content, Service};

/// A delivery whose sender has sealed it.
pub(crate) struct Sealed {
    pub(crate) id: String,
    /// The whole link.
    pub(crate) link: String,
    /// What stands behind `#` in it.
    pub(crate) second_part: String,
}

impl Sealed {
    /// Seals and sends `files`; `rules` is what the request says beside recipient and mode.
    pub(crate) async fn new(
        service: &Service,
        rules: Value,
        password: Option<&str>,
        files: &[(&str, Content)],
    ) -> Self {
        let api = service.api();
        let mut wanted = json!({"mode": "zero_knowledge", "recipients": [{"email": "anna@example.org"}]});
        if password.is_some() {
            wanted["protection"] = "password".into();
        }
        for (name, rule) in rules.as_object().unwrap() {
            wanted[name] = rule.clone();
        }
        let sealing = Sealing::of(&api.post("/api/v1/transfers", &wanted).await);
        let sealing = match password {
            Some(password) => sealing.with_password(password),
            None => sealing,
        };
        let words = Some(("Plans of the bridge", "Here they are.\nPlease do not pass them on."));
        put(&api, &format!("/api/v1/transfers/{}/sealing", sealing.id), &sealing.sealing(words)).await;
        for (name, content) in files {
            file(&api, &sealing, name, *content).await;
        }
        let bound = sealing.bound().expect("it is sealed");
        put(&api, &format!("/api/v1/transfers/{}/sealing", sealing.id), &bound).await;
        let second_part = sealing.fragment.to_fragment().to_string();
        let link = format!("{}#{second_part}", api.send(&sealing.id).await);
        Self { id: sealing.id, link, second_part }
    }

    /// The link without its second part.
    pub(crate) fn first_part(&self) -> &str {
        self.link.split('#').next().unwrap()
    }
}

/// Brings a file up, sealed part by part.
async fn file(api: &Api, sealing: &Sealing, name: &str, content: Content) {
    let creation = api.request(Method::POST, &format!("/api/v1/transfers/{}/files", sealing.id));
    let begun = creation.header("Upload-Length", sealed_length(content.length)).send().await.unwrap();
    assert_eq!(begun.status(), 201, "{}", begun.text().await.unwrap());
    let location = begun.headers()["location"].to_str().unwrap().to_owned();
    let (mut upload, mut sum, mut offset) = (sealing.upload(&location), crc32fast::Hasher::new(), 0);
    for start in (0..content.length).step_by(PART) {
        let plain = content.range(start..content.length.min(start + PART as u64));
        sum.update(&plain);
        let part = upload.seal(&plain);
        let length = part.len() as u64;
        let patched = api.patch(&location, offset, part.into()).await.unwrap();
        assert_eq!(patched.status(), 204, "{}", patched.text().await.unwrap());
        offset += length;
    }
    let id = location.rsplit('/').next().unwrap();
    let mut manifest = sealing.manifest(id, (name, sum.finalize()), &[&upload]);
    let bootstrap = api.request(Method::GET, "/api/v1/addin/bootstrap").send().await.unwrap();
    let version = bootstrap.json::<Value>().await.unwrap()["policy"]["version"].clone();
    if name.ends_with(".png") {
        manifest["stated"] = json!({ "kinds": ["image"], "policy_version": version });
    }
    put(api, &format!("/api/v1/transfers/{}/files/{id}/sealing", sealing.id), &manifest).await;
}

async fn put(api: &Api, path: &str, body: &Value) {
    let answer = api.request(Method::PUT, path).json(body).send().await.unwrap();
    assert_eq!(answer.status(), 204, "{}", answer.text().await.unwrap());
}
