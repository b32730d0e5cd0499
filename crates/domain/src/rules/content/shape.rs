//! What an organisation's own numbers look like.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Longest shape, in characters.
const MAX_CHARS: usize = 64;
/// Fewest places for a digit or a letter: with fewer it would be found everywhere.
const MIN_PLACES: usize = 3;

/// What a number looks like: `#` stands for a digit, `@` for a letter, a blank for one or none, and everything else for itself, whatever its
/// case. It is found where no letter or digit stands right before it or behind it.
///
/// Regular expressions are no part of rules: what everybody can read is tried in linear time, and means the same in the
/// add-in and on the service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Shape(Vec<char>);

/// The text is no shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a shape is one line of at most {MAX_CHARS} characters with at least {MIN_PLACES} # or @")]
pub struct ShapeError;

impl Shape {
    /// How many places of a searchable text look like it.
    pub(super) fn count(&self, text: &str) -> u64 {
        let chars: Vec<char> = text.chars().collect();
        let (mut count, mut at) = (0, 0);
        while at < chars.len() {
            let begins = at == 0 || !chars[at - 1].is_alphanumeric();
            match self.end(&chars, at).filter(|_| begins) {
                Some(end) => {
                    count += 1;
                    at = end;
                }
                None => at += 1,
            }
        }
        count
    }

    /// Where what looks like it ends that begins here.
    fn end(&self, text: &[char], begin: usize) -> Option<usize> {
        let mut at = begin;
        for wanted in &self.0 {
            let next = text.get(at).copied();
            let fits = match wanted {
                '#' => next.is_some_and(|c| c.is_ascii_digit()),
                '@' => next.is_some_and(char::is_alphabetic),
                ' ' if next != Some(' ') => continue,
                wanted => next == Some(*wanted),
            };
            if !fits {
                return None;
            }
            at += 1;
        }
        let ends = text.get(at).is_none_or(|c| !c.is_alphanumeric());
        ends.then_some(at)
    }
}

impl FromStr for Shape {
    type Err = ShapeError;

    fn from_str(text: &str) -> Result<Self, ShapeError> {
        // As the texts in which it is looked for: in lower case, and so on.
        let chars: Vec<char> = super::text::searchable(text).trim().chars().collect();
        let places = chars.iter().filter(|c| matches!(c, '#' | '@')).count();
        let plain = !text.chars().any(|c| c.is_control());
        if plain && (MIN_PLACES..=MAX_CHARS).contains(&chars.len()) && places >= MIN_PLACES {
            Ok(Self(chars))
        } else {
            Err(ShapeError)
        }
    }
}

impl TryFrom<String> for Shape {
    type Error = ShapeError;

    fn try_from(text: String) -> Result<Self, ShapeError> {
        text.parse()
    }
}

impl From<Shape> for String {
    fn from(shape: Shape) -> Self {
        shape.to_string()
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|c| write!(f, "{c}"))
    }
}

#[cfg(test)]
mod tests {
    use super::{super::text::searchable, *};

    #[test]
    fn what_looks_so_is_found_where_it_stands_alone() {
        for (shape, text, count) in [
            ("PAT-######", "about pat-123456.", 1),
            ("PAT-######", "PAT-1234567", 0),
            ("PAT-######", "xPAT-123456", 0),
            ("PAT-######", "PAT-12345", 0),
            ("PAT-######", "PAT-123456 PAT-654321", 2),
            ("### ###", "123 456", 1),
            ("### ###", "123456", 1),
            ("### ###", "123  456", 1),
            ("### ###", "123-456", 0),
            ("@@ ####", "AB 1234, ÄÖ1234", 2),
            ("@@ ####", "A1 1234", 0),
            ("###/##", "１２３/45", 1),
        ] {
            let shape: Shape = shape.parse().unwrap();
            assert_eq!(shape.count(&searchable(text)), count, "{shape} in {text:?}");
        }
    }

    #[test]
    fn what_would_be_found_everywhere_is_no_shape() {
        for text in ["", "##", "abc", "#\n##", &"#".repeat(65)] {
            assert_eq!(text.parse::<Shape>(), Err(ShapeError), "{text:?}");
        }
        assert_eq!("PAT-###".parse::<Shape>().unwrap().to_string(), "pat-###");
    }
}
