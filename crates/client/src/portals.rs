//! Portals, for whoever runs a tenant: to make them, to see them, to change them and to take them away.

use std::fmt;

use reqwest::Method;
use sealpost_domain::{PortalId, PortalName, rules::FileKind};
use serde::{Serialize, Serializer};

use crate::{
    Error, Server,
    wire::{NewPortalRecipient, Portal, PortalList},
};

const PATH: &str = "api/v1/admin/portals";

/// A portal that is wanted.
#[derive(Clone, Serialize)]
pub struct PortalOrder {
    /// What it is called in its address, for good.
    pub name: PortalName,
    /// Who owns it: the address of a user.
    pub owner: String,
    /// What it is about: one line.
    pub title: String,
    /// What the uploader reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Among whom he chooses.
    pub recipients: Vec<NewPortalRecipient>,
    /// Domains of which he may type an address.
    pub domains: Vec<String>,
    /// Whether he may choose more than one.
    pub several: bool,
    /// Kinds of files that it takes; whatever the tenant lets pass if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kinds: Option<Vec<FileKind>>,
    /// Most files of each submission.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_files: Option<u64>,
    /// Most bytes of each submission.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_bytes: Option<u64>,
    /// Whether an uploader must show by a code that his address is his.
    pub asks_code: bool,
    /// Whether it takes anything.
    pub enabled: bool,
}

/// Without anybody's words or address.
impl fmt::Debug for PortalOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PortalOrder").field("name", &self.name).finish_non_exhaustive()
    }
}

/// What becomes of a bound that somebody names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bound<T> {
    /// This.
    Of(T),
    /// None of its own: the tenant's counts.
    None,
}

/// `null` is how the service is told that there is none.
impl<T: Serialize> Serialize for Bound<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Of(value) => value.serialize(serializer),
            Self::None => serializer.serialize_none(),
        }
    }
}

/// What becomes different of a portal; what is `None` stays.
#[derive(Clone, Default, Serialize)]
pub struct PortalChange {
    /// Who owns it from now on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What the uploader reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<Bound<String>>,
    /// Among whom he chooses: all of them anew.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipients: Option<Vec<NewPortalRecipient>>,
    /// Of which domains he may type an address: all of them anew.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domains: Option<Vec<String>>,
    /// Whether he may choose more than one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub several: Option<bool>,
    /// Kinds of files that it takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kinds: Option<Bound<Vec<FileKind>>>,
    /// Most files of each submission.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_files: Option<Bound<u64>>,
    /// Most bytes of each submission.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_bytes: Option<Bound<u64>>,
    /// Whether an uploader must show by a code that his address is his.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asks_code: Option<bool>,
    /// Whether it takes anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

/// Without anybody's words or address.
impl fmt::Debug for PortalChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PortalChange").field("enabled", &self.enabled).finish_non_exhaustive()
    }
}

impl Server {
    /// Makes a portal. No two of a tenant have one name: called twice it is refused.
    ///
    /// # Errors
    /// What the server refuses, and connections that break.
    pub async fn create_portal(&self, order: &PortalOrder) -> Result<Portal, Error> {
        self.call(Method::POST, PATH, Some(order), &()).await
    }

    /// The tenant's portals, by their names.
    ///
    /// # Errors
    /// As for [`Self::create_portal`].
    pub async fn portals(&self) -> Result<Vec<Portal>, Error> {
        let list: PortalList = self.call(Method::GET, PATH, None::<&()>, &()).await?;
        Ok(list.portals)
    }

    /// Changes a portal; its address stays.
    ///
    /// # Errors
    /// As for [`Self::create_portal`].
    pub async fn change_portal(&self, id: PortalId, change: &PortalChange) -> Result<Portal, Error> {
        self.call(Method::PATCH, &format!("{PATH}/{id}"), Some(change), &()).await
    }

    /// Takes a portal away: nothing comes in by it any more, and what has come in stays.
    ///
    /// # Errors
    /// As for [`Self::create_portal`].
    pub async fn remove_portal(&self, id: PortalId) -> Result<(), Error> {
        self.delete(&format!("{PATH}/{id}"), &()).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_stays_and_what_is_taken_back_is_null() {
        let change = PortalChange {
            text: Some(Bound::None),
            max_files: Some(Bound::Of(3)),
            kinds: Some(Bound::None),
            enabled: Some(false),
            ..PortalChange::default()
        };
        let json = serde_json::to_value(&change).unwrap();
        let wanted = serde_json::json!({ "text": null, "kinds": null, "max_files": 3, "enabled": false });
        assert_eq!(json, wanted);
    }
}
