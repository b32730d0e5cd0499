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

    /// Whether a pattern is about more than the address itself.
    pub(super) fn asks_who_is_whose(&self) -> bool {
        !(self.internal.is_empty() && self.external.is_empty() && self.group.is_empty())
    }

    /// The lowest number of a rule that is about this address and counts.
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
        visit(&mut self.any());
        visit(&mut run(Some(if party.internal { &self.internal } else { &self.external })));
        for group in party.groups {
            visit(&mut run(self.group.get(group)));
        }
        self.each_by_address(party, visit);
    }

    /// Calls `visit` with the rules that are about this address for what it is, and not for whose it is.
    pub(super) fn each_by_address(
        &self,
        party: &Seen<'_>,
        mut visit: impl FnMut(&mut dyn Iterator<Item = u32>),
    ) {
        for spelling in party.spelt.each() {
            visit(&mut run(self.exact.get(spelling)));
        }
        let domain = party.spelt.domain();
        visit(&mut run(self.domain.get(domain)));
        for above in ends(domain) {
            visit(&mut run(self.tree.get(above)));
        }
        for end in ends(domain).chain([""]) {
            let wildcards = self.wildcard.get(end).map(Vec::as_slice).unwrap_or_default();
            let found = wildcards.iter().filter(|(wildcard, _)| {
                party.spelt.each().any(|spelling| {
                    let (local, domain) = split(spelling);
                    wildcard.matches(local, domain)
                })
            });
            visit(&mut found.map(|(_, rule)| *rule));
        }
    }

    /// The rules that are about everybody.
    pub(super) fn any(&self) -> impl Iterator<Item = u32> {
        run(Some(&self.any))
    }

    /// The rules with this very pattern; none for exact ones, which are found as addresses are.
    pub(super) fn same(&self, pattern: &AddressPattern) -> Box<dyn Iterator<Item = u32> + '_> {
        match pattern {
            AddressPattern::Any => Box::new(self.any()),
            AddressPattern::Internal => Box::new(run(Some(&self.internal))),
            AddressPattern::External => Box::new(run(Some(&self.external))),
            AddressPattern::Exact(address) => Box::new(run(self.exact.get(address))),
            AddressPattern::Domain(domain) => Box::new(run(self.domain.get(domain))),
            AddressPattern::DomainTree(domain) => Box::new(run(self.tree.get(domain))),
            AddressPattern::Group(id) => Box::new(run(self.group.get(id))),
            AddressPattern::Wildcard(wanted) => {
                let there = self.wildcard.get(wanted.fixed_end()).map(Vec::as_slice).unwrap_or_default();
                let wanted = wanted.clone();
                Box::new(there.iter().filter(move |(one, _)| *one == wanted).map(|(_, rule)| *rule))
            }
        }
    }

    /// Calls `visit` with the rules about this domain and all below it, or about one above.
    pub(super) fn each_tree_above(&self, domain: &str, visit: &mut dyn FnMut(u32)) {
        ends(domain).for_each(|above| run(self.tree.get(above)).for_each(&mut *visit));
    }
}

fn run(numbers: Option<&Numbers>) -> impl Iterator<Item = u32> {
    numbers.into_iter().flatten().copied()
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

    /// An address of which nothing else is known.
    pub(super) fn spelt(address: &str) -> Self {
        Self { spelt: Spelt::from_key(address.to_owned()), internal: false, groups: &[] }
    }
}

/// A domain and all above it: `a.example.org`, `example.org`, `org`.
fn ends(domain: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(domain), |domain| domain.split_once('.').map(|(_, above)| above))
}
