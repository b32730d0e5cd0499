//! `/t/{token}`: the plain page.

mod choose;
mod ended;
mod icon;
mod mail;
mod switch;

use std::time::Duration;

use sealpost_domain::Policy;
use sealpost_test_support::{
    app::{Answer, App, HOUR, Link, Options},
    claims,
};
use serde_json::json;

claims![
    a_page_shows_what_is_inside_and_gives_it_on_a_click,
    a_page_asks_for_the_password_and_shows_nothing_before,
    what_people_wrote_is_text_and_nothing_else,
    a_page_speaks_the_language_of_its_reader,
    a_form_of_another_site_is_not_accepted,
    a_page_runs_nothing_and_is_framed_by_nobody,
    a_page_says_when_all_downloads_are_used_up,
    a_locked_transfer_looks_like_a_wrong_password with two_attempts(),
    a_form_that_is_none_is_refused,
    a_form_that_never_ends_is_not_waited_for with short_patience(),
    nothing_is_read_from_another_site_or_from_who_has_to_wait with one_a_minute(),
];

fn short_patience() -> Options {
    Options { body_patience: Duration::from_millis(300), ..Options::default() }
}

fn one_a_minute() -> Options {
    Options { verifications_per_minute: 1, ..Options::default() }
}

fn two_attempts() -> Options {
    Options { policy: Policy { password_attempts: 2, ..Policy::default() }, ..Options::default() }
}

/// The cookies that an answer sets.
fn cookie(answer: &Answer) -> String {
    let cookies = answer.cookies();
    assert!(!cookies.is_empty(), "{}: no cookie", answer.asked);
    cookies
}

/// The page as somebody with this cookie sees it.
async fn with_cookie(app: &App, link: &Link, cookie: &str) -> String {
    app.anybody.get(&link.url).header("cookie", cookie).await.expect(200).text()
}

/// The addresses that a page leads to.
fn hrefs(page: &str) -> Vec<String> {
    let address = |rest: &str| rest.split('"').next().unwrap().replace("&#x2f;", "/").replace("&amp;", "&");
    page.split("href=\"").skip(1).map(address).collect()
}

