//! A server in a process of its own.

use std::{
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// A running server. It ends with this value; where the whole process of the test ends before, its end of a pipe tells it.
#[derive(Debug)]
pub struct Server {
    process: Child,
    address: SocketAddr,
}

/// Ends the server when this process has ended: its standard input is a pipe that nobody writes to, and closes then. The
/// shell waits for that, and what it started goes with it.
const WATCH: &str = "\"$@\" </dev/null & server=$!; \
                     (read -r _; kill -9 \"$server\") <&3 2>/dev/null & \
                     wait \"$server\"";

impl Server {
    /// Starts `command`, which listens on the port that it is given, and waits until somebody answers there.
    ///
    /// # Panics
    /// If it ends or does not answer within a minute.
    pub fn start(name: &str, command: impl Fn(u16) -> Command) -> Self {
        // Between finding a port and listening on it, somebody else may take it: then the server ends at once.
        for _ in 0..5 {
            if let Some(server) = Self::try_start(name, &command) {
                return server;
            }
        }
        panic!("{name} does not start");
    }

    #[expect(clippy::disallowed_methods, reason = "a test has nothing to do until its server answers")]
    fn try_start(name: &str, command: &impl Fn(u16) -> Command) -> Option<Self> {
        let free =
            TcpListener::bind(("127.0.0.1", 0)).expect("a free port").local_addr().expect("an address");
        let given = command(free.port());
        let mut watched = Command::new("sh");
        watched.args(["-c", &format!("exec 3<&0; {WATCH}"), "sh"]).arg(given.get_program());
        watched.args(given.get_args());
        for (name, value) in given.get_envs() {
            match value {
                Some(value) => watched.env(name, value),
                None => watched.env_remove(name),
            };
        }
        watched.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let process = watched.spawn().unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut server = Self { process, address: free };
        let deadline = Instant::now() + Duration::from_secs(60);
        while TcpStream::connect(free).is_err() {
            if server.process.try_wait().is_ok_and(|ended| ended.is_some()) {
                return None;
            }
            assert!(Instant::now() < deadline, "{name} does not answer");
            thread::sleep(Duration::from_millis(50));
        }
        Some(server)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        // It may have ended already.
        let _ = self.process.wait();
    }
}
