//! What differs between two versions of a policy.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;
use serde_json::Value;

use super::PolicyDocument;
use crate::rules::{AddressRule, ContentRule};

/// What differs between two versions of a policy, without anybody's address: settings with both values, and of rules how
/// many.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct PolicyDifference {
    /// Settings that differ, with their value before and after.
    pub settings: BTreeMap<String, (Value, Value)>,
    /// Whether other domains are the tenant's own.
    pub domains: bool,
    /// Rules about addresses.
    pub addresses: RulesDifference,
    /// Rules about files that differ, with their value before and after.
    pub types: BTreeMap<String, (Value, Value)>,
    /// Rules about what is written.
    pub content: RulesDifference,
    /// Rules about the malware scanner that differ, with their value before and after.
    pub scan: BTreeMap<String, (Value, Value)>,
    /// Whether others are told of something.
    pub contacts: bool,
    /// Whether something else is reported, or to others.
    pub reports: bool,
    /// What of the branding differs, by its names: whom recipients ask may be a person.
    pub branding: Vec<String>,
    /// What the add-in does otherwise, with its value before and after.
    pub addin: BTreeMap<String, (Value, Value)>,
}

/// How many rules differ between two lists. A rule goes by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct RulesDifference {
    /// Only in the later list.
    pub added: usize,
    /// Only in the earlier list.
    pub removed: usize,
    /// In both, and not the same.
    pub changed: usize,
    /// Whether those in both stand in another order.
    pub reordered: bool,
}

impl PolicyDifference {
    /// What differs between the two.
    pub fn between(before: &PolicyDocument, after: &PolicyDocument) -> Self {
        Self {
            settings: fields(&before.settings, &after.settings),
            domains: before.domains != after.domains,
            addresses: RulesDifference::between(&before.addresses.0, &after.addresses.0),
            types: fields(&before.types, &after.types),
            content: RulesDifference::between(&before.content.0, &after.content.0),
            scan: fields(&before.scan, &after.scan),
            contacts: before.contacts != after.contacts,
            reports: before.reports != after.reports,
            branding: fields(&before.branding, &after.branding).into_keys().collect(),
            addin: fields(&before.addin, &after.addin),
        }
    }
}

/// A rule that goes by its name.
trait Named: PartialEq {
    fn name(&self) -> &str;
}

impl Named for AddressRule {
    fn name(&self) -> &str {
        &self.name
    }
}

impl Named for ContentRule {
    fn name(&self) -> &str {
        &self.name
    }
}

impl RulesDifference {
    fn between<R: Named>(before: &[R], after: &[R]) -> Self {
        fn places<R: Named>(rules: &[R]) -> HashMap<&str, usize> {
            rules.iter().enumerate().map(|(place, rule)| (rule.name(), place)).collect()
        }
        let (places_before, places_after) = (places(before), places(after));
        let both: Vec<(&R, &R)> =
            before.iter().filter_map(|rule| Some((rule, &after[*places_after.get(rule.name())?]))).collect();
        let kept = after.iter().filter(|rule| places_before.contains_key(rule.name()));
        Self {
            added: after.len() - both.len(),
            removed: before.len() - both.len(),
            changed: both.iter().filter(|(before, after)| before != after).count(),
            reordered: both.iter().zip(kept).any(|((before, _), after)| before.name() != after.name()),
        }
    }
}

/// The fields of a struct that differ.
fn fields<T: Serialize>(before: &T, after: &T) -> BTreeMap<String, (Value, Value)> {
    let fields = |it: &T| match serde_json::to_value(it) {
        Ok(Value::Object(fields)) => fields,
        _ => unreachable!("a struct of numbers, booleans, words and lists becomes an object"),
    };
    let mut after = fields(after);
    let both = fields(before).into_iter().filter_map(|(name, before)| {
        let after = after.remove(&name)?;
        (before != after).then_some((name, (before, after)))
    });
    both.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rules(names: &str, changed: &str) -> PolicyDocument {
        let rules = names.chars().map(|name| {
            let disabled = changed.contains(name);
            json!({ "name": name, "effect": "allow", "disabled": disabled })
        });
        serde_json::from_value(json!({ "addresses": rules.collect::<Vec<_>>() })).unwrap()
    }

    #[test]
    fn settings_that_differ_are_named_with_both_values() {
        let before = PolicyDocument::default();
        let mut after = before.clone();
        after.settings.max_files = 3;
        after.settings.reminder_seconds = Some(60);
        let difference = PolicyDifference::between(&before, &after);
        let expected = [
            ("max_files".to_owned(), (json!(10_000), json!(3))),
            ("reminder_seconds".to_owned(), (json!(null), json!(60))),
        ];
        assert_eq!(difference.settings, BTreeMap::from(expected));
        assert_eq!(PolicyDifference::between(&after, &after), PolicyDifference::default());
    }

    #[test]
    fn rules_that_differ_are_counted_by_their_names() {
        for (before, after, changed, expected) in [
            ("abc", "abc", "", (0, 0, 0, false)),
            ("abc", "abcd", "", (1, 0, 0, false)),
            ("abc", "xabc", "", (1, 0, 0, false)),
            ("abc", "ac", "", (0, 1, 0, false)),
            ("abc", "xyz", "", (3, 3, 0, false)),
            ("abc", "acb", "", (0, 0, 0, true)),
            ("abc", "abc", "b", (0, 0, 1, false)),
            ("abc", "cxa", "c", (1, 1, 1, true)),
            ("", "a", "", (1, 0, 0, false)),
            ("a", "", "", (0, 1, 0, false)),
        ] {
            let (before, after) = (rules(before, ""), rules(after, changed));
            let found = PolicyDifference::between(&before, &after).addresses;
            assert_eq!(
                (found.added, found.removed, found.changed, found.reordered),
                expected,
                "{before:?} {after:?}"
            );
        }
    }
}
