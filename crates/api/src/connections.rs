//! Cuts off connections on which nothing moves.
//!
//! The HTTP server times the head of a connection's first request and the pause between two whole requests. It does not
//! time the head of a later request, a body that nobody wants any more, nor a client that stops taking its answer: with
//! one byte sent, or none read, each of them would hold a connection for ever. So every connection carries a note of
//! what it is doing and since when, and one thread looks through the notes.

use std::{
    any::Any,
    io,
    net::{Shutdown, TcpStream},
    os::fd::AsFd as _,
    sync::{Arc, Mutex, PoisonError, Weak},
    thread,
    time::{Duration, Instant},
};

use actix_web::{dev::Extensions, rt};
use socket2::SockRef;

/// The notes are looked through so often within the shortest time that they bound, but no less often than this.
const LOOKS: u32 = 4;
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// How long a connection may stay as it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    /// Outside of any request, also if the head of one has begun.
    pub(crate) between: Duration,
    /// Without taking any byte of the answer.
    pub(crate) taking: Duration,
}

impl Patience {
    fn is_over(self, phase: Phase, now: Instant) -> bool {
        match phase {
            Phase::Between(since) => now.saturating_duration_since(since) > self.between,
            Phase::Working => false,
            Phase::Taking(since) => now.saturating_duration_since(since) > self.taking,
        }
    }
}

/// All open connections of a server.
#[derive(Debug)]
pub(crate) struct Connections {
    patience: Patience,
    open: Mutex<Vec<Weak<Connection>>>,
}

impl Connections {
    /// None yet. A thread looks after them until this is dropped.
    ///
    /// # Errors
    /// If the thread cannot be started.
    pub(crate) fn watched(patience: Patience) -> io::Result<Arc<Self>> {
        let connections = Arc::new(Self { patience, open: Mutex::default() });
        let pause = (patience.between.min(patience.taking) / LOOKS).min(LONGEST_PAUSE);
        let watched = Arc::downgrade(&connections);
        thread::Builder::new().name("connections".to_owned()).spawn(move || {
            loop {
                #[expect(clippy::disallowed_methods, reason = "a thread of its own, and no worker")]
                thread::sleep(pause);
                let Some(connections) = watched.upgrade() else { break };
                connections.cut_off(Instant::now());
            }
        })?;
        Ok(connections)
    }

    /// Notes a connection that was accepted, in what the server keeps with it.
    pub(crate) fn accept(&self, stream: &dyn Any, kept: &mut Extensions) {
        let Some(stream) = tcp(stream) else {
            tracing::error!("a connection of an unknown kind is not watched");
            return;
        };
        match Connection::new(stream) {
            Ok(connection) => {
                let connection = Arc::new(connection);
                self.lock().push(Arc::downgrade(&connection));
                kept.insert(connection);
            }
            // Out of file descriptors, most likely: rather no connection than one that nobody watches.
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "a connection was refused");
                let _ = SockRef::from(stream).shutdown(Shutdown::Both);
            }
        }
    }

    fn cut_off(&self, now: Instant) {
        let mut open = self.lock();
        open.retain(|connection| connection.strong_count() > 0);
        let open: Vec<_> = open.iter().filter_map(Weak::upgrade).collect();
        for connection in open {
            connection.cut_off(self.patience, now);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Weak<Connection>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn tcp(stream: &dyn Any) -> Option<&rt::net::TcpStream> {
    type Tls = actix_tls::accept::rustls_0_23::TlsStream<rt::net::TcpStream>;
    stream.downcast_ref().or_else(|| Some(stream.downcast_ref::<Tls>()?.get_ref().0))
}

/// What a connection is doing.
#[derive(Debug, Clone, Copy)]
enum Phase {
    /// No request is being answered, since then.
    Between(Instant),
    /// The service has the next move. What it waits for has bounds of its own.
    Working,
    /// The client has an answer to take, and last took some of it then.
    Taking(Instant),
}

/// One connection. The server keeps it, and every request on it sees it.
#[derive(Debug)]
pub(crate) struct Connection {
    /// A second handle of the socket; it is closed together with the server's.
    socket: TcpStream,
    phase: Mutex<Phase>,
}

impl Connection {
    fn new(stream: &rt::net::TcpStream) -> io::Result<Self> {
        let socket = stream.as_fd().try_clone_to_owned()?.into();
        Ok(Self { socket, phase: Mutex::new(Phase::Between(Instant::now())) })
    }

    fn set(&self, phase: Phase) {
        *self.phase.lock().unwrap_or_else(PoisonError::into_inner) = phase;
    }

    /// Shuts the socket down if its time is over; the server then sees an end of the connection, and lets go of it.
    fn cut_off(&self, patience: Patience, now: Instant) {
        let phase = self.phase.lock().unwrap_or_else(PoisonError::into_inner);
        if !patience.is_over(*phase, now) {
            return;
        }
        if matches!(*phase, Phase::Taking(_)) {
            // What the system still holds of the answer is thrown away: nobody asks any more whether it may be had.
            let _ = SockRef::from(&self.socket).set_linger(Some(Duration::ZERO));
        }
        // It fails if the client has gone meanwhile.
        let _ = self.socket.shutdown(Shutdown::Both);
    }
}

/// A request on a connection, until this is dropped.
#[derive(Debug)]
pub(crate) struct Busy(Arc<Connection>);

impl Busy {
    pub(crate) fn new(connection: &Arc<Connection>) -> Self {
        connection.set(Phase::Working);
        Self(Arc::clone(connection))
    }

    /// The service has the next move.
    pub(crate) fn works(&self) {
        self.0.set(Phase::Working);
    }

    /// The client took what it had of the answer, and got more to take.
    pub(crate) fn gives(&self) {
        self.0.set(Phase::Taking(Instant::now()));
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.set(Phase::Between(Instant::now()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Patience =
        Patience { between: Duration::from_secs(85), taking: Duration::from_secs(120) };

    #[test]
    fn who_does_nothing_has_his_time_and_the_service_all_of_it() {
        let begun = Instant::now();
        let over = |phase, seconds| PATIENCE.is_over(phase, begun + Duration::from_secs(seconds));
        assert!(!over(Phase::Between(begun), 85) && over(Phase::Between(begun), 86));
        assert!(!over(Phase::Taking(begun), 120) && over(Phase::Taking(begun), 121));
        assert!(!over(Phase::Working, 1_000_000));
    }

    #[actix_web::test]
    async fn a_connection_is_forgotten_when_the_server_lets_go_of_it() {
        let connections = Connections::watched(PATIENCE).unwrap();
        let listener = rt::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stream = rt::net::TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let mut kept = Extensions::new();
        connections.accept(&stream, &mut kept);
        connections.cut_off(Instant::now());
        assert_eq!(connections.lock().len(), 1);
        drop(kept);
        connections.cut_off(Instant::now());
        assert_eq!(connections.lock().len(), 0);
    }
}
