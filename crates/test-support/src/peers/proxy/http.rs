//! One HTTP/1.1 connection: request after request, each passed on or struck by a fault.

use std::{
    io::{self, BufRead, BufReader, Write},
    net::TcpStream,
};

use super::{Answer, Fault, Shared, pipe};

/// A request's or an answer's first lines, and how its body ends.
struct Head {
    bytes: Vec<u8>,
    length: Length,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Length {
    Known(u64),
    Chunked,
    UntilClosed,
}

impl Length {
    /// This many bytes, or the whole body if that is shorter.
    fn at_most(self, bytes: usize) -> u64 {
        match self {
            Self::Known(length) => length.min(bytes as u64),
            Self::Chunked | Self::UntilClosed => bytes as u64,
        }
    }
}

/// Serves one connection until it ends.
pub(super) fn serve(shared: &Shared, id: u64, client: TcpStream) {
    // An error ends the connection, which is all that either side needs to know.
    let _ = requests(shared, id, client);
}

fn requests(shared: &Shared, id: u64, client: TcpStream) -> io::Result<()> {
    let (mut from_client, mut to_client) = (BufReader::new(client.try_clone()?), client);
    let mut server: Option<(BufReader<TcpStream>, TcpStream)> = None;
    while let Some(request) = head(&mut from_client, Length::Known(0))? {
        let method = String::from_utf8_lossy(&request.bytes).split(' ').next().unwrap_or("").to_owned();
        let fault = shared.strike(&method);
        pipe::wait(shared.state().delay);
        if let Some(Fault::Answer(answer)) = &fault {
            body(shared, &mut from_client, &mut io::sink(), request.length)?;
            respond(answer, &method, &mut to_client)?;
            continue;
        }
        if server.is_none() {
            let stream = shared.connect(id)?;
            server = Some((BufReader::new(stream.try_clone()?), stream));
        }
        let Some((from_server, to_server)) = server.as_mut() else { return Ok(()) };
        pipe::send(shared, &request.bytes, to_server)?;
        if let Some(Fault::CutRequest { after }) = fault {
            return pipe::pass(shared, &mut from_client, to_server, request.length.at_most(after));
        }
        body(shared, &mut from_client, to_server, request.length)?;
        let answer = loop {
            let Some(answer) = head(from_server, Length::UntilClosed)? else { return Ok(()) };
            // "100 Continue" and its like come before the answer.
            if answer.bytes.get(9) != Some(&b'1') {
                break answer;
            }
            pipe::send(shared, &answer.bytes, &mut to_client)?;
        };
        if fault == Some(Fault::LoseAnswer) {
            return Ok(());
        }
        pipe::send(shared, &answer.bytes, &mut to_client)?;
        let has_body = method != "HEAD" && !matches!(&answer.bytes[9..12], b"204" | b"304");
        let length = if has_body { answer.length } else { Length::Known(0) };
        if let Some(Fault::CutAnswer { after }) = fault {
            return pipe::pass(shared, from_server, &mut to_client, length.at_most(after));
        }
        body(shared, from_server, &mut to_client, length)?;
        if length == Length::UntilClosed {
            return Ok(());
        }
    }
    Ok(())
}

/// Reads up to the empty line; `None` if the connection ends before it begins.
fn head(from: &mut impl BufRead, otherwise: Length) -> io::Result<Option<Head>> {
    let (mut bytes, mut length) = (Vec::new(), otherwise);
    loop {
        let start = bytes.len();
        if from.read_until(b'\n', &mut bytes)? == 0 {
            return if start == 0 { Ok(None) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
        }
        let line = String::from_utf8_lossy(&bytes[start..]).to_ascii_lowercase();
        match line.trim_end().split_once(':') {
            Some(("content-length", value)) => {
                length = Length::Known(value.trim().parse().map_err(io::Error::other)?);
            }
            Some(("transfer-encoding", value)) if value.contains("chunked") => length = Length::Chunked,
            None if line.trim_end().is_empty() => return Ok(Some(Head { bytes, length })),
            _ => {}
        }
    }
}

fn body(shared: &Shared, from: &mut impl BufRead, to: &mut dyn Write, length: Length) -> io::Result<()> {
    match length {
        Length::Known(length) => pipe::pass(shared, from, to, length),
        Length::UntilClosed => io::copy(from, to).map(drop),
        Length::Chunked => loop {
            let mut line = Vec::new();
            from.read_until(b'\n', &mut line)?;
            let digits = String::from_utf8_lossy(&line);
            let digits = digits.split(';').next().unwrap_or("").trim();
            let size = u64::from_str_radix(digits, 16).map_err(io::Error::other)?;
            pipe::send(shared, &line, to)?;
            // Each chunk ends with an empty line; after the last one, trailers may come before it.
            if size > 0 {
                pipe::pass(shared, from, to, size + 2)?;
                continue;
            }
            loop {
                let mut line = Vec::new();
                from.read_until(b'\n', &mut line)?;
                pipe::send(shared, &line, to)?;
                if line.len() <= 2 {
                    return Ok(());
                }
            }
        },
    }
}

fn respond(answer: &Answer, method: &str, to: &mut impl Write) -> io::Result<()> {
    let mut text = format!("HTTP/1.1 {} Said By The Network\r\n", answer.status);
    for (name, value) in &answer.headers {
        text += &format!("{name}: {value}\r\n");
    }
    text += &format!("Content-Type: application/xml\r\nContent-Length: {}\r\n\r\n", answer.body.len());
    if method != "HEAD" {
        text += &answer.body;
    }
    to.write_all(text.as_bytes())
}
