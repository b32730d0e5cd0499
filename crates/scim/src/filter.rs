//! Filters (RFC 7644, section 3.4.2.2): what a directory looks for.
//!
//! The reader works in one pass over the text and keeps to bounds of length, depth and number of conditions, so that what it
//! costs to read and to try a filter is bounded, too.

use serde_json::{Map, Value};

use crate::{
    Error, ScimType,
    attribute::{Attribute, Kind, Schema},
    path::AttributePath,
    time,
};

/// Longest filter, in bytes.
const MAX_BYTES: usize = 4_096;
/// Deepest nesting of groups.
const MAX_DEPTH: usize = 16;
/// Most conditions.
const MAX_CONDITIONS: usize = 64;

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

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Contains,
    EndsWith,
    Equal,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    NotEqual,
    StartsWith,
}

impl Operator {
    fn parse(word: &str) -> Option<Self> {
        Some(match word.to_ascii_lowercase().as_str() {
            "co" => Self::Contains,
            "eq" => Self::Equal,
            "ew" => Self::EndsWith,
            "ge" => Self::GreaterOrEqual,
            "gt" => Self::Greater,
            "le" => Self::LessOrEqual,
            "lt" => Self::Less,
            "ne" => Self::NotEqual,
            "sw" => Self::StartsWith,
            _ => return None,
        })
    }

    /// Whether it can compare with this: truths and nothing have no order, and only texts have a beginning and an end.
    fn takes(self, value: &Value) -> bool {
        match self {
            Self::Equal | Self::NotEqual => true,
            Self::Contains | Self::EndsWith | Self::StartsWith => value.is_string(),
            Self::Greater | Self::GreaterOrEqual | Self::Less | Self::LessOrEqual => {
                value.is_string() || value.is_number()
            }
        }
    }
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

/// The values that a path leads to, each with what describes it. Of a complex attribute without a part, its `value` is meant
/// where it has one.
fn values<'r>(
    find: Find<'_>,
    path: &AttributePath,
    resource: &'r Map<String, Value>,
) -> Vec<(&'static Attribute, &'r Value)> {
    let Some(attribute) = find(path) else {
        return Vec::new();
    };
    let whole = each(get(resource, attribute.name));
    let part = match &path.part {
        Some(name) => attribute.part(name).map(Some),
        None => Some(attribute.part("value")),
    };
    match part {
        None => Vec::new(),
        Some(None) => whole.map(|value| (attribute, value)).collect(),
        Some(Some(part)) => {
            whole.filter_map(|value| Some((part, get(value.as_object()?, part.name)?))).collect()
        }
    }
}

/// All of several values, or the one.
fn each(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.into_iter().flat_map(|value| match value {
        Value::Array(values) => values.as_slice(),
        value => std::slice::from_ref(value),
    })
}

fn get<'r>(resource: &'r Map<String, Value>, name: &str) -> Option<&'r Value> {
    resource.get(name)
}

