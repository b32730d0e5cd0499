//! The way from a node to the database, which can be cut.

use std::path::PathBuf;

use tokio::{
    io::{AsyncRead, AsyncWrite, copy_bidirectional},
    net::{TcpListener, TcpStream, UnixStream},
    sync::watch,
};

/// A place on this machine that leads to PostgreSQL, for as long as this lives and nobody has cut it.
pub(crate) struct Cable {
    port: u16,
    whole: watch::Sender<bool>,
}

impl Cable {
    /// To the server that `url` names, by a directory of a socket or by a host and a port.
    pub(crate) async fn to(url: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (whole, watched) = watch::channel(true);
        let server = Server::of(url);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // Whoever comes while it is cut is sent away.
                if *watched.borrow() {
                    tokio::spawn(carry(stream, server.clone(), watched.clone()));
                }
            }
        });
        Self { port, whole }
    }

    /// The URL of the same database by this way.
    pub(crate) fn url(&self, url: &str) -> String {
        let (place, _options) = url.split_once('?').unwrap_or((url, ""));
        let (before, name) = place.rsplit_once('/').unwrap();
        let (_, authority) = before.split_once("://").unwrap();
        let user = authority.rsplit_once('@').map_or("sealpost", |(user, _)| user);
        format!("postgres://{user}@127.0.0.1:{}/{name}", self.port)
    }

    /// Breaks all connections and takes no new ones.
    pub(crate) fn cut(&self) {
        self.whole.send_replace(false);
    }

    pub(crate) fn mend(&self) {
        self.whole.send_replace(true);
    }
}

#[derive(Clone)]
enum Server {
    Socket(PathBuf),
    Address(String),
}

impl Server {
    fn of(url: &str) -> Self {
        let (place, options) = url.split_once('?').unwrap_or((url, ""));
        let host = options.split('&').find_map(|option| option.strip_prefix("host="));
        match host {
            Some(directory) if directory.starts_with('/') => {
                Self::Socket(PathBuf::from(directory).join(".s.PGSQL.5432"))
            }
            _ => {
                let authority = place.split("://").nth(1).unwrap().split('/').next().unwrap();
                let address = authority.rsplit('@').next().unwrap();
                let port = if address.contains(':') { "" } else { ":5432" };
                Self::Address(format!("{address}{port}"))
            }
        }
    }
}

async fn carry(stream: TcpStream, server: Server, mut whole: watch::Receiver<bool>) {
    let carried = async {
        match server {
            Server::Socket(path) => both_ways(stream, UnixStream::connect(path).await?).await,
            Server::Address(address) => both_ways(stream, TcpStream::connect(address).await?).await,
        }
    };
    tokio::select! {
        // However it ended: both sides see it.
        _ = carried => {}
        _ = whole.wait_for(|whole| !whole) => {}
    }
}

async fn both_ways(
    mut one: impl AsyncRead + AsyncWrite + Unpin,
    mut other: impl AsyncRead + AsyncWrite + Unpin,
) -> std::io::Result<()> {
    copy_bidirectional(&mut one, &mut other).await.map(drop)
}
