//! A recipient: his link, and what he does with it.

use bytes::Bytes;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Client, Request};

/// A recipient's link.
#[derive(Debug, Clone)]
pub struct Link {
    /// Whose: also the id of the delivery.
    pub recipient: String,
    /// His address.
    pub email: String,
    /// The link.
    pub url: String,
    /// Its secret.
    pub token: String,
    client: Client,
}

/// A recipient who has shown what was asked of him.
#[derive(Debug, Clone)]
pub struct Visit {
    /// The right to fetch.
    pub grant: String,
    /// What there is to fetch.
    pub delivery: Value,
    client: Client,
    id: String,
}

impl Link {
    /// The link in an answer to `node`, which it leads to from now on, whatever its host.
    pub(super) fn new(node: &Client, link: &Value) -> Self {
        let text = |name: &str| link[name].as_str().expect("a text").to_owned();
        let url = text("url");
        let (_, token) = url.split_once("/t/").expect("a link leads to the page");
        Self {
            recipient: text("recipient_id"),
            email: text("email"),
            token: token.to_owned(),
            url,
            client: node.without_bearer(),
        }
    }

    /// The same link at another node.
    #[must_use]
    pub fn at(&self, node: &Client) -> Self {
        Self { client: node.without_bearer(), ..self.clone() }
    }

    /// `POST /api/v1/links/open`
    pub fn open(&self) -> Request {
        self.client.post_json("/api/v1/links/open", &json!({"token": self.token}))
    }

    /// `POST /api/v1/links/verify` without a password.
    pub fn verify(&self) -> Request {
        self.client.post_json("/api/v1/links/verify", &json!({"token": self.token}))
    }

    /// `POST /api/v1/links/verify` with a password.
    pub fn verify_with(&self, password: &str) -> Request {
        let shown = json!({"token": self.token, "password": password});
        self.client.post_json("/api/v1/links/verify", &shown)
    }

    /// Verifies without a password.
    pub async fn enter(&self) -> Visit {
        self.visit(&self.verify().await.expect(200).json())
    }

    /// Verifies with a password.
    pub async fn enter_with(&self, password: &str) -> Visit {
        self.visit(&self.verify_with(password).await.expect(200).json())
    }

    /// `GET /t/{token}`
    pub fn page(&self) -> Request {
        self.client.get(&self.page_path())
    }

    /// `POST /t/{token}` as the page's form does it.
    pub fn submit(&self, form: &str) -> Request {
        let form = form.to_owned();
        self.client
            .post(&self.page_path())
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form)
    }

    fn page_path(&self) -> String {
        format!("/t/{}", self.token)
    }

    /// Fails the test unless every way in answers as if there had never been such a link.
    pub async fn is_unavailable(&self) {
        self.open().await.problem(404, "link_unavailable");
        self.verify().await.problem(404, "link_unavailable");
        self.verify_with("any password").await.problem(404, "link_unavailable");
        let page = self.page().await.expect(404);
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
        self.submit("password=any+password").await.expect(404);
    }

    fn visit(&self, verified: &Value) -> Visit {
        let grant = verified["grant"].as_str().expect("a grant").to_owned();
        Visit {
            client: self.client.with_bearer(&grant),
            grant,
            delivery: verified["delivery"].clone(),
            id: self.recipient.clone(),
        }
    }
}

impl Visit {
    /// The visit of who was given this answer to `links/verify`.
    pub fn of(anybody: &Client, verified: &Value) -> Self {
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let grant = text(&verified["grant"]);
        Self {
            client: anybody.with_bearer(&grant),
            grant,
            delivery: verified["delivery"].clone(),
            id: text(&verified["delivery"]["id"]),
        }
    }

    /// The place of the file with this name in the list.
    pub fn place_of(&self, name: &str) -> usize {
        let files = self.delivery["files"].as_array().expect("a list of files");
        files.iter().position(|file| file["name"] == name).expect("a file with this name")
    }

    /// The path of a file's content.
    pub fn content_path(&self, file: usize) -> String {
        let id = self.delivery["files"][file]["id"].as_str().expect("there is such a file");
        format!("/api/v1/deliveries/{}/files/{id}/content", self.id)
    }

    /// The path of the archive.
    pub fn archive_path(&self) -> String {
        format!("/api/v1/deliveries/{}/archive.zip", self.id)
    }

    /// `GET` of the content of the file with this place in the list.
    pub fn content(&self, file: usize) -> Request {
        self.client.get(&self.content_path(file))
    }

    /// `HEAD` of the content of the file with this place in the list.
    pub fn describe(&self, file: usize) -> Request {
        self.client.head(&self.content_path(file))
    }

    /// `GET` of the archive.
    pub fn archive(&self) -> Request {
        self.client.get(&self.archive_path())
    }

    /// Any request with the grant.
    pub fn request(&self, method: Method, path: &str) -> Request {
        self.client.request(method, path)
    }

    /// The file with this place in the list, whole.
    pub async fn fetch(&self, file: usize) -> Bytes {
        self.content(file).await.expect(200).body
    }
}
