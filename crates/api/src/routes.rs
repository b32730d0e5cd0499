//! All routes, the layers around them, and what is answered where there is none.

use std::{collections::BTreeMap, sync::LazyLock};

use actix_web::{
    Error, HttpRequest, HttpResponse,
    body::MessageBody,
    dev::{HttpServiceFactory, ResourceDef, ServiceRequest, ServiceResponse},
    guard::fn_guard,
    http::{
        Method,
        header::{self, HeaderValue},
    },
    middleware::{Next, from_fn},
    web,
};
use utoipa_actix_web::{OpenApiFactory, service_config::ServiceConfig};

use crate::{
    App, account, addin, admin, branding, deliveries,
    error::{ApiError, Code},
    health, links, mailboxes, middleware, oauth, openapi, page, portals, recipients, requests, scim, session,
    signin, submissions, transfers, uploads, web as pages,
};

/// Everything that `app` answers, with its layers, as configuration of an [`actix_web::App`].
pub fn configure(app: App) -> impl FnOnce(&mut web::ServiceConfig) {
    move |config| {
        config.app_data(app).service(
            web::scope("")
                .wrap(from_fn(addin::events::cors::cors))
                .wrap(from_fn(head_as_get))
                .wrap(from_fn(middleware::headers))
                .wrap(from_fn(middleware::watch))
                .configure(api)
                .configure(plain)
                .configure(scim::routes)
                .default_service(web::to(nothing_here)),
        );
    }
}

/// Whom the routes are told to: a worker, which answers them, or the OpenAPI description. Each worker describing all of
/// them, for nobody, would take longer than what it has to do to start.
pub(crate) trait Registry {
    fn service(&mut self, route: impl HttpServiceFactory + OpenApiFactory + 'static) -> &mut Self;
}

impl Registry for web::ServiceConfig {
    fn service(&mut self, route: impl HttpServiceFactory + OpenApiFactory + 'static) -> &mut Self {
        Self::service(self, route)
    }
}

impl Registry for ServiceConfig<'_> {
    fn service(&mut self, route: impl HttpServiceFactory + OpenApiFactory + 'static) -> &mut Self {
        Self::service(self, route)
    }
}

