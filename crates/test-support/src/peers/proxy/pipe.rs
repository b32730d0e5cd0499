//! Bytes from one connection to another, as slowly as the proxy is told.

use std::{
    io::{self, Read, Write},
    net::{Shutdown, TcpStream},
    thread,
    time::Duration,
};

use super::{Flow, Shared};

/// How many bytes pass at once.
const PIECE: usize = 16 * 1024;

/// Passes everything on, both ways, until both sides have ended.
pub(super) fn serve(shared: &Shared, id: u64, client: TcpStream) {
    let Ok(server) = shared.connect(id) else { return };
    let (Ok(from_client), Ok(from_server)) = (client.try_clone(), server.try_clone()) else { return };
    thread::scope(|scope| {
        scope.spawn(|| pump(shared, from_client, server));
        pump(shared, from_server, client);
    });
}

fn pump(shared: &Shared, mut from: TcpStream, mut to: TcpStream) {
    let mut piece = vec![0; PIECE];
    while let Ok(length @ 1..) = from.read(&mut piece) {
        wait(shared.state().delay);
        if send(shared, &piece[..length], &mut to).is_err() {
            break;
        }
    }
    // The other direction may go on.
    let _ = to.shutdown(Shutdown::Write);
    let _ = from.shutdown(Shutdown::Read);
}

/// Reads exactly `length` bytes and passes them on.
pub(super) fn pass(shared: &Shared, from: &mut dyn Read, to: &mut dyn Write, length: u64) -> io::Result<()> {
    let (mut piece, mut left) = (vec![0; PIECE], length);
    while left > 0 {
        let most = usize::try_from(left).unwrap_or(PIECE).min(PIECE);
        let read = from.read(&mut piece[..most])?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        send(shared, &piece[..read], to)?;
        left -= read as u64;
    }
    Ok(())
}

/// Passes one piece on when its time has come.
pub(super) fn send(shared: &Shared, bytes: &[u8], to: &mut dyn Write) -> io::Result<()> {
    for piece in bytes.chunks(PIECE) {
        while shared.state().flow == Flow::Hang {
            if shared.state().ended {
                return Err(io::ErrorKind::ConnectionAborted.into());
            }
            wait(Duration::from_millis(5));
        }
        let rate = shared.state().bytes_per_second;
        if let Some(rate) = rate {
            wait(Duration::from_secs_f64(piece.len() as f64 / rate as f64));
        }
        to.write_all(piece)?;
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a thread of a test's network, which has nothing else to do")]
pub(super) fn wait(duration: Duration) {
    if !duration.is_zero() {
        thread::sleep(duration);
    }
}
