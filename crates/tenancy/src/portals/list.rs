//! What those see of portals who run a tenant.

use sealpost_auth::{PortalColumns, TenantReader, UserColumns};
use sealpost_db::{Conn, KnownPortal};
use sealpost_domain::{PortalId, TenantSlug, UserId};

use crate::{Tenancy, TenancyError};

/// A portal as those see it who run the tenant.
#[derive(Debug, Clone)]
pub struct PortalView {
    /// Its row, its owner's, and his tenant's: of which follows whether it takes anything now.
    pub known: KnownPortal,
    /// The tenant's short name, in its address.
    pub tenant: TenantSlug,
    /// What it is about.
    pub title: String,
    /// What the uploader reads.
    pub text: Option<String>,
    /// Who owns it.
    pub owner: PortalOwner,
    /// Among whom the uploader chooses, in the order in which they are shown.
    pub recipients: Vec<PortalChoiceView>,
    /// How many have begun and not handed over.
    pub drafts: u64,
}

/// Who owns a portal.
#[derive(Debug, Clone)]
pub struct PortalOwner {
    /// Which user.
    pub id: UserId,
    /// His address.
    pub email: String,
    /// His name; may be empty.
    pub name: String,
}

/// Somebody whom an uploader may choose.
#[derive(Debug, Clone)]
pub struct PortalChoiceView {
    /// Which user.
    pub id: UserId,
    /// His address.
    pub email: String,
    /// His name; may be empty.
    pub name: String,
    /// What the uploader sees.
    pub label: String,
    /// Whether he is disabled: then he is not offered.
    pub disabled: bool,
}

impl Tenancy {
    /// The tenant's portals, by their names.
    ///
    /// # Errors
    /// [`TenancyError::Damaged`] if a row was changed.
    pub async fn portals(&self, reader: &TenantReader) -> Result<Vec<PortalView>, TenancyError> {
        let mut conn = self.db.read().await?;
        let mut views = Vec::new();
        for known in conn.portals(reader.tenant()).await? {
            views.push(view(&mut conn, reader, known).await?);
        }
        Ok(views)
    }

    /// One of them.
    ///
    /// # Errors
    /// [`TenancyError::NotFound`].
    pub async fn portal(&self, reader: &TenantReader, id: PortalId) -> Result<PortalView, TenancyError> {
        let mut conn = self.db.read().await?;
        let known = conn.known_portal(reader.tenant(), id).await?.ok_or(TenancyError::NotFound)?;
        view(&mut conn, reader, known).await
    }
}

async fn view(
    conn: &mut Conn,
    reader: &TenantReader,
    known: KnownPortal,
) -> Result<PortalView, TenancyError> {
    let (tenant, key, row) = (reader.tenant(), reader.tenant_key(), &known.portal);
    let columns = PortalColumns::of(tenant, row.id);
    let text = row.text.as_ref().map(|sealed| key.open_text(columns.text(), sealed));
    let user = UserColumns::of(tenant, row.user_id);
    let (email, name) = user.open(key, &known.user_address, &known.user_name)?;
    let mut recipients = Vec::new();
    for choice in conn.portal_recipients(row.id).await? {
        let id = choice.user_id;
        let (email, name) = UserColumns::of(tenant, id).open(key, &choice.address, &choice.name)?;
        let label = key.open_text(columns.label(id), &choice.label)?;
        recipients.push(PortalChoiceView { id, email, name, label, disabled: choice.disabled_at.is_some() });
    }
    Ok(PortalView {
        tenant: conn.tenant(tenant).await?.ok_or(TenancyError::NotFound)?.slug,
        title: key.open_text(columns.title(), &row.title)?,
        text: text.transpose()?,
        owner: PortalOwner { id: row.user_id, email, name },
        recipients,
        drafts: conn.portal_drafts(row.id).await?,
        known,
    })
}