/// The routes that the OpenAPI description has. Bytes first: they are asked for most.
pub(crate) fn api(registry: &mut impl Registry) {
    registry
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
        .service(deliveries::reply::reply)
        .service(links::code::code)
        .service(links::open::open)
        .service(links::prove::prove)
        .service(links::report::report)
        .service(links::verify::verify)
        .service(transfers::create::create)
        .service(transfers::list::list)
        .service(transfers::get::get)
        .service(transfers::revise::revise)
        .service(transfers::mail::mail)
        .service(transfers::sealing::sealing)
        .service(transfers::file_sealing::file_sealing)
        .service(transfers::send::send)
        .service(transfers::block::block)
        .service(transfers::unblock::unblock)
        .service(transfers::extend::extend)
        .service(transfers::purge::purge)
        .service(transfers::certificate::json)
        .service(transfers::certificate::pdf)
        .service(recipients::add::add)
        .service(recipients::block::block)
        .service(recipients::unblock::unblock)
        .service(recipients::link::link)
        .service(recipients::notify::notify)
        .service(recipients::devices::list::list)
        .service(recipients::devices::forget::forget)
        .service(requests::open::open)
        .service(requests::code::code)
        .service(requests::begin::begin)
        .service(portals::open::open)
        .service(portals::code::code)
        .service(portals::begin::begin)
        .service(requests::create::create)
        .service(requests::list::list)
        .service(requests::get::get)
        .service(requests::close::close)
        .service(requests::notify::notify)
        .service(submissions::get::get)
        .service(submissions::sealing::sealing)
        .service(submissions::file_sealing::file_sealing)
        .service(submissions::send::send)
        .service(submissions::remove::remove)
        .service(session::get::get)
        .service(session::end::end)
        .service(session::step_up::step_up)
        .service(signin::methods::methods)
        .service(signin::password::password)
        .service(signin::second_factor::second_factor)
        .service(signin::passkey::begin::begin)
        .service(signin::passkey::finish::finish)
        .service(signin::forgotten::forgotten)
        .service(signin::reset::reset)
        .service(account::get::get)
        .service(account::password::password)
        .service(account::totp::begin::begin)
        .service(account::totp::confirm::confirm)
        .service(account::totp::remove::remove)
        .service(account::recovery_codes::renew)
        .service(account::passkeys::list::list)
        .service(account::passkeys::begin::begin)
        .service(account::passkeys::finish::finish)
        .service(account::passkeys::remove::remove)
        .service(account::key_pairs::list::list)
        .service(account::key_pairs::create::create)
        .service(account::key_pairs::passphrase::passphrase)
        .service(account::key_pairs::passkey::passkey)
        .service(account::key_pairs::remove_passkey::remove_passkey)
        .service(account::sessions::list::list)
        .service(account::sessions::end::end)
        .service(account::sessions::end_all::end_all)
        .service(account::tokens::issue::issue)
        .service(account::tokens::list::list)
        .service(account::tokens::revoke::revoke)
        .service(mailboxes::list::list)
        .service(mailboxes::key_pairs::list::list)
        .service(mailboxes::key_pairs::create::create)
        .service(mailboxes::key_pairs::share::share)
        .service(oauth::token::token)
        .service(admin::addin::get)
        .service(admin::audit::export::export)
        .service(admin::audit::key::key)
        .service(admin::audit::list::list)
        .service(admin::branding::set_logo::set_logo)
        .service(admin::branding::remove_logo::remove_logo)
        .service(admin::clients::create::create)
        .service(admin::clients::list::list)
        .service(admin::clients::revoke::revoke)
        .service(admin::clients::rotate::rotate)
        .service(admin::data_subjects::find::find)
        .service(admin::data_subjects::erase::erase)
        .service(admin::export::export)
        .service(admin::incidents::list::list)
        .service(admin::incidents::acknowledge::acknowledge)
        .service(admin::reports::show)
        .service(admin::forwarding::add::add)
        .service(admin::forwarding::list::list)
        .service(admin::forwarding::get::get)
        .service(admin::forwarding::change::change)
        .service(admin::forwarding::remove::remove)
        .service(admin::forwarding::rotate::rotate)
        .service(admin::forwarding::test::test)
        .service(admin::mailboxes::import::import)
        .service(admin::mailboxes::create::create)
        .service(admin::mailboxes::list::list)
        .service(admin::mailboxes::remove::remove)
        .service(admin::mailboxes::delegates::delegates)
        .service(admin::mailboxes::delegate::delegate)
        .service(admin::mailboxes::undelegate::undelegate)
        .service(admin::licence::get::get)
        .service(admin::licence::install::install)
        .service(signin::providers::providers)
        .service(addin::token::token)
        .service(addin::signin::signin)
        .service(addin::pairing::begin::begin)
        .service(addin::pairing::session::session)
        .service(admin::identity_providers::add::add)
        .service(admin::identity_providers::list::list)
        .service(admin::identity_providers::get::get)
        .service(admin::identity_providers::change::change)
        .service(admin::identity_providers::remove::remove)
        .service(admin::identity_providers::link::link)
        .service(admin::policy::get::get)
        .service(admin::policy::set::set)
        .service(admin::policy::change::change)
        .service(admin::policy::explain::explain)
        .service(admin::policy::import::import)
        .service(admin::policy::versions::versions)
        .service(admin::policy::version::version)
        .service(admin::policy::restore::restore)
        .service(admin::portals::create::create)
        .service(admin::portals::list::list)
        .service(admin::portals::get::get)
        .service(admin::portals::change::change)
        .service(admin::portals::remove::remove)
        .service(admin::recoveries::approve::approve)
        .service(admin::recoveries::create::create)
        .service(admin::recoveries::list::list)
        .service(admin::recoveries::material::material)
        .service(admin::recoveries::refuse::refuse)
        .service(admin::retention::get)
        .service(admin::support_access::allow::allow)
        .service(admin::support_access::list::list)
        .service(admin::support_access::withdraw::withdraw)
        .service(admin::transfers::export::export)
        .service(admin::transfers::get::get)
        .service(admin::transfers::list::list)
        .service(admin::transfers::certificate::json)
        .service(admin::transfers::certificate::pdf)
        .service(admin::abuse_reports::list::list)
        .service(admin::abuse_reports::settle::settle)
        .service(admin::blocked_files::block::block)
        .service(admin::blocked_files::list::list)
        .service(admin::blocked_files::unblock::unblock)
        .service(admin::users::create::create)
        .service(admin::users::list::list)
        .service(admin::users::get::get)
        .service(admin::users::change::change)
        .service(admin::users::end_sessions::end_sessions)
        .service(admin::users::reset::reset)
        .service(admin::users::warn::warn)
        .service(admin::users::warnings::warnings)
        .service(admin::users::seat::assign)
        .service(admin::users::seat::withdraw)
        .service(addin::bootstrap::bootstrap)
        .service(addin::events::policy::policy)
        .service(addin::events::transfer::transfer)
        .service(addin::events::send::send)
        .service(health::health)
        .service(health::ready);
}

