//! Rules about content, ready to be asked.

use super::{
    ContentLevel, ContentPlace, ContentRule, ContentRules, Finder, NumberKind, Shape, text::searchable,
    words::Words,
};
use crate::Protection;

/// What is written, and what goes with it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Content<'a> {
    /// The subject.
    pub subject: &'a str,
    /// The message.
    pub message: &'a str,
    /// Names and lengths of the files.
    pub files: &'a [(&'a str, u64)],
}

/// A rule that has found something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContentFinding<'a> {
    /// Its number, counted from 1.
    pub number: usize,
    /// The rule.
    pub rule: &'a ContentRule,
    /// How often it has found it.
    pub times: u64,
}

/// What the rules have found in a content.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ContentOutcome<'a>(pub Vec<ContentFinding<'a>>);

/// Rules about content, ready to be asked: each text is brought into one spelling once, and looked through once by each rule.
#[derive(Debug, Default)]
pub struct ContentFilter {
    rules: ContentRules,
    /// Those that are enabled.
    ready: Vec<Ready>,
}

#[derive(Debug)]
struct Ready {
    index: usize,
    search: Search,
}

#[derive(Debug)]
enum Search {
    Words(Words),
    Number(NumberKind),
    Shape(Shape),
    FilesLargerThan(u64),
    MoreFilesThan(u64),
}

impl ContentFilter {
    /// Makes the rules ready.
    pub fn new(rules: ContentRules) -> Self {
        let search = |find: &Finder| {
            Some(match find {
                Finder::Words(words) => Search::Words(Words::new(words)?),
                Finder::Number(kind) => Search::Number(*kind),
                Finder::Shape(shape) => Search::Shape(shape.clone()),
                Finder::FilesLargerThan(bytes) => Search::FilesLargerThan(*bytes),
                Finder::MoreFilesThan(count) => Search::MoreFilesThan(*count),
            })
        };
        let enabled = rules.0.iter().enumerate().filter(|(_, rule)| !rule.disabled);
        let ready = enabled
            .filter_map(|(index, rule)| search(&rule.find).map(|search| Ready { index, search }))
            .collect();
        Self { rules, ready }
    }

    /// Whether there is nothing to look for.
    pub fn is_empty(&self) -> bool {
        self.ready.is_empty()
    }

    /// The rules.
    pub const fn rules(&self) -> &ContentRules {
        &self.rules
    }

    /// What the rules find.
    pub fn look(&self, content: &Content<'_>) -> ContentOutcome<'_> {
        if self.is_empty() {
            return ContentOutcome::default();
        }
        let names: Vec<String> = content.files.iter().map(|(name, _)| searchable(&apart(name))).collect();
        let texts =
            Texts { subject: searchable(content.subject), message: searchable(content.message), names };
        let found = self.ready.iter().filter_map(|ready| {
            let rule = &self.rules.0[ready.index];
            let times = ready.search.times(rule, &texts, content);
            let enough = times >= u64::from(rule.at_least);
            enough.then_some(ContentFinding { number: ready.index + 1, rule, times })
        });
        ContentOutcome(found.collect())
    }
}

/// In names of files, words stand with all kinds of things between.
fn apart(name: &str) -> String {
    name.replace(['_', '+'], " ")
}

/// The texts, in the one spelling in which they are searched.
struct Texts {
    subject: String,
    message: String,
    names: Vec<String>,
}

impl Texts {
    fn within(&self, places: &[ContentPlace]) -> impl Iterator<Item = &str> {
        let looks = |place| places.is_empty() || places.contains(&place);
        let subject = looks(ContentPlace::Subject).then_some(self.subject.as_str());
        let message = looks(ContentPlace::Message).then_some(self.message.as_str());
        let names = if looks(ContentPlace::FileNames) { self.names.as_slice() } else { &[] };
        subject.into_iter().chain(message).chain(names.iter().map(String::as_str))
    }
}

impl Search {
    fn times(&self, rule: &ContentRule, texts: &Texts, content: &Content<'_>) -> u64 {
        let sum = |count: &dyn Fn(&str) -> u64| texts.within(&rule.within).map(count).sum();
        match self {
            Self::Words(words) => sum(&|text| words.count(text)),
            Self::Number(kind) => sum(&|text| kind.count(text)),
            Self::Shape(shape) => sum(&|text| shape.count(text)),
            Self::FilesLargerThan(most) => {
                let bytes = content.files.iter().fold(0_u64, |sum, (_, bytes)| sum.saturating_add(*bytes));
                u64::from(bytes > *most) * u64::from(rule.at_least)
            }
            Self::MoreFilesThan(most) => {
                u64::from(content.files.len() as u64 > *most) * u64::from(rule.at_least)
            }
        }
    }
}

impl<'a> ContentOutcome<'a> {
    /// What recipients must be asked for: what every mandatory rule that says so names. `None` if none does; empty if no
    /// protection meets them all.
    pub fn required(&self) -> Option<Vec<Protection>> {
        self.named(ContentLevel::Mandatory)
    }

    /// What recipients are asked for unless the sender says otherwise: the first that can be of what mandatory and automatic
    /// rules name together. Empty if none does, or nothing meets them all.
    pub fn preferred(&self) -> Vec<Protection> {
        self.named(ContentLevel::Automatic).unwrap_or_default()
    }

    /// The rules that ask at least so much.
    pub fn at_least(&self, level: ContentLevel) -> impl Iterator<Item = &ContentFinding<'a>> {
        self.0.iter().filter(move |finding| finding.rule.level >= level)
    }

    fn named(&self, level: ContentLevel) -> Option<Vec<Protection>> {
        let mut lists =
            self.at_least(level).map(|finding| &finding.rule.protections).filter(|list| !list.is_empty());
        let mut all = lists.next()?.clone();
        for list in lists {
            all.retain(|protection| list.contains(protection));
        }
        Some(all)
    }
}
