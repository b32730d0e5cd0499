use actix_web::{http::StatusCode, test::TestRequest};

use super::*;

/// Two pages and their compressed forms, but for the style sheet, which has none.
#[derive(RustEmbed)]
#[folder = "src/web/example"]
struct Example;

/// A folder without a page, as if nobody had built any.
#[derive(RustEmbed)]
#[folder = "src/web/example/web"]
struct Nothing;

fn asking(header: Option<(&str, &str)>) -> HttpRequest {
    let request = TestRequest::get();
    match header {
        Some(header) => request.insert_header(header).to_http_request(),
        None => request.to_http_request(),
    }
}

fn header<'a>(response: &'a HttpResponse, name: &str) -> Option<&'a str> {
    response.headers().get(name).map(|value| value.to_str().unwrap())
}

#[test]
fn browsers_ask_about_the_document_and_keep_its_files_for_good() {
    let page = page_of::<Example>(&asking(None), "index.html", POLICY);
    assert_eq!(header(&page, "cache-control"), Some("no-cache"));
    assert_eq!(header(&page, "content-type"), Some("text/html; charset=utf-8"));
    let script = file_of::<Example>(&asking(None), "a-1.js").unwrap();
    assert_eq!(header(&script, "cache-control"), Some("public, max-age=31536000, immutable"));
    assert_eq!(header(&script, "content-type"), Some("text/javascript; charset=utf-8"));
}

#[test]
fn the_two_forms_of_a_file_have_tags_of_their_own() {
    let plain = file_of::<Example>(&asking(None), "a-1.js").unwrap();
    let small = file_of::<Example>(&asking(Some(("accept-encoding", "gzip, br"))), "a-1.js").unwrap();
    assert_eq!(header(&plain, "content-encoding"), None);
    assert_eq!(header(&small, "content-encoding"), Some("br"));
    assert_ne!(header(&plain, "etag"), header(&small, "etag"));
    for form in [plain, small] {
        assert!(header(&form, "etag").unwrap().starts_with('"'), "a strong one");
        assert_eq!(header(&form, "vary"), Some("Accept-Encoding"));
    }
    let style = file_of::<Example>(&asking(Some(("accept-encoding", "br"))), "b-2.css").unwrap();
    assert_eq!(header(&style, "content-encoding"), None);
}

#[test]
fn who_has_a_file_is_told_so() {
    let etag = header(&page_of::<Example>(&asking(None), "index.html", POLICY), "etag").unwrap().to_owned();
    let again = page_of::<Example>(&asking(Some(("if-none-match", &etag))), "index.html", POLICY);
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(header(&again, "etag"), Some(etag.as_str()));
    assert!(header(&again, "content-security-policy").is_some());
    let another = page_of::<Example>(&asking(Some(("if-none-match", "\"x\""))), "index.html", POLICY);
    assert_eq!(another.status(), StatusCode::OK);
}

#[test]
fn nothing_but_the_files_of_pages_is_handed_out() {
    for name in ["a-1.js.br", "a-2.js", "", "..", "../index.html", "../../mod.rs", "a-1", ".js"] {
        assert!(file_of::<Example>(&asking(None), name).is_err(), "{name}");
    }
}

#[test]
fn a_page_that_nobody_has_built_says_what_to_do() {
    let page = page_of::<Nothing>(&asking(None), "index.html", POLICY);
    assert_eq!(page.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(MISSING.contains("scripts/web.sh"));
    assert!(file_of::<Nothing>(&asking(None), "a-1.js").is_err());
}

#[test]
fn no_script_or_style_may_stand_in_the_document() {
    for policy in [POLICY, DELIVERY_POLICY] {
        assert!(!policy.contains("unsafe") && !policy.contains("data:") && !policy.contains("http"));
        assert!(
            policy.contains("script-src 'self';") && policy.contains("require-trusted-types-for 'script'")
        );
    }
    assert_eq!(DELIVERY_POLICY.replace("frame-src 'self'; ", ""), POLICY, "a frame is all that is different");
}

#[test]
fn scripts_come_with_a_policy_of_their_own_by_which_workers_go() {
    for headers in [None, Some(("accept-encoding", "br"))] {
        let script = file_of::<Example>(&asking(headers), "a-1.js").unwrap();
        assert_eq!(header(&script, "content-security-policy"), Some(SCRIPT_POLICY));
    }
    assert!(!SCRIPT_POLICY.contains("unsafe-inline") && !SCRIPT_POLICY.contains("'unsafe-eval'"));
}

#[test]
fn one_script_alone_may_answer_for_what_is_downloaded_and_it_brings_in_nothing() {
    let deliverer = file_of::<Example>(&asking(None), "deliver.worker-3.js").unwrap();
    assert_eq!(header(&deliverer, "service-worker-allowed"), Some(DELIVERER_SCOPE));
    assert_eq!(header(&deliverer, "content-security-policy"), Some(DELIVERER_POLICY));
    let other = file_of::<Example>(&asking(None), "a-1.js").unwrap();
    assert_eq!(header(&other, "service-worker-allowed"), None);
}
