//! What rules about content find, and what follows. The table is a file, for the add-in has to find the same.

use sealpost_domain::{
    Protection,
    rules::{Content, ContentFilter, ContentLevel, ContentRules, NumberKind},
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
        ("nothing", None, vec![]),
        ("told", None, vec![]),
        ("auto", None, vec![P::EmailCode, P::Password]),
        (
            "must",
            Some(vec![P::Password, P::EmailCodeAndPassword]),
            vec![P::Password, P::EmailCodeAndPassword],
        ),
        ("auto must", Some(vec![P::Password, P::EmailCodeAndPassword]), vec![P::Password]),
        ("must most", Some(vec![P::EmailCodeAndPassword]), vec![P::EmailCodeAndPassword]),
        ("auto most", Some(vec![P::EmailCodeAndPassword]), vec![]),
        ("must else", Some(vec![]), vec![]),
        ("sealed", None, vec![]),
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

proptest::proptest! {
    /// Whoever writes the text is not the tenant's friend.
    #[test]
    fn no_text_breaks_a_rule(subject in ".{0,40}", message in "(?s).{0,400}", name in ".{0,40}", word in "[^*\\p{C}]{1,8}", bytes: u64) {
        let numbers = NumberKind::ALL.iter().map(|kind| json!({ "number": kind }));
        let others = [json!({ "words": [format!("*{word}*")] }), json!({ "shape": "@@-### ##" })];
        let rules: Vec<_> = numbers
            .chain(others)
            .enumerate()
            .map(|(at, find)| json!({ "name": at.to_string(), "find": find, "level": "notify", "text": "t" }))
            .collect();
        let rules: ContentRules = serde_json::from_value(json!(rules)).unwrap();
        ContentFilter::new(rules).look(&Content { subject: &subject, message: &message, files: &[(&name, bytes)] });
    }

    /// What is between two others stays what it is: a rule finds a card wherever it stands alone.
    #[test]
    fn a_card_is_found_wherever_it_stands_alone(before in "[a-zé,!\n]{0,30}", behind in "[,!?;\n][a-zé ]{0,30}") {
        let filter = filter(json!([{ "name": "r", "find": { "number": "payment_card" }, "level": "notify", "text": "t" }]));
        let message = format!("{before}, 4111-1111 1111.1111{behind}");
        let found = filter.look(&Content { message: &message, ..Content::default() });
        proptest::prop_assert_eq!(found.0.first().map(|found| found.times), Some(1));
    }
}
