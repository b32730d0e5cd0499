//! What the console calls the places of a policy: its list of versions names each that has changed.

use sealpost_domain::{Policy, PolicyDocument, RecoveryKey};
use serde_json::{Value, json};

/// The console's texts, by language.
const CATALOGUES: [(&str, &str); 3] = [
    ("de", include_str!("../../locales/de/console.json")),
    ("en", include_str!("../../locales/en/console.json")),
    ("nl", include_str!("../../locales/nl/console.json")),
];

/// Where a policy says something: names with dots between, as the console tells differences.
fn places(value: &Value, above: &str) -> Vec<String> {
    match value.as_object() {
        Some(members) if !members.is_empty() => {
            let below = |(name, inner): (&String, &Value)| {
                places(inner, &if above.is_empty() { name.clone() } else { format!("{above}.{name}") })
            };
            members.iter().flat_map(below).collect()
        }
        _ => vec![above.to_owned()],
    }
}

#[test]
fn every_place_of_a_policy_has_words_in_the_console_in_every_language() {
    let none = PolicyDocument::default();
    // What is an object only when it is there.
    let recovery = Some(RecoveryKey { public_key: "A".repeat(43) });
    let some = PolicyDocument::of(Policy { recovery, ..Policy::default() });
    let documents = [none, some].map(|document| json!(document));
    for (language, texts) in CATALOGUES {
        let texts: Value = serde_json::from_str(texts).unwrap();
        for place in documents.iter().flat_map(|document| places(document, "")) {
            let key = format!("policy.field.{place}");
            assert!(texts[&key].is_string(), "{language} says nothing of {key}");
        }
    }
}
