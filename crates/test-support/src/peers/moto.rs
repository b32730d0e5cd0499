//! S3 and STS: an emulator of AWS (PyPI `moto`), installed by `scripts/test-tools.sh`.

use std::{process::Command, sync::OnceLock};

use super::process::Server;
use crate::tools::tools;

/// The region that tests use. It is not `us-east-1`, where S3 behaves otherwise when buckets are made.
pub const REGION: &str = "eu-central-1";

/// A running emulator, with everything in memory. It takes any keys, unless [`Moto::strict`] has started it.
#[derive(Debug)]
pub struct Moto {
    server: Server,
}

impl Moto {
    /// Starts one that takes any keys.
    ///
    /// # Panics
    /// If it does not start.
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// Starts one that knows users, keys and policies, and checks signatures, after the first `free` requests.
    ///
    /// # Panics
    /// If it does not start.
    pub fn strict(free: u32) -> Self {
        Self::start_with(&[("INITIAL_NO_AUTH_ACTION_COUNT", &free.to_string())])
    }

    fn start_with(variables: &[(&str, &str)]) -> Self {
        let program = tools().join("python/bin/moto_server");
        let server = Server::start("moto", |port| {
            let mut command = Command::new(&program);
            command.args(["-H", "127.0.0.1", "-p", &port.to_string()]);
            command.envs(variables.iter().copied());
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
