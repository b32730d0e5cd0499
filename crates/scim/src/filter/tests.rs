use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::{GROUP, ScimType, USER};

fn anna() -> Map<String, Value> {
    let user = json!({
        "id": "7", "userName": "Anna@acme.example", "active": true, "externalId": "Ext",
        "name": {"familyName": "Ast", "givenName": "Anna"},
        "emails": [
            {"value": "anna@acme.example", "type": "work", "primary": true},
            {"value": "anna@home.example", "type": "home"},
        ],
        "meta": {"lastModified": "2026-05-01T12:00:00.500Z"},
    });
    user.as_object().unwrap().clone()
}

fn finds(filter: &str) -> bool {
    Filter::parse(filter).unwrap_or_else(|error| panic!("{filter}: {error}")).matches(&USER, &anna())
}

#[test]
fn the_operators_compare_as_rfc_7644_says() {
    for filter in [
        r#"userName eq "anna@ACME.example""#,
        r#"USERNAME EQ "anna@acme.example""#,
        r#"urn:ietf:params:scim:schemas:core:2.0:User:userName sw "anna""#,
        r#"userName co "acme""#,
        r#"userName ew ".example""#,
        r#"userName ne "eve""#,
        r#"displayName ne "eve""#,
        r#"name.familyName eq "ast""#,
        "title pr or name.familyName pr",
        "not (displayName pr)",
        "not(displayName pr)",
        "displayName eq null",
        "active eq true",
        r#"active eq "True""#,
        r#"emails eq "anna@home.example""#,
        r#"emails.type eq "home""#,
        r#"emails[type eq "work" and value co "acme"]"#,
        r#"emails[type eq "work"].value eq "anna@acme.example""#,
        r#"meta.lastModified gt "2026-05-01T12:00:00Z""#,
        r#"meta.lastModified le "2026-05-01T14:00:00.500+02:00""#,
        r#"userName gt "a" and userName lt "b""#,
        r#"userName eq "eve" or name.givenName eq "anna" and active eq true"#,
        r#"(userName eq "eve" or userName sw "a") and active eq true"#,
        "  active eq true  ",
    ] {
        assert!(finds(filter), "{filter}");
    }
    for filter in [
        r#"externalId eq "ext""#,
        r#"userName eq "anna""#,
        r#"userName ne "anna@acme.example""#,
        "userName eq null",
        "displayName pr",
        "active eq false",
        "active ne true",
        r#"emails[type eq "home" and value co "acme"]"#,
        r#"emails[type eq "home"].value eq "anna@acme.example""#,
        r#"nothing eq "x""#,
        r#"nothing.at eq "x""#,
        r#"urn:ietf:params:scim:schemas:core:2.0:Group:displayName pr"#,
        r#"meta.lastModified lt "2026-05-01T12:00:00Z""#,
        r#"userName eq "anna@acme.example" and (active eq false or displayName pr)"#,
        "userName eq 7",
    ] {
        assert!(!finds(filter), "{filter}");
    }
}

#[test]
fn members_are_found_by_their_ids() {
    let group = json!({"displayName": "Law", "members": [{"value": "7"}, {"value": "8"}]});
    let filter = Filter::parse(r#"members[value eq "8"]"#).unwrap();
    assert!(filter.matches(&GROUP, group.as_object().unwrap()));
}

#[test]
fn what_is_no_filter_is_refused() {
    let deep = format!("{}a pr{}", "(".repeat(100), ")".repeat(100));
    let deep_not = format!("{}(a pr{}", "not (".repeat(100), ")".repeat(101));
    let long = format!("a eq \"{}\"", "x".repeat(5_000));
    let wide = vec!["a pr"; 65].join(" or ");
    for filter in [
        "",
        " ",
        "a",
        "a eq",
        "a eq b",
        "a eq \"b",
        "a eq \"b\\\"",
        "a xx \"b\"",
        "a pr b pr",
        "a pr and",
        "and",
        "not a pr",
        "not",
        "(a pr",
        "a pr)",
        "a[b pr",
        "a[b pr]]",
        "a.b.c pr",
        "a eq [1]",
        "a eq {}",
        "a gt true",
        "a co 1",
        "a lt null",
        "a eq 'b'",
        "a\teq 1",
        "é pr",
        "a[b pr].",
        "a[b pr].c",
        "a eq \"\u{1}\"",
        &deep,
        &deep_not,
        &long,
        &wide,
    ] {
        let error = Filter::parse(filter).expect_err(filter);
        assert_eq!(error.scim_type, Some(ScimType::InvalidFilter), "{filter}");
    }
}

#[test]
fn equalities_that_always_hold_are_known() {
    let filter =
        Filter::parse(r#"userName eq "a" and (active eq true) and emails[type eq "work"].value eq "b""#)
            .unwrap();
    assert_eq!(
        filter.equalities(),
        [("userName", None, "a"), ("emails", Some("type"), "work"), ("emails", Some("value"), "b")]
    );
    for filter in [r#"userName eq "a" or userName eq "b""#, r#"not (userName eq "a")"#, r#"userName ne "a""#]
    {
        assert!(Filter::parse(filter).unwrap().equalities().is_empty(), "{filter}");
    }
}

proptest! {
    #[test]
    fn nothing_breaks_the_reader(text in "\\PC{0,200}") {
        if let Ok(filter) = Filter::parse(&text) {
            filter.matches(&USER, &anna());
        }
    }

    #[test]
    fn words_of_filters_in_any_order_are_read_or_refused(
        words in proptest::collection::vec(proptest::sample::select(&[
            "userName", "emails", "[", "]", "(", ")", "and", "or", "not", "eq", "ne", "pr", "\"a\"", "true", "null", "7", ".value",
        ][..]), 0..40)
    ) {
        if let Ok(filter) = Filter::parse(&words.join(" ")) {
            filter.matches(&USER, &anna());
            filter.equalities();
        }
    }

    #[test]
    fn any_text_is_found_by_itself(text in "[^\\p{C}]{1,50}") {
        let user = json!({"externalId": text});
        let filter = Filter::parse(&format!("externalId eq {}", Value::from(text.as_str()))).unwrap();
        prop_assert!(filter.matches(&USER, user.as_object().unwrap()));
        let not = Filter::parse(&format!("not (externalId eq {})", Value::from(text.as_str()))).unwrap();
        prop_assert!(!not.matches(&USER, user.as_object().unwrap()));
    }
}
