//! Kinds of files that somebody asks for: fewer than the tenant's rules let pass, and never more.

use std::{fmt, str::FromStr};

use super::{
    Choice, Extension, FileKind, Findings, ListMode, SealedKinds, TypeDecision, TypeRefusal, TypeRule,
    TypeRules, TypeRulesError, extension::known_extensions,
};
use crate::words::UnknownWord;

/// Kinds of files that are asked for, in order and without any twice; at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileKinds(Vec<FileKind>);

impl FileKinds {
    /// The set of these kinds.
    ///
    /// # Errors
    /// [`TypeRulesError`] if there is none, or one is there without what it always is besides.
    pub fn new(kinds: impl IntoIterator<Item = FileKind>) -> Result<Self, TypeRulesError> {
        let mut kinds: Vec<_> = kinds.into_iter().collect();
        kinds.sort_unstable();
        kinds.dedup();
        TypeRules { mode: ListMode::Allow, kinds: kinds.clone(), ..TypeRules::none() }.validate()?;
        Ok(Self(kinds))
    }

    /// The kinds.
    pub fn as_slice(&self) -> &[FileKind] {
        &self.0
    }

    /// The first of them of which the tenant's rules let nothing pass.
    pub fn refused_by(&self, rules: &TypeRules) -> Option<FileKind> {
        let passes = |kind: &FileKind| match rules.mode {
            ListMode::Deny => !rules.kinds.contains(kind),
            ListMode::Allow => {
                rules.kinds.contains(kind) || rules.extensions.iter().any(|one| one.kinds().contains(kind))
            }
        };
        self.0.iter().copied().find(|kind| !passes(kind))
    }
}

/// Words with blanks between.
impl fmt::Display for FileKinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<_> = self.0.iter().map(|kind| kind.as_str()).collect();
        f.write_str(&words.join(" "))
    }
}

impl FromStr for FileKinds {
    type Err = UnknownWord;

    fn from_str(words: &str) -> Result<Self, UnknownWord> {
        let kinds: Vec<_> = words.split(' ').map(str::parse).collect::<Result<_, _>>()?;
        Self::new(kinds).map_err(|_| UnknownWord)
    }
}

/// What may come in: the tenant's rules, and of what they let pass only what was asked for.
#[derive(Debug)]
pub struct TakenTypes<'a> {
    rules: &'a TypeRules,
    asked: Option<TypeRules>,
}

/// What names alone decide: for whoever looks before a byte is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenNames {
    /// Whether the extensions are those that are taken, or those that are not.
    pub mode: ListMode,
    /// Extensions, in order.
    pub extensions: Vec<Extension>,
    /// Whether a name without one is taken.
    pub without_extension: bool,
}

impl<'a> TakenTypes<'a> {
    /// The tenant's rules, and what was asked for; without it all that they let pass.
    pub fn new(rules: &'a TypeRules, asked: Option<&FileKinds>) -> Self {
        let asked = asked.map(|kinds| TypeRules {
            mode: ListMode::Allow,
            kinds: kinds.0.clone(),
            disguises: Choice::Allow,
            mismatch: Choice::Allow,
            extensions: Vec::new(),
            // What is inside of an archive was asked for, or was not, where the tenant looks inside.
            archives: rules.archives.clone(),
            zero_knowledge: SealedKinds::default(),
        });
        Self { rules, asked }
    }

    /// As [`TypeRules::decide`].
    pub fn decide(&self, name: &str, findings: Option<&Findings>) -> TypeDecision {
        self.both(|rules| rules.decide(name, findings))
    }

    /// As [`TypeRules::decide_kind`].
    pub fn decide_kind(&self, name: &str, kind: FileKind) -> TypeDecision {
        self.both(|rules| rules.decide_kind(name, kind))
    }

    /// What names alone decide. Tricks in names are not among it.
    pub fn by_name(&self) -> TakenNames {
        let taken = |extension: &str| self.decide(&format!("x.{extension}"), None).is_allowed();
        // What nobody knows: it is in no table and, with its length, in hardly anybody's list.
        let unknown = taken("sealpost-knows-no-such-thing");
        let mut extensions: Vec<_> =
            known_extensions().chain(self.rules.extensions.iter().cloned()).collect();
        extensions.sort_unstable();
        extensions.dedup();
        extensions.retain(|one| taken(one.as_str()) != unknown);
        let mode = if unknown { ListMode::Deny } else { ListMode::Allow };
        TakenNames { mode, extensions, without_extension: self.decide("x", None).is_allowed() }
    }

