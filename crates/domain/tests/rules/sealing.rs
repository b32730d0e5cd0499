//! What settings and rules say together of who seals. The table is a file, for the browser has to say the same.

use std::collections::BTreeSet;

use proptest::prelude::*;
use sealpost_domain::{
    EmailAddress, MailDomains, TransferMode, ZeroKnowledge,
    rules::{
        AddressFilter, AddressRules, FileKind, Findings, ListMode, ModeDecision, ModeSaying, ModeSource,
        ModeVerdict, ModeWord, Party, SealedKinds, TypeRules,
    },
};
use serde::Deserialize;
use serde_json::Value;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    #[serde(default = "allow")]
    setting: ZeroKnowledge,
    #[serde(default)]
    seen: bool,
    #[serde(default)]
    domains: Vec<String>,
    #[serde(default)]
    rules: Vec<Value>,
    #[serde(default)]
    kinds: SealedKinds,
    recipients: Vec<EmailAddress>,
    #[serde(default)]
    files: Vec<BTreeSet<FileKind>>,
    verdict: ModeVerdict,
    /// Who says so: names of rules about addresses, kinds, and `setting`.
    #[serde(default)]
    names: Vec<String>,
}

fn allow() -> ZeroKnowledge {
    ZeroKnowledge::Allow
}

fn sayings(row: &Row) -> Vec<ModeSaying> {
    let rules = row.rules.iter().cloned().map(|mut rule| {
        rule["effect"] = "allow".into();
        rule
    });
    let rules: AddressRules = serde_json::from_value(rules.collect()).unwrap();
    let filter = AddressFilter::new(rules);
    let domains = MailDomains::new(row.domains.iter().map(String::as_str)).unwrap();
    let anna = "anna@acme.example".parse().unwrap();
    let from = filter.from(&Party { address: &anna, internal: true, groups: &[] });
    let of_recipients = row.recipients.iter().filter_map(|address| {
        let decision = from.to(&Party { address, internal: domains.contain(address), groups: &[] });
        let ((number, name), word) = decision.rule.zip(decision.zero_knowledge)?;
        Some(ModeSaying { word, source: ModeSource::Address { number, name: name.to_owned() } })
    });
    let of_kind =
        |word, kind: Option<FileKind>| kind.map(|kind| ModeSaying { word, source: ModeSource::Kind(kind) });
    let of_files = row.files.iter().flat_map(|file| {
        let required = of_kind(ModeWord::Require, row.kinds.required(file));
        [required, of_kind(ModeWord::Forbid, row.kinds.forbidden(file))]
    });
    of_recipients.chain(of_files.flatten()).collect()
}

#[test]
fn settings_and_rules_say_this_together() {
    let rows: Vec<Row> = serde_json::from_str(include_str!("sealing.json")).unwrap();
    assert!(rows.len() >= 25);
    for row in rows {
        let decision = ModeDecision::of(row.setting, row.seen, sayings(&row));
        assert_eq!(decision.verdict(), row.verdict, "{row:?}");
        let mut names: Vec<_> = decision
            .sayings()
            .iter()
            .map(|saying| match &saying.source {
                ModeSource::Address { name, .. } => name.clone(),
                ModeSource::Kind(kind) => kind.to_string(),
                ModeSource::Setting => "setting".to_owned(),
            })
            .collect();
        names.sort();
        assert_eq!(names, row.names, "{row:?}");
    }
}

fn any_word() -> impl Strategy<Value = ModeWord> {
    prop::sample::select(ModeWord::ALL.to_vec())
}

proptest! {
    #[test]
    fn whatever_is_said_one_mode_is_refused_for_each_word_and_the_opposite_is_named(
        setting in prop::sample::select(ZeroKnowledge::ALL.to_vec()),
        seen: bool,
        words in prop::collection::vec(any_word(), 0..6),
    ) {
        let rules = words.iter().enumerate().map(|(number, word)| ModeSaying {
            word: *word,
            source: ModeSource::Address { number: number + 1, name: number.to_string() },
        });
        let decision = ModeDecision::of(setting, seen, rules);
        let says = |word| decision.sayings().iter().any(|saying| saying.word == word);
        let refused = [TransferMode::ZeroKnowledge, TransferMode::Standard].map(|mode| !decision.against(mode).is_empty());
        prop_assert_eq!(refused, [says(ModeWord::Forbid), says(ModeWord::Require)]);
        if words.contains(&ModeWord::Forbid) || setting == ZeroKnowledge::Forbid {
            prop_assert!(refused[0]);
        }
        if decision.verdict() == ModeVerdict::Impossible {
            prop_assert_eq!(decision.against(TransferMode::Standard), decision.against(TransferMode::ZeroKnowledge));
        }
    }

    /// Whoever sees the name as well never refuses less.
    #[test]
    fn what_may_be_sent_under_some_name_may_be_stated(
        allow: bool,
        listed in prop::sample::subsequence(FileKind::ALL.to_vec(), 0..8),
        extensions in prop::sample::subsequence(vec!["exe", "pdf", "docx", "txt", "zip", "xyz"], 0..4),
        name in prop::sample::select(vec!["a.pdf", "a.docx", "a.txt", "a.xyz", "a.zip", "a"]),
        kinds in prop::sample::subsequence(FileKind::ALL.to_vec(), 1..3),
    ) {
        let rules = TypeRules {
            mode: if allow { ListMode::Allow } else { ListMode::Deny },
            kinds: listed,
            extensions: extensions.iter().map(|word| word.parse().unwrap()).collect(),
            ..TypeRules::default()
        };
        let findings = Findings::plain(1, "x", kinds);
        if rules.decide(name, Some(&findings)).is_allowed() {
            prop_assert!(rules.decide_stated(&findings.kinds).is_allowed());
        }
    }
}
