//! Whether a value meets a condition.

use serde_json::{Map, Value};

use super::Find;
use crate::{
    attribute::{Attribute, Kind},
    path::AttributePath,
    time,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
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
    pub(super) fn parse(word: &str) -> Option<Self> {
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
    pub(super) fn takes(self, value: &Value) -> bool {
        match self {
            Self::Equal | Self::NotEqual => true,
            Self::Contains | Self::EndsWith | Self::StartsWith => value.is_string(),
            Self::Greater | Self::GreaterOrEqual | Self::Less | Self::LessOrEqual => {
                value.is_string() || value.is_number()
            }
        }
    }
}

/// The values that a path leads to, each with what describes it. Of a complex attribute without a part, its `value` is meant
/// where it has one.
pub(super) fn values<'r>(
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
pub(super) fn each(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.into_iter().flat_map(|value| match value {
        Value::Array(values) => values.as_slice(),
        value => std::slice::from_ref(value),
    })
}

pub(super) fn get<'r>(resource: &'r Map<String, Value>, name: &str) -> Option<&'r Value> {
    resource.get(name)
}

pub(super) fn is_present(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Object(parts) => !parts.is_empty(),
        Value::Array(values) => !values.is_empty(),
        Value::String(text) => !text.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

pub(super) fn any_equal(found: &[(&Attribute, &Value)], wanted: &Value) -> bool {
    if wanted.is_null() {
        return !found.iter().any(|(_, value)| is_present(value));
    }
    found.iter().any(|(attribute, value)| compare(attribute, Operator::Equal, value, wanted))
}

pub(super) fn compare(attribute: &Attribute, operator: Operator, value: &Value, wanted: &Value) -> bool {
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
