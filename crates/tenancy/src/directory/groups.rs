//! Groups as a directory keeps them.

use std::collections::BTreeSet;

use sealpost_db::{Conn, Group as Row, Tx};
use sealpost_domain::{GroupId, Timestamp, UserId};
use sealpost_scim::{Attributes, Error, GROUP, Group, Member, Patch, Projection, Query};
use sealpost_sealed::random_bytes;
use serde_json::{Value, json};

use super::{
    Directory, DirectoryError, Expected, Resource, ResourceType, TRIES,
    sealed::{group_id_column, group_id_hmac, group_name_column, group_name_hmac},
};

/// Longest name in bytes.
const MAX_NAME_BYTES: usize = 256;

impl Directory<'_> {
    /// One group.
    pub(super) async fn group(&self, id: &str, projection: &Projection) -> Result<Resource, DirectoryError> {
        let row = self.group_row(id).await?;
        let mut conn = self.tenancy.db.read().await?;
        let members =
            if projection.wants("members") { conn.group_members(row.id).await? } else { Vec::new() };
        let mut resource = self.group_resource(&row, members)?;
        resource.attributes = projection.apply(&GROUP, resource.attributes);
        Ok(resource)
    }

    /// Makes a group.
    pub(super) async fn create_group(&self, attributes: Attributes) -> Result<Resource, DirectoryError> {
        let group = check(Group::from_attributes(attributes)?)?;
        let (tenant, now) = (self.grant.tenant(), self.tenancy.clock.now());
        let id = GroupId::new(now, random_bytes(&*self.tenancy.random));
        let empty = Row {
            id,
            tenant_id: tenant,
            name: Vec::new(),
            name_hmac: [0; 32],
            external_id: None,
            external_id_hmac: None,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let row = self.written_group(&group, &empty, now);
        let mut tx = self.tenancy.db.write().await?;
        tx.insert_group(&row).await?;
        let members = members(&group)?;
        for member in &members {
            self.add_member(&mut tx, id, *member).await?;
        }
        self.record(&mut tx, now, "group.created", json!({ "group": id, "members": members.len() })).await?;
        tx.commit().await?;
        self.group(&id.to_string(), &Projection::default()).await
    }

    /// Puts what the directory says now in the place of what it has said.
    pub(super) async fn replace_group(
        &self,
        id: &str,
        expected: &Expected,
        attributes: Attributes,
    ) -> Result<Resource, DirectoryError> {
        let group = Group::from_attributes(attributes)?;
        self.change_group(id, expected, |_| Ok(group.clone())).await
    }

    /// Changes a group.
    pub(super) async fn patch_group(
        &self,
        id: &str,
        expected: &Expected,
        patch: &Patch,
    ) -> Result<Resource, DirectoryError> {
        self.change_group(id, expected, |before| {
            Group::from_attributes(patch.apply(&GROUP, &before.to_attributes())?)
        })
        .await
    }

    /// Removes a group. Its members stay users.
    pub(super) async fn delete_group(&self, id: &str, expected: &Expected) -> Result<(), DirectoryError> {
        for _ in 0..TRIES {
            let row = self.group_row(id).await?;
            expected.check(&self.group_resource(&row, Vec::new())?.etag)?;
            let now = self.tenancy.clock.now();
            let mut tx = self.tenancy.db.write().await?;
            if tx.delete_group(&row).await? {
                self.record(&mut tx, now, "group.removed", json!({ "group": row.id })).await?;
                return Ok(tx.commit().await?);
            }
        }
        Err(busy())
    }

    /// How many groups there are, and those of the page.
    pub(super) async fn found_groups(&self, query: &Query) -> Result<(usize, Vec<Value>), DirectoryError> {
        let mut conn = self.tenancy.db.read().await?;
        let rows = match self.groups_by_key(&mut conn, query).await? {
            Some(rows) => rows,
            None => conn.groups(self.grant.tenant()).await?,
        };
        let chooses_by_members = query.filter.as_ref().is_some_and(|filter| filter.mentions("members"));
        let mut resources = Vec::with_capacity(rows.len());
        for row in &rows {
            let members = if chooses_by_members { conn.group_members(row.id).await? } else { Vec::new() };
            resources.push(self.group_resource(row, members)?.attributes);
        }
        let (total, page) = query.select(&GROUP, resources);
        let mut answered = Vec::with_capacity(page.len());
        for mut group in page {
            let id = group.get("id").and_then(Value::as_str).and_then(|id| id.parse::<GroupId>().ok());
            if let Some(id) = id.filter(|_| query.projection.wants("members") && !chooses_by_members) {
                let members = conn.group_members(id).await?;
                if !members.is_empty() {
                    group.insert("members".to_owned(), json!(self.member_list(members)));
                }
            }
            answered.push(Value::Object(query.projection.apply(&GROUP, group)));
        }
        Ok((total, answered))
    }

    async fn groups_by_key(
        &self,
        conn: &mut Conn,
        query: &Query,
    ) -> Result<Option<Vec<Row>>, DirectoryError> {
        let (tenant, key) = (self.grant.tenant(), self.grant.tenant_key());
        let equalities = query.filter.as_ref().map(|filter| filter.equalities()).unwrap_or_default();
        for (name, part, text) in equalities {
            match (name.to_ascii_lowercase().as_str(), part) {
                ("displayname", None) => {
                    return Ok(Some(conn.groups_by_name(tenant, &group_name_hmac(key, text)).await?));
                }
                ("externalid", None) => {
                    let found = conn.group_by_external_id(tenant, &group_id_hmac(key, text)).await?;
                    return Ok(Some(found.into_iter().collect()));
                }
                ("id", None) => {
                    let found = match text.parse() {
                        Ok(id) => conn.group(tenant, id).await?,
                        Err(_) => None,
                    };
                    return Ok(Some(found.into_iter().collect()));
                }
                _ => {}
            }
        }
        Ok(None)
    }

    async fn group_row(&self, id: &str) -> Result<Row, DirectoryError> {
        let id: GroupId = id.parse().map_err(|_| DirectoryError::not_found())?;
        let row = self.tenancy.db.read().await?.group(self.grant.tenant(), id).await?;
        row.ok_or_else(DirectoryError::not_found)
    }

    /// Reads, changes and writes a group, anew if somebody else has written between.
    async fn change_group(
        &self,
        id: &str,
        expected: &Expected,
        change: impl Fn(&Group) -> Result<Group, Error>,
    ) -> Result<Resource, DirectoryError> {
        for _ in 0..TRIES {
            let row = self.group_row(id).await?;
            expected.check(&self.group_resource(&row, Vec::new())?.etag)?;
            let ids = self.tenancy.db.read().await?.group_members(row.id).await?;
            let before = self.group_of(&row, ids.clone())?;
            let group = check(change(&before)?)?;
            if group == before || self.put_group(&row, &group, ids.into_iter().collect()).await? {
                return self.group(id, &Projection::default()).await;
            }
        }
        Err(busy())
    }

    /// `false` if somebody else has changed it since.
    async fn put_group(
        &self,
        row: &Row,
        group: &Group,
        before: BTreeSet<UserId>,
    ) -> Result<bool, DirectoryError> {
        let now = self.tenancy.clock.now();
        let row = self.written_group(group, row, now);
        let after = members(group)?;
        let mut tx = self.tenancy.db.write().await?;
        if !tx.change_group(&row).await? {
            return Ok(false);
        }
        for gone in before.difference(&after) {
            tx.remove_group_member(row.id, *gone).await?;
        }
        for new in after.difference(&before) {
            self.add_member(&mut tx, row.id, *new).await?;
        }
        let (added, removed) = (after.difference(&before).count(), before.difference(&after).count());
        let payload = json!({ "group": row.id, "added": added, "removed": removed });
        self.record(&mut tx, now, "group.changed", payload).await?;
        tx.commit().await?;
        Ok(true)
    }

    async fn add_member(&self, tx: &mut Tx, group: GroupId, user: UserId) -> Result<(), DirectoryError> {
        if tx.add_group_member(self.grant.tenant(), group, user).await? {
            return Ok(());
        }
        Err(DirectoryError::invalid("a member is no user of the directory"))
    }

    fn group_of(&self, row: &Row, ids: Vec<UserId>) -> Result<Group, DirectoryError> {
        let key = self.grant.tenant_key();
        let external_id = row.external_id.as_ref();
        Ok(Group {
            display_name: key.open_text(group_name_column(row.tenant_id, row.id), &row.name)?,
            external_id: external_id
                .map(|sealed| key.open_text(group_id_column(row.tenant_id, row.id), sealed))
                .transpose()?,
            members: self.member_list(ids),
        })
    }

    fn member_list(&self, ids: Vec<UserId>) -> Vec<Member> {
        ids.into_iter()
            .map(|id| Member {
                value: id.to_string(),
                reference: Some(format!("{}/Users/{id}", self.base)),
                kind: Some("User".to_owned()),
            })
            .collect()
    }

    fn group_resource(&self, row: &Row, ids: Vec<UserId>) -> Result<Resource, DirectoryError> {
        let attributes = self.group_of(row, ids)?.to_attributes();
        let times = (row.created_at, row.updated_at);
        Ok(self.resource(ResourceType::Group, row.id.to_string(), times, row.version, attributes))
    }

    fn written_group(&self, group: &Group, row: &Row, now: Timestamp) -> Row {
        let (key, random) = (self.grant.tenant_key(), &*self.tenancy.random);
        let external_id = group.external_id.as_deref();
        Row {
            id: row.id,
            tenant_id: row.tenant_id,
            name: key.seal_column(
                group_name_column(row.tenant_id, row.id),
                group.display_name.as_bytes(),
                random,
            ),
            name_hmac: group_name_hmac(key, &group.display_name),
            external_id: external_id
                .map(|id| key.seal_column(group_id_column(row.tenant_id, row.id), id.as_bytes(), random)),
            external_id_hmac: external_id.map(|id| group_id_hmac(key, id)),
            version: row.version,
            created_at: row.created_at,
            updated_at: now,
        }
    }
}

fn check(group: Group) -> Result<Group, DirectoryError> {
    let name = &group.display_name;
    if name.len() > MAX_NAME_BYTES || name.chars().any(sealpost_domain::is_deceptive) {
        return Err(DirectoryError::invalid("a name has at most 256 bytes and is read in one direction"));
    }
    Ok(group)
}

fn members(group: &Group) -> Result<BTreeSet<UserId>, DirectoryError> {
    let id = |member: &Member| {
        let is_user = member.kind.as_deref().is_none_or(|kind| kind.eq_ignore_ascii_case("User"));
        let id = member.value.parse().ok().filter(|_| is_user);
        id.ok_or_else(|| DirectoryError::invalid("a member is no user of the directory"))
    };
    group.members.iter().map(id).collect()
}

fn busy() -> DirectoryError {
    Error::new(503, "somebody else changes the same resource; try again").into()
}
