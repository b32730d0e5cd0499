//! Rules that cannot be meant are refused; those that are most likely a mistake are named.

use std::{collections::HashSet, fmt};

use super::{ArchiveRules, Choice, FileKind, ListMode, TypeRules};

/// Most extensions in the list.
const MAX_EXTENSIONS: usize = 1_000;
/// Most files in an archive that rules can allow: more are not counted.
const MAX_ENTRIES: u64 = 100_000;
/// Most archives in one another that rules can allow: deeper ones are not looked into.
const MAX_DEPTH: u64 = 8;
/// Where bounds for the ratio lie. Deflate makes at most 1,032 bytes of one, others more.
const RATIOS: std::ops::RangeInclusive<u64> = 10..=100_000;

/// The rules cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TypeRulesError {
    /// What must come together does not.
    #[error("{0}")]
    Contradiction(String),
    /// Something stands in a list twice.
    #[error("{0} stands there twice")]
    Duplicate(String),
    /// Nothing at all could be sent.
    #[error("with these rules nothing could be sent")]
    Nothing,
    /// A bound lies outside of what can be watched over.
    #[error("{0}")]
    OutOfBounds(&'static str),
    /// The list is too long.
    #[error("at most {MAX_EXTENSIONS} extensions")]
    TooMany,
}

/// Part of the rules never decides anything: most likely a mistake of whoever wrote them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypeRulesWarning {
    /// The settings for archives count for nothing.
    ArchivesNeverMatter,
    /// What the extension promises stands in the list of kinds.
    Redundant {
        /// The extension.
        extension: String,
        /// The kind that decides before it.
        kind: FileKind,
    },
}

impl fmt::Display for TypeRulesWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ArchivesNeverMatter => f.write_str("the settings for archives count for nothing"),
            Self::Redundant { extension, kind } => {
                write!(f, "the extension {extension} changes nothing: it is of the kind {kind}")
            }
        }
    }
}

impl TypeRules {
    /// Whether the rules can be kept.
    ///
    /// # Errors
    /// [`TypeRulesError`] with the first thing that cannot.
    pub fn validate(&self) -> Result<(), TypeRulesError> {
        if self.extensions.len() > MAX_EXTENSIONS {
            return Err(TypeRulesError::TooMany);
        }
        no_word_twice(self.extensions.iter().map(|extension| extension.as_str()))?;
        no_word_twice(self.kinds.iter().map(|kind| kind.as_str()))?;
        self.validate_lists()?;
        self.zero_knowledge.validate()?;
        self.archives.validate()
    }

    fn validate_lists(&self) -> Result<(), TypeRulesError> {
        let has = |kind: &FileKind| self.kinds.contains(kind);
        match self.mode {
            ListMode::Deny if FileKind::ALL.iter().all(has) => return Err(TypeRulesError::Nothing),
            ListMode::Deny => return Ok(()),
            ListMode::Allow if self.kinds.is_empty() && self.extensions.is_empty() => {
                return Err(TypeRulesError::Nothing);
            }
            ListMode::Allow => {}
        }
        for kind in &self.kinds {
            if let Some(implied) = kind.implies().filter(|implied| !has(implied)) {
                let text =
                    format!("{kind} can be allowed together with {implied} only: it is always that, too");
                return Err(TypeRulesError::Contradiction(text));
            }
        }
        if has(&FileKind::EncryptedArchive) && self.archives.encrypted == Choice::Deny {
            let text = "encrypted_archive is allowed as a kind and refused by archives.encrypted";
            return Err(TypeRulesError::Contradiction(text.to_owned()));
        }
        Ok(())
    }

    /// What never decides anything.
    pub fn warnings(&self) -> Vec<TypeRulesWarning> {
        let mut warnings = Vec::new();
        let refused = self.mode == ListMode::Deny && self.kinds.contains(&FileKind::Archive);
        let untouched = ArchiveRules { look_inside: self.archives.look_inside, ..ArchiveRules::default() };
        if (refused || !self.archives.look_inside) && self.archives != untouched {
            warnings.push(TypeRulesWarning::ArchivesNeverMatter);
        }
        for extension in &self.extensions {
            let promised = extension.kinds();
            let covered = match self.mode {
                ListMode::Allow => {
                    !promised.is_empty() && promised.iter().all(|kind| self.kinds.contains(kind))
                }
                ListMode::Deny => promised.iter().any(|kind| self.kinds.contains(kind)),
            };
            if let (true, Some(kind)) = (covered, promised.iter().find(|kind| self.kinds.contains(kind))) {
                warnings.push(TypeRulesWarning::Redundant { extension: extension.to_string(), kind: *kind });
            }
        }
        warnings
    }
}

