//! What the OpenAPI document says each route takes, against what it takes.

use sealpost_test_support::{
    app::{Answer, App, Request},
    claims,
};

use crate::walk::{Belongings, Route};

claims![every_route_takes_what_the_document_says_and_nothing_else];

/// Ways to show who one is, by their names in the document. What the document calls `token` is a personal one here.
const SCHEMES: [&str; 6] = ["token", "session", "session_cookie", "submission", "grant", "grant_cookie"];

/// A request, with a credential of this kind that has every right of its kind over what the request names.
async fn asked(app: &App, route: &Route, of: &Belongings, scheme: &str) -> Request {
    let session = app.signed_in(&app.rival).await;
    let bare = |client| route.request(app, client, of);
    match scheme {
        // A request is mailed by whoever asks, and by nobody for him.
        "token" if route.path == "/api/v1/requests/{request_id}/notify" => bare(&app.gina),
        "token" => bare(&app.rival),
        "session" => bare(&session),
        "session_cookie" => {
            let cookie = format!("sealpost-session={}", session.bearer());
            bare(&app.anybody).header("cookie", cookie).header("sec-fetch-site", "same-origin")
        }
        "submission" => bare(&app.anybody.with_bearer(&of.submission_grant)),
        "grant" => bare(&app.anybody.with_bearer(&of.grant)),
        "grant_cookie" => {
            let cookie = format!("sealpost-{}={}", of.recipient.replace('-', ""), of.grant);
            bare(&app.anybody).header("cookie", cookie).header("sec-fetch-site", "same-origin")
        }
        other => panic!("{other}: tests/api/credentials.rs does not know how it is shown"),
    }
}

/// Whether whoever asked is somebody there. Where a session is needed, a token is known and said not to be enough; a session
/// that is refused is one, at the wrong moment or of the wrong person.
fn is_taken(scheme: &str, answer: &Answer) -> bool {
    let code =
        || serde_json::from_str::<serde_json::Value>(&answer.text()).unwrap_or_default()["code"].clone();
    match answer.status {
        401 => code() == "credentials_wrong",
        403 if scheme == "token" => {
            !["forbidden", "step_up_needed"].contains(&code().as_str().unwrap_or_default())
        }
        _ => true,
    }
}

async fn every_route_takes_what_the_document_says_and_nothing_else(app: &App) {
    let of = Belongings::of_globex(app).await;
    let mut wrong = Vec::new();
    for route in Route::guarded(app).await {
        // What is refused changes nothing, so it comes first.
        let (taken, refused): (Vec<&str>, Vec<&str>) =
            SCHEMES.into_iter().partition(|scheme| route.schemes.iter().any(|named| named == scheme));
        assert!(route.schemes.iter().all(|named| SCHEMES.contains(&named.as_str())), "{route}");
        for scheme in refused.iter().chain(&taken) {
            let answer = asked(app, &route, &of, scheme).await.await;
            if is_taken(scheme, &answer) != taken.contains(scheme) {
                wrong.push(format!("{route} with {scheme}: {} {}", answer.status, answer.text()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
