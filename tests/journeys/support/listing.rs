use std::fmt::Write as _;

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// A server that delivers, under any link, one file of one byte under each of these names. Gives its address.
pub(crate) async fn hostile_listing(names: &[&str]) -> String {
    let files: Vec<_> = names
        .iter()
        .enumerate()
        .map(|(number, name)| {
            let id = format!("0190a000-0000-7000-8000-{number:012}");
            json!({"id": id, "name": name, "media_type": "text/plain", "size": 1, "crc32": crc32fast::hash(b"x"), "kind": "text", "scan": null})
        })
        .collect();
    let delivery = json!({
        "id": "0190a000-0000-7000-8000-00000000abcd",
        "sender": {"email": "eve@example.org", "name": "Eve\u{1b}[2J"},
        "expires_at": "2099-01-01T00:00:00Z",
        "files": files,
        "byte_count": names.len(),
        "archive_size": 0,
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream, delivery.clone()));
        }
    });
    format!("http://{address}")
}

async fn answer(mut stream: TcpStream, delivery: Value) {
    let (mut request, mut buffer) = (String::new(), [0; 4096]);
    // The bodies are short and come with their heads or right behind them; a JSON body ends with a brace.
    let is_whole =
        |request: &str| request.ends_with('}') || request.starts_with("GET") && request.ends_with("\r\n\r\n");
    while !is_whole(&request) {
        match stream.read(&mut buffer).await {
            Ok(read) if read > 0 => request.push_str(&String::from_utf8_lossy(&buffer[..read])),
            _ => return,
        }
    }
    let path = request.split(' ').nth(1).unwrap_or_default();
    let body = match path {
        "/api/v1/links/open" => json!({"delivery_id": delivery["id"], "protection": "none"}).to_string(),
        "/api/v1/links/verify" => {
            json!({"grant": "g", "expires_at": "2099-01-01T00:00:00Z", "delivery": delivery}).to_string()
        }
        _ => "x".to_owned(),
    };
    let mut head = "HTTP/1.1 200 OK\r\nconnection: close\r\netag: \"x\"\r\n".to_owned();
    let kind = if body.starts_with('{') { "application/json" } else { "application/octet-stream" };
    write!(head, "content-type: {kind}\r\ncontent-length: {}\r\n\r\n{body}", body.len()).unwrap();
    drop(stream.write_all(head.as_bytes()).await);
    drop(stream.shutdown().await);
}
