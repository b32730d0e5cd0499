//! The listener for Prometheus: `/metrics`, and nothing else. It is not the public one, for who reads it sees how the
//! service is used.

use std::net::{SocketAddr, TcpListener};

use actix_web::{App, HttpResponse, HttpServer, dev::ServerHandle, http::header, web};
use anyhow::Context as _;
use sealpost_metrics::{CONTENT_TYPE, Metrics};

use super::readings::Readings;

/// Prometheus asks from one or two places, and keeps its connection.
const MOST_CONNECTIONS: usize = 32;

/// Serves the metrics from now on; stop it by the handle.
pub(super) fn serve(
    listen: SocketAddr,
    metrics: Metrics,
    readings: Readings,
) -> anyhow::Result<ServerHandle> {
    let socket =
        TcpListener::bind(listen).with_context(|| format!("metrics.listen: cannot listen on {listen}"))?;
    let address = socket.local_addr()?;
    let server = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::new((metrics.clone(), readings.clone())))
            .route("/metrics", web::get().to(text))
    })
    .workers(1)
    .max_connections(MOST_CONNECTIONS)
    .disable_signals()
    .shutdown_timeout(1)
    .listen(socket)?
    .run();
    let handle = server.handle();
    tokio::spawn(server);
    tracing::info!(%address, "metrics can be read");
    Ok(handle)
}

async fn text(of: web::Data<(Metrics, Readings)>) -> HttpResponse {
    let (metrics, readings) = &**of;
    let text = metrics.text(readings.now().await);
    HttpResponse::Ok().insert_header((header::CONTENT_TYPE, CONTENT_TYPE)).body(text)
}
