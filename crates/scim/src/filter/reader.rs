//! Reads the text of a filter.

use serde_json::Value;

use super::{Node, compare::Operator};
use crate::{Error, ScimType, path::AttributePath};

/// Longest filter, in bytes.
const MAX_BYTES: usize = 4_096;
/// Deepest nesting of groups.
const MAX_DEPTH: usize = 16;
/// Most conditions.
const MAX_CONDITIONS: usize = 64;

/// Reads from the front of what is left.
pub(super) struct Reader<'t> {
    left: &'t str,
    conditions: usize,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str) -> Result<Self, Error> {
        if text.len() > MAX_BYTES {
            return Err(refuse("the filter is too long"));
        }
        Ok(Self { left: text.trim(), conditions: 0 })
    }

    pub(super) fn end(&self) -> Result<(), Error> {
        if self.left.is_empty() { Ok(()) } else { Err(refuse("something follows the filter")) }
    }

    pub(super) fn any_of(&mut self, depth: usize) -> Result<Node, Error> {
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
