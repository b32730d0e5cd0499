//! HTTP: routes, wire types, OpenAPI, one error table, the plain recipient page.
