//! Rules about addresses from a table: `name,senders,recipients,effect,detail`.

use std::collections::HashSet;

use csv::StringRecord;
use sealpost_auth::{ManageGrant, TenantReader};
use sealpost_domain::rules::{AddressEffect, AddressPattern, AddressRule, AddressRules};

use super::{PolicyView, get::current};
use crate::{Tenancy, TenancyError};

/// The first line of a table, which may be left out.
const HEADER: [&str; 5] = ["name", "senders", "recipients", "effect", "detail"];

/// How rules are taken from a table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RuleImport {
    /// Whether they take the place of all rules that there are; else they come behind those.
    pub replace: bool,
    /// Whether good lines are taken if others are bad.
    pub partial: bool,
    /// Whether nothing is changed, and it is only said what would be.
    pub dry_run: bool,
}

/// A line that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRuleLine {
    /// Its number, from 1. A field in quotes may go on over several lines: then it is the first.
    pub line: u64,
    /// Why. Nothing of the line stands in it.
    pub reason: String,
}

/// What came of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedRules {
    /// Whether the lines were taken, or would have been if it were no dry run.
    pub accepted: bool,
    /// How many rules the table has that can be taken.
    pub rules: usize,
    /// Lines that cannot.
    pub bad: Vec<BadRuleLine>,
    /// The policy as it is now, or would be.
    pub policy: PolicyView,
}

impl Tenancy {
    /// Takes rules about addresses from a table. If a line is bad nothing is changed, unless good ones are wanted in any
    /// case.
    ///
    /// # Errors
    /// As [`Self::set_policy`].
    pub async fn import_address_rules(
        &self,
        grant: &ManageGrant,
        table: &str,
        import: RuleImport,
        expected: Option<u64>,
    ) -> Result<ImportedRules, TenancyError> {
        let mut policy = current(&mut self.db.read().await?, &TenantReader::from(grant)).await?;
        if expected.is_some_and(|expected| expected != policy.version) {
            return Err(TenancyError::Stale(policy.version));
        }
        let kept = if import.replace { Vec::new() } else { policy.document.addresses.0.clone() };
        let (rules, bad) = read(table, kept.iter().map(|rule| rule.name.clone()).collect());
        let (count, accepted) = (rules.len(), bad.is_empty() || import.partial);
        if accepted {
            policy.document.addresses = AddressRules(kept.into_iter().chain(rules).collect());
            if import.dry_run {
                policy.document.validate()?;
            } else {
                policy = self.set_policy(grant, policy.document, Some(policy.version)).await?;
            }
        }
        Ok(ImportedRules { accepted, rules: count, bad, policy })
    }
}

fn read(table: &str, mut names: HashSet<String>) -> (Vec<AddressRule>, Vec<BadRuleLine>) {
    let table = table.strip_prefix('\u{feff}').unwrap_or(table);
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(table.as_bytes());
    let (mut rules, mut bad) = (Vec::new(), Vec::new());
    for (index, record) in reader.records().enumerate() {
        let line = |record: &StringRecord| record.position().map_or(index as u64 + 1, csv::Position::line);
        match record {
            Ok(record) if index == 0 && is_header(&record) => {}
            Ok(record) => match rule(&record, &mut names) {
                Ok(rule) => rules.push(rule),
                Err(reason) => bad.push(BadRuleLine { line: line(&record), reason }),
            },
            Err(error) => {
                let line = error.position().map_or(index as u64 + 1, csv::Position::line);
                bad.push(BadRuleLine { line, reason: "the line is no CSV".to_owned() });
            }
        }
    }
    (rules, bad)
}

fn is_header(record: &StringRecord) -> bool {
    record.len() == HEADER.len()
        && record.iter().zip(HEADER).all(|(field, word)| field.trim().eq_ignore_ascii_case(word))
}

