use sealpost_scim::{GROUP, Patch, Query, USER, User, read};
use serde_json::{Value, json};

/// What is read as a filter can be tried on a resource; what always equals something in it does.
pub fn scim_filter(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let user =
        json!({"userName": "anna", "active": true, "emails": [{"value": "a@x.example", "type": "work"}]});
    let user = user.as_object().expect("an object");
    if let Ok(filter) = sealpost_scim::Filter::parse(text) {
        filter.matches(&GROUP, user);
        let meets = filter.matches(&USER, user);
        let named = filter.equalities();
        let other = named.iter().any(|(name, part, value)| {
            name.eq_ignore_ascii_case("userName") && part.is_none() && !value.eq_ignore_ascii_case("anna")
        });
        assert!(
            !(meets && other),
            "a user of one name is found by another: {text}"
        );
    }
    drop(Query::read_body(
        &json!({"sortBy": text, "attributes": text, "count": text}),
    ));
}

/// Whatever is changed, what comes of it is a resource that a directory could have sent.
pub fn scim_patch(data: &[u8]) {
    let Ok(body) = serde_json::from_slice::<Value>(data) else {
        return;
    };
    let before = json!({
        "schemas": [USER_SCHEMA], "userName": "anna", "active": true, "name": {"givenName": "Anna"},
        "emails": [{"value": "a@x.example", "type": "work", "primary": true}, {"value": "b@x.example"}],
    });
    let before = read(&USER, before).expect("a user is read");
    drop(read(&GROUP, body.clone()));
    if let Ok(user) = read(&USER, body.clone()) {
        assert_eq!(again(user.clone()), user);
    }
    let Ok(after) = Patch::read(&body).and_then(|patch| patch.apply(&USER, &before)) else {
        return;
    };
    assert_eq!(again(after.clone()), after);
    let user = User::from_attributes(after.clone()).expect("a user");
    assert_eq!(user.to_attributes(), after);
}

const USER_SCHEMA: &str = sealpost_scim::USER_SCHEMA;

fn again(mut user: sealpost_scim::Attributes) -> sealpost_scim::Attributes {
    user.insert("schemas".to_owned(), json!([USER_SCHEMA]));
    read(&USER, Value::Object(user)).expect("what was read is read")
}
