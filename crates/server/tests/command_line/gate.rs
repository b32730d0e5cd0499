//! A line to the service that a test can block and count: what Ctrl-C and broken lines are tried on.

use std::{
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex},
    thread,
    time::Duration,
};

/// How much to carry in one direction before standing still.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Up,
    Down,
}

#[derive(Default)]
struct State {
    carried: u64,
    limit: Option<u64>,
    blocked: bool,
}

/// A TCP proxy on a free port.
#[derive(Clone)]
pub(crate) struct Gate {
    pub(crate) address: SocketAddr,
    state: Arc<(Mutex<State>, Condvar)>,
}

impl Gate {
    /// Carries everything to `service`; in the direction `side` no more than `limit` bytes until [`Gate::open`].
    pub(crate) fn new(service: SocketAddr, side: Side, limit: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let gate = Self { address: listener.local_addr().unwrap(), state: Arc::default() };
        gate.state.0.lock().unwrap().limit = Some(limit);
        let carrier = gate.clone();
        thread::spawn(move || {
            for client in listener.incoming() {
                let client = client.unwrap();
                // While the service is down the line is simply dead.
                let Ok(server) = TcpStream::connect(service) else {
                    continue;
                };
                carrier.clone().carry(&client, &server, side == Side::Up);
                carrier.clone().carry(&server, &client, side == Side::Down);
            }
        });
        gate
    }

    /// Waits until the limit is reached.
    pub(crate) fn wait_until_blocked(&self) {
        let (state, changed) = &*self.state;
        let state = state.lock().unwrap();
        let (_state, waited) =
            changed.wait_timeout_while(state, Duration::from_secs(60), |state| !state.blocked).unwrap();
        assert!(!waited.timed_out(), "nothing was carried");
    }

    /// Lets everything through from now on.
    pub(crate) fn open(&self) {
        let (state, changed) = &*self.state;
        state.lock().unwrap().limit = None;
        changed.notify_all();
    }

    /// Bytes carried in the counted direction.
    pub(crate) fn carried(&self) -> u64 {
        self.state.0.lock().unwrap().carried
    }

    fn carry(self, from: &TcpStream, to: &TcpStream, counted: bool) {
        let (mut from, mut to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
        thread::spawn(move || {
            let mut buffer = vec![0; 64 * 1024];
            while let Ok(read @ 1..) = from.read(&mut buffer) {
                if counted {
                    self.pass(read as u64);
                }
                if to.write_all(&buffer[..read]).is_err() {
                    break;
                }
            }
            drop(from.shutdown(Shutdown::Both));
            drop(to.shutdown(Shutdown::Both));
        });
    }

    fn pass(&self, bytes: u64) {
        let (state, changed) = &*self.state;
        let mut state = state.lock().unwrap();
        while state.limit.is_some_and(|limit| state.carried + bytes > limit) {
            state.blocked = true;
            changed.notify_all();
            state = changed.wait(state).unwrap();
        }
        state.carried += bytes;
    }
}
