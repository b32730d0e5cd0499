//! What rules about content find, and what follows. The table is a file, for the add-in has to find the same.

use sealpost_domain::{
    Protection,
    rules::{Content, ContentFilter, ContentLevel, ContentRules},
};
use serde_json::{Value, json};

fn filter(rules: Value) -> ContentFilter {
    let rules: ContentRules = serde_json::from_value(rules).unwrap();
    assert_eq!(rules.validate(), Ok(()));
    ContentFilter::new(rules)
}

#[test]
fn a_rule_finds_this_so_often() {
    let rows: Vec<Value> = serde_json::from_str(include_str!("content.json")).unwrap();
    assert!(rows.len() >= 70);
    for row in rows {
        let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
        let files: Vec<(String, u64)> = serde_json::from_value(row["files"].clone()).unwrap_or_default();
        let files: Vec<_> = files.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
        let mut rule = json!({ "name": "r", "find": row["find"], "level": "notify", "text": "t" });
        if !row["within"].is_null() {
            rule["within"] = row["within"].clone();
        }
        let filter = filter(json!([rule]));
        let content = Content { subject: &text("subject"), message: &text("message"), files: &files };
        let times = filter.look(&content).0.first().map_or(0, |found| found.times);
        assert_eq!(json!(times), row["times"], "{row}");
    }
}

#[test]
fn a_rule_finds_nothing_before_it_has_found_enough() {
    let rule =
        json!({ "name": "r", "find": { "words": ["x"] }, "at_least": 3, "level": "notify", "text": "t" });
    let filter = filter(json!([rule]));
    for (message, found) in [("x x", 0), ("x x x", 1), ("x x x x", 1)] {
        assert_eq!(filter.look(&Content { message, ..Content::default() }).0.len(), found, "{message}");
    }
}

#[test]
fn all_rules_that_find_something_count_together() {
    use Protection as P;
    let rule = |word: &str, level: &str, protections: &[P]| json!({ "name": word, "find": { "words": [word] }, "level": level, "protections": protections, "text": "t" });
    let filter = filter(json!([
        rule("told", "notify", &[P::Account]),
        rule("auto", "automatic", &[P::EmailCode, P::Password]),
        rule("must", "mandatory", &[P::Password, P::EmailCodeAndPassword]),
        rule("most", "mandatory", &[P::EmailCodeAndPassword]),
        rule("else", "mandatory", &[P::SmsCode]),
        rule("sealed", "mandatory", &[]),
    ]));
    for (message, required, preferred) in [
        ("nothing", None, None),
        ("told", None, None),
        ("auto", None, Some(P::EmailCode)),
        ("must", Some(vec![P::Password, P::EmailCodeAndPassword]), Some(P::Password)),
        ("auto must", Some(vec![P::Password, P::EmailCodeAndPassword]), Some(P::Password)),
        ("must most", Some(vec![P::EmailCodeAndPassword]), Some(P::EmailCodeAndPassword)),
        ("auto most", Some(vec![P::EmailCodeAndPassword]), None),
        ("must else", Some(vec![]), None),
        ("sealed", None, None),
    ] {
        let outcome = filter.look(&Content { message, ..Content::default() });
        assert_eq!((outcome.required(), outcome.preferred()), (required, preferred), "{message}");
    }
    let outcome = filter.look(&Content { message: "sealed told", ..Content::default() });
    assert_eq!(outcome.at_least(ContentLevel::Mandatory).count(), 1);
    assert_eq!(outcome.0.iter().map(|found| found.number).collect::<Vec<_>>(), [1, 6]);
}

#[test]
fn a_disabled_rule_finds_nothing() {
    let rule =
        json!({ "name": "r", "find": { "words": ["x"] }, "level": "notify", "text": "t", "disabled": true });
    assert!(filter(json!([rule])).is_empty());
}
