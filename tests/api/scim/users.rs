//! `/scim/v2/Users`

use sealpost_domain::Role;
use sealpost_test_support::{
    app::{App, Method},
    claims,
};
use serde_json::{Value, json};

use super::{Directory, PATCH, USER, entra_user, path, refused};

claims![
    a_user_is_made_as_entra_and_okta_send_him,
    whoever_is_deactivated_is_nobody_at_once,
    whoever_is_deleted_is_forgotten_and_comes_back_with_nothing,
    users_are_found_by_what_directories_look_for,
    pages_hold_what_was_asked_for,
    a_directory_makes_nobody_admin_and_moves_no_admins_address,
    the_last_owner_stays,
    names_ids_and_addresses_are_unique,
    a_version_that_is_known_is_not_overwritten,
    what_cannot_be_a_user_changes_nothing,
    a_user_who_was_there_before_is_taken_over,
    nothing_of_a_user_stands_readable_in_the_log,
];

async fn a_user_is_made_as_entra_and_okta_send_him(app: &App) {
    let directory = Directory::acme(app).await;
    let answer = directory.post("/Users", &entra_user("eve")).await.expect(201);
    let eve = answer.json();
    assert_eq!(answer.header("location"), eve["meta"]["location"].as_str());
    assert_eq!(answer.header("etag"), eve["meta"]["version"].as_str());
    assert_eq!(
        (&eve["active"], &eve["externalId"], &eve["displayName"]),
        (&json!(true), &json!("ext-eve"), &json!("eve"))
    );
    assert_eq!(
        (eve.get("title"), eve.get("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User")),
        (None, None)
    );
    let session = app.client_of(&app.acme, "eve@acme.example").await;
    assert_eq!(session.get("/api/v1/session").await.expect(200).json()["user"]["role"], "sender");
    let okta = json!({
        "schemas": [USER], "userName": "finn@acme.example", "active": "True", "groups": [], "password": "x",
        "name": { "givenName": "Finn", "familyName": "Fund" }, "emails": [{ "primary": true, "value": "finn@acme.example" }],
        "phoneNumbers": [{ "value": "1" }], "locale": "en-US",
    });
    let finn = directory.post("/Users", &okta).await.expect(201).json();
    let change = json!([{ "op": "replace", "value": { "active": false } }]);
    let finn = directory.patch(&path(&finn), &change).await.expect(200).json();
    assert_eq!(finn["active"], false);
    let entra = json!([
        { "op": "Replace", "path": "displayName", "value": "Evelyn" },
        { "op": "Replace", "path": "emails[type eq \"work\"].value", "value": "evelyn@acme.example" },
        { "op": "Add", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "value": "X" },
    ]);
    let eve = directory.patch(&path(&eve), &entra).await.expect(200).json();
    assert_eq!(
        (&eve["displayName"], &eve["emails"][0]["value"]),
        (&json!("Evelyn"), &json!("evelyn@acme.example"))
    );
    app.client_of(&app.acme, "evelyn@acme.example").await.get("/api/v1/transfers").await.expect(200);
}

async fn whoever_is_deactivated_is_nobody_at_once(app: &App) {
    let directory = Directory::acme(app).await;
    let anna = format!("/Users/{}", app.user_id(&app.anna).await);
    let session = app.signed_in(&app.anna).await;
    directory
        .patch(&anna, &json!([{ "op": "Replace", "path": "active", "value": "False" }]))
        .await
        .expect(200);
    session.get("/api/v1/session").await.problem(401, "unauthorized");
    app.anna.get("/api/v1/transfers").await.problem(401, "unauthorized");
    directory
        .patch(&anna, &json!([{ "op": "Replace", "path": "active", "value": "True" }]))
        .await
        .expect(200);
    session.get("/api/v1/session").await.problem(401, "unauthorized");
    app.anna.get("/api/v1/transfers").await.expect(200);
    // To be neither active nor inactive is to be inactive.
    let answer =
        directory.patch(&anna, &json!([{ "op": "remove", "path": "active" }])).await.expect(200).json();
    assert_eq!(answer.get("active"), None);
    app.anna.get("/api/v1/transfers").await.problem(401, "unauthorized");
}

