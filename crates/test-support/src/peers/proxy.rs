//! The network between two programs, where it can be slow, break, and answer for the other side.
//!
//! It runs in threads of its own, so that it serves several tests one after another, each with its own runtime.

mod http;
mod pipe;

use std::{
    collections::HashMap,
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

/// A server on 127.0.0.1 that passes everything on to another one, until it is told otherwise. It ends, with all its
/// connections, when this is dropped.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
}

/// How much of the traffic a [`Fault`] strikes, counted from when it was injected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strikes {
    /// Every request.
    All,
    /// Every n-th request, such as 1 of 3: a share.
    Every(u64),
    /// This many requests, from the next one on.
    Next(u64),
}

/// What happens to an HTTP request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The other side never sees it; this is the answer.
    Answer(Answer),
    /// Both connections are cut after this many bytes of the request's body; fewer if it has fewer.
    CutRequest {
        /// Bytes of the body that still pass.
        after: usize,
    },
    /// Both connections are cut after this many bytes of the answer's body; fewer if it has fewer.
    CutAnswer {
        /// Bytes of the body that still pass.
        after: usize,
    },
    /// The other side carries it out and answers, and nobody hears of it: both connections are cut.
    LoseAnswer,
}

/// An answer that the other side did not give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Its headers, besides the length and the type, which is `application/xml`.
    pub headers: Vec<(&'static str, String)>,
    /// Its body.
    pub body: String,
}

impl Answer {
    /// An answer of this status, with nothing else to say.
    pub fn new(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: String::new() }
    }

    /// With a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// With a body.
    #[must_use]
    pub fn body(mut self, body: impl Into<String>) -> Self {
        self.body = body.into();
        self
    }
}

/// How bytes pass.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Flow {
    #[default]
    Pass,
    /// Nothing arrives and nothing ends, as when a network is parted.
    Hang,
    /// Connections are closed as soon as they are made.
    Refuse,
}

#[derive(Debug)]
struct Injected {
    method: Option<&'static str>,
    strikes: Strikes,
    seen: u64,
    fault: Fault,
}

#[derive(Debug, Default)]
struct State {
    ended: bool,
    flow: Flow,
    delay: Duration,
    bytes_per_second: Option<u64>,
    faults: Vec<Injected>,
    connections: HashMap<u64, Vec<TcpStream>>,
    accepted: u64,
    requests: u64,
}

#[derive(Debug)]
struct Shared {
    target: SocketAddr,
    state: Mutex<State>,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a request and says what befalls it: the first fault, in the order of injection, that strikes it.
    fn strike(&self, method: &str) -> Option<Fault> {
        let mut state = self.state();
        state.requests += 1;
        for injected in &mut state.faults {
            if injected.method.is_some_and(|wanted| wanted != method) {
                continue;
            }
            injected.seen += 1;
            let strikes = match injected.strikes {
                Strikes::All => true,
                Strikes::Every(nth) => injected.seen.is_multiple_of(nth),
                Strikes::Next(count) => injected.seen <= count,
            };
            if strikes {
                return Some(injected.fault.clone());
            }
        }
        None
    }

    /// Connects to the other side; both ends are cut together from now on.
    fn connect(&self, id: u64) -> std::io::Result<TcpStream> {
        let server = TcpStream::connect(self.target)?;
        server.set_nodelay(true)?;
        if let Some(streams) = self.state().connections.get_mut(&id) {
            streams.push(server.try_clone()?);
        }
        Ok(server)
    }

    fn cut(&self, id: u64) {
        for stream in self.state().connections.remove(&id).into_iter().flatten() {
            // It may be closed already.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

impl Proxy {
    /// A proxy for anything that speaks TCP. [`Fault`]s do not strike there.
    ///
    /// # Panics
    /// If there is no free port.
    pub fn tcp(target: SocketAddr) -> Self {
        Self::start(target, pipe::serve)
    }

    /// A proxy for HTTP/1.1.
    ///
    /// # Panics
    /// If there is no free port.
    pub fn http(target: SocketAddr) -> Self {
        Self::start(target, http::serve)
    }

    fn start(target: SocketAddr, serve: fn(&Shared, u64, TcpStream)) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared { target, state: Mutex::default() });
        let accepting = Arc::clone(&shared);
        thread::spawn(move || accept(&accepting, &listener, serve));
        Self { address, shared }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it listens, as a URL of plain HTTP without a path.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Passes everything on again, at full speed, and forgets its faults.
    pub fn pass(&self) {
        let mut state = self.shared.state();
        state.flow = Flow::Pass;
        state.delay = Duration::ZERO;
        state.bytes_per_second = None;
        state.faults.clear();
    }

    /// Waits this long before each request, or, over TCP, before each piece of at most 16 KiB.
    pub fn delay(&self, delay: Duration) {
        self.shared.state().delay = delay;
    }

    /// Passes at most this many bytes a second, in each direction of each connection.
    pub fn throttle(&self, bytes_per_second: u64) {
        self.shared.state().bytes_per_second = Some(bytes_per_second.max(1));
    }

    /// Passes nothing on and closes nothing, as when a network is parted.
    pub fn hang(&self) {
        self.shared.state().flow = Flow::Hang;
    }

    /// Closes what is open, and everything new at once.
    pub fn refuse(&self) {
        self.shared.state().flow = Flow::Refuse;
        self.cut();
    }

    /// Closes all connections that are open now.
    pub fn cut(&self) {
        let open: Vec<_> = self.shared.state().connections.keys().copied().collect();
        open.into_iter().for_each(|id| self.shared.cut(id));
    }

    /// Lets a fault strike HTTP requests of a method, or of all methods, besides those injected before.
    pub fn inject(&self, method: Option<&'static str>, strikes: Strikes, fault: Fault) {
        self.shared.state().faults.push(Injected { method, strikes, seen: 0, fault });
    }

    /// How many HTTP requests have come in so far.
    pub fn requests(&self) -> u64 {
        self.shared.state().requests
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.state().ended = true;
        self.cut();
        // Wakes the thread that accepts.
        let _ = TcpStream::connect(self.address);
    }
}

fn accept(shared: &Arc<Shared>, listener: &TcpListener, serve: fn(&Shared, u64, TcpStream)) {
    for client in listener.incoming() {
        let mut state = shared.state();
        if state.ended {
            return;
        }
        let Ok(client) = client else { continue };
        if state.flow == Flow::Refuse {
            continue;
        }
        let Ok(ours) = client.set_nodelay(true).and_then(|()| client.try_clone()) else { continue };
        state.accepted += 1;
        let id = state.accepted;
        state.connections.insert(id, vec![ours]);
        drop(state);
        let shared = Arc::clone(shared);
        thread::spawn(move || {
            serve(&shared, id, client);
            shared.cut(id);
        });
    }
}
