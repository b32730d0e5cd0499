//! `/scim/v2`: a directory keeps the tenant's users and groups.

mod discovery;
mod groups;
mod rights;
mod tester;
mod users;

use sealpost_test_support::app::{Answer, App, Client, Method, Request, Sender};
use serde_json::{Value, json};

pub(crate) const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
pub(crate) const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// A directory: an API client with the scope for it, that acts as an owner.
pub(crate) struct Directory {
    pub(crate) client: Client,
}

impl Directory {
    pub(crate) async fn of(app: &App, owner: &Sender) -> Self {
        let wish = json!({ "name": "Directory", "user_id": app.user_id(owner).await, "scopes": "scim" });
        let made =
            app.signed_in(owner).await.post_json("/api/v1/admin/clients", &wish).await.expect(201).json();
        let form = format!(
            "grant_type=client_credentials&client_id={}&client_secret={}",
            made["client"]["id"].as_str().unwrap(),
            made["secret"].as_str().unwrap()
        );
        let request = app.anybody.post("/api/v1/oauth/token");
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(form);
        let token = request.await.expect(200).json();
        Self { client: app.anybody.with_bearer(token["access_token"].as_str().unwrap()) }
    }

    pub(crate) async fn acme(app: &App) -> Self {
        Self::of(app, &app.admin).await
    }

    pub(crate) fn send(&self, method: Method, path: &str, body: &Value) -> Request {
        let request = self.client.request(method, &format!("/scim/v2{path}"));
        request.header("content-type", "application/scim+json").body(body.to_string())
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.client.get(&format!("/scim/v2{path}")).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, body).await
    }

    pub(crate) async fn patch(&self, path: &str, operations: &Value) -> Answer {
        self.send(Method::PATCH, path, &json!({ "schemas": [PATCH], "Operations": operations })).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.client.delete(&format!("/scim/v2{path}")).await
    }

    /// A user as Entra sends one.
    pub(crate) async fn user(&self, name: &str) -> Value {
        self.post("/Users", &entra_user(name)).await.expect(201).json()
    }

    pub(crate) async fn group(&self, name: &str, members: &[&Value]) -> Value {
        let members: Vec<_> = members.iter().map(|user| json!({ "value": user["id"] })).collect();
        let body = json!({ "schemas": [GROUP], "displayName": name, "members": members });
        self.post("/Groups", &body).await.expect(201).json()
    }

    /// The names of those whom a filter finds.
    pub(crate) async fn found(&self, filter: &str) -> Vec<String> {
        let filter: String = data_encoding::HEXLOWER.encode(filter.as_bytes());
        let filter: String =
            filter.as_bytes().chunks(2).map(|pair| format!("%{}", String::from_utf8_lossy(pair))).collect();
        let list = self.get(&format!("/Users?filter={filter}")).await.expect(200).json();
        let users = list["Resources"].as_array().unwrap();
        assert_eq!(list["totalResults"], users.len());
        users.iter().map(|user| user["userName"].as_str().unwrap().to_owned()).collect()
    }
}

pub(crate) fn path(resource: &Value) -> String {
    format!("/{}s/{}", resource["meta"]["resourceType"].as_str().unwrap(), resource["id"].as_str().unwrap())
}

pub(crate) fn entra_user(name: &str) -> Value {
    json!({
        "schemas": [USER, "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
        "externalId": format!("ext-{name}"),
        "userName": format!("{name}@acme.example"),
        "active": true,
        "displayName": name,
        "emails": [{ "primary": true, "type": "work", "value": format!("{name}@acme.example") }],
        "meta": { "resourceType": "User" },
        "name": { "formatted": name, "familyName": "Ast", "givenName": name },
        "title": "Dr",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "Law" },
    })
}

/// Fails the test unless it is an error as SCIM writes them, and says which kind.
#[track_caller]
pub(crate) fn refused(answer: &Answer, status: u16) -> String {
    assert_eq!(answer.status, status, "{}: {}", answer.asked, answer.text());
    assert_eq!(answer.header("content-type"), Some("application/scim+json"), "{}", answer.asked);
    let error = answer.json();
    assert_eq!(error["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:Error"]), "{}", answer.asked);
    assert_eq!(error["status"], status.to_string(), "{}", answer.asked);
    error["scimType"].as_str().unwrap_or_default().to_owned()
}
