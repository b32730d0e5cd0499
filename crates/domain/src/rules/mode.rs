//! Who seals what is sent, the sender's program or the service: what the settings and the rules say of it together.

use super::FileKind;
use crate::{TransferMode, ZeroKnowledge, words::words};

words! {
    /// What a rule says of sealing by the sender's program.
    ModeWord {
        /// It must not be sealed so.
        Forbid = "forbid",
        /// It must be.
        Require = "require",
    }
}

words! {
    /// What may be done then.
    ModeVerdict {
        /// The sender's program must not seal.
        Forbidden = "forbidden",
        /// As the sender likes.
        Free = "free",
        /// Nothing can be sent: one rule requires what another forbids.
        Impossible = "impossible",
        /// The sender's program must seal.
        Required = "required",
    }
}

/// Who says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModeSource {
    /// A rule about addresses.
    Address {
        /// Its number, counted from 1.
        number: usize,
        /// Its name.
        name: String,
    },
    /// The rules about files: about this kind.
    Kind(FileKind),
    /// The settings, or that they give way to rules that want to see what is sent.
    Setting,
}

/// A word of somebody's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModeSaying {
    /// What he says.
    pub word: ModeWord,
    /// Who says it.
    pub source: ModeSource,
}

/// All that is said of one sending. Whatever forbids counts, and whatever requires: where both are said, nothing can be sent, and
/// whoever asks hears both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModeDecision(Vec<ModeSaying>);

impl ModeDecision {
    /// What the settings and these rules say. `seen`: the rest of the policy wants to see what is sent, to which `allow` gives way
    /// unless a rule requires that nobody sees it.
    pub fn of(setting: ZeroKnowledge, seen: bool, rules: impl IntoIterator<Item = ModeSaying>) -> Self {
        let mut sayings = Vec::new();
        for saying in rules {
            if !sayings.contains(&saying) {
                sayings.push(saying);
            }
        }
        let is_required = sayings.iter().any(|saying| saying.word == ModeWord::Require);
        let of_settings = match setting {
            ZeroKnowledge::Forbid => Some(ModeWord::Forbid),
            ZeroKnowledge::Require => Some(ModeWord::Require),
            ZeroKnowledge::Allow => (seen && !is_required).then_some(ModeWord::Forbid),
            ZeroKnowledge::Prefer => None,
        };
        sayings.extend(of_settings.map(|word| ModeSaying { word, source: ModeSource::Setting }));
        Self(sayings)
    }

    /// What follows.
    pub fn verdict(&self) -> ModeVerdict {
        match (self.says(ModeWord::Require), self.says(ModeWord::Forbid)) {
            (true, true) => ModeVerdict::Impossible,
            (true, false) => ModeVerdict::Required,
            (false, true) => ModeVerdict::Forbidden,
            (false, false) => ModeVerdict::Free,
        }
    }

    /// All that is said.
    pub fn sayings(&self) -> &[ModeSaying] {
        &self.0
    }

    /// Why it cannot be sent in this mode: what says so, and what says the opposite; nothing if it can.
    pub fn against(&self, mode: TransferMode) -> &[ModeSaying] {
        let word = if mode.is_zero_knowledge() { ModeWord::Forbid } else { ModeWord::Require };
        if self.says(word) { &self.0 } else { &[] }
    }

    fn says(&self, word: ModeWord) -> bool {
        self.0.iter().any(|saying| saying.word == word)
    }
}
