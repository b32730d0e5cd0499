//! What tokens say.

use sealpost_domain::Timestamp;
use serde::{Deserialize, Deserializer};
use serde_json::{Number, Value};

use crate::TokenFault;

/// How far the provider's clock may be from ours, in seconds.
const SKEW: i64 = 60;

/// What a token says. Claims that nothing depends on may be of any type, and then count as absent.
#[derive(Debug, Deserialize)]
pub(crate) struct Claims {
    pub(crate) iss: Option<String>,
    pub(crate) sub: Option<String>,
    pub(crate) aud: Option<Audience>,
    pub(crate) azp: Option<String>,
    exp: Option<Number>,
    nbf: Option<Number>,
    iat: Option<Number>,
    pub(crate) nonce: Option<String>,
    pub(crate) tid: Option<String>,
    pub(crate) oid: Option<String>,
    pub(crate) ver: Option<String>,
    pub(crate) scp: Option<String>,
    pub(crate) idtyp: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub(crate) email: Option<String>,
    #[serde(default, deserialize_with = "truth")]
    pub(crate) email_verified: bool,
    /// Entra's optional claim: the e-mail's domain belongs to the directory ("e-mail domain owner verified").
    #[serde(default, deserialize_with = "truth")]
    pub(crate) xms_edov: bool,
    #[serde(default, deserialize_with = "text")]
    pub(crate) name: Option<String>,
    #[serde(default, deserialize_with = "words")]
    pub(crate) amr: Vec<String>,
    #[serde(default, deserialize_with = "moment")]
    pub(crate) auth_time: Option<Timestamp>,
}

/// For whom a token is.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    pub(crate) fn as_slice(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }
}

impl Claims {
    /// Fails outside of the token's time.
    pub(crate) fn check_time(&self, now: Timestamp) -> Result<(), TokenFault> {
        let now = now.unix_millis().div_euclid(1_000);
        let expires = seconds(self.exp.as_ref())?.ok_or(TokenFault::Malformed)?;
        let issued = seconds(self.iat.as_ref())?.ok_or(TokenFault::Malformed)?;
        let begins = seconds(self.nbf.as_ref())?.unwrap_or(issued);
        if now >= expires.saturating_add(SKEW) {
            return Err(TokenFault::Expired);
        }
        if issued.max(begins) > now.saturating_add(SKEW) {
            return Err(TokenFault::NotYet);
        }
        Ok(())
    }
}

/// Seconds since 1970 (RFC 7519, section 2), which may have a fraction.
fn seconds(number: Option<&Number>) -> Result<Option<i64>, TokenFault> {
    /// Far beyond any date, and exact as floating point.
    const FAR: f64 = 1e15;
    let Some(number) = number else {
        return Ok(None);
    };
    if let Some(whole) = number.as_i64() {
        return Ok(Some(whole));
    }
    let float = number.as_f64().filter(|float| float.abs() < FAR).ok_or(TokenFault::Malformed)?;
    #[expect(clippy::cast_possible_truncation, reason = "bounded above, and the fraction is of no use")]
    let whole = float.floor() as i64;
    Ok(Some(whole))
}

fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) => Some(text),
        _ => None,
    })
}

/// Some providers write truth as text, or as a number.
fn truth<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Bool(truth) => truth,
        Value::Number(number) => number.as_i64() == Some(1),
        Value::String(text) => text == "true" || text == "1",
        _ => false,
    })
}

/// Seconds since 1970, before the year 10,000.
fn moment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    let seconds =
        Value::deserialize(deserializer)?.as_i64().filter(|seconds| (0..253_402_300_800).contains(seconds));
    Ok(seconds.map(|seconds| Timestamp::from_unix_millis(seconds * 1_000)))
}

fn words<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Array(words) => words.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(json: &str) -> Claims {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_token_counts_in_its_time_and_a_minute_around() {
        let at = |seconds: i64| Timestamp::from_unix_millis(seconds * 1_000);
        let token = claims(r#"{"iat": 1000, "nbf": 1000.5, "exp": 2000}"#);
        for (now, expected) in [
            (939, Err(TokenFault::NotYet)),
            (940, Ok(())),
            (1_500, Ok(())),
            (2_059, Ok(())),
            (2_060, Err(TokenFault::Expired)),
            (i64::MAX / 1_000, Err(TokenFault::Expired)),
        ] {
            assert_eq!(token.check_time(at(now)), expected, "{now}");
        }
    }

    #[test]
    fn a_token_without_its_time_never_counts() {
        let now = Timestamp::from_unix_millis(1_500_000);
        for json in [
            "{}",
            r#"{"exp": 2000}"#,
            r#"{"iat": 1000}"#,
            r#"{"iat": 1000, "exp": 1e300}"#,
            r#"{"iat": 1000, "exp": 18446744073709551615}"#,
        ] {
            assert_eq!(claims(json).check_time(now), Err(TokenFault::Malformed), "{json}");
        }
        assert!(serde_json::from_str::<Claims>(r#"{"exp": "2000"}"#).is_err());
        assert!(serde_json::from_str::<Claims>(r#"{"exp": 1, "exp": 2}"#).is_err());
    }

    #[test]
    fn when_somebody_has_shown_himself_is_a_moment_or_unknown() {
        for (json, millis) in [
            ("{}", None),
            (r#"{"auth_time": 1000}"#, Some(1_000_000)),
            (r#"{"auth_time": "1000"}"#, None),
            (r#"{"auth_time": -1}"#, None),
            (r#"{"auth_time": 9223372036854775807}"#, None),
            (r#"{"auth_time": 1e300}"#, None),
            (r#"{"auth_time": null}"#, None),
        ] {
            assert_eq!(claims(json).auth_time, millis.map(Timestamp::from_unix_millis), "{json}");
        }
    }

    #[test]
    fn verified_is_only_what_says_so() {
        for (json, verified) in [
            ("{}", false),
            (r#"{"email_verified": true}"#, true),
            (r#"{"email_verified": "true"}"#, true),
            (r#"{"email_verified": 1}"#, true),
            (r#"{"email_verified": false}"#, false),
            (r#"{"email_verified": "false"}"#, false),
            (r#"{"email_verified": "yes"}"#, false),
            (r#"{"email_verified": [true]}"#, false),
            (r#"{"email_verified": null}"#, false),
        ] {
            assert_eq!(claims(json).email_verified, verified, "{json}");
        }
    }
}
