//! A tenant's users and groups, as a directory keeps them (SCIM).

mod error;
mod groups;
mod resources;
mod sealed;

pub(crate) use sealed::group_name;
mod users;
mod users_list;
mod users_write;

pub use error::DirectoryError;
pub use resources::ResourceType;

use sealpost_auth::DirectoryGrant;
use sealpost_db::{AuditEvent, Tx};
use sealpost_domain::Timestamp;
use sealpost_scim::Attributes;
use serde_json::{Value, json};

use crate::Tenancy;

/// How often a change is begun anew that another came in between of.
const TRIES: usize = 5;

/// A resource as it is answered.
#[derive(Debug, Clone)]
pub struct Resource {
    /// Its attributes, `schemas`, `id` and `meta` among them.
    pub attributes: Attributes,
    /// Where it is.
    pub location: String,
    /// Its version, as entity tags are written.
    pub etag: String,
}

/// What a client says about the version that it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// Whatever there is.
    Any,
    /// One of these entity tags.
    OneOf(Vec<String>),
}

impl Expected {
    /// Fails unless this version is meant.
    fn check(&self, etag: &str) -> Result<(), DirectoryError> {
        match self {
            Self::OneOf(tags) if !tags.iter().any(|tag| tag == etag) => Err(DirectoryError::refused(
                sealpost_scim::Error::new(412, "the resource has been changed since"),
            )),
            _ => Ok(()),
        }
    }
}

/// A tenant's users and groups, for the directory that keeps them.
#[derive(Debug, Clone, Copy)]
pub struct Directory<'a> {
    tenancy: &'a Tenancy,
    grant: &'a DirectoryGrant,
    base: &'a str,
}

impl Tenancy {
    /// The tenant's users and groups, for the directory that keeps them. `base` is where its resources are.
    pub const fn directory<'a>(&'a self, grant: &'a DirectoryGrant, base: &'a str) -> Directory<'a> {
        Directory { tenancy: self, grant, base }
    }
}

impl Directory<'_> {
    /// Writes into the tenant's log what the directory has done.
    async fn record(
        &self,
        tx: &mut Tx,
        at: Timestamp,
        kind: &str,
        mut payload: Value,
    ) -> Result<(), DirectoryError> {
        payload["by"] = json!(self.grant.user());
        payload["client"] = json!(self.grant.client());
        let event = AuditEvent { at, kind, transfer_id: None, payload: &payload, sealed: None };
        tx.append_audit(self.grant.tenant(), &[event]).await?;
        Ok(())
    }

    /// A resource with what the service says of it.
    fn resource(
        &self,
        kind: ResourceType,
        id: String,
        times: (Timestamp, Timestamp),
        version: u64,
        own: Attributes,
    ) -> Resource {
        let location = format!("{}/{}/{id}", self.base, kind.endpoint());
        let etag = format!("W/\"{version}\"");
        let mut attributes = own;
        attributes.insert("schemas".to_owned(), json!([kind.urn()]));
        attributes.insert("id".to_owned(), id.into());
        attributes.insert(
            "meta".to_owned(),
            json!({
                "resourceType": kind.as_str(),
                "created": rfc3339(times.0),
                "lastModified": rfc3339(times.1),
                "location": location,
                "version": etag,
            }),
        );
        Resource { attributes, location, etag }
    }
}

/// A moment as attributes have it.
fn rfc3339(time: Timestamp) -> String {
    let time = chrono::DateTime::from_timestamp_millis(time.unix_millis()).unwrap_or_default();
    time.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}
