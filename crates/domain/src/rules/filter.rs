//! Address rules, ready to be asked.

use super::{
    AddressEffect, AddressRule, AddressRules, ModeWord,
    bits::Bits,
    index::{Index, Seen},
};
use crate::{EmailAddress, GroupId};

/// A sender or a recipient, with what rules may ask about him.
#[derive(Debug, Clone, Copy)]
pub struct Party<'a> {
    /// His address.
    pub address: &'a EmailAddress,
    /// Whether it is one of the tenant's own.
    pub internal: bool,
    /// The tenant's groups that he is in.
    pub groups: &'a [GroupId],
}

/// What the rules say of a sender and a recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddressDecision<'a> {
    /// The number of the rule that decides, counted from 1, and its name; `None` if none is about them.
    pub rule: Option<(usize, &'a str)>,
    /// What follows.
    pub effect: &'a AddressEffect,
    /// Whether it must be sealed by the sender's program, or must not.
    pub zero_knowledge: Option<ModeWord>,
}

/// Address rules, ready to be asked: to say what they say takes a few look-ups, however many they are.
#[derive(Debug)]
pub struct AddressFilter {
    rules: AddressRules,
    senders: Index,
    recipients: Index,
}

/// What is asked for one sender.
#[derive(Debug)]
pub struct FromSender<'a> {
    filter: &'a AddressFilter,
    /// The rules that are about him.
    about: Bits,
}

impl AddressFilter {
    /// Makes the rules ready.
    pub fn new(rules: AddressRules) -> Self {
        let (mut senders, mut recipients) = (Index::default(), Index::default());
        for (number, rule) in (0..).zip(&rules.0).filter(|(_, rule)| !rule.disabled) {
            rule.senders().iter().for_each(|pattern| senders.add(pattern, number));
            rule.recipients().iter().for_each(|pattern| recipients.add(pattern, number));
        }
        Self { rules, senders, recipients }
    }

    /// The rules.
    pub const fn rules(&self) -> &AddressRules {
        &self.rules
    }

    /// Whether any rule asks whether an address is one of the tenant's own, or in one of its groups: only then whoever asks
    /// has to know.
    pub fn asks_who_is_whose(&self) -> bool {
        self.senders.asks_who_is_whose() || self.recipients.asks_who_is_whose()
    }

    /// The rules for this sender; what costs the most is done once for all his recipients.
    pub fn from(&self, sender: &Party<'_>) -> FromSender<'_> {
        let mut about = Bits::below(self.rules.0.len());
        self.senders.each(&Seen::of(sender), |numbers| {
            numbers.for_each(|number| about.insert(number));
        });
        FromSender { filter: self, about }
    }
}

impl<'a> FromSender<'a> {
    /// The rules that are about him, in their order.
    pub fn rules(&self) -> impl Iterator<Item = &'a AddressRule> {
        let rules = (0..).zip(&self.filter.rules.0);
        rules.filter(|(number, _)| self.about.contains(*number)).map(|(_, rule)| rule)
    }

    /// What the rules say of this recipient.
    pub fn to(&self, recipient: &Party<'_>) -> AddressDecision<'a> {
        let found = self.filter.recipients.first(&Seen::of(recipient), |number| self.about.contains(number));
        match found.map(|number| number as usize) {
            Some(number) => {
                let rule = &self.filter.rules.0[number];
                AddressDecision {
                    rule: Some((number + 1, &rule.name)),
                    effect: &rule.effect,
                    zero_knowledge: rule.zero_knowledge,
                }
            }
            None => AddressDecision { rule: None, effect: &AddressEffect::Allow, zero_knowledge: None },
        }
    }
}
