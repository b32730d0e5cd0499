//! Progress on a terminal: bytes, speed, time left. In a pipe nothing but what was left out.

use indicatif::{ProgressBar, ProgressStyle};
use sealpost_client::{Event, Events, printable};

const TEMPLATE: &str = "{bar:30} {bytes} of {total_bytes}, {binary_bytes_per_sec}, {eta} left {msg}";

/// A bar on standard error; nothing at all if that is no terminal.
#[derive(Debug)]
pub(crate) struct Progress(ProgressBar);

impl Progress {
    pub(crate) fn new() -> Self {
        let style = ProgressStyle::with_template(TEMPLATE).expect("the template is written correctly");
        // Hidden until the plan is known: an empty bar says nothing.
        let bar = ProgressBar::new(0).with_style(style.progress_chars("=> "));
        Self(bar)
    }

    /// Takes the bar away, before the result is printed.
    pub(crate) fn finish(&self) {
        self.0.finish_and_clear();
    }
}

impl Events for Progress {
    fn on(&self, event: Event<'_>) {
        match event {
            Event::Planned { bytes, .. } => self.0.set_length(bytes),
            Event::Resumed { bytes } => {
                // What was there before says nothing about the speed.
                self.0.inc(bytes);
                self.0.reset_eta();
            }
            Event::Moved { done } => {
                self.0.set_position(done);
                self.0.set_message("");
            }
            Event::Skipped { path, why } => {
                let line = printable(&format!("left out: {} ({why})", path.display()));
                self.0.suspend(|| eprintln!("{line}"));
            }
            Event::SealingTo { requester, fingerprint } => {
                let line = printable(&format!("sealed to the key {fingerprint} of {requester}"));
                self.0.suspend(|| eprintln!("sealpost: {line}"));
            }
            Event::SealedToRecoveryKey { fingerprint } => {
                let line = format!("the organisation can open it, too, with its recovery key {fingerprint}");
                self.0.suspend(|| eprintln!("sealpost: {line}"));
            }
            Event::Retrying { why, after } => {
                self.0.set_message(format!(
                    "- {}; again in {} s",
                    printable(why),
                    after.as_secs_f32().ceil()
                ));
            }
            _ => {}
        }
    }
}