/// The routes that are no API.
fn plain(config: &mut web::ServiceConfig) {
    for path in page::switch::PAGES {
        let asked = web::get().guard(fn_guard(page::switch::is_asked));
        config.route(path, asked.to(page::switch::choose));
    }
    config
        .route(openapi::PATH, web::get().to(openapi::serve))
        .route(page::PATH, web::get().to(page::show))
        .route(page::PATH, web::head().to(page::show))
        .route(page::PATH, web::post().to(page::submit))
        .route(page::report::PATH, web::get().to(page::report::show))
        .route(page::report::PATH, web::post().to(page::report::submit))
        .route(page::mail::PATH, web::get().to(page::mail::show))
        .route(page::mail::PATH, web::post().to(page::mail::submit))
        .route(page::choose::PATH, web::post().to(page::choose::submit))
        .route(page::STYLE_PATH, web::get().to(page::style))
        .route(page::icon::PATH, web::get().to(page::icon::icon))
        .route(branding::LOGO_PATH, web::get().to(branding::logo))
        .route(branding::ACCENT_PATH, web::get().to(branding::accent))
        .route(signin::oidc::PATH, web::get().to(signin::oidc::begin))
        .route(signin::oidc::CALLBACK_PATH, web::get().to(signin::oidc::callback))
        .route(signin::oidc::ENTRA_CALLBACK_PATH, web::get().to(signin::oidc::entra_callback))
        .route(pages::FILES, web::get().to(pages::file))
        .configure(page::people::routes);
    config
        .route(pages::addin::ALLOWED_PATH, web::get().to(pages::addin::allowed))
        .route(pages::addin::ICON_PATH, web::get().to(pages::addin::icon))
        .route(pages::addin::PATH, web::get().to(pages::addin::document));
    for path in pages::CONSOLE {
        config.route(path, web::get().to(pages::console));
    }
    for path in pages::PAGES {
        config.route(path, web::get().to(pages::page));
    }
}

