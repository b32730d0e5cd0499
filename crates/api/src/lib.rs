//! HTTP: routes, wire types, OpenAPI, one error table, the plain recipient page, the pages of `web/`.
//!
//! One endpoint, one file, in a tree that mirrors the addresses. A handler takes grants, which extractors get from
//! tokens and cookies, calls one use case, and turns its outcome into JSON. What can go wrong is mapped in one table,
//! [`error`]; what every answer carries is added in one place, [`middleware`].
#![warn(missing_docs)]

mod account;
mod addin;
mod admin;
mod app;
mod base_url;
mod branding;
mod certificate;
mod connections;
mod cookie;
mod deliveries;
mod drain;
mod error;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod grant;
mod health;
mod json;
mod links;
mod mailboxes;
mod middleware;
mod oauth;
mod openapi;
mod page;
mod path;
mod portals;
mod proxy;
mod recipients;
mod requests;
mod routes;
mod scim;
mod server;
mod session;
mod signin;
mod submissions;
mod table;
mod transfers;
mod uploads;
mod web;
mod wire;

pub use app::{App, TraceUnder};
pub use base_url::{BaseUrl, BaseUrlError};
pub use drain::Drain;
pub use openapi::openapi;
pub use proxy::{Network, NetworkError};
pub use routes::configure;
pub use server::{Listener, ServerSettings, serve};
pub use web::{DELIVERY, SEALING_APP, WebFile, web_files};
