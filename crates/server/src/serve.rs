//! The service: HTTP, the queue's runner and the schedule, until it is told to stop.

mod demo;
mod tls;

use std::{io::IsTerminal as _, net::TcpListener, path::PathBuf};

use anyhow::Context as _;
use sealpost_api::{App, BaseUrl, Listener, ServerSettings};
use sealpost_jobs::{ClockWatch, Runner, RunnerOptions, Schedule, Scheduler, Work};
use tokio::{signal, sync::watch};
use tracing_subscriber::EnvFilter;

use crate::{
    config::{Config, LogConfig, LogFormat},
    wiring,
};

/// Runs the service until SIGINT or SIGTERM. With `dev`, makes a demo tenant and writes `dev.json` there when ready; it is
/// reached at `dev_url` then, or where it listens.
///
/// # Errors
/// If anything that is configured cannot be used.
pub(crate) async fn run(
    mut config: Config,
    dev: Option<PathBuf>,
    dev_url: Option<BaseUrl>,
) -> anyhow::Result<()> {
    log(&config.log)?;
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
    let listener = match &config.tls {
        Some(tls) => Listener::Tls(socket, tls::server_config(tls, &config)?),
        None => Listener::Plain(socket),
    };
    let app = App::new(
        wiring.auth.clone(),
        wiring.service.clone(),
        wiring.tenancy.clone(),
        config.base_url.clone(),
    )
    .trusted_proxies(config.trusted_proxies.iter().copied())
    .verifications_per_minute(config.limits.rates.network.in_a_minute());
    let server = sealpost_api::serve(app, &ServerSettings::default(), vec![listener])?;
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
    let running = tokio::spawn(Runner::new(queue, handler, RunnerOptions::default()).run(async move {
        // An error means that the sender is gone, which is a reason to stop as well.
        drop(stopped.wait_for(|stop| *stop).await);
    }));

    if let Some(dir) = &dev {
        demo::prepare(&wiring, &config, dir).await?;
    }
    tracing::info!(%address, base_url = %config.base_url, "ready");
    tokio::select! {
        ended = &mut serving => ended??,
        told = terminated() => told?,
    }
    tracing::info!("stopping");
    stop.send_replace(true);
    scheduler.stop().await?;
    handle.stop(true).await;
    running.await?;
    Ok(())
}

async fn terminated() -> anyhow::Result<()> {
    let mut terminate = signal::unix::signal(signal::unix::SignalKind::terminate())?;
    tokio::select! {
        pressed = signal::ctrl_c() => Ok(pressed?),
        _ = terminate.recv() => Ok(()),
    }
}

fn log(config: &LogConfig) -> anyhow::Result<()> {
    let filter = EnvFilter::builder().parse(&config.filter)?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    match config.format {
        LogFormat::Text => lines.init(),
        LogFormat::Json => lines.json().init(),
    }
    Ok(())
}
