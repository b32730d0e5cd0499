//! What the service says about itself.

use sealpost_test_support::{
    app::{App, Method},
    claims,
};
use serde_json::json;

use super::{Directory, refused};

claims![the_service_describes_itself, what_is_not_there_is_answered_in_scim];

async fn the_service_describes_itself(app: &App) {
    let directory = Directory::acme(app).await;
    let config = directory.get("/ServiceProviderConfig").await.expect(200);
    assert_eq!(config.header("content-type"), Some("application/scim+json"));
    let config = config.json();
    assert_eq!(config["bulk"]["supported"], false);
    assert!(config["meta"]["location"].as_str().unwrap().starts_with(directory.client.base()));
    let kinds = directory.get("/ResourceTypes").await.expect(200).json();
    assert_eq!(kinds["totalResults"], 2);
    let schema =
        directory.get("/Schemas/urn:ietf:params:scim:schemas:core:2.0:Group").await.expect(200).json();
    assert_eq!(schema["name"], "Group");
    directory.get("/ResourceTypes/user").await.expect(200);
    refused(&directory.get("/Schemas?filter=id%20pr").await, 403);
}

async fn what_is_not_there_is_answered_in_scim(app: &App) {
    let directory = Directory::acme(app).await;
    for path in ["/", "/Bulk", "/Users/x", "/Groups/x", "/Schemas/x", "/ResourceTypes/x", "/Me", "/Users/x/y"]
    {
        refused(&directory.get(path).await, 404);
    }
    refused(&app.anybody.get("/scim/v2").await, 404);
    let answer = directory.send(Method::DELETE, "/Schemas", &json!({})).await;
    refused(&answer, 405);
    assert_eq!(answer.header("allow"), Some("GET, HEAD"));
    // Outside of it problems stay problems.
    app.anybody.get("/scim/v20").await.problem(404, "not_found");
}
