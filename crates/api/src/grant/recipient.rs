//! The grant of a recipient, by bearer or cookie.

use actix_web::{FromRequest, HttpRequest, cookie::Cookie, dev::Payload};
use futures_util::future::LocalBoxFuture;
use sealpost_auth::{
    AuthError, Carried, DownloadGrant, NewDevice, Proven, SentCode, Verified, challenge_name, proof_name,
};
use sealpost_domain::RecipientId;

use super::bearer::bearer;
use crate::{App, cookie, error, error::ApiError, path};

/// The recipient whose delivery stands in the path, by bearer or cookie.
pub(crate) struct Recipient(pub(crate) DownloadGrant);

impl FromRequest for Recipient {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let app = App::serving(request);
        let delivery = path::id::<RecipientId>(request, "delivery_id");
        let bearer = bearer(request);
        let request = request.clone();
        Box::pin(async move {
            let delivery = delivery?;
            let sealed = bearer?.or_else(|| cookie_value(&app, &request, delivery));
            let sealed = sealed.ok_or_else(error::unauthorized)?;
            Ok(Self(app.auth().download_grant(&sealed, delivery).await?))
        })
    }
}

/// The grant that the caller's cookie holds for a delivery; `None` if there is none, or none that still counts.
pub(crate) async fn from_cookie(
    app: &App,
    request: &HttpRequest,
    delivery: RecipientId,
) -> Result<Option<DownloadGrant>, AuthError> {
    let Some(sealed) = cookie_value(app, request, delivery) else {
        return Ok(None);
    };
    match app.auth().download_grant(&sealed, delivery).await {
        Ok(grant) => Ok(Some(grant)),
        Err(AuthError::Unauthorized | AuthError::LinkUnavailable) => Ok(None),
        Err(error) => Err(error),
    }
}

/// What the caller carries from earlier requests: his cookies, and a grant as bearer.
pub(crate) fn carried(app: &App, request: &HttpRequest) -> Carried {
    let mut carried = Carried::new(cookie::all(app, request));
    // Whatever else stands in the header is no grant, and no fault either: nothing is to be had for it here.
    carried.grant = bearer(request).ok().flatten();
    carried
}

/// Whether the earlier visit in the caller's cookie holds a place among the downloads that are counted.
pub(crate) async fn cookie_has_place(
    app: &App,
    request: &HttpRequest,
    delivery: RecipientId,
) -> Result<bool, ApiError> {
    let Some(sealed) = cookie_value(app, request, delivery) else {
        return Ok(false);
    };
    match app.auth().earlier_visit(&sealed, delivery).await? {
        Some(visit) => Ok(app.service().has_place(visit).await?),
        None => Ok(false),
    }
}

/// The cookie that carries a grant.
///
/// Nothing that a GET does with it changes anything. It outlives the grant, until the end of the transfer: then it still
/// says which visit the recipient goes on with.
pub(crate) fn grant_cookie(app: &App, verified: &Verified) -> Cookie<'static> {
    let lifetime = verified.visit_ends_at.since(app.now());
    cookie::bake(app, &cookie_name(verified.grant.recipient()), verified.sealed.clone(), lifetime)
}

/// The cookie that says which browser has asked for a code: it counts there alone.
pub(crate) fn challenge_cookie(app: &App, sent: &SentCode) -> Cookie<'static> {
    let lifetime = sent.expires_at.since(app.now());
    cookie::bake(app, &challenge_name(sent.recipient), sent.challenge.clone(), lifetime)
}

/// The cookie that says that a part of what the link asks for was shown.
pub(crate) fn proof_cookie(app: &App, proven: &Proven) -> Cookie<'static> {
    let lifetime = proven.expires_at.since(app.now());
    cookie::bake(app, &proof_name(proven.recipient), proven.proof.clone(), lifetime)
}

/// The cookie of a browser that is remembered.
pub(crate) fn device_cookie(app: &App, device: &NewDevice) -> Cookie<'static> {
    let lifetime = device.expires_at.since(app.now());
    cookie::bake(app, &device.name, device.token.clone(), lifetime)
}

fn cookie_value(app: &App, request: &HttpRequest, delivery: RecipientId) -> Option<String> {
    cookie::value(app, request, &cookie_name(delivery))
}

/// One for each delivery, so that several live side by side.
fn cookie_name(delivery: RecipientId) -> String {
    delivery.as_uuid().as_simple().to_string()
}
