//! What ClamAV says, by its real daemon; and what is made of scanners that say nothing, or nonsense.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{convert::Infallible, time::Duration};

use bytes::Bytes;
use sealpost_inspect::{Clamd, Pieces, ScanError, Verdict};
use sealpost_test_support::{
    clamd::{MAX_STREAM, TestClamd, eicar},
    corpus::{Zip, ZipFile},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

/// What lies in memory, in pieces of so many bytes.
struct InPieces(Bytes, usize);

impl Pieces for InPieces {
    type Error = Infallible;

    async fn next(&mut self) -> Result<Option<Bytes>, Infallible> {
        let length = self.1.min(self.0.len());
        Ok((length > 0).then(|| self.0.split_to(length)))
    }
}

async fn scan(
    clamd: &Clamd,
    bytes: impl Into<Bytes>,
    piece: usize,
) -> Result<Verdict, ScanError<Infallible>> {
    let bytes = bytes.into();
    clamd.scan(bytes.len() as u64, &mut InPieces(bytes, piece)).await
}

fn at(address: &str, max_bytes: u64) -> Clamd {
    Clamd::new(address.parse().unwrap(), max_bytes, Duration::from_secs(60))
}

#[tokio::test]
async fn the_daemon_finds_what_it_knows_and_nothing_else() {
    let daemon = TestClamd::start();
    let clamd = at(&daemon.address(), 100 << 20);
    clamd.ping().await.unwrap();
    let found = Verdict::Infected("Eicar-Test.UNOFFICIAL".to_owned());
    for piece in [1, 7, 68, 1 << 20] {
        assert_eq!(scan(&clamd, eicar(), piece).await.unwrap(), found, "{piece}");
    }
    for clean in [Bytes::new(), Bytes::from("hello"), Bytes::from(vec![0xa5; 5 << 20])] {
        assert_eq!(scan(&clamd, clean, 1 << 20).await.unwrap(), Verdict::Clean);
    }
    let zip = Zip::of([ZipFile::stored("a.txt", "x"), ZipFile::stored("b.txt", eicar())]).build();
    assert_eq!(scan(&clamd, zip, 100).await.unwrap(), found);
    // More than it takes, however much we would send.
    let big = vec![0x55; MAX_STREAM as usize + (1 << 20)];
    assert_eq!(scan(&clamd, big.clone(), 1 << 20).await.unwrap(), Verdict::TooBig);
    // More than we send.
    assert_eq!(scan(&at("unix:/nowhere", 10), big, 1).await.unwrap(), Verdict::TooBig);
}

#[tokio::test]
async fn a_daemon_that_is_gone_says_nothing() {
    let mut daemon = TestClamd::start();
    let clamd = at(&daemon.address(), 100 << 20);
    assert_eq!(scan(&clamd, "hello", 1).await.unwrap(), Verdict::Clean);
    daemon.kill();
    assert!(matches!(clamd.ping().await, Err(ScanError::Unavailable(_))));
    assert!(matches!(scan(&clamd, "hello", 1).await, Err(ScanError::Unavailable(_))));
}

/// A scanner that answers this to whatever comes, and hangs up.
async fn saying(answer: &'static [u8]) -> String {
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("tcp://{}", socket.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = socket.accept().await {
            let mut bytes = [0; 4_096];
            let _ = stream.read(&mut bytes).await;
            let _ = stream.write_all(answer).await;
        }
    });
    address
}

#[tokio::test]
async fn nonsense_is_no_verdict() {
    for answer in [&b""[..], b"\0", b"stream: perhaps\0", b"PONG\0", b"stream: OK", &[b'x'; 100_000]] {
        let said = scan(&at(&saying(answer).await, 1 << 30), "hello", 1).await;
        if answer == b"stream: OK" {
            // Without its end, but with the end of the connection.
            assert_eq!(said.unwrap(), Verdict::Clean);
        } else {
            assert!(matches!(said, Err(ScanError::Answer(_) | ScanError::Unavailable(_))), "{said:?}");
        }
    }
}
