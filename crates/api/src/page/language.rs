//! The language of the page: what its reader has chosen, or else what his browser likes best among those that we speak.

use actix_web::http::header::{self, HeaderMap};
use sealpost_domain::Language;

use super::switch;

/// The language that was chosen, or else that of `Accept-Language` (RFC 9110, section 12.5.4); English if none fits.
pub(crate) fn of(headers: &HeaderMap) -> Language {
    liked(headers).unwrap_or(Language::English)
}

/// The same, if one fits.
pub(crate) fn liked(headers: &HeaderMap) -> Option<Language> {
    if let Some(chosen) = switch::chosen(headers) {
        return Some(chosen);
    }
    let text = headers.get(header::ACCEPT_LANGUAGE).and_then(|line| line.to_str().ok()).unwrap_or_default();
    let mut best = (None, 0);
    for range in text.split(',').take(32) {
        let (tag, parameters) = range.split_once(';').unwrap_or((range, ""));
        let Some(language) = by_tag(tag.trim()) else {
            continue;
        };
        let weight = weight(parameters);
        if weight > best.1 {
            best = (Some(language), weight);
        }
    }
    best.0
}

fn by_tag(tag: &str) -> Option<Language> {
    if tag == "*" { Some(Language::English) } else { tag.parse().ok() }
}

/// The weight in thousandths: 1 if there is none, 0 if it is none.
fn weight(parameters: &str) -> u16 {
    let Some((_, value)) =
        parameters.split_once('=').filter(|(name, _)| name.trim().eq_ignore_ascii_case("q"))
    else {
        return if parameters.trim().is_empty() { 1000 } else { 0 };
    };
    match value.trim().split_once('.') {
        None => u16::from(value.trim() == "1") * 1000,
        Some(("1", _)) => 1000,
        Some(("0", digits)) if (1..=3).contains(&digits.len()) => {
            format!("{digits:0<3}").parse().unwrap_or(0)
        }
        Some(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn of(text: &str) -> Language {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_str(text).unwrap());
        super::of(&headers)
    }

    #[test]
    fn the_language_that_is_liked_best_is_spoken() {
        for (text, language) in [
            ("de", Language::German),
            ("de-AT,de;q=0.9,en;q=0.8", Language::German),
            ("fr-FR,fr;q=0.9,nl;q=0.7,en;q=0.3", Language::Dutch),
            ("en;q=0.5, nl;q=0.55", Language::Dutch),
            ("NL-be", Language::Dutch),
            ("fr, es", Language::English),
            ("de;q=0, nl;q=0.001", Language::Dutch),
            ("de;q=x", Language::English),
            ("*", Language::English),
            ("", Language::English),
        ] {
            assert_eq!(of(text), language, "{text}");
        }
        assert_eq!(super::of(&HeaderMap::new()), Language::English);
    }

    proptest! {
        #[test]
        fn no_header_panics(text in "[ -~]{0,80}") {
            of(text.trim());
        }
    }
}
