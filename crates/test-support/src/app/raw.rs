//! A connection on which a test says what no client library would.

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
};

use super::{App, Client, eventually};

/// A connection to the service, byte by byte.
#[derive(Debug)]
pub struct Raw(TcpStream);

impl App {
    /// Connects.
    pub async fn connect(&self) -> Raw {
        self.anybody.connect().await
    }
}

impl Client {
    /// Connects. Nothing is said yet: whoever wants to be somebody says so himself.
    pub async fn connect(&self) -> Raw {
        let stream = TcpStream::connect(self.address()).await.expect("the service listens");
        stream.set_nodelay(true).expect("a socket option");
        Raw(stream)
    }

    /// Connects with as small a buffer for what comes in as the system lets one have.
    pub async fn connect_narrowly(&self) -> Raw {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_recv_buffer_size(4096).expect("a socket option");
        let address = self.address().parse().expect("an address of a loopback interface");
        Raw(socket.connect(address).await.expect("the service listens"))
    }

    fn address(&self) -> &str {
        self.base().strip_prefix("http://").expect("tests speak plain HTTP")
    }

    /// Says the head of a PATCH with a body of `announced` bytes, and leaves the body to the test.
    pub async fn patching(&self, upload: &str, offset: usize, announced: usize) -> Raw {
        let mut raw = self.connect().await;
        let head = format!(
            "PATCH {upload} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ntus-resumable: 1.0.0\r\n\
             content-type: application/offset+octet-stream\r\nupload-offset: {offset}\r\n\
             content-length: {announced}\r\n\r\n",
            self.bearer(),
        );
        raw.say(head).await;
        raw
    }
}

impl Raw {
    /// Writes.
    pub async fn say(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.write_all(bytes.as_ref()).await.expect("the service takes it");
    }

    /// Writes, whether or not somebody still listens.
    pub async fn try_say(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.0.write_all(bytes.as_ref()).await.is_ok()
    }

    /// Everything up to the end of the connection, as text; a reset is an end, too.
    pub async fn hear_all(&mut self) -> String {
        let mut heard = Vec::new();
        let _ = self.0.read_to_end(&mut heard).await;
        String::from_utf8_lossy(&heard).into_owned()
    }

    /// The head of an answer, and what came along with it.
    pub async fn hear_head(&mut self) -> String {
        let mut heard = Vec::new();
        while !heard.windows(4).any(|window| window == b"\r\n\r\n") {
            let mut buffer = [0; 4096];
            match self.0.read(&mut buffer).await {
                Ok(0) | Err(_) => break,
                Ok(read) => heard.extend_from_slice(&buffer[..read]),
            }
        }
        String::from_utf8_lossy(&heard).into_owned()
    }

    /// So many bytes of a body, and everything before it.
    ///
    /// # Panics
    /// If the connection ends before.
    pub async fn hear_body(&mut self, length: usize) -> Vec<u8> {
        let mut heard = Vec::new();
        loop {
            let head = heard.windows(4).position(|window| window == b"\r\n\r\n").map(|at| at + 4);
            if let Some(head) = head.filter(|head| heard.len() >= head + length) {
                return heard[head..head + length].to_vec();
            }
            let mut buffer = vec![0; 64 << 10];
            let read = self.0.read(&mut buffer).await.expect("the service answers");
            assert!(read > 0, "the answer ended after {} bytes", heard.len());
            heard.extend_from_slice(&buffer[..read]);
        }
    }

    /// Waits until the service has thrown the connection away, and takes nothing meanwhile.
    pub async fn is_thrown_away(&mut self) {
        eventually("a reset", async || self.0.take_error().expect("a socket").is_some()).await;
    }

    /// Breaks the connection.
    pub fn hang_up(self) {
        drop(self);
    }
}
