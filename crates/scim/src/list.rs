//! Lists of resources (RFC 7644, sections 3.4.2 and 3.4.3): what is asked for, and how it is answered.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{
    Error, Filter, ScimType,
    attribute::{Kind, Schema},
    error::value,
    path::AttributePath,
    read::Attributes,
    time,
};

/// The schema of lists.
pub const LIST_SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
/// Most resources in an answer.
pub const MAX_RESULTS: usize = 200;
/// How many there are unless asked for.
const DEFAULT_RESULTS: usize = 100;

/// What is asked for, as it stands in an address; names of parameters as RFC 7644 writes them. Others are ignored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Parameters {
    /// Which resources.
    pub filter: Option<String>,
    /// The number of the first one, from 1.
    pub start_index: Option<String>,
    /// How many.
    pub count: Option<String>,
    /// In the order of which attribute.
    pub sort_by: Option<String>,
    /// `ascending` or `descending`.
    pub sort_order: Option<String>,
    /// With which attributes only.
    pub attributes: Option<String>,
    /// Without which attributes.
    pub excluded_attributes: Option<String>,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// Which resources.
    pub filter: Option<Filter>,
    /// How many to leave out.
    pub skip: usize,
    /// How many to give, at most.
    pub count: usize,
    /// In which order.
    pub sort: Option<Sort>,
    /// What of them.
    pub projection: Projection,
}

/// An order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sort {
    by: AttributePath,
    descending: bool,
}

/// Which attributes are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Projection {
    only: Option<Vec<AttributePath>>,
    without: Vec<AttributePath>,
}

impl Query {
    /// Reads what is asked for.
    ///
    /// # Errors
    /// `invalidFilter`, `invalidPath`, `invalidValue`.
    pub fn read(parameters: &Parameters) -> Result<Self, Error> {
        let sort = match parameters.sort_by.as_deref() {
            None | Some("") => None,
            Some(by) => Some(Sort {
                by: AttributePath::parse(by, ScimType::InvalidPath)?,
                descending: is_descending(parameters.sort_order.as_deref())?,
            }),
        };
        let filter = parameters.filter.as_deref().filter(|text| !text.trim().is_empty());
        Ok(Self {
            filter: filter.map(Filter::parse).transpose()?,
            // Below 1 is 1, below 0 is 0 (RFC 7644, section 3.4.2.4).
            skip: number("startIndex", parameters.start_index.as_deref(), 1)?.saturating_sub(1),
            count: number("count", parameters.count.as_deref(), DEFAULT_RESULTS)?.min(MAX_RESULTS),
            sort,
            projection: Projection::read(parameters)?,
        })
    }

    /// Reads a search request's body.
    ///
    /// # Errors
    /// Those of [`Self::read`], and `invalidSyntax`.
    pub fn read_body(body: &Value) -> Result<Self, Error> {
        let fields = body.as_object().ok_or_else(|| crate::error::syntax("the body is no object"))?;
        let text = |name: &str| match fields.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(Value::Number(number)) => Ok(Some(number.to_string())),
            Some(Value::Array(names)) => {
                let names: Option<Vec<_>> = names.iter().map(Value::as_str).collect();
                names
                    .map(|names| Some(names.join(",")))
                    .ok_or_else(|| value(format!("{name} is a list of texts")))
            }
            Some(_) => Err(value(format!("{name} is no text"))),
        };
        Self::read(&Parameters {
            filter: text("filter")?,
            start_index: text("startIndex")?,
            count: text("count")?,
            sort_by: text("sortBy")?,
            sort_order: text("sortOrder")?,
            attributes: text("attributes")?,
            excluded_attributes: text("excludedAttributes")?,
        })
    }

    /// Chooses, orders and cuts: how many resources there are, and those of this page.
    pub fn select(&self, schema: &Schema, mut resources: Vec<Attributes>) -> (usize, Vec<Attributes>) {
        if let Some(filter) = &self.filter {
            resources.retain(|resource| filter.matches(schema, resource));
        }
        if let Some(sort) = &self.sort {
            sort.apply(schema, &mut resources);
        }
        let total = resources.len();
        (total, resources.into_iter().skip(self.skip).take(self.count).collect())
    }

    /// The answer, of a page that was selected before.
    pub fn answer(&self, total: usize, page: &[Value]) -> Value {
        json!({
            "schemas": [LIST_SCHEMA],
            "totalResults": total,
            "startIndex": self.skip + 1,
            "itemsPerPage": page.len(),
            "Resources": page,
        })
    }
}

impl Sort {
    /// Those without the attribute come last, in either order as RFC 7644 section 3.4.2.3 has it for ascending ones.
    fn apply(&self, schema: &Schema, resources: &mut [Attributes]) {
        let keys = |resource: &Attributes| self.key(schema, resource);
        if self.descending {
            resources.sort_by_cached_key(|resource| {
                let key = keys(resource);
                (key.is_none(), std::cmp::Reverse(key))
            });
        } else {
            resources.sort_by_cached_key(|resource| {
                let key = keys(resource);
                (key.is_none(), key)
            });
        }
    }

