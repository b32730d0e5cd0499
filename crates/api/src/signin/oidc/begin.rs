//! `GET /signin/oidc/{provider_id}`

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderValue},
    web::Query,
};
use sealpost_auth::{BeginSignIn, ReturnTo};
use sealpost_domain::IdentityProviderId;
use serde::Deserialize;

use super::cookie;
use crate::{App, error::ApiError, page, path::Id};

/// Where to go afterwards, and whether the provider is to ask anew who it is.
#[derive(Deserialize)]
struct Wish {
    return_to: Option<String>,
    #[serde(default)]
    anew: bool,
}

/// Sends a browser to a provider.
pub(crate) async fn begin(
    app: App,
    request: HttpRequest,
    provider: Result<Id<IdentityProviderId>, ApiError>,
) -> HttpResponse {
    match go(&app, &request, provider).await {
        Ok(response) => response,
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
    app.count_verification(request).await?;
    let base_url = app.base_url().as_str();
    let wish = BeginSignIn { provider, return_to, anew: wish.anew, base_url };
    let begun = app.auth().begin_sign_in(wish).await?;
    let location = HeaderValue::from_str(&begun.url).map_err(ApiError::internal)?;
    let mut response = HttpResponse::Found();
    response.insert_header((header::LOCATION, location));
    Ok(response.cookie(cookie::keep(app, &begun)).finish())
}
