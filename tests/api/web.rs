//! The pages of `web/`, as `scripts/web.sh` builds them.

use sealpost_test_support::{
    app::{App, Method},
    claims,
};

claims![
    the_page_is_one_document_at_all_of_its_addresses,
    the_console_is_another_document_for_all_that_is_below_it,
    what_the_page_names_is_there_in_two_forms_and_kept_for_good,
    whoever_has_the_page_gets_it_no_second_time,
];

const PATHS: [&str; 8] = [
    "/",
    "/transfers",
    "/transfers/0190a000-0000-7000-8000-000000000000",
    "/requests",
    "/requests/new",
    "/requests/0190a000-0000-7000-8000-000000000000",
    "/r/unknown",
    "/u/nobody/unknown",
];
const CONSOLE: [&str; 3] =
    ["/admin", "/admin/policy", "/admin/transfers/0190a000-0000-7000-8000-000000000000"];

/// What the document names.
fn named(document: &str) -> Vec<String> {
    let mut names: Vec<_> =
        document.split('"').filter(|text| text.starts_with("/web/")).map(str::to_owned).collect();
    names.sort();
    names.dedup();
    names
}

async fn document(app: &App, path: &str) -> String {
    let answer = app.anybody.get(path).await;
    assert!(answer.status == 200, "{} (scripts/web.sh builds the pages)", answer.text());
    answer.text()
}

async fn the_page_is_one_document_at_all_of_its_addresses(app: &App) {
    one_document(app, &PATHS).await;
}

async fn the_console_is_another_document_for_all_that_is_below_it(app: &App) {
    one_document(app, &CONSOLE).await;
    assert_ne!(document(app, CONSOLE[0]).await, document(app, PATHS[0]).await);
    app.anybody.get("/administrators").await.problem(404, "not_found");
}

async fn one_document(app: &App, paths: &[&str]) {
    let document = document(app, paths[0]).await;
    for &path in paths {
        let page = app.anybody.get(path).await.expect(200);
        assert_eq!(page.text(), document, "{path}");
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
        assert_eq!(page.header("cache-control"), Some("no-cache"));
        assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
        let policy = page.header("content-security-policy").unwrap();
        for rule in ["default-src 'none'", "script-src 'self';", "require-trusted-types-for 'script'"] {
            assert!(policy.contains(rule) && !policy.contains("unsafe"), "{policy}");
        }
        let head = app.anybody.head(path).await;
        head.bare(200);
        assert_eq!(head.header("etag"), page.header("etag"));
        app.anybody.request(Method::POST, path).await.problem(405, "method_not_allowed");
    }
    // Nothing in it runs by itself, and nothing comes from elsewhere.
    assert!(!document.contains("<style") && !document.contains("://"), "{document}");
    assert_eq!(document.matches("<script").count(), document.matches("<script type=\"module\"").count());
}

async fn what_the_page_names_is_there_in_two_forms_and_kept_for_good(app: &App) {
    let mut names = named(&document(app, PATHS[0]).await);
    names.extend(named(&document(app, CONSOLE[0]).await));
    assert!(names.len() >= 6, "{names:?}");
    for name in names {
        let plain = app.anybody.get(&name).await.expect(200);
        assert_eq!(plain.header("content-encoding"), None);
        assert_eq!(plain.header("cache-control"), Some("public, max-age=31536000, immutable"));
        let small = app.anybody.get(&name).header("accept-encoding", "br").await.expect(200);
        assert_eq!(small.header("content-encoding"), Some("br"), "{name}");
        assert!(small.body.len() < plain.body.len(), "{name}");
        assert_ne!(small.header("etag"), plain.header("etag"));
        let unknown = name.replace('-', "-x");
        app.anybody.get(&unknown).await.problem(404, "not_found");
        app.anybody.get(&format!("{name}.br")).await.problem(404, "not_found");
    }
}

async fn whoever_has_the_page_gets_it_no_second_time(app: &App) {
    document(app, "/").await;
    let page = app.anybody.get("/").await.expect(200);
    let etag = page.header("etag").unwrap();
    let again = app.anybody.get("/").header("if-none-match", etag).await;
    assert_eq!((again.status, again.text().as_str()), (304, ""));
    assert_eq!(again.header("etag"), Some(etag));
}
