//! `/favicon.ico`: the little picture that browsers show beside the title of a plain page. They ask for it whether a page names it or
//! not.

use actix_web::{HttpResponse, http::header};

/// Where it is.
pub(crate) const PATH: &str = "/favicon.ico";

/// `web/packages/ui/src/icon.svg` in 16 and 32 pixels, as PNG.
const ICON: &[u8] = include_bytes!("../../templates/favicon.ico");

/// `GET /favicon.ico`
pub(crate) async fn icon() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("image/x-icon")
        .insert_header((header::CACHE_CONTROL, "public, max-age=86400"))
        .body(ICON)
}
