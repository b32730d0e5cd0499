//! Whose a portal is: it can become another's while files come in, and its address stays.

use std::future::IntoFuture as _;

use futures_util::future::join_all;
use sealpost_domain::Policy;
use sealpost_test_support::{
    app::{App, Method, Options},
    claims,
};
use serde_json::json;

use super::{begin, begun, change, open, portal};

claims![
    what_was_begun_becomes_the_new_owners_and_goes_on,
    whoever_begins_while_the_owner_changes_is_one_owners_or_the_others,
    the_room_that_is_used_is_the_owners with little_room(),
];

fn little_room() -> Options {
    Options { policy: Policy { sender_quota_bytes: Some(10), ..Policy::default() }, ..Options::default() }
}

async fn what_was_begun_becomes_the_new_owners_and_goes_on(app: &App) {
    let made = portal(app, &json!({})).await;
    let sent = begun(app, &json!({})).await;
    sent.sender.put(&sent.id, "a.txt", b"a").await;
    sent.send().await.expect(200);
    let at_it = begun(app, &json!({})).await;
    let upload = at_it.sender.upload(&at_it.id, "b.txt", 10).await;
    at_it.sender.patch(&upload, 0, "12345").await.expect(204);
    let changed = change(app, &made, &json!({"owner": "otto@acme.example"})).await.expect(200).json();
    assert_eq!((&changed["url"], &changed["owner"]["email"]), (&made["url"], &json!("otto@acme.example")));
    // The one before may leave: what comes in does not hang on him any more.
    let anna = format!("/api/v1/admin/users/{}", app.user_id(&app.anna).await);
    app.admin.request(Method::PATCH, &anna).json(&json!({"disabled": true})).await.expect(200);
    open(app).await.expect(200);
    at_it.sender.patch(&upload, 5, "67890").await.expect(204);
    at_it.send().await.expect(200);
    assert_eq!(app.otto.transfer(&at_it.id).await["state"], "available");
    app.otto.get(&format!("/api/v1/transfers/{}", sent.id)).await.problem(404, "not_found");
    let noted = &super::logged(app, "portal.changed").await[0];
    assert_eq!(noted["owner"]["to"], json!(app.user_id(&app.otto).await));
}

async fn whoever_begins_while_the_owner_changes_is_one_owners_or_the_others(app: &App) {
    let made = portal(app, &json!({})).await;
    let changing = async {
        change(app, &made, &json!({"owner": "otto@acme.example"})).await.expect(200);
    };
    let beginning = join_all((0..8).map(|_| begin(app, &json!({})).into_future()));
    let ((), answers) = tokio::join!(changing, beginning);
    let mut begun = 0;
    for answer in &answers {
        if answer.status == 201 {
            let uploader = crate::requests::Uploader::of(app, &answer.json());
            uploader.shown().await; // it is the owner's of now
            begun += 1;
        } else {
            answer.problem(409, "state_conflict");
        }
    }
    let drafts = app.admin.get(&super::path_of(&made)).await.expect(200).json()["drafts"].clone();
    assert_eq!(drafts, begun);
}

async fn the_room_that_is_used_is_the_owners(app: &App) {
    let choice = json!({"recipients": [{ "email": "otto@acme.example", "label": "Otto" }]});
    let made = portal(app, &choice).await;
    app.anna.put(&app.anna.draft().await, "own.txt", b"12345678").await;
    let uploader = begun(app, &json!({"recipients": [made["recipients"][0]["user_id"]]})).await;
    let put = |bytes: &'static [u8]| {
        let put = uploader.sender.begin_with(&uploader.id, bytes);
        put.header("upload-length", bytes.len().to_string())
    };
    put(b"123").await.problem(409, "quota_used_up");
    put(b"12").await.expect(201);
}
