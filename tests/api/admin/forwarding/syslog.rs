//! To a real rsyslogd.

use std::time::Duration;

use data_encoding::HEXLOWER;
use sealpost_test_support::{
    app::{App, Method, eventually},
    claims,
    receivers::{Authority, Rsyslogd},
};
use serde_json::{Value, json};

use super::{added, collector, forward, forward_after, log};
use crate::support::rfc3339;

claims![
    a_collector_gets_every_entry_as_the_log_has_it,
    a_collector_that_dies_gets_what_it_has_missed,
    a_collector_whom_nobody_vouches_for_gets_nothing,
    a_collector_that_does_not_know_us_takes_nothing,
];

/// The number in the structured data of a message.
fn number(message: &Value) -> u64 {
    let data = message["data"].as_str().unwrap();
    data.split_once("seq=\"").unwrap().1.split('"').next().unwrap().parse().unwrap()
}

async fn all_there(app: &App, collector: &Rsyslogd) {
    let wanted: Vec<u64> = log(app).await.iter().map(|entry| entry.seq).collect();
    let arrived = async || collector.messages().iter().map(number).collect::<Vec<_>>() == wanted;
    eventually("rsyslogd has written every entry once and in order", arrived).await;
}

async fn a_collector_gets_every_entry_as_the_log_has_it(app: &App) {
    let authority = Authority::default();
    let rsyslogd = Rsyslogd::start(&authority).await;
    let owner = app.signed_in(&app.admin).await;
    app.anna.sent(&[("plan.pdf", b"the plan")]).await;
    added(&owner, &collector(&authority, &rsyslogd)).await;
    forward(app).await;
    all_there(app, &rsyslogd).await;
    for (entry, message) in log(app).await.iter().zip(rsyslogd.messages()) {
        assert_eq!((&message["app"], &message["host"]), (&json!("sealpost"), &json!("send.example.org")));
        assert_eq!(message["kind"], entry.kind);
        assert_eq!(message["pri"], if entry.kind.ends_with("refused") { "108" } else { "110" });
        assert_eq!(message["at"].as_str().unwrap().replace("+00:00", "Z"), rfc3339(entry.at));
        let transfer = entry.transfer_id.map(|id| format!(" transfer=\"{id}\"")).unwrap_or_default();
        let data = format!(
            "[sealpost@32473 tenant=\"{}\" seq=\"{}\"{transfer} prev_hash=\"{}\" hash=\"{}\"]",
            app.acme.id,
            entry.seq,
            HEXLOWER.encode(&entry.prev_hash),
            HEXLOWER.encode(&entry.hash)
        );
        assert_eq!(message["data"], data);
        assert_eq!(message["message"].as_str().unwrap().trim_start_matches('\u{feff}'), entry.payload);
    }
}

async fn a_collector_that_dies_gets_what_it_has_missed(app: &App) {
    let authority = Authority::default();
    let mut rsyslogd = Rsyslogd::start(&authority).await;
    let owner = app.signed_in(&app.admin).await;
    let (path, _) = added(&owner, &collector(&authority, &rsyslogd)).await;
    forward(app).await;
    all_there(app, &rsyslogd).await;
    rsyslogd.kill().await;
    let before = owner.get(&path).await.expect(200).json();
    assert_eq!((&before["lag"], before.get("failing_since")), (&json!(0), None));
    app.anna.sent(&[("plan.pdf", b"the plan")]).await;
    forward(app).await;
    let failing = owner.get(&path).await.expect(200).json();
    assert_eq!(failing["position"], before["position"]);
    assert!(failing["lag"].as_u64().unwrap() > 0, "{failing}");
    assert!(failing["last_error"].as_str().unwrap().starts_with("no connection"), "{failing}");
    assert!(failing["next_at"].as_str() > failing["failing_since"].as_str(), "{failing}");
    // Not tried again before its time.
    forward(app).await;
    assert_eq!(owner.get(&path).await.expect(200).json(), failing);
    rsyslogd.start_again().await;
    forward_after(app, Duration::from_secs(10)).await;
    all_there(app, &rsyslogd).await;
    let after = owner.get(&path).await.expect(200).json();
    assert_eq!((&after["lag"], after.get("failing_since"), after.get("last_error")), (&json!(0), None, None));
}

async fn a_collector_whom_nobody_vouches_for_gets_nothing(app: &App) {
    let authority = Authority::default();
    let rsyslogd = Rsyslogd::start(&authority).await;
    let owner = app.signed_in(&app.admin).await;
    let mut wish = collector(&authority, &rsyslogd);
    wish["syslog"]["ca"] = json!(Authority::default().pem());
    let (path, _) = added(&owner, &wish).await;
    forward(app).await;
    let failing = owner.get(&path).await.expect(200).json();
    assert_eq!(failing["position"], 0);
    assert!(failing["last_error"].as_str().unwrap().contains("certificate"), "{failing}");
    // Neither by whom the machine trusts.
    wish["syslog"].as_object_mut().unwrap().remove("ca");
    let change = json!({ "syslog": wish["syslog"] });
    owner.request(Method::PATCH, &path).json(&change).await.expect(200);
    forward(app).await;
    assert_eq!(owner.get(&path).await.expect(200).json()["position"], 0);
    assert_eq!(rsyslogd.messages(), [] as [Value; 0]);
}

async fn a_collector_that_does_not_know_us_takes_nothing(app: &App) {
    let authority = Authority::default();
    let rsyslogd = Rsyslogd::start(&authority).await;
    let owner = app.signed_in(&app.admin).await;
    let mut wish = collector(&authority, &rsyslogd);
    let stranger = Authority::default().issue(&["sealpost"]);
    wish["syslog"]["client_certificate"] = json!(stranger.certificate);
    wish["syslog"]["client_key"] = json!(stranger.key);
    let (path, _) = added(&owner, &wish).await;
    forward(app).await;
    let failing = owner.get(&path).await.expect(200).json();
    assert_eq!((&failing["position"], failing.get("failing_since").is_some()), (&json!(0), true));
    assert_eq!(rsyslogd.messages(), [] as [Value; 0]);
    // With the right one it goes on from there; the key may stay away when only the port changes.
    let right = collector(&authority, &rsyslogd);
    owner.request(Method::PATCH, &path).json(&json!({ "syslog": right["syslog"] })).await.expect(200);
    let mut again = right["syslog"].clone();
    again.as_object_mut().unwrap().remove("client_key");
    let kept = owner.request(Method::PATCH, &path).json(&json!({ "syslog": again })).await.expect(200).json();
    assert_eq!(kept["syslog"]["has_client_key"], true);
    forward(app).await;
    all_there(app, &rsyslogd).await;
}
