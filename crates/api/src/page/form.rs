//! What the form of the page brings: read like a body in JSON, bounded in size and in time.

use actix_web::{HttpRequest, dev::UrlEncoded, error::UrlencodedError, web};
use serde::Deserialize;

use crate::{
    App,
    error::{ApiError, Code},
    json::MAX_BYTES,
};

#[derive(Deserialize)]
struct Form {
    password: Option<String>,
}

/// The password in the form, if there is one.
pub(super) async fn password(
    app: &App,
    request: &HttpRequest,
    payload: web::Payload,
) -> Result<Option<String>, ApiError> {
    let mut payload = payload.into_inner();
    let form = UrlEncoded::<Form>::new(request, &mut payload).limit(MAX_BYTES);
    match tokio::time::timeout(app.patience(), form).await {
        Ok(Ok(form)) => Ok(form.password.filter(|password| !password.is_empty())),
        Ok(Err(error)) => Err(refusal(&error)),
        Err(_) => Err(ApiError::new(Code::RequestTimeout)),
    }
}

fn refusal(error: &UrlencodedError) -> ApiError {
    ApiError::new(match error {
        UrlencodedError::Overflow { .. } => Code::TooLarge,
        UrlencodedError::ContentType => Code::UnsupportedMediaType,
        UrlencodedError::Payload(_) => Code::IncompleteBody,
        _ => Code::InvalidRequest,
    })
}
