//! A sender: drafts, uploads, sending.

use std::ops::Deref;

use bytes::Bytes;
use data_encoding::BASE64;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Answer, Client, Link, Request};

/// The type of a body of bytes.
const BYTES: &str = "application/offset+octet-stream";

/// Plaintext bytes that are sealed together.
pub const CHUNK: usize = 16 * 1024;

/// A person with an API token. It derefs to the [`Client`] that carries it.
#[derive(Debug, Clone)]
pub struct Sender {
    client: Client,
    email: String,
}

/// A transfer that was sent.
#[derive(Debug, Clone)]
pub struct Sent {
    /// The transfer's id.
    pub id: String,
    /// The transfer as the answer showed it.
    pub transfer: Value,
    /// Everybody's link.
    pub links: Vec<Link>,
}

/// The header `Upload-Metadata` for a file of this name.
pub fn metadata(name: &str) -> String {
    format!("filename {}", BASE64.encode(name.as_bytes()))
}

impl Deref for Sender {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Sender {
    pub(super) const fn new(client: Client, email: String) -> Self {
        Self { client, email }
    }

    /// Whoever has this token of the service at `base`, which need not be one of this process.
    pub fn with_token(base: &str, token: &str, email: &str) -> Self {
        Self::new(Client::new(base).with_bearer(token), email.to_owned())
    }

    /// The same person at another node.
    #[must_use]
    pub fn at(&self, node: &Client) -> Self {
        Self { client: node.with_bearer(self.bearer()), email: self.email.clone() }
    }

    /// The sender's own address.
    pub fn email(&self) -> &str {
        &self.email
    }

    /// `POST /api/v1/transfers`
    pub fn create(&self, transfer: &Value) -> Request {
        self.post_json("/api/v1/transfers", transfer)
    }

    /// A new draft to Bert, and its id.
    pub async fn draft(&self) -> String {
        self.draft_of(&json!({"recipients": [{"email": "bert@example.org"}]})).await
    }

    /// A new draft, and its id.
    pub async fn draft_of(&self, transfer: &Value) -> String {
        let draft = self.create(transfer).await.expect(201).json();
        draft["id"].as_str().expect("a transfer has an id").to_owned()
    }

    /// The transfer as it stands now.
    pub async fn transfer(&self, id: &str) -> Value {
        self.get(&format!("/api/v1/transfers/{id}")).await.expect(200).json()
    }

    /// `POST /api/v1/transfers/{id}/{verb}`
    pub fn act(&self, id: &str, verb: &str) -> Request {
        self.post(&format!("/api/v1/transfers/{id}/{verb}"))
    }

    /// `POST /api/v1/transfers/{id}/recipients/{recipient}/{verb}`
    pub fn act_on(&self, id: &str, recipient: &str, verb: &str) -> Request {
        self.post(&format!("/api/v1/transfers/{id}/recipients/{recipient}/{verb}"))
    }

    /// `DELETE /api/v1/transfers/{id}`
    pub fn purge(&self, id: &str) -> Request {
        self.delete(&format!("/api/v1/transfers/{id}"))
    }

    /// Sends a draft.
    pub async fn send(&self, id: &str) -> Sent {
        let sent = self.act(id, "send").await.expect(200).json();
        let links = sent["links"].as_array().expect("a list of links");
        Sent {
            id: id.to_owned(),
            transfer: sent["transfer"].clone(),
            links: links.iter().map(|link| Link::new(&self.client, link)).collect(),
        }
    }

    /// A draft to Bert with these files, sent.
    pub async fn sent(&self, files: &[(&str, &[u8])]) -> Sent {
        self.sent_as(&json!({"recipients": [{"email": "bert@example.org"}]}), files).await
    }

    /// A transfer with these files, sent.
    pub async fn sent_as(&self, transfer: &Value, files: &[(&str, &[u8])]) -> Sent {
        let id = self.draft_of(transfer).await;
        for (name, bytes) in files {
            self.put(&id, name, bytes).await;
        }
        self.send(&id).await
    }