    fn both(&self, decide: impl Fn(&TypeRules) -> TypeDecision) -> TypeDecision {
        match decide(self.rules) {
            TypeDecision::Allow => match self.asked.as_ref().map(decide) {
                None | Some(TypeDecision::Allow) => TypeDecision::Allow,
                Some(TypeDecision::Refuse(why)) => {
                    TypeDecision::Refuse(TypeRefusal { rule: not_asked(why.rule), ..why })
                }
            },
            refused => refused,
        }
    }
}

/// What is listed nowhere was not asked for; what is wrong with an archive is wrong with it anyway.
fn not_asked(rule: TypeRule) -> TypeRule {
    if rule == TypeRule::NotListed { TypeRule::NotAsked } else { rule }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(words: &str) -> FileKinds {
        words.parse().unwrap()
    }

    #[test]
    fn kinds_have_one_spelling_and_are_never_none() {
        assert_eq!(kinds("pdf image").to_string(), "image pdf");
        assert_eq!(FileKinds::new([FileKind::Pdf, FileKind::Pdf]), Ok(kinds("pdf")));
        for words in ["", "pdfs", "pdf  image", "office_macros"] {
            assert_eq!(words.parse::<FileKinds>(), Err(UnknownWord), "{words:?}");
        }
    }

    #[test]
    fn what_was_asked_for_is_never_wider_than_the_rules() {
        let rules = TypeRules { extensions: vec!["heic".parse().unwrap()], ..TypeRules::default() };
        let (asked, all) = (kinds("image pdf script"), TakenTypes::new(&rules, None));
        let taken = TakenTypes::new(&rules, Some(&asked));
        let refused = |taken: &TakenTypes<'_>, name: &str| {
            taken.decide(name, None).refusal().map(|refusal| refusal.rule)
        };
        assert_eq!(asked.refused_by(&rules), Some(FileKind::Script));
        for (name, by_rules, by_both) in [
            ("scan.pdf", None, None),
            ("scan", None, None),
            ("scan.heic", Some(TypeRule::Extensions), Some(TypeRule::Extensions)),
            ("run.bat", Some(TypeRule::Kinds), Some(TypeRule::Kinds)),
            ("scan.pdf.exe", Some(TypeRule::Disguises), Some(TypeRule::Disguises)),
            ("table.xlsx", None, Some(TypeRule::NotAsked)),
            ("what.ever-it-is", None, Some(TypeRule::NotAsked)),
        ] {
            assert_eq!((refused(&all, name), refused(&taken, name)), (by_rules, by_both), "{name}");
        }
        assert!(!taken.decide_kind("scan.pdf", FileKind::Office).is_allowed());
        assert!(taken.decide_kind("scan.pdf", FileKind::Pdf).is_allowed());
        let found = Findings::plain(1, "ooxml", [FileKind::Office]);
        assert!(!taken.decide("scan.pdf", Some(&found)).is_allowed());
    }

    #[test]
    fn names_are_decided_by_a_list_as_the_rules_decide_them() {
        let rules = TypeRules { extensions: vec!["weird".parse().unwrap()], ..TypeRules::default() };
        for asked in [None, Some(kinds("image pdf")), Some(kinds("unknown"))] {
            let taken = TakenTypes::new(&rules, asked.as_ref());
            let names = taken.by_name();
            for word in ["pdf", "jpg", "exe", "xlsx", "weird", "unheard-of"] {
                let listed = names.extensions.iter().any(|one| one.as_str() == word);
                let by_list = listed == (names.mode == ListMode::Allow);
                let by_rules = taken.decide(&format!("a.{word}"), None).is_allowed();
                assert_eq!(by_list, by_rules, "{word}: {asked:?}");
            }
        }
        assert_eq!(TakenTypes::new(&rules, Some(&kinds("pdf"))).by_name().extensions.len(), 2);
    }
}
