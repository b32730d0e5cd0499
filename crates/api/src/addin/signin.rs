//! `GET /api/v1/addin/{addin_id}/signin`

use actix_web::{HttpResponse, get};
use sealpost_auth::AddinClient;
use sealpost_domain::AddinId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    App,
    error::{ApiError, Code, Problem},
    path::Id,
    wire::Branding,
};

/// How somebody signs in who opens the add-in.
#[derive(Serialize, ToSchema)]
pub(crate) struct AddinSignIn {
    tenant: AddinTenant,
    branding: Branding,
    /// For whom tokens of a directory are taken; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    entra: Option<AddinEntra>,
    /// Whether the add-in is signed in by a page; not while the tenant is suspended, when nobody can sign in.
    pairing: bool,
}

/// Whose add-in it is.
#[derive(Serialize, ToSchema)]
pub(crate) struct AddinTenant {
    slug: String,
    name: String,
}

/// The application for which the add-in gets a token of Microsoft Entra.
#[derive(Serialize, ToSchema)]
pub(crate) struct AddinEntra {
    client_id: String,
    /// The directory's own address.
    #[schema(
        format = "uri",
        example = "https://login.microsoftonline.com/aaaaaaaa-0000-4000-8000-00000000000a"
    )]
    authority: String,
    #[schema(example = "api://c1000000-0000-4000-8000-000000000001/Transfers.Send")]
    scope: String,
}

impl From<AddinClient> for AddinEntra {
    fn from(client: AddinClient) -> Self {
        Self { client_id: client.client_id, authority: client.authority, scope: client.scope }
    }
}

/// Says how to sign in from the add-in
///
/// Needs no session. The id is in the add-in's manifest and nowhere else.
#[utoipa::path(
    tag = "addin",
    operation_id = "addin_sign_in",
    params(("addin_id" = Uuid, Path)),
    responses(
        (status = 200, body = AddinSignIn),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/addin/{addin_id}/signin")]
pub(crate) async fn signin(app: App, addin: Id<AddinId>) -> Result<HttpResponse, ApiError> {
    let nothing = || ApiError::new(Code::NotFound);
    let ways = app.auth().addin_sign_in_ways(addin.0).await?.ok_or_else(nothing)?;
    let branding = app.service().branding(ways.tenant.id).await?.ok_or_else(nothing)?;
    Ok(HttpResponse::Ok().json(AddinSignIn {
        tenant: AddinTenant { slug: ways.tenant.slug.as_str().to_owned(), name: ways.tenant.name },
        branding: Branding::new(&app, &branding),
        entra: ways.entra.map(AddinEntra::from),
        pairing: ways.open,
    }))
}
