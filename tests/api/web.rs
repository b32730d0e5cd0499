//! The pages of `web/`, as `scripts/web.sh` builds them.

use std::collections::BTreeMap;

use sealpost_test_support::{
    app::{Answer, App, Method},
    claims,
};

claims![
    the_page_is_one_document_at_all_of_its_addresses,
    the_console_is_another_document_for_all_that_is_below_it,
    what_the_page_names_is_there_in_two_forms_and_kept_for_good,
    whoever_has_the_page_gets_it_no_second_time,
    documents_take_nothing_from_elsewhere_and_no_text_becomes_a_script,
    scripts_and_the_workers_that_they_begin_reach_this_service_alone,
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

/// The directives of the one policy that an answer comes with, and their sources.
fn rules(answer: &Answer) -> BTreeMap<String, Vec<String>> {
    let policies: Vec<_> = answer.headers.get_all("content-security-policy").iter().collect();
    assert_eq!(policies.len(), 1, "{policies:?}");
    let policy = policies[0].to_str().unwrap();
    let directive = |text: &str| {
        let mut words = text.split_whitespace().map(str::to_owned);
        Some((words.next()?, words.collect()))
    };
    policy.split(';').filter_map(directive).collect()
}

/// A document on which somebody seals or opens: whatever it shows comes from this service, no text in it runs, and no other window, no
/// other site and no cache has a part in it.
#[track_caller]
pub(crate) fn is_by_itself(page: &Answer) {
    let rules = rules(page);
    let of = |name: &str| rules.get(name).map(|sources| sources.join(" "));
    assert_eq!(of("default-src").as_deref(), Some("'none'"), "{rules:?}");
    for name in ["base-uri", "frame-ancestors"] {
        assert_eq!(of(name).as_deref(), Some("'none'"), "{rules:?}");
    }
    for (name, sources) in &rules {
        // The empty style alone (docs/adr/0016).
        let may = |source: &str| match name.as_str() {
            "require-trusted-types-for" => source == "'script'",
            "trusted-types" => source.starts_with("sealpost-"),
            "style-src" if source.starts_with("'sha256-47DEQpj8") => true,
            _ => ["'none'", "'self'"].contains(&source),
        };
        assert!(sources.iter().all(|source| may(source)), "{name}: {sources:?}");
    }
    if of("script-src").is_some() {
        assert_eq!(of("script-src").as_deref(), Some("'self'"));
        assert_eq!(of("require-trusted-types-for").as_deref(), Some("'script'"));
        assert!(of("trusted-types").is_some(), "whoever may make policies may make any script");
    }
    for (name, value) in [
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
        ("x-robots-tag", "noindex, nofollow"),
    ] {
        assert_eq!(page.header(name), Some(value), "{name}");
    }
    let kept = page.header("cache-control").unwrap();
    assert!(["no-cache", "no-store"].contains(&kept), "{kept}");
    for name in ["link", "refresh", "service-worker-allowed", "access-control-allow-origin"] {
        assert_eq!(page.header(name), None, "{name}");
    }
}

async fn documents_take_nothing_from_elsewhere_and_no_text_becomes_a_script(app: &App) {
    for path in PATHS.iter().chain(&CONSOLE) {
        let page = app.anybody.get(path).await.expect(200);
        is_by_itself(&page);
        assert!(rules(&page).contains_key("script-src"), "{path}");
    }
}

async fn scripts_and_the_workers_that_they_begin_reach_this_service_alone(app: &App) {
    let mut names = named(&document(app, PATHS[0]).await);
    names.extend(named(&document(app, CONSOLE[0]).await));
    let scripts: Vec<_> = names.into_iter().filter(|name| name.ends_with(".js")).collect();
    assert!(scripts.len() >= 2, "{scripts:?}");
    for script in scripts {
        let script = app.anybody.get(&script).await.expect(200);
        // A worker goes by the policy of its own script: it compiles Argon2, and starts nothing.
        let rules = rules(&script);
        assert_eq!(rules["default-src"], ["'none'"]);
        assert_eq!(rules["script-src"], ["'self'", "'wasm-unsafe-eval'"]);
        assert_eq!(rules["connect-src"], ["'self'"]);
        assert!(rules.len() <= 4, "{rules:?}");
        assert_eq!(script.header("cross-origin-resource-policy"), Some("same-origin"));
        assert_eq!(script.header("x-content-type-options"), Some("nosniff"));
    }
}
