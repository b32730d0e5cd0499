//! Users and groups as values.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Error, read::Attributes};

/// What a directory says about a user.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct User {
    /// The name that the directory knows him by.
    pub user_name: String,
    /// What the directory calls him.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The name that others see.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// The parts of his name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// His addresses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub emails: Vec<Email>,
    /// Whether he may do anything; `None` if it was taken out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
}

/// The parts of a name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Name {
    /// The whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formatted: Option<String>,
    /// The family name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    /// The given name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
}

/// An address.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Email {
    /// It.
    pub value: String,
    /// What it is used for.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Whether it is the one that is used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub primary: Option<bool>,
}

/// What a directory says about a group.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Group {
    /// Its name.
    pub display_name: String,
    /// What the directory calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Who is in it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<Member>,
}

/// A user in a group.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Member {
    /// His id.
    pub value: String,
    /// His address among the resources.
    #[serde(rename = "$ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// What he is: `User`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

impl User {
    /// From attributes that were read.
    ///
    /// # Errors
    /// `invalidValue` for what was not read by [`read`](crate::read()).
    pub fn from_attributes(attributes: Attributes) -> Result<Self, Error> {
        from(attributes)
    }

    /// The attributes.
    pub fn to_attributes(&self) -> Attributes {
        to(self)
    }

    /// The address that he sends with: the primary one, else the first; `userName` if there is none.
    pub fn address(&self) -> &str {
        let primary = self.emails.iter().find(|email| email.primary == Some(true));
        primary.or_else(|| self.emails.first()).map_or(&self.user_name, |email| &email.value)
    }

    /// The name that others see.
    pub fn shown_name(&self) -> String {
        let name = self.name.as_ref();
        let formatted = || name.and_then(|name| name.formatted.clone());
        let parts = || {
            let name = name?;
            let parts: Vec<_> =
                [&name.given_name, &name.family_name].into_iter().flatten().cloned().collect();
            (!parts.is_empty()).then(|| parts.join(" "))
        };
        self.display_name.clone().or_else(formatted).or_else(parts).unwrap_or_else(|| self.user_name.clone())
    }
}

impl Group {
    /// From attributes that were read.
    ///
    /// # Errors
    /// `invalidValue` for what was not read by [`read`](crate::read()).
    pub fn from_attributes(attributes: Attributes) -> Result<Self, Error> {
        from(attributes)
    }

    /// The attributes.
    pub fn to_attributes(&self) -> Attributes {
        to(self)
    }
}

fn from<T: serde::de::DeserializeOwned>(attributes: Attributes) -> Result<T, Error> {
    serde_json::from_value(Value::Object(attributes)).map_err(|_| crate::error::value("a value does not fit"))
}

fn to<T: Serialize>(resource: &T) -> Attributes {
    match serde_json::to_value(resource) {
        Ok(Value::Object(attributes)) => attributes,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn user(fields: Value) -> User {
        serde_json::from_value(fields).unwrap()
    }

    #[test]
    fn the_primary_address_counts_then_the_first_then_the_name() {
        let emails = json!([{"value": "b@x.example"}, {"value": "c@x.example", "primary": true}]);
        assert_eq!(user(json!({"userName": "a@x.example", "emails": emails})).address(), "c@x.example");
        assert_eq!(user(json!({"emails": [{"value": "b@x.example"}]})).address(), "b@x.example");
        assert_eq!(user(json!({"userName": "a@x.example"})).address(), "a@x.example");
    }

    #[test]
    fn a_user_has_some_name_that_others_see() {
        let name = json!({"givenName": "Anna", "familyName": "Ast"});
        assert_eq!(user(json!({"displayName": "A", "name": name})).shown_name(), "A");
        assert_eq!(user(json!({"name": {"formatted": "Dr Ast"}})).shown_name(), "Dr Ast");
        assert_eq!(user(json!({"name": name})).shown_name(), "Anna Ast");
        assert_eq!(user(json!({"userName": "anna"})).shown_name(), "anna");
    }

    #[test]
    fn attributes_round_trip() {
        let fields = json!({
            "userName": "anna", "active": false, "name": {"givenName": "Anna"},
            "emails": [{"value": "a@x.example", "type": "work", "primary": true}],
        });
        assert_eq!(Value::Object(user(fields.clone()).to_attributes()), fields);
    }
}