impl ArchiveRules {
    fn validate(&self) -> Result<(), TypeRulesError> {
        for (holds, text) in [
            (
                (1..=MAX_ENTRIES).contains(&self.max_entries),
                "archives.max_entries lies between 1 and 100,000",
            ),
            (RATIOS.contains(&self.max_ratio), "archives.max_ratio lies between 10 and 100,000"),
            (self.max_unpacked_bytes > 0, "archives.max_unpacked_bytes is more than 0"),
            ((1..=MAX_DEPTH).contains(&self.max_depth), "archives.max_depth lies between 1 and 8"),
        ] {
            if !holds {
                return Err(TypeRulesError::OutOfBounds(text));
            }
        }
        Ok(())
    }
}

fn no_word_twice<'a>(mut words: impl Iterator<Item = &'a str>) -> Result<(), TypeRulesError> {
    let mut seen = HashSet::new();
    match words.find(|word| !seen.insert(*word)) {
        Some(word) => Err(TypeRulesError::Duplicate(word.to_owned())),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(json: &str) -> TypeRules {
        serde_json::from_str(json).unwrap_or_else(|error| panic!("{json}: {error}"))
    }

    #[test]
    fn rules_that_cannot_be_meant_are_refused() {
        let every: Vec<_> = FileKind::ALL.iter().map(|kind| format!("\"{kind}\"")).collect();
        let every = format!(r#"{{"kinds":[{}]}}"#, every.join(","));
        let many: Vec<_> = (0..=MAX_EXTENSIONS).map(|n| format!("\"x{n}\"")).collect();
        let many = format!(r#"{{"extensions":[{}]}}"#, many.join(","));
        for (json, text) in [
            (r#"{"mode":"allow","kinds":[]}"#, "nothing could be sent"),
            (&every, "nothing could be sent"),
            (&many, "at most 1000"),
            (r#"{"extensions":["exe",".EXE"]}"#, "exe stands there twice"),
            (r#"{"kinds":["pdf","pdf"]}"#, "pdf stands there twice"),
            (r#"{"mode":"allow","kinds":["office_macros"]}"#, "together with office"),
            (r#"{"mode":"allow","kinds":["encrypted_archive"]}"#, "together with archive"),
            (
                r#"{"mode":"allow","kinds":["archive","encrypted_archive"],"archives":{"encrypted":"deny"}}"#,
                "refused by archives.encrypted",
            ),
            (r#"{"archives":{"max_entries":0}}"#, "max_entries"),
            (r#"{"archives":{"max_entries":100001}}"#, "max_entries"),
            (r#"{"archives":{"max_depth":0}}"#, "max_depth"),
            (r#"{"archives":{"max_ratio":1}}"#, "max_ratio"),
            (r#"{"archives":{"max_unpacked_bytes":0}}"#, "max_unpacked_bytes"),
        ] {
            let error = rules(json).validate().expect_err(json).to_string();
            assert!(error.contains(text), "{json}: {error}");
        }
        for json in [
            "{}",
            r#"{"extensions":["pdf"],"kinds":["pdf"]}"#,
            r#"{"mode":"allow","extensions":["pdf"],"kinds":[]}"#,
        ] {
            assert_eq!(rules(json).validate(), Ok(()), "{json}");
        }
        assert_eq!(TypeRules::none().validate(), Ok(()));
    }

    #[test]
    fn what_is_no_rule_is_not_read() {
        for json in [
            r#"{"kind":["pdf"]}"#,
            r#"{"kinds":["pdfs"]}"#,
            r#"{"mode":"perhaps"}"#,
            r#"{"extensions":["a.b"]}"#,
            r#"{"archives":{"inside":true}}"#,
        ] {
            assert!(serde_json::from_str::<TypeRules>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn what_never_decides_is_named() {
        let warned = |json: &str| rules(json).warnings().iter().map(ToString::to_string).collect::<Vec<_>>();
        assert!(warned("{}").is_empty());
        assert_eq!(
            warned(r#"{"extensions":["exe","dcm"]}"#),
            ["the extension exe changes nothing: it is of the kind executable"]
        );
        assert!(warned(r#"{"mode":"allow","kinds":["office"],"extensions":["docm"]}"#).is_empty());
        assert_eq!(warned(r#"{"mode":"allow","kinds":["office"],"extensions":["docx"]}"#).len(), 1);
        for json in [
            r#"{"kinds":["archive"],"archives":{"max_depth":1}}"#,
            r#"{"archives":{"look_inside":false,"encrypted":"deny"}}"#,
        ] {
            assert_eq!(warned(json), ["the settings for archives count for nothing"], "{json}");
        }
    }

    #[test]
    fn rules_are_written_as_they_are_read() {
        let rules = TypeRules::default();
        let json = serde_json::to_string(&rules).unwrap();
        assert_eq!(serde_json::from_str::<TypeRules>(&json).unwrap(), rules);
        assert_eq!(serde_json::from_str::<TypeRules>("{}").unwrap(), rules);
    }
}
