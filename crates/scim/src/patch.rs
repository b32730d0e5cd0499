//! Changes (RFC 7644, section 3.5.2): add, replace and remove, with a path and without.
//!
//! Where directories do otherwise than the standard says, and mean one thing only, they get it: operations in capitals, truths
//! as texts, paths as names of members, a list of members to remove as value.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use crate::{
    Error, Filter, ScimType,
    attribute::{Attribute, ENTERPRISE_SCHEMA, Mutability, Schema},
    error::{syntax, value},
    path::AttributePath,
    read::{self, Attributes, MAX_VALUES, is_primary},
};

/// The schema of changes.
pub const PATCH_SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// Most operations in a request.
const MAX_OPERATIONS: usize = 1_000;
/// Most operations times values: every operation may look at every value.
const MAX_WORK: usize = 5_000_000;
/// Longest path, in bytes.
const MAX_PATH_BYTES: usize = 2_048;

/// What is to be changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Patch(Vec<Operation>);

#[derive(Debug, Clone, PartialEq)]
struct Operation {
    verb: Verb,
    path: Option<Path>,
    value: Value,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verb {
    Add,
    Remove,
    Replace,
}

/// `name`, `name.part`, `name[filter]` or `name[filter].part`.
#[derive(Debug, Clone, PartialEq)]
struct Path {
    attribute: AttributePath,
    filter: Option<Filter>,
    /// After a filter.
    part: Option<String>,
}

impl Patch {
    /// Reads a request to change something.
    ///
    /// # Errors
    /// `invalidSyntax`, `invalidPath`, `invalidFilter`, and `tooMany` for more than a thousand operations.
    pub fn read(body: &Value) -> Result<Self, Error> {
        let fields = body.as_object().ok_or_else(|| syntax("the body is no object"))?;
        let schemas = member(fields, "schemas").and_then(Value::as_array);
        let named = schemas.is_some_and(|urns| {
            urns.iter().any(|urn| urn.as_str().is_some_and(|urn| urn.eq_ignore_ascii_case(PATCH_SCHEMA)))
        });
        if !named {
            return Err(syntax(format!("schemas does not name {PATCH_SCHEMA}")));
        }
        let operations = member(fields, "Operations").and_then(Value::as_array);
        let operations = operations.ok_or_else(|| syntax("Operations is missing"))?;
        if operations.is_empty() {
            return Err(syntax("Operations is empty"));
        }
        if operations.len() > MAX_OPERATIONS {
            return Err(Error::of(ScimType::TooMany, format!("at most {MAX_OPERATIONS} operations")));
        }
        Ok(Self(operations.iter().map(Operation::read).collect::<Result<_, _>>()?))
    }

    /// Changes a resource: all of it, or nothing if there is an error.
    ///
    /// # Errors
    /// `invalidPath`, `noTarget`, `mutability`, `invalidValue`.
    pub fn apply(&self, schema: &Schema, resource: &Attributes) -> Result<Attributes, Error> {
        let values = resource.values().filter_map(Value::as_array).map(Vec::len).sum::<usize>();
        if self.0.len() * values > MAX_WORK {
            return Err(Error::of(
                ScimType::TooMany,
                "fewer operations at once, for a resource with so many values",
            ));
        }
        let mut changed = resource.clone();
        for operation in &self.0 {
            operation.apply(schema, &mut changed)?;
        }
        read::complete(schema, &changed)?;
        Ok(changed)
    }
}

impl Operation {
    fn read(operation: &Value) -> Result<Self, Error> {
        let fields = operation.as_object().ok_or_else(|| syntax("an operation is no object"))?;
        let verb = match member(fields, "op").and_then(Value::as_str).map(str::to_ascii_lowercase).as_deref()
        {
            Some("add") => Verb::Add,
            Some("remove") => Verb::Remove,
            Some("replace") => Verb::Replace,
            _ => return Err(syntax("op is add, remove or replace")),
        };
        let path = match member(fields, "path") {
            None | Some(Value::Null) => None,
            Some(Value::String(path)) if path.is_empty() => None,
            Some(Value::String(path)) => Some(Path::parse(path)?),
            Some(_) => return Err(Error::of(ScimType::InvalidPath, "path is no text")),
        };
        let found = member(fields, "value").cloned();
        match (verb, &path, &found) {
            (Verb::Remove, None, _) => Err(Error::of(ScimType::NoTarget, "remove needs a path")),
            (Verb::Add | Verb::Replace, _, None) => Err(value("value is missing")),
            (Verb::Add | Verb::Replace, None, Some(found)) if !found.is_object() => {
                Err(value("without a path, value is an object"))
            }
            _ => Ok(Self { verb, path, value: found.unwrap_or(Value::Null) }),
        }
    }

    fn apply(&self, schema: &Schema, resource: &mut Attributes) -> Result<(), Error> {
        let Some(path) = &self.path else {
            return self.apply_members(schema, resource);
        };
        match path.target(schema)? {
            Some(attribute) => self.apply_to(attribute, path, &self.value, resource),
            None => Ok(()),
        }
    }

