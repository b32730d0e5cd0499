//! What a change is about.

use crate::{
    Error, Filter, ScimType,
    attribute::{Attribute, ENTERPRISE_SCHEMA, Schema},
    path::AttributePath,
};

/// Longest path, in bytes.
const MAX_PATH_BYTES: usize = 2_048;

/// `name`, `name.part`, `name[filter]` or `name[filter].part`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Path {
    pub(super) attribute: AttributePath,
    pub(super) filter: Option<Filter>,
    /// After a filter.
    pub(super) part: Option<String>,
}

impl Path {
    pub(super) fn parse(text: &str) -> Result<Self, Error> {
        let refuse = || {
            Error::of(
                ScimType::InvalidPath,
                "a path is written name, name.part, name[filter] or name[filter].part",
            )
        };
        if text.len() > MAX_PATH_BYTES {
            return Err(refuse());
        }
        let Some((name, rest)) = text.split_once('[') else {
            let attribute = AttributePath::parse(text, ScimType::InvalidPath)?;
            return Ok(Self { attribute, filter: None, part: None });
        };
        let (filter, part) = rest.rsplit_once(']').ok_or_else(refuse)?;
        let attribute = AttributePath::parse(name, ScimType::InvalidPath)?;
        let part = match part {
            "" => None,
            part => Some(part.strip_prefix('.').ok_or_else(refuse)?.to_owned()),
        };
        if attribute.part.is_some() {
            return Err(refuse());
        }
        Ok(Self { attribute, filter: Some(Filter::parse(filter)?), part })
    }

    pub(super) fn of(attribute: &Attribute) -> Self {
        let attribute = AttributePath { schema: None, name: attribute.name.to_owned(), part: None };
        Self { attribute, filter: None, part: None }
    }

    /// What it names; `None` if that is nothing that is kept.
    pub(super) fn target(&self, schema: &Schema) -> Result<Option<&'static Attribute>, Error> {
        let AttributePath { schema: urn, name, .. } = &self.attribute;
        if !schema.is(urn.as_deref()) {
            let enterprise = |urn: &str| urn.eq_ignore_ascii_case(ENTERPRISE_SCHEMA);
            // The extension as a whole is the name behind the last colon of its own URN.
            let whole = urn.as_deref().is_some_and(|urn| enterprise(&format!("{urn}:{name}")));
            return if whole || urn.as_deref().is_some_and(enterprise) {
                Ok(None)
            } else {
                Err(no_such_attribute())
            };
        }
        match schema.attribute(name) {
            None if schema.forgets(name) => Ok(None),
            found => found.map(Some).ok_or_else(no_such_attribute),
        }
    }
}

pub(super) fn no_such_attribute() -> Error {
    Error::of(ScimType::InvalidPath, "there is no such attribute")
}
