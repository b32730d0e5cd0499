use std::ops::Range;

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use reqwest::{
    Body, Client, ClientBuilder, Method, RequestBuilder, Response, StatusCode,
    header::{HeaderMap, HeaderValue, RANGE},
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{Content, bytes::hex};

/// The HTTP interface, spoken plainly.
#[derive(Debug, Clone)]
pub(crate) struct Api {
    client: Client,
    base: String,
    token: String,
}

/// What a link gave.
#[derive(Debug, Clone)]
pub(crate) struct Delivery {
    pub(crate) grant: String,
    pub(crate) value: Value,
}

impl Api {
    pub(crate) fn new(base: &str, token: &str) -> Self {
        // A connection of a process that was killed must not come back from a pool.
        Self::by(Client::builder(), base, token)
    }

    /// Over TLS, whoever has made the certificate.
    pub(crate) fn over_any_certificate(base: &str, token: &str) -> Self {
        Self::by(Client::builder().tls_danger_accept_invalid_certs(true), base, token)
    }

    fn by(client: ClientBuilder, base: &str, token: &str) -> Self {
        let client = client.pool_max_idle_per_host(0).no_proxy().build().unwrap();
        Self { client, base: base.to_owned(), token: token.to_owned() }
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        // Addresses of before a restart lead to the port of before.
        let path = path.find("/api/").map_or(path, |at| &path[at..]);
        self.client
            .request(method, format!("{}{path}", self.base))
            .bearer_auth(&self.token)
            .header("Tus-Resumable", "1.0.0")
    }

    /// A draft for these recipients; gives its id.
    pub(crate) async fn draft(&self, recipients: &[&str]) -> String {
        let recipients: Vec<_> = recipients.iter().map(|email| json!({"email": email})).collect();
        let made = self.post("/api/v1/transfers", &json!({"recipients": recipients})).await;
        made["id"].as_str().unwrap().to_owned()
    }

    /// Posts JSON, and expects to succeed.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Value {
        let response = self.request(Method::POST, path).json(body).send().await.unwrap();
        json_of(response).await
    }

    pub(crate) async fn transfer(&self, id: &str) -> Value {
        json_of(self.request(Method::GET, &format!("/api/v1/transfers/{id}")).send().await.unwrap()).await
    }

    /// Begins an upload; gives its address.
    pub(crate) async fn begin(&self, transfer: &str, name: &str, length: u64) -> String {
        let response = self.creation(transfer, name, length).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::CREATED, "{}", response.text().await.unwrap());
        header(response.headers(), "location").to_owned()
    }

    pub(crate) fn creation(&self, transfer: &str, name: &str, length: u64) -> RequestBuilder {
        self.request(Method::POST, &format!("/api/v1/transfers/{transfer}/files"))
            .header("Upload-Length", length)
            .header("Upload-Metadata", format!("filename {}", data_encoding::BASE64.encode(name.as_bytes())))
    }

    /// A file that goes up with the request that creates it.
    pub(crate) async fn file(&self, transfer: &str, name: &str, content: Content) -> String {
        let creation = self.creation(transfer, name, content.length);
        let creation = creation.header("Content-Type", "application/offset+octet-stream");
        let response = creation.body(body(content, 0..content.length)).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::CREATED, "{}", response.text().await.unwrap());
        assert_eq!(number(response.headers(), "upload-offset"), content.length);
        header(response.headers(), "location").to_owned()
    }

    /// Where an upload stands.
    pub(crate) async fn offset(&self, upload: &str) -> u64 {
        let response = self.request(Method::HEAD, upload).send().await.unwrap();
        assert!(response.status().is_success(), "{}", response.status());
        number(response.headers(), "upload-offset")
    }

    /// Appends a body; what comes of it is for the caller to judge.
    pub(crate) async fn patch(&self, upload: &str, offset: u64, body: Body) -> reqwest::Result<Response> {
        self.request(Method::PATCH, upload)
            .header("Upload-Offset", offset)
            .header("Content-Type", "application/offset+octet-stream")
            .body(body)
            .send()
            .await
    }

    /// Brings up what is missing of an upload.
    pub(crate) async fn finish(&self, upload: &str, content: Content) {
        let offset = self.offset(upload).await;
        if offset < content.length {
            let patched = self.patch(upload, offset, body(content, offset..content.length)).await.unwrap();
            assert_eq!(patched.status(), StatusCode::NO_CONTENT, "{}", patched.text().await.unwrap());
        }
        assert_eq!(self.offset(upload).await, content.length);
    }

    /// Sends a draft to one recipient; gives the link.
    pub(crate) async fn send(&self, transfer: &str) -> String {
        let mut links = self.send_to_all(transfer).await;
        assert_eq!(links.len(), 1);
        links.remove(0).1
    }

    /// Sends a draft; gives addresses and links.
    pub(crate) async fn send_to_all(&self, transfer: &str) -> Vec<(String, String)> {
        let sent = self.post(&format!("/api/v1/transfers/{transfer}/send"), &json!({})).await;
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let links = sent["links"].as_array().unwrap();
        links.iter().map(|link| (text(&link["email"]), text(&link["url"]))).collect()
    }

    /// Opens a link that needs no password.
    pub(crate) async fn open(&self, link: &str) -> Delivery {
        let verified = self.post("/api/v1/links/verify", &json!({"token": link_token(link)})).await;
        Delivery {
            grant: verified["grant"].as_str().unwrap().to_owned(),
            value: verified["delivery"].clone(),
        }
    }

    /// Asks for the bytes at `path`, from `start` on if that is not 0.
    pub(crate) async fn fetch(&self, grant: &str, path: &str, start: u64) -> reqwest::Result<Response> {
        let mut request = self.client.get(format!("{}{path}", self.base)).bearer_auth(grant);
        if start > 0 {
            request = request.header(RANGE, format!("bytes={start}-"));
        }
        request.send().await
    }

    /// Downloads a file whole and gives its SHA-256.
    pub(crate) async fn sha256(&self, delivery: &Delivery, file: usize) -> String {
        let response = self.fetch(&delivery.grant, &delivery.file(file), 0).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        let mut hash = Sha256::new();
        let mut body = response.bytes_stream();
        while let Some(piece) = body.next().await {
            hash.update(piece.unwrap());
        }
        hex(&hash.finalize())
    }

    /// Downloads a file whole and gives its length, which is quicker.
    pub(crate) async fn length(&self, delivery: &Delivery, file: usize) -> u64 {
        let response = self.fetch(&delivery.grant, &delivery.file(file), 0).await.unwrap();
        let mut body = response.bytes_stream();
        let mut length = 0;
        while let Some(piece) = body.next().await {
            length += piece.unwrap().len() as u64;
        }
        length
    }

    pub(crate) async fn purge(&self, transfer: &str) -> reqwest::Result<StatusCode> {
        let response = self.request(Method::DELETE, &format!("/api/v1/transfers/{transfer}")).send().await?;
        Ok(response.status())
    }
}

