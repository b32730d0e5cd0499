//! Bodies in JSON: bounded in size and in time, strict in what they may hold.

use std::{fmt, future::Ready, marker::PhantomData};

use actix_web::{
    FromRequest, HttpRequest,
    dev::{JsonBody, Payload},
    error::{JsonPayloadError, PayloadError},
};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, MapAccess, Visitor, value::MapAccessDeserializer},
};

use crate::{
    App,
    error::{ApiError, Code},
};

/// Most bytes of a body, unless it says otherwise.
pub(crate) const MAX_BYTES: usize = 64 * 1024;
/// Most bytes of a body that may hold a message, each byte of which JSON may write as six, and a list of people.
pub(crate) const MAX_LONG_BYTES: usize = 1024 * 1024;

/// A body that has not been read yet.
///
/// Reading is a step of its own, so that a handler whose other arguments are grants reads nothing from a caller who
/// has no right: extractors run side by side, and a bad body would be answered before a bad token.
pub(crate) struct Body<T, const MOST: usize = MAX_BYTES> {
    request: HttpRequest,
    payload: Payload,
    of: PhantomData<T>,
}

impl<T: DeserializeOwned, const MOST: usize> Body<T, MOST> {
    /// Reads it.
    pub(crate) async fn read(mut self) -> Result<T, ApiError> {
        let patience = App::of(&self.request).patience();
        let body = JsonBody::<Object<T>>::new(&self.request, &mut self.payload, None, true).limit(MOST);
        match tokio::time::timeout(patience, body).await {
            Ok(read) => read.map(|Object(read)| read).map_err(|error| refusal(&error, MOST)),
            Err(_) => Err(ApiError::new(Code::RequestTimeout)),
        }
    }
}

impl<T, const MOST: usize> FromRequest for Body<T, MOST> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        std::future::ready(Ok(Self { request: request.clone(), payload: payload.take(), of: PhantomData }))
    }
}

/// What may be taken away: absent it stays as it is, `null` takes it away.
pub(crate) fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// What is written as a JSON object. serde also reads a struct from a list of its fields' values, so that `[]` would be
/// one in which everything was left out.
struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
            type Value = T;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<T, A::Error> {
                T::deserialize(MapAccessDeserializer::new(members))
            }
        }

        deserializer.deserialize_map(Members(PhantomData)).map(Self)
    }
}

fn refusal(error: &JsonPayloadError, most: usize) -> ApiError {
    match error {
        JsonPayloadError::OverflowKnownLength { .. }
        | JsonPayloadError::Overflow { .. }
        | JsonPayloadError::Payload(PayloadError::Overflow) => {
            ApiError::new(Code::TooLarge).detail(format!("at most {most} bytes"))
        }
        JsonPayloadError::ContentType => {
            ApiError::new(Code::UnsupportedMediaType).detail("the body must be application/json")
        }
        JsonPayloadError::Deserialize(why) => ApiError::invalid(why.to_string()),
        _ => ApiError::new(Code::IncompleteBody),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_no_object() {
        #[derive(Debug, Default, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        struct Rules {
            most: u8,
        }

        let read = |json| serde_json::from_str::<Object<Rules>>(json).map(|Object(rules)| rules.most);
        assert_eq!(read(r#"{"most":1}"#).unwrap(), 1);
        assert_eq!(read("{}").unwrap(), 0);
        for json in ["[]", "[1]", "null", "1", r#"{"most":1,"most":2}"#, r#"{"least":1}"#] {
            assert!(read(json).is_err(), "{json}");
        }
    }

    #[test]
    fn each_fault_of_a_body_has_its_code() {
        let no_json = serde_json::from_str::<u8>("x").unwrap_err();
        for (error, code) in [
            (JsonPayloadError::Overflow { limit: 1 }, Code::TooLarge),
            (JsonPayloadError::OverflowKnownLength { length: 2, limit: 1 }, Code::TooLarge),
            (JsonPayloadError::ContentType, Code::UnsupportedMediaType),
            (JsonPayloadError::Deserialize(no_json), Code::InvalidRequest),
            (JsonPayloadError::Payload(PayloadError::Incomplete(None)), Code::IncompleteBody),
        ] {
            assert_eq!(refusal(&error, 1).code(), code, "{error}");
        }
    }
}
