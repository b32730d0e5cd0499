//! The grants of users, by bearer or by a browser's session.

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use futures_util::future::LocalBoxFuture;
use sealpost_auth::{
    AccountSession, AdminSession, AuditorSession, AuthError, BootstrapGrant, Carrier, DirectoryGrant,
    KeyReader, KnownCaller, OwnerSession, PendingSession, SendGrant, SenderSession, SteppedUp,
};

use super::{bearer::bearer, session_cookie};
use crate::{App, error, error::ApiError};

/// A grant of a user as a handler takes it.
macro_rules! grants {
    ($($(#[$doc:meta])* $name:ident($grant:ty) = |$caller:ident| $made:expr;)+) => {$(
        $(#[$doc])*
        pub(crate) struct $name(pub(crate) $grant);

        impl Grant for $name {
            fn of($caller: &KnownCaller) -> Result<Self, AuthError> {
                Ok(Self($made))
            }
        }

        impl FromRequest for $name {
            type Error = ApiError;
            type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

            fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
                let caller = caller(request);
                Box::pin(async move { Ok(Self::of(&caller.await?)?) })
            }
        }
    )+};
}

/// What can be made of somebody who is known.
trait Grant: Sized {
    fn of(caller: &KnownCaller) -> Result<Self, AuthError>;
}

grants! {
    /// A user who may look at transfers, and send within his scopes.
    Sender(SenderSession) = |caller| caller.sender()?;
    /// An auditor, admin or owner; or the operator's support, where an owner lets it in.
    Auditor(AuditorSession) = |caller| caller.auditor()?;
    /// An owner.
    Owner(OwnerSession) = |caller| caller.owner()?;
    /// An owner who has shown a credential a moment ago.
    SteppedOwner(SteppedUp<OwnerSession>) = |caller| caller.owner()?.stepped_up()?;
    /// An admin or owner.
    Admin(AdminSession) = |caller| caller.admin()?;
    /// A person who has signed in, on his own account.
    Account(AccountSession) = |caller| caller.account()?;
    /// Somebody who sees his own key pairs, by a session or his own API token.
    Keys(KeyReader) = |caller| caller.key_reader()?;
    /// A person who has begun to sign in.
    Pending(PendingSession) = |caller| caller.pending()?;
    /// A person who has shown a credential a moment ago, on his own account.
    SteppedAccount(SteppedUp<AccountSession>) = |caller| caller.account()?.stepped_up()?;
    /// An admin or owner who has shown a credential a moment ago.
    SteppedAdmin(SteppedUp<AdminSession>) = |caller| caller.admin()?.stepped_up()?;
}

/// The directory that asks, by bearer only.
pub(crate) fn directory(
    request: &HttpRequest,
) -> impl Future<Output = Result<DirectoryGrant, ApiError>> + 'static {
    let app = App::serving(request);
    let shown = bearer(request);
    async move {
        let text = shown?.ok_or_else(error::unauthorized)?;
        Ok(app.auth().caller(&text, Carrier::Bearer).await?.directory()?)
    }
}

/// A user who may send now: also his tenant's licence and his seat allow it.
pub(crate) struct Sending(pub(crate) SendGrant);

impl FromRequest for Sending {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let app = App::serving(request);
        let caller = caller(request);
        Box::pin(async move { Ok(Self(app.auth().send_grant(&caller.await?.sender()?).await?)) })
    }
}

/// A user who opens the add-in, also where he may do nothing else.
pub(crate) struct Bootstrapping(pub(crate) BootstrapGrant);

impl FromRequest for Bootstrapping {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let app = App::serving(request);
        let shown = shown(&app, request);
        Box::pin(async move {
            let (text, carrier) = shown?.ok_or_else(error::unauthorized)?;
            Ok(Self(app.auth().bootstrap_grant(&text, carrier).await?))
        })
    }
}

/// The user who asks.
pub(super) fn sender_of(
    request: &HttpRequest,
) -> impl Future<Output = Result<SenderSession, ApiError>> + 'static {
    let caller = caller(request);
    async move { Ok(caller.await?.sender()?) }
}

/// Who asks: by bearer, or else by cookie.
fn caller(request: &HttpRequest) -> impl Future<Output = Result<KnownCaller, ApiError>> + 'static {
    let app = App::serving(request);
    let shown = shown(&app, request);
    async move {
        let (text, carrier) = shown?.ok_or_else(error::unauthorized)?;
        Ok(app.auth().caller(&text, carrier).await?)
    }
}

/// What he shows.
fn shown(app: &App, request: &HttpRequest) -> Result<Option<(String, Carrier)>, ApiError> {
    if let Some(bearer) = bearer(request)? {
        return Ok(Some((bearer, Carrier::Bearer)));
    }
    Ok(session_cookie::read(app, request)?.map(|cookie| (cookie, Carrier::Cookie)))
}