    /// Without a path: every member of the value is one. Those that are not known are left out, as when a resource is made;
    /// Entra writes paths there, too.
    fn apply_members(&self, schema: &Schema, resource: &mut Attributes) -> Result<(), Error> {
        for (name, found) in self.value.as_object().into_iter().flatten() {
            if let Some(attribute) = read::known(schema, name) {
                if attribute.mutability == Mutability::ReadOnly {
                    continue;
                }
                let path = Path::of(attribute);
                self.apply_to(attribute, &path, found, resource)?;
            } else if let Some((path, attribute)) = Path::parse(name).ok().and_then(|path| {
                let attribute = path.target(schema).ok()??;
                Some((path, attribute))
            }) {
                self.apply_to(attribute, &path, found, resource)?;
            }
        }
        Ok(())
    }

    fn apply_to(
        &self,
        attribute: &'static Attribute,
        path: &Path,
        found: &Value,
        resource: &mut Attributes,
    ) -> Result<(), Error> {
        if attribute.mutability == Mutability::ReadOnly {
            return Err(Error::of(ScimType::Mutability, format!("{} is set by the service", attribute.name)));
        }
        let part = path.part.as_deref().or(path.attribute.part.as_deref());
        let part = match part {
            Some(name) => Some(attribute.part(name).ok_or_else(no_such_attribute)?),
            None => None,
        };
        match (attribute.multi_valued, part) {
            (true, _) => self.change_values(attribute, path.filter.as_ref(), part, found, resource),
            (false, _) if path.filter.is_some() => {
                Err(Error::of(ScimType::InvalidPath, format!("{} has one value only", attribute.name)))
            }
            (false, Some(part)) => self.change_part(attribute, part, found, resource),
            (false, None) => self.change_single(attribute, found, resource),
        }
    }

    fn change_single(
        &self,
        attribute: &Attribute,
        found: &Value,
        resource: &mut Attributes,
    ) -> Result<(), Error> {
        if self.verb == Verb::Remove {
            resource.remove(attribute.name);
            return Ok(());
        }
        let new = read::single(attribute, found.clone())?;
        match (new, resource.get_mut(attribute.name)) {
            // What is not named of a complex attribute stays (RFC 7644, section 3.5.2.1 and .3).
            (Some(Value::Object(parts)), Some(Value::Object(old))) => old.extend(parts),
            (Some(new), _) => drop(resource.insert(attribute.name.to_owned(), new)),
            (None, _) => drop(resource.remove(attribute.name)),
        }
        Ok(())
    }

    fn change_part(
        &self,
        attribute: &Attribute,
        part: &Attribute,
        found: &Value,
        resource: &mut Attributes,
    ) -> Result<(), Error> {
        let new = if self.verb == Verb::Remove { None } else { read::single(part, found.clone())? };
        let whole = resource.entry(attribute.name).or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(parts) = whole {
            set(parts, part.name, new);
            if parts.is_empty() {
                resource.remove(attribute.name);
            }
        }
        Ok(())
    }

