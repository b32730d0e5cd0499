//! What comes from a directory.

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header::{self, HeaderName},
    web,
};
use futures_util::future::LocalBoxFuture;
use sealpost_auth::DirectoryGrant;
use sealpost_scim::{Error, Parameters, Query, ScimType};
use sealpost_tenancy::{Directory, Expected, ResourceType};
use serde_json::Value;

use super::failure::Failure;
use crate::{
    App,
    error::{ApiError, Code},
    grant,
    json::{Body, MAX_LONG_BYTES},
};

/// The directory that is calling, by access token.
pub(super) struct Caller {
    pub(super) app: App,
    pub(super) grant: DirectoryGrant,
    pub(super) base: String,
}

impl FromRequest for Caller {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let app = App::serving(request);
        let directory = grant::directory(request);
        Box::pin(async move {
            let grant = directory.await?;
            let base = app.base_url().join(format_args!("{}", super::BASE));
            Ok(Self { app, grant, base })
        })
    }
}

impl Caller {
    pub(super) fn directory(&self) -> Directory<'_> {
        self.app.tenancy().directory(&self.grant, &self.base)
    }
}

/// Users or groups, as the path says.
pub(super) struct Kind(pub(super) ResourceType);

impl FromRequest for Kind {
    type Error = Failure;
    type Future = std::future::Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let kind = ResourceType::at(request.match_info().query("kind"));
        let unknown = || Failure::Api(ApiError::new(Code::NotFound));
        std::future::ready(kind.map(Self).ok_or_else(unknown))
    }
}

/// A body that has not been read yet.
pub(super) struct Message(Body<Value, MAX_LONG_BYTES>);

impl Message {
    pub(super) async fn read(self) -> Result<Value, Failure> {
        match self.0.read().await {
            Ok(value) => Ok(value),
            // What is no JSON has a word of its own here.
            Err(error) if error.is_invalid_request() => {
                Err(Error::of(ScimType::InvalidSyntax, "the body is no JSON").into())
            }
            Err(error) => Err(error.into()),
        }
    }
}

impl FromRequest for Message {
    type Error = Failure;
    type Future = std::future::Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        std::future::ready(Body::from_request(request, payload).into_inner().map(Self).map_err(Failure::Api))
    }
}

/// What the address asks for.
pub(super) fn query(request: &HttpRequest) -> Result<Query, Failure> {
    let parameters = web::Query::<Parameters>::from_query(request.query_string())
        .map_err(|_| Error::of(ScimType::InvalidValue, "a parameter stands twice in the address"))?;
    Ok(Query::read(&parameters)?)
}

/// Which version the caller means to change.
pub(super) fn expected(request: &HttpRequest) -> Result<Expected, Failure> {
    Ok(match tags(request, header::IF_MATCH)? {
        None => Expected::Any,
        Some(tags) if tags.iter().any(|tag| tag == "*") => Expected::Any,
        Some(tags) => Expected::OneOf(tags),
    })
}

/// Whether the caller has this version already.
pub(super) fn is_known(request: &HttpRequest, etag: &str) -> Result<bool, Failure> {
    let tags = tags(request, header::IF_NONE_MATCH)?;
    Ok(tags.is_some_and(|tags| tags.iter().any(|tag| tag == "*" || tag == etag)))
}

/// Entity tags, `None` without the header.
fn tags(request: &HttpRequest, name: HeaderName) -> Result<Option<Vec<String>>, Failure> {
    let mut tags = None;
    for line in request.headers().get_all(name) {
        let line = line.to_str().map_err(|_| ApiError::invalid("an entity tag is no text"))?;
        tags.get_or_insert_with(Vec::new).extend(line.split(',').map(|tag| tag.trim().to_owned()));
    }
    Ok(tags)
}
