//! Finds the rules that are about an address without trying each.

use std::collections::HashMap;

use super::{
    AddressPattern, Party,
    pattern::{Spelt, Wildcard, split},
};
use crate::GroupId;

/// Numbers of rules, in order, each once.
type Numbers = Vec<u32>;

/// The rules of one side, sender or recipient, by what they are found by.
#[derive(Debug, Default)]
pub(super) struct Index {
    any: Numbers,
    internal: Numbers,
    external: Numbers,
    exact: HashMap<String, Numbers>,
    domain: HashMap<String, Numbers>,
    tree: HashMap<String, Numbers>,
    group: HashMap<GroupId, Numbers>,
    /// By the end of their domain that has no star in it; by nothing if there is none.
    wildcard: HashMap<String, Vec<(Wildcard, u32)>>,
}

impl Index {
    /// Adds a pattern of a rule. Rules are added in their order.
    pub(super) fn add(&mut self, pattern: &AddressPattern, rule: u32) {
        let numbers = match pattern {
            AddressPattern::Any => &mut self.any,
            AddressPattern::Internal => &mut self.internal,
            AddressPattern::External => &mut self.external,
            AddressPattern::Exact(address) => self.exact.entry(address.clone()).or_default(),
            AddressPattern::Domain(domain) => self.domain.entry(domain.clone()).or_default(),
            AddressPattern::DomainTree(domain) => self.tree.entry(domain.clone()).or_default(),
            AddressPattern::Group(id) => self.group.entry(*id).or_default(),
            AddressPattern::Wildcard(wildcard) => {
                let end = wildcard.fixed_end().to_owned();
                self.wildcard.entry(end).or_default().push((wildcard.clone(), rule));
                return;
            }
        };
        if numbers.last() != Some(&rule) {
            numbers.push(rule);
        }
    }

    /// Whether `counts` says yes to any number before `limit` of a rule that is about this address; the lowest such.
    pub(super) fn first(&self, party: &Seen<'_>, counts: impl Fn(u32) -> bool) -> Option<u32> {
        let mut lowest: Option<u32> = None;
        self.each(party, |numbers| {
            let before = |rule: &u32| lowest.is_none_or(|lowest| *rule < lowest);
            lowest = numbers.take_while(before).find(|rule| counts(*rule)).or(lowest);
        });
        lowest
    }

    /// Calls `visit` with the rules that are about this address: several runs, each in order.
    pub(super) fn each(&self, party: &Seen<'_>, mut visit: impl FnMut(&mut dyn Iterator<Item = u32>)) {
        let mut run = |numbers: Option<&Numbers>| {
            if let Some(numbers) = numbers {
                visit(&mut numbers.iter().copied());
            }
        };
        run(Some(&self.any));
        run(Some(if party.internal { &self.internal } else { &self.external }));
        for spelling in party.spelt.each() {
            run(self.exact.get(spelling));
        }
        let domain = party.spelt.domain();
        run(self.domain.get(domain));
        for above in ends(domain) {
            run(self.tree.get(above));
        }
        for group in party.groups {
            run(self.group.get(group));
        }
        for end in ends(domain).chain([""]) {
            let Some(wildcards) = self.wildcard.get(end) else { continue };
            let found = wildcards.iter().filter(|(wildcard, _)| {
                party.spelt.each().any(|spelling| {
                    let (local, domain) = split(spelling);
                    wildcard.matches(local, domain)
                })
            });
            visit(&mut found.map(|(_, rule)| *rule));
        }
    }
}

/// An address as it is looked for.
pub(super) struct Seen<'a> {
    spelt: Spelt,
    internal: bool,
    groups: &'a [GroupId],
}

impl<'a> Seen<'a> {
    pub(super) fn of(party: &Party<'a>) -> Self {
        Self { spelt: Spelt::of(party.address), internal: party.internal, groups: party.groups }
    }
}

/// A domain and all above it: `a.example.org`, `example.org`, `org`.
fn ends(domain: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(domain), |domain| domain.split_once('.').map(|(_, above)| above))
}