async fn whoever_is_deleted_is_forgotten_and_comes_back_with_nothing(app: &App) {
    let directory = Directory::acme(app).await;
    let transfer = app.anna.post_json("/api/v1/transfers", &json!({})).await.expect(201).json();
    let id = app.user_id(&app.anna).await.to_string();
    let anna = format!("/Users/{id}");
    let session = app.signed_in(&app.anna).await;
    let body = json!({ "schemas": [super::GROUP], "displayName": "Law", "members": [{ "value": id }] });
    let law = directory.post("/Groups", &body).await.expect(201).json();
    directory.delete(&anna).await.expect(204);
    refused(&directory.get(&anna).await, 404);
    refused(&directory.delete(&anna).await, 404);
    refused(
        &directory.patch(&anna, &json!([{ "op": "replace", "path": "active", "value": true }])).await,
        404,
    );
    assert_eq!(directory.found("userName eq \"anna@acme.example\"").await, Vec::<String>::new());
    assert_eq!(directory.get(&path(&law)).await.expect(200).json().get("members"), None);
    session.get("/api/v1/session").await.problem(401, "unauthorized");
    app.anna.get("/api/v1/transfers").await.problem(401, "unauthorized");
    let again = directory.post("/Users", &entra_user("anna")).await.expect(201).json();
    assert_eq!(again["id"], id.as_str(), "what she has sent is hers again");
    app.anna.get("/api/v1/transfers").await.problem(401, "unauthorized");
    let session = app.client_of(&app.acme, "anna@acme.example").await;
    session.get(&format!("/api/v1/transfers/{}", transfer["id"].as_str().unwrap())).await.expect(200);
}

async fn users_are_found_by_what_directories_look_for(app: &App) {
    let directory = Directory::acme(app).await;
    directory.user("eve").await;
    for (filter, found) in [
        ("userName eq \"EVE@acme.example\"", "eve@acme.example"),
        ("externalId eq \"ext-eve\"", "eve@acme.example"),
        ("userName eq \"anna@ACME.example\"", "anna@acme.example"),
        ("emails[type eq \"work\"].value eq \"eve@acme.example\"", "eve@acme.example"),
        ("emails.value sw \"eve\" and active eq true", "eve@acme.example"),
        ("name.familyName eq \"ast\"", "eve@acme.example"),
        ("externalId eq \"EXT-eve\"", ""),
        ("userName eq \"eve@acme.example\" and active eq false", ""),
        ("userName eq \"gina@globex.example\"", ""),
        ("id eq \"x\"", ""),
    ] {
        assert_eq!(directory.found(filter).await.join(" "), found, "{filter}");
    }
    assert_eq!(directory.found("userName pr").await.len(), 4);
    for filter in ["x", "userName%20eq", "userName%20xx%20%22a%22", "(userName%20pr"] {
        assert_eq!(refused(&directory.get(&format!("/Users?filter={filter}")).await, 400), "invalidFilter");
    }
}

async fn pages_hold_what_was_asked_for(app: &App) {
    let directory = Directory::acme(app).await;
    let names = async |query: &str| {
        let list = directory.get(&format!("/Users?{query}")).await.expect(200).json();
        let users = list["Resources"].as_array().unwrap().iter();
        let names: Vec<_> = users
            .map(|user| user["userName"].as_str().unwrap().split('@').next().unwrap().to_owned())
            .collect();
        (list["totalResults"].as_u64().unwrap(), names.join(" "))
    };
    let all = |names: &str| (3, names.to_owned());
    assert_eq!(names("sortBy=userName").await, all("admin anna otto"));
    assert_eq!(names("sortBy=userName&sortOrder=descending&count=2").await, all("otto anna"));
    assert_eq!(names("sortBy=userName&startIndex=3").await, all("otto"));
    assert_eq!(names("count=0").await, all(""));
    let mut one_by_one = Vec::new();
    for start in 1..=3 {
        one_by_one.push(names(&format!("startIndex={start}&count=1")).await.1);
    }
    one_by_one.sort();
    assert_eq!(one_by_one, ["admin", "anna", "otto"]);
    let list = directory.get("/Users?attributes=userName").await.expect(200).json();
    let keys: Vec<_> = list["Resources"][0].as_object().unwrap().keys().cloned().collect();
    assert_eq!(keys, ["id", "schemas", "userName"]);
    let search = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "filter": "userName sw \"o\"", "count": 5,
    });
    assert_eq!(directory.post("/Users/.search", &search).await.expect(200).json()["totalResults"], 1);
    assert_eq!(directory.post("/.search", &search).await.expect(200).json()["totalResults"], 1);
}

