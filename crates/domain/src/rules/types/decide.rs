//! The one engine that decides about files, and says why.

use std::{collections::BTreeSet, fmt};

use super::{
    ArchiveFindings, ArchiveRules, Choice, Extension, FileKind, Findings, ListMode, NameTraits, TypeRules,
};
use crate::words::words;

/// Archives that become less than this in all may be as dense as they like.
const DENSE_BYTES: u64 = 64 << 20;

words! {
    /// The rule that refuses a file: where it stands in the tenant's policy.
    TypeRule {
        /// What the archive says of itself cannot be relied on. No setting allows this but not to look inside.
        ArchiveDamaged = "archives",
        /// `archives.encrypted`
        ArchiveEncrypted = "archives.encrypted",
        /// `archives.max_depth`
        ArchiveDepth = "archives.max_depth",
        /// `archives.max_entries`
        ArchiveEntries = "archives.max_entries",
        /// `archives.max_ratio`
        ArchiveRatio = "archives.max_ratio",
        /// `archives.uninspectable`
        ArchiveUninspectable = "archives.uninspectable",
        /// `archives.max_unpacked_bytes`
        ArchiveUnpacked = "archives.max_unpacked_bytes",
        /// `disguises`
        Disguises = "disguises",
        /// `extensions`
        Extensions = "extensions",
        /// `kinds`
        Kinds = "kinds",
        /// `mismatch`
        Mismatch = "mismatch",
        /// Not the policy's: whoever asks for files has asked for others.
        NotAsked = "not_asked_for",
        /// Lists of what may be sent have nothing that it is.
        NotListed = "not_listed",
        /// `zero_knowledge.forbid`
        SealedForbidden = "zero_knowledge.forbid",
        /// `zero_knowledge.require`
        SealedRequired = "zero_knowledge.require",
    }
}

/// What the rules say of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypeDecision {
    /// It may be sent.
    Allow,
    /// It may not.
    Refuse(TypeRefusal),
}

/// Why a file may not be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeRefusal {
    /// The rule.
    pub rule: TypeRule,
    /// What it is that the rule does not allow: an extension, a kind, a trick, a number.
    pub what: String,
    /// The name of what is inside of the file, if it is that.
    pub inside: Option<String>,
}

impl TypeDecision {
    /// Whether it may be sent.
    pub const fn is_allowed(&self) -> bool {
        matches!(self, Self::Allow)
    }

    /// The refusal, if it is one.
    pub fn refusal(self) -> Option<TypeRefusal> {
        match self {
            Self::Allow => None,
            Self::Refuse(refusal) => Some(refusal),
        }
    }
}

/// For whoever sends it, in English.
impl fmt::Display for TypeRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = &self.what;
        match self.rule {
            TypeRule::ArchiveDamaged => write!(f, "the archive cannot be checked: {what}"),
            TypeRule::ArchiveEncrypted => write!(f, "archives with passwords are not accepted: {what}"),
            TypeRule::ArchiveDepth => write!(f, "too many archives in one another: {what}"),
            TypeRule::ArchiveEntries => write!(f, "too many files in the archive: {what}"),
            TypeRule::ArchiveRatio => {
                write!(f, "the archive becomes {what} times as big when it is unpacked")
            }
            TypeRule::ArchiveUninspectable => write!(f, "it cannot be looked into: {what}"),
            TypeRule::ArchiveUnpacked => write!(f, "the archive becomes {what} bytes when it is unpacked"),
            TypeRule::Disguises => write!(f, "the name deceives: {what}"),
            TypeRule::Extensions => write!(f, "files of type .{what} are not accepted"),
            TypeRule::Kinds => write!(f, "files of the kind {what} are not accepted"),
            TypeRule::Mismatch => write!(f, "the name promises something else: it is {what}"),
            TypeRule::NotAsked => write!(f, "files of this type were not asked for: {what}"),
            TypeRule::NotListed => write!(f, "it is none of the types that are accepted: {what}"),
            TypeRule::SealedForbidden => {
                write!(f, "files of the kind {what} are not accepted if their sender has sealed them")
            }
            TypeRule::SealedRequired => {
                write!(f, "files of the kind {what} are accepted only if their sender has sealed them")
            }
        }?;
        match &self.inside {
            // Names in archives may be anything; on a screen they stay what they are.
            Some(name) => write!(f, " (in the file: {})", name.escape_debug()),
            None => Ok(()),
        }
    }
}

