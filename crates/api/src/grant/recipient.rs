//! The grant of a recipient, by bearer or cookie.

use std::time::Duration;

use actix_web::{
    FromRequest, HttpRequest,
    cookie::{self, Cookie, SameSite},
    dev::Payload,
};
use futures_util::future::LocalBoxFuture;
use sealpost_auth::{
    AuthError, Carried, DownloadGrant, NewDevice, Proven, SentCode, Verified, challenge_name, proof_name,
};
use sealpost_domain::RecipientId;

use super::bearer::bearer;
use crate::{App, error, error::ApiError, path};

/// The recipient whose delivery stands in the path, by bearer or cookie.
pub(crate) struct Recipient(pub(crate) DownloadGrant);

impl FromRequest for Recipient {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let app = App::of(request).clone();
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
    let prefix = prefix(app.base_url().is_https());
    let cookies = request.cookies().map(|cookies| cookies.to_vec()).unwrap_or_default();
    let ours = cookies.iter().filter_map(|cookie| {
        let name = cookie.name().strip_prefix(prefix)?;
        Some((name.to_owned(), cookie.value().to_owned()))
    });
    let mut carried = Carried::new(ours);
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
/// Its name holds the delivery, so that several deliveries live side by side. `__Host-` binds it to this host, and to
/// TLS; browsers refuse it over plain http, which only a loopback address may use. `SameSite=Lax`: with `Strict` a
/// recipient who comes back through the link in his mail, which is another site, would be asked for the password
/// again. Nothing that a GET does with this cookie changes anything, and it is not sent with POSTs of other sites.
/// It outlives the grant, until the end of the transfer: then it still says which visit the recipient goes on with.
pub(crate) fn cookie(app: &App, verified: &Verified) -> Cookie<'static> {
    let lifetime = verified.visit_ends_at.since(app.now());
    let name = verified.grant.recipient().as_uuid().as_simple().to_string();
    bake(app.base_url().is_https(), &name, verified.sealed.clone(), lifetime)
}

/// The cookie that says which browser has asked for a code: it counts there alone.
pub(crate) fn challenge_cookie(app: &App, sent: &SentCode) -> Cookie<'static> {
    let lifetime = sent.expires_at.since(app.now());
    bake(app.base_url().is_https(), &challenge_name(sent.recipient), sent.challenge.clone(), lifetime)
}

/// The cookie that says that a part of what the link asks for was shown.
pub(crate) fn proof_cookie(app: &App, proven: &Proven) -> Cookie<'static> {
    let lifetime = proven.expires_at.since(app.now());
    bake(app.base_url().is_https(), &proof_name(proven.recipient), proven.proof.clone(), lifetime)
}

/// The cookie of a browser that is remembered.
pub(crate) fn device_cookie(app: &App, device: &NewDevice) -> Cookie<'static> {
    let lifetime = device.expires_at.since(app.now());
    bake(app.base_url().is_https(), &device.name, device.token.clone(), lifetime)
}

/// What the names of all our cookies begin with.
const fn prefix(https: bool) -> &'static str {
    if https { "__Host-sealpost-" } else { "sealpost-" }
}

fn bake(https: bool, name: &str, value: String, lifetime: Duration) -> Cookie<'static> {
    let seconds = i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX);
    Cookie::build(format!("{}{name}", prefix(https)), value)
        .path("/")
        .http_only(true)
        .secure(https)
        .same_site(SameSite::Lax)
        .max_age(cookie::time::Duration::seconds(seconds))
        .finish()
}

fn cookie_name(https: bool, delivery: RecipientId) -> String {
    format!("{}{}", prefix(https), delivery.as_uuid().as_simple())
}

fn cookie_value(app: &App, request: &HttpRequest, delivery: RecipientId) -> Option<String> {
    request.cookie(&cookie_name(app.base_url().is_https(), delivery)).map(|cookie| cookie.value().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_is_a_cookie_of_this_host_and_of_one_delivery() {
        let delivery: RecipientId = "0190a000-0000-7000-8000-000000000001".parse().unwrap();
        let name = delivery.as_uuid().as_simple().to_string();
        let bake = |https| bake(https, &name, "grant".to_owned(), Duration::from_secs(60)).to_string();
        assert_eq!(
            bake(true),
            "__Host-sealpost-0190a000000070008000000000000001=grant; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=60"
        );
        assert_eq!(
            bake(false),
            "sealpost-0190a000000070008000000000000001=grant; HttpOnly; SameSite=Lax; Path=/; Max-Age=60"
        );
    }
}
