//! The way from a node to the database, which can be cut.

use std::{io, path::PathBuf};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, split},
    net::{TcpListener, TcpStream, UnixStream},
    sync::watch,
};

/// A place on this machine that leads to PostgreSQL, for as long as this lives and nobody has cut it.
pub(crate) struct Cable {
    port: u16,
    state: watch::Sender<State>,
}

impl Cable {
    /// To the server that `url` names, by a directory of a socket or by a host and a port.
    pub(crate) async fn to(url: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (state, watched) = watch::channel(State::Whole);
        let server = Server::of(url);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // Whoever comes while it is cut is sent away.
                if *watched.borrow() != State::Cut {
                    tokio::spawn(carry(stream, server.clone(), watched.clone()));
                }
            }
        });
        Self { port, state }
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
        self.state.send_replace(State::Cut);
    }

    /// Keeps all connections, and passes nothing on.
    pub(crate) fn hush(&self) {
        self.state.send_replace(State::Silent);
    }

    pub(crate) fn mend(&self) {
        self.state.send_replace(State::Whole);
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Whole,
    Silent,
    Cut,
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

async fn carry(stream: TcpStream, server: Server, mut state: watch::Receiver<State>) {
    let watched = state.clone();
    let carried = async {
        match server {
            Server::Socket(path) => both_ways(stream, UnixStream::connect(path).await?, watched).await,
            Server::Address(address) => both_ways(stream, TcpStream::connect(address).await?, watched).await,
        }
    };
    tokio::select! {
        // However it ended: both sides see it.
        _ = carried => {}
        _ = state.wait_for(|state| *state == State::Cut) => {}
    }
}

/// Until one side ends.
async fn both_ways(
    one: impl AsyncRead + AsyncWrite,
    other: impl AsyncRead + AsyncWrite,
    state: watch::Receiver<State>,
) -> io::Result<()> {
    let ((from_one, to_one), (from_other, to_other)) = (split(one), split(other));
    tokio::select! {
        ended = pass(from_one, to_other, state.clone()) => ended,
        ended = pass(from_other, to_one, state) => ended,
    }
}

async fn pass(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut state: watch::Receiver<State>,
) -> io::Result<()> {
    let mut buffer = vec![0; 16 << 10];
    loop {
        let read = from.read(&mut buffer).await?;
        state.wait_for(|state| *state == State::Whole).await.map_err(io::Error::other)?;
        if read == 0 {
            return Ok(());
        }
        to.write_all(&buffer[..read]).await?;
    }
}
