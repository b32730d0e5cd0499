//! What a form brings: bounded in size and in time, from our own pages only.

use std::collections::HashMap;

use actix_web::{HttpRequest, dev::UrlEncoded, http::header, web};

use super::super::is_from_elsewhere;
use crate::{
    App,
    error::{ApiError, Code},
    json::MAX_BYTES,
};

/// The fields of a form.
pub(super) struct Fields(HashMap<String, String>);

impl Fields {
    /// Reads them.
    pub(super) async fn read(
        app: &App,
        request: &HttpRequest,
        payload: web::Payload,
    ) -> Result<Self, ApiError> {
        let origin = request.headers().get(header::ORIGIN);
        if is_from_elsewhere(request) || origin.is_some_and(|origin| !is_ours(app, origin.as_bytes())) {
            return Err(ApiError::new(Code::Forbidden));
        }
        app.count_sign_in(request).await?;
        let mut payload = payload.into_inner();
        let form = UrlEncoded::<HashMap<String, String>>::new(request, &mut payload).limit(MAX_BYTES);
        match tokio::time::timeout(app.patience(), form).await {
            Ok(Ok(fields)) => Ok(Self(fields)),
            Ok(Err(_)) => Err(ApiError::new(Code::InvalidRequest)),
            Err(_) => Err(ApiError::new(Code::RequestTimeout)),
        }
    }

    /// A field; empty if it is not there.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }
}

/// Privacy-minded browsers say `null`, as our pages ask them to tell nobody where somebody was.
fn is_ours(app: &App, origin: &[u8]) -> bool {
    origin == b"null" || app.base_url().is_origin(origin)
}
