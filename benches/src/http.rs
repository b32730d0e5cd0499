//! HTTP/1.1 as far as the load needs it, on blocking sockets: cheap enough not to disturb what is measured.

use std::{
    fmt::Write as _,
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
};

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;

/// Body bytes are sent from one block, over and over: it stays in the cache, and no candidate looks at them.
const BLOCK: usize = 256 << 10;

/// One kept-alive connection.
pub(crate) struct Connection {
    stream: TcpStream,
    host: SocketAddr,
    token: String,
    block: Vec<u8>,
    buffer: Vec<u8>,
}

/// The body of a request.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Body<'a> {
    /// None, and no length either.
    Absent,
    /// That many bytes that mean nothing.
    Filler(u64),
    /// JSON.
    Json(&'a Value),
}

/// The head of an answer; its body is still to be read.
pub(crate) struct Answer {
    status: u16,
    head: String,
    length: u64,
    /// Bytes of the body that came along with the head.
    ahead: Vec<u8>,
}

impl Connection {
    /// Connects. `token` goes along as bearer unless it is empty.
    pub(crate) fn open(host: SocketAddr, token: &str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(host)?;
        stream.set_nodelay(true)?;
        // A multiplicative hash of the index: nothing that anybody could compress.
        let block = (0..BLOCK as u32).map(|n| n.wrapping_mul(0x9e37_79b1).to_be_bytes()[0]).collect();
        Ok(Self { stream, host, token: token.to_owned(), block, buffer: vec![0; BLOCK] })
    }

    /// Sends a request and reads the head of its answer, which must be a success.
    pub(crate) fn ask(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Body<'_>,
    ) -> anyhow::Result<Answer> {
        let mut answer = self.exchange(method, path, headers, body)?;
        if !(200..300).contains(&answer.status) {
            let body = self.text(&mut answer)?;
            bail!("{method} {path}: {}\n{body}", answer.head);
        }
        Ok(answer)
    }

    /// Sends a request and says what status its answer has.
    pub(crate) fn status_of(&mut self, method: &str, path: &str, body: Body<'_>) -> anyhow::Result<u16> {
        let answer = self.exchange(method, path, &[], body)?;
        self.skip(&answer)?;
        Ok(answer.status)
    }

    fn exchange(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Body<'_>,
    ) -> anyhow::Result<Answer> {
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\n", self.host);
        if !self.token.is_empty() {
            write!(head, "Authorization: Bearer {}\r\n", self.token)?;
        }
        for (name, value) in headers {
            write!(head, "{name}: {value}\r\n")?;
        }
        match body {
            Body::Absent => self.stream.write_all((head + "\r\n").as_bytes())?,
            Body::Filler(length) => {
                write!(head, "Content-Length: {length}\r\n\r\n")?;
                self.send(head.as_bytes(), length)?;
            }
            Body::Json(value) => {
                let text = value.to_string();
                write!(
                    head,
                    "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{text}",
                    text.len()
                )?;
                self.stream.write_all(head.as_bytes())?;
            }
        }
        self.head()
    }

    /// Reads and forgets the body of an answer; says how many bytes it had.
    pub(crate) fn skip(&mut self, answer: &Answer) -> anyhow::Result<u64> {
        let mut left = answer.length - answer.ahead.len() as u64;
        while left > 0 {
            let most = usize::try_from(left).unwrap_or(BLOCK).min(BLOCK);
            let read = self.stream.read(&mut self.buffer[..most])?;
            ensure!(read > 0, "the answer broke off {left} bytes before its end");
            left -= read as u64;
        }
        Ok(answer.length)
    }

    /// Reads a body of JSON.
    pub(crate) fn json(&mut self, mut answer: Answer) -> anyhow::Result<Value> {
        Ok(serde_json::from_str(&self.text(&mut answer)?)?)
    }

    fn text(&mut self, answer: &mut Answer) -> anyhow::Result<String> {
        let ahead = answer.ahead.len();
        answer.ahead.resize(usize::try_from(answer.length)?, 0);
        self.stream.read_exact(&mut answer.ahead[ahead..])?;
        Ok(String::from_utf8(std::mem::take(&mut answer.ahead))?)
    }

    fn send(&mut self, head: &[u8], length: u64) -> anyhow::Result<()> {
        self.stream.write_all(head)?;
        let mut left = length;
        while left > 0 {
            let most = usize::try_from(left).unwrap_or(BLOCK).min(BLOCK);
            self.stream.write_all(&self.block[..most])?;
            left -= most as u64;
        }
        Ok(())
    }

    fn head(&mut self) -> anyhow::Result<Answer> {
        let mut bytes = Vec::with_capacity(1_024);
        let end = loop {
            if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
                break end;
            }
            let read = self.stream.read(&mut self.buffer[..1_024])?;
            ensure!(read > 0, "no answer");
            bytes.extend_from_slice(&self.buffer[..read]);
        };
        let ahead = bytes.split_off(end + 4);
        let head = String::from_utf8(bytes)?.trim_end().to_owned();
        let status = head.get(9..12).context("a status")?.parse()?;
        let mut answer = Answer { status, head, length: 0, ahead };
        answer.length = answer.header("content-length").unwrap_or("0").parse()?;
        Ok(answer)
    }
}

impl Answer {
    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}
