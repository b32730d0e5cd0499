//! `/api/v1/mailboxes`

mod key_pairs;

use sealpost_test_support::app::{Answer, App, Sender};
use serde_json::json;

const PATH: &str = "/api/v1/admin/mailboxes";

/// A shared mailbox, for which these send.
pub(crate) async fn mailbox(app: &App, email: &str, members: &[&Sender]) -> String {
    let wish = json!({ "email": email, "name": "The Office" });
    let made = app.admin.post_json(PATH, &wish).await.expect(201).json();
    let mailbox = made["id"].as_str().unwrap().to_owned();
    for member in members {
        delegate(app, &mailbox, member).await.expect(204);
    }
    mailbox
}

pub(crate) async fn delegate(app: &App, mailbox: &str, to: &Sender) -> Answer {
    let wish = json!({ "user_id": app.user_id(to).await });
    app.admin.post_json(&format!("{PATH}/{mailbox}/delegates"), &wish).await
}

pub(crate) async fn undelegate(app: &App, mailbox: &str, from: &Sender) -> Answer {
    app.admin.delete(&format!("{PATH}/{mailbox}/delegates/{}", app.user_id(from).await)).await
}