fn is_present(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Object(parts) => !parts.is_empty(),
        Value::Array(values) => !values.is_empty(),
        Value::String(text) => !text.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

fn any_equal(found: &[(&Attribute, &Value)], wanted: &Value) -> bool {
    if wanted.is_null() {
        return !found.iter().any(|(_, value)| is_present(value));
    }
    found.iter().any(|(attribute, value)| compare(attribute, Operator::Equal, value, wanted))
}

fn compare(attribute: &Attribute, operator: Operator, value: &Value, wanted: &Value) -> bool {
    match (value, wanted) {
        (Value::String(value), Value::String(wanted)) => compare_texts(attribute, operator, value, wanted),
        (Value::Number(value), Value::Number(wanted)) => {
            ordered(operator, value.as_f64().partial_cmp(&wanted.as_f64()))
        }
        (Value::Bool(value), Value::Bool(wanted)) => operator == Operator::Equal && value == wanted,
        // Entra writes truths as texts.
        (Value::Bool(value), Value::String(wanted)) => {
            operator == Operator::Equal && truth(wanted).is_some_and(|wanted| wanted == *value)
        }
        _ => false,
    }
}

fn compare_texts(attribute: &Attribute, operator: Operator, value: &str, wanted: &str) -> bool {
    if attribute.kind == Kind::DateTime
        && let (Some(value), Some(wanted)) = (time::parse(value), time::parse(wanted))
    {
        return ordered(operator, Some(value.cmp(&wanted)));
    }
    if !attribute.case_exact {
        return compare_exact(operator, &value.to_lowercase(), &wanted.to_lowercase());
    }
    compare_exact(operator, value, wanted)
}

fn compare_exact(operator: Operator, value: &str, wanted: &str) -> bool {
    match operator {
        Operator::Contains => value.contains(wanted),
        Operator::EndsWith => value.ends_with(wanted),
        Operator::StartsWith => value.starts_with(wanted),
        _ => ordered(operator, Some(value.cmp(wanted))),
    }
}

fn ordered(operator: Operator, order: Option<std::cmp::Ordering>) -> bool {
    let Some(order) = order else {
        return false;
    };
    match operator {
        Operator::Equal => order.is_eq(),
        Operator::Greater => order.is_gt(),
        Operator::GreaterOrEqual => order.is_ge(),
        Operator::Less => order.is_lt(),
        Operator::LessOrEqual => order.is_le(),
        Operator::Contains | Operator::EndsWith | Operator::NotEqual | Operator::StartsWith => false,
    }
}

/// `true` and `false` as directories write them into texts.
pub(crate) fn truth(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// Reads from the front of what is left.
struct Reader<'t> {
    left: &'t str,
    conditions: usize,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str) -> Result<Self, Error> {
        if text.len() > MAX_BYTES {
            return Err(refuse("the filter is too long"));
        }
        Ok(Self { left: text.trim(), conditions: 0 })
    }

    fn end(&self) -> Result<(), Error> {
        if self.left.is_empty() { Ok(()) } else { Err(refuse("something follows the filter")) }
    }

    fn any_of(&mut self, depth: usize) -> Result<Node, Error> {
        let mut nodes = vec![self.all_of(depth)?];
        while self.keyword("or") {
            nodes.push(self.all_of(depth)?);
        }
        Ok(alone_or(nodes, Node::Or))
    }

    fn all_of(&mut self, depth: usize) -> Result<Node, Error> {
        let mut nodes = vec![self.one(depth)?];
        while self.keyword("and") {
            nodes.push(self.one(depth)?);
        }
        Ok(alone_or(nodes, Node::And))
    }

    fn one(&mut self, depth: usize) -> Result<Node, Error> {
        if depth >= MAX_DEPTH {
            return Err(refuse("the filter is nested too deeply"));
        }
        if self.symbol('(') {
            let node = self.any_of(depth + 1)?;
            return self.closed(')', node);
        }
        // `not` needs its group; otherwise it is the name of an attribute, and there is none of that name.
        if self.keyword("not") {
            if !self.symbol('(') {
                return Err(refuse("not is followed by a group"));
            }
            let node = self.any_of(depth + 1)?;
            return self.closed(')', Node::Not(Box::new(node)));
        }
        self.condition(depth)
    }

    fn condition(&mut self, depth: usize) -> Result<Node, Error> {
        self.conditions += 1;
        if self.conditions > MAX_CONDITIONS {
            return Err(refuse("the filter has too many conditions"));
        }
        let path = self.path()?;
        if !self.symbol('[') {
            return self.comparison(path);
        }
        let inner = self.any_of(depth + 1)?;
        let inner = self.closed(']', inner)?;
        // `emails[type eq "work"].value eq "…"`: not of the standard, and what Entra writes.
        if let Some(left) = self.left.strip_prefix('.') {
            self.left = left;
            let part = self.path()?;
            if part.schema.is_some() || part.part.is_some() {
                return Err(refuse("one part follows the values"));
            }
            let comparison = self.comparison(part)?;
            return Ok(Node::Values(path, Box::new(Node::And(vec![inner, comparison]))));
        }
        Ok(Node::Values(path, Box::new(inner)))
    }

    fn comparison(&mut self, path: AttributePath) -> Result<Node, Error> {
        let word = self.word();
        if word.eq_ignore_ascii_case("pr") {
            return Ok(Node::Present(path));
        }
        let operator = Operator::parse(word).ok_or_else(|| refuse("an operator is missing"))?;
        let value = self.value()?;
        if !operator.takes(&value) {
            return Err(refuse("the operator cannot compare with this value"));
        }
        Ok(Node::Compare(path, operator, value))
    }

    fn path(&mut self) -> Result<AttributePath, Error> {
        self.skip_blanks();
        let end = self
            .left
            .find(|c: char| !(c.is_ascii_alphanumeric() || "-_$:.".contains(c)))
            .unwrap_or(self.left.len());
        let (path, left) = self.left.split_at(end);
        self.left = left;
        AttributePath::parse(path, ScimType::InvalidFilter)
    }

    fn word(&mut self) -> &'t str {
        self.skip_blanks();
        let end = self.left.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(self.left.len());
        let (word, left) = self.left.split_at(end);
        self.left = left;
        word
    }

    /// A literal of JSON that is neither list nor object.
    fn value(&mut self) -> Result<Value, Error> {
        self.skip_blanks();
        let end = if self.left.starts_with('"') {
            text_end(self.left).ok_or_else(|| refuse("a text does not end"))?
        } else {
            self.left.find([' ', ')', ']']).unwrap_or(self.left.len())
        };
        let (literal, left) = self.left.split_at(end);
        let value: Value = match literal.to_ascii_lowercase().as_str() {
            "true" => true.into(),
            "false" => false.into(),
            "null" => Value::Null,
            _ => serde_json::from_str(literal).map_err(|_| refuse("a value is no literal of JSON"))?,
        };
        if value.is_array() || value.is_object() {
            return Err(refuse("a value is no list and no object"));
        }
        self.left = left;
        Ok(value)
    }

    /// Takes the word if it stands here as a word of its own.
    fn keyword(&mut self, word: &str) -> bool {
        self.skip_blanks();
        let Some((start, rest)) = self.left.split_at_checked(word.len()) else {
            return false;
        };
        let stands = start.eq_ignore_ascii_case(word) && rest.starts_with([' ', '(']);
        if stands {
            self.left = rest;
        }
        stands
    }

    fn symbol(&mut self, symbol: char) -> bool {
        self.skip_blanks();
        let left = self.left.strip_prefix(symbol);
        self.left = left.unwrap_or(self.left);
        left.is_some()
    }

    fn closed(&mut self, symbol: char, node: Node) -> Result<Node, Error> {
        if self.symbol(symbol) { Ok(node) } else { Err(refuse("a bracket is not closed")) }
    }

    fn skip_blanks(&mut self) {
        self.left = self.left.trim_start_matches(' ');
    }
}

/// Where the text in quotes ends that stands at the front.
fn text_end(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            b'"' if !escaped => return Some(at + 1),
            b'\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    None
}

fn alone_or(mut nodes: Vec<Node>, many: fn(Vec<Node>) -> Node) -> Node {
    match nodes.pop() {
        Some(node) if nodes.is_empty() => node,
        last => {
            nodes.extend(last);
            many(nodes)
        }
    }
}

fn refuse(detail: &'static str) -> Error {
    Error::of(ScimType::InvalidFilter, detail)
}

#[cfg(test)]
mod tests;
