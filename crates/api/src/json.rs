//! Bodies in JSON: bounded in size and in time, strict in what they may hold.

use std::{future::Ready, marker::PhantomData};

use actix_web::{
    FromRequest, HttpRequest,
    dev::{JsonBody, Payload},
    error::{JsonPayloadError, PayloadError},
};
use serde::de::DeserializeOwned;

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
        let body = JsonBody::new(&self.request, &mut self.payload, None, true).limit(MOST);
        match tokio::time::timeout(patience, body).await {
            Ok(read) => read.map_err(|error| refusal(&error, MOST)),
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
