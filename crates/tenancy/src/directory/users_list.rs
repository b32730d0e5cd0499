//! Finding users.

use sealpost_auth::UserColumns;
use sealpost_db::{Conn, DirectoryUser};
use sealpost_domain::UserId;
use sealpost_scim::{Query, USER};
use serde_json::Value;

use super::{
    Directory, DirectoryError, Resource,
    sealed::{user_id_hmac, user_name_hmac},
};

impl Directory<'_> {
    /// How many users there are, and those of the page.
    pub(super) async fn found_users(&self, query: &Query) -> Result<(usize, Vec<Value>), DirectoryError> {
        let mut conn = self.tenancy.db.read().await?;
        let tenant = self.grant.tenant();
        let (total, page) = if query.filter.is_none() && query.sort.is_none() {
            let (total, rows) = conn.directory_page(tenant, query.skip as u64, query.count as u64).await?;
            (usize::try_from(total).unwrap_or(usize::MAX), self.user_resources(&rows)?)
        } else {
            let rows = match self.users_by_key(&mut conn, query).await? {
                Some(rows) => rows,
                None => conn.directory_users(tenant).await?,
            };
            let mut resources = self.user_resources(&rows)?;
            if query.filter.as_ref().is_some_and(|filter| filter.mentions("groups")) {
                for (row, resource) in rows.iter().zip(&mut resources) {
                    self.put_groups(&mut conn, resource, row.id).await?;
                }
            }
            let attributes =
                resources.iter_mut().map(|found| std::mem::take(&mut found.attributes)).collect();
            let (total, page) = query.select(&USER, attributes);
            let resource = |attributes| Resource { attributes, location: String::new(), etag: String::new() };
            (total, page.into_iter().map(resource).collect())
        };
        drop(conn);
        let mut answered = Vec::with_capacity(page.len());
        for resource in page {
            let id = resource.attributes.get("id").and_then(Value::as_str).and_then(|id| id.parse().ok());
            let id: UserId = id.ok_or_else(DirectoryError::not_found)?;
            let resource = self.finished(resource, id, &query.projection).await?;
            answered.push(Value::Object(resource.attributes));
        }
        Ok((total, answered))
    }

    fn user_resources(&self, rows: &[DirectoryUser]) -> Result<Vec<Resource>, DirectoryError> {
        rows.iter().map(|row| self.user_resource(row)).collect()
    }

    /// Those who can be meant, if the filter has something that they are looked up by: a directory that asks for each of
    /// ten thousand users does not make us open ten thousand each time.
    async fn users_by_key(
        &self,
        conn: &mut Conn,
        query: &Query,
    ) -> Result<Option<Vec<DirectoryUser>>, DirectoryError> {
        let (tenant, key) = (self.grant.tenant(), self.grant.tenant_key());
        let equalities = query.filter.as_ref().map(|filter| filter.equalities()).unwrap_or_default();
        for (name, part, text) in equalities {
            if part.is_some() {
                continue;
            }
            let rows: Vec<_> = match name.to_ascii_lowercase().as_str() {
                "username" => {
                    let named = conn.directory_user_by_name(tenant, &user_name_hmac(key, text)).await?;
                    // Who is in no directory goes by his address.
                    let addressed = match text.parse() {
                        Ok(address) => {
                            let hmac = UserColumns::address_hmac(key, &address);
                            conn.directory_user_by_address(tenant, &hmac).await?
                        }
                        Err(_) => None,
                    };
                    let addressed = addressed.filter(|row| row.user_name_hmac.is_none());
                    named.into_iter().chain(addressed).collect()
                }
                "externalid" => {
                    let found = conn.directory_user_by_external_id(tenant, &user_id_hmac(key, text)).await?;
                    found.into_iter().collect()
                }
                "id" => match text.parse() {
                    Ok(id) => conn.directory_user(tenant, id).await?.into_iter().collect(),
                    Err(_) => Vec::new(),
                },
                _ => continue,
            };
            return Ok(Some(rows.into_iter().filter(|row| row.left_at.is_none()).collect()));
        }
        Ok(None)
    }
}
