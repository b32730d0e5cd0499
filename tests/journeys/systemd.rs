//! What systemd is told, by a socket that stands where its own would.

use std::{os::unix::net::UnixDatagram, time::Duration};

use rustix::process::Signal;
use sealpost_test_support::engines::Engine;
use tempfile::TempDir;

use crate::support::{Installed, Wanted};

struct Manager {
    socket: UnixDatagram,
    _home: TempDir,
    path: String,
}

impl Manager {
    fn new() -> Self {
        let home = TempDir::new().unwrap();
        let path = home.path().join("notify").display().to_string();
        let socket = UnixDatagram::bind(&path).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        Self { socket, _home: home, path }
    }

    /// What is said next that has this in it.
    fn hears(&self, what: &str) -> String {
        let mut buffer = [0; 4096];
        loop {
            let length = self.socket.recv(&mut buffer).unwrap_or_else(|error| panic!("{what}: {error}"));
            let said = String::from_utf8(buffer[..length].to_vec()).unwrap();
            if said.contains(what) {
                return said;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn systemd_hears_of_readiness_life_reloading_and_the_end() {
    let manager = Manager::new();
    let variables = [("NOTIFY_SOCKET", manager.path.as_str()), ("WATCHDOG_USEC", "1500000")];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let mut installed = Installed::start(Wanted { variables, ..Wanted::on(Engine::Sqlite) }).await;
    let said = manager.hears("READY=1");
    assert!(said.contains("STATUS=ready"), "{said}");
    for _ in 0..3 {
        manager.hears("WATCHDOG=1");
    }
    installed.signal(Signal::HUP);
    let said = manager.hears("RELOADING=1");
    assert!(said.contains("MONOTONIC_USEC="), "{said}");
    manager.hears("READY=1");
    installed.signal(Signal::TERM);
    manager.hears("STOPPING=1");
    assert_eq!(installed.ended().await.code(), Some(0), "{}", installed.log());
}

/// A hangup ends programs that do not know it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_systemd_and_without_tls_a_hangup_changes_nothing() {
    let mut installed = Installed::start(Wanted::on(Engine::Sqlite)).await;
    installed.signal(Signal::HUP);
    assert_eq!(installed.metric("sealpost_ready").await, 1.0);
    assert_eq!(installed.stop().await.code(), Some(0), "{}", installed.log());
}