fn rule(record: &StringRecord, names: &mut HashSet<String>) -> Result<AddressRule, String> {
    let fields: Vec<&str> = record.iter().map(str::trim).collect();
    let [name, senders, recipients, effect, ref detail @ ..] = fields[..] else {
        return Err("a line has five fields: name,senders,recipients,effect,detail".to_owned());
    };
    let detail = match detail {
        [] => "",
        [detail] => detail,
        _ => return Err("a line has five fields: name,senders,recipients,effect,detail".to_owned()),
    };
    let rule = AddressRule {
        name: name.to_owned(),
        senders: patterns(senders).map_err(|error| format!("senders: {error}"))?,
        recipients: patterns(recipients).map_err(|error| format!("recipients: {error}"))?,
        effect: read_effect(effect, detail)?,
        zero_knowledge: None,
        disabled: false,
    };
    let alone = AddressRules(vec![rule]);
    alone.validate().map_err(|error| error.to_string().replace("rule 1: ", ""))?;
    let rule = alone.0.into_iter().next().expect("it is the one that was put in");
    if names.insert(rule.name.clone()) { Ok(rule) } else { Err("another rule has the same name".to_owned()) }
}

fn patterns(words: &str) -> Result<Vec<AddressPattern>, String> {
    words.split_whitespace().map(|word| word.parse().map_err(|error| format!("{error}"))).collect()
}

fn read_effect(word: &str, detail: &str) -> Result<AddressEffect, String> {
    match word.to_ascii_lowercase().as_str() {
        "allow" if detail.is_empty() => Ok(AddressEffect::Allow),
        "allow" => Err("what is allowed needs no detail".to_owned()),
        "deny" => Ok(AddressEffect::Deny(detail.to_owned())),
        "require" => {
            let protections = detail.split_whitespace().map(str::parse).collect::<Result<_, _>>();
            protections.map(AddressEffect::Require).map_err(|_| "detail: unknown protection".to_owned())
        }
        _ => Err("effect is allow, deny or require".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use sealpost_domain::Protection;

    use super::*;

    #[test]
    fn a_table_is_read_line_by_line() {
        let table = "\u{feff}Name,Senders,Recipients,Effect,Detail\r\n\
            partners,internal,\"partner.example other.example\",require,email_code password\r\n\
            friends,,friend.example,allow\n\
            \"the rest, really\",,,deny,\"Only partners, please.\"\n";
        let (rules, bad) = read(table, HashSet::new());
        assert_eq!(bad, []);
        assert_eq!(rules.len(), 3);
        assert_eq!(
            rules[0].effect,
            AddressEffect::Require(vec![Protection::EmailCode, Protection::Password])
        );
        assert_eq!(rules[0].recipients.len(), 2);
        assert_eq!(rules[1].effect, AddressEffect::Allow);
        assert_eq!(rules[2].name, "the rest, really");
        assert_eq!(rules[2].effect, AddressEffect::Deny("Only partners, please.".to_owned()));
    }

    #[test]
    fn every_bad_line_is_named_with_its_reason() {
        let table = "known,,,allow\n\
            a,,,maybe\n\
            b,nobody,,allow\n\
            c,,not a pattern,allow\n\
            d,,,deny\n\
            e,,,require,\n\
            f,,,require,handshake\n\
            g,,,allow,why\n\
            ,,,allow\n\
            h,,,allow\n\
            h,,,allow\n\
            i,,\n\
            j,,,allow,,\n";
        let (rules, bad) = read(table, HashSet::from(["known".to_owned()]));
        assert_eq!(rules.iter().map(|rule| rule.name.as_str()).collect::<Vec<_>>(), ["h"]);
        let reasons: Vec<_> = bad.iter().map(|bad| (bad.line, bad.reason.as_str())).collect();
        assert_eq!(
            reasons.iter().map(|(line, _)| *line).collect::<Vec<_>>(),
            [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13],
            "{reasons:?}"
        );
        for (line, part) in
            [(1, "same name"), (2, "effect is"), (3, "senders: "), (5, "told"), (7, "unknown")]
        {
            assert!(reasons.iter().any(|(at, why)| *at == line && why.contains(part)), "{line} {reasons:?}");
        }
    }
}
