use serde_json::json;

use super::*;
use crate::USER;

fn query(pairs: &[(&str, &str)]) -> Result<Query, Error> {
    let fields: Map<_, _> =
        pairs.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect();
    Query::read(&serde_json::from_value(Value::Object(fields)).unwrap())
}

fn users() -> Vec<Attributes> {
    ["Cleo", "anna", "Ben"]
        .into_iter()
        .enumerate()
        .map(|(n, name)| {
            let mut user = json!({"id": n.to_string(), "userName": name, "schemas": ["s"], "name": {"givenName": name, "familyName": "x"}});
            if name != "Ben" {
                user["displayName"] = name.into();
            }
            user.as_object().unwrap().clone()
        })
        .collect()
}

fn names(pairs: &[(&str, &str)]) -> String {
    let (_, page) = query(pairs).unwrap().select(&USER, users());
    page.iter().map(|user| user["userName"].as_str().unwrap()).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_page_is_cut_from_what_was_chosen_and_ordered() {
    assert_eq!(names(&[]), "Cleo anna Ben");
    assert_eq!(names(&[("sortBy", "userName")]), "anna Ben Cleo");
    assert_eq!(names(&[("sortBy", "userName"), ("sortOrder", "descending")]), "Cleo Ben anna");
    assert_eq!(names(&[("sortBy", "displayName")]), "anna Cleo Ben");
    assert_eq!(names(&[("sortBy", "displayName"), ("sortOrder", "descending")]), "Cleo anna Ben");
    assert_eq!(names(&[("sortBy", "name.givenName"), ("startIndex", "2"), ("count", "1")]), "Ben");
    assert_eq!(names(&[("filter", "userName sw \"b\"")]), "Ben");
    assert_eq!(names(&[("startIndex", "-3"), ("count", "-1")]), "");
    assert_eq!(names(&[("startIndex", "99")]), "");
    let (total, page) = query(&[("count", "0")]).unwrap().select(&USER, users());
    assert_eq!((total, page.len()), (3, 0));
}

#[test]
fn only_what_is_wanted_is_answered() {
    let keys = |pairs: &[(&str, &str)]| {
        let projection = query(pairs).unwrap().projection;
        let user = projection.apply(&USER, users().remove(0));
        let parts = user.get("name").and_then(Value::as_object).map_or(0, Map::len);
        format!("{} {parts}", user.keys().cloned().collect::<Vec<_>>().join(" "))
    };
    assert_eq!(keys(&[]), "displayName id name schemas userName 2");
    assert_eq!(keys(&[("attributes", "username")]), "id schemas userName 0");
    assert_eq!(keys(&[("attributes", "name.givenName, id")]), "id name schemas 1");
    assert_eq!(
        keys(&[("excludedAttributes", "id,schemas,displayName,name.familyName")]),
        "id name schemas userName 1"
    );
    let projection = query(&[("excludedAttributes", "members")]).unwrap().projection;
    assert!(!projection.wants("members") && projection.wants("displayName"));
}

#[test]
fn a_search_request_asks_for_the_same() {
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
        "filter": "active eq true", "startIndex": 3, "count": 500, "attributes": ["userName", "id"],
    });
    let query = Query::read_body(&body).unwrap();
    assert_eq!((query.skip, query.count), (2, MAX_RESULTS));
    assert!(query.projection.wants("username") && !query.projection.wants("emails"));
    for body in [json!([]), json!({"filter": {}}), json!({"attributes": [1]}), json!({"count": "many"})] {
        assert!(Query::read_body(&body).is_err(), "{body}");
    }
}

#[test]
fn what_cannot_be_meant_is_refused() {
    for pair in [
        ("filter", "x"),
        ("startIndex", "x"),
        ("count", ""),
        ("sortBy", "a b"),
        ("attributes", "a,b c"),
        ("excludedAttributes", &"a,".repeat(65)),
    ] {
        assert!(query(&[pair]).is_err(), "{pair:?}");
    }
    assert!(query(&[("sortBy", "userName"), ("sortOrder", "up")]).is_err());
    assert!(query(&[("attributes", "a"), ("excludedAttributes", "b")]).is_err());
}
