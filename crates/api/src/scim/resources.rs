//! `/scim/v2/Users` and `/scim/v2/Groups`

use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use sealpost_scim::{Patch, Query, read};

use super::{
    answer,
    failure::Failure,
    request::{self, Caller, Kind, Message},
};

/// `GET /scim/v2/Users`
pub(super) async fn list(
    caller: Caller,
    Kind(kind): Kind,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let query = request::query(&request)?;
    Ok(answer::message(&caller.directory().list(kind, &query).await?))
}

/// `POST /scim/v2/Users/.search`: a query in a body (RFC 7644, section 3.4.3), for what should not stand in an address.
pub(super) async fn search(caller: Caller, Kind(kind): Kind, body: Message) -> Result<HttpResponse, Failure> {
    let query = Query::read_body(&body.read().await?)?;
    Ok(answer::message(&caller.directory().list(kind, &query).await?))
}

/// `POST /scim/v2/.search`
pub(super) async fn search_everything(caller: Caller, body: Message) -> Result<HttpResponse, Failure> {
    let query = Query::read_body(&body.read().await?)?;
    Ok(answer::message(&caller.directory().everything(&query).await?))
}

/// `POST /scim/v2/Users`
pub(super) async fn create(caller: Caller, Kind(kind): Kind, body: Message) -> Result<HttpResponse, Failure> {
    let attributes = read(kind.schema(), body.read().await?)?;
    let made = caller.directory().create(kind, attributes).await?;
    Ok(answer::resource(StatusCode::CREATED, &made))
}

/// `GET /scim/v2/Users/{id}`
pub(super) async fn get(
    caller: Caller,
    Kind(kind): Kind,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let query = request::query(&request)?;
    let found = caller.directory().get(kind, id(&request), &query.projection).await?;
    if request::is_known(&request, &found.etag)? {
        return Ok(HttpResponse::NotModified().finish());
    }
    Ok(answer::resource(StatusCode::OK, &found))
}

/// `PUT /scim/v2/Users/{id}`
pub(super) async fn replace(
    caller: Caller,
    Kind(kind): Kind,
    request: HttpRequest,
    body: Message,
) -> Result<HttpResponse, Failure> {
    let expected = request::expected(&request)?;
    let attributes = read(kind.schema(), body.read().await?)?;
    let changed = caller.directory().replace(kind, id(&request), &expected, attributes).await?;
    Ok(answer::resource(StatusCode::OK, &changed))
}

/// `PATCH /scim/v2/Users/{id}`
pub(super) async fn patch(
    caller: Caller,
    Kind(kind): Kind,
    request: HttpRequest,
    body: Message,
) -> Result<HttpResponse, Failure> {
    let expected = request::expected(&request)?;
    let patch = Patch::read(&body.read().await?)?;
    let changed = caller.directory().patch(kind, id(&request), &expected, &patch).await?;
    Ok(answer::resource(StatusCode::OK, &changed))
}

/// `DELETE /scim/v2/Users/{id}`
pub(super) async fn delete(
    caller: Caller,
    Kind(kind): Kind,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    caller.directory().delete(kind, id(&request), &request::expected(&request)?).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn id(request: &HttpRequest) -> &str {
    request.match_info().query("id")
}
