//! What a directory can do with users and groups alike.

use sealpost_scim::{Attributes, GROUP, Patch, Projection, Query, Schema, USER};
use serde_json::Value;

use super::{Directory, DirectoryError, Expected, Resource};

/// Users or groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResourceType {
    /// Groups of users.
    Group,
    /// Users.
    User,
}

impl ResourceType {
    /// The type whose resources are at this endpoint, such as `Users`.
    pub fn at(endpoint: &str) -> Option<Self> {
        [Self::Group, Self::User].into_iter().find(|kind| kind.endpoint() == endpoint)
    }

    /// What attributes such a resource has.
    pub fn schema(self) -> &'static Schema {
        match self {
            Self::Group => &GROUP,
            Self::User => &USER,
        }
    }

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Group => "Group",
            Self::User => "User",
        }
    }

    pub(super) const fn endpoint(self) -> &'static str {
        match self {
            Self::Group => "Groups",
            Self::User => "Users",
        }
    }

    pub(super) const fn urn(self) -> &'static str {
        match self {
            Self::Group => sealpost_scim::GROUP_SCHEMA,
            Self::User => sealpost_scim::USER_SCHEMA,
        }
    }
}

impl Directory<'_> {
    /// The resources that are asked for, as a list is answered.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn list(&self, kind: ResourceType, query: &Query) -> Result<Value, DirectoryError> {
        let (total, page) = match kind {
            ResourceType::Group => self.found_groups(query).await?,
            ResourceType::User => self.found_users(query).await?,
        };
        Ok(query.answer(total, &page))
    }

    /// Users, then groups.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn everything(&self, query: &Query) -> Result<Value, DirectoryError> {
        let (users, mut page) = self.found_users(query).await?;
        let rest = Query {
            skip: query.skip.saturating_sub(users),
            count: query.count.saturating_sub(page.len()),
            ..query.clone()
        };
        let (groups, more) = self.found_groups(&rest).await?;
        page.extend(more);
        Ok(query.answer(users + groups, &page))
    }

    /// One resource.
    ///
    /// # Errors
    /// Refused with 404 if there is none, or the directory took it out.
    pub async fn get(
        &self,
        kind: ResourceType,
        id: &str,
        projection: &Projection,
    ) -> Result<Resource, DirectoryError> {
        match kind {
            ResourceType::Group => self.group(id, projection).await,
            ResourceType::User => self.user(id, projection).await,
        }
    }

    /// Makes a resource. A user is a sender; one who was taken out before and has the same address is himself again,
    /// without anything that he had.
    ///
    /// # Errors
    /// Refused with `uniqueness`, or `invalidValue`, such as for members who are no users.
    pub async fn create(
        &self,
        kind: ResourceType,
        attributes: Attributes,
    ) -> Result<Resource, DirectoryError> {
        match kind {
            ResourceType::Group => self.create_group(attributes).await,
            ResourceType::User => self.create_user(attributes).await,
        }
    }

    /// Puts what the directory says now in the place of what it has said. Whether a user is active stays as it is unless
    /// it is said.
    ///
    /// # Errors
    /// As [`Self::create`]; refused with 404, 412, `mutability`; 403 for the last owner.
    pub async fn replace(
        &self,
        kind: ResourceType,
        id: &str,
        expected: &Expected,
        attributes: Attributes,
    ) -> Result<Resource, DirectoryError> {
        match kind {
            ResourceType::Group => self.replace_group(id, expected, attributes).await,
            ResourceType::User => self.replace_user(id, expected, attributes).await,
        }
    }

    /// Changes a resource.
    ///
    /// # Errors
    /// As [`Self::replace`], and those of the change.
    pub async fn patch(
        &self,
        kind: ResourceType,
        id: &str,
        expected: &Expected,
        patch: &Patch,
    ) -> Result<Resource, DirectoryError> {
        match kind {
            ResourceType::Group => self.patch_group(id, expected, patch).await,
            ResourceType::User => self.patch_user(id, expected, patch).await,
        }
    }

    /// Removes a resource. A group's members stay users; what a user has sent stays there until its end.
    ///
    /// # Errors
    /// Refused with 404 and 412; 403 for the last owner.
    pub async fn delete(
        &self,
        kind: ResourceType,
        id: &str,
        expected: &Expected,
    ) -> Result<(), DirectoryError> {
        match kind {
            ResourceType::Group => self.delete_group(id, expected).await,
            ResourceType::User => self.delete_user(id, expected).await,
        }
    }
}