async fn a_directory_makes_nobody_admin_and_moves_no_admins_address(app: &App) {
    let directory = Directory::acme(app).await;
    let wish = json!({ "email": "ada@acme.example", "role": "admin" });
    let ada = app.admin.post_json("/api/v1/admin/users", &wish).await.expect(201).json();
    let ada = format!("/Users/{}", ada["id"].as_str().unwrap());
    for operation in [
        json!({ "op": "replace", "path": "emails", "value": [{ "value": "eve@evil.example" }] }),
        json!({ "op": "replace", "path": "emails[type eq \"work\"].value", "value": "eve@evil.example" }),
    ] {
        assert_eq!(refused(&directory.patch(&ada, &json!([operation])).await, 400), "mutability");
    }
    directory
        .patch(&ada, &json!([{ "op": "replace", "path": "roles", "value": [{ "value": "owner" }] }]))
        .await
        .expect(200);
    directory
        .patch(&ada, &json!([{ "op": "replace", "path": "displayName", "value": "Ada" }]))
        .await
        .expect(200);
    // Sent away as admin, she comes back as sender.
    for active in [false, true] {
        directory
            .patch(&ada, &json!([{ "op": "replace", "path": "active", "value": active }]))
            .await
            .expect(200);
    }
    let ada = app.client_of(&app.acme, "ada@acme.example").await;
    assert_eq!(ada.get("/api/v1/session").await.expect(200).json()["user"]["role"], "sender");
}

async fn the_last_owner_stays(app: &App) {
    let directory = Directory::acme(app).await;
    let owner = format!("/Users/{}", app.user_id(&app.admin).await);
    refused(
        &directory.patch(&owner, &json!([{ "op": "replace", "path": "active", "value": false }])).await,
        403,
    );
    refused(&directory.patch(&owner, &json!([{ "op": "remove", "path": "active" }])).await, 403);
    refused(&directory.delete(&owner).await, 403);
    let mut body = directory.get(&owner).await.expect(200).json();
    body["active"] = json!(false);
    refused(&directory.send(Method::PUT, &owner, &body).await, 403);
    app.admin.get("/api/v1/admin/users").await.expect(200);
    let grant = app.auth.danger_operator(&app.acme).await.unwrap();
    let second = "second@acme.example".parse().unwrap();
    app.tenancy().create_user(&grant, &second, "", Role::Owner).await.unwrap();
    directory.delete(&owner).await.expect(204);
    // The directory itself acted as her.
    refused(&directory.get("/Users").await, 401);
}

async fn names_ids_and_addresses_are_unique(app: &App) {
    let directory = Directory::acme(app).await;
    let eve = directory.user("eve").await;
    directory.user("finn").await;
    let with = |name: &str, value: Value| {
        let mut user = entra_user("gus");
        user[name] = value;
        user
    };
    for body in [
        entra_user("eve"),
        with("userName", json!("EVE@acme.example")),
        with("userName", json!("anna@acme.example")),
        with("externalId", json!("ext-eve")),
        with("emails", json!([{ "value": "Eve@acme.example" }])),
        with("emails", json!([{ "value": "anna@acme.example" }])),
    ] {
        assert_eq!(refused(&directory.post("/Users", &body).await, 409), "uniqueness", "{body}");
    }
    for (attribute, value) in
        [("userName", "finn@acme.example"), ("externalId", "ext-finn"), ("userName", "otto@acme.example")]
    {
        let change = json!([{ "op": "replace", "path": attribute, "value": value }]);
        assert_eq!(refused(&directory.patch(&path(&eve), &change).await, 409), "uniqueness");
    }
    assert_eq!(directory.found("userName pr").await.len(), 5);
    // In another tenant all of it is free.
    Directory::of(app, &app.rival).await.user("eve").await;
}

async fn a_version_that_is_known_is_not_overwritten(app: &App) {
    let directory = Directory::acme(app).await;
    let eve = directory.user("eve").await;
    let known = eve["meta"]["version"].as_str().unwrap();
    let conditional = async |method: Method, tag: &str| {
        let body = json!({ "schemas": [PATCH], "Operations": [{ "op": "replace", "path": "displayName", "value": tag }] });
        directory.send(method, &path(&eve), &body).header("if-match", tag).await
    };
    conditional(Method::PATCH, known).await.expect(200);
    refused(&conditional(Method::PATCH, known).await, 412);
    refused(&conditional(Method::DELETE, known).await, 412);
    conditional(Method::PATCH, "*").await.expect(200);
    let now = directory.get(&path(&eve)).await.expect(200);
    let request = directory.client.get(&format!("/scim/v2{}", path(&eve)));
    let answer = request.header("if-none-match", now.header("etag").unwrap()).await.expect(304);
    assert!(answer.body.is_empty());
    // Also what admins do makes another version of him.
    let wish = json!({ "name": "Other" });
    let admin =
        app.admin.request(Method::PATCH, &format!("/api/v1/admin/users/{}", eve["id"].as_str().unwrap()));
    admin.json(&wish).await.expect(200);
    refused(&conditional(Method::DELETE, now.header("etag").unwrap()).await, 412);
    conditional(Method::DELETE, "*").await.expect(204);
}

