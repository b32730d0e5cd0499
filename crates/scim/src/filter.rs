//! Filters (RFC 7644, section 3.4.2.2): what a directory looks for.
//!
//! The reader works in one pass over the text and keeps to bounds of length, depth and number of conditions, so that what it
//! costs to read and to try a filter is bounded, too.

mod compare;
mod reader;

use serde_json::{Map, Value};

pub(crate) use compare::truth;
use compare::{Operator, any_equal, compare, each, get, is_present, values};
use reader::Reader;

use crate::{
    Error,
    attribute::{Attribute, Schema},
    path::AttributePath,
};

/// A condition that resources meet or do not meet.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter(Node);

#[derive(Debug, Clone, PartialEq)]
enum Node {
    And(Vec<Self>),
    Compare(AttributePath, Operator, Value),
    Not(Box<Self>),
    Or(Vec<Self>),
    Present(AttributePath),
    /// One value of a multi-valued attribute meets the condition, and so does its part.
    Values(AttributePath, Box<Self>),
}

impl Filter {
    /// Reads a filter.
    ///
    /// # Errors
    /// `invalidFilter`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut reader = Reader::new(text)?;
        let node = reader.any_of(0)?;
        reader.end()?;
        Ok(Self(node))
    }

    /// Whether a resource of this kind meets it. An attribute that there is not has no value.
    pub fn matches(&self, schema: &Schema, resource: &Map<String, Value>) -> bool {
        self.0.matches(
            &|path| schema.is(path.schema.as_deref()).then(|| schema.attribute(&path.name))?,
            resource,
        )
    }

    /// Whether one value of `attribute` meets it.
    pub(crate) fn matches_value(&self, attribute: &Attribute, value: &Map<String, Value>) -> bool {
        self.0.matches(&|path| attribute.part(&path.name), value)
    }

    /// What equals what in every resource that meets it: `(attribute, part, text)`. For a look-up that saves looking at all.
    pub fn equalities(&self) -> Vec<(&str, Option<&str>, &str)> {
        let mut found = Vec::new();
        self.0.equalities(None, &mut found);
        found
    }

    /// Whether any condition is on this attribute.
    pub fn mentions(&self, name: &str) -> bool {
        self.0.mentions(name)
    }

    /// The parts that equal something if this is nothing but such conditions, joined by `and`: what a new value must have.
    pub(crate) fn as_value(&self) -> Option<Map<String, Value>> {
        let nodes = match &self.0 {
            Node::And(nodes) => nodes.as_slice(),
            node => std::slice::from_ref(node),
        };
        let pair = |node: &Node| match node {
            Node::Compare(path, Operator::Equal, value) if path.part.is_none() => {
                Some((path.name.clone(), value.clone()))
            }
            _ => None,
        };
        nodes.iter().map(pair).collect()
    }
}

/// Finds the description of what a path names first.
type Find<'a> = &'a dyn Fn(&AttributePath) -> Option<&'static Attribute>;

impl Node {
    fn matches(&self, find: Find<'_>, resource: &Map<String, Value>) -> bool {
        match self {
            Self::And(nodes) => nodes.iter().all(|node| node.matches(find, resource)),
            Self::Or(nodes) => nodes.iter().any(|node| node.matches(find, resource)),
            Self::Not(node) => !node.matches(find, resource),
            Self::Present(path) => values(find, path, resource).iter().any(|(_, value)| is_present(value)),
            Self::Compare(path, operator, wanted) => {
                let found = values(find, path, resource);
                match operator {
                    Operator::NotEqual => !any_equal(&found, wanted),
                    Operator::Equal => any_equal(&found, wanted),
                    _ => found.iter().any(|(attribute, value)| compare(attribute, *operator, value, wanted)),
                }
            }
            Self::Values(path, node) => {
                let Some(attribute) = find(path) else {
                    return false;
                };
                let meets = |value: &Value| {
                    let parts = value.as_object();
                    parts.is_some_and(|parts| node.matches(&|path| attribute.part(&path.name), parts))
                };
                each(get(resource, attribute.name)).any(meets)
            }
        }
    }

    fn mentions(&self, name: &str) -> bool {
        match self {
            Self::And(nodes) | Self::Or(nodes) => nodes.iter().any(|node| node.mentions(name)),
            Self::Not(node) => node.mentions(name),
            Self::Compare(path, ..) | Self::Present(path) | Self::Values(path, _) => {
                path.name.eq_ignore_ascii_case(name)
            }
        }
    }

    fn equalities<'a>(&'a self, of: Option<&'a str>, found: &mut Vec<(&'a str, Option<&'a str>, &'a str)>) {
        match self {
            Self::And(nodes) => nodes.iter().for_each(|node| node.equalities(of, found)),
            Self::Compare(path, Operator::Equal, Value::String(text)) => found.push(match of {
                Some(attribute) => (attribute, Some(&path.name), text),
                None => (&path.name, path.part.as_deref(), text),
            }),
            Self::Values(path, node) => node.equalities(Some(&path.name), found),
            Self::Compare(..) | Self::Not(_) | Self::Or(_) | Self::Present(_) => {}
        }
    }
}

#[cfg(test)]
mod tests;
