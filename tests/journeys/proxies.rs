//! Behind the reverse proxies of `deploy/proxy`, as they are shipped: what goes through them, and what does not.

use std::{process::Stdio, sync::Arc};

use futures_util::{StreamExt as _, stream};
use reqwest::{Body, Method, StatusCode};
use serde_json::json;
use tokio::{
    io::AsyncWriteExt as _,
    process::{Child, Command},
    sync::Notify,
};

use crate::support::{Api, Configured, Content, Proxy, body, eventually, files_below, number, own_port};

const MIB: u64 = 1 << 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nginx_passes_everything_on_as_it_comes() {
    let place = Place::new();
    let proxy = Proxy::nginx(place.proxy, place.service).await;
    place.journey(&proxy).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn caddy_passes_everything_on_as_it_comes() {
    let place = Place::new();
    let proxy = Proxy::caddy(place.proxy, place.service).await;
    place.journey(&proxy).await;
}

/// Who may try how often from one address, so that it shows whose attempts are counted together.
const ATTEMPTS: u32 = 12;

struct Place {
    service: u16,
    proxy: u16,
}

/// The service behind a proxy, as somebody in front of that sees it.
struct Behind {
    service: Configured,
    base: String,
    token: String,
    api: Api,
}

impl Place {
    fn new() -> Self {
        Self { service: own_port(), proxy: own_port() }
    }

    async fn journey(self, proxy: &Proxy) {
        let base = format!("https://127.0.0.1:{}", self.proxy);
        let more = format!("[limits]\nnetwork_per_minute = {ATTEMPTS}\n");
        let mut service = Configured::behind_a_proxy(self.service, &base, &more);
        service.serve().await;
        let token = service.sender().await;
        let api = Api::over_any_certificate(&base, &token);
        let behind = Behind { service, base, token, api };
        behind.a_part_arrives_while_it_is_sent(proxy).await;
        behind.what_broke_off_goes_on().await;
        behind.big_heads_come_through().await;
        behind.nobody_writes_his_own_address().await;
        assert_eq!(proxy.written(), Vec::<std::path::PathBuf>::new(), "it keeps nothing on disk");
    }
}

impl Behind {
    /// 100 MiB in one PATCH over HTTP/2; then a range of it.
    async fn a_part_arrives_while_it_is_sent(&self, proxy: &Proxy) {
        let content = Content::new(301, 100 * MIB);
        let transfer = self.api.draft(&["anna@example.org"]).await;
        let upload = self.api.begin(&transfer, "big.bin", content.length).await;
        assert!(upload.starts_with(&self.base), "addresses are those of the proxy: {upload}");
        let mut sending = self.curl(&[
            "--http2",
            "--request",
            "PATCH",
            "--upload-file",
            "-",
            "--header",
            "Upload-Offset: 0",
            "--header",
            "Content-Type: application/offset+octet-stream",
            "--write-out",
            "%{http_code} HTTP/%{http_version}",
            &upload,
        ]);
        let mut out = sending.stdin.take().unwrap();
        for piece in content.pieces(0..60 * MIB) {
            out.write_all(&piece).await.unwrap();
        }
        eventually("most of what was sent so far has arrived", async || {
            let blobs = files_below(&self.service.home().join("blobs"));
            let arrived: u64 = blobs.iter().filter_map(|path| path.metadata().ok()).map(|is| is.len()).sum();
            (arrived > 48 * MIB).then_some(())
        })
        .await;
        assert_eq!(proxy.written(), Vec::<std::path::PathBuf>::new(), "it keeps nothing on disk");
        for piece in content.pieces(60 * MIB..content.length) {
            out.write_all(&piece).await.unwrap();
        }
        drop(out);
        let sent = sending.wait_with_output().await.unwrap();
        assert_eq!(String::from_utf8_lossy(&sent.stdout), "204 HTTP/2", "{sent:?}");
        assert_eq!(self.api.offset(&upload).await, content.length);

        let link = self.api.send(&transfer).await;
        let delivery = self.api.open(&link).await;
        assert_eq!(self.api.sha256(&delivery, 0).await, content.sha256());
        let tail = self.api.fetch(&delivery.grant, &delivery.file(0), 99 * MIB).await.unwrap();
        assert_eq!(tail.status(), StatusCode::PARTIAL_CONTENT);
        assert_eq!(tail.bytes().await.unwrap(), content.range(99 * MIB..content.length));
    }

    /// What was sent before a connection broke is there.
    async fn what_broke_off_goes_on(&self) {
        let content = Content::new(302, 24 * MIB);
        let transfer = self.api.draft(&["anna@example.org"]).await;
        let upload = self.api.begin(&transfer, "broken.bin", content.length).await;
        let half = Arc::new(Notify::new());
        let pieces = stream::iter(content.pieces(0..content.length).enumerate()).then({
            let half = Arc::clone(&half);
            move |(number, bytes)| {
                let half = Arc::clone(&half);
                async move {
                    if number == 48 {
                        half.notify_one();
                        std::future::pending::<()>().await;
                    }
                    Ok::<_, std::io::Error>(bytes)
                }
            }
        });
        let sending = tokio::spawn({
            let (api, upload) = (self.api.clone(), upload.clone());
            async move { api.patch(&upload, 0, Body::wrap_stream(pieces)).await }
        });
        half.notified().await;
        sending.abort();
        // Until the service has heard of it, the upload is another request's.
        let offset = eventually("the first half counts", async || {
            let answer = self.api.request(Method::HEAD, &upload).send().await.unwrap();
            let offset = answer.status().is_success().then(|| number(answer.headers(), "upload-offset"));
            offset.filter(|offset| *offset > 8 * MIB)
        })
        .await;
        let rest = eventually("it goes on where it was", async || {
            let offset = self.api.offset(&upload).await;
            let rest = body(content, offset..content.length);
            let answer = self.api.patch(&upload, offset, rest).await.unwrap();
            (answer.status() == StatusCode::NO_CONTENT).then_some(answer)
        })
        .await;
        assert!(offset < content.length && number(rest.headers(), "upload-offset") == content.length);
        let delivery = self.api.open(&self.api.send(&transfer).await).await;
        assert_eq!(self.api.sha256(&delivery, 0).await, content.sha256());
    }

    /// Over both versions of HTTP.
    async fn big_heads_come_through(&self) {
        let cookie = format!("Cookie: other={}", "c".repeat(12 << 10));
        for version in ["--http1.1", "--http2"] {
            let url = format!("{}/api/v1/transfers?limit=1", self.base);
            let asked = self.curl(&[version, "--header", &cookie, "--write-out", " %{http_code}", &url]);
            let answer = String::from_utf8(asked.wait_with_output().await.unwrap().stdout).unwrap();
            assert!(answer.ends_with(" 200"), "{version}: {answer}");
        }
    }

    /// Attempts are counted by where they come from, whatever is said of it.
    async fn nobody_writes_his_own_address(&self) {
        let token = json!({"token": "a".repeat(43)}).to_string();
        let url = format!("{}/api/v1/links/verify", self.base);
        let attempt = async |from: &str, says: &str| {
            let says = format!("X-Forwarded-For: {says}");
            let asked = self.curl(&[
                "--interface",
                from,
                "--header",
                &says,
                "--header",
                "Content-Type: application/json",
                "--data",
                &token,
                "--output",
                "/dev/null",
                "--write-out",
                "%{http_code}",
                &url,
            ]);
            String::from_utf8(asked.wait_with_output().await.unwrap().stdout).unwrap()
        };
        let mut answers = Vec::new();
        for number in 0..ATTEMPTS + 2 {
            answers.push(attempt("127.0.0.2", &format!("198.51.100.{number}, 127.0.0.1")).await);
        }
        let (looked_at, refused) = answers.split_at(ATTEMPTS as usize);
        assert!(looked_at.iter().all(|answer| answer == "404"), "{answers:?}");
        assert!(
            refused.iter().all(|answer| answer == "429"),
            "a new address each time is no help: {answers:?}"
        );
        assert_eq!(attempt("127.0.0.3", "127.0.0.2").await, "404", "others are not locked out by it");
    }

    fn curl(&self, words: &[&str]) -> Child {
        let mut command = Command::new("curl");
        command
            .args(["--silent", "--show-error", "--insecure", "--noproxy", "*", "--no-buffer", "--header"])
            .arg(format!("Authorization: Bearer {}", self.token))
            .args(["--header", "Tus-Resumable: 1.0.0"])
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command.spawn().unwrap()
    }
}
