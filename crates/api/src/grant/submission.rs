//! The grant of an uploader, by bearer only.

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use futures_util::future::LocalBoxFuture;
use sealpost_auth::{AddGrant, SUBMISSION_PREFIX, SubmitGrant, UploadGrant};
use sealpost_domain::TransferId;

use super::{
    bearer::bearer,
    user::{Sending, sender_of},
};
use crate::{
    App, error,
    error::{ApiError, Code},
    path,
};

/// The uploader whose submission stands in the path.
pub(crate) struct Submitting(pub(crate) SubmitGrant);

impl FromRequest for Submitting {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let app = App::serving(request);
        let submission = path::id::<TransferId>(request, "submission_id");
        let shown = bearer(request);
        Box::pin(async move {
            let text = shown?.ok_or_else(error::unauthorized)?;
            let grant = app.auth().submit_grant(&text).await?;
            // What is another's is not there for him.
            if submission? == grant.transfer() { Ok(Self(grant)) } else { Err(ApiError::new(Code::NotFound)) }
        })
    }
}

/// Whoever may see and remove uploads: a user his own, an uploader his.
pub(crate) struct Uploader(pub(crate) UploadGrant);

impl FromRequest for Uploader {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let app = App::serving(request);
        let submission = submission(request);
        let sender = sender_of(request);
        Box::pin(async move {
            Ok(Self(match submission {
                Some(text) => app.auth().submit_grant(&text).await?.upload_grant(),
                None => sender.await?.upload_grant()?,
            }))
        })
    }
}

/// Whoever may add files now: a user to his transfers, an uploader to the one that he sends in.
pub(crate) struct Adding(pub(crate) AddGrant);

impl FromRequest for Adding {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let app = App::serving(request);
        let submission = submission(request);
        let sending = Sending::from_request(request, payload);
        Box::pin(async move {
            Ok(Self(match submission {
                Some(text) => app.auth().submit_grant(&text).await?.add_grant(),
                None => sending.await?.0.add_grant(),
            }))
        })
    }
}

/// What an uploader shows, by how it begins.
fn submission(request: &HttpRequest) -> Option<String> {
    bearer(request).ok().flatten().filter(|text| text.starts_with(SUBMISSION_PREFIX))
}