fn refuse(rule: TypeRule, what: impl fmt::Display) -> Result<(), TypeRefusal> {
    Err(TypeRefusal { rule, what: what.to_string(), inside: None })
}

impl TypeRules {
    /// What the rules say of a file with this name, and with these findings once it was looked into. Without them it is what
    /// the name alone says: what may still turn out to be refused.
    pub fn decide(&self, name: &str, findings: Option<&Findings>) -> TypeDecision {
        let traits = NameTraits::of(name);
        let decided = self.decide_name(&traits).and_then(|()| match findings {
            Some(findings) => self.decide_content(&traits, findings),
            None => Ok(()),
        });
        match decided {
            Ok(()) => TypeDecision::Allow,
            Err(refusal) => TypeDecision::Refuse(refusal),
        }
    }

    /// What the rules say of a kind that was found, whatever else the file is: asked as soon as its first bytes are there.
    pub fn decide_kind(&self, name: &str, kind: FileKind) -> TypeDecision {
        let findings = Findings::plain(0, "", kind.implies().into_iter().chain([kind]));
        match self.decide_kinds(&NameTraits::of(name), &findings) {
            Ok(()) => TypeDecision::Allow,
            Err(refusal) => TypeDecision::Refuse(refusal),
        }
    }

    fn decide_name(&self, traits: &NameTraits) -> Result<(), TypeRefusal> {
        if let (Choice::Deny, Some(trick)) = (self.disguises, traits.trick) {
            return refuse(TypeRule::Disguises, trick);
        }
        let extension = traits.extension.as_ref();
        let listed = extension.is_some_and(|extension| self.extensions.contains(extension));
        let promised = extension.map(Extension::kinds).unwrap_or_default();
        match (self.mode, extension) {
            (ListMode::Deny, Some(extension)) if listed => refuse(TypeRule::Extensions, extension),
            (ListMode::Deny, _) => match promised.iter().find(|kind| self.kinds.contains(kind)) {
                Some(kind) => refuse(TypeRule::Kinds, kind),
                None => Ok(()),
            },
            (ListMode::Allow, _) if listed => Ok(()),
            // What promises nothing is what it turns out to be.
            (ListMode::Allow, None) if !self.kinds.is_empty() => Ok(()),
            (ListMode::Allow, None) => refuse(TypeRule::NotListed, "a name without an extension"),
            (ListMode::Allow, Some(extension)) => {
                let all = promised.iter().all(|kind| self.kinds.contains(kind));
                let some = !promised.is_empty() || self.kinds.contains(&FileKind::Unknown);
                if all && some { Ok(()) } else { refuse(TypeRule::NotListed, format_args!(".{extension}")) }
            }
        }
    }

    fn decide_content(&self, traits: &NameTraits, findings: &Findings) -> Result<(), TypeRefusal> {
        self.decide_kinds(traits, findings)?;
        match &findings.archive {
            Some(archive) if self.archives.look_inside => self.decide_archive(archive),
            _ => Ok(()),
        }
    }