async fn what_cannot_be_a_user_changes_nothing(app: &App) {
    let directory = Directory::acme(app).await;
    let with = |name: &str, value: Value| {
        let mut user = entra_user("gus");
        user[name] = value;
        user
    };
    for (body, kind) in [
        (json!([]), "invalidSyntax"),
        (json!({ "userName": "a@b.example" }), "invalidSyntax"),
        (json!({ "schemas": [USER] }), "invalidValue"),
        (json!({ "schemas": [USER], "userName": "nobody" }), "invalidValue"),
        (with("emails", json!([{ "value": "nobody" }])), "invalidValue"),
        (with("emails", json!("a@b.example")), "invalidValue"),
        (with("active", json!("perhaps")), "invalidValue"),
        (with("displayName", json!("A\u{202e}b")), "invalidValue"),
        (with("displayName", json!("x".repeat(300))), "invalidValue"),
    ] {
        assert_eq!(refused(&directory.post("/Users", &body).await, 400), kind, "{body}");
    }
    let request = directory.client.post("/scim/v2/Users").header("content-type", "application/scim+json");
    assert_eq!(refused(&request.body("{").await, 400), "invalidSyntax");
    let request = directory.client.post("/scim/v2/Users").header("content-type", "text/plain");
    refused(&request.body("{}").await, 415);
    let request = directory.client.post("/scim/v2/Users").header("content-type", "application/scim+json");
    refused(&request.body(" ".repeat(2 << 20)).await, 413);
    let eve = directory.user("eve").await;
    for operations in [
        json!([]),
        json!([{ "op": "replace", "path": "displayName", "value": "B" }, { "op": "remove", "path": "userName" }]),
        json!([{ "op": "add", "path": "nothing", "value": 1 }]),
        json!([{ "op": "remove" }]),
    ] {
        refused(&directory.patch(&path(&eve), &operations).await, 400);
    }
    assert_eq!(directory.get(&path(&eve)).await.expect(200).json(), eve);
}

async fn a_user_who_was_there_before_is_taken_over(app: &App) {
    let directory = Directory::acme(app).await;
    let list =
        directory.get("/Users?filter=userName%20eq%20%22anna@acme.example%22").await.expect(200).json();
    let anna = &list["Resources"][0];
    assert_eq!((&anna["active"], anna.get("externalId")), (&json!(true), None));
    let operations =
        json!([{ "op": "Add", "value": { "externalId": "ext-anna", "name.givenName": "Anna" } }]);
    let after = directory.patch(&path(anna), &operations).await.expect(200).json();
    assert_eq!((&after["externalId"], &after["name"]["givenName"]), (&json!("ext-anna"), &json!("Anna")));
    let mut whole = entra_user("anna");
    whole["active"] = Value::Null;
    let put = directory.send(Method::PUT, &path(anna), &whole).await.expect(200).json();
    assert_eq!(put["active"], true, "what is not said stays");
    app.anna.get("/api/v1/transfers").await.expect(200);
}

async fn nothing_of_a_user_stands_readable_in_the_log(app: &App) {
    let directory = Directory::acme(app).await;
    let eve = directory.user("eve").await;
    let law = directory.group("Lawyers", &[&eve]).await;
    directory
        .patch(&path(&eve), &json!([{ "op": "replace", "path": "active", "value": false }]))
        .await
        .expect(200);
    directory.delete(&path(&eve)).await.expect(204);
    directory.delete(&path(&law)).await.expect(204);
    let entries = app.db.read().await.unwrap().audit_after(app.acme.id, 0, 10_000).await.unwrap();
    let kinds: Vec<_> = entries.iter().map(|entry| entry.kind.as_str()).collect();
    for kind in [
        "client.created",
        "client.admitted",
        "user.created",
        "group.created",
        "user.changed",
        "user.removed",
        "group.removed",
    ] {
        assert!(kinds.contains(&kind), "{kind}: {kinds:?}");
    }
    for entry in &entries {
        for word in ["eve", "Lawyers", "Ast", "acme.example", "sc_", "cs_"] {
            assert!(!entry.payload.contains(word), "{}: {}", entry.kind, entry.payload);
        }
    }
    let owner = app.user_id(&app.admin).await.to_string();
    let created = entries.iter().rfind(|entry| entry.kind == "user.created").unwrap();
    assert!(created.payload.contains(&owner) && created.payload.contains("\"client\""));
}
