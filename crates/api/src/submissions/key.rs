//! `Idempotency-Key`, by which whoever begins asks again for what he has begun.

use actix_web::HttpRequest;
use sealpost_auth::BeginKey;
use serde::Serialize;

use crate::error::ApiError;

const NAME: &str = "idempotency-key";

/// The key of a request, with all that is said which makes a difference; `None` without one.
pub(crate) fn begin_key(request: &HttpRequest, said: &impl Serialize) -> Result<Option<BeginKey>, ApiError> {
    let mut lines = request.headers().get_all(NAME);
    let Some(line) = lines.next() else { return Ok(None) };
    let said = serde_json::to_vec(said).map_err(ApiError::internal)?;
    let key =
        line.to_str().ok().and_then(|text| BeginKey::new(text, said)).filter(|_| lines.next().is_none());
    match key {
        Some(key) => Ok(Some(key)),
        None => Err(ApiError::invalid(
            "Idempotency-Key is one word of 22 to 64 letters, digits, - and _, made by chance: a UUID, for one",
        )),
    }
}
