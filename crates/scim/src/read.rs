//! What a directory sends, brought into one form: known attributes under their own names, truths as truths, nothing else.

use serde_json::{Map, Value};

use crate::{
    Error,
    attribute::{Attribute, ENTERPRISE_SCHEMA, Kind, Mutability, Schema},
    error::{syntax, value},
    filter::truth,
};

/// Longest text in an attribute, in bytes.
const MAX_TEXT_BYTES: usize = 1_024;
/// Most values of an attribute.
pub(crate) const MAX_VALUES: usize = 50_000;

/// An attribute's values of one resource, by their own names.
pub type Attributes = Map<String, Value>;

/// Reads a resource that is to be made or put in another's place. What the service sets itself, and what it does not keep, is
/// left out.
///
/// # Errors
/// `invalidSyntax` unless it is an object that names its schema; `invalidValue` for what does not fit its attribute.
pub fn read(schema: &Schema, resource: Value) -> Result<Attributes, Error> {
    let Value::Object(fields) = resource else {
        return Err(syntax("the body is no object"));
    };
    names_schema(schema, &fields)?;
    let mut attributes = Attributes::new();
    for (name, found) in fields {
        let Some(attribute) = known(schema, &name) else {
            continue;
        };
        if attribute.mutability == Mutability::ReadOnly {
            continue;
        }
        if attributes.contains_key(attribute.name) {
            return Err(syntax(format!("{} stands twice in the body", attribute.name)));
        }
        if let Some(found) = self::attribute(attribute, found)? {
            attributes.insert(attribute.name.to_owned(), found);
        }
    }
    complete(schema, &attributes)?;
    Ok(attributes)
}

/// The attribute that a member of a resource names, its schema's name before it or not.
pub(crate) fn known(schema: &Schema, name: &str) -> Option<&'static Attribute> {
    let name = match name.rsplit_once(':') {
        Some((urn, name)) if schema.is(Some(urn)) => name,
        Some(_) => return None,
        None => name,
    };
    schema.attribute(name)
}

/// Whether everything is there that must be.
pub(crate) fn complete(schema: &Schema, attributes: &Attributes) -> Result<(), Error> {
    // An address may be a user's name, too.
    let needed = |attribute: &&Attribute| attribute.required && !attribute.multi_valued;
    match schema.attributes.iter().filter(needed).find(|needed| !attributes.contains_key(needed.name)) {
        Some(missing) => Err(value(format!("{} is missing", missing.name))),
        None => Ok(()),
    }
}

fn names_schema(schema: &Schema, fields: &Map<String, Value>) -> Result<(), Error> {
    let named = fields.iter().find(|(name, _)| name.eq_ignore_ascii_case("schemas")).map(|(_, urns)| urns);
    let Some(Value::Array(urns)) = named else {
        return Err(syntax("schemas is missing"));
    };
    let mut own = false;
    for urn in urns {
        let urn = urn.as_str().ok_or_else(|| syntax("a schema is named by a text"))?;
        own |= schema.is(Some(urn));
        if !schema.is(Some(urn)) && !urn.eq_ignore_ascii_case(ENTERPRISE_SCHEMA) && !is_foreign_extension(urn)
        {
            return Err(syntax(format!("{} is described by another schema", schema.name)));
        }
    }
    if own { Ok(()) } else { Err(syntax(format!("schemas does not name {}", schema.id))) }
}

/// An extension that a directory was told to send and that nobody keeps.
fn is_foreign_extension(urn: &str) -> bool {
    !urn.to_ascii_lowercase().starts_with("urn:ietf:params:scim:")
}

/// The value of an attribute; `None` if it has none (RFC 7643, section 2.5).
pub(crate) fn attribute(attribute: &Attribute, found: Value) -> Result<Option<Value>, Error> {
    if !attribute.multi_valued {
        return single(attribute, found);
    }
    let found = match found {
        Value::Null => return Ok(None),
        Value::Array(values) => values,
        one => vec![one],
    };
    if found.len() > MAX_VALUES {
        return Err(value(format!("{} has too many values", attribute.name)));
    }
    let mut values = Vec::with_capacity(found.len());
    for one in found {
        values.extend(single(attribute, one)?);
    }
    one_primary(attribute, &values)?;
    Ok((!values.is_empty()).then_some(Value::Array(values)))
}