/// The methods of each path; what routes were registered says too late, and not at all where methods have routes of
/// their own.
static METHODS: LazyLock<Vec<Resource>> = LazyLock::new(|| {
    let mut paths: BTreeMap<String, Vec<&str>> = BTreeMap::from([
        (openapi::PATH.to_owned(), vec!["GET"]),
        (page::PATH.to_owned(), vec!["GET", "HEAD", "POST"]),
        (page::report::PATH.to_owned(), vec!["GET", "POST"]),
        (page::mail::PATH.to_owned(), vec!["GET", "POST"]),
        (page::choose::PATH.to_owned(), vec!["POST"]),
        (page::STYLE_PATH.to_owned(), vec!["GET"]),
        (page::icon::PATH.to_owned(), vec!["GET"]),
        (pages::FILES.to_owned(), vec!["GET"]),
        (pages::addin::ALLOWED_PATH.to_owned(), vec!["GET"]),
        (pages::addin::ICON_PATH.to_owned(), vec!["GET"]),
        (pages::addin::PATH.to_owned(), vec!["GET"]),
        (branding::LOGO_PATH.to_owned(), vec!["GET"]),
        (branding::ACCENT_PATH.to_owned(), vec!["GET"]),
        (signin::oidc::PATH.to_owned(), vec!["GET"]),
        (signin::oidc::CALLBACK_PATH.to_owned(), vec!["GET"]),
        (signin::oidc::ENTRA_CALLBACK_PATH.to_owned(), vec!["GET"]),
    ]);
    paths.extend(pages::CONSOLE.map(|path| (path.to_owned(), vec!["GET"])));
    paths.extend(pages::PAGES.map(|path| (path.to_owned(), vec!["GET"])));
    paths.extend(scim::RESOURCES.iter().map(|(path, methods)| ((*path).to_owned(), methods.to_vec())));
    for (path, methods) in page::people::PATHS {
        paths.insert((*path).to_owned(), methods.to_vec());
    }
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
        paths.insert(path, methods.into_iter().filter(|(_, has)| *has).map(|(name, _)| name).collect());
    }
    paths.into_iter().map(|(path, methods)| Resource::new(path, methods)).collect()
});

struct Resource {
    path: ResourceDef,
    /// As `Allow` has them.
    methods: String,
    /// HEAD has no route of its own, and is answered by that of GET.
    head_is_get: bool,
}

impl Resource {
    fn new(path: String, mut methods: Vec<&str>) -> Self {
        let head_is_get = methods.contains(&"GET") && !methods.contains(&"HEAD");
        if head_is_get {
            methods.push("HEAD");
            methods.sort_unstable();
        }
        Self { path: ResourceDef::new(path), methods: methods.join(", "), head_is_get }
    }
}

fn resource(path: &str) -> Option<&'static Resource> {
    METHODS.iter().find(|resource| resource.path.is_match(path))
}

/// Lets a route for GET answer HEAD, too, where there is no other. The server leaves out the body by itself.
async fn head_as_get<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    if request.method() == Method::HEAD && resource(request.path()).is_some_and(|known| known.head_is_get) {
        request.head_mut().method = Method::GET;
    }
    next.call(request).await
}

/// The answer where no route fits: the path is known with other methods, or it is not known.
async fn nothing_here(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let error = method_not_allowed(request.path());
    let is_scim =
        request.path().strip_prefix(scim::BASE).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    if is_scim { Ok(scim::not_here(error)) } else { Err(error) }
}

/// 405 with `Allow` if there is something at `path`, else 404.
pub(crate) fn method_not_allowed(path: &str) -> ApiError {
    match resource(path).and_then(|resource| HeaderValue::from_str(&resource.methods).ok()) {
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
            ("/api/v1/transfers", "GET, HEAD, POST"),
            ("/api/v1/transfers/x", "DELETE, GET, HEAD, PATCH"),
            ("/api/v1/transfers/x/files", "OPTIONS, POST"),
            ("/api/v1/uploads/x", "DELETE, HEAD, OPTIONS, PATCH, POST"),
            ("/api/v1/deliveries/x/archive.zip", "GET, HEAD"),
            ("/t/x", "GET, HEAD, POST"),
            ("/t/x/zip", "POST"),
            ("/m/x", "GET, HEAD, POST"),
            ("/favicon.ico", "GET, HEAD"),
            ("/healthz", "GET, HEAD"),
            ("/", "GET, HEAD"),
            ("/transfers/x", "GET, HEAD"),
            ("/web/x.js", "GET, HEAD"),
        ] {
            assert_eq!(allowed(path).as_deref(), Some(methods), "{path}");
        }
        for path in [
            "/index.html",
            "/transfers/",
            "/web/",
            "/web/x/y",
            "/api",
            "/api/v1/transfers/",
            "/api/v1/transfers/x/y",
            "/t/",
            "/t/x/y",
            "/.env",
        ] {
            assert_eq!(allowed(path), None, "{path}");
        }
    }
}
