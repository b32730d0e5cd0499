//! `GET /api/v1/signin/providers`

use actix_web::{HttpRequest, HttpResponse, get, web::Query};
use sealpost_auth::ProviderChoice;
use sealpost_domain::TenantSlug;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    App,
    error::{ApiError, Problem},
    signin::oidc,
};

/// Whose.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfTenant {
    tenant: String,
}

/// The providers at which a tenant's users sign in.
#[derive(Serialize, ToSchema)]
pub(crate) struct Providers {
    providers: Vec<Provider>,
}

/// A provider at which somebody can sign in.
#[derive(Serialize, ToSchema)]
pub(crate) struct Provider {
    id: Uuid,
    /// What people know it by.
    label: String,
    /// Where a browser goes to sign in there. For users, `return_to`, a path of this service, may be added; recipients come
    /// back to their link's page.
    #[schema(format = "uri")]
    url: String,
}

impl Provider {
    /// One at which users sign in.
    fn of_users(app: &App, choice: ProviderChoice) -> Self {
        Self { id: choice.id.as_uuid(), url: app.base_url().join(oidc::path(choice.id)), label: choice.label }
    }

    /// One at which somebody who is signed in shows himself again.
    pub(crate) fn of_account(app: &App, choice: ProviderChoice) -> Self {
        let url = app.base_url().join(oidc::path_again(choice.id));
        Self { id: choice.id.as_uuid(), url, label: choice.label }
    }

    /// One at which the recipient of the link with this token shows his account.
    pub(crate) fn of_recipients(app: &App, choice: &ProviderChoice, token: &str) -> Self {
        Self {
            id: choice.id.as_uuid(),
            url: app.base_url().join(oidc::path_for_link(choice.id, token)),
            label: choice.label.clone(),
        }
    }
}

/// Lists the providers at which a tenant's users sign in
///
/// A tenant that is not there has none.
#[utoipa::path(
    tag = "session",
    operation_id = "list_signin_providers",
    params(("tenant" = String, Query, description = "The tenant's short name.")),
    responses(
        (status = 200, body = Providers),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/signin/providers")]
pub(crate) async fn providers(app: App, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let query = Query::<OfTenant>::from_query(request.query_string())
        .map_err(|error| ApiError::invalid(error.to_string()))?;
    let choices = match query.tenant.parse::<TenantSlug>() {
        Ok(slug) => app.auth().choices_of_users(&slug).await?,
        Err(_) => Vec::new(),
    };
    let providers = choices.into_iter().map(|choice| Provider::of_users(&app, choice)).collect();
    Ok(HttpResponse::Ok().json(Providers { providers }))
}
