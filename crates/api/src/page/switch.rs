//! The choice of a language on plain pages: links to the page itself, which a GET of changes nothing but one cookie.
//!
//! The pages with scripts write and read the same cookie (`web/packages/ui/src/language`), so that one choice counts on all.

use std::time::Duration;

use actix_web::{
    HttpRequest, HttpResponse,
    guard::GuardContext,
    http::{
        Method,
        header::{self, HeaderMap},
    },
};
use sealpost_domain::Language;
use serde::Serialize;

use super::{is_from_elsewhere, people, report};
use crate::{App, cookie};

/// The pages on which it can be chosen.
pub(crate) const PAGES: [&str; 10] = [
    super::PATH,
    super::mail::PATH,
    report::PATH,
    people::PATHS[0].0,
    people::PATHS[1].0,
    people::PATHS[2].0,
    people::PATHS[3].0,
    people::PATHS[4].0,
    people::PATHS[5].0,
    people::PATHS[6].0,
];
/// What decides how the pages are worded.
pub(super) const VARY: &str = "Accept-Language, Cookie";

/// What the cookie is called, after the prefix of all.
const NAME: &str = "language";
/// The cookie's name over TLS, and over plain http on a loopback address. It is no secret, so either counts.
const FULL_NAMES: [&str; 2] = ["__Host-sealpost-language", "sealpost-language"];
const YEAR: Duration = Duration::from_secs(365 * 86_400);
/// The languages, and what each calls itself.
const LANGUAGES: [(Language, &str); 3] =
    [(Language::English, "English"), (Language::German, "Deutsch"), (Language::Dutch, "Nederlands")];

/// The way to a page in one language.
#[derive(Serialize)]
pub(super) struct Way {
    tag: &'static str,
    name: &'static str,
    /// `None` for the language that it is in.
    href: Option<String>,
    /// Whether it is a button: that keeps what stands behind `#`, and a link does not.
    keeps: bool,
}

/// The ways to this page in each language; none where it cannot be chosen, and none from what answers a form, where what it says
/// would be lost.
pub(super) fn ways(request: &HttpRequest, language: Language) -> Vec<Way> {
    let is_looked_at = matches!(*request.method(), Method::GET | Method::HEAD);
    let page = request.match_pattern();
    if !is_looked_at || page.as_ref().is_none_or(|page| !PAGES.contains(&page.as_str())) {
        return Vec::new();
    }
    let keeps = page.is_some_and(|page| page == super::mail::PATH);
    ways_with(request.query_string(), language, keeps)
}

fn ways_with(query: &str, language: Language, keeps: bool) -> Vec<Way> {
    let rest = rest(query);
    let way = |(to, name): (Language, &'static str)| {
        let tag = to.as_str();
        let and = if rest.is_empty() { "" } else { "&" };
        Way { tag, name, href: (to != language).then(|| format!("?{rest}{and}language={tag}")), keeps }
    };
    LANGUAGES.map(way).into()
}

/// The language that a browser keeps as chosen.
pub(super) fn chosen(headers: &HeaderMap) -> Option<Language> {
    let lines = headers.get_all(header::COOKIE).filter_map(|line| line.to_str().ok());
    lines
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(name, _)| FULL_NAMES.contains(name))
        .find_map(|(_, value)| by_tag(value))
}

/// Whether the address asks for a language that we speak.
pub(crate) fn is_asked(context: &GuardContext<'_>) -> bool {
    asked(context.head().uri.query().unwrap_or_default()).is_some()
}

/// `GET` of a page with `language=`: keeps the choice, and leads to the page without it. Nothing else comes of it, and to
/// nowhere else does it lead. What another site has a browser ask for chooses nothing.
pub(crate) async fn choose(app: App, request: HttpRequest) -> HttpResponse {
    let uri = request.uri();
    let rest = rest(uri.query().unwrap_or_default());
    let mark = if rest.is_empty() { "" } else { "?" };
    let mut response = HttpResponse::SeeOther();
    response.insert_header((header::LOCATION, format!("{}{mark}{rest}", uri.path())));
    if let Some(language) = asked(uri.query().unwrap_or_default())
        && !is_from_elsewhere(&request)
    {
        response.cookie(cookie::bake_readable(&app, NAME, language.as_str().to_owned(), YEAR));
    }
    response.finish()
}

fn asked(query: &str) -> Option<Language> {
    query.split('&').filter_map(|pair| pair.strip_prefix("language=")).find_map(by_tag)
}

/// The query without what chooses a language.
fn rest(query: &str) -> String {
    let pairs = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("language="));
    pairs.collect::<Vec<_>>().join("&")
}

fn by_tag(tag: &str) -> Option<Language> {
    LANGUAGES.map(|(language, _)| language).into_iter().find(|language| language.as_str() == tag)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    #[test]
    fn the_cookie_holds_one_of_our_languages_or_nothing_that_counts() {
        for (line, language) in [
            ("__Host-sealpost-language=de", Some(Language::German)),
            ("a=b; sealpost-language=nl;c=d", Some(Language::Dutch)),
            ("sealpost-language=fr; __Host-sealpost-language=en", Some(Language::English)),
            ("sealpost-language=DE", None),
            ("sealpost-language=de-AT", None),
            ("sealpost-language=*", None),
            ("sealpost-language", None),
            ("language=de; xsealpost-language=de", None),
            ("", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, HeaderValue::from_str(line).unwrap());
            assert_eq!(chosen(&headers), language, "{line}");
        }
    }

    #[test]
    fn the_way_to_another_language_keeps_the_rest_of_the_address() {
        for (query, href) in [
            ("", "?language=de"),
            ("tenant=acme&return_to=%2Fx%3Fa", "?tenant=acme&return_to=%2Fx%3Fa&language=de"),
            ("language=fr&tenant=acme&&language=", "?tenant=acme&language=de"),
        ] {
            let ways = ways_with(query, Language::English, false);
            let hrefs: Vec<_> = ways.iter().map(|way| (way.tag, way.href.as_deref())).collect();
            assert_eq!(hrefs[..2], [("en", None), ("de", Some(href))], "{query}");
        }
    }

    #[test]
    fn nothing_but_our_languages_can_be_asked_for() {
        for (query, language) in [
            ("language=de", Some(Language::German)),
            ("a=b&language=nl", Some(Language::Dutch)),
            ("language=x&language=en", Some(Language::English)),
            ("language=", None),
            ("language=de%0d%0a", None),
            ("xlanguage=de", None),
            ("", None),
        ] {
            assert_eq!(asked(query), language, "{query}");
        }
    }
}