    fn key(&self, schema: &Schema, resource: &Attributes) -> Option<String> {
        let attribute = schema.attribute(&self.by.name).filter(|_| schema.is(self.by.schema.as_deref()))?;
        let found = match resource.get(attribute.name)? {
            // The primary value, or else the first.
            Value::Array(values) => {
                values.iter().find(|value| crate::read::is_primary(value)).or_else(|| values.first())?
            }
            found => found,
        };
        let (part, found) = match (&self.by.part, found) {
            (Some(part), Value::Object(parts)) => {
                let part = attribute.part(part)?;
                (part, parts.get(part.name)?)
            }
            (None, Value::Object(parts)) => (attribute.part("value")?, parts.get("value")?),
            (None, found) => (attribute, found),
            (Some(_), _) => return None,
        };
        match found {
            Value::String(text) if part.kind == Kind::DateTime => {
                time::parse(text).map(|at| format!("{at:020}"))
            }
            Value::String(text) if part.case_exact => Some(text.clone()),
            Value::String(text) => Some(text.to_lowercase()),
            Value::Bool(truth) => Some(truth.to_string()),
            _ => None,
        }
    }
}

impl Projection {
    /// Reads which attributes are wanted.
    ///
    /// # Errors
    /// `invalidPath`, `invalidValue`.
    pub fn read(parameters: &Parameters) -> Result<Self, Error> {
        let only = paths(parameters.attributes.as_deref())?;
        let without = paths(parameters.excluded_attributes.as_deref())?;
        if !only.is_empty() && !without.is_empty() {
            return Err(value("attributes and excludedAttributes exclude each other"));
        }
        Ok(Self { only: (!only.is_empty()).then_some(only), without })
    }

    /// Whether the attribute is wanted, as a whole or in part: what is not need not be looked up.
    pub fn wants(&self, name: &str) -> bool {
        let names = |path: &AttributePath| path.name.eq_ignore_ascii_case(name);
        match &self.only {
            Some(only) => only.iter().any(names),
            None => !self.without.iter().any(|path| names(path) && path.part.is_none()),
        }
    }

    /// Leaves out what is not wanted.
    pub fn apply(&self, schema: &Schema, mut resource: Attributes) -> Attributes {
        let always =
            |name: &str| name == "schemas" || schema.attribute(name).is_some_and(|known| known.always);
        if let Some(only) = &self.only {
            let kept = resource.into_iter().filter_map(|(name, value)| {
                if always(&name) {
                    return Some((name, value));
                }
                let wanted: Vec<_> =
                    only.iter().filter(|path| path.name.eq_ignore_ascii_case(&name)).collect();
                if wanted.is_empty() {
                    return None;
                }
                let whole = wanted.iter().any(|path| path.part.is_none());
                let keep = |part: &str| whole || wanted.iter().any(|path| is_part(path, part));
                Some((name, parts(value, &keep)))
            });
            return kept.collect();
        }
        for path in &self.without {
            let Some(known) = schema.attribute(&path.name).filter(|known| !known.always) else {
                continue;
            };
            if let (Some(value), true) = (resource.remove(known.name), path.part.is_some()) {
                resource.insert(known.name.to_owned(), parts(value, &|part| !is_part(path, part)));
            }
        }
        resource
    }
}

fn is_part(path: &AttributePath, name: &str) -> bool {
    path.part.as_deref().is_some_and(|part| part.eq_ignore_ascii_case(name))
}

/// Only these parts of a complex value, or of each of several.
fn parts(value: Value, keep: &dyn Fn(&str) -> bool) -> Value {
    match value {
        Value::Object(parts) => {
            Value::Object(parts.into_iter().filter(|(name, _)| keep(name)).collect::<Map<_, _>>())
        }
        Value::Array(values) => values.into_iter().map(|value| parts(value, keep)).collect(),
        value => value,
    }
}

fn paths(text: Option<&str>) -> Result<Vec<AttributePath>, Error> {
    let names = text.unwrap_or_default().split(',').map(str::trim).filter(|name| !name.is_empty());
    let paths: Vec<_> = names
        .take(MAX_NAMES + 1)
        .map(|name| AttributePath::parse(name, ScimType::InvalidPath))
        .collect::<Result<_, _>>()?;
    if paths.len() > MAX_NAMES { Err(value("too many attributes")) } else { Ok(paths) }
}

/// Most attributes that can be named.
const MAX_NAMES: usize = 64;

fn is_descending(order: Option<&str>) -> Result<bool, Error> {
    match order.map(str::to_ascii_lowercase).as_deref() {
        None | Some("" | "ascending") => Ok(false),
        Some("descending") => Ok(true),
        Some(_) => Err(value("sortOrder is ascending or descending")),
    }
}

fn number(name: &str, text: Option<&str>, default: usize) -> Result<usize, Error> {
    let Some(text) = text else {
        return Ok(default);
    };
    let number: i64 = text.trim().parse().map_err(|_| value(format!("{name} is no number")))?;
    Ok(usize::try_from(number.max(0)).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests;
