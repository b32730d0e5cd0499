use std::sync::{Arc, Mutex};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};

/// A collector of traces: OTLP over HTTP, as far as the service speaks it. It takes whatever else is posted, too.
pub(crate) struct Collector {
    pub(crate) port: u16,
    got: Arc<Mutex<Vec<Got>>>,
    serving: JoinHandle<()>,
}

#[derive(Clone)]
struct Got {
    head: String,
    body: Vec<u8>,
}

/// A span as it came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) trace: String,
    pub(crate) id: String,
    pub(crate) parent: String,
    pub(crate) name: String,
}

impl Collector {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (port, got) = (listener.local_addr().unwrap().port(), Arc::<Mutex<Vec<Got>>>::default());
        let kept = Arc::clone(&got);
        let serving = tokio::spawn(async move {
            // They end with it.
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(serve(stream, Arc::clone(&kept)));
            }
        });
        Self { port, got, serving }
    }

    /// The bodies alone.
    pub(crate) fn bodies(&self) -> Vec<u8> {
        self.got.lock().unwrap().iter().flat_map(|got| got.body.clone()).collect()
    }

    /// The heads of what came in.
    pub(crate) fn heads(&self) -> String {
        self.got.lock().unwrap().iter().map(|got| got.head.clone()).collect()
    }

    /// The spans (opentelemetry-proto, `trace/v1/trace.proto`).
    pub(crate) fn spans(&self) -> Vec<Span> {
        let got = self.got.lock().unwrap().clone();
        let mut spans = Vec::new();
        for body in got.iter().map(|got| got.body.as_slice()) {
            for resource in fields(body, 1) {
                for scope in fields(resource, 2) {
                    for span in fields(scope, 2) {
                        let hex = |number| {
                            fields(span, number)
                                .first()
                                .map_or_else(String::new, |it| data_encoding::HEXLOWER.encode(it))
                        };
                        let name =
                            fields(span, 5).first().map(|name| String::from_utf8_lossy(name).into_owned());
                        spans.push(Span {
                            trace: hex(1),
                            id: hex(2),
                            parent: hex(4),
                            name: name.unwrap_or_default(),
                        });
                    }
                }
            }
        }
        spans
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(stream: TcpStream, kept: Arc<Mutex<Vec<Got>>>) {
    let mut stream = BufReader::new(stream);
    loop {
        let (mut head, mut length) = (String::new(), 0);
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
                return;
            }
            if line == "\r\n" {
                break;
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            head.push_str(&line);
        }
        let mut body = vec![0; length];
        if stream.read_exact(&mut body).await.is_err() {
            return;
        }
        kept.lock().unwrap().push(Got { head, body });
        let answer = b"HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n";
        if stream.get_mut().write_all(answer).await.is_err() {
            return;
        }
    }
}

/// The values of the length-delimited fields of this number, in a message of Protocol Buffers.
fn fields(mut message: &[u8], wanted: u64) -> Vec<&[u8]> {
    let mut found = Vec::new();
    while !message.is_empty() {
        let key = varint(&mut message);
        match key & 7 {
            0 => drop(varint(&mut message)),
            1 => message = &message[8..],
            2 => {
                let length = usize::try_from(varint(&mut message)).unwrap();
                let (value, rest) = message.split_at(length);
                message = rest;
                if key >> 3 == wanted {
                    found.push(value);
                }
            }
            5 => message = &message[4..],
            other => panic!("a wire type {other}"),
        }
    }
    found
}

fn varint(bytes: &mut &[u8]) -> u64 {
    let (mut value, mut shift) = (0, 0);
    loop {
        let byte = bytes[0];
        *bytes = &bytes[1..];
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return value;
        }
        shift += 7;
    }
}
