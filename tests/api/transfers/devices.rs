//! `/api/v1/transfers/{transfer_id}/recipients/{recipient_id}/devices`

use std::time::Duration;

use sealpost_test_support::{
    app::{App, Client, DAY, Method, Sender, Sent},
    claims,
};
use serde_json::{Value, json};

use crate::{
    links::{
        code::{protected, verify},
        remembered::remembered,
    },
    support::{from_now, rfc3339},
};

claims![
    a_sender_sees_how_many_browsers_are_remembered_and_for_how_long,
    a_sender_takes_them_back_for_all_links_to_the_address,
    nobody_sees_or_takes_back_browsers_of_recipients_of_others,
    rules_that_have_become_stricter_count_at_once,
];

fn path(sent: &Sent) -> String {
    format!("/api/v1/transfers/{}/recipients/{}/devices", sent.id, sent.link().recipient)
}

async fn devices(who: &Client, sent: &Sent) -> Vec<Value> {
    let list = who.get(&path(sent)).await.expect(200).json();
    list["devices"].as_array().unwrap().clone()
}

async fn forget(who: &Client, sent: &Sent) -> Value {
    who.delete(&path(sent)).await.expect(200).json()["forgotten"].clone()
}

async fn a_sender_sees_how_many_browsers_are_remembered_and_for_how_long(app: &App) {
    let sent = protected(app, "email_code").await;
    assert!(devices(&app.anna, &sent).await.is_empty());
    remembered(app, sent.link()).await;
    let first = rfc3339(sealpost_domain::Clock::now(&app.clock));
    app.clock.advance(Duration::from_secs(61));
    remembered(app, sent.link()).await;
    let seen = devices(&app.anna, &sent).await;
    assert_eq!(seen.len(), 2);
    let expected = json!({ "channel": "email", "remembered_at": from_now(app, Duration::ZERO),
                           "expires_at": from_now(app, 30 * DAY) });
    assert_eq!(seen[0], expected, "the newest first");
    assert_eq!(seen[1]["remembered_at"], json!(first));
    // Other links to the same address show the same; those to others do not.
    assert_eq!(devices(&app.anna, &protected(app, "email_code").await).await, seen);
    let carl = json!({"recipients": [{"email": "carl@example.org"}], "protection": "email_code"});
    assert!(devices(&app.anna, &app.anna.sent_as(&carl, &[("a", b"a")]).await).await.is_empty());
    app.clock.advance(30 * DAY - Duration::from_secs(61));
    let later = protected(app, "email_code").await;
    assert_eq!(devices(&app.anna, &later).await.len(), 1, "the time of the first is over");
}

async fn a_sender_takes_them_back_for_all_links_to_the_address(app: &App) {
    let (first, second) = (protected(app, "email_code").await, protected(app, "email_code").await);
    let device = remembered(app, first.link()).await;
    verify(app, second.link(), &json!({})).header("cookie", &device).await.expect(200);
    assert_eq!(forget(&app.anna, &first).await, json!(1));
    for link in [first.link(), second.link()] {
        verify(app, link, &json!({})).header("cookie", &device).await.problem(403, "code_needed");
    }
    assert_eq!(forget(&app.anna, &first).await, json!(0), "there is none any more");
    let log = app.audit(app.acme.id, &first.id).await;
    assert_eq!(log.iter().filter(|kind| *kind == "device.forgotten").count(), 1);
}

async fn nobody_sees_or_takes_back_browsers_of_recipients_of_others(app: &App) {
    let sent = protected(app, "email_code").await;
    let device = remembered(app, sent.link()).await;
    for (method, who) in [(Method::GET, &app.otto), (Method::DELETE, &app.otto), (Method::DELETE, &app.rival)]
    {
        who.request(method, &path(&sent)).await.problem(404, "not_found");
    }
    // Nor by way of another transfer.
    let others: Sent = app.otto.sent(&[("a", b"a")]).await;
    let mixed = format!("/api/v1/transfers/{}/recipients/{}/devices", others.id, sent.link().recipient);
    app.otto.get(&mixed).await.problem(404, "not_found");
    app.otto.delete(&mixed).await.problem(404, "not_found");
    let reader: Sender =
        app.token_of(&app.anna, sealpost_domain::Scopes::new([sealpost_domain::Scope::Read])).await;
    assert_eq!(devices(&reader, &sent).await.len(), 1);
    reader.delete(&path(&sent)).await.problem(403, "forbidden");
    verify(app, sent.link(), &json!({})).header("cookie", &device).await.expect(200);
    // Who runs the tenant sees every transfer of it.
    assert_eq!(forget(&app.admin, &sent).await, json!(1));
}

async fn rules_that_have_become_stricter_count_at_once(app: &App) {
    let sent = protected(app, "email_code").await;
    remembered(app, sent.link()).await;
    for (seconds, left) in [(3_600, 1), (0, 0)] {
        app.change_settings(json!({ "remember_seconds": seconds })).await;
        let seen = devices(&app.anna, &sent).await;
        assert_eq!(seen.len(), left);
        assert!(seen.iter().all(|one| one["expires_at"] == json!(from_now(app, Duration::from_secs(3_600)))));
    }
}
