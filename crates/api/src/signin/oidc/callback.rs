//! `GET /signin/oidc/{provider_id}/callback` and `GET /signin/entra/callback`

use actix_web::{
    FromRequest as _, HttpRequest, HttpResponse, HttpResponseBuilder,
    http::header::{self, HeaderValue},
    web::Query,
};
use sealpost_auth::{Authenticated, CallbackPath, CameBack, FinishedSignIn, ReturnTo};
use sealpost_domain::{IdentityProviderId, SessionKind};
use serde::Deserialize;

use super::cookie;
use crate::{
    App,
    error::{ApiError, Code},
    grant::{self, Account},
    page,
    path::Id,
};

/// What a provider sends along. Whatever it says of a failure is not read: it is anybody's text.
#[derive(Deserialize)]
struct Brought {
    state: Option<String>,
    code: Option<String>,
    iss: Option<String>,
}

/// A browser comes back from a provider.
pub(crate) async fn callback(
    app: App,
    request: HttpRequest,
    provider: Result<Id<IdentityProviderId>, ApiError>,
) -> HttpResponse {
    let via = provider.map(|provider| CallbackPath::Own(provider.0));
    answer(&app, &request, via).await
}

/// A browser comes back from Entra.
pub(crate) async fn entra_callback(app: App, request: HttpRequest) -> HttpResponse {
    answer(&app, &request, Ok(CallbackPath::Entra)).await
}

async fn answer(app: &App, request: &HttpRequest, via: Result<CallbackPath, ApiError>) -> HttpResponse {
    let finished = match via {
        Ok(via) => finish(app, request, via).await,
        Err(error) => Err(error),
    };
    let mut response = finished.unwrap_or_else(|error| page::problem(request, error));
    // Used up, or worth nothing.
    if response.add_cookie(&cookie::forget(app)).is_err() {
        tracing::warn!("the cookie of a sign-in could not be taken back");
    }
    response
}

async fn finish(app: &App, request: &HttpRequest, via: CallbackPath) -> Result<HttpResponse, ApiError> {
    app.count_verification(request).await?;
    let brought = Query::<Brought>::from_query(request.query_string())
        .map_err(|_| ApiError::new(Code::CredentialsWrong))?;
    let kept = cookie::read(app, request);
    let session = Account::extract(request).await.ok();
    let back = CameBack {
        via,
        state: brought.state.as_deref(),
        code: brought.code.as_deref(),
        issuer: brought.iss.as_deref(),
        cookie: kept.as_deref(),
        session: session.as_ref().map(|account| &account.0),
        base_url: app.base_url().as_str(),
    };
    match app.auth().finish_sign_in(back).await? {
        FinishedSignIn::User { who, return_to } => sign_in(app, request, who, &return_to).await,
        FinishedSignIn::Again { return_to } => Ok(see(&return_to)?.finish()),
        FinishedSignIn::Recipient { token, proven } => {
            Ok(page::came_back(app, request, &token, proven.as_ref()).await)
        }
    }
}

async fn sign_in(
    app: &App,
    request: &HttpRequest,
    who: Authenticated,
    return_to: &ReturnTo,
) -> Result<HttpResponse, ApiError> {
    let session = app.auth().begin_session(who, SessionKind::Browser, grant::agent(request)).await?;
    Ok(see(return_to)?.cookie(grant::session_cookie::of(app, &session)).finish())
}

fn see(return_to: &ReturnTo) -> Result<HttpResponseBuilder, ApiError> {
    let location = HeaderValue::from_str(return_to.as_str()).map_err(ApiError::internal)?;
    let mut response = HttpResponse::SeeOther();
    response.insert_header((header::LOCATION, location));
    Ok(response)
}
