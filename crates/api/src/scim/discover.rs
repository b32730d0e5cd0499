//! What the service says about itself.

use actix_web::{HttpRequest, HttpResponse};
use sealpost_scim::{Error, documents};
use serde_json::Value;

use super::{
    answer,
    failure::Failure,
    request::{self, Caller},
};

/// `GET /scim/v2/ServiceProviderConfig`
pub(super) async fn config(caller: Caller) -> Result<HttpResponse, Failure> {
    Ok(answer::message(&documents::service_provider_config(&caller.base)))
}

/// `GET /scim/v2/ResourceTypes`
pub(super) async fn resource_types(caller: Caller, request: HttpRequest) -> Result<HttpResponse, Failure> {
    all(&request, &documents::resource_types(&caller.base))
}

/// `GET /scim/v2/ResourceTypes/{id}`
pub(super) async fn resource_type(caller: Caller, request: HttpRequest) -> Result<HttpResponse, Failure> {
    one(&request, documents::resource_types(&caller.base))
}

/// `GET /scim/v2/Schemas`
pub(super) async fn schemas(caller: Caller, request: HttpRequest) -> Result<HttpResponse, Failure> {
    all(&request, &documents::schemas(&caller.base))
}

/// `GET /scim/v2/Schemas/{id}`
pub(super) async fn schema(caller: Caller, request: HttpRequest) -> Result<HttpResponse, Failure> {
    one(&request, documents::schemas(&caller.base))
}

/// A filter is refused here (RFC 7644, section 4): there is nothing to choose.
fn all(request: &HttpRequest, documents: &[Value]) -> Result<HttpResponse, Failure> {
    if request::query(request)?.filter.is_some() {
        return Err(Error::new(403, "there is nothing to filter here").into());
    }
    Ok(answer::message(&documents::listed(documents)))
}

fn one(request: &HttpRequest, documents: Vec<Value>) -> Result<HttpResponse, Failure> {
    let id = request.match_info().query("id");
    let found = documents::by_id(documents, id);
    found
        .map(|document| answer::message(&document))
        .ok_or_else(|| Error::new(404, "there is no such resource").into())
}