    fn change_values(
        &self,
        attribute: &'static Attribute,
        filter: Option<&Filter>,
        part: Option<&'static Attribute>,
        found: &Value,
        resource: &mut Attributes,
    ) -> Result<(), Error> {
        let mut values = match resource.remove(attribute.name) {
            Some(Value::Array(values)) => values,
            _ => Vec::new(),
        };
        match (self.verb, filter, part) {
            (Verb::Remove, None, None) => remove(attribute, found, &mut values)?,
            (Verb::Remove, Some(filter), None) => {
                values.retain(|value| !meets(attribute, Some(filter), value))
            }
            (Verb::Remove, _, Some(part)) => change_each(attribute, filter, part, None, &mut values)?,
            (Verb::Add, None, None) => add(attribute, found, &mut values)?,
            (Verb::Replace, None, None) => {
                values = into_array(read::attribute(attribute, found.clone())?);
            }
            (Verb::Add | Verb::Replace, Some(filter), None) => {
                merge(self.verb, attribute, filter, found, &mut values)?;
            }
            (Verb::Add | Verb::Replace, _, Some(part)) => {
                let new = read::single(part, found.clone())?;
                let none = !values.iter().any(|value| meets(attribute, filter, value));
                if none {
                    values.push(new_value(self.verb, attribute, filter, part, new)?);
                } else {
                    change_each(attribute, filter, part, new.as_ref(), &mut values)?;
                }
            }
        }
        if values.len() > MAX_VALUES {
            return Err(value(format!("{} has too many values", attribute.name)));
        }
        if !values.is_empty() {
            resource.insert(attribute.name.to_owned(), Value::Array(values));
        }
        Ok(())
    }
}

impl Path {
    fn parse(text: &str) -> Result<Self, Error> {
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

    fn of(attribute: &Attribute) -> Self {
        let attribute = AttributePath { schema: None, name: attribute.name.to_owned(), part: None };
        Self { attribute, filter: None, part: None }
    }

    /// What it names; `None` if that is nothing that is kept.
    fn target(&self, schema: &Schema) -> Result<Option<&'static Attribute>, Error> {
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

fn member<'v>(fields: &'v Map<String, Value>, name: &str) -> Option<&'v Value> {
    fields
        .get(name)
        .or_else(|| fields.iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

fn meets(attribute: &Attribute, filter: Option<&Filter>, value: &Value) -> bool {
    filter.is_none_or(|filter| value.as_object().is_some_and(|parts| filter.matches_value(attribute, parts)))
}

/// All values, or those that stand in the operation: what Entra means when it sends some along.
fn remove(attribute: &Attribute, found: &Value, values: &mut Vec<Value>) -> Result<(), Error> {
    let named = into_array(read::attribute(attribute, found.clone())?);
    if named.is_empty() {
        values.clear();
    } else {
        let named: HashSet<_> = named.iter().filter_map(key).collect();
        values.retain(|value| !key(value).is_some_and(|key| named.contains(key)));
    }
    Ok(())
}

/// What two values are the same by.
fn key(value: &Value) -> Option<&str> {
    value.get("value")?.as_str()
}

/// A value that is there already is put in its own place.
fn add(attribute: &Attribute, found: &Value, values: &mut Vec<Value>) -> Result<(), Error> {
    let new = into_array(read::attribute(attribute, found.clone())?);
    if new.iter().any(is_primary) {
        values.iter_mut().for_each(not_primary);
    }
    let mut known: HashMap<String, usize> =
        values.iter().enumerate().filter_map(|(at, value)| Some((key(value)?.to_owned(), at))).collect();
    for value in new {
        match key(&value).and_then(|key| known.get(key)) {
            Some(at) => values[*at] = value,
            None => {
                known.extend(key(&value).map(|key| (key.to_owned(), values.len())));
                values.push(value);
            }
        }
    }
    Ok(())
}

fn not_primary(value: &mut Value) {
    if let Value::Object(parts) = value
        && parts.contains_key("primary")
    {
        parts.insert("primary".to_owned(), false.into());
    }
}

/// Parts of the values that the filter chooses.
fn merge(
    verb: Verb,
    attribute: &Attribute,
    filter: &Filter,
    found: &Value,
    values: &mut Vec<Value>,
) -> Result<(), Error> {
    let Value::Object(given) = found else {
        return Err(value(format!("a value of {} is an object", attribute.name)));
    };
    let mut parts = Map::new();
    for (name, found) in given {
        if let Some(part) = attribute.part(name) {
            parts.insert(part.name.to_owned(), read::single(part, found.clone())?.unwrap_or(Value::Null));
        }
    }
    let mut chosen = 0;
    for value in values.iter_mut().filter(|value| meets(attribute, Some(filter), value)) {
        chosen += 1;
        if let Value::Object(old) = value {
            for (name, new) in &parts {
                set(old, name, (!new.is_null()).then(|| new.clone()));
            }
        }
    }
    if chosen == 0 {
        if verb == Verb::Replace {
            return Err(no_target());
        }
        let mut new = filter.as_value().ok_or_else(no_target)?;
        new.extend(parts);
        values.extend(read::single(attribute, Value::Object(new))?);
    }
    recheck(attribute, values)
}

/// Gives a part of the chosen values another value, or none.
fn change_each(
    attribute: &Attribute,
    filter: Option<&Filter>,
    part: &Attribute,
    new: Option<&Value>,
    values: &mut [Value],
) -> Result<(), Error> {
    let now_primary = part.name == "primary" && new == Some(&Value::Bool(true));
    for value in values.iter_mut() {
        if meets(attribute, filter, value) {
            if let Value::Object(parts) = value {
                set(parts, part.name, new.cloned());
            }
        } else if now_primary {
            not_primary(value);
        }
    }
    recheck(attribute, values)
}

/// A value that the filter would choose, with this part.
fn new_value(
    verb: Verb,
    attribute: &Attribute,
    filter: Option<&Filter>,
    part: &Attribute,
    new: Option<Value>,
) -> Result<Value, Error> {
    if verb == Verb::Replace {
        return Err(no_target());
    }
    let mut parts = match filter {
        Some(filter) => filter.as_value().ok_or_else(no_target)?,
        None => Map::new(),
    };
    set(&mut parts, part.name, new);
    read::single(attribute, Value::Object(parts))?
        .ok_or_else(|| value(format!("{} has no value", attribute.name)))
}

/// What is true of values that come in whole holds for those that were changed.
fn recheck(attribute: &Attribute, values: &[Value]) -> Result<(), Error> {
    read::attribute(attribute, Value::Array(values.to_vec())).map(drop)
}

fn set(parts: &mut Map<String, Value>, name: &str, new: Option<Value>) {
    match new {
        Some(new) => drop(parts.insert(name.to_owned(), new)),
        None => drop(parts.remove(name)),
    }
}

fn into_array(values: Option<Value>) -> Vec<Value> {
    match values {
        Some(Value::Array(values)) => values,
        _ => Vec::new(),
    }
}

fn no_target() -> Error {
    Error::of(ScimType::NoTarget, "the path finds no value")
}

fn no_such_attribute() -> Error {
    Error::of(ScimType::InvalidPath, "there is no such attribute")
}

#[cfg(test)]
mod tests;
