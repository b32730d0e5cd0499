//! The malware scanner ClamAV, as its daemon speaks: `INSTREAM` over a socket (clamd(8)).

use std::{fmt, path::PathBuf, str::FromStr, time::Duration};

use bytes::Bytes;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

/// Longest answer: a signature's name and a few words.
const MAX_ANSWER: usize = 4 << 10;
/// How long it may take to reach it, and to take a piece of a file.
const PATIENCE: Duration = Duration::from_secs(30);
/// What it says of a file that is too big for its own settings. With `AlertExceedsMax` it says so; without, it calls the
/// file clean.
const LIMITS: &str = "Heuristics.Limits.Exceeded";

/// Where the daemon listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClamdAddress {
    /// A host and a port.
    Tcp(String),
    /// A socket in the file system.
    Unix(PathBuf),
}

/// It is neither `tcp://host:port` nor `unix:/path`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a scanner is at tcp://HOST:PORT or unix:/PATH")]
pub struct ClamdAddressError;

impl FromStr for ClamdAddress {
    type Err = ClamdAddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(path) = text.strip_prefix("unix:").filter(|path| path.starts_with('/')) {
            return Ok(Self::Unix(path.into()));
        }
        let host = text.strip_prefix("tcp://").and_then(|rest| rest.rsplit_once(':'));
        match host {
            Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok_and(|port| port != 0) => {
                Ok(Self::Tcp(format!("{host}:{port}")))
            }
            _ => Err(ClamdAddressError),
        }
    }
}

impl fmt::Display for ClamdAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => write!(f, "tcp://{address}"),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

/// A file that comes in pieces, from its beginning.
pub trait Pieces: Send {
    /// Why no more comes.
    type Error: Send;

    /// The next piece; `None` at the end.
    fn next(&mut self) -> impl Future<Output = Result<Option<Bytes>, Self::Error>> + Send;
}

/// What the scanner says of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It has found nothing.
    Clean,
    /// It has found this.
    Infected(String),
    /// It is too big to be looked at.
    TooBig,
}

/// Why nothing was heard of a file.
#[derive(Debug, thiserror::Error)]
pub enum ScanError<E> {
    /// The scanner cannot be reached, breaks off or takes too long.
    #[error("the scanner does not answer: {0}")]
    Unavailable(#[source] std::io::Error),
    /// It answers, and not what was asked.
    #[error("the scanner answers: {0}")]
    Answer(String),
    /// The file could not be read.
    #[error("the file cannot be read")]
    Source(E),
}

/// The scanner.
#[derive(Debug, Clone)]
pub struct Clamd {
    address: ClamdAddress,
    max_bytes: u64,
    patience: Duration,
}

/// What a daemon's sockets have in common.
trait Socket: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Socket for T {}

impl Clamd {
    /// A scanner of files up to so many bytes: at most its own `StreamMaxLength`, `MaxFileSize` and `MaxScanSize`. It may
    /// think for as long as `patience` after the last byte.
    pub const fn new(address: ClamdAddress, max_bytes: u64, patience: Duration) -> Self {
        Self { address, max_bytes, patience }
    }

    /// Where it listens.
    pub const fn address(&self) -> &ClamdAddress {
        &self.address
    }

    /// Whether it answers.
    ///
    /// # Errors
    /// Why not.
    pub async fn ping(&self) -> Result<(), ScanError<std::convert::Infallible>> {
        let asked = async {
            let mut socket = self.connect().await?;
            send(&mut socket, b"zPING\0").await?;
            self.answer(&mut socket, PATIENCE).await
        };
        match asked.await.map_err(ScanError::Unavailable)?.as_str() {
            "PONG" => Ok(()),
            other => Err(ScanError::Answer(other.to_owned())),
        }
    }

    /// Streams a file of `length` bytes to the scanner, and says what it has found. Nothing is sent of one that is too big.
    ///
    /// # Errors
    /// [`ScanError`]: nothing is known of the file then.
    pub async fn scan<P: Pieces>(&self, length: u64, pieces: &mut P) -> Result<Verdict, ScanError<P::Error>> {
        if length > self.max_bytes {
            return Ok(Verdict::TooBig);
        }
        let mut socket = self.connect().await.map_err(ScanError::Unavailable)?;
        let mut sent = send(&mut socket, b"zINSTREAM\0").await;
        while sent.is_ok() {
            let Some(bytes) = pieces.next().await.map_err(ScanError::Source)? else {
                sent = send(&mut socket, &0_u32.to_be_bytes()).await;
                break;
            };
            // Of a length that fits into 32 bits in any case; nothing would end the stream.
            for piece in bytes.chunks(1 << 20).filter(|piece| !piece.is_empty()) {
                sent = send_piece(&mut socket, piece).await;
                if sent.is_err() {
                    break;
                }
            }
        }
        // Whoever stops listening may have said why.
        let patience = if sent.is_ok() { self.patience } else { PATIENCE };
        match (self.answer(&mut socket, patience).await, sent) {
            (Ok(answer), _) if !answer.is_empty() => verdict(&answer),
            (_, Err(error)) | (Err(error), Ok(())) => Err(ScanError::Unavailable(error)),
            (Ok(_), Ok(())) => Err(ScanError::Unavailable(std::io::ErrorKind::UnexpectedEof.into())),
        }
    }

