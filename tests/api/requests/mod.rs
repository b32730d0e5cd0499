//! `/api/v1/requests` and `/api/v1/submissions`: files that outsiders send in.

mod again;
mod begin;
mod code;
mod end;
mod limits;
mod manage;
mod notify;
mod send;

use sealpost_test_support::app::{App, Request, Sender, Sent};
use serde_json::{Value, json};

/// A request of Anna's, and the token of its link.
pub(crate) async fn asked(app: &App, wish: &Value) -> (Value, String) {
    asked_by(&app.anna, wish).await
}

/// A request of somebody's, and the token of its link.
pub(crate) async fn asked_by(who: &Sender, wish: &Value) -> (Value, String) {
    let mut body = json!({ "title": "Plans for the new wing" });
    for (name, value) in wish.as_object().unwrap() {
        body[name] = value.clone();
    }
    let made = who.post_json("/api/v1/requests", &body).await.expect(201).json();
    let (_, token) = made["url"].as_str().unwrap().split_once("/r/").unwrap();
    let token = token.to_owned();
    (made, token)
}

pub(crate) fn open(app: &App, token: &str) -> Request {
    app.anybody.post_json("/api/v1/requests/open", &json!({ "token": token }))
}

pub(crate) fn begin(app: &App, token: &str) -> Request {
    begin_as(app, token, &json!({}))
}

pub(crate) fn begin_as(app: &App, token: &str, who: &Value) -> Request {
    let mut body = json!({ "token": token, "name": "Ute Bauer", "email": "ute@builder.example" });
    for (name, value) in who.as_object().unwrap() {
        body[name] = value.clone();
    }
    app.anybody.post_json("/api/v1/requests/begin", &body)
}

/// An uploader with his grant.
pub(crate) struct Uploader {
    pub(crate) id: String,
    pub(crate) sender: Sender,
}

impl Uploader {
    pub(crate) async fn begun(app: &App, token: &str) -> Self {
        Self::of(app, &begin(app, token).await.expect(201).json())
    }

    pub(crate) fn of(app: &App, begun: &Value) -> Self {
        let text = |name: &str| begun[name].as_str().unwrap().to_owned();
        Self { id: text("submission_id"), sender: app.outsider(&text("grant")) }
    }

    pub(crate) fn path(&self) -> String {
        format!("/api/v1/submissions/{}", self.id)
    }

    pub(crate) async fn shown(&self) -> Value {
        self.sender.get(&self.path()).await.expect(200).json()
    }

    pub(crate) fn send(&self) -> Request {
        self.sender.post(&format!("{}/send", self.path()))
    }
}

/// What came in, with the link of whoever has asked for it.
pub(crate) async fn link_of(app: &App, uploader: &Uploader) -> Sent {
    app.anna.send(&uploader.id).await
}

/// How often the request is used.
pub(crate) async fn uses(app: &App, request: &Value) -> u64 {
    let path = format!("/api/v1/requests/{}", request["id"].as_str().unwrap());
    app.anna.get(&path).await.expect(200).json()["request"]["uses"].as_u64().unwrap()
}
