//! What rules about content must be.

use std::collections::HashSet;

use super::{ContentLevel, ContentRule, ContentRules, Finder, words::stem};
use crate::is_deceptive;

/// Most rules.
const MAX_RULES: usize = 200;
/// Most words of all rules together.
const MAX_WORDS: usize = 5_000;
/// Longest word or phrase, in bytes.
const MAX_WORD_BYTES: usize = 128;
/// Longest name and text, in bytes.
const MAX_TEXT_BYTES: usize = 256;

/// The rules cannot be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ContentRulesError {
    /// They are too many, or have too many words.
    #[error("at most {MAX_RULES} rules with {MAX_WORDS} words")]
    TooMany,
    /// A rule has no name, or one of more than a line, or another's.
    #[error("rule {0}: a name of one line, at most {MAX_TEXT_BYTES} bytes, that no other rule has")]
    Name(usize),
    /// A rule says nothing to the sender, or more than a line.
    #[error("rule {0}: what the sender is told is one line of at most {MAX_TEXT_BYTES} bytes")]
    Text(usize),
    /// A rule looks for no word, or for one that is none.
    #[error("rule {0}: at least one word, each of 1 to {MAX_WORD_BYTES} bytes beside its stars")]
    Words(usize),
    /// A rule must be found never, or more often than anybody counts.
    #[error("rule {0}: at_least is 1 to 1000")]
    Times(usize),
    /// A rule names a place or a protection twice.
    #[error("rule {0}: each place and each protection once")]
    Twice(usize),
}

impl ContentRules {
    /// Whether the rules can be kept.
    ///
    /// # Errors
    /// [`ContentRulesError`] with the number of the first that cannot, counted from 1.
    pub fn validate(&self) -> Result<(), ContentRulesError> {
        use ContentRulesError as E;
        let words = self.0.iter().map(|rule| match &rule.find {
            Finder::Words(words) => words.len(),
            _ => 0,
        });
        if self.0.len() > MAX_RULES || words.sum::<usize>() > MAX_WORDS {
            return Err(E::TooMany);
        }
        let mut names = HashSet::new();
        for (number, rule) in (1..).zip(&self.0) {
            let protections: HashSet<_> = rule.protections.iter().collect();
            let places: HashSet<_> = rule.within.iter().collect();
            let once = protections.len() == rule.protections.len() && places.len() == rule.within.len();
            let error = match &rule.find {
                _ if !is_line(&rule.name) || !names.insert(&rule.name) => E::Name(number),
                _ if !is_line(&rule.text) => E::Text(number),
                _ if !(1..=1_000).contains(&rule.at_least) => E::Times(number),
                _ if !once => E::Twice(number),
                Finder::Words(words) if words.is_empty() || !words.iter().all(|word| is_word(word)) => {
                    E::Words(number)
                }
                _ => continue,
            };
            return Err(error);
        }
        Ok(())
    }

    /// Pairs of mandatory rules whose protections have none in common, by their numbers: what both find something in can be
    /// sent to nobody.
    pub fn never_met_together(&self) -> Vec<(usize, usize)> {
        let asks = |rule: &ContentRule| {
            !rule.disabled && rule.level == ContentLevel::Mandatory && !rule.protections.is_empty()
        };
        let asking: Vec<_> = (1..).zip(&self.0).filter(|(_, rule)| asks(rule)).collect();
        let pairs = asking
            .iter()
            .enumerate()
            .flat_map(|(at, one)| asking[at + 1..].iter().map(move |other| (one, other)));
        pairs
            .filter(|((_, one), (_, other))| !one.protections.iter().any(|it| other.protections.contains(it)))
            .map(|((one, _), (other, _))| (*one, *other))
            .collect()
    }
}

fn is_word(word: &str) -> bool {
    let stem = stem(word);
    !stem.is_empty() && !stem.contains('*') && word.len() <= MAX_WORD_BYTES && is_line(word)
}

fn is_line(text: &str) -> bool {
    let plain = !text.chars().any(|c| c.is_control() || is_deceptive(c));
    plain && text.len() <= MAX_TEXT_BYTES && !text.trim().is_empty()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rules(second: &serde_json::Value) -> Result<ContentRules, serde_json::Error> {
        let mut rule =
            json!({ "name": "second", "find": { "words": ["x"] }, "level": "notify", "text": "t" });
        for (name, value) in second.as_object().unwrap() {
            rule[name] = value.clone();
        }
        let first =
            json!({ "name": "first", "find": { "number": "iban" }, "level": "mandatory", "text": "t" });
        serde_json::from_value(json!([first, rule]))
    }

    #[test]
    fn rules_that_cannot_be_kept_are_refused_by_their_number() {
        use ContentRulesError as E;
        assert_eq!(rules(&json!({})).unwrap().validate(), Ok(()));
        for (second, error) in [
            (json!({ "name": "" }), E::Name(2)),
            (json!({ "name": "first" }), E::Name(2)),
            (json!({ "text": " " }), E::Text(2)),
            (json!({ "text": "two\nlines" }), E::Text(2)),
            (json!({ "at_least": 0 }), E::Times(2)),
            (json!({ "at_least": 1_001 }), E::Times(2)),
            (json!({ "within": ["subject", "subject"] }), E::Twice(2)),
            (json!({ "protections": ["password", "password"] }), E::Twice(2)),
            (json!({ "find": { "words": [] } }), E::Words(2)),
            (json!({ "find": { "words": ["*"] } }), E::Words(2)),
            (json!({ "find": { "words": ["a*b"] } }), E::Words(2)),
            (json!({ "find": { "words": ["x".repeat(129)] } }), E::Words(2)),
            (json!({ "find": { "words": vec!["x"; 5_001] } }), E::TooMany),
        ] {
            assert_eq!(rules(&second).unwrap().validate(), Err(error), "{second}");
        }
    }

    #[test]
    fn mandatory_rules_that_nothing_meets_together_are_found() {
        let rule = |name: &str, level: &str, protections: &[&str]| json!({ "name": name, "find": { "words": ["x"] }, "level": level, "protections": protections, "text": "t" });
        let rules: ContentRules = serde_json::from_value(json!([
            rule("a", "mandatory", &["password", "email_code"]),
            rule("b", "automatic", &["sms_code"]),
            rule("c", "mandatory", &["sms_code"]),
            rule("d", "mandatory", &[]),
            rule("e", "mandatory", &["email_code"]),
        ]))
        .unwrap();
        assert_eq!(rules.never_met_together(), [(1, 3), (3, 5)]);
    }

    #[test]
    fn what_is_no_rule_is_not_read() {
        for second in [
            json!({ "find": { "regex": ".*" } }),
            json!({ "find": { "shape": "##" } }),
            json!({ "find": { "number": "telephone" } }),
            json!({ "within": ["attachments"] }),
            json!({ "level": "maybe" }),
            json!({ "more": 1 }),
        ] {
            assert!(rules(&second).is_err(), "{second}");
        }
    }

    #[test]
    fn rules_are_written_as_they_are_read() {
        let json = r#"[{"name":"a","find":{"shape":"pat-###"},"within":["subject"],"at_least":2,"level":"automatic","protections":["email_code"],"text":"t"},{"name":"b","find":{"files_larger_than":1024},"level":"notify","text":"t","disabled":true}]"#;
        let rules: ContentRules = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&rules).unwrap(), json);
    }
}
