//! Files and who seals them: kinds that senders seal by themselves, or must not; and what may be sent of which nobody here has seen
//! more than what its sender's program states.

use std::collections::{BTreeSet, HashSet};

use serde::{Deserialize, Serialize};

use super::{
    Choice, Extension, FileKind, ListMode, NameTraits, TypeDecision, TypeRefusal, TypeRule, TypeRules,
    TypeRulesError,
    decide::{is_vague, may_be},
};
use crate::rules::ModeWord;

/// Kinds of files that senders seal by themselves, and such that they must not.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SealedKinds {
    /// The service takes none of these unless its sender's program has sealed it.
    pub require: Vec<FileKind>,
    /// The sender's program seals none of these.
    pub forbid: Vec<FileKind>,
}

impl SealedKinds {
    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.require.is_empty() && self.forbid.is_empty()
    }

    /// The first of these kinds that senders must seal.
    pub fn required(&self, kinds: &BTreeSet<FileKind>) -> Option<FileKind> {
        kinds.iter().copied().find(|kind| self.require.contains(kind))
    }

    /// The first of these kinds that senders must not seal.
    pub fn forbidden(&self, kinds: &BTreeSet<FileKind>) -> Option<FileKind> {
        kinds.iter().copied().find(|kind| self.forbid.contains(kind))
    }

    pub(super) fn validate(&self) -> Result<(), TypeRulesError> {
        let mut seen = HashSet::new();
        for kind in self.require.iter().chain(&self.forbid) {
            if !seen.insert(kind) {
                let both = self.require.contains(kind) && self.forbid.contains(kind);
                return Err(if both {
                    TypeRulesError::Contradiction(format!("zero_knowledge requires and forbids {kind}"))
                } else {
                    TypeRulesError::Duplicate(kind.to_string())
                });
            }
        }
        Ok(())
    }
}

impl TypeRule {
    /// The rule about kinds that says this of who seals.
    pub const fn of_mode(word: ModeWord) -> Self {
        match word {
            ModeWord::Forbid => Self::SealedForbidden,
            ModeWord::Require => Self::SealedRequired,
        }
    }
}

impl TypeRules {
    /// Whether a sender's program must state what files are that it seals: somebody has decided about kinds, and not left it at
    /// what is said by default.
    pub fn ask_for_statements(&self) -> bool {
        *self != Self::default()
    }

    /// What they say of a file that the service is to seal: by its name, and by what it is as far as that is known.
    pub fn decide_unsealed(&self, name: &str, found: &BTreeSet<FileKind>) -> TypeDecision {
        refused(self.must_be_sealed(name, found).map(|kind| (TypeRule::SealedRequired, kind)))
    }

    /// The kind of it that senders must seal, by its name or by what it is.
    pub fn must_be_sealed(&self, name: &str, found: &BTreeSet<FileKind>) -> Option<FileKind> {
        let promised = NameTraits::of(name).extension;
        let promised = promised.as_ref().map(Extension::kinds).unwrap_or_default();
        self.zero_knowledge.required(&promised.iter().chain(found).copied().collect())
    }

    /// What they say of a file that its sender's program has sealed and states to be of these kinds. Its name is not known: what may
    /// be sent under some name is not refused.
    pub fn decide_stated(&self, stated: &BTreeSet<FileKind>) -> TypeDecision {
        let unlisted = |kind: &FileKind| {
            let by_kind = |one: &FileKind| one == kind || is_vague(*one, &BTreeSet::from([*kind]));
            !self.kinds.iter().any(by_kind) && !self.extensions.iter().any(|one| may_be(one, *kind))
        };
        let by_lists = match self.mode {
            ListMode::Deny => {
                stated.iter().find(|kind| self.kinds.contains(kind)).map(|kind| (TypeRule::Kinds, *kind))
            }
            ListMode::Allow => {
                stated.iter().find(|kind| unlisted(kind)).map(|kind| (TypeRule::NotListed, *kind))
            }
        };
        let locked = self.archives.look_inside
            && self.archives.encrypted == Choice::Deny
            && stated.contains(&FileKind::EncryptedArchive);
        let by_sealing = self.zero_knowledge.forbidden(stated).map(|kind| (TypeRule::SealedForbidden, kind));
        refused(
            by_lists
                .or_else(|| locked.then_some((TypeRule::ArchiveEncrypted, FileKind::EncryptedArchive)))
                .or(by_sealing),
        )
    }
}