    /// A request in tus 1.0.0.
    pub fn tus(&self, method: Method, path: &str) -> Request {
        self.request(method, path).header("tus-resumable", "1.0.0")
    }

    /// `POST /api/v1/transfers/{id}/files`
    pub fn begin(&self, transfer: &str) -> Request {
        self.tus(Method::POST, &format!("/api/v1/transfers/{transfer}/files"))
    }

    /// `POST /api/v1/transfers/{id}/files` with bytes.
    pub fn begin_with(&self, transfer: &str, bytes: &[u8]) -> Request {
        self.begin(transfer).header("content-type", BYTES).body(bytes.to_vec())
    }

    /// A new upload of so many bytes, and its path.
    pub async fn upload(&self, transfer: &str, name: &str, length: usize) -> String {
        let begun = self.begin(transfer).header("upload-length", length.to_string());
        location(&begun.header("upload-metadata", metadata(name)).await)
    }

    /// A new upload whose length is not known yet, and its path.
    pub async fn deferred(&self, transfer: &str, name: &str) -> String {
        let begun = self.begin(transfer).header("upload-defer-length", "1");
        location(&begun.header("upload-metadata", metadata(name)).await)
    }

    /// A new partial upload of so many bytes, and its path.
    pub async fn partial(&self, transfer: &str, length: usize) -> String {
        let begun = self.begin(transfer).header("upload-length", length.to_string());
        location(&begun.header("upload-concat", "partial").await)
    }

    /// A whole file that comes along with its creation, and its id.
    pub async fn put(&self, transfer: &str, name: &str, bytes: &[u8]) -> String {
        let put = self.begin_with(transfer, bytes).header("upload-length", bytes.len().to_string());
        let path = location(&put.header("upload-metadata", metadata(name)).await);
        id_of(&path).to_owned()
    }

    /// `PATCH` of an upload.
    pub fn patch(&self, upload: &str, offset: usize, bytes: impl Into<Bytes>) -> Request {
        self.patch_head(upload, offset).body(bytes.into())
    }

    /// `PATCH` of an upload, without a body so far.
    pub fn patch_head(&self, upload: &str, offset: usize) -> Request {
        let patch = self.tus(Method::PATCH, upload).header("content-type", BYTES);
        patch.header("upload-offset", offset.to_string())
    }

    /// `HEAD` of an upload.
    pub fn status(&self, upload: &str) -> Request {
        self.tus(Method::HEAD, upload)
    }

    /// How many bytes of an upload are stored.
    pub async fn offset(&self, upload: &str) -> usize {
        let offset = self.status(upload).await.expect(200).number("upload-offset");
        usize::try_from(offset).expect("tests are small")
    }

    /// `DELETE` of an upload.
    pub fn terminate(&self, upload: &str) -> Request {
        self.tus(Method::DELETE, upload)
    }

    /// `POST /api/v1/transfers/{id}/files` that joins partial uploads.
    pub fn join(&self, transfer: &str, pieces: &[&str]) -> Request {
        self.begin(transfer).header("upload-concat", format!("final;{}", pieces.join(" ")))
    }
}

impl Sent {
    /// The only link.
    pub fn link(&self) -> &Link {
        let [link] = self.links.as_slice() else { panic!("{} links", self.links.len()) };
        link
    }

    /// The link of the recipient with this address.
    pub fn link_of(&self, email: &str) -> &Link {
        self.links.iter().find(|link| link.email == email).expect("a recipient with this address")
    }
}

/// The path in `Location`, which must be absolute and ours.
#[track_caller]
fn location(begun: &Answer) -> String {
    let begun = begun.clone().expect(201);
    let location = begun.header("location").expect("a created upload has a place");
    assert!(location.starts_with("http://127.0.0.1:"), "{location}");
    let path = location.splitn(4, '/').nth(3).expect("a URL has a path");
    format!("/{path}")
}

/// The last part of an upload's path; of a file that came in one piece, its id.
fn id_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
