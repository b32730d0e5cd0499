use sealpost_domain::TransferMode as Mode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Who seals what a transfer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TransferMode {
    /// The service, while it comes in.
    #[default]
    Standard,
    /// The sender's program, before it comes in.
    ZeroKnowledge,
}

impl From<Mode> for TransferMode {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Standard => Self::Standard,
            Mode::ZeroKnowledge => Self::ZeroKnowledge,
        }
    }
}

impl From<TransferMode> for Mode {
    fn from(mode: TransferMode) -> Self {
        match mode {
            TransferMode::Standard => Self::Standard,
            TransferMode::ZeroKnowledge => Self::ZeroKnowledge,
        }
    }
}
