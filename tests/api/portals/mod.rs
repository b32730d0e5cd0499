//! `/api/v1/portals` and `/api/v1/admin/portals`: standing pages by which outsiders send files in.

mod begin;
mod code;
mod limits;
mod manage;
mod owner;
mod recipients;

use sealpost_test_support::app::{App, Client, Request};
use serde_json::{Value, json};

use crate::requests::Uploader;

pub(crate) const PATH: &str = "/api/v1/admin/portals";

/// What is said besides, beside what a body has.
pub(crate) fn with(mut body: Value, more: &Value) -> Value {
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

/// A portal that somebody makes.
pub(crate) async fn made(by: &Client, wish: &Value) -> Value {
    let body =
        json!({ "name": "radiology", "owner": "anna@acme.example", "title": "Pictures for radiology" });
    by.post_json(PATH, &with(body, wish)).await.expect(201).json()
}

/// A portal of Anna's.
pub(crate) async fn portal(app: &App, wish: &Value) -> Value {
    made(&app.admin, wish).await
}

pub(crate) fn path_of(portal: &Value) -> String {
    format!("{PATH}/{}", portal["id"].as_str().unwrap())
}

pub(crate) fn change(app: &App, portal: &Value, what: &Value) -> Request {
    app.admin.request(sealpost_test_support::app::Method::PATCH, &path_of(portal)).json(what)
}

pub(crate) fn open(app: &App) -> Request {
    open_at(app, "acme", "radiology")
}

pub(crate) fn open_at(app: &App, tenant: &str, name: &str) -> Request {
    app.anybody.post_json("/api/v1/portals/open", &json!({ "tenant": tenant, "name": name }))
}

pub(crate) fn begin(app: &App, wish: &Value) -> Request {
    let uploader = json!({ "name": "Ute Bauer", "email": "ute@builder.example" });
    let body = json!({ "tenant": "acme", "name": "radiology", "uploader": uploader });
    app.anybody.post_json("/api/v1/portals/begin", &with(body, wish))
}

pub(crate) async fn begun(app: &App, wish: &Value) -> Uploader {
    Uploader::of(app, &begin(app, wish).await.expect(201).json())
}

/// Entries of a kind in the tenant's log.
pub(crate) async fn logged(app: &App, kind: &str) -> Vec<Value> {
    let log = app.db.read().await.unwrap().audit_after(app.acme.id, 0, 1_000).await.unwrap();
    let entries = log.iter().filter(|entry| entry.kind == kind);
    entries.map(|entry| serde_json::from_str(&entry.payload).unwrap()).collect()
}

/// To whom a submission goes.
pub(crate) async fn goes_to(app: &App, uploader: &Uploader) -> Vec<String> {
    let transfer = app.admin.get(&format!("/api/v1/transfers/{}", uploader.id)).await.expect(200).json();
    let recipients = transfer["recipients"].as_array().unwrap();
    recipients.iter().map(|recipient| recipient["email"].as_str().unwrap().to_owned()).collect()
}
