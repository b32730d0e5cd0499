//! What the form of the page brings: read like a body in JSON, bounded in size and in time.

use actix_web::{HttpRequest, dev::UrlEncoded, error::UrlencodedError, web};
use sealpost_auth::Shown;
use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    App,
    error::{ApiError, Code},
    json::MAX_BYTES,
};

/// What the forms of the page hold.
#[derive(Default, Deserialize)]
pub(super) struct Form {
    password: Option<String>,
    code: Option<String>,
    remember: Option<String>,
    step: Option<String>,
}

impl Form {
    /// Whether a code shall be sent.
    pub(super) fn asks_for_code(&self) -> bool {
        self.step.as_deref() == Some("send")
    }

    /// Whether this browser shall be forgotten.
    pub(super) fn forgets(&self) -> bool {
        self.step.as_deref() == Some("forget")
    }

    /// Whether what was sent is to be answered.
    pub(super) fn replies(&self) -> bool {
        self.step.as_deref() == Some("reply")
    }

    /// What was typed.
    pub(super) fn shown(self) -> Shown {
        let typed = |text: Option<String>| text.filter(|text| !text.is_empty());
        Shown { password: typed(self.password), code: typed(self.code), remember: self.remember.is_some() }
    }
}

/// The form that was sent.
pub(super) async fn read<F: DeserializeOwned + 'static>(
    app: &App,
    request: &HttpRequest,
    payload: web::Payload,
) -> Result<F, ApiError> {
    read_within(app, request, payload, MAX_BYTES).await
}

/// The same of one that may have this many bytes.
pub(super) async fn read_within<F: DeserializeOwned + 'static>(
    app: &App,
    request: &HttpRequest,
    payload: web::Payload,
    most: usize,
) -> Result<F, ApiError> {
    let mut payload = payload.into_inner();
    let form = UrlEncoded::<F>::new(request, &mut payload).limit(most);
    match tokio::time::timeout(app.patience(), form).await {
        Ok(Ok(form)) => Ok(form),
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
