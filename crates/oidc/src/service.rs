//! The relying party: what it asks providers with, and what it remembers of them.

use std::sync::Arc;

use sealpost_domain::Timestamp;
use url::Url;

use crate::{
    OidcError, Provider, Reach,
    cache::Cache,
    discovery::{Description, Raw},
    http::Http,
    keys::{KeySet, Keys},
};

/// A relying party. Cheap to clone; clones share what they know of providers.
#[derive(Debug, Clone)]
pub struct Oidc(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    http: Http,
    descriptions: Cache<Description>,
    keys: Cache<Keys>,
}

impl Oidc {
    /// One that talks to providers where they may be.
    pub fn new(reach: Reach) -> Self {
        Self(Arc::new(Inner {
            http: Http::new(reach),
            descriptions: Cache::default(),
            keys: Cache::default(),
        }))
    }

    pub(crate) fn http(&self) -> &Http {
        &self.0.http
    }

    pub(crate) fn reach(&self) -> Reach {
        self.0.http.reach
    }

    /// What a provider says of itself.
    pub(crate) async fn description(
        &self,
        provider: &Provider,
        now: Timestamp,
    ) -> Result<Arc<Description>, OidcError> {
        let issuer = provider.token_issuer();
        let address = issuer.description();
        let fetch = async || {
            let url = self.reach().endpoint(&address)?;
            Description::read(self.http().get::<Raw>(&url, None).await?, &issuer, self.reach())
        };
        self.0.descriptions.get(&address, now, |_| true, fetch).await
    }

    /// A provider's keys, asked for again if there is none of this name.
    pub(crate) async fn keys(&self, url: &Url, kid: &str, now: Timestamp) -> Result<Arc<Keys>, OidcError> {
        let fetch = async || Ok(self.http().get::<KeySet>(url, None).await?.into());
        self.0.keys.get(url.as_str(), now, |keys| keys.has(kid), fetch).await
    }
}
