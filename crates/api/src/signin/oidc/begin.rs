//! `GET /signin/oidc/{provider_id}`

use actix_web::{
    FromRequest as _, HttpRequest, HttpResponse,
    http::header::{self, HeaderValue},
    web::Query,
};
use sealpost_auth::{AccountSession, BeginSignIn, ReturnTo};
use sealpost_domain::IdentityProviderId;
use serde::Deserialize;

use super::cookie;
use crate::{
    App,
    error::{ApiError, Code},
    grant::Account,
    page,
    path::Id,
};

/// Where to go afterwards, and whether the provider is to ask anew who it is.
#[derive(Deserialize)]
struct Wish {
    return_to: Option<String>,
    #[serde(default)]
    anew: bool,
    /// Whether somebody who is signed in shows himself again.
    #[serde(default)]
    step_up: bool,
}

/// Sends a browser to a provider.
pub(crate) async fn begin(
    app: App,
    request: HttpRequest,
    provider: Result<Id<IdentityProviderId>, ApiError>,
) -> HttpResponse {
    match go(&app, &request, provider).await {
        Ok(response) => response,
        // Whose session is over has to sign in first.
        Err(error) if error.code() == Code::Unauthorized => {
            HttpResponse::SeeOther().insert_header((header::LOCATION, "/signin")).finish()
        }
        Err(error) => page::problem(&request, error),
    }
}

async fn go(
    app: &App,
    request: &HttpRequest,
    provider: Result<Id<IdentityProviderId>, ApiError>,
) -> Result<HttpResponse, ApiError> {
    let provider = provider?.0;
    let wish = Query::<Wish>::from_query(request.query_string())
        .map_err(|error| ApiError::invalid(error.to_string()))?;
    let return_to = match &wish.return_to {
        Some(path) => path
            .parse()
            .map_err(|_| ApiError::invalid("return_to must be the path of a page of this service"))?,
        None => ReturnTo::default(),
    };
    let session = if wish.step_up { Some(signed_in(request).await?) } else { None };
    app.count_verification(request).await?;
    let base_url = app.base_url().as_str();
    let wish = BeginSignIn { provider, return_to, anew: wish.anew, again: session.as_ref(), base_url };
    let begun = app.auth().begin_sign_in(wish).await?;
    let location = HeaderValue::from_str(&begun.url).map_err(ApiError::internal)?;
    let mut response = HttpResponse::Found();
    response.insert_header((header::LOCATION, location));
    Ok(response.cookie(cookie::keep(app, &begun)).finish())
}

/// Who is signed in in this browser, and wants to show himself again: no other site's page wants it for him.
async fn signed_in(request: &HttpRequest) -> Result<AccountSession, ApiError> {
    if page::is_from_elsewhere(request) {
        return Err(ApiError::new(Code::Forbidden));
    }
    Ok(Account::extract(request).await?.0)
}