    fn decide_kinds(&self, traits: &NameTraits, findings: &Findings) -> Result<(), TypeRefusal> {
        let kinds = &findings.kinds;
        let promised = traits.extension.as_ref().map(Extension::kinds).unwrap_or_default();
        match self.mode {
            ListMode::Deny => {
                if let Some(kind) = kinds.iter().find(|kind| self.kinds.contains(kind)) {
                    return refuse(TypeRule::Kinds, kind);
                }
            }
            ListMode::Allow => {
                let listed = traits.extension.as_ref().filter(|one| self.extensions.contains(one));
                let vaguely = |kind: FileKind| {
                    promised.iter().any(|one| self.kinds.contains(one) && is_vague(*one, &[kind].into()))
                };
                let fits = |kind: &&FileKind| {
                    self.kinds.contains(kind)
                        || listed.is_some_and(|one| may_be(one, **kind))
                        || vaguely(**kind)
                };
                if let Some(kind) = kinds.iter().find(|kind| !fits(kind)) {
                    return refuse(TypeRule::NotListed, kind);
                }
            }
        }
        let kept =
            promised.is_empty() || promised.iter().any(|kind| kinds.contains(kind) || is_vague(*kind, kinds));
        match kinds.iter().next() {
            Some(kind) if self.mismatch == Choice::Deny && !kept => refuse(TypeRule::Mismatch, kind),
            _ => Ok(()),
        }
    }

    fn decide_archive(&self, archive: &ArchiveFindings) -> Result<(), TypeRefusal> {
        let rules = &self.archives;
        if let Some(why) = &archive.damaged {
            return refuse(TypeRule::ArchiveDamaged, why);
        }
        if let Some(name) = &archive.overlapping {
            return Err(inside(TypeRule::ArchiveDamaged, "files that share their bytes", name));
        }
        decide_sizes(rules, archive)?;
        for (choice, name, rule, what) in [
            (rules.encrypted, &archive.encrypted, TypeRule::ArchiveEncrypted, "a password is needed"),
            (rules.uninspectable, &archive.closed, TypeRule::ArchiveUninspectable, "an archive"),
        ] {
            if let (Choice::Deny, Some(name)) = (choice, name) {
                return Err(inside(rule, what, name));
            }
        }
        for name in &archive.names {
            let decided = self.decide_name(&NameTraits::of(name));
            decided.map_err(|refusal| TypeRefusal { inside: Some(name.clone()), ..refusal })?;
        }
        Ok(())
    }
}

fn decide_sizes(rules: &ArchiveRules, archive: &ArchiveFindings) -> Result<(), TypeRefusal> {
    let ratio = archive.unpacked_bytes / archive.packed_bytes.max(1);
    for (rule, found, most) in [
        (TypeRule::ArchiveEntries, archive.entries, rules.max_entries),
        (TypeRule::ArchiveUnpacked, archive.unpacked_bytes, rules.max_unpacked_bytes),
        (TypeRule::ArchiveDepth, archive.depth, rules.max_depth),
    ] {
        if found > most {
            return refuse(rule, found);
        }
    }
    if archive.unpacked_bytes > DENSE_BYTES && ratio > rules.max_ratio {
        return refuse(TypeRule::ArchiveRatio, ratio);
    }
    Ok(())
}

fn inside(rule: TypeRule, what: &str, name: &str) -> TypeRefusal {
    TypeRefusal { rule, what: what.to_owned(), inside: Some(name.to_owned()) }
}

/// Whether what an extension promises covers a kind. One that promises nothing to us covers whatever runs nothing.
pub(super) fn may_be(extension: &Extension, kind: FileKind) -> bool {
    match extension.kinds() {
        [] => !kind.is_active() && kind != FileKind::OfficeMacros,
        promised => promised.contains(&kind) || promised.iter().any(|one| is_vague(*one, &[kind].into())),
    }
}

/// Whether a content of these kinds keeps a promise that nothing in a content can show: text is hardly ever marked as such,
/// and drawings, databases and sound have more formats than are known.
pub(super) fn is_vague(promised: FileKind, kinds: &BTreeSet<FileKind>) -> bool {
    use FileKind as K;
    let vague = matches!(
        promised,
        K::Text | K::Email | K::Web | K::Model | K::Database | K::Audio | K::Video | K::Font | K::Other
    );
    let shapeless = |kind: &FileKind| matches!(kind, K::Text | K::Unknown | K::Other);
    let document =
        promised == K::Text && kinds.iter().all(|kind| matches!(kind, K::Text | K::Web | K::Email));
    vague && (document || kinds.iter().all(shapeless))
}
