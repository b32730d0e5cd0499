//! What becomes of the values of an attribute.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::{Verb, no_target};
use crate::{
    Error, Filter,
    attribute::Attribute,
    error::value,
    read::{self, is_primary},
};

pub(super) fn meets(attribute: &Attribute, filter: Option<&Filter>, value: &Value) -> bool {
    filter.is_none_or(|filter| value.as_object().is_some_and(|parts| filter.matches_value(attribute, parts)))
}

/// All values, or those that stand in the operation: what Entra means when it sends some along.
pub(super) fn remove(attribute: &Attribute, found: &Value, values: &mut Vec<Value>) -> Result<(), Error> {
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
pub(super) fn add(attribute: &Attribute, found: &Value, values: &mut Vec<Value>) -> Result<(), Error> {
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
pub(super) fn merge(
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
pub(super) fn change_each(
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
pub(super) fn new_value(
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

pub(super) fn set(parts: &mut Map<String, Value>, name: &str, new: Option<Value>) {
    match new {
        Some(new) => drop(parts.insert(name.to_owned(), new)),
        None => drop(parts.remove(name)),
    }
}

pub(super) fn into_array(values: Option<Value>) -> Vec<Value> {
    match values {
        Some(Value::Array(values)) => values,
        _ => Vec::new(),
    }
}
