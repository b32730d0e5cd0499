//! `/scim/v2/Users`

use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use sealpost_scim::{Patch, USER, read};

use super::{
    answer,
    failure::Failure,
    request::{self, Caller, Message},
};

/// `GET /scim/v2/Users`
pub(super) async fn list(caller: Caller, request: HttpRequest) -> Result<HttpResponse, Failure> {
    let query = request::query(&request)?;
    Ok(answer::message(&caller.directory().users(&query).await?))
}

/// `POST /scim/v2/Users`
pub(super) async fn create(caller: Caller, body: Message) -> Result<HttpResponse, Failure> {
    let attributes = read(&USER, body.read().await?)?;
    let made = caller.directory().create_user(attributes).await?;
    Ok(answer::resource(StatusCode::CREATED, &made))
}

/// `GET /scim/v2/Users/{id}`
pub(super) async fn get(caller: Caller, request: HttpRequest) -> Result<HttpResponse, Failure> {
    let query = request::query(&request)?;
    let found = caller.directory().user(id(&request), &query.projection).await?;
    if request::is_known(&request, &found.etag)? {
        return Ok(HttpResponse::NotModified().finish());
    }
    Ok(answer::resource(StatusCode::OK, &found))
}

/// `PUT /scim/v2/Users/{id}`
pub(super) async fn replace(
    caller: Caller,
    request: HttpRequest,
    body: Message,
) -> Result<HttpResponse, Failure> {
    let expected = request::expected(&request)?;
    let attributes = read(&USER, body.read().await?)?;
    let changed = caller.directory().replace_user(id(&request), &expected, attributes).await?;
    Ok(answer::resource(StatusCode::OK, &changed))
}

/// `PATCH /scim/v2/Users/{id}`
pub(super) async fn patch(
    caller: Caller,
    request: HttpRequest,
    body: Message,
) -> Result<HttpResponse, Failure> {
    let expected = request::expected(&request)?;
    let patch = Patch::read(&body.read().await?)?;
    let changed = caller.directory().patch_user(id(&request), &expected, &patch).await?;
    Ok(answer::resource(StatusCode::OK, &changed))
}

/// `DELETE /scim/v2/Users/{id}`
pub(super) async fn delete(caller: Caller, request: HttpRequest) -> Result<HttpResponse, Failure> {
    caller.directory().delete_user(id(&request), &request::expected(&request)?).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn id(request: &HttpRequest) -> &str {
    request.match_info().query("id")
}
