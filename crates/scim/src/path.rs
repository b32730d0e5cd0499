//! Names of attributes, as filters and changes write them.

use crate::{Error, ScimType};

/// `[urn:…:]name[.part]`, in any case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AttributePath {
    /// The schema, if it is named.
    pub(crate) schema: Option<String>,
    /// The attribute.
    pub(crate) name: String,
    /// The part of it, if one is meant.
    pub(crate) part: Option<String>,
}

impl AttributePath {
    /// Reads a path. `kind` is what is answered if there is none.
    pub(crate) fn parse(text: &str, kind: ScimType) -> Result<Self, Error> {
        let refuse = || Error::of(kind, "an attribute is written [urn:…:]name[.part]");
        let is_urn = text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("urn:"));
        let (schema, rest) = match text.rsplit_once(':') {
            Some((schema, rest)) if is_urn => (Some(schema.to_owned()), rest),
            Some(_) => return Err(refuse()),
            None => (None, text),
        };
        let (name, part) = match rest.split_once('.') {
            Some((name, part)) => (name, Some(part)),
            None => (rest, None),
        };
        if !is_name(name) || !part.is_none_or(is_name) {
            return Err(refuse());
        }
        Ok(Self { schema, name: name.to_owned(), part: part.map(str::to_owned) })
    }
}

/// A letter (or the `$` of `$ref`), then letters, digits, hyphens and underscores.
fn is_name(text: &str) -> bool {
    let rest = text.strip_prefix('$').unwrap_or(text);
    rest.starts_with(|c: char| c.is_ascii_alphabetic())
        && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_have_a_schema_a_name_and_a_part() {
        let parse = |text| AttributePath::parse(text, ScimType::InvalidPath);
        let path = parse("urn:ietf:params:scim:schemas:core:2.0:User:name.familyName").unwrap();
        assert_eq!(path.schema.as_deref(), Some("urn:ietf:params:scim:schemas:core:2.0:User"));
        assert_eq!((path.name.as_str(), path.part.as_deref()), ("name", Some("familyName")));
        assert_eq!(parse("members.$ref").unwrap().part.as_deref(), Some("$ref"));
        for text in ["", ".", "a.", ".a", "a.b.c", "a b", "1a", "$", "x:a", "urn:", "urn:a:", "ä"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
