//! `/scim/v2/Groups`

use sealpost_test_support::{
    app::{App, Method},
    claims,
};
use serde_json::{Value, json};

use super::{Directory, GROUP, PATCH, path, refused};

claims![
    a_group_is_made_filled_and_emptied,
    groups_are_found_without_their_members,
    users_are_found_by_their_groups,
    members_are_users_of_the_tenant,
    a_group_is_replaced_and_removed,
    two_changes_at_once_both_count,
];

fn members(group: &Value) -> Vec<String> {
    let members = group["members"].as_array().into_iter().flatten();
    members.map(|member| member["value"].as_str().unwrap().to_owned()).collect()
}

async fn a_group_is_made_filled_and_emptied(app: &App) {
    let directory = Directory::acme(app).await;
    let (eve, finn) = (directory.user("eve").await, directory.user("finn").await);
    let law = directory.group("Law", &[&eve]).await;
    assert_eq!(law["members"][0]["$ref"], eve["meta"]["location"]);
    let change =
        async |operation: Value| directory.patch(&path(&law), &json!([operation])).await.expect(200).json();
    let both = change(json!({ "op": "Add", "path": "members", "value": [{ "value": finn["id"] }] })).await;
    assert_eq!(members(&both).len(), 2);
    let one = change(json!({ "op": "Remove", "path": "members", "value": [{ "value": eve["id"] }] })).await;
    assert_eq!(members(&one), [finn["id"].as_str().unwrap()]);
    let filter = format!("members[value eq \"{}\"]", finn["id"].as_str().unwrap());
    let none = change(json!({ "op": "remove", "path": filter })).await;
    assert_eq!(members(&none), Vec::<String>::new());
    let renamed =
        change(json!({ "op": "replace", "value": { "displayName": "Legal", "externalId": "g-1" } })).await;
    assert_eq!((&renamed["displayName"], &renamed["externalId"]), (&json!("Legal"), &json!("g-1")));
    change(json!({ "op": "add", "path": "members", "value": { "value": eve["id"] } })).await;
    let eve = directory.get(&path(&eve)).await.expect(200).json();
    assert_eq!((&eve["groups"][0]["value"], &eve["groups"][0]["display"]), (&law["id"], &json!("Legal")));
}

async fn users_are_found_by_their_groups(app: &App) {
    let directory = Directory::acme(app).await;
    let (eve, finn) = (directory.user("eve").await, directory.user("finn").await);
    let law = directory.group("Law", &[&eve]).await;
    directory.group("Tax", &[&eve, &finn]).await;
    let in_law = format!("groups.value eq {}", law["id"]);
    assert_eq!(directory.found(&in_law).await, ["eve@acme.example"]);
    let mut in_tax = directory.found("groups[display eq \"tax\"]").await;
    in_tax.sort();
    assert_eq!(in_tax, ["eve@acme.example", "finn@acme.example"]);
    assert_eq!(directory.found(&format!("groups pr and not ({in_law})")).await, ["finn@acme.example"]);
}

async fn groups_are_found_without_their_members(app: &App) {
    let directory = Directory::acme(app).await;
    let eve = directory.user("eve").await;
    directory.group("Law", &[&eve]).await;
    directory.group("Law", &[]).await;
    directory.group("Tax", &[]).await;
    let find = async |query: &str| directory.get(&format!("/Groups?{query}")).await.expect(200).json();
    let law = find("excludedAttributes=members&filter=displayName%20eq%20%22LAW%22").await;
    assert_eq!(law["totalResults"], 2, "names are not unique");
    assert!(law["Resources"].as_array().unwrap().iter().all(|group| group.get("members").is_none()));
    assert_eq!(find("sortBy=displayName&sortOrder=descending").await["Resources"][0]["displayName"], "Tax");
    let filter = format!("filter=members.value%20eq%20%22{}%22", eve["id"].as_str().unwrap());
    let hers = find(&filter).await;
    assert_eq!((hers["totalResults"].as_u64(), members(&hers["Resources"][0]).len()), (Some(1), 1));
    assert_eq!(find("filter=externalId%20eq%20%22x%22").await["totalResults"], 0);
}

async fn members_are_users_of_the_tenant(app: &App) {
    let directory = Directory::acme(app).await;
    let law = directory.group("Law", &[]).await;
    let gina = app.user_id(&app.gina).await.to_string();
    for value in [gina.as_str(), "x", "0190a000-0000-7000-8000-000000000001"] {
        let add = json!([{ "op": "add", "path": "members", "value": [{ "value": value }] }]);
        assert_eq!(refused(&directory.patch(&path(&law), &add).await, 400), "invalidValue");
    }
    let nested =
        json!([{ "op": "add", "path": "members", "value": [{ "value": law["id"], "type": "Group" }] }]);
    assert_eq!(refused(&directory.patch(&path(&law), &nested).await, 400), "invalidValue");
    let rival = Directory::of(app, &app.rival).await;
    refused(&rival.get(&path(&law)).await, 404);
    refused(&rival.delete(&path(&law)).await, 404);
    refused(&rival.patch(&path(&law), &json!([{ "op": "remove", "path": "members" }])).await, 404);
    assert_eq!(rival.get("/Groups").await.expect(200).json()["totalResults"], 0);
}

async fn a_group_is_replaced_and_removed(app: &App) {
    let directory = Directory::acme(app).await;
    let (eve, finn) = (directory.user("eve").await, directory.user("finn").await);
    let law = directory.group("Law", &[&eve]).await;
    let body = json!({ "schemas": [GROUP], "displayName": "Tax", "externalId": "g-1", "members": [{ "value": finn["id"] }] });
    let tax = directory.send(Method::PUT, &path(&law), &body).await.expect(200).json();
    assert_eq!(
        (&tax["displayName"], members(&tax)),
        (&json!("Tax"), vec![finn["id"].as_str().unwrap().to_owned()])
    );
    let twin = json!({ "schemas": [GROUP], "displayName": "Other", "externalId": "g-1" });
    assert_eq!(refused(&directory.post("/Groups", &twin).await, 409), "uniqueness");
    let nameless = json!({ "schemas": [GROUP], "members": [] });
    assert_eq!(refused(&directory.send(Method::PUT, &path(&law), &nameless).await, 400), "invalidValue");
    directory.delete(&path(&law)).await.expect(204);
    refused(&directory.get(&path(&law)).await, 404);
    directory.get(&path(&finn)).await.expect(200);
}

async fn two_changes_at_once_both_count(app: &App) {
    let directory = Directory::acme(app).await;
    let (eve, finn) = (directory.user("eve").await, directory.user("finn").await);
    let law = directory.group("Law", &[]).await;
    let add = async |user: &Value| {
        let body = json!({ "schemas": [PATCH], "Operations": [{ "op": "add", "path": "members", "value": [{ "value": user["id"] }] }] });
        directory.send(Method::PATCH, &path(&law), &body).await.expect(200)
    };
    tokio::join!(add(&eve), add(&finn));
    assert_eq!(members(&directory.get(&path(&law)).await.expect(200).json()).len(), 2);
}
