//! How a delivery ended, told to whom has opened it in this browser before; all others get one page for everything
//! (`docs/adr/0018`).

use actix_web::{HttpRequest, cookie::Cookie, http::StatusCode};
use sealpost_auth::{AuthError, End, Verified};

use super::{Page, Shown};
use crate::{
    App, cookie,
    error::{ApiError, Code},
};

/// What the cookie is called, after the prefix of a page's own.
const NAME: &str = "opened";

/// What the browser keeps of a link that was opened in it with all that it asks for. It goes to the page of this link alone.
pub(crate) async fn keep(app: &App, token: &str, verified: &Verified) -> Result<Cookie<'static>, AuthError> {
    let kept = app.auth().keep_opening(token, verified).await?;
    Ok(cookie::bake_for_page(app, &page(token), NAME, kept.text, kept.until.since(app.now())))
}

/// What makes the browser forget it.
pub(super) fn forget(app: &App, token: &str) -> Cookie<'static> {
    cookie::forget_for_page(app, &page(token), NAME)
}

/// How it ended, in place of `error`, if that says no more than that the link is not available, and the browser keeps that it was
/// opened.
pub(super) async fn tell(
    app: &App,
    request: &HttpRequest,
    token: &str,
    error: ApiError,
) -> Result<Shown, ApiError> {
    if !matches!(error.code(), Code::LinkUnavailable | Code::NotFound) {
        return Err(error);
    }
    let Some(kept) = cookie::value_for_page(app, request, NAME) else {
        return Err(error);
    };
    match app.auth().how_it_ended(token, &kept).await? {
        Some(ended) => {
            Ok(Shown { page: Page::Ended(ended.end), branding: app.service().branding(ended.tenant).await? })
        }
        None => Err(error),
    }
}

/// The status of the page that says so.
pub(super) const fn status(end: End) -> StatusCode {
    match end {
        End::Blocked => StatusCode::FORBIDDEN,
        End::Deleted(_) | End::Expired(_) | End::Gone | End::Purged(_) => StatusCode::GONE,
    }
}

fn page(token: &str) -> String {
    format!("/t/{token}")
}
