//! Who may send to whom, and what the recipient has to show then: rules that are tried in order.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::{AddressPattern, ModeWord};
use crate::{Protection, is_deceptive};

/// Most rules.
const MAX_RULES: usize = 10_000;
/// Most patterns of all rules together.
const MAX_PATTERNS: usize = 100_000;
/// Most wildcards that cannot be found by a domain's end, such as `*@example.*`: each is tried for every recipient.
const MAX_LOOSE: usize = 500;
/// Longest name and reason, in bytes.
const MAX_TEXT_BYTES: usize = 256;

/// Rules that are tried in order: the first that is about a sender and a recipient decides. Where none is, the tenant's
/// rules for everybody hold.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AddressRules(pub Vec<AddressRule>);

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddressRule {
    /// What it is called, for people; no two have one name.
    pub name: String,
    /// Who sends; nobody in particular if it is empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub senders: Vec<AddressPattern>,
    /// Who receives; nobody in particular if it is empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recipients: Vec<AddressPattern>,
    /// What follows.
    pub effect: AddressEffect,
    /// Whether it must be sealed by the sender's program, or must not; as the settings say if nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zero_knowledge: Option<ModeWord>,
    /// Whether it is passed over.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub disabled: bool,
}

/// What follows of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum AddressEffect {
    /// It may be sent, as the tenant's rules for everybody say.
    Allow,
    /// It may not be sent. The text is what the sender is told.
    Deny(String),
    /// It may be sent if the recipient is asked for one of these, whatever the rules for everybody say; the first is what
    /// counts when the sender says nothing. With `none` among them, trusted recipients need nothing but the link.
    Require(Vec<Protection>),
}

/// The rules cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressRulesError {
    /// They are too many, or have too many patterns.
    #[error("at most {MAX_RULES} rules with {MAX_PATTERNS} patterns, {MAX_LOOSE} of which may end in a *")]
    TooMany,
    /// A rule has no name, or one of more than a line, or another's.
    #[error("rule {0}: a name of one line, at most {MAX_TEXT_BYTES} bytes, that no other rule has")]
    Name(usize),
    /// A rule says nothing to the sender, or more than a line.
    #[error("rule {0}: what the sender is told is one line of at most {MAX_TEXT_BYTES} bytes")]
    Reason(usize),
    /// A rule asks for none of the protections that there are, or for one twice.
    #[error("rule {0}: at least one protection, and each once")]
    Protections(usize),
}

