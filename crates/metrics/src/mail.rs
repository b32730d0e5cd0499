//! Mails and text messages that were handed over, or could not be.

use prometheus_client::registry::Registry;

use crate::{
    Metrics,
    labels::{Counters, Outcome},
};

/// What came of handing over a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handed {
    /// The next server has it.
    Over,
    /// Not this time; it is tried again.
    Delayed,
    /// Never.
    Refused,
}

impl Handed {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Over => "handed_over",
            Self::Delayed => "delayed",
            Self::Refused => "refused",
        }
    }
}

#[derive(Debug)]
pub(crate) struct Mails {
    mails: Counters<Outcome>,
    texts: Counters<Outcome>,
}

impl Mails {
    pub(crate) fn new(registry: &mut Registry) -> Self {
        let new = Self { mails: Counters::default(), texts: Counters::default() };
        registry.register("mails", "Attempts to hand a mail over", new.mails.clone());
        registry.register("texts", "Attempts to hand a text message over", new.texts.clone());
        for handed in [Handed::Over, Handed::Delayed, Handed::Refused] {
            let outcome = Outcome { outcome: handed.as_str() };
            drop((new.mails.get_or_create(&outcome), new.texts.get_or_create(&outcome)));
        }
        new
    }
}

impl Metrics {
    /// A mail was handed over, or not.
    pub fn mail(&self, handed: Handed) {
        self.0.mails.mails.get_or_create(&Outcome { outcome: handed.as_str() }).inc();
    }

    /// A text message was handed over, or not.
    pub fn text_message(&self, handed: Handed) {
        self.0.mails.texts.get_or_create(&Outcome { outcome: handed.as_str() }).inc();
    }
}
