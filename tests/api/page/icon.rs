//! `GET /favicon.ico`

use sealpost_test_support::{app::App, claims};

claims![every_plain_page_has_an_icon_that_its_policy_lets_through];

async fn every_plain_page_has_an_icon_that_its_policy_lets_through(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    let report = format!("/t/{}/report", sent.link().token);
    for path in [sent.link().url.as_str(), &report, "/t/x", "/signin", "/signin/forgotten"] {
        let page = app.anybody.get(path).await;
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains("img-src 'self'"), "{path}: {policy}");
        let text = page.text().replace("&#x2f;", "/");
        assert!(text.contains("<link rel=\"icon\" href=\"/favicon.ico\">"), "{path}: {text}");
    }
    let icon = app.anybody.get("/favicon.ico").await.expect(200);
    assert_eq!(icon.header("content-type"), Some("image/x-icon"));
    assert!(icon.header("cache-control").unwrap().contains("max-age=86400"));
    assert_eq!(icon.body[..6], [0, 0, 1, 0, 2, 0], "an ICO of two pictures");
    assert!(icon.body.len() < 2_000);
}
