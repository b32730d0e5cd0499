//! What files are, looked at before they are sealed: by the tenant's rules, and stated to the service, which cannot look.

use std::{collections::BTreeSet, fmt, io, path::Path};

use async_trait::async_trait;
use sealpost_domain::rules::{FileKind, Findings, TypeRules};
use serde::{Deserialize, Serialize};

use crate::{Error, send::plan::PlannedFile, wire::SendingPolicy};

/// Looks into files: the readers are the caller's.
#[async_trait]
pub trait Look: Send + Sync + fmt::Debug {
    /// What the file is that is to be sent under this name.
    async fn look(&self, path: &Path, name: &str) -> io::Result<Findings>;
}

/// What is stated of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stated {
    /// Words.
    kinds: Vec<String>,
    /// The version of the policy by whose rules it was looked at.
    policy_version: u64,
}

/// Looks into all files, and notes what is to be stated of each. Of rules that cannot be read nothing is stated: the service
/// says if it wants a statement.
///
/// # Errors
/// [`Error::TypeRefused`] for the first file that the rules do not let be sent, sealed.
pub(crate) async fn look_into(
    files: &mut [PlannedFile],
    look: &dyn Look,
    policy: &SendingPolicy,
) -> Result<(), Error> {
    let rules = policy.types.clone().and_then(|types| serde_json::from_value::<TypeRules>(types).ok());
    let Some((rules, policy_version)) = rules.zip(policy.version) else {
        files.iter_mut().for_each(|file| file.stated = None);
        return Ok(());
    };
    for file in files {
        let name = file.name.as_str();
        let findings = look.look(&file.path, name).await.map_err(Error::io("look into", &file.path))?;
        if let Some(why) = refusal(&rules, name, &findings) {
            return Err(Error::TypeRefused { path: file.path.clone(), why });
        }
        let kinds = findings.kinds.iter().map(|kind| kind.as_str().to_owned()).collect();
        file.stated = Some(Stated { kinds, policy_version });
    }
    Ok(())
}

/// Why a file may not be sent, or not sealed by its sender.
fn refusal(rules: &TypeRules, name: &str, findings: &Findings) -> Option<String> {
    let kinds: BTreeSet<FileKind> =
        findings.kinds.iter().flat_map(|kind| kind.implies().into_iter().chain([*kind])).collect();
    let decided = rules.decide(name, Some(findings)).refusal();
    decided.or_else(|| rules.decide_stated(&kinds).refusal()).map(|why| why.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_asked_about_names_and_kinds_and_about_who_seals() {
        let rules = |json: &str| serde_json::from_str::<TypeRules>(json).unwrap();
        let of = |kind| Findings::plain(1, "x", [kind]);
        let default = TypeRules::default();
        assert_eq!(refusal(&default, "plan.pdf", &of(FileKind::Pdf)), None);
        for (rules, name, kind, why) in [
            (&default, "setup.exe", FileKind::Other, "executable"),
            (&default, "plan.pdf", FileKind::Executable, "executable"),
            (&rules(r#"{"mode":"allow","kinds":["pdf"]}"#), "a.mp4", FileKind::Video, ".mp4"),
            (&rules(r#"{"zero_knowledge":{"forbid":["video"]}}"#), "a.mp4", FileKind::Video, "sealed them"),
        ] {
            let said = refusal(rules, name, &of(kind)).unwrap_or_default();
            assert!(said.contains(why), "{name}: {said}");
        }
    }
}
