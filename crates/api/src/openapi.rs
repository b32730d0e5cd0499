//! The description of the API, made from the handlers. `docs/openapi.json` is the snapshot that others build on.

use std::sync::LazyLock;

use actix_web::{HttpResponse, http::header::ContentType};
use utoipa::{
    Modify, OpenApi,
    openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
};
use utoipa_actix_web::AppExt as _;

use crate::routes;

/// Where the description is served.
pub(crate) const PATH: &str = "/api/v1/openapi.json";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Sealpost",
        description = "Sends big, confidential files. Times are RFC 3339 in UTC, sizes are bytes, ids are UUIDs; errors are problem details (RFC 9457) with a stable `code`.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    tags(
        (name = "transfers", description = "What a sender does with his transfers."),
        (name = "recipients", description = "Who gets a transfer."),
        (name = "uploads", description = "Files on their way in: tus 1.0.0."),
        (name = "requests", description = "Asking for files, and sending them in from outside."),
        (name = "portals", description = "Standing pages by which outsiders send files in."),
        (name = "links", description = "What a recipient does with the link in his mail."),
        (name = "deliveries", description = "Files on their way out."),
        (name = "signin", description = "Showing who one is."),
        (name = "session", description = "Who has signed in, and signing out."),
        (name = "account", description = "What a person does with his own account."),
        (name = "addin", description = "What the Outlook add-in asks for first."),
        (name = "admin", description = "What those do who run a tenant."),
        (name = "health", description = "For load balancers and supervisors."),
    ),
    modifiers(&Schemes),
)]
struct Description;

struct Schemes;

impl Modify for Schemes {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let bearer = |description: &str| {
            let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(description));
            SecurityScheme::Http(scheme.build())
        };
        let cookie = ApiKeyValue::with_description(
            "__Host-sealpost-{delivery_id}",
            "The same grant as cookie. The name ends in the delivery's id without hyphens; on plain http, which only \
             a loopback address serves, it begins without `__Host-`.",
        );
        let components = openapi.components.get_or_insert_default();
        components.add_security_scheme("token", bearer("An API token of a user, `sp_` and 43 characters, or what an API client gets for its secret, `sc_` and 43 characters. \
                 Where auditors may look, also `su_` and 43 characters, of the operator's support while an owner lets it in."));
        components.add_security_scheme("session", bearer("A session of a user, `ss_` and 43 characters."));
        let session_cookie = ApiKeyValue::with_description(
            "__Host-sealpost-session",
            "The same session as cookie, for browsers. Requests that change something are refused unless they come from a \
             page of this service. On plain http, which only a loopback address serves, it begins without `__Host-`.",
        );
        components
            .add_security_scheme("session_cookie", SecurityScheme::ApiKey(ApiKey::Cookie(session_cookie)));
        components.add_security_scheme(
            "submission",
            bearer("What `POST /api/v1/requests/begin` and `POST /api/v1/portals/begin` answer: `sb_` and more, for one \
                 submission."),
        );
        components.add_security_scheme("grant", bearer("What `POST /api/v1/links/verify` answers."));
        components.add_security_scheme("grant_cookie", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    }
}

/// The description as data.
pub(crate) fn describe() -> utoipa::openapi::OpenApi {
    let app = actix_web::App::new().into_utoipa_app().openapi(Description::openapi());
    app.configure(|config| routes::api(config)).split_for_parts().1
}

/// The OpenAPI 3.1 description of the API, as indented JSON with a line break at its end.
pub fn openapi() -> String {
    let mut json = describe().to_pretty_json().expect("a tree of strings and maps has a JSON form");
    json.push('\n');
    json
}

/// `GET /api/v1/openapi.json`
pub(crate) async fn serve() -> HttpResponse {
    static JSON: LazyLock<String> = LazyLock::new(openapi);
    HttpResponse::Ok().content_type(ContentType::json()).body(JSON.as_str())
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, path::Path};

    use super::*;

    const RENEW: &str = "SEALPOST_RENEW_OPENAPI";

    #[test]
    fn the_snapshot_is_what_the_handlers_say() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
        let current = openapi();
        if std::env::var_os(RENEW).is_some() {
            std::fs::write(&path, &current).unwrap();
        }
        let snapshot = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            snapshot == current,
            "docs/openapi.json is not what the handlers say. If the change is meant, renew it and commit it:\n\
             {RENEW}=1 cargo test -p sealpost-api snapshot"
        );
    }

    #[test]
    fn operations_have_unique_names_a_tag_and_a_problem() {
        let json: serde_json::Value = serde_json::from_str(&openapi()).unwrap();
        assert!(json["openapi"].as_str().unwrap().starts_with("3.1."));
        let mut names = BTreeSet::new();
        for (path, item) in json["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let name = operation["operationId"].as_str().unwrap();
                assert!(names.insert(name.to_owned()), "{name} twice");
                assert_eq!(operation["tags"].as_array().unwrap().len(), 1, "{method} {path}");
                assert!(operation["summary"].is_string(), "{method} {path}");
                let refusable = method != "options" && path != "/healthz";
                assert_eq!(operation["responses"]["default"].is_object(), refusable, "{method} {path}");
            }
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let json: serde_json::Value = serde_json::from_str(&openapi()).unwrap();
        fn walk(value: &serde_json::Value, found: &mut Vec<String>) {
            match value {
                serde_json::Value::Object(map) => {
                    found.extend(map.get("$ref").and_then(|r| r.as_str()).map(str::to_owned));
                    map.values().for_each(|value| walk(value, found));
                }
                serde_json::Value::Array(list) => list.iter().for_each(|value| walk(value, found)),
                _ => {}
            }
        }
        let mut found = Vec::new();
        walk(&json, &mut found);
        assert!(!found.is_empty());
        for reference in found {
            assert!(json.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
        }
    }
}
