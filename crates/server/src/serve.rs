//! The service: HTTP, the queue's runner and the schedule, until it is told to stop.

mod demo;
mod end;
mod log;
mod metrics;
mod notify;
mod readings;
mod reload;
mod signals;
pub(crate) mod tls;
mod traces;

use std::{net::TcpListener, path::PathBuf};

use anyhow::Context as _;
use sealpost_api::{App, BaseUrl, Listener, ServerSettings};
use sealpost_jobs::{ClockWatch, Runner, RunnerOptions, Schedule, Scheduler, Work};
use sealpost_metrics::Build;
use tokio::sync::watch;

use crate::{config::Config, wiring};

/// Runs the service until SIGINT or SIGTERM, and then to its end, which [`end`] describes. With `dev`, makes a demo tenant and writes `dev.json` there when ready; it is
/// reached at `dev_url` then, or where it listens.
///
/// # Errors
/// If anything that is configured cannot be used.
pub(crate) async fn run(
    mut config: Config,
    dev: Option<PathBuf>,
    dev_url: Option<BaseUrl>,
) -> anyhow::Result<()> {
    let traces = log::begin(&config)?;
    let mut signals = signals::Signals::listen()?;
    let socket =
        TcpListener::bind(config.listen).with_context(|| format!("cannot listen on {}", config.listen))?;
    let address = socket.local_addr()?;
    if dev.is_some() {
        config.base_url = match dev_url {
            Some(url) => url,
            None => format!("http://{address}").parse()?,
        };
    }
    let wiring = wiring::prepare(&config).await?;
    wiring.service.take_over().await?;
    let metrics = wiring.metrics.clone();
    let certificates =
        config.tls.as_ref().map(|tls| tls::Certificates::open(tls, &config, metrics.clone())).transpose()?;
    let listener = match &certificates {
        Some(certificates) => Listener::Tls(socket, certificates.server_config()?),
        None => Listener::Plain(socket),
    };
    let reloading = reload::start(certificates, config.tls_reload)?;
    let app = App::new(
        wiring.auth.clone(),
        wiring.service.clone(),
        wiring.tenancy.clone(),
        config.base_url.clone(),
    )
    .trusted_proxies(config.trusted_proxies.iter().copied())
    .verifications_per_minute(config.limits.rates.network.in_a_minute())
    .counted_by(metrics.clone());
    let app = if traces.are_wanted() { app.traced_by(traces::under) } else { app };
    let started_at = wiring.clock.now().unix_millis() as f64 / 1_000.0;
    metrics.built(Build { version: env!("CARGO_PKG_VERSION"), started_at });
    let watched = config
        .metrics
        .map(|listen| metrics::serve(listen, metrics.clone(), readings::Readings::new(&wiring)));
    let watched = watched.transpose()?;
    let drain = app.drain().clone();
    let mut settings = ServerSettings::default();
    settings.shutdown_timeout = config.serve.stop + end::CLOSING;
    let server = sealpost_api::serve(app, &settings, vec![listener])?;
    let handle = server.handle();
    let mut serving = tokio::spawn(server);

    let queue = wiring.queue();
    let work = Work {
        auth: wiring.auth.clone(),
        service: wiring.service.clone(),
        tenancy: wiring.tenancy.clone(),
        mailer: wiring::mailer(&config)?,
        sms: wiring::sms(&config)?,
        language: config.mail.language,
        abuse_desk: config.mail.abuse.clone(),
    };
    let handler = ClockWatch::start(queue.clone()).await?.guard(work.handler());
    let scheduler = Scheduler::start(&queue, &Schedule::default()).await?;
    let (stop, mut stopped) = watch::channel(false);
    let options = RunnerOptions { grace: config.serve.drain + config.serve.stop, ..RunnerOptions::default() };
    let running = tokio::spawn(Runner::counted(queue, handler, options, metrics).run(async move {
        // An error means that the sender is gone, which is a reason to stop as well.
        drop(stopped.wait_for(|stop| *stop).await);
    }));

    if let Some(dir) = &dev {
        demo::prepare(&wiring, &config, dir).await?;
    }
    tracing::info!(%address, base_url = %config.base_url, "ready");
    notify::ready("ready");
    let life = notify::live(wiring.service.clone());
    let told = tokio::select! {
        ended = &mut serving => return Ok(ended??),
        told = signals.told_to_end() => told,
    };
    notify::stopping();
    let stop_server = async move || handle.stop(true).await;
    let ending = end::Ending { drain, config: config.serve, told, stop_server, stop, scheduler, running };
    end::run(ending, &mut signals).await?;
    if let Some(watched) = watched {
        watched.stop(false).await;
    }
    reloading.abort();
    if let Some(life) = life {
        life.abort();
    }
    traces.end().await;
    Ok(())
}
