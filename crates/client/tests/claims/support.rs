//! A server that says what a test tells it to say, on a free port: for what a well-behaved one never does.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use sealpost_client::{Connection, Retry};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// What a client has asked.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: HashMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

/// What is said to it, byte by byte. The connection is closed afterwards.
pub(crate) struct Answer(pub(crate) Vec<u8>);

impl Answer {
    pub(crate) fn new(status: &str, headers: &[(&str, &str)], body: &[u8]) -> Self {
        let mut head = format!("HTTP/1.1 {status}\r\nconnection: close\r\n");
        if !headers.iter().any(|(name, _)| *name == "content-length") {
            head += &format!("content-length: {}\r\n", body.len());
        }
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        Self([head.as_bytes(), b"\r\n", body].concat())
    }

    pub(crate) fn json(value: &serde_json::Value) -> Self {
        Self::new("200 OK", &[("content-type", "application/json")], value.to_string().as_bytes())
    }

    pub(crate) fn problem(status: &str, code: &str) -> Self {
        let body = serde_json::json!({"code": code, "detail": "words"}).to_string();
        Self::new(status, &[("content-type", "application/problem+json")], body.as_bytes())
    }

    /// The same with its last `bytes` never sent.
    pub(crate) fn cut(mut self, bytes: usize) -> Self {
        self.0.truncate(self.0.len() - bytes);
        self
    }
}

/// Serves until the test ends; answers its address and what it was asked.
pub(crate) async fn serve(
    answer: impl Fn(&Request) -> Answer + Send + Sync + 'static,
) -> (String, Arc<Mutex<Vec<Request>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (answer, asked) = (Arc::new(answer), Arc::new(Mutex::new(Vec::new())));
    let log = Arc::clone(&asked);
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let (answer, log) = (Arc::clone(&answer), Arc::clone(&log));
            tokio::spawn(async move {
                if let Some((request, mut stream)) = read(stream).await {
                    log.lock().unwrap().push(request.clone());
                    let Answer(bytes) = answer(&request);
                    drop(stream.write_all(&bytes).await);
                    drop(stream.shutdown().await);
                }
            });
        }
    });
    (format!("http://{address}"), asked)
}

async fn read(stream: TcpStream) -> Option<(Request, TcpStream)> {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    stream.read_line(&mut line).await.ok()?;
    let mut words = line.split(' ').map(str::to_owned);
    let (method, path) = (words.next()?, words.next()?);
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok()?;
        match line.trim_end().split_once(": ") {
            Some((name, value)) => headers.insert(name.to_lowercase(), value.to_owned()),
            None => break,
        };
    }
    let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    Some((Request { method, path, headers, body }, stream.into_inner()))
}

/// A connection that is as stubborn as ever and waits for nothing.
pub(crate) fn quick() -> Connection {
    let retry = Retry {
        attempts: 6,
        first: Duration::from_millis(1),
        longest: Duration::from_millis(2),
        stall: Duration::from_secs(20),
    };
    Connection { retry, ..Connection::default() }
}