impl AddressRules {
    /// Whether the rules can be kept.
    ///
    /// # Errors
    /// [`AddressRulesError`] with the number of the first that cannot, counted from 1.
    pub fn validate(&self) -> Result<(), AddressRulesError> {
        let patterns = || self.0.iter().flat_map(|rule| rule.senders.iter().chain(&rule.recipients));
        let loose = patterns().filter(|pattern| pattern.is_loose()).count();
        if self.0.len() > MAX_RULES || patterns().count() > MAX_PATTERNS || loose > MAX_LOOSE {
            return Err(AddressRulesError::TooMany);
        }
        let mut names = HashSet::new();
        for (number, rule) in (1..).zip(&self.0) {
            if !is_line(&rule.name) || !names.insert(&rule.name) {
                return Err(AddressRulesError::Name(number));
            }
            match &rule.effect {
                AddressEffect::Deny(reason) if !is_line(reason) => {
                    return Err(AddressRulesError::Reason(number));
                }
                AddressEffect::Require(protections) if !are_protections(protections) => {
                    return Err(AddressRulesError::Protections(number));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

impl AddressRule {
    /// The patterns of who sends.
    pub(super) fn senders(&self) -> &[AddressPattern] {
        anybody(&self.senders)
    }

    /// Whether it is about whoever sends to whomever.
    pub fn is_about_everybody(&self) -> bool {
        self.senders().contains(&AddressPattern::Any) && self.recipients().contains(&AddressPattern::Any)
    }

    /// The patterns of who receives.
    pub(super) fn recipients(&self) -> &[AddressPattern] {
        anybody(&self.recipients)
    }
}

fn anybody(patterns: &[AddressPattern]) -> &[AddressPattern] {
    if patterns.is_empty() { &[AddressPattern::Any] } else { patterns }
}

fn is_line(text: &str) -> bool {
    let plain = !text.chars().any(|c| c.is_control() || is_deceptive(c));
    plain && text.len() <= MAX_TEXT_BYTES && !text.trim().is_empty()
}

fn are_protections(protections: &[Protection]) -> bool {
    let distinct: HashSet<_> = protections.iter().collect();
    !protections.is_empty() && distinct.len() == protections.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(name: &str, effect: AddressEffect) -> AddressRule {
        AddressRule {
            name: name.to_owned(),
            senders: Vec::new(),
            recipients: Vec::new(),
            effect,
            zero_knowledge: None,
            disabled: false,
        }
    }

    #[test]
    fn rules_that_cannot_be_kept_are_refused_by_their_number() {
        use AddressRulesError as E;
        let fine = || rule("fine", AddressEffect::Allow);
        let deny = |reason: &str| rule("x", AddressEffect::Deny(reason.to_owned()));
        let require = |protections: &[Protection]| rule("x", AddressEffect::Require(protections.to_vec()));
        let long = "a".repeat(MAX_TEXT_BYTES + 1);
        for (second, error) in [
            (rule("", AddressEffect::Allow), E::Name(2)),
            (rule("  ", AddressEffect::Allow), E::Name(2)),
            (rule("two\nlines", AddressEffect::Allow), E::Name(2)),
            (rule("turned \u{202e}", AddressEffect::Allow), E::Name(2)),
            (rule(&long, AddressEffect::Allow), E::Name(2)),
            (fine(), E::Name(2)),
            (deny(""), E::Reason(2)),
            (deny(&long), E::Reason(2)),
            (require(&[]), E::Protections(2)),
            (require(&[Protection::Password, Protection::Password]), E::Protections(2)),
        ] {
            assert_eq!(AddressRules(vec![fine(), second.clone()]).validate(), Err(error), "{second:?}");
        }
        let many = |count: usize| (0..count).map(|n| rule(&n.to_string(), AddressEffect::Allow)).collect();
        assert_eq!(AddressRules(many(MAX_RULES)).validate(), Ok(()));
        assert_eq!(AddressRules(many(MAX_RULES + 1)).validate(), Err(E::TooMany));
        let loose = vec!["a@example.*".parse().unwrap(); MAX_LOOSE + 1];
        let loose = AddressRule { recipients: loose, ..fine() };
        assert_eq!(AddressRules(vec![loose]).validate(), Err(E::TooMany));
    }

    #[test]
    fn rules_are_written_as_they_are_read() {
        let json = r#"[{"name":"partners","senders":["internal"],"recipients":["partner.example"],"effect":{"require":["email_code_and_password"]}},{"name":"nobody else","effect":{"deny":"Only partners."},"zero_knowledge":"forbid","disabled":true}]"#;
        let rules: AddressRules = serde_json::from_str(json).unwrap();
        assert_eq!(rules.validate(), Ok(()));
        assert_eq!(serde_json::to_string(&rules).unwrap(), json);
        for wrong in [
            r#"[{"name":"x"}]"#,
            r#"[{"name":"x","effect":"maybe"}]"#,
            r#"[{"name":"x","effect":"allow","zero_knowledge":"allow"}]"#,
            r#"[{"name":"x","effect":"allow","recipient":["any"]}]"#,
            r#"[{"name":"x","effect":"allow","recipients":["nobody"]}]"#,
        ] {
            assert!(serde_json::from_str::<AddressRules>(wrong).is_err(), "{wrong}");
        }
    }
}
