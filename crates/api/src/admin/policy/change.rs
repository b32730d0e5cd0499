//! `PATCH /api/v1/admin/policy`

use actix_web::{HttpRequest, HttpResponse, patch};
use sealpost_domain::PolicyDocument;
use serde_json::{Map, Value};

use super::{Policy, answer, expected};
use crate::{
    App,
    error::{ApiError, Problem},
    grant::SteppedAdmin,
    json::Body,
};

/// Changes the tenant's policy
///
/// A merge patch (RFC 7396): what is left out stays, `null` brings the default back, and a list takes the place of the one
/// before. Takes a session that has shown a credential a moment ago.
#[utoipa::path(
    tag = "admin",
    operation_id = "change_policy",
    security(("session" = []), ("session_cookie" = [])),
    params(("If-Match" = Option<String>, Header, description = "Only if the version with this `ETag` still counts.")),
    request_body(
        content(("application/json"), ("application/merge-patch+json")),
        description = "What is to be changed; `docs/policy.md` lists it.",
    ),
    responses(
        (status = 200, body = Policy, description = "The policy as it is now."),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[patch("/api/v1/admin/policy")]
pub(crate) async fn change(
    app: App,
    admin: SteppedAdmin,
    request: HttpRequest,
    body: Body<Map<String, Value>, { PolicyDocument::MAX_BYTES }>,
) -> Result<HttpResponse, ApiError> {
    let expected = expected(&request)?;
    let patch = body.read().await?;
    let grant = admin.0.manage();
    let before = app.tenancy().policy(&(&grant).into()).await?;
    let mut document = serde_json::to_value(&before.document).map_err(ApiError::internal)?;
    merge(&mut document, patch);
    let document = serde_json::from_value(document).map_err(|error| ApiError::invalid(error.to_string()))?;
    // Whoever was faster has not been seen here: his change would be undone.
    let expected = expected.unwrap_or(before.version);
    Ok(answer(app.tenancy().set_policy(&grant, document, Some(expected)).await?))
}

/// RFC 7396, section 2, for a patch that is an object.
fn merge(target: &mut Value, patch: Map<String, Value>) {
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(members) = target else { unreachable!("it was made one") };
    for (name, value) in patch {
        match value {
            Value::Null => {
                members.remove(&name);
            }
            Value::Object(inner) => merge(members.entry(name).or_insert(Value::Null), inner),
            value => {
                members.insert(name, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn patches_are_merged_as_in_the_rfc() {
        // Appendix A, those whose patch is an object.
        for (mut target, patch, expected) in [
            (json!({"a":"b"}), json!({"a":"c"}), json!({"a":"c"})),
            (json!({"a":"b"}), json!({"b":"c"}), json!({"a":"b","b":"c"})),
            (json!({"a":"b"}), json!({"a":null}), json!({})),
            (json!({"a":"b","b":"c"}), json!({"a":null}), json!({"b":"c"})),
            (json!({"a":["b"]}), json!({"a":"c"}), json!({"a":"c"})),
            (json!({"a":"c"}), json!({"a":["b"]}), json!({"a":["b"]})),
            (json!({"a":{"b":"c"}}), json!({"a":{"b":"d","c":null}}), json!({"a":{"b":"d"}})),
            (json!({"a":[{"b":"c"}]}), json!({"a":[1]}), json!({"a":[1]})),
            (json!({"e":null}), json!({"a":1}), json!({"e":null,"a":1})),
            (json!([1, 2]), json!({"a":"b","c":null}), json!({"a":"b"})),
            (json!({}), json!({"a":{"bb":{"ccc":null}}}), json!({"a":{"bb":{}}})),
        ] {
            let Value::Object(patch) = patch else { unreachable!() };
            merge(&mut target, patch);
            assert_eq!(target, expected);
        }
    }
}
