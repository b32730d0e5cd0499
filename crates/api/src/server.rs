//! The HTTP/1.1 server around the routes.

use std::{io, net::TcpListener, sync::Arc, time::Duration};

use actix_web::{HttpServer, dev::Server, http::KeepAlive};

use crate::{
    App, configure,
    connections::{Connections, Patience},
};

/// Written to a connection at once: a piece of a download. The server copies every piece into this buffer; bigger ones
/// would fall out of the processor's cache between the copy and the write, and make the buffer be allocated anew.
const WRITE_BUFFER: usize = sealpost_transfer::Download::PIECE;

/// How patient the server is, and how wide.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerSettings {
    /// Threads that answer requests; `None` is one for each core.
    pub workers: Option<usize>,
    /// Most open connections of a worker; more wait in the backlog.
    pub max_connections: usize,
    /// How long the head of a request may take to come in whole: of the first on a connection exactly; with later ones,
    /// that long after `keep_alive` is over.
    pub request_head_timeout: Duration,
    /// How long a connection is kept for a next request.
    pub keep_alive: Duration,
    /// How long a client may take nothing of an answer before its connection is cut off. The system's buffers hide a
    /// client that is slow, so it is not to be short.
    pub stall: Duration,
    /// How long a connection that is to be closed is read to its end, so that the client sees the answer and no
    /// reset: it may still be sending a body that was refused.
    pub disconnect_timeout: Duration,
    /// How long requests may run on after a graceful stop was asked for.
    pub shutdown_timeout: Duration,
}

impl Default for ServerSettings {
    fn default() -> Self {
        Self {
            workers: None,
            max_connections: 25_000,
            request_head_timeout: Duration::from_secs(10),
            keep_alive: Duration::from_secs(75),
            stall: Duration::from_secs(120),
            disconnect_timeout: Duration::from_secs(5),
            shutdown_timeout: Duration::from_secs(30),
        }
    }
}

/// A bound socket to serve on.
#[derive(Debug)]
pub enum Listener {
    /// HTTP without TLS: loopback, or behind a proxy that ends TLS.
    Plain(TcpListener),
    /// HTTP over TLS.
    Tls(TcpListener, Arc<rustls::ServerConfig>),
}

/// Serves `app` on the sockets. The server runs once the future is awaited or spawned; it handles no signals: stop it
/// through [`Server::handle`].
///
/// # Errors
/// If a socket cannot be listened on, or no thread started.
pub fn serve(app: App, settings: &ServerSettings, listeners: Vec<Listener>) -> io::Result<Server> {
    let connections = Connections::watched(Patience {
        between: settings.keep_alive + settings.request_head_timeout,
        taking: settings.stall,
    })?;
    let mut server = HttpServer::new(move || actix_web::App::new().configure(configure(app.clone())))
        .on_connect(move |stream, kept| connections.accept(stream, kept))
        .max_connections(settings.max_connections)
        .client_request_timeout(settings.request_head_timeout)
        .keep_alive(KeepAlive::Timeout(settings.keep_alive))
        .client_disconnect_timeout(settings.disconnect_timeout)
        .shutdown_timeout(settings.shutdown_timeout.as_secs())
        .h1_write_buffer_size(WRITE_BUFFER)
        .tcp_nodelay(true)
        .disable_signals();
    if let Some(workers) = settings.workers {
        server = server.workers(workers.max(1));
    }
    for listener in listeners {
        server = match listener {
            Listener::Plain(socket) => server.listen(socket)?,
            Listener::Tls(socket, tls) => {
                server.listen_rustls_0_23(socket, rustls::ServerConfig::clone(&tls))?
            }
        };
    }
    Ok(server.run())
}
