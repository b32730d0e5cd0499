//! `/signin`, `/account` and `/pair`: plain pages for people. Forms work without script; only passkeys need one, a small file.
//!
//! What another site's page sends is refused: browsers say where a request comes from.

mod account;
mod answer;
mod form;
mod incident;
mod pair;
mod program;
mod signin;
mod texts;
mod tokens;
mod view;
mod way_back;
mod ways;

use actix_web::web;

/// The pages and their methods.
pub(crate) const PATHS: &[(&str, &[&str])] = &[
    ("/signin", &["GET", "POST"]),
    ("/signin/second-factor", &["GET", "POST"]),
    ("/signin/forgotten", &["GET", "POST"]),
    ("/signin/reset/{token}", &["GET", "POST"]),
    ("/account", &["GET", "POST"]),
    ("/incident/{token}", &["GET", "POST"]),
    ("/pair", &["GET", "POST"]),
    ("/assets/passkey.js", &["GET"]),
];

/// The routes of the pages.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/signin", web::get().to(signin::show))
        .route("/signin", web::post().to(signin::submit))
        .route("/signin/second-factor", web::get().to(signin::show_second))
        .route("/signin/second-factor", web::post().to(signin::submit_second))
        .route("/signin/forgotten", web::get().to(signin::show_forgotten))
        .route("/signin/forgotten", web::post().to(signin::submit_forgotten))
        .route("/signin/reset/{token}", web::get().to(signin::show_reset))
        .route("/signin/reset/{token}", web::post().to(signin::submit_reset))
        .route("/account", web::get().to(account::show))
        .route("/account", web::post().to(account::submit))
        .route("/incident/{token}", web::get().to(incident::show))
        .route("/incident/{token}", web::post().to(incident::submit))
        .route("/pair", web::get().to(pair::show))
        .route("/pair", web::post().to(pair::submit))
        .route("/assets/passkey.js", web::get().to(answer::script));
}