    async fn connect(&self) -> std::io::Result<Box<dyn Socket>> {
        let connecting = async {
            Ok::<Box<dyn Socket>, std::io::Error>(match &self.address {
                ClamdAddress::Tcp(address) => Box::new(TcpStream::connect(address).await?),
                #[cfg(unix)]
                ClamdAddress::Unix(path) => Box::new(tokio::net::UnixStream::connect(path).await?),
                #[cfg(not(unix))]
                ClamdAddress::Unix(_) => return Err(std::io::ErrorKind::Unsupported.into()),
            })
        };
        within(PATIENCE, connecting).await
    }

    async fn answer(&self, socket: &mut Box<dyn Socket>, patience: Duration) -> std::io::Result<String> {
        let mut answer = Vec::new();
        let reading = async {
            let mut piece = [0; 512];
            while answer.len() < MAX_ANSWER && !answer.contains(&0) {
                match socket.read(&mut piece).await? {
                    0 => break,
                    count => answer.extend_from_slice(&piece[..count]),
                }
            }
            Ok(())
        };
        within(patience, reading).await?;
        let end = answer.iter().position(|byte| *byte == 0).unwrap_or(answer.len());
        Ok(String::from_utf8_lossy(&answer[..end]).trim().to_owned())
    }
}

async fn send_piece(socket: &mut Box<dyn Socket>, piece: &[u8]) -> std::io::Result<()> {
    send(socket, &(piece.len() as u32).to_be_bytes()).await?;
    send(socket, piece).await
}

async fn send(socket: &mut Box<dyn Socket>, bytes: &[u8]) -> std::io::Result<()> {
    within(PATIENCE, socket.write_all(bytes)).await
}

async fn within<T>(patience: Duration, work: impl Future<Output = std::io::Result<T>>) -> std::io::Result<T> {
    timeout(patience, work).await.unwrap_or_else(|_| Err(std::io::ErrorKind::TimedOut.into()))
}

/// `stream: OK`, `stream: NAME FOUND`, or what went wrong.
fn verdict<E>(answer: &str) -> Result<Verdict, ScanError<E>> {
    if answer == "stream: OK" {
        return Ok(Verdict::Clean);
    }
    if answer.starts_with("INSTREAM size limit exceeded") {
        return Ok(Verdict::TooBig);
    }
    match answer.strip_prefix("stream: ").and_then(|rest| rest.strip_suffix(" FOUND")) {
        Some(name) if name.starts_with(LIMITS) => Ok(Verdict::TooBig),
        Some(name) => Ok(Verdict::Infected(name.chars().filter(|c| !c.is_control()).take(200).collect())),
        None => Err(ScanError::Answer(answer.chars().filter(|c| !c.is_control()).take(200).collect())),
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    #[test]
    fn answers_are_understood() {
        let said = |answer| verdict::<Infallible>(answer).map_err(|error| error.to_string());
        assert_eq!(said("stream: OK"), Ok(Verdict::Clean));
        assert_eq!(
            said("stream: Eicar-Test-Signature FOUND"),
            Ok(Verdict::Infected("Eicar-Test-Signature".to_owned()))
        );
        assert_eq!(said("INSTREAM size limit exceeded. ERROR"), Ok(Verdict::TooBig));
        assert_eq!(said("stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND"), Ok(Verdict::TooBig));
        for answer in
            ["", "OK", "stream: OK FOUND?", "UNKNOWN COMMAND", "stream: Can't allocate memory ERROR"]
        {
            assert!(said(answer).is_err(), "{answer}");
        }
    }

    #[test]
    fn addresses_are_tcp_or_unix() {
        for text in
            ["tcp://127.0.0.1:3310", "tcp://clamav:3310", "tcp://[::1]:3310", "unix:/run/clamav/clamd.ctl"]
        {
            assert_eq!(text.parse::<ClamdAddress>().unwrap().to_string(), text);
        }
        for text in
            ["", "127.0.0.1:3310", "tcp://", "tcp://host", "tcp://host:0", "tcp://:1", "unix:", "unix:run"]
        {
            assert_eq!(text.parse::<ClamdAddress>(), Err(ClamdAddressError), "{text}");
        }
    }
}
