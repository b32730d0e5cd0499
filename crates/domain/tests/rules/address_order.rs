//! Several rules: which of them decides, and what follows.

use sealpost_domain::{
    Protection,
    rules::{AddressDecision, AddressEffect, AddressFilter, AddressPattern, AddressRule, AddressRules},
};

use super::address::{group, party};

/// `internal bert@example.org > partner.example: require email_code none`; `off ` before it disables it.
fn rule(number: usize, line: &str) -> AddressRule {
    let (disabled, line) = line.strip_prefix("off ").map_or((false, line), |line| (true, line));
    let (who, effect) = line.split_once(": ").unwrap();
    let (senders, recipients) = who.split_once(" > ").unwrap();
    let effect = match effect.split_once(' ') {
        None if effect == "allow" => AddressEffect::Allow,
        Some(("deny", reason)) => AddressEffect::Deny(reason.to_owned()),
        Some(("require", words)) => {
            AddressEffect::Require(words.split(' ').map(|word| word.parse().unwrap()).collect())
        }
        _ => panic!("{line}"),
    };
    AddressRule {
        name: format!("rule {number}"),
        senders: patterns(senders),
        recipients: patterns(recipients),
        effect,
        zero_knowledge: None,
        disabled,
    }
}

/// `-` is nobody in particular; `g1` a group.
fn patterns(words: &str) -> Vec<AddressPattern> {
    let one = |word: &str| match word.strip_prefix('g').and_then(|number| number.parse().ok()) {
        Some(number) => AddressPattern::Group(group(number)),
        None => word.parse().unwrap_or_else(|error| panic!("{word}: {error}")),
    };
    words.split(' ').filter(|word| *word != "-").map(one).collect()
}

fn said(decision: AddressDecision<'_>) -> String {
    let effect = match decision.effect {
        AddressEffect::Allow => "allow".to_owned(),
        AddressEffect::Deny(reason) => format!("deny {reason}"),
        AddressEffect::Require(protections) => {
            let words: Vec<_> =
                protections.iter().map(|protection: &Protection| protection.as_str()).collect();
            format!("require {}", words.join(" "))
        }
    };
    match decision.rule {
        Some((number, name)) => {
            assert_eq!(name, format!("rule {number}"));
            format!("{number} {effect}")
        }
        None => effect,
    }
}

fn check(rules: &[&str], rows: &[(&str, &str, &str)]) {
    let rules = AddressRules((1..).zip(rules).map(|(number, line)| rule(number, line)).collect());
    rules.validate().unwrap();
    let filter = AddressFilter::new(rules);
    for (from, to, expected) in rows {
        let decided = party(from, |sender| party(to, |recipient| said(filter.from(sender).to(recipient))));
        assert_eq!(decided, *expected, "{from} > {to}");
    }
}

#[test]
fn without_rules_everything_is_as_for_everybody() {
    check(
        &[],
        &[
            ("anna@acme.example", "bert@example.org", "allow"),
            ("eve@evil.example", "anna@acme.example", "allow"),
        ],
    );
}

#[test]
fn outside_the_partners_more_is_asked_for() {
    check(
        &[
            "- > internal: require none email_code",
            "- > partner.example firm.example: require none email_code password",
            "- > competitor.example: deny Ask the board first.",
            "- > external: require email_code_and_password sms_code_and_password",
        ],
        &[
            ("anna@acme.example", "carl@acme.example", "1 require none email_code"),
            ("anna@acme.example", "bert@partner.example", "2 require none email_code password"),
            ("anna@acme.example", "bert@law.firm.example", "2 require none email_code password"),
            ("anna@acme.example", "eve@competitor.example", "3 deny Ask the board first."),
            ("anna@acme.example", "eve@sub.competitor.example", "3 deny Ask the board first."),
            (
                "anna@acme.example",
                "bert@example.org",
                "4 require email_code_and_password sms_code_and_password",
            ),
            (
                "anna@acme.example",
                "x@partner.example.evil.example",
                "4 require email_code_and_password sms_code_and_password",
            ),
        ],
    );
}

#[test]
fn the_first_rule_that_is_about_both_decides() {
    check(
        &[
            "board@acme.example > any: allow",
            "g1 > @press.example: allow",
            "internal > press.example: deny Only press officers write to the press.",
            "anna@acme.example > bert@example.org carl@example.org: deny Not you.",
            "@acme.test > -: deny This branch sends nothing.",
            "- > g2: require password",
            "off any > any: deny Closed.",
            "any > *@*.gov.example: require sms_code",
        ],
        &[
            ("board@acme.example", "eve@press.example", "1 allow"),
            ("board+x@acme.example", "eve@press.example", "1 allow"),
            ("anna@acme.example 1", "eve@press.example", "2 allow"),
            (
                "anna@acme.example 1",
                "eve@online.press.example",
                "3 deny Only press officers write to the press.",
            ),
            ("anna@acme.example 2", "eve@press.example", "3 deny Only press officers write to the press."),
            ("anna@acme.example", "bert@example.org", "4 deny Not you."),
            ("anna@acme.example", "carl+x@example.org", "4 deny Not you."),
            ("anna@acme.example", "dora@example.org", "allow"),
            ("paul@acme.example", "bert@example.org", "allow"),
            ("paul@acme.test", "bert@example.org", "5 deny This branch sends nothing."),
            ("paul@acme.test", "eve@press.example", "3 deny Only press officers write to the press."),
            ("paul@acme.example", "carl@acme.example 2", "6 require password"),
            ("paul@acme.example", "carl@acme.example 1 3", "allow"),
            ("paul@acme.example", "x@tax.gov.example", "8 require sms_code"),
            ("paul@acme.example", "x@gov.example", "allow"),
        ],
    );
}

#[test]
fn a_rule_about_a_sender_alone_holds_for_all_his_recipients() {
    check(
        &["intern-*@acme.example > -: deny Interns do not send.", "- > -: require email_code"],
        &[
            ("intern-7@acme.example", "anna@acme.example", "1 deny Interns do not send."),
            ("intern-7@acme.example", "bert@example.org", "1 deny Interns do not send."),
            ("anna@acme.example", "bert@example.org", "2 require email_code"),
            ("bert@example.org", "anna@acme.example", "2 require email_code"),
        ],
    );
}

#[test]
fn the_lowest_number_wins_whatever_it_is_found_by() {
    let about_bert = [
        "bert@sub.example.org",
        "@sub.example.org",
        "example.org",
        "sub.example.org",
        "external",
        "any",
        "*@*.example.org",
        "b*@sub.example.org",
        "*rt@*",
        "g1",
    ];
    for first in about_bert {
        let mut rules = vec![format!("- > {first}: deny This one.")];
        rules.extend(about_bert.iter().map(|pattern| format!("- > {pattern}: allow")));
        let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
        check(&rules, &[("anna@acme.example", "bert@sub.example.org 1", "1 deny This one.")]);
        let mut last = vec!["- > carl@example.org: allow"];
        last.extend(&rules);
        check(&last, &[("anna@acme.example", "bert@sub.example.org 1", "2 deny This one.")]);
    }
}
