//! What the service says about itself (RFC 7643, sections 5 to 7): what it supports, which resources and which attributes it has.

use serde_json::{Value, json};

use crate::{
    attribute::{Attribute, GROUP, Kind, Schema, USER},
    list::{LIST_SCHEMA, MAX_RESULTS},
};

/// The schema of what the service supports.
const CONFIG_SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
/// The schema of kinds of resources.
const RESOURCE_TYPE_SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";
/// The schema of schemas.
const SCHEMA_SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:Schema";

/// What the service supports. `base` is the address of its SCIM endpoints, without a slash at its end.
pub fn service_provider_config(base: &str) -> Value {
    json!({
        "schemas": [CONFIG_SCHEMA],
        "patch": {"supported": true},
        "bulk": {"supported": false, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": true, "maxResults": MAX_RESULTS},
        "changePassword": {"supported": false},
        "sort": {"supported": true},
        "etag": {"supported": true},
        "authenticationSchemes": [{
            "type": "oauthbearertoken",
            "name": "OAuth 2.0 client credentials",
            "description": "An access token of an API client with the scope scim.",
            "specUri": "https://www.rfc-editor.org/rfc/rfc6750",
            "primary": true,
        }],
        "meta": {"resourceType": "ServiceProviderConfig", "location": format!("{base}/ServiceProviderConfig")},
    })
}

/// All kinds of resources.
pub fn resource_types(base: &str) -> Vec<Value> {
    [(&USER, "/Users"), (&GROUP, "/Groups")]
        .into_iter()
        .map(|(schema, endpoint)| {
            json!({
                "schemas": [RESOURCE_TYPE_SCHEMA],
                "id": schema.name,
                "name": schema.name,
                "description": schema.description,
                "endpoint": endpoint,
                "schema": schema.id,
                "schemaExtensions": [],
                "meta": {
                    "resourceType": "ResourceType",
                    "location": format!("{base}/ResourceTypes/{}", schema.name),
                },
            })
        })
        .collect()
}

/// All schemas.
pub fn schemas(base: &str) -> Vec<Value> {
    [&USER, &GROUP].into_iter().map(|schema| describe(schema, base)).collect()
}

/// The document with this id, in any case as URNs are.
pub fn by_id(documents: Vec<Value>, id: &str) -> Option<Value> {
    let named =
        |document: &Value| document["id"].as_str().is_some_and(|known| known.eq_ignore_ascii_case(id));
    documents.into_iter().find(named)
}

/// All of them, as a list is answered.
pub fn listed(documents: &[Value]) -> Value {
    json!({
        "schemas": [LIST_SCHEMA],
        "totalResults": documents.len(),
        "startIndex": 1,
        "itemsPerPage": documents.len(),
        "Resources": documents,
    })
}

fn describe(schema: &Schema, base: &str) -> Value {
    json!({
        "schemas": [SCHEMA_SCHEMA],
        "id": schema.id,
        "name": schema.name,
        "description": schema.description,
        "attributes": schema.attributes.iter().map(attribute).collect::<Vec<_>>(),
        "meta": {"resourceType": "Schema", "location": format!("{base}/Schemas/{}", schema.id)},
    })
}

fn attribute(attribute: &Attribute) -> Value {
    let mut described = json!({
        "name": attribute.name,
        "type": attribute.kind.as_str(),
        "multiValued": attribute.multi_valued,
        "description": attribute.description,
        "required": attribute.required,
        "mutability": attribute.mutability.as_str(),
        "returned": "default",
        "uniqueness": if attribute.unique { "server" } else { "none" },
    });
    if matches!(attribute.kind, Kind::Text | Kind::Reference) {
        described["caseExact"] = attribute.case_exact.into();
    }
    if !attribute.canonical.is_empty() {
        described["canonicalValues"] = attribute.canonical.into();
    }
    if !attribute.refers_to.is_empty() {
        described["referenceTypes"] = attribute.refers_to.into();
    }
    if !attribute.parts.is_empty() {
        described["subAttributes"] = attribute.parts.iter().map(self::attribute).collect();
    }
    described
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_resource_has_its_schema() {
        let base = "https://post.example/scim/v2";
        for kind in resource_types(base) {
            let schema = by_id(schemas(base), kind["schema"].as_str().unwrap()).unwrap();
            assert_eq!(schema["name"], kind["name"]);
            assert!(schema["attributes"].as_array().unwrap().iter().all(|a| a["description"] != ""));
        }
        assert!(by_id(resource_types(base), "user").is_some());
        assert!(by_id(resource_types(base), "Device").is_none());
        assert_eq!(listed(&schemas(base))["totalResults"], 2);
    }

    #[test]
    fn what_is_not_supported_is_said() {
        let config = service_provider_config("https://post.example/scim/v2");
        assert_eq!(config["bulk"]["supported"], false);
        assert_eq!(config["meta"]["location"], "https://post.example/scim/v2/ServiceProviderConfig");
    }
}
