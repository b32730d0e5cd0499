//! Users as a directory sees them.

use sealpost_auth::UserColumns;
use sealpost_db::{Conn, DirectoryUser, Membership};
use sealpost_domain::UserId;
use sealpost_scim::{Attributes, Email, Projection, USER, User};
use serde_json::{Value, json};

use super::{
    Directory, DirectoryError, Resource, ResourceType,
    sealed::{Stored, group_name_column, user_column},
};

impl Directory<'_> {
    /// One user.
    pub(super) async fn user(&self, id: &str, projection: &Projection) -> Result<Resource, DirectoryError> {
        let row = self.user_row(id).await?;
        let resource = self.user_resource(&row)?;
        self.finished(resource, row.id, projection).await
    }

    pub(super) async fn user_row(&self, id: &str) -> Result<DirectoryUser, DirectoryError> {
        let id: UserId = id.parse().map_err(|_| DirectoryError::not_found())?;
        let row = self.tenancy.db.read().await?.directory_user(self.grant.tenant(), id).await?;
        row.ok_or_else(DirectoryError::not_found)
    }

    /// The answer about a user: with his groups, if they are wanted, and without what is not.
    pub(super) async fn finished(
        &self,
        mut resource: Resource,
        user: UserId,
        projection: &Projection,
    ) -> Result<Resource, DirectoryError> {
        if projection.wants("groups") {
            self.put_groups(&mut self.tenancy.db.read().await?, &mut resource, user).await?;
        }
        resource.attributes = projection.apply(&USER, resource.attributes);
        Ok(resource)
    }

    /// Says in which groups he is; nothing if in none.
    pub(super) async fn put_groups(
        &self,
        conn: &mut Conn,
        resource: &mut Resource,
        user: UserId,
    ) -> Result<(), DirectoryError> {
        let groups = conn.groups_of_user(user).await?;
        if !groups.is_empty() {
            let groups: Result<Vec<_>, _> = groups.iter().map(|group| self.group_of_user(group)).collect();
            resource.attributes.insert("groups".to_owned(), groups?.into());
        }
        Ok(())
    }

    fn group_of_user(&self, group: &Membership) -> Result<Value, DirectoryError> {
        let place = group_name_column(self.grant.tenant(), group.group_id);
        Ok(json!({
            "value": group.group_id,
            "$ref": format!("{}/Groups/{}", self.base, group.group_id),
            "display": self.grant.tenant_key().open_text(place, &group.name)?,
        }))
    }

    /// What the directory has said about a user, or could have said about one who is in none.
    pub(super) fn user_of(&self, row: &DirectoryUser) -> Result<User, DirectoryError> {
        let key = self.grant.tenant_key();
        let stored = match &row.directory {
            Some(sealed) => {
                Stored::from_bytes(&key.open_column(user_column(row.tenant_id, row.id), sealed)?)?
            }
            None => {
                let columns = UserColumns::of(row.tenant_id, row.id);
                let (address, name) = columns.open(key, &row.address, &row.name)?;
                let emails = vec![Email {
                    value: address.clone(),
                    kind: Some("work".to_owned()),
                    primary: Some(true),
                }];
                let display_name = (!name.is_empty()).then_some(name);
                let user = User { user_name: address, display_name, emails, ..User::default() };
                Stored { user, active_unassigned: false }
            }
        };
        let active = match (row.disabled_at, stored.active_unassigned) {
            (None, _) => Some(true),
            (Some(_), false) => Some(false),
            (Some(_), true) => None,
        };
        Ok(User { active, ..stored.user })
    }

    /// Without groups.
    pub(super) fn user_resource(&self, row: &DirectoryUser) -> Result<Resource, DirectoryError> {
        let attributes: Attributes = self.user_of(row)?.to_attributes();
        let times = (row.created_at, row.updated_at.unwrap_or(row.created_at));
        Ok(self.resource(ResourceType::User, row.id.to_string(), times, row.version, attributes))
    }
}
