//! Which form of a file a client takes.

use actix_web::http::header::{self, HeaderMap};

/// Whether `Accept-Encoding` (RFC 9110, section 12.5.3) names Brotli with a weight above 0. A star alone is taken for
/// nothing: the plain form is always good.
pub(super) fn takes_brotli(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::ACCEPT_ENCODING)
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(',').take(32))
        .any(|coding| {
            let (name, parameters) = coding.split_once(';').unwrap_or((coding, ""));
            name.trim().eq_ignore_ascii_case("br") && is_wanted(parameters)
        })
}

fn is_wanted(parameters: &str) -> bool {
    let Some((name, weight)) = parameters.split_once('=') else {
        return parameters.trim().is_empty();
    };
    name.trim().eq_ignore_ascii_case("q") && weight.trim().parse::<f32>().is_ok_and(|weight| weight > 0.0)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn takes(text: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_str(text).unwrap());
        takes_brotli(&headers)
    }

    #[test]
    fn brotli_is_for_those_who_ask_for_it() {
        for yes in ["br", "gzip, deflate, br, zstd", "BR;q=0.5", "gzip;q=1.0, br ; q = 0.001", "br;q=1"] {
            assert!(takes(yes), "{yes}");
        }
        for no in ["", "gzip", "br;q=0", "br;q=0.000", "*", "identity", "brotli", "br;q=x", "br;level=3"] {
            assert!(!takes(no), "{no}");
        }
        assert!(!takes_brotli(&HeaderMap::new()));
    }

    proptest! {
        #[test]
        fn no_header_panics(text in "[ -~]{0,80}") {
            takes(text.trim());
        }
    }
}
