//! How a delivery ended, for whom has opened it in his browser.

use sealpost_domain::Job;
use sealpost_test_support::{
    app::{Answer, App, DAY, Link},
    claims,
};
use serde_json::json;

use super::cookie;

claims![
    who_opened_it_hears_that_its_time_is_over_and_then_that_it_is_deleted,
    who_opened_it_hears_that_it_was_blocked_until_it_is_not,
    who_opened_it_hears_that_somebody_deleted_it,
    strangers_hear_the_same_of_everything,
    a_wrong_password_keeps_nothing,
    what_is_kept_goes_to_its_page_alone_and_ends,
    a_browser_that_is_forgotten_keeps_nothing,
    a_form_of_a_delivery_that_has_ended_says_so,
];

/// What this browser is shown.
async fn shown(app: &App, link: &Link, cookie: &str) -> Answer {
    let page = app.anybody.get(&link.url).header("cookie", cookie).await;
    assert_eq!(page.header("set-cookie"), None, "looking keeps nothing");
    let head = app.anybody.head(&link.url).header("cookie", cookie).await;
    head.bare(page.status);
    page
}

/// What the browser keeps beside the grant, which it forgets at the end.
fn kept(answer: &Answer) -> String {
    let cookies = answer.cookies();
    let kept = cookies.split("; ").find(|pair| pair.starts_with("sealpost-opened="));
    kept.expect("something to be known by").to_owned()
}

async fn who_opened_it_hears_that_its_time_is_over_and_then_that_it_is_deleted(app: &App) {
    let new = json!({"recipients": [{"email": "bert@example.org"}], "password": "correct horse"});
    let sent = app.anna.sent_as(&new, &[("a", b"a")]).await;
    let link = sent.link();
    let kept = kept(&link.submit("password=correct+horse").await.expect(303));
    shown(app, link, &kept).await.expect(200);
    app.clock.advance(14 * DAY);
    let over = shown(app, link, &kept).await.expect(410).text();
    assert!(over.contains("This delivery has ended") && over.contains("available until"), "{over}");
    assert!(over.contains("nobody can fetch them"), "{over}");
    app.run(Job::PurgeExpired).await;
    let purged = shown(app, link, &kept).await.expect(410).text();
    assert!(purged.contains("as promised") && purged.contains("available until"), "{purged}");
    let german = app.anybody.get(&link.url).header("cookie", &kept).header("accept-language", "de").await;
    assert!(german.expect(410).text().contains("wie zugesagt"));
    // Thirty days later nothing more is said.
    app.clock.advance(30 * DAY);
    shown(app, link, &kept).await.expect(404);
}

async fn who_opened_it_hears_that_it_was_blocked_until_it_is_not(app: &App) {
    let to = json!({"recipients": [{"email": "bert@example.org"}, {"email": "carl@example.org"}]});
    let sent = app.anna.sent_as(&to, &[("a", b"a")]).await;
    let (bert, carl) = (sent.link_of("bert@example.org"), sent.link_of("carl@example.org"));
    let kept = kept(&bert.submit("").await.expect(303));
    app.anna.act(&sent.id, "block").await.expect(200);
    let blocked = shown(app, bert, &kept).await.expect(403);
    assert!(blocked.text().contains("taken back"), "{}", blocked.text());
    app.anna.act(&sent.id, "unblock").await.expect(200);
    shown(app, bert, &kept).await.expect(200);
    app.anna.act_on(&sent.id, &bert.recipient, "block").await.expect(200);
    let alone = shown(app, bert, &kept).await.expect(403);
    assert_eq!(alone.text(), blocked.text(), "whom else it concerns is not his business");
    shown(app, carl, "").await.expect(200);
    // Its end says more than the block.
    app.clock.advance(14 * DAY);
    shown(app, bert, &kept).await.expect(410);
}

async fn who_opened_it_hears_that_somebody_deleted_it(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    let kept = kept(&sent.link().submit("").await.expect(303));
    app.anna.purge(&sent.id).await.expect(204);
    for _ in 0..2 {
        let deleted = shown(app, sent.link(), &kept).await.expect(410).text();
        assert!(deleted.contains("This delivery has been deleted"), "{deleted}");
        app.run(Job::PurgeExpired).await;
    }
}

async fn strangers_hear_the_same_of_everything(app: &App) {
    let own = app.anna.sent(&[("a", b"a")]).await;
    let own = cookie(&own.link().submit("").await.expect(303));
    let kept_own = own.split("; ").find(|pair| pair.starts_with("sealpost-opened=")).unwrap();
    let (blocked, purged) = (app.anna.sent(&[("a", b"a")]).await, app.anna.sent(&[("a", b"a")]).await);
    let mut forged = kept(&blocked.link().submit("").await.expect(303));
    let last = forged.pop().unwrap();
    forged.push(if last == 'A' { 'B' } else { 'A' });
    app.anna.act(&blocked.id, "block").await.expect(200);
    app.anna.purge(&purged.id).await.expect(204);
    let unknown = app.anybody.get(&format!("/t/{}", "A".repeat(43))).await.expect(404).text();
    let long = format!("sealpost-opened={}", "A".repeat(4_000));
    for link in [blocked.link(), purged.link()] {
        for cookie in ["", kept_own, &own, &forged, "sealpost-opened=", "sealpost-opened=%%%", &long] {
            assert_eq!(shown(app, link, cookie).await.expect(404).text(), unknown, "{cookie}");
        }
        // The API says it to nobody.
        link.is_unavailable().await;
    }
}

async fn a_wrong_password_keeps_nothing(app: &App) {
    let new = json!({"recipients": [{"email": "bert@example.org"}], "password": "correct horse"});
    let sent = app.anna.sent_as(&new, &[("a", b"a")]).await;
    for form in ["", "password=wrong+horse"] {
        assert_eq!(sent.link().submit(form).await.expect(403).header("set-cookie"), None);
    }
}

async fn what_is_kept_goes_to_its_page_alone_and_ends(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    let opened = sent.link().submit("").await.expect(303);
    let set = opened.headers.get_all("set-cookie").iter().map(|set| set.to_str().unwrap());
    let [set] = set.filter(|set| set.starts_with("sealpost-opened=")).collect::<Vec<_>>().try_into().unwrap();
    let (pair, attributes) = set.split_once("; ").unwrap();
    let path = format!("Path=/t/{}", sent.link().token);
    assert_eq!(attributes, format!("HttpOnly; SameSite=Lax; {path}; Max-Age={}", 44 * 86_400));
    assert!(pair.len() < 200, "{}", pair.len());
}

async fn a_browser_that_is_forgotten_keeps_nothing(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    let forgotten = sent.link().submit("step=forget").await.expect(303);
    let set: Vec<_> =
        forgotten.headers.get_all("set-cookie").iter().map(|set| set.to_str().unwrap()).collect();
    let path = format!("Path=/t/{}; Max-Age=0", sent.link().token);
    assert!(set.iter().any(|set| set.starts_with("sealpost-opened=;") && set.ends_with(&path)), "{set:?}");
}

async fn a_form_of_a_delivery_that_has_ended_says_so(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    let kept = kept(&sent.link().submit("").await.expect(303));
    app.anna.act(&sent.id, "block").await.expect(200);
    sent.link().submit("").await.expect(404);
    let told = sent.link().submit("").header("cookie", &kept).await.expect(403).text();
    assert!(told.contains("taken back"), "{told}");
}
