//! `Authorization: Bearer`.

use actix_web::{HttpRequest, http::header};

use crate::{error, error::ApiError};

/// The token of `Authorization: Bearer` (RFC 6750, section 2.1); `None` without the header.
pub(super) fn bearer(request: &HttpRequest) -> Result<Option<String>, ApiError> {
    let mut lines = request.headers().get_all(header::AUTHORIZATION);
    let Some(line) = lines.next() else {
        return Ok(None);
    };
    let token = line.to_str().ok().and_then(token_of).filter(|_| lines.next().is_none());
    token.map(|token| Some(token.to_owned())).ok_or_else(error::unauthorized)
}

/// `Bearer`, blanks, then one token68 and nothing else (RFC 9110, section 11.2).
fn token_of(line: &str) -> Option<&str> {
    let (scheme, rest) = line.split_once(' ')?;
    let token = rest.trim_matches(' ');
    let is_token =
        !token.is_empty() && token.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~+/=".contains(&b));
    (scheme.eq_ignore_ascii_case("bearer") && is_token).then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_bearer_token_counts() {
        for (line, token) in [
            ("Bearer sp_abc-DEF_1", Some("sp_abc-DEF_1")),
            ("bearer  x", Some("x")),
            ("BEARER x ", Some("x")),
            ("Bearer", None),
            ("Bearer ", None),
            ("Bearer a b", None),
            ("Bearer a,b", None),
            ("Bearera", None),
            ("Basic YTpi", None),
            ("sp_abc", None),
            ("", None),
            ("Bearer a\"b", None),
        ] {
            assert_eq!(token_of(line), token, "{line:?}");
        }
    }

    #[test]
    fn two_authorizations_are_none() {
        let request = actix_web::test::TestRequest::default()
            .append_header((header::AUTHORIZATION, "Bearer a"))
            .append_header((header::AUTHORIZATION, "Bearer b"))
            .to_http_request();
        assert!(bearer(&request).is_err());
    }
}
