//! Times: RFC 3339 in JSON, RFC 9110 in headers.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use actix_web::http::header::{HeaderValue, HttpDate, TryIntoHeaderValue};
use chrono::{DateTime, SecondsFormat, Utc};
use sealpost_domain::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::ToSchema;

/// 9999-12-31T23:59:59.999Z: RFC 3339 has no later one.
const LATEST: i64 = 253_402_300_799_999;
/// 0000-01-01T00:00:00Z: nor an earlier one.
const EARLIEST: i64 = -62_167_219_200_000;

/// A moment, RFC 3339; answers are in UTC with milliseconds and `Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ToSchema)]
#[schema(value_type = String, format = DateTime, examples("2026-12-05T14:00:00.000Z"))]
pub(crate) struct Time(pub(crate) Timestamp);

impl From<Timestamp> for Time {
    fn from(time: Timestamp) -> Self {
        Self(time)
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&utc(self.0).to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let time =
            DateTime::parse_from_rfc3339(&text).map_err(|_| de::Error::custom("not an RFC 3339 time"))?;
        Ok(Self(Timestamp::from_unix_millis(time.timestamp_millis())))
    }
}

/// The moment in UTC; what RFC 3339 cannot write becomes its earliest or latest moment.
pub(crate) fn utc(time: Timestamp) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(time.unix_millis().clamp(EARLIEST, LATEST)).unwrap_or_default()
}

/// The moment as RFC 9110 date, cut to whole seconds.
pub(crate) fn http_date(time: Timestamp) -> HeaderValue {
    HttpDate::from(whole_seconds(time))
        .try_into_value()
        .unwrap_or_else(|_| HeaderValue::from_static("Thu, 01 Jan 1970 00:00:00 GMT"))
}

/// The moment as such a date means it.
pub(crate) fn whole_seconds(time: Timestamp) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(utc(time).timestamp().max(0).unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(millis: i64) -> String {
        serde_json::to_string(&Time(Timestamp::from_unix_millis(millis))).unwrap()
    }

    #[test]
    fn times_are_utc_with_a_z() {
        assert_eq!(json(1_796_479_200_000), r#""2026-12-05T14:00:00.000Z""#);
        assert_eq!(json(i64::MAX), r#""9999-12-31T23:59:59.999Z""#);
        assert_eq!(json(i64::MIN), r#""0000-01-01T00:00:00.000Z""#);
    }

    #[test]
    fn any_offset_is_understood_and_nothing_that_is_no_time() {
        let time: Time = serde_json::from_str(r#""2026-12-05T15:00:00+01:00""#).unwrap();
        assert_eq!(time.0.unix_millis(), 1_796_479_200_000);
        for text in [r#""2026-12-05""#, r#""soon""#, "1796479200000", r#""2026-12-05T14:00:00""#, r#""""#] {
            assert!(serde_json::from_str::<Time>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn dates_in_headers_are_those_of_rfc_9110() {
        let date = http_date(Timestamp::from_unix_millis(1_796_479_200_999));
        assert_eq!(date, "Sat, 05 Dec 2026 14:00:00 GMT");
        assert_eq!(http_date(Timestamp::from_unix_millis(-1)), "Thu, 01 Jan 1970 00:00:00 GMT");
    }
}
