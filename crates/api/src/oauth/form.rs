//! What a client shows to get an access token.

use std::collections::HashMap;

use data_encoding::BASE64;
use url::form_urlencoded;

/// The parameters of a request. Each stands there once (RFC 6749, section 3.2); those without a value are left out.
pub(super) struct Form(HashMap<String, String>);

/// The request is none.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Malformed;

/// What a client is known by.
#[derive(PartialEq, Eq)]
pub(super) struct Credentials {
    pub(super) id: String,
    pub(super) secret: String,
}

impl Form {
    pub(super) fn read(body: &[u8]) -> Result<Self, Malformed> {
        let mut fields = HashMap::new();
        for (name, value) in form_urlencoded::parse(body) {
            if fields.insert(name.into_owned(), value.into_owned()).is_some() {
                return Err(Malformed);
            }
        }
        fields.retain(|_, value| !value.is_empty());
        Ok(Self(fields))
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The credentials, in the header or in the body. Both at once are none (RFC 6749, section 2.3), and `None` is nothing.
    pub(super) fn credentials(&self, authorization: Option<&str>) -> Result<Option<Credentials>, Malformed> {
        let (id, secret) = (self.get("client_id"), self.get("client_secret"));
        match (authorization, id, secret) {
            (Some(line), None, None) => basic(line).map(Some),
            // The name may stand in the body as well, if it is the same.
            (Some(line), Some(id), None) => {
                let basic = basic(line)?;
                if basic.id == id { Ok(Some(basic)) } else { Err(Malformed) }
            }
            (Some(_), _, Some(_)) => Err(Malformed),
            (None, Some(id), Some(secret)) => {
                Ok(Some(Credentials { id: id.to_owned(), secret: secret.to_owned() }))
            }
            (None, _, _) => Ok(None),
        }
    }
}

/// `Basic`, with name and secret encoded as in forms (RFC 6749, section 2.3.1).
fn basic(line: &str) -> Result<Credentials, Malformed> {
    let (scheme, rest) = line.split_once(' ').ok_or(Malformed)?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(Malformed);
    }
    let bytes = BASE64.decode(rest.trim().as_bytes()).map_err(|_| Malformed)?;
    let text = String::from_utf8(bytes).map_err(|_| Malformed)?;
    let (id, secret) = text.split_once(':').ok_or(Malformed)?;
    let decoded = |text: &str| {
        let pair = form_urlencoded::parse(text.as_bytes()).next();
        pair.map(|(name, _)| name.into_owned()).unwrap_or_default()
    };
    Ok(Credentials { id: decoded(id), secret: decoded(secret) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(body: &str, authorization: Option<&str>) -> Result<Option<(String, String)>, Malformed> {
        let found = Form::read(body.as_bytes())?.credentials(authorization)?;
        Ok(found.map(|found| (found.id, found.secret)))
    }

    #[test]
    fn credentials_come_in_one_place() {
        let both = Some(("a".to_owned(), "b".to_owned()));
        assert_eq!(shown("client_id=a&client_secret=b", None), Ok(both.clone()));
        assert_eq!(shown("", Some("Basic YTpi")), Ok(both.clone()));
        assert_eq!(shown("client_id=a", Some("basic YTpi")), Ok(both));
        assert_eq!(shown("", Some("Basic YSUzQTpi")), Ok(Some(("a:".to_owned(), "b".to_owned()))));
        assert_eq!(shown("client_id=a", None), Ok(None));
        for (body, line) in [
            ("client_id=a&client_secret=b", Some("Basic YTpi")),
            ("client_id=x", Some("Basic YTpi")),
            ("client_id=a&client_id=a&client_secret=b", None),
            ("", Some("Bearer YTpi")),
            ("", Some("Basic")),
            ("", Some("Basic !")),
            ("", Some("Basic YWI=")),
            ("", Some("Basic /w==")),
        ] {
            assert_eq!(shown(body, line), Err(Malformed), "{body} {line:?}");
        }
    }
}
