//! `/api/v1/admin/forwarding`: where audit entries are sent on to.

pub(crate) mod add;
pub(crate) mod change;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod remove;
pub(crate) mod rotate;
pub(crate) mod test;

use sealpost_tenancy::{Destination, ForwardingView, Syslog, Webhook};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{error::ApiError, wire::Time};

/// A collector of syslog messages (RFC 5424) over TLS (RFC 5425).
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewSyslog {
    /// Its name or address.
    #[schema(example = "siem.example.org")]
    host: String,
    #[schema(minimum = 1, maximum = 65535, default = 6514)]
    #[serde(default = "port")]
    port: u16,
    /// Whose certificates it may show, in PEM; whom the machine trusts if absent.
    ca: Option<String>,
    /// What we show it, in PEM, with all that leads to it.
    client_certificate: Option<String>,
    /// Its key in PEM. When a target is changed it may be absent: the one that is there stays.
    #[schema(format = Password)]
    client_key: Option<String>,
}

/// An endpoint that takes batches over HTTPS.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewWebhook {
    #[schema(format = "uri", example = "https://hooks.example.org/sealpost")]
    url: String,
    /// Whose certificates it may show, in PEM; whom the machine trusts if absent.
    ca: Option<String>,
}

const fn port() -> u16 {
    6_514
}

/// Where entries go, as somebody writes it: at most one of both.
fn destination(
    syslog: Option<NewSyslog>,
    webhook: Option<NewWebhook>,
) -> Result<Option<Destination>, ApiError> {
    match (syslog, webhook) {
        (None, None) => Ok(None),
        (Some(it), None) => Ok(Some(Destination::Syslog(Syslog {
            host: it.host,
            port: it.port,
            ca: it.ca,
            client_certificate: it.client_certificate,
            client_key: it.client_key,
        }))),
        (None, Some(it)) => {
            Ok(Some(Destination::Webhook(Webhook { url: it.url, ca: it.ca, secrets: Vec::new() })))
        }
        (Some(_), Some(_)) => Err(ApiError::invalid("a target has either syslog or webhook")),
    }
}

/// A collector of syslog, without its key.
#[derive(Serialize, ToSchema)]
pub(crate) struct SyslogTarget {
    host: String,
    port: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    ca: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    client_certificate: Option<String>,
    /// Whether there is a key. Nobody is shown it.
    has_client_key: bool,
}

/// A webhook, without its secrets.
#[derive(Serialize, ToSchema)]
pub(crate) struct WebhookTarget {
    #[schema(format = "uri")]
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    ca: Option<String>,
    /// Until when the secret before the newest counts, too; absent if there was none before.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    previous_secret_until: Option<Time>,
}

/// A place to which audit entries are sent on.
#[derive(Serialize, ToSchema)]
pub(crate) struct ForwardingTarget {
    id: Uuid,
    /// What people know it by.
    label: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    syslog: Option<SyslogTarget>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    webhook: Option<WebhookTarget>,
    /// The beginnings of the kinds of entries that are sent; all if it is empty.
    kinds: Vec<String>,
    /// Whether personal values (addresses, networks) are sent, too.
    include_personal: bool,
    enabled: bool,
    /// The number of the last entry that is over there, or is not wanted there.
    position: u64,
    /// How many entries the log has after that.
    lag: u64,
    /// Since when it fails; absent while it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    failing_since: Option<Time>,
    /// Why it failed last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    last_error: Option<String>,
    /// When it is tried again; absent while it does not fail.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next_at: Option<Time>,
    /// When something was handed over last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    delivered_at: Option<Time>,
    created_at: Time,
}

impl From<ForwardingView> for ForwardingTarget {
    fn from(view: ForwardingView) -> Self {
        let (mut syslog, mut webhook) = (None, None);
        match view.destination {
            Destination::Syslog(it) => {
                syslog = Some(SyslogTarget {
                    host: it.host,
                    port: it.port,
                    ca: it.ca,
                    client_certificate: it.client_certificate,
                    has_client_key: view.has_client_key,
                });
            }
            Destination::Webhook(it) => {
                let previous_secret_until = view.previous_secret_until.map(Time::from);
                webhook = Some(WebhookTarget { url: it.url, ca: it.ca, previous_secret_until });
            }
        }
        Self {
            id: view.id.as_uuid(),
            label: view.label,
            syslog,
            webhook,
            kinds: view.kinds,
            include_personal: view.include_personal,
            enabled: view.enabled,
            position: view.position,
            lag: view.lag,
            failing_since: view.failing_since.map(Time::from),
            last_error: view.last_error,
            next_at: view.next_at.map(Time::from),
            delivered_at: view.delivered_at.map(Time::from),
            created_at: view.created_at.into(),
        }
    }
}
