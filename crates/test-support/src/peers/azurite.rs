//! Azure Blob: Microsoft's own emulator (npm `azurite`), installed by `scripts/test-tools.sh`.

use std::{process::Command, sync::OnceLock};

use super::process::Server;
use crate::tools::tools;

/// The account that it has.
pub const ACCOUNT: &str = "devstoreaccount1";

/// The key of that account: the same one for everybody, published by Microsoft.
pub const ACCOUNT_KEY: &str =
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/// A shared access signature of the account for everything, until 2099.
pub const SAS: &str = "sv=2020-08-04&ss=b&srt=sco&sp=rwdlacx&se=2099-01-01T00%3A00%3A00Z&sig=OGMp2FHLdTTwCiIdGwP0aZoQE9jfJlH1ICg9twZK6%2Fc%3D";

/// One that lets read and list, and nothing else.
pub const READING_SAS: &str = "sv=2020-08-04&ss=b&srt=sco&sp=rl&se=2099-01-01T00%3A00%3A00Z&sig=UdwgdbMHsCjih4%2Fb5lU%2F0MAO7BFx6ksCQOqLem7OJjs%3D";

/// A running emulator, with everything in memory.
#[derive(Debug)]
pub struct Azurite {
    server: Server,
}

impl Azurite {
    /// Starts one.
    ///
    /// # Panics
    /// If it does not start.
    pub fn start() -> Self {
        let node = tools().join("node");
        let script = node.join("node_modules/azurite/dist/src/blob/main.js");
        let server =
            Server::start("azurite", |port| {
                let mut command = Command::new(node.join("bin/node"));
                command.arg(&script).args(["--blobHost", "127.0.0.1", "--blobPort", &port.to_string()]).args(
                    ["--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry", "--silent"],
                );
                command
            });
        Self { server }
    }

    /// The one of this process, for tests that make containers of their own: starting one costs seconds.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Azurite> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    /// Where it listens.
    pub fn address(&self) -> std::net::SocketAddr {
        self.server.address()
    }

    /// The account's address, which Azure has in the host's name.
    pub fn endpoint(&self) -> String {
        endpoint_at(&format!("http://{}", self.address()))
    }
}

/// The account's address where the emulator is reached by this URL, such as that of a proxy.
pub fn endpoint_at(url: &str) -> String {
    format!("{url}/{ACCOUNT}")
}