async fn a_page_shows_what_is_inside_and_gives_it_on_a_click(app: &App) {
    let new =
        json!({"recipients": [{"email": "bert@example.org"}], "subject": "Plans", "message": "Two of them."});
    let sent = app.anna.sent_as(&new, &[("one.txt", b"first"), ("two.txt", b"second")]).await;
    let link = sent.link();
    let shown = link.page().await.expect(200);
    assert_eq!(shown.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(shown.header("set-cookie"), None, "a link scanner gets no right to anything");
    let page = shown.text();
    for text in ["one.txt", "two.txt", "Plans", "Two of them.", "anna@acme.example"] {
        assert!(page.contains(text), "{text}");
    }
    assert!(!page.contains("/api/v1/deliveries/") && !page.contains("type=\"password\""));
    let clicked = link.submit("").await.expect(303);
    assert_eq!(clicked.header("location"), Some(format!("/t/{}", link.token).as_str()));
    let cookie = cookie(&clicked);
    let page = with_cookie(app, link, &cookie).await;
    let hrefs: Vec<_> = hrefs(&page).into_iter().filter(|href| href.starts_with("/api/")).collect();
    assert_eq!(hrefs.len(), 3, "two files and the archive: {hrefs:?}");
    let mut fetched = Vec::new();
    for href in hrefs.iter().filter(|href| href.ends_with("/content")) {
        fetched.push(app.anybody.get(href).header("cookie", &cookie).await.expect(200).text());
    }
    fetched.sort();
    assert_eq!(fetched, ["first", "second"]);
    // Without the cookie the page is as before, and so is the next visitor's.
    assert!(!link.page().await.expect(200).text().contains("/api/v1/deliveries/"));
}

async fn a_page_asks_for_the_password_and_shows_nothing_before(app: &App) {
    let new = json!({
        "recipients": [{"email": "bert@example.org"}], "subject": "Plans", "message": "secret", "password": "correct horse",
    });
    let sent = app.anna.sent_as(&new, &[("one.txt", b"first")]).await;
    let link = sent.link();
    let wrong = link.submit("password=wrong+horse").await.expect(403);
    let missing = link.submit("").await.expect(403);
    let empty = link.submit("password=").await.expect(403);
    for page in [link.page().await.expect(200), wrong.clone(), missing.clone(), empty] {
        let text = page.text();
        assert!(text.contains("type=\"password\""));
        for hidden in ["one.txt", "Plans", "secret", "anna"] {
            assert!(!text.contains(hidden), "{hidden}");
        }
        assert_eq!(page.header("set-cookie"), None);
    }
    assert!(wrong.text().contains("wrong"), "what was wrong is said");
    assert!(!wrong.text().contains("wrong horse"), "and not repeated");
    assert_ne!(wrong.text(), missing.text());
    let right = link.submit("password=correct+horse").await.expect(303);
    let page = with_cookie(app, link, &cookie(&right)).await;
    assert!(page.contains("one.txt") && page.contains("secret"));
}

async fn what_people_wrote_is_text_and_nothing_else(app: &App) {
    let evil =
        "\"><script>alert('x')</script><img src=x onerror=alert(1)> {{ 12345*54321 }} {% raw %} &amp; ${1}";
    let new = json!({"recipients": [{"email": "bert@example.org"}], "subject": evil, "message": evil});
    let name = evil.replace('/', "-");
    let sent = app.anna.sent_as(&new, &[(&name, b"x")]).await;
    let link = sent.link();
    let clicked = cookie(&link.submit("").await.expect(303));
    for page in [link.page().await.expect(200).text(), with_cookie(app, link, &clicked).await] {
        for tag in ["<script", "<img", "onerror=alert(1)>", "\"><"] {
            assert!(!page.contains(tag), "{tag}");
        }
        assert!(
            page.contains("&lt;script&gt;")
                && page.contains("{{ 12345*54321 }}")
                && page.contains("&amp;amp;")
        );
        assert!(!page.contains("670592745"), "nothing of it was computed");
    }
}

async fn a_page_speaks_the_language_of_its_reader(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    for (accept, language) in [
        (None, "en"),
        (Some("de-CH, de;q=0.9, en;q=0.5"), "de"),
        (Some("nl"), "nl"),
        (Some("fr, en;q=0.1"), "en"),
        (Some("en;q=0.1, nl;q=0.9"), "nl"),
        (Some("\u{0}x;;;q=,,"), "en"),
    ] {
        let accept = accept.map(|accept| accept.replace('\u{0}', ""));
        let page =
            sent.link().page().header_if("accept-language", accept.as_deref()).await.expect(200).text();
        assert!(page.contains(&format!("<html lang=\"{language}\">")), "{accept:?}");
        let gone =
            app.anybody.get("/t/x").header_if("accept-language", accept.as_deref()).await.expect(404).text();
        assert!(gone.contains(&format!("<html lang=\"{language}\">")), "{accept:?}");
    }
}

async fn a_form_of_another_site_is_not_accepted(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    for site in ["cross-site", "same-site", "x"] {
        let refused = sent.link().submit("").header("sec-fetch-site", site).await.expect(403);
        assert_eq!(refused.header("set-cookie"), None);
    }
    for site in ["same-origin", "none"] {
        sent.link().submit("").header("sec-fetch-site", site).await.expect(303);
    }
}

async fn a_page_runs_nothing_and_is_framed_by_nobody(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    let page = sent.link().page().await.expect(200);
    let policy = page.header("content-security-policy").unwrap();
    for part in [
        "default-src 'none'",
        "img-src 'self'",
        "style-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("script") && !policy.contains("unsafe"));
    assert!(!page.text().contains("<script"));
    let styles: Vec<_> = hrefs(&page.text()).into_iter().filter(|href| href.contains(".css")).collect();
    let [style] = styles.as_slice() else { panic!("{styles:?}") };
    let style = app.anybody.get(style).await.expect(200);
    assert_eq!(style.header("content-type"), Some("text/css; charset=utf-8"));
    let head = app.anybody.head(&sent.link().url).await.expect(200);
    assert!(head.body.is_empty() && head.header("content-type") == page.header("content-type"));
}

async fn a_page_says_when_all_downloads_are_used_up(app: &App) {
    let new = json!({"recipients": [{"email": "bert@example.org"}], "max_downloads": 1});
    let sent = app.anna.sent_as(&new, &[("a", b"a")]).await;
    let link = sent.link();
    let first = cookie(&link.submit("").await.expect(303));
    let content =
        hrefs(&with_cookie(app, link, &first).await).into_iter().find(|href| href.ends_with("/content"));
    let content = content.expect("a file to fetch");
    app.anybody.get(&content).header("cookie", &first).await.expect(200);
    let second = cookie(&link.submit("").await.expect(303));
    app.anybody.get(&content).header("cookie", &second).await.problem(403, "downloads_used_up");
    // Who has fetched it may fetch it again, also if he fills in the form again, or comes back after the grant's time.
    assert!(with_cookie(app, link, &first).await.contains(&content));
    let same = cookie(&link.submit("").header("cookie", &first).await.expect(303));
    app.anybody.get(&content).header("cookie", &same).await.expect(200);
    app.clock.advance(13 * HOUR);
    assert!(with_cookie(app, link, &first).await.contains("<form"));
    assert!(!with_cookie(app, link, &second).await.contains("<form"));
    let same = cookie(&link.submit("").header("cookie", &first).await.expect(303));
    app.anybody.get(&content).header("cookie", &same).await.expect(200);
}

async fn a_locked_transfer_looks_like_a_wrong_password(app: &App) {
    let new = json!({"recipients": [{"email": "bert@example.org"}], "password": "correct horse"});
    let sent = app.anna.sent_as(&new, &[("a", b"a")]).await;
    let first = sent.link().submit("password=wrong+horse").await.expect(403).text();
    for form in ["password=wrong+horse", "password=wrong+horse", "password=correct+horse"] {
        assert_eq!(sent.link().submit(form).await.expect(403).text(), first);
    }
    assert_eq!(app.anna.transfer(&sent.id).await["locked"], true);
}

async fn a_form_that_is_none_is_refused(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    let post = |kind: &'static str, body: String| {
        app.anybody.post(&sent.link().url).header("content-type", kind).body(body)
    };
    for (kind, body, status) in [
        ("application/json", "{}".to_owned(), 415),
        ("multipart/form-data; boundary=x", "--x--".to_owned(), 415),
        ("application/x-www-form-urlencoded", "password=a&password=b".to_owned(), 400),
        ("application/x-www-form-urlencoded", format!("password={}", "x".repeat(100_000)), 413),
    ] {
        let refused = post(kind, body).await;
        assert_eq!(refused.status, status, "{kind}");
        assert_eq!(refused.header("set-cookie"), None);
        assert_eq!(refused.header("content-type"), Some("text/html; charset=utf-8"));
    }
}

/// The head of a form for `token`, whose body is left to the test.
fn form_head(token: &str, more: &str) -> String {
    format!(
        "POST /t/{token} HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         {more}content-length: 60000\r\n\r\n"
    )
}

async fn a_form_that_never_ends_is_not_waited_for(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    for token in [&sent.link().token, "x"] {
        let mut raw = app.connect().await;
        raw.say(form_head(token, "") + "password=").await;
        let answer = raw.hear_head().await;
        assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    }
}

async fn nothing_is_read_from_another_site_or_from_who_has_to_wait(app: &App) {
    let foreign = async || {
        let mut raw = app.connect().await;
        raw.say(form_head("x", "sec-fetch-site: cross-site\r\n")).await;
        raw.hear_head().await
    };
    assert!(foreign().await.starts_with("HTTP/1.1 403 "));
    app.anybody.post_json("/api/v1/links/verify", &json!({"token": "x"})).await.expect(404);
    let mut raw = app.connect().await;
    raw.say(form_head("x", "")).await;
    let answer = raw.hear_head().await;
    assert!(answer.starts_with("HTTP/1.1 429 ") && answer.contains("retry-after"), "{answer}");
}