/// One value of an attribute.
pub(crate) fn single(attribute: &Attribute, found: Value) -> Result<Option<Value>, Error> {
    let refuse = || value(format!("{} is no {}", attribute.name, attribute.kind.as_str()));
    match (attribute.kind, found) {
        (_, Value::Null) => Ok(None),
        (Kind::Complex, Value::Object(fields)) => complex(attribute, fields),
        (Kind::Boolean, Value::Bool(found)) => Ok(Some(found.into())),
        // Entra writes truths as texts.
        (Kind::Boolean, Value::String(text)) => {
            truth(&text).map(|found| Some(found.into())).ok_or_else(refuse)
        }
        (Kind::DateTime | Kind::Reference | Kind::Text, Value::String(text)) => {
            if text.len() > MAX_TEXT_BYTES || text.chars().any(char::is_control) {
                return Err(value(format!(
                    "{} is one line of at most {MAX_TEXT_BYTES} bytes",
                    attribute.name
                )));
            }
            Ok((!text.is_empty()).then_some(Value::String(text)))
        }
        _ => Err(refuse()),
    }
}

fn complex(attribute: &Attribute, fields: Map<String, Value>) -> Result<Option<Value>, Error> {
    let mut parts = Map::new();
    for (name, found) in fields {
        let Some(part) = attribute.part(&name) else {
            continue;
        };
        if parts.contains_key(part.name) {
            return Err(syntax(format!("{}.{} stands twice in the body", attribute.name, part.name)));
        }
        if let Some(found) = single(part, found)? {
            parts.insert(part.name.to_owned(), found);
        }
    }
    if parts.is_empty() {
        return Ok(None);
    }
    if attribute.multi_valued && attribute.part("value").is_some() && !parts.contains_key("value") {
        return Err(value(format!("{}.value is missing", attribute.name)));
    }
    Ok(Some(Value::Object(parts)))
}

fn one_primary(attribute: &Attribute, values: &[Value]) -> Result<(), Error> {
    match values.iter().filter(|value| is_primary(value)).nth(1) {
        Some(_) => Err(value(format!("{} has more than one primary value", attribute.name))),
        None => Ok(()),
    }
}

pub(crate) fn is_primary(value: &Value) -> bool {
    value.get("primary") == Some(&Value::Bool(true))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{GROUP, USER, USER_SCHEMA};

    fn user(extra: &Value) -> Result<Attributes, Error> {
        let mut body = json!({"schemas": [USER_SCHEMA], "userName": "anna"});
        for (name, value) in extra.as_object().unwrap() {
            body[name] = value.clone();
        }
        read(&USER, body)
    }

    #[test]
    fn what_entra_sends_is_read() {
        let body = json!({
            "schemas": [USER_SCHEMA, ENTERPRISE_SCHEMA],
            "externalId": "00aa00aa",
            "userName": "anna@acme.example",
            "active": "True",
            "displayName": "Anna",
            "emails": [{"primary": true, "type": "work", "value": "anna@acme.example"}],
            "meta": {"resourceType": "User"},
            "name": {"formatted": "Anna Ast", "familyName": "Ast", "givenName": "Anna", "middleName": "B"},
            "roles": [],
            "title": "Dr",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "Law"},
        });
        let read = read(&USER, body).unwrap();
        assert_eq!(
            Value::Object(read),
            json!({
                "externalId": "00aa00aa",
                "userName": "anna@acme.example",
                "active": true,
                "displayName": "Anna",
                "emails": [{"primary": true, "type": "work", "value": "anna@acme.example"}],
                "name": {"formatted": "Anna Ast", "familyName": "Ast", "givenName": "Anna"},
            })
        );
    }

    #[test]
    fn names_have_no_case_and_nothing_has_no_value() {
        let read = user(&json!({"DISPLAYNAME": "Anna", "name": {}, "emails": [], "active": null})).unwrap();
        assert_eq!(Value::Object(read), json!({"userName": "anna", "displayName": "Anna"}));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for extra in [
            json!({"username": "twice"}),
            json!({"userName": ""}),
            json!({"userName": 1}),
            json!({"userName": "a\nb"}),
            json!({"userName": "a".repeat(1_025)}),
            json!({"active": "yes"}),
            json!({"active": 1}),
            json!({"name": "Anna"}),
            json!({"emails": ["anna@acme.example"]}),
            json!({"emails": [{"type": "work"}]}),
            json!({"emails": [{"value": "a", "primary": true}, {"value": "b", "primary": "True"}]}),
            json!({"schemas": []}),
            json!({"schemas": "urn"}),
            json!({"schemas": [USER_SCHEMA, GROUP.id]}),
        ] {
            assert!(user(&extra).is_err(), "{extra}");
        }
        for body in [json!([]), json!(null), json!({"userName": "a"}), json!({"schemas": [USER_SCHEMA]})] {
            assert!(read(&USER, body.clone()).is_err(), "{body}");
        }
    }
}
