use sealpost_domain::rules::{Content, ContentFilter, ContentOutcome, ContentRules};

use crate::input::text;

/// One rule for each finder, and one for each kind of number.
fn every_finder() -> ContentRules {
    let numbers = [
        "payment_card",
        "iban",
        "at_social_security",
        "be_national",
        "ch_social_security",
        "de_tax",
        "es_national",
        "fr_social_security",
        "nl_citizen",
        "pl_national",
        "uk_health",
        "us_social_security",
    ];
    let numbers = numbers.map(|kind| serde_json::json!({ "number": kind }));
    let others = [
        serde_json::json!({ "words": ["plan", "medical record", "*graph*"] }),
        serde_json::json!({ "shape": "PAT-## @" }),
        serde_json::json!({ "files_larger_than": 7 }),
        serde_json::json!({ "more_files_than": 1 }),
    ];
    let rule = |(number, find): (usize, serde_json::Value)| {
        let level = ["notify", "automatic", "mandatory"][number % 3];
        serde_json::json!({ "name": number.to_string(), "find": find, "level": level, "text": "x",
            "protections": ["email_code", "password"] })
    };
    let rules = numbers.into_iter().chain(others).enumerate().map(rule);
    serde_json::from_value(rules.collect()).expect("rules")
}

/// Rules about what is written are read as they are written; whatever is written, they are done with it, find the same each
/// time, and what they ask for is what they name.
///
/// Rules first, a zero byte, what is written; without that byte all of it is both.
pub fn content_rules(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let (rules, written) = text.split_once('\0').unwrap_or((text, text));
    look(every_finder(), written);
    let Ok(rules) = serde_json::from_str::<ContentRules>(rules) else {
        return;
    };
    let json = serde_json::to_vec(&rules).expect("rules are written");
    assert_eq!(
        serde_json::from_slice::<ContentRules>(&json).ok().as_ref(),
        Some(&rules)
    );
    if rules.validate().is_ok() {
        look(rules, written);
    }
}

fn look(rules: ContentRules, text: &str) {
    let count = rules.0.len();
    let filter = ContentFilter::new(rules);
    let files: Vec<_> = text.split('/').map(|name| (name, name.len() as u64)).collect();
    let content = Content {
        subject: text.lines().next().unwrap_or_default(),
        message: text,
        files: &files,
    };
    let found = filter.look(&content);
    assert_eq!(filter.look(&content), found);
    let ContentOutcome(findings) = &found;
    assert!(findings.is_sorted_by(|one, two| one.number < two.number));
    for finding in findings {
        assert!((1..=count).contains(&finding.number) && !finding.rule.disabled);
        assert!(finding.times >= u64::from(finding.rule.at_least));
    }
    let named = |protection| {
        let mut lists = findings.iter().map(|finding| &finding.rule.protections);
        lists.any(|list| list.contains(protection))
    };
    let (required, preferred) = (found.required(), found.preferred());
    assert!(required.iter().flatten().chain(&preferred).all(named));
}