fn refused(why: Option<(TypeRule, FileKind)>) -> TypeDecision {
    match why {
        Some((rule, kind)) => {
            TypeDecision::Refuse(TypeRefusal { rule, what: kind.to_string(), inside: None })
        }
        None => TypeDecision::Allow,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(json: &str) -> TypeRules {
        serde_json::from_str(json).unwrap()
    }

    fn stated(rules: &TypeRules, words: &str) -> Option<(TypeRule, String)> {
        let kinds = words.split_whitespace().map(|word| word.parse().unwrap()).collect();
        rules.decide_stated(&kinds).refusal().map(|why| (why.rule, why.what))
    }

    #[test]
    fn what_must_be_sealed_is_not_taken_under_any_name_or_content() {
        let rules = rules(r#"{"zero_knowledge":{"require":["pdf","image"]}}"#);
        for (name, kinds, refused) in [
            ("a.pdf", "", true),
            ("a.txt", "pdf", true),
            ("a.png", "image", true),
            ("a.txt", "text", false),
            ("a", "", false),
        ] {
            let found = kinds.split_whitespace().map(|word| word.parse().unwrap()).collect();
            let decision = rules.decide_unsealed(name, &found);
            assert_eq!(
                decision.refusal().map(|why| why.rule),
                refused.then_some(TypeRule::SealedRequired),
                "{name}"
            );
        }
    }

    #[test]
    fn what_is_stated_is_decided_as_far_as_no_name_could_let_it_pass() {
        use TypeRule as R;
        for (json, words, expected) in [
            ("{}", "pdf", None),
            ("{}", "archive executable", Some((R::Kinds, "executable"))),
            (r#"{"kinds":[]}"#, "executable", None),
            (r#"{"mode":"allow","kinds":["pdf"]}"#, "pdf", None),
            (
                r#"{"mode":"allow","kinds":["pdf"]}"#,
                "encrypted_document pdf",
                Some((R::NotListed, "encrypted_document")),
            ),
            (r#"{"mode":"allow","kinds":["pdf"]}"#, "office", Some((R::NotListed, "office"))),
            (r#"{"mode":"allow","kinds":[],"extensions":["docx"]}"#, "office", None),
            (r#"{"mode":"allow","kinds":["text"]}"#, "unknown", None),
            (
                r#"{"archives":{"encrypted":"deny"}}"#,
                "archive encrypted_archive",
                Some((R::ArchiveEncrypted, "encrypted_archive")),
            ),
            (r#"{"archives":{"encrypted":"deny","look_inside":false}}"#, "archive encrypted_archive", None),
            (r#"{"zero_knowledge":{"forbid":["video"]}}"#, "video", Some((R::SealedForbidden, "video"))),
            (r#"{"zero_knowledge":{"require":["pdf"]}}"#, "pdf", None),
        ] {
            let expected = expected.map(|(rule, what)| (rule, what.to_owned()));
            assert_eq!(stated(&rules(json), words), expected, "{json}: {words}");
        }
    }

    #[test]
    fn statements_are_asked_for_where_somebody_has_decided_about_files() {
        assert!(!TypeRules::default().ask_for_statements());
        for json in [
            r#"{"mode":"allow","kinds":["pdf"]}"#,
            r#"{"kinds":["executable"]}"#,
            r#"{"mismatch":"deny"}"#,
            r#"{"zero_knowledge":{"forbid":["video"]}}"#,
        ] {
            assert!(rules(json).ask_for_statements(), "{json}");
        }
    }

    #[test]
    fn kinds_that_contradict_or_repeat_themselves_are_refused() {
        for (json, text) in [
            (r#"{"zero_knowledge":{"require":["pdf"],"forbid":["pdf"]}}"#, "requires and forbids pdf"),
            (r#"{"zero_knowledge":{"forbid":["pdf","pdf"]}}"#, "pdf stands there twice"),
        ] {
            let error = rules(json).validate().unwrap_err().to_string();
            assert!(error.contains(text), "{error}");
        }
        assert!(serde_json::from_str::<TypeRules>(r#"{"zero_knowledge":{"allow":[]}}"#).is_err());
    }
}
