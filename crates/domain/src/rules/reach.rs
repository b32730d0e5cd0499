//! Rules that never decide, because an earlier one always does.

use super::{
    AddressPattern, AddressRules,
    bits::Bits,
    index::{Index, Seen},
};

/// A rule that never decides anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NeverReached {
    /// Its number, counted from 1.
    pub rule: usize,
    /// The number of a rule before it that is about everybody whom it is about.
    pub because_of: usize,
}

impl AddressRules {
    /// The rules that never decide, because an earlier rule is about all of their senders and recipients: most likely a
    /// mistake of whoever wrote them. Not every such rule is found: that two earlier rules leave nothing to a third, or that
    /// all of a group are of one domain, is not seen.
    pub fn never_reached(&self) -> Vec<NeverReached> {
        let (mut senders, mut recipients) = (Index::default(), Index::default());
        let mut found = Vec::new();
        for (number, rule) in (0..).zip(&self.0).filter(|(_, rule)| !rule.disabled) {
            let mut both = covering(&senders, rule.senders(), self.0.len());
            if both.first().is_some() {
                both.intersect(&covering(&recipients, rule.recipients(), self.0.len()));
            }
            match both.first() {
                Some(earlier) => {
                    found.push(NeverReached { rule: number as usize + 1, because_of: earlier + 1 })
                }
                // What is never reached keeps nobody else from being reached.
                None => {
                    rule.senders().iter().for_each(|pattern| senders.add(pattern, number));
                    rule.recipients().iter().for_each(|pattern| recipients.add(pattern, number));
                }
            }
        }
        found
    }
}

/// The rules so far, of `count` in all, that are about everything that any of these patterns means.
fn covering(index: &Index, patterns: &[AddressPattern], count: usize) -> Bits {
    let of = |pattern| {
        let mut of_this = Bits::below(count);
        index.each_covering(pattern, &mut |number| of_this.insert(number));
        of_this
    };
    let (first, others) = patterns.split_first().expect("whoever means nobody in particular means any");
    let mut all = of(first);
    for pattern in others {
        if all.first().is_none() {
            break;
        }
        all.intersect(&of(pattern));
    }
    all
}

impl Index {
    /// Calls `visit` with the rules one of whose patterns means all that this one means.
    fn each_covering(&self, pattern: &AddressPattern, visit: &mut dyn FnMut(u32)) {
        self.any().for_each(&mut *visit);
        match pattern {
            AddressPattern::Any => {}
            AddressPattern::Exact(address) => {
                // Whether it is internal is not known here, nor who is in which group.
                self.each_by_address(&Seen::spelt(address), |numbers| numbers.for_each(&mut *visit));
            }
            AddressPattern::DomainTree(domain) => self.each_tree_above(domain, visit),
            AddressPattern::Domain(domain) => {
                self.same(pattern).for_each(&mut *visit);
                self.each_tree_above(domain, visit);
            }
            AddressPattern::Wildcard(wildcard) => {
                self.same(pattern).for_each(&mut *visit);
                if wildcard.has_fixed_domain() {
                    self.same(&AddressPattern::Domain(wildcard.fixed_end().to_owned())).for_each(&mut *visit);
                }
                self.each_tree_above(wildcard.fixed_end(), visit);
            }
            AddressPattern::Internal | AddressPattern::External | AddressPattern::Group(_) => {
                self.same(pattern).for_each(visit);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{AddressEffect, AddressRule};
    use super::*;

    fn rules(lines: &[(&str, &str)]) -> AddressRules {
        let patterns = |words: &str| words.split_whitespace().map(|word| word.parse().unwrap()).collect();
        let rule = |(senders, recipients): &(&str, &str)| AddressRule {
            name: String::new(),
            senders: patterns(senders),
            recipients: patterns(recipients),
            effect: AddressEffect::Allow,
            zero_knowledge: None,
            disabled: false,
        };
        AddressRules(lines.iter().map(rule).collect())
    }

    #[test]
    fn a_rule_behind_one_that_is_about_all_of_it_is_found() {
        for (earlier, later, covered) in [
            ("any", "bert@example.org", true),
            ("", "example.org", true),
            ("any", "any", true),
            ("any", "internal", true),
            ("internal", "internal", true),
            ("internal", "any", false),
            ("internal", "external", false),
            ("internal", "anna@acme.example", false),
            ("example.org", "bert@example.org", true),
            ("example.org", "bert@sub.example.org", true),
            ("example.org", "@sub.example.org", true),
            ("example.org", "example.org", true),
            ("example.org", "sub.example.org", true),
            ("example.org", "b*@*.example.org", true),
            ("example.org", "b*@example.org", true),
            ("example.org", "example.com", false),
            ("example.org", "b*@*example.org", false),
            ("sub.example.org", "example.org", false),
            ("@example.org", "bert@example.org", true),
            ("@example.org", "b*@example.org", true),
            ("@example.org", "bert@sub.example.org", false),
            ("@example.org", "example.org", false),
            ("b*@example.org", "bert@example.org", true),
            ("b*@example.org", "b*@example.org", true),
            ("b*@example.org", "bert@example.com", false),
            ("bert@example.org", "bert@example.org", true),
            ("bert@example.org", "bert+bills@example.org", true),
            ("bert+bills@example.org", "bert@example.org", false),
            ("bert@example.org carl@example.org", "carl@example.org bert@example.org", true),
            ("bert@example.org", "carl@example.org bert@example.org", false),
        ] {
            let found = rules(&[("", earlier), ("", later)]).never_reached();
            let expected = covered.then_some(NeverReached { rule: 2, because_of: 1 });
            assert_eq!(found, Vec::from_iter(expected), "{earlier} before {later}");
        }
    }

    #[test]
    fn both_sides_count_and_disabled_rules_do_not() {
        let mut three = rules(&[
            ("anna@acme.example", "any"),
            ("any", "example.org"),
            ("anna@acme.example", "example.org"),
        ]);
        assert_eq!(three.never_reached(), [NeverReached { rule: 3, because_of: 1 }]);
        three.0[0].disabled = true;
        assert_eq!(three.never_reached(), [NeverReached { rule: 3, because_of: 2 }]);
        three.0[1].disabled = true;
        assert_eq!(three.never_reached(), []);
        let crossed = rules(&[("anna@acme.example", "example.org"), ("acme.example", "bert@example.org")]);
        assert_eq!(crossed.never_reached(), []);
    }
}
