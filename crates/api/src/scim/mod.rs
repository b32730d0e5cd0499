//! `/scim/v2`: a directory keeps the tenant's users and groups (RFC 7644).
//!
//! These routes are not in the OpenAPI description: they describe themselves, in the way that directories read.

mod answer;
mod discover;
mod failure;
mod request;
mod resources;

use actix_web::web;

pub(crate) use failure::not_here;

/// Where the endpoints are.
pub(crate) const BASE: &str = "/scim/v2";

/// The paths with their methods.
pub(crate) const RESOURCES: &[(&str, &[&str])] = &[
    ("/scim/v2/ServiceProviderConfig", &["GET"]),
    ("/scim/v2/ResourceTypes", &["GET"]),
    ("/scim/v2/ResourceTypes/{id}", &["GET"]),
    ("/scim/v2/Schemas", &["GET"]),
    ("/scim/v2/Schemas/{id}", &["GET"]),
    ("/scim/v2/.search", &["POST"]),
    ("/scim/v2/Users", &["GET", "POST"]),
    ("/scim/v2/Users/.search", &["POST"]),
    ("/scim/v2/Users/{id}", &["DELETE", "GET", "PATCH", "PUT"]),
    ("/scim/v2/Groups", &["GET", "POST"]),
    ("/scim/v2/Groups/.search", &["POST"]),
    ("/scim/v2/Groups/{id}", &["DELETE", "GET", "PATCH", "PUT"]),
];

/// The routes.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/scim/v2/ServiceProviderConfig", web::get().to(discover::config))
        .route("/scim/v2/ResourceTypes", web::get().to(discover::resource_types))
        .route("/scim/v2/ResourceTypes/{id}", web::get().to(discover::resource_type))
        .route("/scim/v2/Schemas", web::get().to(discover::schemas))
        .route("/scim/v2/Schemas/{id}", web::get().to(discover::schema))
        .route("/scim/v2/.search", web::post().to(resources::search_everything))
        .route("/scim/v2/{kind:Users|Groups}/.search", web::post().to(resources::search))
        .route("/scim/v2/{kind:Users|Groups}", web::get().to(resources::list))
        .route("/scim/v2/{kind:Users|Groups}", web::post().to(resources::create))
        .route("/scim/v2/{kind:Users|Groups}/{id}", web::get().to(resources::get))
        .route("/scim/v2/{kind:Users|Groups}/{id}", web::put().to(resources::replace))
        .route("/scim/v2/{kind:Users|Groups}/{id}", web::patch().to(resources::patch))
        .route("/scim/v2/{kind:Users|Groups}/{id}", web::delete().to(resources::delete));
}
