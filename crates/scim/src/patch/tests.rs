#![expect(clippy::needless_pass_by_value, reason = "json! makes values to be given away")]

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::{GROUP, USER};

fn attributes(value: Value) -> Attributes {
    value.as_object().unwrap().clone()
}

fn anna() -> Attributes {
    attributes(json!({
        "userName": "anna", "displayName": "Anna", "active": true,
        "name": {"givenName": "Anna", "familyName": "Ast"},
        "emails": [{"value": "a@x.example", "type": "work", "primary": true}, {"value": "b@x.example", "type": "home"}],
    }))
}

fn patch(operations: Value) -> Result<Patch, Error> {
    Patch::read(&json!({"schemas": [PATCH_SCHEMA], "Operations": operations}))
}

fn changed(operations: Value) -> Result<Attributes, Error> {
    patch(operations)?.apply(&USER, &anna())
}

/// What the operations make of Anna, only where it is different.
fn differs(operations: Value) -> Value {
    let (before, after) =
        (anna(), changed(operations.clone()).unwrap_or_else(|error| panic!("{operations}: {error}")));
    let mut different = Map::new();
    for name in before.keys().chain(after.keys()) {
        if before.get(name) != after.get(name) {
            different.insert(name.clone(), after.get(name).cloned().unwrap_or(Value::Null));
        }
    }
    Value::Object(different)
}

#[test]
fn values_are_replaced_added_and_removed() {
    for (operation, difference) in [
        (json!({"op": "replace", "path": "displayName", "value": "A"}), json!({"displayName": "A"})),
        (json!({"op": "Replace", "path": "active", "value": "False"}), json!({"active": false})),
        (json!({"op": "replace", "value": {"active": false, "title": "Dr"}}), json!({"active": false})),
        (json!({"op": "add", "path": "externalId", "value": "e"}), json!({"externalId": "e"})),
        (json!({"op": "remove", "path": "displayName"}), json!({"displayName": null})),
        (json!({"op": "add", "path": "displayName", "value": null}), json!({"displayName": null})),
        (
            json!({"op": "add", "path": "name", "value": {"givenName": "B"}}),
            json!({"name": {"givenName": "B", "familyName": "Ast"}}),
        ),
        (
            json!({"op": "replace", "path": "name.familyName", "value": "Berg"}),
            json!({"name": {"givenName": "Anna", "familyName": "Berg"}}),
        ),
        (json!({"op": "remove", "path": "name.familyName"}), json!({"name": {"givenName": "Anna"}})),
        (
            json!({"op": "replace", "path": "urn:ietf:params:scim:schemas:core:2.0:User:displayName", "value": "A"}),
            json!({"displayName": "A"}),
        ),
        (
            json!({"op": "replace", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "value": "Law"}),
            json!({}),
        ),
        (json!({"op": "replace", "path": "title", "value": "Dr"}), json!({})),
        (
            json!({"op": "Add", "value": {"name.givenName": "B", "unknown": 1, "ID": "x", "a.b.c": 2}}),
            json!({"name": {"givenName": "B", "familyName": "Ast"}}),
        ),
    ] {
        assert_eq!(differs(json!([operation])), difference, "{operation}");
    }
}

#[test]
fn one_of_several_values_is_chosen_by_a_filter() {
    let emails = |operation: Value| differs(json!([operation]))["emails"].clone();
    let home = json!({"value": "b@x.example", "type": "home"});
    for (operation, after) in [
        (
            json!({"op": "Replace", "path": "emails[type eq \"work\"].value", "value": "c@x.example"}),
            json!([{"value": "c@x.example", "type": "work", "primary": true}, home]),
        ),
        (
            json!({"op": "remove", "path": "emails[type eq \"home\"]"}),
            json!([{"value": "a@x.example", "type": "work", "primary": true}]),
        ),
        (
            json!({"op": "add", "path": "emails[type eq \"other\"].value", "value": "c@x.example"}),
            json!([{"value": "a@x.example", "type": "work", "primary": true}, home, {"value": "c@x.example", "type": "other"}]),
        ),
        (
            json!({"op": "add", "path": "emails", "value": [{"value": "c@x.example", "primary": true}]}),
            json!([{"value": "a@x.example", "type": "work", "primary": false}, home, {"value": "c@x.example", "primary": true}]),
        ),
        (
            json!({"op": "replace", "path": "emails[type eq \"home\"].primary", "value": true}),
            json!([{"value": "a@x.example", "type": "work", "primary": false}, {"value": "b@x.example", "type": "home", "primary": true}]),
        ),
        (
            json!({"op": "replace", "path": "emails[type eq \"home\"]", "value": {"value": "c@x.example"}}),
            json!([{"value": "a@x.example", "type": "work", "primary": true}, {"value": "c@x.example", "type": "home"}]),
        ),
        (
            json!({"op": "replace", "path": "emails", "value": {"value": "c@x.example"}}),
            json!([{"value": "c@x.example"}]),
        ),
        (json!({"op": "remove", "path": "emails"}), Value::Null),
    ] {
        assert_eq!(emails(operation.clone()), after, "{operation}");
    }
}

