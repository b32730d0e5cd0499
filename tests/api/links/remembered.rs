//! Browsers in which a code was shown, and that need none for a while.

use std::time::Duration;

use sealpost_domain::Policy;
use sealpost_test_support::{
    app::{App, Link, Options},
    claims,
};
use serde_json::json;

use super::code::{PASSWORD, coded, cookies, protected, verify};

claims![
    a_remembered_browser_needs_no_code_for_the_same_address_in_the_same_tenant,
    a_remembered_browser_still_needs_the_password_and_is_forgotten_by_a_block,
    a_tenant_that_remembers_nobody_remembers_nobody with no_memory(),
    a_recipient_lets_his_browser_be_forgotten,
];

fn no_memory() -> Options {
    Options { policy: Policy { remember_seconds: 0, ..Policy::default() }, ..Options::default() }
}

/// The cookie of a browser in which a code was shown and that is to be remembered.
pub(crate) async fn remembered(app: &App, link: &Link) -> String {
    let (challenge, code) = coded(app, link).await;
    let shown = json!({"code": code, "challenge": challenge, "remember": true});
    let verified = verify(app, link, &shown).await;
    assert!([200, 202].contains(&verified.status), "{verified:?}");
    let set = verified.headers.get_all("set-cookie").iter().map(|set| set.to_str().unwrap().to_owned());
    let device: Vec<_> = set.filter(|set| set.starts_with("sealpost-device-")).collect();
    let [device] = device.try_into().expect("one device");
    assert!(device.contains("HttpOnly") && device.contains("Max-Age=2592000"), "{device}");
    device.split(';').next().unwrap().to_owned()
}

async fn a_remembered_browser_needs_no_code_for_the_same_address_in_the_same_tenant(app: &App) {
    let first = protected(app, "email_code").await;
    let device = remembered(app, first.link()).await;
    let same = protected(app, "email_code").await;
    let opened = same.link().open().header("cookie", &device).await.expect(200).json();
    assert_eq!(opened.get("needed"), None);
    verify(app, same.link(), &json!({})).header("cookie", &device).await.expect(200);
    verify(app, same.link(), &json!({})).await.problem(403, "code_needed");
    // Not for another address, another tenant, another way; nor with another value.
    let carl = json!({"recipients": [{"email": "carl@example.org"}], "protection": "email_code"});
    let carl = app.anna.sent_as(&carl, &[("a", b"a")]).await;
    let bert = json!({"recipients": [{"email": "bert@example.org"}], "protection": "email_code"});
    let foreign = app.gina.sent_as(&bert, &[("a", b"a")]).await;
    let by_sms = protected(app, "sms_code").await;
    for other in [&carl, &foreign, &by_sms] {
        verify(app, other.link(), &json!({})).header("cookie", &device).await.problem(403, "code_needed");
    }
    let (name, value) = device.split_once('=').unwrap();
    for forged in
        [format!("{name}={}", "A".repeat(43)), format!("{name}={}", &value[1..]), format!("{name}=")]
    {
        verify(app, same.link(), &json!({})).header("cookie", forged).await.problem(403, "code_needed");
    }
    app.clock.advance(Duration::from_secs(30 * 86_400));
    let later = protected(app, "email_code").await;
    verify(app, later.link(), &json!({})).header("cookie", &device).await.problem(403, "code_needed");
}

async fn a_remembered_browser_still_needs_the_password_and_is_forgotten_by_a_block(app: &App) {
    let first = protected(app, "email_code_and_password").await;
    let device = remembered(app, first.link()).await;
    let link = first.link();
    verify(app, link, &json!({})).header("cookie", &device).await.problem(403, "password_needed");
    verify(app, link, &json!({"password": "wrong password"}))
        .header("cookie", &device)
        .await
        .problem(403, "wrong_password");
    verify(app, link, &json!({"password": PASSWORD})).header("cookie", &device).await.expect(200);
    let another = protected(app, "email_code").await;
    app.anna.act_on(&first.id, &link.recipient, "block").await.expect(200);
    verify(app, another.link(), &json!({})).header("cookie", &device).await.problem(403, "code_needed");
}

async fn a_tenant_that_remembers_nobody_remembers_nobody(app: &App) {
    let sent = protected(app, "email_code").await;
    let (challenge, code) = coded(app, sent.link()).await;
    let shown = json!({"code": code, "challenge": challenge, "remember": true});
    let verified = verify(app, sent.link(), &shown).await.expect(200);
    assert!(!cookies(&verified).contains("device"), "{}", cookies(&verified));
}

async fn a_recipient_lets_his_browser_be_forgotten(app: &App) {
    let (first, second) = (protected(app, "email_code").await, protected(app, "email_code").await);
    let device = remembered(app, first.link()).await;
    let page =
        async |link: &Link, cookie: &str| link.page().header("cookie", cookie).await.expect(200).text();
    assert!(page(first.link(), &device).await.contains("value=\"forget\""));
    assert!(!page(first.link(), "").await.contains("value=\"forget\""));
    // Another browser, and another site, make nobody be forgotten.
    first.link().submit("step=forget").await.expect(303);
    let elsewhere = first.link().submit("step=forget").header("cookie", &device);
    elsewhere.header("sec-fetch-site", "cross-site").await.expect(403);
    let opened = first.link().submit("").header("cookie", &device).await.expect(303);
    let grant = format!("{}; {device}", cookies(&opened));
    assert!(page(first.link(), &grant).await.contains("value=\"forget\""), "also beside the files");
    let forgotten = first.link().submit("step=forget").header("cookie", &grant).await.expect(303);
    for set in forgotten.headers.get_all("set-cookie") {
        assert!(set.to_str().unwrap().contains("Max-Age=0"), "{set:?}");
    }
    assert!(cookies(&forgotten).contains(device.split('=').next().unwrap()));
    assert!(
        cookies(&forgotten).contains(&first.link().recipient.replace('-', "")),
        "whoever comes next sees nothing"
    );
    for sent in [&first, &second] {
        verify(app, sent.link(), &json!({})).header("cookie", &device).await.problem(403, "code_needed");
    }
    let log = app.audit(app.acme.id, &first.id).await;
    assert_eq!(log.iter().filter(|kind| *kind == "device.forgotten").count(), 1);
}
