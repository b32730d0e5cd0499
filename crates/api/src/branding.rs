//! What everybody gets of how a tenant shows itself: its logo, and a style sheet for its colour.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderName},
    web,
};
use sealpost_domain::{Colour, TenantId};

use crate::{
    App,
    deliveries::is_known,
    error::{ApiError, Code},
};

/// Where logos are. Tenants go by their ids, which nobody guesses: by their short names anybody could ask who is one.
pub(crate) const LOGO_PATH: &str = "/branding/{tenant_id}/logo";
/// Where the style sheets are. They go by the colour, so that they know nothing of tenants.
pub(crate) const ACCENT_PATH: &str = "/assets/accent/{colour}.css";

/// Opened by itself, an SVG is a document: one that may do nothing, and has no origin.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'";
/// What is behind text on the page: the card and what is around it, in both schemes (`page.css`).
const LIGHT: [&str; 2] = ["#ffffff", "#f6f7f9"];
const DARK: [&str; 2] = ["#171c23", "#0f1318"];

/// Where a tenant's logo is; the tag is another for every other logo.
pub(crate) fn logo_path(tenant: TenantId, tag: &str) -> String {
    format!("/branding/{tenant}/logo?v={tag}")
}

/// Where the style sheet of a colour is.
pub(crate) fn accent_path(colour: Colour) -> String {
    format!(
        "/assets/accent/{}.css?v={}",
        colour.to_string().trim_start_matches('#'),
        env!("CARGO_PKG_VERSION")
    )
}

/// `GET /branding/{tenant_id}/logo`
pub(crate) async fn logo(
    app: App,
    request: HttpRequest,
    tenant: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let tenant = tenant.parse().map_err(|_| ApiError::new(Code::NotFound))?;
    let logo = app.tenancy().logo(tenant).await?.ok_or_else(|| ApiError::new(Code::NotFound))?;
    let etag = format!("\"{}\"", logo.tag);
    let known = is_known(request.headers(), &etag);
    let mut response = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response
        .insert_header((header::ETAG, etag))
        .insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        // The add-in may be served from elsewhere.
        .insert_header((HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"));
    if known {
        return Ok(response.finish());
    }
    Ok(response.content_type(logo.kind.media_type()).body(logo.content))
}

/// `GET /assets/accent/{colour}.css`
pub(crate) async fn accent(colour: web::Path<String>) -> Result<HttpResponse, ApiError> {
    let colour = format!("#{colour}").parse().map_err(|_| ApiError::new(Code::NotFound))?;
    let mut response = HttpResponse::Ok();
    response
        .content_type("text/css; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "public, max-age=86400"));
    Ok(response.body(style(colour)))
}

/// Behind text everywhere; as text and lines where it is read on what is behind it.
fn style(accent: Colour) -> String {
    let fill = format!(":root {{ --accent: {accent}; --on-accent: {}; }}\n", accent.text());
    let link = |media: &str, behind: [&str; 2]| {
        let read = |text: &str| text.parse().is_ok_and(|behind| accent.is_read_on(behind));
        if behind.into_iter().all(read) {
            format!("@media {media} {{ :root {{ --link: {accent}; }} }}\n")
        } else {
            String::new()
        }
    };
    let light = link("not all and (prefers-color-scheme: dark)", LIGHT);
    fill + &light + &link("(prefers-color-scheme: dark)", DARK)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_have_the_colour_where_it_is_read() {
        for (colour, light, dark, text) in [
            ("#0b5cad", true, false, "#ffffff"),
            ("#ffee00", false, true, "#000000"),
            ("#777777", false, false, "#000000"),
            ("#000000", true, false, "#ffffff"),
            ("#ffffff", false, true, "#000000"),
        ] {
            let style = style(colour.parse().unwrap());
            assert!(style.contains(&format!("--on-accent: {text};")), "{style}");
            assert_eq!(style.contains("not all and"), light, "{style}");
            assert_eq!(style.contains("@media (prefers"), dark, "{style}");
        }
    }

    #[test]
    fn what_is_behind_text_is_what_the_page_has() {
        let css = include_str!("../templates/page.css");
        for colour in LIGHT.into_iter().chain(DARK) {
            let short = if colour == "#ffffff" { "#fff" } else { colour };
            assert!(css.contains(&format!(": {short};")), "{colour}");
        }
    }
}