#[test]
fn members_come_and_go() {
    let group = attributes(json!({"displayName": "Law", "members": [{"value": "7"}, {"value": "8"}]}));
    let after = |operation: Value| {
        let group = patch(json!([operation])).unwrap().apply(&GROUP, &group).unwrap();
        let ids = group
            .get("members")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .map(|m| m["value"].as_str().unwrap().to_owned());
        ids.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        after(
            json!({"op": "Add", "path": "members", "value": [{"value": "9", "display": "x"}, {"value": "7"}]})
        ),
        "7 8 9"
    );
    assert_eq!(after(json!({"op": "remove", "path": "members[value eq \"7\"]"})), "8");
    assert_eq!(
        after(json!({"op": "Remove", "path": "members", "value": [{"value": "7"}]})),
        "8",
        "as Entra means it"
    );
    assert_eq!(after(json!({"op": "remove", "path": "members"})), "");
    assert_eq!(after(json!({"op": "replace", "path": "members", "value": []})), "");
    assert_eq!(
        after(json!({"op": "replace", "value": {"displayName": "L", "members": [{"value": "9"}]}})),
        "9"
    );
}

#[test]
fn what_cannot_be_done_is_refused_with_its_word_and_nothing_is_done() {
    use ScimType as T;
    for (operation, kind) in [
        (json!({"op": "replace", "path": "emails[type eq \"other\"].value", "value": "c"}), T::NoTarget),
        (json!({"op": "replace", "path": "emails[type eq \"other\"]", "value": {"value": "c"}}), T::NoTarget),
        (json!({"op": "add", "path": "emails[value sw \"x\"].value", "value": "c"}), T::NoTarget),
        (json!({"op": "remove"}), T::NoTarget),
        (json!({"op": "replace", "path": "id", "value": "x"}), T::Mutability),
        (json!({"op": "add", "path": "groups", "value": [{"value": "x"}]}), T::Mutability),
        (json!({"op": "add", "path": "unknown", "value": "x"}), T::InvalidPath),
        (json!({"op": "add", "path": "name.unknown", "value": "x"}), T::InvalidPath),
        (json!({"op": "add", "path": "urn:x:y", "value": "x"}), T::InvalidPath),
        (json!({"op": "add", "path": "displayName[a pr]", "value": "x"}), T::InvalidPath),
        (json!({"op": "add", "path": "emails[a pr", "value": "x"}), T::InvalidPath),
        (json!({"op": "add", "path": "emails[]", "value": "x"}), T::InvalidFilter),
        (json!({"op": "add", "path": 7, "value": "x"}), T::InvalidPath),
        (json!({"op": "move", "path": "a", "value": "x"}), T::InvalidSyntax),
        (json!({"op": "add", "path": "displayName"}), T::InvalidValue),
        (json!({"op": "add", "value": "x"}), T::InvalidValue),
        (json!({"op": "remove", "path": "userName"}), T::InvalidValue),
        (json!({"op": "replace", "path": "active", "value": "maybe"}), T::InvalidValue),
        (json!({"op": "remove", "path": "emails.value"}), T::InvalidValue),
        (json!({"op": "replace", "path": "emails.primary", "value": true}), T::InvalidValue),
        (json!("x"), T::InvalidSyntax),
    ] {
        let error = changed(json!([{"op": "replace", "path": "displayName", "value": "B"}, operation]))
            .expect_err(&operation.to_string());
        assert_eq!(error.scim_type, Some(kind), "{operation}: {error}");
    }
    for body in [
        json!({}),
        json!([]),
        json!({"schemas": [PATCH_SCHEMA]}),
        json!({"schemas": [PATCH_SCHEMA], "Operations": []}),
    ] {
        assert!(Patch::read(&body).is_err(), "{body}");
    }
    let many = vec![json!({"op": "remove", "path": "displayName"}); MAX_OPERATIONS + 1];
    assert_eq!(patch(many.into()).unwrap_err().scim_type, Some(T::TooMany));
}

fn json_values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        proptest::sample::select(&["add", "remove", "replace", "value", "work", "x"][..])
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 20, 4, |inner| {
        let names = proptest::sample::select(
            &["value", "type", "primary", "emails", "name", "givenName", "active", "userName"][..],
        );
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((names, inner), 0..4).prop_map(|pairs| {
                Value::Object(pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
            }),
        ]
    })
}

proptest! {
    /// Whatever is changed, what comes of it can be read as what a directory could have sent.
    #[test]
    fn what_comes_of_changes_is_a_resource(
        operations in proptest::collection::vec((
            proptest::sample::select(&["add", "remove", "replace"][..]),
            proptest::sample::select(&[
                "emails", "emails.value", "emails[type eq \"work\"]", "emails[type eq \"other\"].value", "emails[value eq \"x\"].primary",
                "name", "name.givenName", "active", "displayName", "userName", "",
            ][..]),
            json_values(),
        ), 1..5)
    ) {
        let operations: Vec<_> = operations.into_iter().map(|(op, path, value)| json!({"op": op, "path": path, "value": value})).collect();
        if let Ok(after) = changed(operations.into()) {
            let mut sent = after.clone();
            sent.insert("schemas".to_owned(), json!([crate::USER_SCHEMA]));
            prop_assert_eq!(crate::read(&USER, Value::Object(sent)).unwrap(), after.clone());
            prop_assert_eq!(crate::User::from_attributes(after.clone()).unwrap().to_attributes(), after);
        }
    }
}
