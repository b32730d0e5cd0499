//! S3 and STS: an emulator of AWS (PyPI `moto`, by `tests/tools/s3_server.py`), installed by `scripts/test-tools.sh`.

use std::{process::Command, sync::OnceLock};

use super::process::Server;
use crate::tools::{root, tools};

/// The region that tests use. It is not `us-east-1`, where S3 behaves otherwise when buckets are made.
pub const REGION: &str = "eu-central-1";

/// A running emulator, with everything in memory. It takes any keys.
#[derive(Debug)]
pub struct Moto {
    server: Server,
}

impl Moto {
    /// Starts one.
    ///
    /// # Panics
    /// If it does not start.
    pub fn start() -> Self {
        let python = tools().join("python/bin/python");
        let script = root().join("tests/tools/s3_server.py");
        let server = Server::start("moto", |port| {
            let mut command = Command::new(&python);
            command.arg(&script).arg(port.to_string());
            command
        });
        Self { server }
    }

    /// The one of this process, for tests that make buckets of their own: starting one costs seconds.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Moto> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    /// Where it listens.
    pub fn address(&self) -> std::net::SocketAddr {
        self.server.address()
    }

    /// Its URL.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address())
    }
}
