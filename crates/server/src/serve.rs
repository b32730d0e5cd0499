//! The service: HTTP, the queue's runner and the schedule, until it is told to stop.

mod demo;
mod end;
mod signals;
mod tls;

use std::{io::IsTerminal as _, net::TcpListener, path::PathBuf};

use anyhow::Context as _;
use sealpost_api::{App, BaseUrl, Listener, ServerSettings};
use sealpost_jobs::{ClockWatch, Runner, RunnerOptions, Schedule, Scheduler, Work};
use tokio::sync::watch;
use tracing_subscriber::EnvFilter;

use crate::{
    config::{Config, LogConfig, LogFormat},
    wiring,
};

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
    log(&config.log)?;
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
    let running = tokio::spawn(Runner::new(queue, handler, options).run(async move {
        // An error means that the sender is gone, which is a reason to stop as well.
        drop(stopped.wait_for(|stop| *stop).await);
    }));

    if let Some(dir) = &dev {
        demo::prepare(&wiring, &config, dir).await?;
    }
    tracing::info!(%address, base_url = %config.base_url, "ready");
    let told = tokio::select! {
        ended = &mut serving => return Ok(ended??),
        told = signals.told_to_end() => told,
    };
    let stop_server = async move || handle.stop(true).await;
    let ending = end::Ending { drain, config: config.serve, told, stop_server, stop, scheduler, running };
    end::run(ending, &mut signals).await
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
