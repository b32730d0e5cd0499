//! What is answered to a directory.

use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
};
use sealpost_scim::MEDIA_TYPE;
use sealpost_tenancy::Resource;
use serde_json::Value;

/// A resource with its place and its version.
pub(super) fn resource(status: StatusCode, resource: &Resource) -> HttpResponse {
    let mut response = HttpResponse::build(status);
    for (name, text) in [(header::ETAG, &resource.etag), (header::LOCATION, &resource.location)] {
        if let Ok(value) = HeaderValue::from_str(text) {
            response.insert_header((name, value));
        }
    }
    let attributes = Value::Object(resource.attributes.clone());
    response.content_type(MEDIA_TYPE).body(attributes.to_string())
}

/// A list, or a document.
pub(super) fn message(message: &Value) -> HttpResponse {
    HttpResponse::Ok().content_type(MEDIA_TYPE).body(message.to_string())
}
