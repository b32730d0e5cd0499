//! Who seals what a transfer holds, and what a tenant says of that.

use crate::{rules::ModeWord, words::words};

words! {
    /// Who seals what a transfer holds.
    #[derive(Default)]
    TransferMode {
        /// The service, while it comes in.
        #[default]
        Standard = "standard",
        /// The sender's program, before it comes in; the service once more around that.
        ZeroKnowledge = "zero_knowledge",
    }
}

words! {
    /// What a tenant says of transfers that the service cannot look into.
    ZeroKnowledge {
        /// Nobody sends so.
        Forbid = "forbid",
        /// Who likes does, unless the tenant's rules want to see what is sent.
        Allow = "allow",
        /// Programs propose it, and whoever likes does otherwise. Rules that want to see what is sent stand back.
        Prefer = "prefer",
        /// Nobody sends otherwise. Rules that want to see what is sent stand back.
        Require = "require",
    }
}

impl ZeroKnowledge {
    /// Whether a rule that says this leaves nothing that could be sent.
    pub const fn contradicts(self, word: Option<ModeWord>) -> bool {
        matches!(
            (self, word),
            (Self::Forbid, Some(ModeWord::Require)) | (Self::Require, Some(ModeWord::Forbid))
        )
    }
}

impl TransferMode {
    /// Whether the sender's program seals.
    pub const fn is_zero_knowledge(self) -> bool {
        matches!(self, Self::ZeroKnowledge)
    }
}
