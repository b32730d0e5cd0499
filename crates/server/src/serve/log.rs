//! Where log lines and traces go.
//!
//! What neither of them may ever hold stands in docs/operations.md, and `tests/journeys/never_logged.rs` looks for it.

use std::io::IsTerminal as _;

use tracing_subscriber::{
    EnvFilter, Layer, Registry, filter, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

use super::traces::Traces;
use crate::config::{Config, LogFormat};

type Lines = Box<dyn Layer<Registry> + Send + Sync>;

/// From now on there is a log, and traces if the configuration wants them.
pub(super) fn begin(config: &Config) -> anyhow::Result<Traces> {
    let filter = EnvFilter::builder().parse(&config.log.filter)?;
    let Some(wanted) = &config.traces else {
        // One filter for all: what it leaves out costs next to nothing.
        let lines = tracing_subscriber::fmt::layer()
            .with_writer(std::io::stderr)
            .with_ansi(std::io::stderr().is_terminal());
        let registry = tracing_subscriber::registry().with(filter);
        match config.log.format {
            LogFormat::Text => registry.with(lines).init(),
            LogFormat::Json => registry.with(lines.json()).init(),
        }
        return Ok(Traces::none());
    };
    let traces = Traces::begin(wanted)?;
    // Spans alone, and ours alone: what other crates put into theirs we do not know, and what is said goes to the log.
    let ours = filter::filter_fn(|what| what.is_span() && what.target().starts_with("sealpost"));
    let spans = traces.layer().map(|layer| layer.with_filter(ours));
    let lines: Lines = {
        let lines = tracing_subscriber::fmt::layer()
            .with_writer(std::io::stderr)
            .with_ansi(std::io::stderr().is_terminal());
        match config.log.format {
            LogFormat::Text => lines.with_filter(filter).boxed(),
            LogFormat::Json => lines.json().with_filter(filter).boxed(),
        }
    };
    tracing_subscriber::registry().with(lines).with(spans).init();
    Ok(traces)
}
