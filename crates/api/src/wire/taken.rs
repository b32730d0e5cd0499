use sealpost_domain::rules::{self, FileKind, FileKinds, TakenNames};
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::ApiError;

/// What files are taken, as far as their names say: for whoever looks before a byte is sent. What a file really is counts,
/// too, and is seen while it comes in.
#[derive(Serialize, ToSchema)]
pub(crate) struct TakenTypes {
    /// Kinds that were asked for, in the words of the policy's `types.kinds`; absent if all is taken that the organisation's
    /// rules let pass.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<Vec<String>>, example = json!(["image", "pdf"]))]
    kinds: Option<Vec<FileKind>>,
    mode: TakenMode,
    /// Small letters, without the dot.
    extensions: Vec<String>,
    /// Whether a name without an extension is taken.
    without_extension: bool,
}

/// Whether the extensions are those that are taken, or those that are not.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TakenMode {
    /// They are taken, and no others.
    Allow,
    /// They are not taken; all others are.
    Deny,
}

impl TakenTypes {
    pub(crate) fn new(kinds: Option<&FileKinds>, names: TakenNames) -> Self {
        Self {
            kinds: kinds.map(words),
            mode: match names.mode {
                rules::ListMode::Allow => TakenMode::Allow,
                rules::ListMode::Deny => TakenMode::Deny,
            },
            extensions: names.extensions.into_iter().map(String::from).collect(),
            without_extension: names.without_extension,
        }
    }
}

/// The kinds of a request or portal, as they are shown.
pub(crate) fn words(kinds: &FileKinds) -> Vec<FileKind> {
    kinds.as_slice().to_vec()
}

/// The kinds that somebody asks for.
pub(crate) fn asked_kinds(kinds: Option<Vec<FileKind>>) -> Result<Option<FileKinds>, ApiError> {
    let kinds = kinds.map(FileKinds::new).transpose();
    kinds.map_err(|error| ApiError::invalid(format!("kinds: {error}")))
}
