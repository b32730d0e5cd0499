//! `sealpost web hashes`: what is inside of the binary is what the service hands out, and what a service hands out otherwise is told.

use reqwest::{Client, StatusCode, header};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

use crate::support::{Service, run, run_ok};

/// Where the page is that opens what a sender has sealed.
const DELIVERY: &str = "/t/{token}";

fn sha256(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(bytes))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_hands_out_what_the_binary_has_inside() {
    let service = Service::start().await;
    let lines = run_ok(&mut service.command(["web", "hashes", "--sealing"])).await;
    assert!(lines.lines().count() > 20, "{lines}");
    let client = Client::builder().no_proxy().build().unwrap();
    for line in lines.lines() {
        let (hash, path) = line.split_once("  ").unwrap();
        if path == DELIVERY {
            continue; // at links alone that lead to what a sender has sealed
        }
        let served = client.get(format!("{}{path}", service.base_url())).send().await.unwrap();
        assert_eq!(served.status(), StatusCode::OK, "{path}");
        assert_eq!(sha256(&served.bytes().await.unwrap()), hash, "{path}");
    }
    let table = run_ok(&mut service.command(["web", "hashes"])).await;
    assert!(lines.lines().all(|line| table.contains(&line[..64])), "{table}");
    assert!(table.contains(&format!("seals and opens: {}", sha256(lines.as_bytes()))), "{table}");
    let json: Value =
        serde_json::from_str(&run_ok(&mut service.command(["web", "hashes", "--json"])).await).unwrap();
    assert_eq!(json["apps"]["pages"], sha256(lines.as_bytes()));
    let mut compare = service.command(["web", "hashes", "--compare", service.base_url()]);
    let compared = run(&mut compare).await;
    assert_eq!(compared.code, Some(0), "{compared:?}");
    assert!(compared.stdout.ends_with("compared, 0 found\n"), "{compared:?}");
    assert!(compared.stderr.contains("/addin/{addin_id}/pane.html"), "{compared:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tenants_add_in_is_compared_by_its_id() {
    let service = Service::start().await;
    let words = ["addin", "show", "demo", "--dev", "dev", "--base-url", service.base_url()];
    let shown = run_ok(&mut service.command(words)).await;
    let line = shown.lines().find(|line| line.contains("add-in id")).expect("its id");
    let id = line.split_whitespace().last().unwrap();
    let compared =
        run(&mut service.command(["web", "hashes", "--compare", service.base_url(), "--addin", id])).await;
    assert_eq!(compared.code, Some(0), "{compared:?}");
    assert!(compared.stderr.ends_with(&format!(": {DELIVERY}\n")), "{compared:?}");
    let nobody = "01980000-0000-7000-8000-000000000000";
    let compared =
        run(&mut service.command(["web", "hashes", "--compare", service.base_url(), "--addin", nobody]))
            .await;
    assert_eq!(compared.code, Some(1));
    assert!(compared.stdout.contains(&format!("missing  /addin/{nobody}/pane.html")), "{compared:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_that_deceives_browsers_is_told_of() {
    let service = Service::start().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let origin = service.base_url().to_owned();
    let deceiving = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(deceive(stream, origin.clone()));
        }
    });
    let compared = run(&mut service.command(["web", "hashes", "--compare", &address])).await;
    assert_eq!(compared.code, Some(1), "{compared:?}");
    let said = &compared.stdout;
    assert!(
        said.contains("differs  /: its bytes have the hash ") && said.contains(", as Brotli\n"),
        "{said}"
    );
    assert!(said.contains("besides  /admin: it names /web/evil.js, which this version has not"), "{said}");
    assert!(said.contains("differs  /admin: it has no policy"), "{said}");
    assert!(said.contains("besides  /requests: it has the header link"), "{said}");
    assert!(said.contains("missing  /web/") && said.contains(".css: it is not there"), "{said}");
    assert!(!said.contains("/transfers"), "the rest is as it should be: {said}");
    assert!(compared.stderr.contains("does not hand out the pages of sealpost"), "{compared:?}");
    let as_json = run(&mut service.command(["web", "hashes", "--json", "--compare", &address])).await;
    let json: Value = serde_json::from_str(&as_json.stdout).unwrap();
    let kinds: Vec<_> =
        json["findings"].as_array().unwrap().iter().map(|found| found["kind"].as_str().unwrap()).collect();
    for kind in ["differs", "missing", "besides"] {
        assert!(kinds.contains(&kind), "{json}");
    }
    deceiving.abort();
}

/// Hands out what the service does, but for a document that browsers alone get otherwise, one that brings a script, one that leads on, and a
/// style sheet that is not there.
async fn deceive(stream: TcpStream, origin: String) {
    let mut stream = BufReader::new(stream);
    let client = Client::builder().no_proxy().build().unwrap();
    loop {
        let (mut path, mut encoding) = (String::new(), String::new());
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
                return;
            }
            let line = line.trim_end();
            if line.is_empty() {
                break;
            }
            if let Some(asked) = line.strip_prefix("GET ") {
                path = asked.split(' ').next().unwrap().to_owned();
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("accept-encoding: ") {
                encoding = value.to_owned();
            }
        }
        let served = client.get(format!("{origin}{path}")).header(header::ACCEPT_ENCODING, encoding).send();
        let served = served.await.unwrap();
        let told = |name: &str| served.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        let (mut policy, encoded) = (told("content-security-policy"), told("content-encoding"));
        let (mut status, mut body, mut more) = (200, served.bytes().await.unwrap().to_vec(), "");
        match path.as_str() {
            "/" if encoded.is_some() => body.push(b'x'),
            "/admin" if encoded.is_none() => {
                body.extend(b"<script type=\"module\" src=\"/web/evil.js\"></script>");
                policy = None;
            }
            "/requests" => more = "link: </web/evil.js>; rel=preload\r\n",
            path if path.ends_with(".css") => status = 404,
            _ => {}
        }
        let policy =
            policy.map(|policy| format!("content-security-policy: {policy}\r\n")).unwrap_or_default();
        let encoded = encoded.map(|encoded| format!("content-encoding: {encoded}\r\n")).unwrap_or_default();
        let head = format!(
            "HTTP/1.1 {status} Told\r\ncontent-length: {}\r\n{policy}{encoded}{more}\r\n",
            body.len()
        );
        let sent = stream.get_mut().write_all(&[head.as_bytes(), &body].concat()).await;
        if sent.is_err() {
            return;
        }
    }
}