impl Delivery {
    /// The path of a file's bytes.
    pub(crate) fn file(&self, number: usize) -> String {
        let (id, file) =
            (self.value["id"].as_str().unwrap(), self.value["files"][number]["id"].as_str().unwrap());
        format!("/api/v1/deliveries/{id}/files/{file}/content")
    }

    /// The path of the ZIP with all files.
    pub(crate) fn archive(&self) -> String {
        format!("/api/v1/deliveries/{}/archive.zip", self.value["id"].as_str().unwrap())
    }
}

/// The last part of a link.
pub(crate) fn link_token(link: &str) -> &str {
    link.rsplit('/').next().unwrap()
}

/// A body of a known length, in pieces.
pub(crate) fn body(content: Content, range: Range<u64>) -> Body {
    Body::wrap_stream(stream::iter(content.pieces(range).map(Ok::<Bytes, std::io::Error>)))
}

pub(crate) fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).map(HeaderValue::to_str).unwrap_or_else(|| panic!("no {name}")).unwrap()
}

pub(crate) fn number(headers: &HeaderMap, name: &str) -> u64 {
    header(headers, name).parse().unwrap()
}

async fn json_of(response: Response) -> Value {
    let (status, text) = (response.status(), response.text().await.unwrap());
    assert!(status.is_success(), "{status}: {text}");
    serde_json::from_str(&text).unwrap()
}
