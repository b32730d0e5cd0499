//! All routes, the layers around them, and what is answered where there is none.

use std::{collections::BTreeMap, sync::LazyLock};

use actix_web::{
    HttpRequest, HttpResponse,
    dev::ResourceDef,
    http::header::{self, HeaderValue},
    middleware::from_fn,
    web,
};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{
    App, deliveries,
    error::{ApiError, Code},
    health, links, middleware, openapi, page, recipients, transfers, uploads,
};

/// Everything that `app` answers, with its layers, as configuration of an [`actix_web::App`].
pub fn configure(app: App) -> impl FnOnce(&mut web::ServiceConfig) {
    move |config| {
        config.app_data(app).service(
            web::scope("")
                .wrap(from_fn(middleware::headers))
                .wrap(from_fn(middleware::trace))
                .wrap(from_fn(middleware::watch))
                .configure(|config| api(&mut ServiceConfig::new(config)))
                .configure(plain)
                .default_service(web::to(nothing_here)),
        );
    }
}

/// The routes that the OpenAPI description has. Bytes first: they are asked for most.
pub(crate) fn api(config: &mut ServiceConfig<'_>) {
    config
        .service(uploads::append::append)
        .service(uploads::create::create)
        .service(uploads::head::head)
        .service(uploads::terminate::terminate)
        .service(uploads::overridden::overridden)
        .service(uploads::options::creation_options)
        .service(uploads::options::upload_options)
        .service(deliveries::content::content)
        .service(deliveries::content::content_head)
        .service(deliveries::archive::archive)
        .service(deliveries::archive::archive_head)
        .service(links::open::open)
        .service(links::verify::verify)
        .service(transfers::create::create)
        .service(transfers::list::list)
        .service(transfers::get::get)
        .service(transfers::send::send)
        .service(transfers::block::block)
        .service(transfers::unblock::unblock)
        .service(transfers::extend::extend)
        .service(transfers::purge::purge)
        .service(recipients::add::add)
        .service(recipients::block::block)
        .service(recipients::unblock::unblock)
        .service(health::health)
        .service(health::ready);
}

/// The routes that are no API.
fn plain(config: &mut web::ServiceConfig) {
    config
        .route(openapi::PATH, web::get().to(openapi::serve))
        .route(page::PATH, web::get().to(page::show))
        .route(page::PATH, web::head().to(page::show))
        .route(page::PATH, web::post().to(page::submit))
        .route(page::STYLE_PATH, web::get().to(page::style));
}

/// The methods of each path; what routes were registered says too late, and not at all where methods have routes of
/// their own.
static METHODS: LazyLock<Vec<(ResourceDef, String)>> = LazyLock::new(|| {
    let mut paths: BTreeMap<String, String> = BTreeMap::from([
        (openapi::PATH.to_owned(), "GET".to_owned()),
        (page::PATH.to_owned(), "GET, HEAD, POST".to_owned()),
        (page::STYLE_PATH.to_owned(), "GET".to_owned()),
    ]);
    for (path, item) in openapi::describe().paths.paths {
        let methods = [
            ("DELETE", item.delete.is_some()),
            ("GET", item.get.is_some()),
            ("HEAD", item.head.is_some()),
            ("OPTIONS", item.options.is_some()),
            ("PATCH", item.patch.is_some()),
            ("POST", item.post.is_some()),
            ("PUT", item.put.is_some()),
        ];
        let allowed: Vec<_> = methods.into_iter().filter(|(_, has)| *has).map(|(name, _)| name).collect();
        paths.insert(path, allowed.join(", "));
    }
    paths.into_iter().map(|(path, methods)| (ResourceDef::new(path), methods)).collect()
});

/// The answer where no route fits: the path is known with other methods, or it is not known.
async fn nothing_here(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    Err(method_not_allowed(request.path()))
}

/// 405 with `Allow` if there is something at `path`, else 404.
pub(crate) fn method_not_allowed(path: &str) -> ApiError {
    let allowed = METHODS.iter().find(|(pattern, _)| pattern.is_match(path)).map(|(_, methods)| methods);
    match allowed.and_then(|methods| HeaderValue::from_str(methods).ok()) {
        Some(methods) => ApiError::new(Code::MethodNotAllowed).header(header::ALLOW, methods),
        None => ApiError::new(Code::NotFound),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(path: &str) -> Option<String> {
        let error = method_not_allowed(path);
        let allow = error.headers().iter().find(|(name, _)| *name == header::ALLOW);
        allow.map(|(_, value)| value.to_str().unwrap().to_owned())
    }

    #[test]
    fn a_known_path_says_what_it_allows() {
        for (path, methods) in [
            ("/api/v1/transfers", "GET, POST"),
            ("/api/v1/transfers/x", "DELETE, GET"),
            ("/api/v1/transfers/x/files", "OPTIONS, POST"),
            ("/api/v1/uploads/x", "DELETE, HEAD, OPTIONS, PATCH, POST"),
            ("/api/v1/deliveries/x/archive.zip", "GET, HEAD"),
            ("/t/x", "GET, HEAD, POST"),
            ("/healthz", "GET"),
        ] {
            assert_eq!(allowed(path).as_deref(), Some(methods), "{path}");
        }
        for path in ["/", "/api", "/api/v1/transfers/", "/api/v1/transfers/x/y", "/t/", "/t/x/y", "/.env"] {
            assert_eq!(allowed(path), None, "{path}");
        }
    }
}
