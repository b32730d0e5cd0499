//! Changes (RFC 7644, section 3.5.2): add, replace and remove, with a path and without.
//!
//! Where directories do otherwise than the standard says, and mean one thing only, they get it: operations in capitals, truths
//! as texts, paths as names of members, a list of members to remove as value.

mod path;
mod values;

use path::{Path, no_such_attribute};
use serde_json::{Map, Value};
use values::{add, change_each, into_array, meets, merge, new_value, remove, set};

use crate::{
    Error, Filter, ScimType,
    attribute::{Attribute, Mutability, Schema},
    error::{syntax, value},
    read::{self, Attributes, MAX_VALUES},
};

/// The schema of changes.
pub const PATCH_SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// Most operations in a request.
const MAX_OPERATIONS: usize = 1_000;
/// Most operations times values: every operation may look at every value.
const MAX_WORK: usize = 5_000_000;

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

fn member<'v>(fields: &'v Map<String, Value>, name: &str) -> Option<&'v Value> {
    fields
        .get(name)
        .or_else(|| fields.iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

fn no_target() -> Error {
    Error::of(ScimType::NoTarget, "the path finds no value")
}

#[cfg(test)]
mod tests;
