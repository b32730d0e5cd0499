//! Queries in a body (RFC 7644, section 3.4.3): for what should not stand in an address.

use actix_web::HttpResponse;
use sealpost_scim::Query;

use super::{
    answer,
    failure::Failure,
    request::{Caller, Message},
};

/// `POST /scim/v2/Users/.search`
pub(super) async fn users(caller: Caller, body: Message) -> Result<HttpResponse, Failure> {
    let query = Query::read_body(&body.read().await?)?;
    Ok(answer::message(&caller.directory().users(&query).await?))
}

/// `POST /scim/v2/Groups/.search`
pub(super) async fn groups(caller: Caller, body: Message) -> Result<HttpResponse, Failure> {
    let query = Query::read_body(&body.read().await?)?;
    Ok(answer::message(&caller.directory().groups(&query).await?))
}

/// `POST /scim/v2/.search`
pub(super) async fn everything(caller: Caller, body: Message) -> Result<HttpResponse, Failure> {
    let query = Query::read_body(&body.read().await?)?;
    Ok(answer::message(&caller.directory().everything(&query).await?))
}
